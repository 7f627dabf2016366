from generators.blueprint_check import Defect
from generators.defect_ledger import DefectLedger


def test_a_ledger_keeps_what_was_found_and_when():
    first = DefectLedger().noted("check", [Defect(code="no_effect", message="nothing happens")])
    second = first.noted("review", [Defect(code="review_rejected", message="too easy")], round=1)
    assert second.entries[:1] == first.entries
    assert [(each.stage, each.round, each.code) for each in second.entries] == [
        ("check", 0, "no_effect"),
        ("review", 1, "review_rejected"),
    ]
    assert second.counts == {"check.no_effect": 1, "review.review_rejected": 1}


def test_nothing_noted_changes_nothing():
    assert DefectLedger().noted("check", []) == DefectLedger()
