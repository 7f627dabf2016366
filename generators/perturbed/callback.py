"""What an agent can do where a tool is missing or out of service: leave the request with a colleague.

It is a tool of its own, since no domain plans for the failure of its tools. What is left behind is a
row, so whether a request was passed on shows in the end state, and the reference is something that only
the tool can tell.
"""

from typing import Any, Literal

from generators.domains.table import Database, Row, TableSpec
from generators.domains.tool import write

NO_FUNCTION, OUT_OF_SERVICE = "no_function", "out_of_service"
"""Why a request is passed on."""


class Callback(Row):
    """A request that a colleague takes up."""

    reference: str
    because: str
    subject: str


TABLE = TableSpec(Callback, "callbacks", "reference", wording=("subject",))


def leave_request(
    db: Database, subject: str, because: Literal["no_function", "out_of_service"]
) -> dict[str, Any]:
    """Leave the caller's request with a colleague, who will call back.

    Only for what none of the functions here can do, or what cannot be done because one is out of
    service. Answers with a reference, which the caller must be told.

    Args:
        subject: The request in a few words.
        because: What stands in the way.
    """
    reference = db.new_id("CB", db.mark, because, len(db[Callback]))
    db[Callback].insert(Callback(reference=reference, because=because, subject=subject))
    return {"reference": reference}


LEAVE_REQUEST = write(leave_request)
