"""The shapes of what tools take."""

from typing import Annotated

from msgspec import Meta

ClientNumber = Annotated[str, Meta(pattern=r"^CU-[0-9]{7}$")]
PolicyNumber = Annotated[str, Meta(pattern=r"^TP-[0-9]{7}$")]
ClaimNumber = Annotated[str, Meta(pattern=r"^CL-[0-9]{7}$")]
CaseNumber = Annotated[str, Meta(pattern=r"^AC-[0-9]{7}$")]
Code = Annotated[str, Meta(pattern=r"^[0-9]{6}$")]
Iban = Annotated[str, Meta(pattern=r"^[A-Z]{2}[0-9]{2}[A-Z]{4}[0-9]{14}$")]
Amount = Annotated[float, Meta(gt=0, le=100000)]
