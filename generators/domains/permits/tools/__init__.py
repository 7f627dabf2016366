"""What the counter and the applicant can do. Tools check that data make sense, not the manual."""

from generators.domains.permits.tools.files import deregister_dog, hand_over, register_dog
from generators.domains.permits.tools.ground import (
    accept_document,
    book_inspection,
    extend_permit,
    file_application,
    file_objection,
    record_notice,
    transfer_permit,
)
from generators.domains.permits.tools.home import (
    measure,
    photograph_notice,
    put_up_notice,
    read_code,
    upload_document,
)
from generators.domains.permits.tools.parking import (
    change_parking_vehicle,
    check_code,
    issue_parking_permit,
    join_parking_waiting_list,
    return_parking_permit,
    sell_visitor_tickets,
    send_code,
)
from generators.domains.permits.tools.reading import (
    get_permit_kind,
    get_street,
    list_applications,
    list_dogs,
    list_fees,
    list_inspection_slots,
    list_parking,
    list_permits,
    list_proxies,
    quote_dog_tax,
    quote_fee,
    quote_parking_fee,
    verify_person,
)
from generators.domains.tool import read, toolbox, write

AGENT_TOOLS = toolbox(
    read(verify_person),
    read(list_proxies),
    read(list_parking),
    read(quote_parking_fee),
    read(list_fees),
    read(get_permit_kind),
    read(get_street),
    read(quote_fee),
    read(list_permits),
    read(list_applications),
    read(list_inspection_slots),
    read(list_dogs),
    read(quote_dog_tax),
    write(issue_parking_permit),
    write(join_parking_waiting_list),
    write(change_parking_vehicle),
    write(return_parking_permit),
    write(sell_visitor_tickets),
    write(send_code),
    write(check_code),
    write(file_application),
    write(accept_document),
    write(book_inspection),
    write(file_objection),
    write(record_notice),
    write(extend_permit),
    write(transfer_permit),
    write(register_dog),
    write(deregister_dog),
    write(hand_over),
)

USER_TOOLS = toolbox(
    read(read_code),
    read(measure),
    write(upload_document),
    write(put_up_notice),
    write(photograph_notice),
)
