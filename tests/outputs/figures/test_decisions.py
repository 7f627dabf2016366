from outputs.figures.decisions import Decisions
from outputs.figures.people import People
from outputs.figures.votes import Votes
from tests.outputs.faulty_set import broken_row, fault, faulty_set, row


def test_every_attempt_is_counted_under_one_outcome_and_one_leading_reason():
    decisions = Decisions()
    for each in faulty_set():
        decisions.add(each)
    found = decisions.summary()
    assert found.outcomes == {"accepted": 21, "dropped": 3, "rejected": 9, "failed": 3}
    assert found.attempted == len(faulty_set()) == sum(found.outcomes.values())
    assert sum(found.leading.values()) == found.attempted - found.outcomes["accepted"]
    assert found.leading["corpus.near_duplicate"] == 3
    assert found.leading["failed.agent.timeout"] == 3
    assert (found.mentioned["information.missing"], found.leading.get("information.missing")) == (
        3,
        None,
    )
    assert found.accept_rate == 21 / 36
    assert found.domains[0].outcomes == found.outcomes


def test_a_failure_is_counted_by_who_broke():
    decisions = Decisions()
    decisions.add(broken_row(0, party="engine"))
    assert decisions.summary().broke == {"engine": 1}
    assert decisions.summary().leading == {"failed.engine.timeout": 1}


def test_members_are_compared_with_the_decision_and_with_the_planted_faults():
    votes = Votes()
    votes.add(row(0, "replay.end_state", faults=(fault("drop_last_write"),), voters="pf"))
    votes.add(row(1, voters="pf"))
    votes.add(row(2, voters="aa"))
    found = votes.summary()
    rules, lenient, strict = found.members
    assert (rules.verifier, rules.veto, rules.with_decision.value) == ("rules", True, 1.0)
    assert (lenient.passed, lenient.failed, lenient.abstained) == (2, 0, 1)
    assert (lenient.caught.value, lenient.alarms.value) == (0.0, 0.0)
    assert (strict.caught.value, strict.alarms.value) == (1.0, 1.0)
    assert (found.agreement.units, found.agreement.pairwise) == (2, 0.0)


def test_a_persona_counts_once_and_its_dialogues_each():
    people = People()
    for attempt in (0, 1):
        people.add(row(0, attempt=attempt))
    people.add(row(0, "policy.K01"))
    people.add(row(1))
    quotas = {"demographics.gender": {"female": 0.5, "male": 0.5}}
    found = people.summary(quotas)[0]
    assert found.facet == "demographics.gender"
    assert found.asked == {"female": 0.5, "male": 0.5}
    assert (found.personas, found.accepted) == ({"female": 2}, {"female": 3})
