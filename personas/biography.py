"""A life in a few sentences, told from its milestones.

Plain third-person English. A summary says who the person is and how they live, and two or three
things more, each in one of several ways; it never says anything that demographics or milestones
deny. The dated events are those of ``personas.milestones``, unchanged.
"""

from random import Random
from typing import NamedTuple

from personas.careers import article
from personas.lives import (
    ALONE,
    CARE_HOME,
    FAMILY,
    PARENTS,
    PARTNER,
    SHARED_FLAT,
    SINGLE_PARENT,
    Setting,
)
from personas.milestones import Story
from personas.occupations import HOMEMAKER, JOBS, RETIRED, STUDENT
from personas.persona import Biography, Gender


class _Pronoun(NamedTuple):
    """``s`` ends the verb that follows the pronoun, which for "they" it does not."""

    she: str
    her: str
    hers: str
    s: str
    has: str
    was: str


_PRONOUNS: dict[Gender, _Pronoun] = {
    "female": _Pronoun("she", "her", "her", "s", "has", "was"),
    "male": _Pronoun("he", "him", "his", "s", "has", "was"),
    "nonbinary": _Pronoun("they", "them", "their", "", "have", "were"),
}
_NUMBERS = ("no", "one", "two", "three")
_HOUSING = {
    ALONE: "lives alone in {city}",
    PARTNER: "lives in {city} with {hers} partner",
    FAMILY: "lives in {city} with {hers} partner and {children}",
    SINGLE_PARENT: "lives in {city} with {hers} {children}",
    PARENTS: "lives with {hers} parents in {city}",
    SHARED_FLAT: "shares a flat in {city}",
    CARE_HOME: "lives in a care home in {city}",
}
_OTHER_HOUSING = "lives with relatives in {city}"
_GRADUATED = {
    "primary": "left school",
    "secondary": "finished secondary school",
    "vocational": "trained in {subject}",
    "bachelor": "took a bachelor's degree in {subject}",
    "master": "took a master's degree in {subject}",
    "doctorate": "took a doctorate in {subject}",
}


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _aged(age: int) -> str:
    return f"{'an' if age in (11, 18) or 80 <= age < 90 else 'a'} {age}-year-old"


def _housing(setting: Setting, story: Story, pronoun: _Pronoun) -> str:
    children = {0: "children", 1: "child"}.get(story.children, "children")
    count = _NUMBERS[min(story.children, 3)]
    if setting.household == FAMILY and story.children == 1:
        children = "their child"
    elif story.children > 1:
        children = f"{count} {children}"
    form = _HOUSING.get(setting.household, _OTHER_HOUSING)
    return form.format(city=setting.city, hers=pronoun.hers, children=children)


def _who(setting: Setting, story: Story) -> tuple[str, str]:
    """What the person is, as a noun after the age and as a verb after the name."""
    occupation = setting.life.occupation
    if occupation in JOBS:
        return occupation, f"works as {article(occupation)}"
    if occupation == STUDENT:
        return "student", f"studies {story.career.subject}"
    if occupation == RETIRED:
        return (f"retired {story.career.job}" if story.career.job else "pensioner"), "is retired"
    if occupation == HOMEMAKER:
        return "homemaker", "looks after the home"
    return "job seeker", "is looking for work"


def _opening(
    setting: Setting, story: Story, given: str, name: str, pronoun: _Pronoun, random: Random
) -> str:
    noun, verb = _who(setting, story)
    housing = _housing(setting, story, pronoun)
    age = setting.life.age
    return random.choice(
        (
            f"{name} is {_aged(age)} {noun} who {housing}.",
            f"{name}, {age}, {verb} and {housing}.",
            f"At {age}, {given} {verb} and {housing}.",
            f"{name} is {age}, {verb} and {housing}.",
            f"{name} {housing} and, at {age}, {verb}.",
        )
    )


