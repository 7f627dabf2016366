"""What the desk and the customer can do. Tools check that data is valid, not that a policy allows it."""

from generators.domains.energy.tools.account import (
    change_bank_details,
    check_security,
    find_customer,
    hand_over,
    send_document,
)
from generators.domains.energy.tools.billing import (
    explain_bill,
    get_billing,
    refund_credit,
    set_up_payment_plan,
)
from generators.domains.energy.tools.contracts import (
    end_contract,
    get_advance_quote,
    list_contracts,
    list_tariffs,
    register_solar,
    set_advance,
    start_contract,
    switch_tariff,
)
from generators.domains.energy.tools.faults import (
    book_visit,
    check_outages,
    get_visits,
    move_visit,
    open_fault,
    resume_remote_readings,
    run_remote_test,
)
from generators.domains.energy.tools.home import (
    check_gateway,
    check_meter_display,
    close_gas_valve,
    inspect_fuse_box,
    read_inverter,
    read_meter,
    restart_gateway,
    set_main_switch,
)
from generators.domains.energy.tools.metering import find_meter, list_meters, submit_reading
from generators.domains.tool import read, toolbox, write

AGENT_TOOLS = toolbox(
    read(find_customer),
    read(check_security),
    write(change_bank_details),
    write(send_document),
    write(hand_over),
    read(get_billing),
    read(explain_bill),
    write(set_up_payment_plan),
    write(refund_credit),
    read(list_contracts),
    read(list_tariffs),
    write(switch_tariff),
    read(get_advance_quote),
    write(set_advance),
    write(end_contract),
    write(start_contract),
    write(register_solar),
    read(list_meters),
    read(find_meter),
    write(submit_reading),
    read(check_outages),
    read(run_remote_test),
    write(resume_remote_readings),
    write(open_fault),
    read(get_visits),
    write(book_visit),
    write(move_visit),
)

USER_TOOLS = toolbox(
    read(read_meter),
    read(check_meter_display),
    read(check_gateway),
    write(restart_gateway),
    read(inspect_fuse_box),
    write(set_main_switch),
    read(read_inverter),
    write(close_gas_valve),
)
