"""What the benchmarks of engines are made of: self-play, plain load, and what both are measured by."""
