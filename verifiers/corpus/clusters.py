"""Connected groups: what is linked to what, directly or through others."""

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

Item = TypeVar("Item", bound=Hashable)


class Clusters(Generic[Item]):
    """Union-find with path halving. Items come into being when they are first named."""

    def __init__(self) -> None:
        self._parent: dict[Item, Item] = {}

    def root(self, item: Item) -> Item:
        """The item that stands for the group. Which one that is depends on the order of ``link``."""
        parent = self._parent
        parent.setdefault(item, item)
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    def link(self, one: Item, other: Item) -> None:
        """Puts two items into one group."""
        self._parent[self.root(one)] = self.root(other)

    def groups(self, items: Iterable[Item]) -> list[list[Item]]:
        """The groups of these items, in the order in which the items come."""
        found: dict[Item, list[Item]] = {}
        for item in items:
            found.setdefault(self.root(item), []).append(item)
        return list(found.values())
