"""Environments that differ from the domain they come from, and plans for them."""
