"""What every part of a recipe is, and the kinds of values that several parts have."""

from typing import Annotated

from annotated_types import Ge, Gt, Le
from pydantic import BaseModel, ConfigDict

NAME = r"^[a-z0-9][a-z0-9_-]*$"

Share = Annotated[float, Ge(0), Le(1)]
Count = Annotated[int, Ge(1)]
Whole = Annotated[int, Ge(0)]
Seconds = Annotated[float, Gt(0)]


class Section(BaseModel):
    """A part of the recipe: frozen, nothing unknown, no silent conversion of types, numbers finite."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)
