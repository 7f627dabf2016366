"""When a build runs: thin Prefect flows over the pipelines."""
