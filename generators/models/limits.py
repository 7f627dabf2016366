"""How long a model call may take, and how often it is tried."""

from personas.record import Record


class CallLimits(Record):
    """Limits of one call, in seconds unless said.

    ``connect``, ``first_byte`` and ``total`` are those of one attempt. ``retries`` are those after 429,
    503 and lost connections: the first waits about ``first_pause``, each further one twice as long, up
    to ``longest_pause``; a server's ``Retry-After`` counts up to ``longest_retry_after``. ``patience``
    is how long a slot may be without any reachable replica. An answer has at most ``reply_bytes`` bytes.
    """

    connect: float = 10.0
    first_byte: float = 300.0
    total: float = 600.0
    retries: int = 6
    patience: float = 300.0
    first_pause: float = 0.25
    longest_pause: float = 20.0
    longest_retry_after: float = 60.0
    reply_bytes: int = 64 * 1024 * 1024
