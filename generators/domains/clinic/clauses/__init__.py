"""The clauses of the manual that code can check, by id."""

from generators.domains.clinic.clauses.calls import CALL_CLAUSES
from generators.domains.clinic.clauses.talk import TALK_CLAUSES

CLAUSES = {clause.id: clause for clause in (*CALL_CLAUSES, *TALK_CLAUSES)}
