"""How a build runs: recipe, stages, executors, checkpoints, command line."""
