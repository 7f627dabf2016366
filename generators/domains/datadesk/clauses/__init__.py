"""The clauses of the manual that code can check, by id."""

from generators.domains.datadesk.clauses.callers import CALLER_CLAUSES
from generators.domains.datadesk.clauses.queries import QUERY_CLAUSES
from generators.domains.datadesk.clauses.talk import TALK_CLAUSES
from generators.domains.datadesk.clauses.upkeep import UPKEEP_CLAUSES

CLAUSES = {
    clause.id: clause
    for clause in (*CALLER_CLAUSES, *QUERY_CLAUSES, *UPKEEP_CLAUSES, *TALK_CLAUSES)
}
