import pytest

from benchmarks.review import report, review
from generators.domains.registry import DOMAINS
from generators.planting.planted import FLAWS, planted


def measured(names: list[str], seed: int, count: int) -> set[str]:
    """The ways in which flaws were put there."""
    cases = list(planted(names, seed, count))
    tallies = review(cases)
    assert [tally.missed for tally in tallies.values()] == [[]] * (1 + len(FLAWS))
    assert tallies[""].planted == count
    assert tallies[""].caught == 0
    for kind in FLAWS:
        tally = tallies[kind]
        assert tally.caught + tally.unshown == tally.planted == count // len(FLAWS)
        assert sum(tally.codes.values()) == tally.caught
    lines = list(report(tallies))
    assert [line.split()[0] for line in lines] == ["kind", *FLAWS, "sound"]
    return {case.way for case in cases if not case.sound}


def test_every_planted_flaw_that_shows_is_caught_and_no_sound_plan_is_rejected():
    measured(["cloakroom"], 1, 20)


@pytest.mark.slow
def test_that_holds_in_every_domain():
    ways = measured(sorted(DOMAINS), 2, 120)
    assert ways == {way.__name__ for each in FLAWS.values() for way in each}
