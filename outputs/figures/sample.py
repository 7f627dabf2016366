"""A sample of fixed size that neither the order of the rows nor their division into shards changes.

Items are ranked by a hash of their key and the smallest ranks stay, so every item is as likely as any
other to be in, and two machines that saw parts of one set agree on the sample of the whole.
"""

import hashlib
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Sample(Generic[Item]):
    """At most ``size`` items. ``purpose`` makes samples for different purposes independent."""

    __slots__ = ("_ceiling", "_kept", "purpose", "size")

    def __init__(self, size: int, purpose: str) -> None:
        self.size = size
        self.purpose = purpose
        self._kept: dict[tuple[int, str], Item] = {}
        self._ceiling: tuple[int, str] | None = None

    def wants(self, key: str) -> bool:
        """Whether an item with this key could still get in: ask before building a costly one."""
        return self._ceiling is None or self._rank(key) <= self._ceiling

    def add(self, key: str, item: Item) -> None:
        """Offers an item. A key that is offered again replaces the earlier item."""
        self._put(self._rank(key), item)

    def merge(self, other: "Sample[Item]") -> None:
        """Offers everything that another sample of the same size and purpose kept."""
        for rank, item in other._kept.items():
            self._put(rank, item)

    def items(self) -> list[Item]:
        """The sample, in rank order."""
        self._prune()
        return list(self._kept.values())

    def __len__(self) -> int:
        return min(self.size, len(self._kept))

    def _rank(self, key: str) -> tuple[int, str]:
        digest = hashlib.blake2b(f"{self.purpose}:{key}".encode(), digest_size=8).digest()
        return int.from_bytes(digest), key

    def _put(self, rank: tuple[int, str], item: Item) -> None:
        if self._ceiling is not None and rank > self._ceiling:
            return
        self._kept[rank] = item
        # Pruning at twice the size keeps the cost per item low.
        if len(self._kept) >= 2 * self.size + 8:
            self._prune()

    def _prune(self) -> None:
        ranks = sorted(self._kept)[: self.size]
        self._kept = {rank: self._kept[rank] for rank in ranks}
        if len(ranks) == self.size and ranks:
            self._ceiling = ranks[-1]
