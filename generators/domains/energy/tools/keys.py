"""The shapes of ids in arguments, and how a result says which row it means."""

from typing import Annotated

from msgspec import Meta

AccountNumber = Annotated[str, Meta(pattern=r"^\d{8}$")]
ContractId = Annotated[str, Meta(pattern=r"^C-\d{7}$")]
MeterId = Annotated[str, Meta(pattern=r"^[EG]\d{8}$")]
BillId = Annotated[str, Meta(pattern=r"^B-\d{7}$")]
SlotId = Annotated[str, Meta(pattern=r"^S-\d{7}$")]
VisitId = Annotated[str, Meta(pattern=r"^V-\d{7}$")]
