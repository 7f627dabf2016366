"""Speed, measured. Each module is run by itself: ``python -m benchmarks.NAME``."""
