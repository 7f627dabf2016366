from math import sqrt

import pytest
from msgspec.structs import replace

from tests.verifiers.cloakroom_talk import FetchTalk
from verifiers.critics.scripted import ScriptedVoter
from verifiers.rules import RULES
from verifiers.verdict import Evidence, Verdict

DIALOGUES = 4000


def opinions(voter: ScriptedVoter, good: bool, seed_of_ids: str = "t") -> list[str]:
    """Its verdicts on many dialogues that the rules find good, or bad."""
    talk = FetchTalk()
    verdicts = {name: Verdict(verifier=name, outcome="pass") for name in RULES}
    if not good:
        verdicts["replay"] = Verdict(verifier="replay", outcome="fail")
    trajectory = talk.trajectory()
    found = []
    for number in range(DIALOGUES):
        renamed = replace(trajectory, id=f"{seed_of_ids}{number}")
        found.append(voter.judge(Evidence(renamed, talk.blueprint, talk.domain, verdicts)).outcome)
    return found


def near(count: int, rate: float, of: int) -> bool:
    """Within four standard deviations: one false alarm in about 16,000."""
    return abs(count - rate * of) <= 4 * sqrt(rate * (1 - rate) * of)


def test_its_error_rates_are_those_asked_for():
    voter = ScriptedVoter(name="one", false_accept=0.2, false_reject=0.05, abstain=0.1, seed=3)
    for good, wrong_word, rate in ((True, "fail", 0.05), (False, "pass", 0.2)):
        found = opinions(voter, good)
        silent = found.count("abstain")
        assert near(silent, 0.1, DIALOGUES)
        assert near(found.count(wrong_word), rate, DIALOGUES - silent)


def test_without_error_rates_it_says_what_the_rules_say():
    voter = ScriptedVoter(name="one")
    assert set(opinions(voter, good=True)) == {"pass"}
    assert set(opinions(voter, good=False)) == {"fail"}


def test_its_opinion_follows_from_seed_id_and_name():
    voter = ScriptedVoter(name="one", false_reject=0.5, seed=1)
    assert opinions(voter, good=True) == opinions(voter, good=True)
    for other in (replace(voter, seed=2), replace(voter, name="two")):
        same = sum(
            a == b for a, b in zip(opinions(voter, True), opinions(other, True), strict=True)
        )
        assert near(same, 0.5, DIALOGUES)


def test_a_vote_against_says_so():
    voter = ScriptedVoter(name="stern", false_reject=1.0)
    verdict = voter.judge(FetchTalk().case())
    assert verdict.outcome == "fail"
    assert [each.code for each in verdict.findings] == ["critic.rejected"]


def test_a_rate_outside_of_0_and_1_is_refused():
    with pytest.raises(ValueError, match="not between 0 and 1"):
        ScriptedVoter(name="one", abstain=1.2)
