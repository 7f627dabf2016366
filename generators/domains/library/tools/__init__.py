"""The tools of the service desk, and what members can do themselves."""

from generators.domains.library.tools.account import (
    get_membership,
    hand_over,
    renew_membership,
    send_confirmation,
    suggest_purchase,
    verify_member,
)
from generators.domains.library.tools.houses import (
    book_room,
    cancel_booking,
    find_event,
    list_bookings,
    register_for_event,
    search_rooms,
)
from generators.domains.library.tools.lending import (
    charge_item,
    check_receipt,
    clear_loan,
    list_loans,
    quote_item_fee,
    renew_loan,
)
from generators.domains.library.tools.money import (
    complete_payment,
    forgive_charge,
    list_charges,
    send_payment_request,
)
from generators.domains.library.tools.own import (
    approve_payment,
    find_receipt,
    read_label,
    read_postcard,
)
from generators.domains.library.tools.stock import (
    cancel_reservation,
    extend_hold,
    find_partner_offers,
    find_title,
    list_reservations,
    order_from_partner,
    place_reservation,
    request_transfer,
)
from generators.domains.tool import read, toolbox, write

AGENT_TOOLS = toolbox(
    read(verify_member),
    read(get_membership),
    read(list_loans),
    read(list_charges),
    read(list_reservations),
    read(list_bookings),
    read(find_title),
    read(find_event),
    read(find_partner_offers),
    read(search_rooms),
    read(quote_item_fee),
    read(check_receipt),
    write(renew_loan),
    write(charge_item),
    write(clear_loan),
    write(place_reservation),
    write(request_transfer),
    write(cancel_reservation),
    write(extend_hold),
    write(order_from_partner),
    write(suggest_purchase),
    write(book_room),
    write(cancel_booking),
    write(register_for_event),
    write(send_payment_request),
    write(complete_payment),
    write(forgive_charge),
    write(renew_membership),
    write(send_confirmation),
    write(hand_over),
)
USER_TOOLS = toolbox(
    read(find_receipt), read(read_label), write(approve_payment), read(read_postcard)
)
