"""The front desk's tools. Callers have none of their own."""

from generators.domains.clinic.tools.files import (
    hand_over,
    request_records,
    request_renewal,
    set_up_instalments,
    update_insurance,
    update_phone,
    waive_fee,
)
from generators.domains.clinic.tools.reading import (
    get_service,
    list_appointments,
    list_guardianships,
    list_invoices,
    list_pharmacies,
    list_prescriptions,
    list_referrals,
    list_tests,
    quote_price,
    search_slots,
    verify_patient,
)
from generators.domains.clinic.tools.visits import (
    book_appointment,
    cancel_appointment,
    join_waiting_list,
    reschedule_appointment,
    send_confirmation,
    set_reminder,
)
from generators.domains.tool import read, toolbox, write

AGENT_TOOLS = toolbox(
    read(verify_patient),
    read(list_guardianships),
    read(get_service),
    read(search_slots),
    read(list_appointments),
    read(list_referrals),
    read(list_prescriptions),
    read(list_pharmacies),
    read(list_invoices),
    read(list_tests),
    read(quote_price),
    write(book_appointment),
    write(reschedule_appointment),
    write(cancel_appointment),
    write(set_reminder),
    write(send_confirmation),
    write(join_waiting_list),
    write(request_renewal),
    write(request_records),
    write(set_up_instalments),
    write(waive_fee),
    write(update_insurance),
    write(update_phone),
    write(hand_over),
)
