"""One small inventory of dialogue acts, so that our speakers and a reference corpus can be compared.

Names differ between annotation schemes, and one name can mean different things: a user's ``request``
is a wish in ours and a question in the reference's. A name that is in no table stands for itself.
"""

from generators.event import AGENT, USER

OURS: dict[str, dict[str, str]] = {
    USER: {
        "request": "state a wish",
        "report": "inform",
        "ask_back": "ask",
        "affirm": "agree",
        "accept": "agree",
        "object": "decline",
    },
    AGENT: {
        "inform": "tell",
        "explain": "tell",
        "request": "ask",
        "request_action": "ask",
        "offer": "offer help",
    },
}
"""Role -> act as our scripted speakers note it -> act of the common inventory."""

REFERENCE: dict[str, dict[str, str]] = {
    USER: {
        "inform_intent": "state a wish",
        "request": "ask",
        "request_alts": "ask",
        "affirm": "agree",
        "affirm_intent": "agree",
        "select": "agree",
        "negate": "decline",
        "negate_intent": "decline",
        "thank_you": "thank",
        "goodbye": "close",
    },
    AGENT: {
        "inform": "tell",
        "inform_count": "tell",
        "offer": "tell",
        "notify_success": "tell",
        "notify_failure": "refuse",
        "request": "ask",
        "req_more": "offer help",
        "offer_intent": "offer help",
        "goodbye": "close",
    },
}
"""The same for the acts of schema-guided corpora, in lower case."""


def common_acts(
    role: str, acts: list[str], inventory: dict[str, dict[str, str]]
) -> tuple[str, ...]:
    """The acts of one utterance in the common inventory, each once, in order."""
    table = inventory.get(role, {})
    named = (act.lower() for act in acts)
    return tuple(dict.fromkeys(table.get(act, act.replace("_", " ")) for act in named))
