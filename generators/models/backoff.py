"""How long to wait before a call is tried again."""

import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from random import uniform

from generators.models.limits import CallLimits

_SECONDS = re.compile(r"\d{1,9}(\.\d{1,9})?")


def pause_before(retry: int, asked: float, limits: CallLimits) -> float:
    """Seconds to wait before the ``retry``-th retry, counted from 1.

    What the server ``asked`` for is waited in full, up to its limit, and a little longer, so that the
    callers it turned away do not come back all at once. When it asked for nothing (0), the pause
    doubles with every retry; between half and the whole of it is waited.
    """
    if asked > 0:
        return min(asked, limits.longest_retry_after) * uniform(1.0, 1.25)
    doubled = limits.first_pause * 2.0 ** min(retry - 1, 30)
    return min(doubled, limits.longest_pause) * uniform(0.5, 1.0)


def seconds_asked(header: str, now: float) -> float:
    """What a ``Retry-After`` header asks for: seconds or an HTTP date, which is compared with ``now``
    (seconds since 1970). 0 when it says nothing that can be understood or the date has passed."""
    header = header.strip()
    if _SECONDS.fullmatch(header):
        return float(header)
    try:
        date = parsedate_to_datetime(header)
        zoned = date if date.tzinfo else date.replace(tzinfo=UTC)
        return max(0.0, zoned.timestamp() - now)
    except (ValueError, OverflowError):
        return 0.0
