"""The report of a build: one HTML file that needs nothing else, to be read by people."""
