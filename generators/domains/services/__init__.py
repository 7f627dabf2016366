"""Services that are data: a folder without Python that is interpreted as a domain."""
