"""Who is talking: persona records and the samplers that make them. No model calls."""
