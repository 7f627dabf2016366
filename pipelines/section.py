"""What every part of a recipe is, and the kinds of values that several parts have."""

from typing import Annotated, Any

from annotated_types import Ge, Gt, Le
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

NAME = r"^[a-z0-9][a-z0-9_-]*$"
VERSION = r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$"
TOLERANCE = 1e-6

Share = Annotated[float, Ge(0), Le(1)]
Count = Annotated[int, Ge(1)]
Whole = Annotated[int, Ge(0)]
Seconds = Annotated[float, Gt(0)]


def named(value: Any) -> Any:
    """Names with their options, where a list of names may stand instead."""
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return {name: {} for name in value}
    return value


def sum_to_one(shares: dict[Any, float]) -> dict[Any, float]:
    """The shares. Raises ``PydanticCustomError`` unless they sum to 1."""
    total = sum(shares.values())
    if abs(total - 1) > TOLERANCE:
        raise PydanticCustomError(
            "weights", "weights that sum to 1 (these sum to {total})", {"total": f"{total:g}"}
        )
    return shares


Weights = Annotated[dict[str, Share], Field(min_length=1), AfterValidator(sum_to_one)]


class Section(BaseModel):
    """A part of the recipe: frozen, nothing unknown, no silent conversion of types, numbers finite."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)
