"""A service folder as a domain."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from generators.blueprint import Fact, Outcome
from generators.domains.domain import Domain, Draw, Intent, Situation
from generators.domains.plan import Plan
from generators.domains.services import callers
from generators.domains.services.cases import Moment
from generators.domains.services.drawing import DRAWS
from generators.domains.services.reading import read_service
from generators.domains.services.rules import clauses_of
from generators.domains.services.scope import Scope
from generators.domains.services.solving import ORACLES
from generators.domains.services.spec import IntentSpec
from generators.domains.services.tools import tools_of
from generators.domains.table import Base, Database, Row, TableSpec
from generators.domains.tool import Tool

_INFORMED = ("find", "find_none", "find_other", "look_up", "list")
_ANYBODY = "anybody"


def service_domain(folder: Path) -> Domain:
    """The domain that a service folder describes: ``service.yaml``, ``rows/``, ``policy.md``,
    ``phrases.yaml``. Raises ``ServiceError`` that names every mistake by file and field."""
    service = read_service(folder)
    scope = Scope(service)
    spec = service.spec
    return Domain(
        name=spec.name,
        title=spec.title,
        summary=spec.summary,
        folder=folder,
        policy=service.policy,
        agent_tools=agent_tools([scope]),
        user_tools={},
        intents=intents_of(scope),
        clauses=clauses_of(scope),
        seed=seed_of([scope]),
        clock=spec.clock,
        **desk_of(spec.callers),
    )


def agent_tools(scopes: list[Scope]) -> dict[str, Tool]:
    """The tools of all these services, and the one that finds callers where any service has some."""
    tools = {name: tool for scope in scopes for name, tool in tools_of(scope).items()}
    if any(scope.spec.callers for scope in scopes):
        tools[callers.FIND_CALLER] = callers.find_caller_tool()
    return tools


def intents_of(scope: Scope, clause: Callable[[str], str] = str) -> dict[str, Intent]:
    """The service's intents, by their names in the domain. ``clause`` gives a clause's id there."""
    found = {}
    for name, spec in scope.spec.intents.items():
        outcome: Outcome = "informed" if spec.kind in _INFORMED else "fulfilled"
        found[scope.named(name)] = Intent(
            name=scope.named(name),
            title=spec.title,
            outcome=outcome,
            draw=partial(_drawn, scope, spec),
            oracle=partial(ORACLES[spec.kind], scope, spec),
            clauses=tuple(clause(each) for each in spec.clauses),
            weight=spec.weight,
        )
    return found


def _drawn(scope: Scope, spec: IntentSpec, situation: Situation) -> Draw | None:
    moment = Moment(situation.db, situation.subject, situation.rng, situation.earlier)
    return DRAWS[spec.kind](scope, spec, moment)


def seed_of(scopes: list[Scope]) -> Callable[[int], Base]:
    """The data of all these services. Rows are the same in every world; callers are other people."""
    count = max(scope.spec.callers for scope in scopes)

    def seed(number: int) -> Base:
        specs: list[TableSpec] = [each for scope in scopes for each in scope.tables()]
        rows: dict[type[Row], Any] = {
            scope.row(name): rows for scope in scopes for name, rows in scope.service.rows.items()
        }
        if count:
            specs.append(callers.CALLERS)
            rows[callers.Caller] = callers.people(count, number)
        return Base(specs, rows)

    return seed


def desk_of(count: int) -> dict[str, Any]:
    """Who calls, and how they are known. Nobody is asked before a wish needs it."""
    if count:
        return {
            "subjects": callers.subjects,
            "settle": callers.settle,
            "identity": callers.identity,
            "identify": _identify,
        }
    return {
        "subjects": lambda db: (_ANYBODY,),
        "settle": lambda db, subject, persona: (),
        "identity": _nobody,
        "identify": _identify,
    }


def _nobody(db: Database, subject: str) -> tuple[Fact, ...]:
    return ()


def _identify(plan: Plan) -> None:
    """Goals ask for it where they need it."""
