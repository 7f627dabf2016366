"""A right dialogue at the cloakroom, stage by stage, of which a test replaces the stage it is about."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from generators.blueprint import Blueprint
from generators.domains.cloakroom.database import Item
from generators.domains.domain import Domain
from generators.domains.registry import domain_named
from generators.domains.world import world_of
from generators.event import USER
from tests.dialogues import Dialogue, planned
from verifiers.rules import RULES, opinion
from verifiers.verdict import Evidence, Finding

Stage = Callable[["FetchTalk"], object]


@cache
def unpaid_fetch(withheld: float = 1.0) -> Blueprint:
    """Somebody fetches one thing whose fee is open, so that all kinds of steps occur."""
    for number in range(20):
        found = planned("cloakroom", "fetch", number=number, withheld=withheld)
        if any(step.kind == "confirm" for step in found.steps):
            return found
    raise LookupError


class FetchTalk(Dialogue):
    """The stages, in order. Keyword arguments replace stages; None leaves one out."""

    def __init__(self, blueprint: Blueprint | None = None, **changed: Stage | None) -> None:
        super().__init__(blueprint or unpaid_fetch())
        facts = {fact.key: fact for fact in self.blueprint.facts}
        self.seat, self.ticket = facts["seat"].value, facts["ticket"].value
        self.slip, self.secret = facts["ticket"].slip, facts["private_word"].value
        item = world_of(self.blueprint, self.domain).db[Item].get(self.ticket)
        self.guest, self.shelf, self.fee = item.guest_id, item.shelf, f"{item.fee:.2f}"
        stages: dict[str, Stage | None] = {
            "opening": FetchTalk.opening,
            "ask_seat": FetchTalk.ask_seat,
            "look_up": FetchTalk.look_up,
            "ask_ticket": FetchTalk.ask_ticket,
            "look": FetchTalk.look,
            "scan": FetchTalk.scan,
            "confirm": FetchTalk.confirm,
            "pay": FetchTalk.pay,
            "hand_over": FetchTalk.hand_over,
            "offer": FetchTalk.offer,
            "goodbye": FetchTalk.goodbye,
        }
        assert set(changed) <= set(stages)
        for stage in {**stages, **changed}.values():
            if stage:
                stage(self)

    def opening(self) -> None:
        self.user("Good evening, I would like to have my things back.")

    def ask_seat(self) -> None:
        self.agent("Good evening! Which seat did you have?").user(f"It was {self.seat}, I think.")

    def look_up(self) -> None:
        self.call("find_guest", seat=self.seat)

    def ask_ticket(self) -> None:
        self.agent("Thank you. What does your ticket say?").user(f"It says {self.ticket}.")

    def look(self) -> None:
        self.call("list_items", guest_id=self.guest)

    def scan(self) -> None:
        self.agent("Please hold the tag up to the scanner and read me the shelf.")
        self.call("read_tag", USER, ticket=self.ticket).user(f"It shows {self.shelf}.")

    def confirm(self) -> None:
        self.agent(f"The fee for {self.ticket} is still open. May I charge it?").user(
            "Yes, please."
        )

    def pay(self) -> None:
        self.call("take_payment", ticket=self.ticket)

    def hand_over(self) -> None:
        self.call("return_item", ticket=self.ticket)
        self.agent(
            f"Thank you, that was {self.fee} euros. It was on shelf {self.shelf}, here you are."
        )
        self.user("Lovely, thank you.")

    def offer(self) -> None:
        self.agent("Is there anything else that I can do for you?")

    def goodbye(self) -> None:
        self.user("No, that was all. Have a nice evening!").stop()


def cloakroom() -> Domain:
    return domain_named("cloakroom")


def findings(case: Evidence) -> list[Finding]:
    """Everything that any rule has to say, errors only."""
    found = (each for name in RULES for each in opinion(case, name).findings)
    return [each for each in found if each.severity == "error"]


def codes(case: Evidence) -> set[str]:
    """The codes of all errors."""
    return {each.code for each in findings(case)}
