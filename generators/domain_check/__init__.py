"""Whether a domain holds up: it is planned, played and spoiled many times, and what is weak is named."""
