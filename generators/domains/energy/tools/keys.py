"""The shapes of the ids that tools take."""

from typing import Annotated

from msgspec import Meta

AccountNumber = Annotated[str, Meta(pattern=r"^\d{8}$")]
ContractId = Annotated[str, Meta(pattern=r"^C-\d{7}$")]
MeterId = Annotated[str, Meta(pattern=r"^[EG]\d{8}$")]
BillId = Annotated[str, Meta(pattern=r"^B-\d{7}$")]
SlotId = Annotated[str, Meta(pattern=r"^S-\d{7}$")]
VisitId = Annotated[str, Meta(pattern=r"^V-\d{7}$")]
