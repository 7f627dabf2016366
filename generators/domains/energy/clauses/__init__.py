"""The clauses of the manual that code can check."""

from generators.domains.domain import Clause
from generators.domains.energy.clauses import eligibility, faults, identity, talk

CLAUSES = {
    clause.id: clause
    for clause in (
        Clause("E01", "calls", identity.look_up_first),
        Clause("E02", "calls", identity.three_tries),
        Clause("E03", "calls", identity.own_account_only),
        Clause("E04", "talk", talk.nobody_else),
        Clause("E05", "talk", talk.secrets_on_file),
        Clause("E06", "calls", identity.security_before_bank),
        Clause("E07", "calls", identity.failed_check_is_final),
        Clause("E08", "talk", talk.asked_before_change),
        Clause("E09", "talk", talk.question_names_it),
        Clause("E11", "calls", identity.mail_on_file),
        Clause("E13", "talk", talk.reading_from_customer),
        Clause("E14", "calls", eligibility.second_look),
        Clause("E15", "calls", eligibility.remote_meters_alone),
        Clause("E17", "calls", eligibility.advance_in_limits),
        Clause("E18", "calls", eligibility.advance_not_again),
        Clause("E20", "calls", eligibility.fixed_term_holds),
        Clause("E21", "talk", talk.prices_told),
        Clause("E22", "calls", eligibility.smart_only),
        Clause("E24", "calls", eligibility.notice_kept),
        Clause("E25", "calls", eligibility.final_reading),
        Clause("E26", "calls", eligibility.move_in_window),
        Clause("E29", "calls", eligibility.plan_in_limits),
        Clause("E30", "calls", eligibility.no_plan_after_broken),
        Clause("E31", "calls", eligibility.refund_in_limits),
        Clause("E32", "calls", eligibility.no_refund_when_overdue),
        Clause("E33", "calls", faults.order_of_repair),
        Clause("E34", "calls", faults.answered_before_resuming),
        Clause("E35", "calls", faults.fault_before_visit),
        Clause("E36", "calls", faults.visit_soon_stays),
        Clause("E37", "calls", faults.outage_checked_first),
        Clause("E38", "calls", faults.no_engineer_in_outage),
        Clause("E39", "calls", faults.gas_at_once),
        Clause("E40", "calls", faults.no_switch_in_gas),
        Clause("E41", "calls", eligibility.solar_fits),
    )
}
