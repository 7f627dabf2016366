"""Whether a world is the same each time: over resets, after everything that was done in it, and in
another process."""

import multiprocessing
from collections.abc import Iterator

from generators.domain_check.remark import Remark
from generators.domains.domain import Domain
from generators.domains.shelf import Shelf
from generators.domains.world import World

CHECK = "state"


def steadiness_remarks(shelf: Shelf, name: str, worlds: int) -> Iterator[Remark]:
    """Worlds whose hash is another one when they are made again."""
    domain = shelf.named(name)
    here = _hashes(domain, worlds)
    for seed, expected in enumerate(here):
        world = World(domain, seed, domain.clock)
        for _ in range(2):
            world.reset(seed)
            if world.state_hash() != expected:
                yield _unsteady(seed, "a reset gives another state hash")
                break
        if world.db.base.fingerprint() != world.db.base.digest:
            yield _unsteady(seed, "what was done in a world has changed the data of them all")
        if domain.seed(seed).digest != world.db.base.digest:
            yield _unsteady(seed, "the same seed gives other data the second time")
    # A fresh interpreter, which orders sets and hashes text in its own way.
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        there = pool.apply(_hashes_there, (shelf, name, worlds))
    for seed, (mine, theirs) in enumerate(zip(here, there, strict=True)):
        if mine != theirs:
            yield _unsteady(seed, "another process gives another state hash")


def _hashes(domain: Domain, worlds: int) -> list[str]:
    return [World(domain, seed, domain.clock).state_hash() for seed in range(worlds)]


def _hashes_there(shelf: Shelf, name: str, worlds: int) -> list[str]:
    return _hashes(shelf.named(name), worlds)


def _unsteady(seed: int, found: str) -> Remark:
    return Remark(check=CHECK, about=f"world {seed}", found=found, broken=True)
