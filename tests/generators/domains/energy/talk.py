"""Dialogues at the energy desk for tests."""

from functools import partial
from typing import Any, Self

from generators.domains.energy import DOMAIN
from generators.domains.energy.database import Customer
from generators.event import USER
from tests.generators.domains import drawn
from tests.generators.domains.desk import Desk as AnyDesk

blueprints = partial(drawn.blueprints, DOMAIN.name)


class Desk(AnyDesk):
    """A dialogue that is written down as it happens."""

    domain = DOMAIN

    @property
    def customer(self) -> Customer:
        """The caller's row."""
        return self.db[Customer].get(self.subject)

    def known(self) -> Self:
        """The agent looks the caller up."""
        self.call("find_customer", account_number=self.subject, postcode=self.customer.postcode)
        return self

    def act(self, tool: str, **arguments: Any) -> Any:
        """The customer does something at home."""
        return self.call(tool, party=USER, account_number=self.subject, **arguments)


case = Desk.case
