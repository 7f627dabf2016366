"""The way of a model call on our side: journal, figures, budget, and how many at a time."""
