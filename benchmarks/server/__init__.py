"""A server of our own that speaks the OpenAI chat-completions protocol, latencies and faults to order.

It answers without a model: replies, latencies and usage are functions of a seed and of the request's
bytes, so two runs see the same and an ideal schedule can be computed for the same draws. It counts what
it sees. Run from the repository root: ``python -m benchmarks.server --latency fixed:0.05``; its first
line of output is its URL. It ends on SIGTERM, SIGINT, and when its standard input closes.
"""
