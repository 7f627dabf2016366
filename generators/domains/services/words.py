"""What things of a service are called: labels of fields, and the words by which they are asked for."""

from generators.domains.services.spec import FieldSpec

_IDLE = frozenset(
    ("a", "an", "the", "of", "for", "in", "on", "at", "to", "by", "and", "or", "with")
)


def label_of(name: str, field: FieldSpec) -> str:
    """How people call a field, without an article."""
    return field.label or name.replace("_", " ")


def cues_of(name: str, field: FieldSpec) -> tuple[str, ...]:
    """The words of which a question for the field has at least one."""
    if field.cues:
        return field.cues
    label = label_of(name, field).lower()
    words = [word for word in label.split() if len(word) > 2 and word not in _IDLE]
    return tuple(dict.fromkeys((label, *words)))


def listed(parts: list[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
