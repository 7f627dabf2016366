"""Who serves the models: environments, servers, watchdogs, and where everything is."""
