"""The kinds of arguments that several tools take."""

from typing import Annotated, Literal

from msgspec import Meta

StaffNumber = Annotated[str, Meta(pattern=r"^S-[0-9]{4}$")]
Name = Annotated[str, Meta(min_length=2, max_length=80)]
Sql = Annotated[str, Meta(min_length=8, max_length=1200)]
GrantId = Annotated[str, Meta(pattern=r"^G-[0-9]{7}$")]
ReportId = Annotated[str, Meta(pattern=r"^RPT-[0-9]{6,7}$")]
ScheduleId = Annotated[str, Meta(pattern=r"^SC-[0-9]{7}$")]
LoadId = Annotated[str, Meta(pattern=r"^LD-[a-z_]+-[0-9]{4}$")]
DeletionId = Annotated[str, Meta(pattern=r"^DEL-[0-9]{5}$")]
MaskingId = Annotated[str, Meta(pattern=r"^MSK-[0-9]{5}$")]
Code = Annotated[str, Meta(pattern=r"^[0-9]{6}$")]
Level = Literal["read", "personal"]
Problem = Literal["duplicate", "missing", "impossible"]
Cadence = Literal["daily", "weekly", "monthly"]
DatasetName = Literal[
    "bikes",
    "campaign_sends",
    "campaigns",
    "contacts",
    "pass_kinds",
    "passes",
    "payments",
    "pings",
    "repairs",
    "riders",
    "stations",
    "towns",
    "trips",
    "weather_days",
]
