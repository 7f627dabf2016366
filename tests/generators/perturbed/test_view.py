import re

import msgspec
import pytest

from generators.domains.registry import domain_named
from generators.domains.table import ToolFailure
from generators.event import AGENT, USER
from generators.llm.part import form_of
from generators.perturbation import KINDS, Perturbation
from generators.perturbed.callback import LEAVE_REQUEST
from generators.perturbed.choice import missing_in
from generators.perturbed.names import is_legal
from generators.perturbed.view import domain_of, perturbed
from tests.every_domain import EVERY_DOMAIN
from tests.perturbed_plans import perturbed_cases

CLOAKROOM = domain_named("cloakroom")
_OLD_FREE = re.compile(r"\d+(?:\.\d+)?")


def view(name: str, *kinds: str, variant: int = 0):
    return perturbed(domain_named(name), Perturbation(kinds=kinds, variant=variant))


def parameters(tool) -> dict:
    return tool.schema["function"]["parameters"]


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_every_tool_has_one_other_name_that_leads_back_to_it(name: str):
    domain = domain_named(name)
    for variant in range(3):
        found = view(name, "renamed", variant=variant)
        for party in (AGENT, USER):
            here, there = found.tools_of(party), domain.tools_of(party)
            assert sorted(found.naming.tool(party, each) for each in here) == sorted(there)
            assert all(is_legal(each) and found.tools_of(party)[each].name == each for each in here)
        assert {*found.agent_tools, *found.user_tools}.isdisjoint(
            {*domain.agent_tools, *domain.user_tools}
        )


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_another_name_changes_no_type_no_choice_and_no_duty(name: str):
    domain = domain_named(name)
    found = view(name, "renamed", "reordered", "paraphrased", variant=1)
    for party in (AGENT, USER):
        for here, tool in found.tools_of(party).items():
            old = parameters(domain.tools_of(party)[found.naming.tool(party, here)])
            back = found.naming.arguments[party, here]
            assert [*parameters(tool)["properties"]] == [*back]
            assert sorted(back[each] for each in parameters(tool)["required"]) == sorted(
                old["required"]
            )
            for new, schema in parameters(tool)["properties"].items():
                before = old["properties"][back[new]]
                assert {**schema, "description": ""} == {**before, "description": ""}


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_no_text_speaks_of_a_tool_by_a_name_that_it_does_not_have_here(name: str):
    domain, found = domain_named(name), view(name, "renamed", "paraphrased")
    old = [each for each in (*domain.agent_tools, *domain.user_tools) if "_" in each]
    spoken = re.compile(rf"\b(?:{'|'.join(old)})\b")
    texts = [found.policy.text, *found.policy.clauses.values()]
    texts += [msgspec.json.encode(found.schemas_of(party)).decode() for party in (AGENT, USER)]
    assert [spoken.findall(text) for text in texts if spoken.search(text)] == []
    assert spoken.search(domain.policy.text) or name in ("cloakroom", "energy")


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_other_words_state_the_same_numbers(name: str):
    domain, found = domain_named(name), view(name, "paraphrased", variant=2)
    changed = 0
    for tool, here in found.agent_tools.items():
        old = domain.agent_tools[tool]
        changed += here.description != old.description
        assert _OLD_FREE.findall(here.description) == _OLD_FREE.findall(old.description)
        for argument, schema in parameters(here)["properties"].items():
            before = parameters(old)["properties"][argument]["description"]
            assert before[1:] in schema["description"]
    assert changed == len(found.agent_tools)


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_where_there_is_another_order_it_is_taken(name: str):
    domain, found = domain_named(name), view(name, "reordered")
    for tool, here in found.agent_tools.items():
        new, old = ([*parameters(each)["properties"]] for each in (here, domain.agent_tools[tool]))
        assert sorted(new) == sorted(old)
        assert (new != old) == (len(old) > 1)


def test_arguments_are_checked_by_the_names_that_they_have_here():
    found = view("cloakroom", "renamed")
    tool = found.agent_tools[found.naming.called(AGENT, "find_guest")]
    (seat,) = parameters(tool)["properties"]
    assert seat != "seat"
    assert tool.parse(f'{{"{seat}": "C4"}}') == {"seat": "C4"}
    with pytest.raises(ToolFailure, match=rf"{re.escape(tool.name)}: .*`{seat}`"):
        tool.parse("{}")
    with pytest.raises(ToolFailure, match="unknown field `seat`"):
        tool.parse('{"seat": "C4"}')


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_what_identifies_a_caller_is_never_missing_and_never_out_of_service(name: str):
    for variant in range(6):
        found = view(name, "missing", "outages", variant=variant)
        gone = missing_in(domain_named(name), Perturbation(kinds=("missing",), variant=variant))
        assert gone
        assert gone.isdisjoint(found.agent_tools)
        assert LEAVE_REQUEST.name in found.agent_tools
        assert "unavailable" in found.troubles.values()
    for child, _, _ in perturbed_cases("cloakroom", "missing+outages", 4):
        opening = [action for action in child.actions if not action.goal]
        assert [action.error for action in opening] == [""]


def test_environments_of_one_perturbation_are_one_object_and_one_hash():
    one = view("cloakroom", *KINDS, variant=1)
    assert view("cloakroom", *KINDS, variant=1) is one
    assert one.hash != CLOAKROOM.hash
    assert one.hash == view("cloakroom", "renamed").hash
    child, parent, _ = perturbed_cases("cloakroom", "renamed", 2)[0]
    assert domain_of(parent) is CLOAKROOM
    assert domain_of(child).origin is CLOAKROOM


def test_a_model_is_shown_the_tools_of_its_environment():
    found = view("cloakroom", "renamed", "missing")
    form = form_of(AGENT, found, "structured", False, "", 400)
    assert sorted(form.schemas) == sorted(found.agent_tools)
    assert all(name in form.preamble for name in found.agent_tools)
    assert set(form.others) == {*found.user_tools}