def _origin(setting: Setting, story: Story, pronoun: _Pronoun, random: Random) -> str:
    she, was, has = pronoun.she, pronoun.was, pronoun.has
    city, birthplace, birth = setting.city, story.birthplace, setting.birth_year
    if not story.moved:
        return random.choice(
            (
                f"{she} {was} born in {city} and {has} stayed there.",
                f"born and raised in {city}, {she} know{pronoun.s} the place well.",
                f"{she} {has} lived in {city} since birth.",
            )
        )
    if story.moved < birth + 16:
        return random.choice(
            (
                f"{she} {was} born in {birthplace} and came to {city} as a child.",
                f"born in {birthplace}, {she} grew up in {city} from {story.moved} on.",
            )
        )
    return random.choice(
        (
            f"{she} grew up in {birthplace} and moved to {city} in {story.moved}.",
            f"born and raised in {birthplace}, {she} {has} lived in {city} since {story.moved}.",
            f"{she} came to {city} from {birthplace} in {story.moved}.",
        )
    )


def _career(setting: Setting, story: Story, pronoun: _Pronoun, random: Random) -> str:
    she, has, career = pronoun.she, pronoun.has, story.career
    schooled = _GRADUATED[setting.life.education].format(subject=career.subject)
    left = f"{she} {schooled} in {career.graduated}"
    work = article(career.job) if career.job else ""
    if setting.life.occupation == STUDENT:
        return f"{she} {has} been studying {career.subject} since {career.began}."
    if not career.job:
        return f"{left}."
    if career.ended:
        return random.choice(
            (
                f"{left} and worked as {work} until {career.ended}.",
                f"until {career.ended}, {she} worked as {work}.",
                f"{she} worked as {work} from {career.began} to {career.ended}.",
            )
        )
    if career.began == setting.reference_year:
        return f"{left} and {has} only just started work as {work}."
    since = f"{has} worked as {work} since {career.began}"
    if career.first_job:
        first = article(career.first_job)
        return random.choice(
            (
                f"{she} first worked as {first} and became {work} in {career.began}.",
                f"after starting out as {first}, {she} {since}.",
            )
        )
    return random.choice(
        (f"{left} and {since}.", f"{she} {schooled} and {since}.", f"{she} {since}.")
    )


def _character(
    traits: tuple[str, ...], dislikes: tuple[str, ...], pronoun: _Pronoun, random: Random
) -> str:
    words = f"{traits[0]} and {traits[1]}"
    return random.choice(
        (
            f"friends call {pronoun.her} {words}.",
            f"people who know {pronoun.her} say that {pronoun.she} {_be(pronoun)} {words}.",
            f"{words} is how friends describe {pronoun.her}.",
            f"{words}, {pronoun.she} cannot stand {dislikes[0]}.",
        )
    )


def _be(pronoun: _Pronoun) -> str:
    return "is" if pronoun.s else "are"


def _leisure(setting: Setting, pronoun: _Pronoun, random: Random) -> str:
    first, second = (each.name for each in setting.likes[:2])
    she, s = pronoun.she, pronoun.s
    return random.choice(
        (
            f"{she} enjoy{s} {first} and {second}.",
            f"in {pronoun.hers} free time, {she} enjoy{s} {first}.",
            f"away from everyday duties, {she} like{s} {first} and {second}.",
            f"{pronoun.hers} great loves are {first} and {second}.",
            f"{she} would not do without {first}.",
        )
    )


def biography_of(
    setting: Setting,
    story: Story,
    given: str,
    family: str,
    gender: Gender,
    traits: tuple[str, ...],
    dislikes: tuple[str, ...],
    random: Random,
) -> Biography:
    """The life in three to five sentences, with its dated events.

    ``traits`` has two words or more, ``dislikes`` one or more, ``setting.likes`` two or more.
    """
    pronoun = _PRONOUNS[gender]
    sentences = [_opening(setting, story, given, f"{given} {family}", pronoun, random)]
    if random.random() < 0.75:
        sentences.append(_origin(setting, story, pronoun, random))
    sentences.append(_career(setting, story, pronoun, random))
    closing = [_character(traits, dislikes, pronoun, random), _leisure(setting, pronoun, random)]
    random.shuffle(closing)
    sentences += closing[: random.choice((1, 2, 2))]
    return Biography(summary=" ".join(map(_capital, sentences)), events=story.events)
