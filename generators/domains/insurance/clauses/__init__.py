"""The clauses of the manual that code can check, by id."""

from generators.domains.domain import Clause
from generators.domains.insurance.clauses import caller, claims, policies, talk

CLAUSES = {
    clause.id: clause
    for clause in (
        Clause("T01", "calls", caller.known_first),
        Clause("T02", "calls", caller.own_or_authorised),
        Clause("T03", "calls", caller.own_bank_only),
        Clause("T05", "talk", talk.doctor_lines_kept),
        Clause("T06", "talk", talk.agreed_first),
        Clause("T07", "talk", talk.premium_named_first),
        Clause("T10", "calls", claims.looked_up_first),
        Clause("T11", "calls", claims.covered_then),
        Clause("T12", "calls", claims.reported_in_time),
        Clause("T13", "talk", talk.report_number_as_read),
        Clause("T14", "calls", claims.delay_as_quoted),
        Clause("T17", "calls", claims.legible_only),
        Clause("T18", "calls", claims.post_after_two_photographs),
        Clause("T21", "calls", claims.paid_as_assessed),
        Clause("T22", "calls", claims.nothing_missing),
        Clause("T23", "calls", claims.payout_limit),
        Clause("T26", "calls", claims.appeal_in_time),
        Clause("T27", "calls", policies.right_refund),
        Clause("T28", "calls", policies.cancellable),
        Clause("T29", "calls", policies.cover_in_time),
        Clause("T30", "calls", policies.person_fits),
        Clause("T31", "calls", policies.extension_fits),
        Clause("T33", "calls", caller.code_before_bank),
        Clause("T35", "calls", policies.within_cover),
        Clause("T36", "calls", policies.treatment_limit),
        Clause("T38", "talk", talk.emergency_first),
        Clause("T39", "calls", caller.right_queue_once),
        Clause("T43", "talk", talk.nothing_excluded),
    )
}
