from collections import Counter

import pytest

from generators.domains.datadesk import DOMAIN
from tests.generators.domains.datadesk.cases import case

pytestmark = pytest.mark.slow


def test_questions_that_cannot_just_be_answered_are_named_so():
    kinds = Counter(name.partition("_")[0] for name in DOMAIN.intents)
    assert kinds["figure"] >= 10
    assert kinds["ambiguous"] >= 4
    assert kinds["unanswerable"] >= 3
    assert kinds["improper"] >= 8
    for name, intent in DOMAIN.intents.items():
        if name.startswith(("unanswerable", "improper")):
            assert intent.outcome == "refused"


def test_an_ambiguous_question_waits_for_what_is_meant():
    for name in (each for each in DOMAIN.intents if each.startswith("ambiguous")):
        blueprint = case(name)
        asks = [at for at, step in enumerate(blueprint.steps) if "meaning" in step.facts]
        ids = {action.id for action in blueprint.actions if action.tool == "run_query"}
        queries = [at for at, step in enumerate(blueprint.steps) if step.action in ids]
        assert max(asks) < min(queries)
        meaning = next(fact for fact in blueprint.facts if fact.key == "meaning")
        assert meaning.reveal == "when_asked"


def test_what_cannot_be_answered_is_not_queried():
    for name in DOMAIN.intents:
        if name.startswith(("unanswerable", "improper")):
            assert all(action.tool != "run_query" for action in case(name).actions)


def test_colleagues_act_themselves_where_only_they_can():
    acts = {
        action.tool
        for name in ("personal_access", "delete_old", "cannot_connect", "old_dashboard")
        for action in case(name).actions
        if action.party == "user"
    }
    assert acts == set(DOMAIN.user_tools)
