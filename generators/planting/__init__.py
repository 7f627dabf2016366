"""Blueprints with flaws that somebody put there, to measure whoever is to find them."""
