import pytest

from generators.perturbation import (
    KINDS,
    Perturbation,
    PerturbSpec,
    environment_of,
    perturbation_of,
)
from personas.record import content_id

EVERY = tuple(KINDS)


def drawn(spec: PerturbSpec, count: int = 400) -> list[Perturbation | None]:
    return [perturbation_of(spec, 3, content_id(number)) for number in range(count)]


def test_each_kind_comes_up_as_often_as_asked():
    chances = {"renamed": 0.5, "timeouts": 0.1, "stale": 0.0}
    found = [each.kinds if each else () for each in drawn(PerturbSpec(chances=chances))]
    for kind, share in chances.items():
        assert sum(kind in kinds for kinds in found) / len(found) == pytest.approx(share, abs=0.06)


def test_another_kind_never_shifts_the_chance_of_the_first():
    alone = drawn(PerturbSpec(chances={"renamed": 0.4}))
    among = drawn(PerturbSpec(chances=dict.fromkeys(EVERY, 0.4)))
    for one, other in zip(alone, among, strict=True):
        assert (one is not None) == (other is not None and "renamed" in other.kinds)
        assert one is None or other is None or one.variant == other.variant


def test_there_are_as_many_variants_as_asked():
    found = drawn(PerturbSpec(chances={"renamed": 1.0}, variants=4))
    assert {each.variant for each in found if each} == {0, 1, 2, 3}


def test_nothing_is_perturbed_unless_asked():
    assert set(drawn(PerturbSpec())) == {None}


@pytest.mark.parametrize("kinds", [(), ("renamed", "renamed"), ("stale", "renamed"), ("broken",)])
def test_kinds_are_known_and_stand_in_their_order(kinds: tuple[str, ...]):
    with pytest.raises(ValueError, match="in this order"):
        Perturbation(kinds=kinds)


def test_environments_differ_by_domain_by_its_hash_and_by_what_is_different():
    one, two = Perturbation(kinds=("renamed",)), Perturbation(kinds=("renamed",), variant=1)
    names = [
        environment_of(domain, digest, perturbation)
        for domain in ("clinic", "library")
        for digest in ("a", "b")
        for perturbation in (None, one, two)
    ]
    assert len(set(names)) == 12
    assert names[2] == "clinic@a/renamed.1"
