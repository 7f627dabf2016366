"""Reading a recipe: YAML, overrides, and a clear sentence for every mistake, all at once."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from pipelines.did_you_mean import did_you_mean
from pipelines.mishap import MachineError, RequestError
from pipelines.recipe import Recipe
from pipelines.recipe_names import mistakes
from pipelines.recipe_worlds import PATHS

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One mistake: the field, what was found, what would be right, and the line (0: unknown)."""

    field: str
    found: str
    right: str
    line: int = 0

    def __str__(self) -> str:
        where = f"line {self.line}, {self.field}" if self.line else self.field
        return f"{where}: {self.found}; {self.right}"


class RecipeError(RequestError):
    """A recipe that cannot be built, with every problem found in it."""

    def __init__(self, file: str, problems: tuple[Problem, ...]) -> None:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        lines = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"{count} in {file}\n{lines}", "Correct the recipe and try again.")
        self.file = file
        self.problems = problems

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.file, self.problems)


def load_recipe(file: Path, overrides: Iterable[str] = ()) -> Recipe:
    """The validated recipe of a YAML file with ``a.b=c`` overrides applied (``c`` is YAML).

    Raises ``RecipeError`` with all problems, or ``MachineError`` for a file that cannot be read.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise MachineError(f"there is no recipe {file}", _others(file)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise MachineError(f"cannot read the recipe {file}: {error}") from None
    try:
        data, lines = _parsed(text, str(file))
        given = {_override(data, text, str(file)): text for text in overrides}
        return validated(data, str(file), lines, given)
    except RecursionError:
        found = "refers to itself or is nested too deeply"
        problem = Problem("the recipe", found, "right would be plain fields, written out")
        raise RecipeError(str(file), (problem,)) from None


def validated(
    data: Mapping[str, Any],
    file: str,
    lines: Mapping[Place, int] | None = None,
    overrides: Mapping[Place, str] | None = None,
) -> Recipe:
    """The recipe that plain data describes. ``file``, ``lines`` and ``overrides`` say in an error
    where a value came from. Raises ``RecipeError``."""
    lines, overrides = lines or {}, overrides or {}

    def located(place: Place, found: str, right: str) -> Problem:
        for length in range(len(place), 0, -1):
            if place[:length] in overrides:
                inside = f" ({dotted(place)})" if length < len(place) else ""
                return Problem(f"--set {overrides[place[:length]]}{inside}", found, right)
            if place[:length] in lines:
                return Problem(dotted(place), found, right, lines[place[:length]])
        return Problem(dotted(place) or "the recipe", found, right)

    try:
        recipe = Recipe.model_validate_json(json.dumps(data, default=str))
    except TypeError as error:
        problem = Problem("a field's name", str(error), "right would be a name as text")
        raise RecipeError(file, (problem,)) from None
    except ValidationError as error:
        found = [located(*_explained(each)) for each in error.errors(include_url=False)]
        raise RecipeError(file, tuple(found)) from None
    unknown = [located(*each) for each in mistakes(recipe)]
    if unknown:
        raise RecipeError(file, tuple(unknown))
    return recipe


def _explained(error: Any) -> tuple[Place, str, str]:
    """Place, what was found and what would be right, of one of pydantic's errors."""
    place, holder = _resolved(tuple(part for part in error["loc"] if part != "[key]"))
    kind, value = error["type"], error["input"]
    if kind == "extra_forbidden":
        fields = holder.model_fields.items() if holder else ()
        known = sorted(field.alias or name for name, field in fields)
        return place, "unknown field", did_you_mean(str(place[-1]), known)
    if kind == "missing":
        return place, "this field is missing", "it has no default"
    message = _right(kind, error["msg"], place[-1])
    if place[:1] in (("players",), ("blueprints",)) and place[-1:] == ("kind",):
        message = "'scripted' or 'llm'"
    if place[:1] == ("worlds",) and place[-1:] == ("kind",):
        message = " or ".join(map(repr, PATHS))
    if place[-1:] == ("api_key_env",):
        # Perhaps the key itself, put in the wrong place: it is not repeated.
        return place, "no name of a variable", "right would be one such as MODELS_KEY; no key"
    return place, f"found {_shown(value)}", f"right would be {message}"


