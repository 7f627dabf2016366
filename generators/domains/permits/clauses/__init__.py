"""The clauses of the manual that code can check, by id."""

from generators.domains.permits.clauses.applications import APPLICATION_CLAUSES
from generators.domains.permits.clauses.ground import GROUND_CLAUSES
from generators.domains.permits.clauses.parking import PARKING_CLAUSES
from generators.domains.permits.clauses.talk import TALK_CLAUSES
from generators.domains.permits.clauses.who import WHO_CLAUSES

CLAUSES = {
    clause.id: clause
    for clause in (
        *WHO_CLAUSES,
        *TALK_CLAUSES,
        *PARKING_CLAUSES,
        *GROUND_CLAUSES,
        *APPLICATION_CLAUSES,
    )
}
