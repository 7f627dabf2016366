from datetime import date
from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta

from generators.domains.table import Database, ToolFailure
from generators.domains.tool import read, toolbox, write


def order(
    db: Database,
    sku: Annotated[str, Meta(pattern=r"^S\d+$")],
    size: Literal["small", "large"],
    on: date,
    count: Annotated[int, Meta(ge=1, le=9)] = 1,
) -> dict[str, Any]:
    """Order something. It comes by post.

    Args:
        sku: The article, such as S12.
        size: How large.
        on: The day.
        count: How many.
    """
    return {"sku": sku, "size": size, "on": on, "count": count}


TOOL = write(order)


def test_the_schema_comes_from_types_and_docstring():
    function = TOOL.schema["function"]
    assert function["name"] == "order"
    assert function["description"] == "Order something. It comes by post."
    parameters = function["parameters"]
    assert parameters["required"] == ["sku", "size", "on"]
    assert parameters["additionalProperties"] is False
    assert parameters["properties"]["size"] == {
        "enum": ["large", "small"],
        "description": "How large.",
    }
    assert parameters["properties"]["sku"]["pattern"] == r"^S\d+$"
    assert parameters["properties"]["count"]["maximum"] == 9


def test_valid_arguments_are_parsed_to_their_types():
    parsed = TOOL.parse('{"sku":"S1","size":"small","on":"2025-02-03"}')
    assert parsed == {"sku": "S1", "size": "small", "on": date(2025, 2, 3), "count": 1}


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        ('{"sku":"S1","size":"small"', "truncated"),
        ('{"sku":"S1","size":"huge","on":"2025-02-03"}', "size"),
        ('{"sku":"x","size":"small","on":"2025-02-03"}', "sku"),
        ('{"sku":"S1","size":"small","on":"soon"}', "on"),
        ('{"sku":"S1","size":"small","on":"2025-02-03","count":0}', "count"),
        ('{"sku":"S1","size":"small","on":"2025-02-03","colour":"red"}', "colour"),
        ('{"size":"small","on":"2025-02-03"}', "sku"),
        ("[1]", "object"),
    ],
)
def test_wrong_arguments_are_refused_with_what_is_wrong(raw: str, complaint: str):
    with pytest.raises(ToolFailure, match=complaint) as failure:
        TOOL.parse(raw)
    assert failure.value.code == "invalid_arguments"


def test_an_undescribed_argument_is_refused():
    def bare(db: Database, sku: str) -> None:
        """Does something."""

    with pytest.raises(ValueError, match="does not describe 'sku'"):
        read(bare)


def test_two_tools_with_one_name_are_refused():
    with pytest.raises(ValueError, match="share a name"):
        toolbox(read(order), write(order))
