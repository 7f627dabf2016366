from hypothesis import given
from hypothesis import strategies as st

from pipelines.engines.figures import EngineFigures, figures_in
from pipelines.engines.watchdog import PrefixTally, Pulse

PAGE = """\
# HELP vllm:num_requests_running Number of requests.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="a} b"} 3.0
vllm:num_requests_running{engine="1",model_name="a} b"} 4.0
vllm:num_requests_waiting 2
vllm:kv_cache_usage_perc{engine="0",model_name="a"} 0.25
vllm:kv_cache_usage_perc{engine="1",model_name="a"} 0.75
vllm:generation_tokens_total{engine="0",model_name="a"} 1.2e+03 1700000000
vllm:generation_tokens_created{engine="0",model_name="a"} 1.7e+09
vllm:prompt_tokens_total{engine="0",model_name="a"} broken
python_gc_objects_collected_total{generation="0"} 1.0
"""


def seen(tokens: float, running: float = 1, waiting: float = 0) -> EngineFigures:
    return EngineFigures(generated_tokens=tokens, running=running, waiting=waiting)


def test_figures_of_several_engines_are_added_up_and_the_fullest_cache_counts() -> None:
    figures = figures_in(PAGE)
    assert (figures.running, figures.waiting, figures.cache_used) == (7, 2, 0.75)
    assert figures.generated_tokens == 1200


def test_what_cannot_be_read_on_a_page_counts_as_nothing() -> None:
    assert figures_in(PAGE).prompt_tokens == 0
    assert figures_in("") == EngineFigures()


def test_work_without_tokens_is_standing_still() -> None:
    pulse = Pulse(0)
    assert pulse.still_for(1, seen(10), asked=False) == 0
    assert pulse.still_for(31, seen(10), asked=False) == 30


def test_a_token_is_a_sign_of_life() -> None:
    pulse = Pulse(0)
    pulse.still_for(1, seen(10), asked=False)
    assert pulse.still_for(31, seen(11), asked=False) == 0


def test_who_has_nothing_to_do_does_not_stand_still() -> None:
    pulse = Pulse(0)
    pulse.still_for(1, seen(10), asked=False)
    assert pulse.still_for(1000, seen(10, running=0), asked=False) == 0


def test_waiting_requests_and_waiting_callers_are_work() -> None:
    for figures, asked in ((seen(0, running=0, waiting=1), False), (seen(0, running=0), True)):
        pulse = Pulse(0)
        pulse.still_for(1, figures, asked)
        assert pulse.still_for(9, figures, asked) == 8


def test_no_answer_at_all_is_standing_still_even_without_work() -> None:
    pulse = Pulse(0)
    pulse.still_for(1, seen(10, running=0), asked=False)
    assert pulse.still_for(31, None, asked=False) == 30


@given(st.lists(st.lists(st.integers(0, 50), min_size=1, max_size=6), max_size=5))
def test_prefix_hits_are_those_of_all_servers_that_have_been(runs: list[list[int]]) -> None:
    """Each run is one server's life: what it adds between looks; it is looked at after each step and
    was asked for something before the first."""
    tally, total = PrefixTally(), 0
    for steps in runs:
        queries = 0
        for step in steps:
            queries += step + 1
            tally.add(EngineFigures(prefix_queries=queries, prefix_hits=queries / 2))
        total += queries
        # A new server starts from nothing, and is looked at before anybody asks it.
        tally.add(EngineFigures())
    assert (tally.queries, tally.hits) == (total, total / 2)
