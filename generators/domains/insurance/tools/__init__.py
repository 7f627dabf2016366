"""The desk's tools, and what clients can do at home with their papers and their phone."""

from generators.domains.insurance.tools.abroad import approve_treatment, get_case, hand_over
from generators.domains.insurance.tools.asking import (
    get_claim,
    get_policy,
    identify_client,
    list_authorisations,
    list_policies,
)
from generators.domains.insurance.tools.changing import (
    add_cover,
    add_person,
    cancel_policy,
    extend_trip,
    send_certificate,
)
from generators.domains.insurance.tools.claiming import (
    accept_document,
    ask_by_post,
    check_event,
    check_upload,
    open_claim,
    quote_delay,
)
from generators.domains.insurance.tools.deciding import (
    approve_payout,
    assess_claim,
    file_appeal,
    withdraw_claim,
)
from generators.domains.insurance.tools.home import (
    photograph_document,
    read_code,
    read_report_number,
)
from generators.domains.insurance.tools.money import change_bank_details, check_code, send_code
from generators.domains.insurance.tools.quoting import (
    quote_cancellation,
    quote_cover,
    quote_extension,
    quote_person,
)
from generators.domains.tool import read, toolbox, write

AGENT_TOOLS = toolbox(
    read(identify_client),
    read(list_authorisations),
    read(list_policies),
    read(get_policy),
    read(get_claim),
    read(check_event),
    read(quote_delay),
    read(check_upload),
    read(assess_claim),
    read(quote_cancellation),
    read(quote_cover),
    read(quote_person),
    read(quote_extension),
    read(get_case),
    read(check_code),
    write(open_claim),
    write(accept_document),
    write(ask_by_post),
    write(approve_payout),
    write(file_appeal),
    write(withdraw_claim),
    write(cancel_policy),
    write(add_cover),
    write(add_person),
    write(extend_trip),
    write(send_certificate),
    write(send_code),
    write(change_bank_details),
    write(approve_treatment),
    write(hand_over),
)
USER_TOOLS = toolbox(write(photograph_document), read(read_report_number), read(read_code))
