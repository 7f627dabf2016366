"""The kinds of arguments that several tools take."""

from typing import Annotated, Literal

from msgspec import Meta

Card = Annotated[str, Meta(pattern=r"^L-[0-9]{7}$")]
LoanId = Annotated[str, Meta(pattern=r"^L[EN]-[0-9]{7}$")]
TitleId = Annotated[str, Meta(pattern=r"^T-[0-9]{4}$")]
Barcode = Annotated[str, Meta(pattern=r"^3[0-9]{7}$")]
ReservationId = Annotated[str, Meta(pattern=r"^RV-[0-9]{7}$")]
ChargeId = Annotated[str, Meta(pattern=r"^CH-[0-9]{7}$")]
SlotId = Annotated[str, Meta(pattern=r"^RS-[0-9]{5}$")]
BookingId = Annotated[str, Meta(pattern=r"^RB-[0-9]{7}$")]
EventId = Annotated[str, Meta(pattern=r"^EV-[0-9]{4}$")]
OfferId = Annotated[str, Meta(pattern=r"^PO-[0-9]{4}$")]
Receipt = Annotated[str, Meta(pattern=r"^K-[0-9]{7}$")]
Name = Annotated[str, Meta(min_length=2, max_length=80)]
Cause = Literal["lost", "damaged"]
Grade = Literal["A", "B", "C", "D"]
RoomKind = Literal["study", "makerspace"]
PartOfDay = Literal["any", "morning", "afternoon"]
Channel = Literal["text", "email"]
