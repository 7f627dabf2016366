"""Several services as one domain, for callers who want something of each in one conversation."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from string import ascii_uppercase

from generators.domains.domain import Clause, Domain, Intent, Part
from generators.domains.policy import Policy, policy_in
from generators.domains.services.callers import CALLER_PHONE
from generators.domains.services.loader import agent_tools, desk_of, intents_of, seed_of
from generators.domains.services.reading import read_service
from generators.domains.services.rules import clauses_of
from generators.domains.services.scope import Scope, Service
from generators.domains.services.words import listed

_CLAUSE_ID = re.compile(r"^([-*] \*\*)([A-Z]+\d+)(\*\*)", re.M)


def joined(domains: Sequence[Domain]) -> Domain:
    """The service domains as one: all their tables, tools, intents and clauses, and one caller. Its name
    is theirs with ``+`` between, in this order.

    Tools keep their names unless two services share one; intents, facts and phrases get the service's
    name before theirs; clauses get a letter for their service (``AS01``). Raises ``ValueError`` for
    fewer than two domains or more than the alphabet has letters, for the same one twice, and for clocks
    that differ; ``ServiceError`` for one that no service folder stands for.
    """
    names = [domain.name for domain in domains]
    if not 2 <= len(names) <= len(ascii_uppercase):
        raise ValueError(f"found {len(names)} domains to join; right would be at least two")
    if len(set(names)) < len(names):
        raise ValueError(f"found the same domain twice in {'+'.join(names)}; right is each once")
    clocks = {domain.clock for domain in domains}
    if len(clocks) > 1:
        found = ", ".join(f"{domain.name} at {domain.clock}" for domain in domains)
        raise ValueError(f"found domains at different times ({found}); right is one clock")
    services = [read_service(domain.folder) for domain in domains]
    scopes = _scopes(services)
    intents: dict[str, Intent] = {}
    clauses: dict[str, Clause] = {}
    for letter, scope in zip(ascii_uppercase, scopes, strict=False):
        renamed = _renaming(letter)
        intents |= intents_of(scope, renamed)
        clauses |= clauses_of(scope, renamed)
    return Domain(
        name="+".join(names),
        title=listed([domain.title for domain in domains]),
        summary=" ".join(domain.summary for domain in domains),
        folder=domains[0].folder,
        policy=_policy(services),
        agent_tools=agent_tools(scopes),
        user_tools={},
        intents=intents,
        clauses=clauses,
        seed=seed_of(scopes),
        clock=domains[0].clock,
        **desk_of(max(service.spec.callers for service in services)),
        parts=tuple(
            Part(
                folder=domain.folder,
                prefix=scope.prefix,
                shared=(CALLER_PHONE,),
                tools=tuple(scope.tool_names.items()),
            )
            for domain, scope in zip(domains, scopes, strict=True)
        ),
    )


def _scopes(services: Sequence[Service]) -> list[Scope]:
    """Each service with its prefix, and with its name before that of a tool which another has too."""
    counts = Counter(name for service in services for name in service.spec.tools)
    return [
        Scope(
            service,
            prefix=f"{service.spec.name}_",
            tool_names={
                name: f"{service.spec.name}_{name}"
                for name in service.spec.tools
                if counts[name] > 1
            },
        )
        for service in services
    ]


def _renaming(letter: str) -> Callable[[str], str]:
    return lambda clause: f"{letter}{clause}"


def _policy(services: Sequence[Service]) -> Policy:
    """The services' manuals, one after the other."""
    texts = []
    for letter, service in zip(ascii_uppercase, services, strict=False):
        texts.append(_CLAUSE_ID.sub(rf"\g<1>{letter}\g<2>\g<3>", service.policy.text.strip()))
    return policy_in("\n\n".join(texts) + "\n")
