"""Worlds that are recordings of a server: its tools, and what it answered to calls of them."""
