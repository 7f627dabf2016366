"""What people do, and what it takes: education, age, and the field that it belongs to.

A job asks for an education within a range and is held within a range of ages. Four further
occupations are no jobs but situations of life: student, unemployed, homemaker and retired. How
likely each of them is at which age is said in ``personas.lives``, not here.
"""

from typing import NamedTuple

from personas.persona import Level

EDUCATIONS = ("primary", "secondary", "vocational", "bachelor", "master", "doctorate")
"""Highest completed education, from least to most."""

STUDENT, UNEMPLOYED, HOMEMAKER, RETIRED = "student", "unemployed", "homemaker", "retired"
SITUATIONS = (STUDENT, UNEMPLOYED, HOMEMAKER, RETIRED)

TRAININGS: dict[str, tuple[str, ...]] = {
    "agriculture": ("horticulture", "forestry", "farming"),
    "arts": ("photography", "stage design", "goldsmithing"),
    "beauty": ("hairdressing", "cosmetics"),
    "construction": ("carpentry", "plumbing", "roofing"),
    "education": ("early education",),
    "energy": ("electrical installation", "heating technology"),
    "engineering": ("mechatronics", "technical drawing"),
    "finance": ("bookkeeping", "banking"),
    "health care": ("nursing", "dental assistance"),
    "hospitality": ("cookery", "hotel management"),
    "law": ("legal assistance",),
    "manufacturing": ("metalworking", "textile production"),
    "media": ("bookselling", "media design"),
    "property": ("facility management", "building cleaning"),
    "public service": ("public administration",),
    "retail": ("retail sales", "wholesale trade"),
    "science": ("lab technology",),
    "security": ("security services", "fire safety"),
    "social work": ("youth care", "elderly care"),
    "software": ("computing", "application development"),
    "sport": ("sports coaching",),
    "transport": ("logistics", "vehicle technology"),
}
"""The fields of work, and what one trains in to enter them."""

DEGREES: dict[str, tuple[str, ...]] = {
    "agriculture": ("agricultural science", "animal science"),
    "arts": ("fine arts", "music", "design"),
    "construction": ("civil engineering", "architecture"),
    "education": ("education", "pedagogy"),
    "energy": ("electrical engineering", "energy technology"),
    "engineering": ("mechanical engineering", "industrial engineering", "materials science"),
    "finance": ("economics", "business administration", "finance"),
    "health care": ("health sciences", "nursing science", "public health"),
    "law": ("law",),
    "media": ("journalism", "communication studies", "languages"),
    "property": ("real estate management",),
    "public service": ("public administration", "political science"),
    "retail": ("marketing", "business administration"),
    "science": ("chemistry", "physics", "biology", "geography"),
    "social work": ("social work", "psychology"),
    "software": ("computer science", "information systems", "mathematics"),
    "sport": ("sport science",),
    "transport": ("logistics", "traffic engineering"),
}
"""What one takes a degree in to enter a field, where there are degrees."""

GENERAL_STUDIES = (
    "history",
    "languages",
    "geography",
    "business administration",
    "sociology",
    "cultural studies",
    "biology",
)
"""Degrees of people whose job does not ask for one."""


class Occupation(NamedTuple):
    """One job. ``least`` and ``most`` bound the education, ``youngest`` and ``oldest`` the age.

    ``technology`` is how close the work is to computers, ``pay`` how well it is paid, ``weight``
    how many people have it relative to the other jobs, ``study`` what one learns for it when that
    is not said by ``TRAININGS`` or ``DEGREES`` for its field.
    """

    name: str
    field: str
    least: str
    most: str
    youngest: int
    oldest: int
    technology: Level
    pay: Level
    weight: float = 1.0
    study: str = ""


_P, _S, _V, _B, _M, _D = EDUCATIONS
_LO, _MI, _HI = "low", "medium", "high"

