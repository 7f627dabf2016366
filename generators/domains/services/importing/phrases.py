"""Words for scripted speakers about a service, made from its labels: what ``phrases.yaml`` starts as."""

import re
from collections.abc import Iterator
from typing import Any

from generators.domains.services.callers import CALLER_PHONE, FIND_CALLER
from generators.domains.services.cases import OTHER
from generators.domains.services.scope import field_of, key_argument, owner_argument
from generators.domains.services.spec import (
    FieldSpec,
    IntentSpec,
    Match,
    ServiceSpec,
    ToolSpec,
)
from generators.domains.services.tools import WRITES
from generators.domains.services.words import label_of, listed

_PLACES = frozenset(("city", "location", "area", "town", "place", "country", "region"))
_FROM = frozenset(("origin", "departure"))
_TO = frozenset(("destination", "arrival"))
_PERSONS = ("director", "artist", "author", "actor", "doctor", "recipient", "singer", "composer")
_SOUGHT = re.compile(r"(?:find|search for|look for|browse|see) (.+)")
_PEOPLE = ("people", "passengers", "travelers", "riders", "adults", "persons", "guests")

Book = dict[str, dict[str, Any]]


def phrases_for(spec: ServiceSpec) -> Book:
    """The sections of ``phrases.yaml`` for all that the service's intents can need."""
    book: Book = {
        name: {} for name in ("openings", "followups", "facts", "confirms", "tells", "looks")
    }
    for name, intent in spec.intents.items():
        tool = spec.tools[intent.tool]
        asked = spec.tools[intent.search] if intent.search else tool
        book["openings"][name] = _openings(spec, intent, asked)
        book["followups"][name] = _followups(spec, intent, asked)
        if intent.kind == "update":
            for changed in _changes(spec, tool):
                book["confirms"]["_".join((intent.tool, *changed))] = _confirms(
                    spec, tool, [key_argument(spec, tool), *changed]
                )
        elif tool.kind in WRITES:
            book["confirms"][intent.tool] = _confirms(spec, tool, _said(spec, tool))
        _add_tells(book["tells"], spec, intent, tool)
    for name, tool in spec.tools.items():
        book["looks"][name] = _looks(tool)
        for argument in _said(spec, tool):
            field = field_of(spec, tool, argument)
            match = tool.arguments[argument].match
            book["facts"].setdefault(argument, _fact(argument, field, match))
            if argument in tool.names:
                book["facts"].setdefault(f"{OTHER}{argument}", _other(argument, field))
    if spec.callers:
        book["facts"][CALLER_PHONE] = _phone()
        book["looks"][FIND_CALLER] = ["Let me find your account.", "One moment, I'll look you up."]
    return {name: keys for name, keys in book.items() if keys}


def _said(spec: ServiceSpec, tool: ToolSpec) -> list[str]:
    """The arguments that are talked about: all but who is calling."""
    owner = owner_argument(spec, tool)
    return [name for name in tool.arguments if name != owner]


def _changes(spec: ServiceSpec, tool: ToolSpec) -> Iterator[list[str]]:
    """The sets of arguments that an update is confirmed with."""
    key = key_argument(spec, tool)
    changing = [name for name in _said(spec, tool) if name != key]
    required = [name for name in changing if tool.arguments[name].required]
    if required:
        yield required
    else:
        yield from ([name] for name in changing)
        if not changing:
            yield []


def _openings(spec: ServiceSpec, intent: IntentSpec, asked: ToolSpec) -> list[Any]:
    want, bits = _mine(intent.want), _bits(spec, asked)
    lines: list[Any] = [
        f"I'd like to {want}{bits}.",
        f"I want to {want}{bits}.",
        f"I need to {want}{bits}.",
        f"Can you help me to {want}{bits}?",
        f"Could you {want} for me?" if not bits else f"Could you {want}{bits}?",
        f"I'm hoping to {want}{bits}.",
    ]
    lines += [
        {"style": "terse", "text": f"{want[:1].upper()}{want[1:]}{bits}, please."},
        {"style": "terse", "text": f"Need to {want}{bits}."},
        {"style": "formal", "text": f"I would like to {want}{bits}, please."},
        {"style": "formal", "text": f"I am writing because I wish to {want}{bits}."},
        {"style": "chatty", "text": f"So, I've been meaning to {want}{bits}."},
        {"style": "chatty", "text": f"I was wondering whether you could help me {want}{bits}."},
        {"style": "impatient", "text": f"I need to {want}{bits}, quickly."},
        {"style": "impatient", "text": f"Just {want}{bits}, please."},
    ]
    thing = _SOUGHT.match(want)
    if thing:
        lines += [
            f"I'm looking for {thing[1]}{bits}.",
            {"style": "terse", "text": f"Looking for {thing[1]}{bits}."},
            {"style": "formal", "text": f"I am looking for {thing[1]}{bits}."},
        ]
    return lines


