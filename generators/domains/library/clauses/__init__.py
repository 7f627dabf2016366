"""The clauses of the manual that code can check, by id."""

from generators.domains.library.clauses.accounts import ACCOUNT_CLAUSES
from generators.domains.library.clauses.talk import TALK_CLAUSES
from generators.domains.library.clauses.things import THING_CLAUSES

CLAUSES = {clause.id: clause for clause in (*ACCOUNT_CLAUSES, *THING_CLAUSES, *TALK_CLAUSES)}