_JOBS = (
    Occupation("farmer", "agriculture", _P, _B, 20, 75, _LO, _MI),
    Occupation("gardener", "agriculture", _P, _V, 18, 67, _LO, _LO),
    Occupation("veterinarian", "agriculture", _M, _D, 27, 70, _MI, _HI, 0.4, "animal health"),
    Occupation("forester", "agriculture", _V, _M, 22, 66, _LO, _MI, 0.4, "forestry"),
    Occupation("graphic designer", "arts", _V, _M, 21, 66, _HI, _MI, 1.0, "design"),
    Occupation("musician", "arts", _S, _M, 20, 75, _LO, _LO, 0.6, "music"),
    Occupation("photographer", "arts", _S, _M, 20, 72, _MI, _LO, 0.7, "photography"),
    Occupation("actor", "arts", _S, _M, 20, 75, _LO, _LO, 0.3, "drama"),
    Occupation("hairdresser", "beauty", _S, _V, 19, 66, _LO, _LO, 1.2, "hairdressing"),
    Occupation("beautician", "beauty", _S, _V, 19, 62, _LO, _LO, 0.7, "cosmetics"),
    Occupation("bricklayer", "construction", _P, _V, 18, 62, _LO, _MI, 1.0, "bricklaying"),
    Occupation("carpenter", "construction", _S, _V, 19, 66, _LO, _MI, 1.2, "carpentry"),
    Occupation("plumber", "construction", _S, _V, 19, 66, _LO, _MI, 1.2, "plumbing"),
    Occupation("painter and decorator", "construction", _P, _V, 18, 66, _LO, _LO, 0.8, "painting"),
    Occupation("architect", "construction", _M, _D, 26, 72, _MI, _HI, 0.5, "architecture"),
    Occupation("site manager", "construction", _V, _M, 28, 66, _MI, _HI, 0.7, "site management"),
    Occupation("nursery teacher", "education", _V, _B, 21, 65, _LO, _LO, 1.2, "early education"),
    Occupation("primary school teacher", "education", _B, _M, 23, 66, _MI, _MI, 1.5),
    Occupation("maths teacher", "education", _B, _D, 24, 67, _MI, _MI, 1.0, "mathematics"),
    Occupation("history teacher", "education", _B, _D, 24, 67, _MI, _MI, 0.8, "history"),
    Occupation("university lecturer", "education", _M, _D, 28, 70, _MI, _MI, 0.6, "philosophy"),
    Occupation("driving instructor", "education", _S, _V, 25, 70, _LO, _MI, 0.5, "road safety"),
    Occupation("electrician", "energy", _S, _V, 19, 66, _MI, _MI, 1.3, "electrical installation"),
    Occupation("solar panel installer", "energy", _S, _V, 19, 60, _MI, _MI, 0.5),
    Occupation("power plant technician", "energy", _V, _B, 21, 65, _MI, _MI, 0.4),
    Occupation("mechanical engineer", "engineering", _B, _D, 23, 67, _HI, _HI, 1.2),
    Occupation("civil engineer", "engineering", _B, _D, 23, 67, _MI, _HI, 0.9, "civil engineering"),
    Occupation("draughtsperson", "engineering", _V, _B, 20, 66, _HI, _MI, 0.6, "technical drawing"),
    Occupation("accountant", "finance", _B, _M, 23, 68, _MI, _HI, 1.4, "accounting"),
    Occupation("bank clerk", "finance", _V, _B, 20, 65, _MI, _MI, 1.0, "banking"),
    Occupation("insurance broker", "finance", _S, _M, 21, 68, _MI, _MI, 0.9, "insurance"),
    Occupation("financial analyst", "finance", _B, _D, 23, 62, _HI, _HI, 0.7, "economics"),
    Occupation("bookkeeper", "finance", _S, _B, 20, 68, _MI, _MI, 1.0, "bookkeeping"),
    Occupation("nurse", "health care", _V, _B, 21, 66, _MI, _MI, 2.2, "nursing"),
    Occupation("care assistant", "health care", _P, _V, 18, 66, _LO, _LO, 1.6, "elderly care"),
    Occupation("general practitioner", "health care", _M, _D, 29, 71, _MI, _HI, 0.8, "medicine"),
    Occupation("surgeon", "health care", _M, _D, 31, 68, _MI, _HI, 0.4, "medicine"),
    Occupation("dentist", "health care", _M, _D, 26, 70, _MI, _HI, 0.5, "dentistry"),
    Occupation("pharmacist", "health care", _M, _D, 25, 69, _MI, _HI, 0.6, "pharmacy"),
    Occupation("midwife", "health care", _V, _M, 22, 65, _LO, _MI, 0.4, "midwifery"),
    Occupation("paramedic", "health care", _V, _B, 20, 60, _MI, _MI, 0.6, "emergency care"),
    Occupation("physiotherapist", "health care", _V, _M, 22, 67, _LO, _MI, 0.8, "physiotherapy"),
    Occupation("waiter", "hospitality", _P, _B, 18, 60, _LO, _LO, 1.4, "hospitality"),
    Occupation("chef", "hospitality", _P, _V, 20, 66, _LO, _MI, 1.2, "cookery"),
    Occupation("hotel receptionist", "hospitality", _S, _B, 18, 65, _MI, _LO, 0.9, "tourism"),
    Occupation("café owner", "hospitality", _S, _M, 25, 70, _MI, _MI, 0.6, "catering"),
    Occupation("lawyer", "law", _M, _D, 26, 72, _MI, _HI, 0.8),
    Occupation("judge", "law", _M, _D, 38, 70, _LO, _HI, 0.15),
    Occupation("paralegal", "law", _V, _B, 20, 66, _MI, _MI, 0.6),
    Occupation("machine operator", "manufacturing", _P, _V, 18, 65, _MI, _MI, 1.5),
    Occupation("welder", "manufacturing", _P, _V, 18, 64, _LO, _MI, 1.0, "welding"),
    Occupation("toolmaker", "manufacturing", _S, _V, 20, 66, _MI, _MI, 0.7, "toolmaking"),
    Occupation("tailor", "manufacturing", _P, _V, 18, 72, _LO, _LO, 0.4, "tailoring"),
    Occupation("quality inspector", "manufacturing", _S, _B, 20, 66, _MI, _MI, 0.7),
    Occupation("journalist", "media", _B, _M, 22, 70, _HI, _MI, 0.6, "journalism"),
    Occupation("translator", "media", _B, _D, 22, 74, _HI, _MI, 0.5, "languages"),
    Occupation("bookseller", "media", _S, _M, 19, 70, _LO, _LO, 0.4, "literature"),
    Occupation("librarian", "media", _V, _M, 22, 67, _MI, _MI, 0.5, "library science"),
    Occupation("estate agent", "property", _S, _B, 21, 70, _MI, _MI, 0.8),
    Occupation("caretaker", "property", _P, _V, 22, 68, _LO, _LO, 0.9, "building maintenance"),
    Occupation("cleaner", "property", _P, _S, 18, 68, _LO, _LO, 1.8),
    Occupation("council clerk", "public service", _S, _M, 19, 66, _MI, _MI, 1.2),
    Occupation("tax inspector", "public service", _V, _M, 22, 66, _MI, _MI, 0.5, "tax law"),
    Occupation("diplomat", "public service", _M, _D, 28, 67, _MI, _HI, 0.1),
    Occupation("shop assistant", "retail", _P, _B, 18, 66, _LO, _LO, 2.4),
    Occupation("store manager", "retail", _S, _M, 24, 66, _MI, _MI, 1.0),
    Occupation("sales representative", "retail", _S, _M, 20, 66, _MI, _MI, 1.4),
    Occupation("florist", "retail", _P, _V, 18, 68, _LO, _LO, 0.4, "floristry"),
    Occupation("butcher", "retail", _P, _V, 18, 66, _LO, _MI, 0.4, "butchery"),
    Occupation("chemist", "science", _M, _D, 24, 67, _HI, _HI, 0.5, "chemistry"),
    Occupation("laboratory technician", "science", _V, _B, 20, 65, _MI, _MI, 0.8, "lab technology"),
    Occupation("research biologist", "science", _M, _D, 25, 68, _HI, _MI, 0.4, "biology"),
    Occupation("security guard", "security", _P, _V, 19, 67, _LO, _LO, 1.0),
    Occupation("police officer", "security", _V, _M, 21, 62, _MI, _MI, 0.9, "policing"),
    Occupation("firefighter", "security", _S, _B, 19, 60, _LO, _MI, 0.6, "fire safety"),
    Occupation("social worker", "social work", _B, _M, 23, 66, _MI, _MI, 1.0),
    Occupation("psychologist", "social work", _M, _D, 26, 72, _MI, _HI, 0.5, "psychology"),
    Occupation("youth worker", "social work", _S, _B, 20, 60, _MI, _LO, 0.6),
    Occupation("software developer", "software", _V, _D, 20, 65, _HI, _HI, 1.8, "computer science"),
    Occupation("system administrator", "software", _V, _M, 20, 65, _HI, _MI, 0.9, "computing"),
    Occupation("data scientist", "software", _M, _D, 24, 60, _HI, _HI, 0.6, "statistics"),
    Occupation("IT support technician", "software", _S, _B, 18, 64, _HI, _MI, 0.9, "computing"),
    Occupation("product manager", "software", _B, _D, 26, 63, _HI, _HI, 0.7, "business studies"),
    Occupation("fitness trainer", "sport", _S, _B, 19, 58, _MI, _LO, 0.7, "sports coaching"),
    Occupation("swimming instructor", "sport", _S, _B, 18, 64, _LO, _LO, 0.4, "sports coaching"),
    Occupation("lorry driver", "transport", _P, _V, 21, 67, _LO, _MI, 1.5, "freight transport"),
    Occupation("bus driver", "transport", _P, _V, 22, 67, _LO, _MI, 1.0, "passenger transport"),
    Occupation("warehouse worker", "transport", _P, _S, 18, 64, _LO, _LO, 1.6, "logistics"),
    Occupation("courier", "transport", _P, _B, 18, 60, _MI, _LO, 1.0, "logistics"),
    Occupation("train driver", "transport", _S, _V, 21, 64, _MI, _MI, 0.5, "railway operations"),
    Occupation("airline pilot", "transport", _S, _M, 24, 64, _HI, _HI, 0.2, "aviation"),
    Occupation("car mechanic", "transport", _S, _V, 19, 66, _MI, _MI, 1.2, "vehicle technology"),
)  # fmt: skip

JOBS: dict[str, Occupation] = {each.name: each for each in _JOBS}


def suits(job: Occupation, education: str) -> bool:
    """Whether people with this education have this job."""
    at = EDUCATIONS.index
    return at(job.least) <= at(education) <= at(job.most)


def jobs_suiting(education: str, age: int) -> tuple[Occupation, ...]:
    """The jobs that people of this education may have at this age."""
    return tuple(
        job for job in JOBS.values() if job.youngest <= age <= job.oldest and suits(job, education)
    )
