"""Worlds: what they are made of, and the ones we ship (see ``registry``)."""
