"""Players that follow a script: no model, no network, the same words for the same seed."""
