"""What must be described, reachable and named for anybody to work with a domain."""

from collections.abc import Iterator

from generators.domain_check.remark import Remark
from generators.domain_check.solving import Trials
from generators.domains.domain import Domain
from generators.event import AGENT, USER


def tool_remarks(domain: Domain, trials: Trials) -> Iterator[Remark]:
    """Tools that no plan calls."""
    called = {
        (action.party, action.tool)
        for cases in trials.plans.values()
        for case in cases
        for action in case.plan.actions
    }
    for party in (AGENT, USER):
        for name in sorted(domain.tools_of(party)):
            if (party, name) not in called:
                found = f"no oracle has the {party} call it"
                yield Remark(check="tools", about=name, found=found)


def description_remarks(domain: Domain) -> Iterator[Remark]:
    """What lacks a description, a title or a sentence."""
    for name, text in (("title", domain.title), ("summary", domain.summary)):
        if not text.strip():
            yield _missing(f"the domain's {name}", "it is empty")
    for party in (AGENT, USER):
        for name, tool in sorted(domain.tools_of(party).items()):
            if not tool.description.strip():
                yield _missing(name, "the tool has no description")
            properties = tool.schema["function"]["parameters"]["properties"]
            for argument, schema in properties.items():
                if not str(schema.get("description", "")).strip():
                    yield _missing(f"{name}.{argument}", "the argument has no description")
    for name, intent in sorted(domain.intents.items()):
        if not intent.title.strip():
            yield _missing(name, "the intent has no title")
        for clause in intent.clauses:
            if clause not in domain.policy.clauses:
                yield _missing(name, f"it tests clause {clause}, which the policy does not have")
    for name in sorted(domain.clauses.keys() - domain.policy.clauses.keys()):
        yield _missing(name, "code checks this clause, and the policy does not have it")


def _missing(about: str, found: str) -> Remark:
    return Remark(check="descriptions", about=about, found=found, broken=True)
