import re
from typing import Any

import msgspec
import pytest

from generators.domains.registry import DOMAINS, domain_named
from generators.event import AGENT, USER
from generators.llm.part import Form, form_of
from generators.llm.schemas import longest, reply_format
from tests.every_domain import EVERY_DOMAIN
from tests.played import cases


def form(domain: str, party: str, think: bool = True) -> Form:
    return form_of(party, domain_named(domain), "structured", think, "", 512)


def schema(domain: str, party: str, think: bool = True) -> dict[str, Any]:
    body = msgspec.json.decode(form(domain, party, think).response_format or b"")
    assert body["type"] == "json_schema"
    assert body["json_schema"]["strict"] is True
    return body["json_schema"]["schema"]


def fits(value: Any, rule: dict[str, Any]) -> bool:
    """Whether a value fits a schema, as far as the keywords go that our schemas use."""
    if "anyOf" in rule:
        return any(fits(value, each) for each in rule["anyOf"])
    if "enum" in rule and value not in rule["enum"]:
        return False
    match rule.get("type"):
        case "object":
            known = rule["properties"]
            return (
                isinstance(value, dict)
                and set(rule["required"]) <= set(value) <= set(known)
                and all(fits(each, known[key]) for key, each in value.items())
            )
        case "array":
            return len(value) <= rule["maxItems"] and all(fits(v, rule["items"]) for v in value)
        case "string":
            pattern = rule.get("pattern")
            return (
                isinstance(value, str)
                and len(value) <= rule.get("maxLength", len(value))
                and (pattern is None or re.search(pattern, value) is not None)
            )
        case "integer":
            low, high = rule.get("minimum", value), rule.get("maximum", value)
            return isinstance(value, int) and low <= value <= high
        case "number":
            return isinstance(value, (int, float))
        case "boolean":
            return isinstance(value, bool)
    return True


def parts(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value, *(part for each in value.values() for part in parts(each))]
    if isinstance(value, list):
        return [part for each in value for part in parts(each)]
    return []


ALL = [(domain, party) for domain in sorted(DOMAINS) for party in (USER, AGENT)]


@pytest.mark.parametrize(("domain", "party"), ALL)
def test_every_value_has_an_end(domain: str, party: str):
    for part in parts(schema(domain, party)):
        match part.get("type"):
            case "object":
                assert part["additionalProperties"] is False
            case "array":
                assert part["maxItems"] <= 8
            case "string":
                assert part.keys() & {"maxLength", "enum", "pattern", "format"}
                bare = re.sub(r"\\.", "", part.get("pattern", ""))
                assert not re.search(r"[*+.]|\[\^|\(\?", bare)
            case "integer":
                assert part.keys() >= {"minimum", "maximum"} or "enum" in part


@pytest.mark.parametrize(
    ("stated", "most"), [({}, 200), ({"maxLength": 900}, 900), ({"maxLength": 10**6}, 1200)]
)
def test_a_text_is_as_long_as_its_tool_allows_within_reason(stated: dict[str, int], most: int):
    text = {"type": "string", **stated}
    parameters = {"type": "object", "properties": {"sql": text}, "required": ["sql"]}
    tools = [{"type": "function", "function": {"name": "ask", "parameters": parameters}}]
    body = msgspec.json.decode(reply_format(AGENT, tools, think=False, length=300))
    found = [part for part in parts(body) if part.get("maxLength") in (200, 900, 1200)]
    assert [part["maxLength"] for part in found] == [most]


@pytest.mark.parametrize(("domain", "party"), ALL)
def test_only_keywords_that_every_grammar_engine_knows_are_used(domain: str, party: str):
    known = {"type", "properties", "required", "additionalProperties", "items", "maxItems"}
    known |= {"enum", "anyOf", "maxLength", "pattern", "format", "minimum", "maximum"}
    for part in parts(schema(domain, party)):
        if "type" in part and not isinstance(part["type"], dict):
            assert set(part) <= known


@pytest.mark.parametrize("domain", EVERY_DOMAIN)
def test_every_call_of_a_right_agent_fits(domain: str):
    calls = schema(domain, AGENT)["properties"]["calls"]
    users = schema(domain, USER)["properties"].get("calls")
    made = 0
    for plan, _ in cases(domain, 30):
        for action in plan.actions:
            call = {"tool": action.tool, "arguments": action.arguments}
            assert fits([call], calls if action.party == AGENT else users or {}), call
            made += 1
    assert made > 40
    assert not fits([{"tool": "nobody", "arguments": {}}], calls)


def test_there_is_one_schema_per_party_and_domain():
    formats = {bytes(form(*each).response_format or b"") for each in ALL * 2}
    assert len(formats) == len(ALL)
    assert form("cloakroom", USER) is form("cloakroom", USER)


def test_keys_stand_in_the_order_of_deciding():
    assert list(schema("cloakroom", USER)["properties"]) == [
        *("thought", "say", "goals_done", "end", "calls")
    ]
    assert list(schema("cloakroom", AGENT)["properties"]) == ["think", "say", "calls"]
    assert list(schema("clinic", USER, think=False)["properties"]) == ["say", "goals_done", "end"]


def test_an_utterance_is_as_long_as_the_reply_allows():
    assert longest(512) == 768
    assert longest(16) == 80
    assert longest(100_000) == 2000
    made = msgspec.json.decode(reply_format(USER, [], think=False, length=120))
    assert made["json_schema"]["schema"]["properties"]["say"]["maxLength"] == 120
