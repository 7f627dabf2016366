import pytest
from msgspec.structs import replace

from generators.blueprint import Fact
from generators.scripted.notebook import Notebook
from tests.generators.test_blueprint_check import FETCH

HALF = Fact(key="half", value="morning", reveal="when_asked", goal="g0", cues=("morning",))
PLAN = replace(FETCH, facts=(*FETCH.facts, HALF))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("In the morning, please.", True),
        ("A nice time would be in the morning.", True),
        ("Hello, hope you're having a nice morning!", False),
        ("Good morning. Can you help?", False),
        ("Thanks, have a good rest of the morning!", False),
    ],
)
def test_a_time_of_day_that_is_only_wished_answers_nothing(text: str, told: bool):
    notebook = Notebook(PLAN)
    notebook.hear(text)
    assert ("half" in notebook.told) == told