def _followups(spec: ServiceSpec, intent: IntentSpec, asked: ToolSpec) -> list[Any]:
    want, bits = _mine(intent.want), _bits(spec, asked)
    return [
        f"I'd also like to {want}{bits}.",
        f"Then I want to {want}{bits}.",
        f"Next, could you {want}{bits}?",
        f"I need to {want}{bits} as well." if not bits else f"I also need to {want}{bits}.",
        f"And can you help me to {want}{bits}?",
        {"style": "terse", "text": f"Also, {want}{bits}."},
        {"style": "formal", "text": f"In addition, I would like to {want}{bits}."},
        {"style": "chatty", "text": f"Oh, and while I'm here, I'd love to {want}{bits}."},
    ]


def _mine(want: str) -> str:
    words = {"your": "my", "yours": "mine", "you": "me", "yourself": "myself"}
    return _safe(" ".join(words.get(word, word) for word in want.split(" ")))


def _bits(spec: ServiceSpec, tool: ToolSpec) -> str:
    """What may be told along with a wish, as optional parts: where from and to, for when, for how
    many."""
    origin = target = place = day = people = ""
    days = [n for n in _said(spec, tool) if field_of(spec, tool, n).type == "date"]
    for name in _said(spec, tool):
        field = field_of(spec, tool, name)
        words = label_of(name, field).split()
        if field.type == "text" and _FROM.intersection(words):
            origin = origin or f"[ from {{{name}}}|]"
        elif field.type == "text" and _TO.intersection(words):
            target = target or f"[ to {{{name}}}|]"
        elif field.type == "text" and _PLACES.intersection(words):
            place = place or f"[ in {{{name}}}|]"
        elif days == [name]:
            day = f"[ on {{{name}}}|]"
        elif field.unit in _PEOPLE:
            people = f"[ for {{{name}}}|]"
    return f"{place}{origin}{target}{day}{people}"


def _fact(name: str, field: FieldSpec, match: Match) -> dict[str, list[str]]:
    """How a value is told, and how it is asked for."""
    label = _safe(label_of(name, field))
    if match in ("at_least", "at_most"):
        bound = match.replace("_", " ")
        return {
            "state": [
                f"The {label} should be {bound} {{value}}.",
                f"{bound[:1].upper()}{bound[1:]} {{value}}.",
                f"I'd like a {label} of {bound} {{value}}.",
            ],
            "ask": [
                f"What {label} should it have {bound}?",
                f"Which {label} would you like, {bound}?",
                f"Do you have a {label} in mind that it should have {bound}? Which one?",
            ],
        }
    if field.type == "boolean":
        return {
            "state": [
                "I'd like one {value}.",
                "It should be one {value}.",
                "One {value}, please.",
                "I'd want one {value}.",
            ],
            "ask": [
                f"Should it be one {_safe(field.when_true)}?",
                f"Would you like one {_safe(field.when_true)}, or rather one "
                f"{_safe(field.when_false)}?",
                f"Do you want one {_safe(field.when_true)}?",
            ]
            if field.when_true and field.when_false
            else [f"What about the {label}, yes or no?", f"The {label}: yes or no?"],
        }
    if field.unit:
        people = field.unit in _PEOPLE
        return {
            "state": [
                "That's for {value}." if people else "I need {value}.",
                "It's for {value}." if people else "I'd like {value}.",
                "{value}.",
                "{value}, please.",
                "It would be {value}." if people else "That would be {value}.",
            ],
            "ask": [
                f"How many {_safe(field.unit)} would that be?",
                f"How many {_safe(field.unit)}?",
                f"Could you tell me how many {_safe(field.unit)}?",
                f"And for how many {_safe(field.unit)}?"
                if people
                else f"How many {_safe(field.unit)} should it be?",
            ],
        }
    if label.endswith(" name"):
        return _name(label.removesuffix(" name"))
    state = [
        f"The {label} is {{value}}.",
        "{value}.",
        f"The {label} would be {{value}}.",
        f"For the {label}, {{value}}.",
    ]
    if field.type in ("date", "time", "datetime") or field.choices:
        state[0] = f"The {label} should be {{value}}."
    ask = [
        f"{'Who' if label in _PERSONS else 'What'} is the {label}?",
        f"Which {label} would you like?",
        f"Could you tell me the {label}?",
        f"What {label} do you have in mind?",
    ]
    return {"state": state, "ask": ask}


def _name(thing: str) -> dict[str, list[str]]:
    """How the name of a thing is told, and how it is asked for."""
    return {
        "state": [
            f"The name of the {thing} is {{value}}.",
            "{value}.",
            f"The {thing} I mean is {{value}}.",
            f"For the {thing}, {{value}}.",
        ],
        "ask": [
            f"What is the name of the {thing}?",
            f"Which {thing} do you have in mind?",
            f"Could you tell me which {thing} you mean?",
            f"Which {thing} would that be?",
        ],
    }


def _other(name: str, field: FieldSpec) -> dict[str, list[str]]:
    label = _safe(label_of(name, field))
    return {
        "state": [
            "Then {value}.",
            "{value} would be fine too.",
            "You could try {value} instead.",
            "Let's take {value} instead.",
        ],
        "ask": [
            f"Which other {label} would do?",
            f"Is there another {label} that I could try? Which one?",
            f"What other {label} should I look for instead?",
            f"Which {label} could I try instead?",
        ],
    }


