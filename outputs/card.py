"""The version's README: a Hugging Face dataset card, made from the manifest and the figures."""

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from generators.domains.shelf import parts_of
from outputs.figures.policies import DomainPolicy
from outputs.gates import gates_of
from outputs.manifest import Manifest
from outputs.report.wording import percent
from outputs.splits import SPLITS
from outputs.statistics import Summary

_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)

_CONTAMINATION = """\
The domains, policies, tools, data and phrases were written for this project. None is taken from or
modelled on a published benchmark, so training on this set does not train on a benchmark's tasks. That
is a statement about how the set was made; check your own evaluation sets against it before you rely
on it."""

_BROUGHT = """\
Some domains ({groups}) were made from descriptions and data that the builder of this set brought along;
they lie beside the rows, in `domains/`. Where those come from, under which license they stand and
whether a benchmark has them too, this program cannot know: find out before you rely on it. What follows
is about the others."""

_MOST_NAMED = 12

_LIMITATIONS = """\
- Every dialogue is synthetic: both speakers are programs or models, and the people do not exist.
- The rules check what they can prove (calls, state, policy clauses in code, what was said and found
  out). They do not judge tone, tact or helpfulness.
- The worlds are small and tidy next to real ones. Skill in them is no proof of skill elsewhere.
- Each user follows a plan with known goals. Real callers drift, contradict themselves and give up in
  more ways."""


def card_text(manifest: Manifest, summary: Summary | None = None) -> str:
    """The card: YAML front matter that the Hub reads, and a page for people."""
    front = yaml.safe_dump(_front(manifest), sort_keys=False, allow_unicode=True, width=100)
    return f"---\n{front}---\n\n" + "\n\n".join(_body(manifest, summary)) + "\n"


def _front(manifest: Manifest) -> dict[str, Any]:
    accepted = _accepted(manifest)
    size = next((name for limit, name in _SIZES if accepted < limit), "10M<n<100M")
    return {
        "pretty_name": manifest.title or manifest.name,
        "license": manifest.license or "unknown",
        "language": sorted(manifest.languages) or ["en"],
        "tags": ["synthetic", "tool-use", "multi-turn", "dialogue"],
        "task_categories": ["text-generation"],
        "size_categories": [size],
        "source_datasets": ["original"],
        "annotations_creators": ["machine-generated"],
        "language_creators": ["machine-generated"],
        "configs": _configs(manifest),
    }


def _listed(names: list[str]) -> str:
    more = [f"{len(names) - _MOST_NAMED} more"] if len(names) > _MOST_NAMED else []
    return ", ".join(names[:_MOST_NAMED] + more) or "none"


def _brought(manifest: Manifest) -> set[str]:
    """The domains that are not shipped and that the rows are about."""
    there = {part for name in manifest.domains for part in parts_of(name)}
    return there & {name for names in manifest.notes["worlds"].values() for name in names}


def _configs(manifest: Manifest) -> list[dict[str, Any]]:
    """Only the splits: the reader of a folder takes all its files to be of one kind, and these are
    Arrow. The page says how to load the other parts."""
    files = [
        {"split": split, "path": f"{split}/data-*.arrow"}
        for split in SPLITS
        if manifest.rows.get(split)
    ]
    return [{"config_name": "default", "data_files": files}] if files else []


