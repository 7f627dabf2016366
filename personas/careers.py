"""Training and work in one life: what was learned, which jobs were held, and when.

Every year follows what it depends on (no job before its training or below its age, no retirement
before work) and ends in the education and occupation that the demographics tell.
"""

from functools import cache
from random import Random
from typing import NamedTuple

from personas.lives import Setting
from personas.occupations import (
    DEGREES,
    GENERAL_STUDIES,
    HOMEMAKER,
    JOBS,
    RETIRED,
    STUDENT,
    TRAININGS,
    UNEMPLOYED,
    Occupation,
    jobs_suiting,
)


class Career(NamedTuple):
    """Years are calendar years; an empty string or 0 stands where there is no such thing.

    ``subject`` is what was learned, or is being studied. ``job`` is the work now or, for those
    without, the last work; ``began`` and ``ended`` are its years, or ``began`` that of the studies.
    ``field`` is the field of the job or of the studies.
    """

    subject: str
    field: str
    graduated: int
    job: str = ""
    began: int = 0
    ended: int = 0
    first_job: str = ""


_GRADUATION_AGES = {
    "primary": (15, 16),
    "secondary": (18, 18),
    "vocational": (19, 22),
    "bachelor": (21, 24),
    "master": (23, 27),
    "doctorate": (27, 32),
}
_GRADUATION = {
    "primary": "left school",
    "secondary": "finished secondary school",
    "vocational": "completed vocational training in {subject}",
    "bachelor": "completed a bachelor's degree in {subject}",
    "master": "completed a master's degree in {subject}",
    "doctorate": "completed a doctorate in {subject}",
}
_STUDY_STARTS = {
    "primary": "began vocational training in {subject}",
    "secondary": "began a degree in {subject}",
    "vocational": "went on to advanced training in {subject}",
    "bachelor": "began a master's degree in {subject}",
    "master": "began doctoral research in {subject}",
}


def article(noun: str) -> str:
    """The noun with its indefinite article."""
    vowel = noun[0] in "aeiouAEIO" and not noun.startswith(("uni", "use", "eu"))
    return f"{'an' if vowel else 'a'} {noun}"


def _early(low: int, high: int, random: Random) -> int:
    """A year from ``low`` to ``high``, more often near the beginning."""
    return low + int((high - low + 1) * random.random() ** 2)


def _weighted_job(jobs: tuple[Occupation, ...], random: Random) -> Occupation:
    return random.choices(jobs, weights=[each.weight for each in jobs])[0]


@cache
def _former_jobs(education: str, at_age: int) -> tuple[Occupation, ...]:
    return tuple(each for each in jobs_suiting(education, at_age) if each.youngest <= at_age - 3)


def _subject(education: str, job: Occupation | None, random: Random) -> tuple[str, str]:
    """What the person learned, and the field it belongs to."""
    if education in ("primary", "secondary"):
        return "", job.field if job else ""
    studies = TRAININGS if education == "vocational" else DEGREES
    if job is None:
        return _any_subject(studies, random)
    if studies is DEGREES and job.least in ("primary", "secondary"):
        return random.choice(GENERAL_STUDIES), job.field
    return job.study or random.choice(studies[job.field]), job.field


def _any_subject(studies: dict[str, tuple[str, ...]], random: Random) -> tuple[str, str]:
    field = random.choice(sorted(studies))
    return random.choice(studies[field]), field


def _last_age_at_work(setting: Setting, trained: int, random: Random) -> int:
    """The age at which someone who has no job any more left the last one, 0 for never had one."""
    age = setting.life.age
    if setting.life.occupation == RETIRED:
        return random.randint(min(58, age), min(67, age))
    if setting.life.occupation == UNEMPLOYED:
        return age - random.randint(0, 1)
    if setting.life.occupation == HOMEMAKER and random.random() < 0.7:
        latest = min(age, 42)
        return random.randint(trained + 3, latest) if trained + 3 <= latest else 0
    return 0


def career_of(setting: Setting, random: Random) -> tuple[Career, list[tuple[int, str]]]:
    """The career that ends in the given setting, and its dated turns."""
    life, birth = setting.life, setting.birth_year
    low, high = _GRADUATION_AGES[life.education]
    trained = random.randint(low, max(low, min(high, _latest_training(setting))))
    until = life.age if life.occupation in JOBS else _last_age_at_work(setting, trained, random)
    job = _job(life.education, life.occupation, trained, until, random)
    subject, field = _subject(life.education, job, random)
    events = [(birth + trained, _GRADUATION[life.education].format(subject=subject))]
    if life.occupation == STUDENT:
        if not subject:
            studies = TRAININGS if life.education == "primary" else DEGREES
            subject, field = _any_subject(studies, random)
        earliest = max(birth + trained, setting.reference_year - 3)
        began = random.randint(earliest, setting.reference_year)
        events.append((began, _STUDY_STARTS[life.education].format(subject=subject)))
        return Career(subject, field, birth + trained, began=began), events
    if job is None:
        return Career(subject, field, birth + trained), events
    held = job.name == life.occupation
    earliest = max(trained, job.youngest)
    # A job that is over lasted a while; one that is held may have begun today.
    start = _early(earliest, until if held else max(earliest, until - 2), random)
    first = _first_job(life.education, job, trained, start, random)
    ended = 0 if held else birth + until
    career = Career(subject, field, birth + trained, job.name, birth + start, ended, first)
    return career, events + _work_events(setting, career)


def _latest_training(setting: Setting) -> int:
    """The age by which training was over, for it to lead to the job that the person has."""
    job = JOBS.get(setting.life.occupation)
    return min(setting.life.age, job.youngest + 4) if job else setting.life.age


def _job(
    education: str, occupation: str, trained: int, until: int, random: Random
) -> Occupation | None:
    """The job that someone has, or had for some years until that age."""
    if occupation in JOBS:
        return JOBS[occupation]
    jobs = _former_jobs(education, until) if until > trained else ()
    return _weighted_job(jobs, random) if jobs else None


def _first_job(education: str, job: Occupation, trained: int, start: int, random: Random) -> str:
    """What was done before the job, if that was long: work of the same field or of any that asks
    for no training."""
    if start - trained < 4:
        return ""
    unskilled = tuple(
        each
        for each in jobs_suiting(education, max(trained, 18))
        if each.name != job.name
        and (each.least == "primary" or (each.field == job.field and each.least == "secondary"))
    )
    return _weighted_job(unskilled, random).name if unskilled else ""


def _work_events(setting: Setting, career: Career) -> list[tuple[int, str]]:
    job = article(career.job)
    events = [(career.began, f"started work as {job}")]
    if career.first_job:
        of_age = max(career.graduated, setting.birth_year + 18)
        events = [
            (of_age, f"started work as {article(career.first_job)}"),
            (career.began, f"became {job}"),
        ]
    if career.ended:
        said = {
            RETIRED: f"retired after working as {job}",
            UNEMPLOYED: f"lost a job as {job}",
            HOMEMAKER: f"gave up work as {job} to look after the home",
        }
        events.append((career.ended, said[setting.life.occupation]))
    return events
