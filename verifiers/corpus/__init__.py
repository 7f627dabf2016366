"""Decisions that need the whole set: duplicates, splits, quotas. None of them reads a world."""
