"""Dialogues at the insurer's desk for tests."""

from functools import partial
from typing import Any, Self

from generators.domains.insurance import DOMAIN
from generators.domains.insurance.database import Client
from generators.event import USER
from tests.generators.domains import drawn
from tests.generators.domains.desk import Desk as AnyDesk

blueprints = partial(drawn.blueprints, DOMAIN.name)


class Desk(AnyDesk):
    """A dialogue that is written down as it happens."""

    domain = DOMAIN

    def known(self) -> Self:
        """The agent finds out who is calling."""
        client = self.db[Client].get(self.subject)
        self.call("identify_client", client_number=client.number, birth_date=client.birth_date)
        return self

    def act(self, tool: str, **arguments: Any) -> Any:
        """The client does something."""
        return self.call(tool, party=USER, **arguments)


case = Desk.case
