import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generators.domains.registry import DOMAINS, domain_named
from generators.perturbed.names import Namer, is_legal
from generators.perturbed.words import DEEDS, THINGS

word = st.one_of(
    st.sampled_from(sorted(DEEDS | THINGS)), st.text("abcxyz0", min_size=1, max_size=6)
)
name = st.lists(word, min_size=1, max_size=5).map("_".join)
names = st.sets(name, max_size=8)
seeds = st.integers(0, 50)


@settings(max_examples=25)
@given(names, seeds)
@example({"hire", "rent"}, 0)
@example({"a" * 70, "a" * 71}, 1)
def test_no_two_tools_are_called_alike_and_none_as_before(originals: set[str], seed: int):
    found = Namer(seed, "somewhere").tools(originals)
    assert set(found) == originals
    assert len(set(found.values())) == len(originals)
    assert originals.isdisjoint(found.values())
    assert all(is_legal(each) for each in found.values())


@settings(max_examples=25)
@given(st.lists(name, unique=True, max_size=8), seeds)
def test_no_two_arguments_of_a_tool_are_called_alike(originals: list[str], seed: int):
    found = Namer(seed, "somewhere").arguments(originals)
    assert list(found) == originals
    assert len(set(found.values())) == len(originals)
    assert all(is_legal(each) for each in found.values())


@settings(max_examples=25)
@given(names, seeds)
def test_names_follow_from_the_seed_and_the_words_alone(originals: set[str], seed: int):
    backwards = sorted(originals, reverse=True)
    assert Namer(seed, "here").tools(originals) == Namer(seed, "here").tools(backwards)


def test_one_thing_is_called_the_same_throughout_an_environment():
    namer = Namer(2, "somewhere")
    first = namer.arguments(["meter_id", "reading"])["meter_id"]
    assert namer.arguments(["amount", "meter_id"])["meter_id"] == first


def test_other_seeds_give_other_names():
    tools = [*domain_named("cloakroom").agent_tools]
    found = {tuple(Namer(seed, "cloakroom").tools(tools).values()) for seed in range(8)}
    assert len(found) == 8


@pytest.mark.slow
def test_most_words_of_our_tools_have_a_synonym():
    tools = [tool for name in DOMAINS for tool in domain_named(name).agent_tools]
    deeds = [
        "_".join(tool.split("_")[:2]) in DEEDS or tool.split("_")[0] in DEEDS for tool in tools
    ]
    things = [part in THINGS for tool in tools for part in tool.split("_")[1:]]
    assert sum(deeds) / len(deeds) > 0.9
    assert sum(things) / len(things) > 0.5
