"""Plans written by a model: what it is given, what it proposes, and what becomes of a proposal."""