def _right(kind: str, message: str, field: str | int) -> str:
    """What would be right, in words that do without programming."""
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return "a mapping of fields"
    if kind == "string_pattern_mismatch":
        name = "a name: small letters, figures, - and _, a letter or figure first"
        return "three numbers, as in 0.1.0" if field == "version" else name
    return message.removeprefix("Input should be ").removeprefix("Value error, ")


def _resolved(location: Place) -> tuple[Place, type[BaseModel] | None]:
    """The place as the file has it, and the section that its last part belongs to.

    Pydantic's locations also name which kind of section was tried (``players.user.llm.mode``).
    """
    place: list[str | int] = []
    holder: type[BaseModel] | None = None
    choices = [Recipe] if location else []
    for part in location:
        kinds = {each: each.model_fields.get("kind") for each in choices}
        tagged = [
            each for each, kind in kinds.items() if kind and part in get_args(kind.annotation)
        ]
        if len(choices) > 1 and tagged:
            choices = tagged
            continue
        place.append(part)
        holder = choices[0] if choices else holder
        fields = [each.model_fields[str(part)] for each in choices if part in each.model_fields]
        if fields:
            choices = list(_sections(fields[0].annotation))
    return tuple(place), holder


def _sections(annotation: Any) -> Iterator[type[BaseModel]]:
    """The kinds of section that a type has room for."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _sections(inner)


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."


def dotted(place: Place) -> str:
    """A place in a recipe as people write it."""
    return ".".join(str(part) for part in place)


def _others(file: Path) -> str:
    near = sorted(str(each) for each in (file.parent, Path("pipelines/recipes")) if each.is_dir())
    found = sorted({str(path) for folder in near for path in Path(folder).glob("*.yaml")})
    return f"There are: {', '.join(found)}" if found else "Give the path of a recipe file."


def _parsed(text: str, file: str) -> tuple[dict[str, Any], dict[Place, int]]:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        reason = str(getattr(error, "problem", error))
        problem = Problem("YAML", f"cannot be parsed: {reason}", "check indentation", line)
        raise RecipeError(file, (problem,)) from None
    if not isinstance(data, dict):
        kind = "an empty file" if data is None else f"a {type(data).__name__}"
        problem = Problem("the recipe", f"found {kind}", "right would be a mapping of fields", 1)
        raise RecipeError(file, (problem,))
    lines, twice = {}, []
    for place, line in _marks(node, ()):
        if place in lines:
            right = f"it is given on line {lines[place]} already"
            twice.append(Problem(dotted(place), "the same field twice", right, line))
        lines[place] = line
    if twice:
        raise RecipeError(file, tuple(twice))
    return data, lines


def _marks(node: yaml.Node | None, place: Place) -> Iterator[tuple[Place, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*place, key.value), key.start_mark.line + 1
            yield from _marks(value, (*place, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield (*place, index), value.start_mark.line + 1
            yield from _marks(value, (*place, index))


def _override(data: dict[str, Any], text: str, file: str) -> Place:
    """Applies one ``a.b=c`` to the data and returns its place."""
    name, equals, value = text.partition("=")
    place = tuple(int(part) if part.isdigit() else part for part in name.strip().split("."))
    try:
        if not equals or "" in place:
            raise ValueError("right would be a.b=c")
        parsed = yaml.safe_load(value)
        holder: Any = data
        for part in place[:-1]:
            if isinstance(holder, list):
                holder = holder[int(part)]
            else:
                key = _key(holder, part)
                holder[key] = holder.get(key) if holder.get(key) is not None else {}
                holder = holder[key]
        if isinstance(holder, list):
            holder[int(place[-1])] = parsed
        else:
            holder[_key(holder, place[-1])] = parsed
    except (ValueError, IndexError, AttributeError, TypeError, yaml.YAMLError) as error:
        problem = Problem(f"--set {text}", "cannot be applied", str(error) or "check the path")
        raise RecipeError(file, (problem,)) from None
    return place


def _key(holder: dict[Any, Any], part: str | int) -> Any:
    """The key as the file has it: YAML reads ``1:`` as a number."""
    return part if part in holder else str(part)