def _body(manifest: Manifest, summary: Summary | None) -> Iterable[str]:
    accepted, domains = _accepted(manifest), sorted(manifest.domains)
    yield f"# {manifest.title or manifest.name}"
    invented = "" if manifest.notes.get("worlds") else "invented "
    yield (
        f"{accepted:,} dialogues between a user and an agent with tools, in "
        f"{len(domains)} {invented}domain{'s' if len(domains) != 1 else ''} ({_listed(domains)}). Each "
        "was planned beforehand, played in a world whose state can be checked, and accepted only if its "
        f"calls, its end state and what was said are right. Version `{manifest.version}`, content hash "
        f"`{manifest.content_hash[:16]}`."
    )
    yield "## Load it"
    place = f"{manifest.name}/{manifest.version}"
    released = (
        f'dataset = load_from_disk("{place}")  # train, validation, test\n'
        'dataset["train"][0]["messages"]\n\n'
    )
    if not accepted:
        yield (
            "No dialogue was accepted, so there is nothing to train on. What was played is there to be "
            "looked at, with the reasons."
        )
    yield (
        f"```python\nfrom datasets import load_dataset{', load_from_disk' if accepted else ''}\n\n"
        f"{released if accepted else ''}"
        "# every judged dialogue; rejected ones say why\n"
        f'load_dataset("parquet", data_files="{place}/judged/*.parquet")\n```'
    )
    yield (
        "`messages` and `tools` are what the agent saw; `arguments` is the raw JSON string it emitted, "
        "and `train` says whether a turn may be trained on. Arrow fills absent fields with null: drop "
        "them before you use a chat template, or take an export. `events`, `blueprint` and `persona` "
        "hold what the agent never saw. Never train on those."
    )
    yield "## How it was made"
    yield (
        "Plans are composed from intents and executed before anybody speaks. A simulated user and an "
        "agent then talk, each knowing only what its side may know. Rules replay every call in a fresh "
        "world; a committee decides; near-duplicates are dropped; splits keep all attempts at a plan, "
        "and all plans of a persona, together."
    )
    yield _table(("stage", "left"), manifest.funnel)
    yield _table(
        ("outcome", "dialogues"),
        [
            ("attempted", manifest.ledger.get("attempted", 0)),
            ("accepted", manifest.ledger.get("accepted", 0)),
            *((f"rejected: `{code}`", n) for code, n in _ranked(manifest.ledger.get("rejected"))),
            *((f"failed: {party}", n) for party, n in _ranked(manifest.ledger.get("failed"))),
        ],
    )
    if manifest.notes.get("stopped"):
        yield f"Playing ended early: {manifest.notes['stopped']}."
    if manifest.models:
        yield "Who spoke: " + "; ".join(_speaker(each) for each in manifest.models) + "."
    if manifest.notes.get("model_calls"):
        yield _table(
            ("model slot", "calls", "prompt tokens", "of them cached", "tokens written"),
            [(f"`{slot}`", *_taken(each)) for slot, each in _calls(manifest)],
        )
    yield "## What is in it"
    yield _table(("part", "rows"), sorted(manifest.rows.items()))
    if summary is not None and summary.accepted.dialogues:
        yield _table(("per dialogue", "user", "agent"), _shape(summary))
    if gates := gates_of(manifest):
        yield "It was released because it passed these gates:"
        yield _table(
            ("gate", "asked", "measured"),
            [(f"`{each.figure}`", each.limit.text, percent(each.value)) for each in gates],
        )
    if summary is not None and summary.policies:
        yield (
            "Policies, over all judged dialogues, rejected ones too; `report.html` and "
            "`statistics.json` have them clause by clause:"
        )
        yield _table(
            ("domain", "clauses in plans", "of them checked by code", "broke none", "most broken"),
            map(_policy, summary.policies),
        )
    if manifest.exports:
        yield _table(
            ("export", "lines", "shortened", "left out"),
            [
                (f"`exports/{name}`", sum(made["rows"].values()), made["shortened"], _left(made))
                for name, made in sorted(manifest.exports.items())
            ],
        )
    yield "## Licence"
    yield (
        f"The dialogues are released under {manifest.license or 'no stated licence'}. "
        + (
            f"What is said was written by {_and(_models(manifest))}: such text may also fall under the "
            "licence and terms of its model, and some forbid training other models on it."
            if _models(manifest)
            else "No language model took part: what is said comes from this project's own phrases."
        )
    )
    yield "## Limitations"
    yield _LIMITATIONS
    yield "## Contamination"
    if manifest.notes.get("worlds"):
        yield _BROUGHT.format(groups=_listed(sorted(_brought(manifest))))
    yield _CONTAMINATION
    yield "## Check it"
    yield (
        f"`duologue verify {manifest.reference}` recomputes every hash and judges every dialogue again, "
        "from the files alone."
    )


def _shape(summary: Summary) -> list[tuple[str, ...]]:
    shape = summary.accepted
    rows = (
        ("utterances", shape.turns),
        ("words per utterance", shape.words),
        ("calls", shape.calls),
    )
    return [
        (
            what,
            *(f"{each[role].mean:.1f} (90% up to {each[role].p90})" for role in ("user", "agent")),
        )
        for what, each in rows
    ]


def _policy(domain: DomainPolicy) -> tuple[str | int, ...]:
    tested = [clause for clause in domain.clauses if clause.plans]
    broken = [clause for clause in domain.clauses if clause.broken + clause.elsewhere]
    broken.sort(key=lambda clause: (-clause.broken - clause.elsewhere, clause.clause))
    return (
        domain.domain,
        f"{len(tested)} of {len(domain.clauses)}",
        sum(clause.checked for clause in tested),
        f"{100 * domain.kept.value:.1f}% of {domain.kept.whole:,}",
        ", ".join(f"{each.clause} ({each.broken + each.elsewhere})" for each in broken[:3])
        or "none",
    )


def _left(made: Mapping[str, Any]) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in _ranked(made["left"])) or "none"


def _speaker(each: Mapping[str, Any]) -> str:
    """``agent: some-model (revision main), temperature 0.7``."""
    whom = each.get("for") or each.get("slot", "somebody")
    if not each.get("model"):
        return f"{whom}: {each.get('player', 'unknown')} player"
    revision = f" (revision {each['revision']})" if each.get("revision") else ""
    heat = each.get("sampling", {}).get("temperature")
    return f"{whom}: {each['model']}{revision}" + (
        f", temperature {heat}" if heat is not None else ""
    )


def _models(manifest: Manifest) -> list[str]:
    """The models whose words are in the dialogues: critics and planners only judge and choose."""
    helpers = ("critic of ", "planner of ")
    return list(
        dict.fromkeys(
            str(each["model"])
            for each in manifest.models
            if each.get("model") and not str(each.get("for", "")).startswith(helpers)
        )
    )


def _and(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _calls(manifest: Manifest) -> list[tuple[str, Mapping[str, Any]]]:
    return sorted(manifest.notes["model_calls"].items())


def _taken(each: Mapping[str, Any]) -> tuple[int, ...]:
    kinds = ("prompt", "cached", "completion")
    return (each["calls"], *(each["tokens"].get(kind, 0) for kind in kinds))


def _accepted(manifest: Manifest) -> int:
    return sum(manifest.rows.get(split, 0) for split in SPLITS)


def _ranked(counts: Mapping[str, int] | None) -> list[tuple[str, int]]:
    return sorted((counts or {}).items(), key=lambda item: (-item[1], item[0]))


def _table(head: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(
        "| "
        + " | ".join(f"{each:,}" if isinstance(each, int) else str(each) for each in line)
        + " |"
        for line in lines
    )
