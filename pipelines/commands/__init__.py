"""The commands of ``duologue``: they read options, call the other rooms, and print."""
