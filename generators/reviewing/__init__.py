"""Who reviews plans before anyone speaks: a committee of critics, asked round after round."""
