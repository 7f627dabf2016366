"""Proposals as text: whatever a model writes is a proposal or a reason why it is none."""

import json

import jsonschema
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from msgspec.structs import replace

from generators.llm.draft import Malformed
from generators.llm.schemas import proposal_format
from generators.writing.drafting import drafted
from generators.writing.proposal import (
    KEY,
    MOST,
    Proposal,
    ProposedFact,
    mistakes_of_form,
    read_out,
    written_out,
)
from tests.generators.writing.writing import flawed, given, outcome


def sound(number: int, domain: str = "cloakroom") -> Proposal:
    return read_out(outcome(given(number, domain), flawed()).rounds[0].proposal)


@settings(max_examples=25)
@drawn(st.text() | st.text('{}[]",:1e'))
def test_text_that_is_no_proposal_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(Malformed) as caught:
        read_out(text)
    assert caught.value.reason


@pytest.mark.parametrize("around", ["{}", "```json\n{}\n```", "Here is the plan: {} Good luck!"])
def test_a_proposal_is_found_between_other_words(around: str) -> None:
    text = written_out(sound(1))
    assert read_out(around.replace("{}", text)) == sound(1)


def test_arguments_nested_without_end_are_refused() -> None:
    deep = '{"a":' * 5000 + "1" + "}" * 5000
    with pytest.raises(Malformed):
        read_out(f'{{"goals":[],"facts":[],"actions":[{deep}],"say":[]}}')


@pytest.mark.parametrize("domain", ["cloakroom", pytest.param("energy", marks=pytest.mark.slow)])
def test_the_schema_that_models_are_held_to_lets_sound_proposals_through(domain: str) -> None:
    for number in range(3):
        assignment = given(number, domain, tools=64)
        found = outcome(assignment, flawed())
        if not found.rounds:
            continue
        form = proposal_format(assignment.goals, assignment.intents, assignment.tools, MOST, KEY)
        schema = json.loads(bytes(form))
        jsonschema.validate(json.loads(found.rounds[0].proposal), schema["json_schema"]["schema"])


def test_every_mistake_of_form_is_named_at_once() -> None:
    proposal = sound(1)
    fact = ProposedFact(goal=7, key="Seat No", value="C4", spoken="", reveal="upfront")
    bad = replace(proposal, goals=proposal.goals * 2, facts=(fact,))
    said = " ".join(
        each.text for each in mistakes_of_form(bad, goals=1, intents=("count",), known=("seat",))
    )
    assert "There are 2 goals; there have to be 1" in said
    assert "'Seat No'" in said
    assert "no goal with the number 7" in said


def test_what_a_model_wrote_is_never_a_template() -> None:
    """Braces and marks in a need come out as they went in."""
    assignment, proposal = given(1), sound(1)
    need = "You want {{ 7 * 7 }} {% for %} {ticket} [a|b] back."
    proposal = replace(proposal, goals=(replace(proposal.goals[0], need=need),))
    plan = drafted(proposal, assignment, "somebody")
    assert not isinstance(plan, list)
    assert plan.goals[0].need == need
