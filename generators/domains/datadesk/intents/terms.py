"""Callers who ask what a term means, or want a new one."""

from generators.blueprint import Fact
from generators.domains.datadesk.catalogue import PROPOSALS
from generators.domains.datadesk.database import Metric
from generators.domains.datadesk.intents.drawing import named, touched
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.plan import Plan

_DEFINED = ("long trip", "rainy day", "repeat fault", "dead bike", "failed share")
"""Terms of one meaning."""


def draw_meaning(situation: Situation) -> Draw | None:
    """A term with one definition, or one that is none yet."""
    left = [each for each in _DEFINED if each not in touched(situation)]
    if not left:
        return None
    term = situation.rng.choice(left)
    return Draw(
        need=f"You want to know what exactly counts as {term} in this company, and since when.",
        facts=(Fact(key="term", value=term, reveal="upfront", cues=("term", "word")),),
    )


def solve_meaning(plan: Plan) -> None:
    """Look it up, tell."""
    plan.ask("term")
    row = named(plan.call("find_metric", term=plan.value("term")), status="in_force")
    plan.tell("meaning_is", title=row["title"], since=row["since"])
    plan.outputs["term"] = row["term"]


def draw_propose(situation: Situation) -> Draw | None:
    """A term that no metric has."""
    db = situation.db
    terms = [
        term
        for term in sorted(PROPOSALS)
        if not db[Metric].where(term=term) and term not in touched(situation)
    ]
    if not terms:
        return None
    term = situation.rng.choice(terms)
    return Draw(
        need=f"You want {term} to become a metric of the company. It is to mean {PROPOSALS[term]}.",
        facts=(
            Fact(key="new_term", value=term, reveal="upfront", cues=("term", "name", "called")),
            Fact(
                key="definition",
                value=PROPOSALS[term],
                reveal="upfront",
                cues=("mean", "definition", "defined"),
            ),
        ),
    )


def solve_propose(plan: Plan) -> None:
    """See that the term is new, propose it."""
    plan.ask("new_term", "definition")
    plan.call("find_metric", term=plan.value("new_term"))
    plan.confirm("propose", term=plan.value("new_term"))
    done = plan.call(
        "propose_metric",
        staff_number=plan.subject,
        term=plan.value("new_term"),
        definition=plan.value("definition"),
    )
    plan.tell("proposed", reference=done["metric_id"], by=done["council_decides_by"])
    plan.outputs["term"] = plan.value("new_term")


def draw_propose_known(situation: Situation) -> Draw | None:
    """A term that has a meaning already."""
    left = [each for each in _DEFINED if each not in touched(situation)]
    if not left:
        return None
    term = situation.rng.choice(left)
    return Draw(
        need=f"You want {term} to become a metric of the company, with a meaning that you have "
        "thought of yourself.",
        facts=(
            Fact(key="new_term", value=term, reveal="upfront", cues=("term", "name", "called")),
        ),
    )


def solve_propose_known(plan: Plan) -> None:
    """Look it up, decline, say what it means already."""
    plan.ask("new_term")
    row = named(plan.call("find_metric", term=plan.value("new_term")), status="in_force")
    plan.refuse("term_taken", title=row["title"], reference=row["metric_id"])
    plan.outputs["term"] = plan.value("new_term")


TERMS = (
    Intent(
        "metric_meaning",
        "What a term means",
        "informed",
        draw_meaning,
        solve_meaning,
        ("Q01", "Q12"),
    ),
    Intent(
        "propose_metric",
        "A new term",
        "fulfilled",
        draw_propose,
        solve_propose,
        ("Q01", "Q37", "Q39"),
    ),
    Intent(
        "propose_refused",
        "A term that is taken",
        "refused",
        draw_propose_known,
        solve_propose_known,
        ("Q01", "Q37"),
    ),
)