def _phone() -> dict[str, list[str]]:
    return {
        "state": [
            "My phone number is {value}.",
            "{value}.",
            "It's {value}.",
            "The phone number is {value}.",
        ],
        "ask": [
            "May I have the phone number of your account?",
            "What is your phone number, please?",
            "Which phone number is your account under?",
            "Could you give me your phone number?",
        ],
    }


def _confirms(spec: ServiceSpec, tool: ToolSpec, names: list[str]) -> list[str]:
    """Asks for the yes, with every value."""
    details = _details(spec, tool, names)
    deed = {"delete": "remove", "update": "change"}.get(tool.kind, "")
    if deed:
        thing = f"{deed} it: {details}"
        return [
            f"I would {thing}. Shall I go ahead?",
            f"So I {thing}. Is that right?",
            f"To be sure, I {thing}. May I go on?",
        ]
    return [
        f"Let me sum up: {details}. Shall I go ahead?",
        f"That would be {details}. Is that right?",
        f"To confirm, I have {details}. Shall I go ahead with that?",
        f"Before I do that, let me check: {details}. Is that all correct?",
    ]


def _details(spec: ServiceSpec, tool: ToolSpec, names: list[str]) -> str:
    """All the values, what is or is not the case at the end."""
    fields = {name: field_of(spec, tool, name) for name in names}
    flags = [f"one {{{n}}}" for n in names if fields[n].type == "boolean" and fields[n].when_true]
    others = [n for n in names if not (fields[n].type == "boolean" and fields[n].when_true)]
    whole = listed([_detail(name, fields[name]) for name in others])
    return ", ".join([*([whole] if whole else []), *([listed(flags)] if flags else [])])


def _detail(name: str, field: FieldSpec) -> str:
    """One value in a list of them: ``the check-in date {check_in_date}``, ``{number_of_rooms}``."""
    if field.unit:
        return f"{{{name}}}"
    return f"the {_safe(label_of(name, field)).removesuffix(' name')} {{{name}}}"


def _add_tells(
    tells: dict[str, Any], spec: ServiceSpec, intent: IntentSpec, tool: ToolSpec
) -> None:
    fields = spec.tables[tool.table].fields
    if intent.kind in ("find", "find_other", "list", "look_up"):
        tells[f"{intent.tool}_found"] = _found(intent, fields)
    if intent.kind in ("find_none", "find_other"):
        tells[f"{intent.tool}_none"] = _none(spec, tool)
    if tool.kind in WRITES:
        tells[f"{intent.tool}_done"] = _done(intent, fields)


def _found(intent: IntentSpec, fields: dict[str, FieldSpec]) -> list[str]:
    first, *rest = intent.tells
    labels = [f"the {_safe(label_of(each, fields[each]))} is {{{each}}}" for each in rest]
    more = listed(labels)
    field = fields[first]
    if field.type != "text" or field.choices:
        whole = listed([f"the {_safe(label_of(first, field))} is {{{first}}}", *labels])
        return [
            f"{whole[:1].upper()}{whole[1:]}.",
            f"I can see that {whole}.",
            f"Here it is: {whole}.",
            f"I've found it: {whole}.",
        ]
    tail = f" {more[:1].upper()}{more[1:]}." if more else ""
    return [
        f"I found {{{first}}}.{tail}",
        f"There is {{{first}}}.{tail}",
        f"I can offer you {{{first}}}.{tail}",
        f"One of them is {{{first}}}.{tail}",
    ]


def _none(spec: ServiceSpec, tool: ToolSpec) -> list[str]:
    """Says that there is nothing, and what was searched for: plainly, since nothing is declined."""
    fields = {name: field_of(spec, tool, name) for name in tool.names}
    flags = [_safe(each.when_true) for each in fields.values() if each.type == "boolean"]
    parts = [
        f"the {_safe(label_of(name, each)).removesuffix(' name')} {{{name}}}"
        for name, each in fields.items()
        if each.type != "boolean"
    ]
    what = " ".join([listed(parts), *([listed(flags)] if flags else [])])
    return [
        f"I found nothing for {what}.",
        f"There is nothing for {what}.",
        f"Nothing matches {what}.",
        f"Nothing came up for {what}.",
    ]


def _done(intent: IntentSpec, fields: dict[str, FieldSpec]) -> list[str]:
    parts = [f"the {_safe(label_of(each, fields[each]))} is {{{each}}}" for each in intent.tells]
    whole = listed(parts)
    return [
        f"That's done: {whole}.",
        f"All set, {whole}.",
        f"That worked: {whole}.",
        f"Done, and {whole}.",
    ]


def _looks(tool: ToolSpec) -> list[str]:
    if tool.kind in WRITES:
        return ["One moment, I'm putting that in.", "I'll do that now, one moment."]
    return ["Let me see what there is.", "One moment, I'll check.", "Let me look that up."]


def _safe(text: str) -> str:
    """Foreign words without what would be read as a slot or a choice."""
    return "".join(letter for letter in text if letter not in "{}[]|")
