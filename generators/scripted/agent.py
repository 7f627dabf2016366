"""The scripted agent: it knows the right plan, but has to get what the user knows from the user.

It performs its lines in order, listens to what comes back, asks again when it has to, and says what
it found out. It uses a fact only once the user has said it. Which of its lines are wrong on purpose is
decided elsewhere (``agent_faults``).
"""

from collections.abc import Sequence
from typing import Literal

from generators.blueprint import Blueprint
from generators.domains.domain import Domain
from generators.event import AGENT
from generators.faults import Fault
from generators.perturbed.callback import NO_FUNCTION, OUT_OF_SERVICE
from generators.player import Act, Move, View
from generators.scripted import hearing, mood
from generators.scripted.agent_faults import spoiled
from generators.scripted.agent_script import Line, Script, lines_of
from generators.scripted.courtesy import Courtesy
from generators.scripted.draft import Draft
from generators.scripted.notebook import Notebook
from generators.scripted.phrasebook import manners
from generators.scripted.values import says
from generators.scripted.voice import Voice
from generators.scripted.words import words_for
from personas.record import seeded

_STYLES = ("", "", "terse", "chatty", "formal")
"""How an agent may sound; the empty one is everybody's."""
_TRIES = 4
"""How often it asks for one thing before it gives up."""
_WAIT = Move(acts=(Act(kind="wait"),))

Awaited = Literal["nothing", "matter", "facts", "yes", "act", "reply", "wish", "silence"]
"""What the agent is waiting for: at first, what the matter is. After its goodbye that is silence."""


class ScriptedAgent:
    """Plays the agent's side of one attempt. Equal seed, blueprint and attempt, equal behaviour."""

    party = AGENT
    name = "scripted_agent"

    def __init__(
        self,
        blueprint: Blueprint,
        domain: Domain,
        *,
        seed: int,
        attempt: int,
        faults: Sequence[Fault] = (),
    ) -> None:
        of = f"{blueprint.base_id}:{attempt}"
        rng = seeded(seed, of, "agent")
        self._book = words_for(blueprint, domain)
        self._voice = Voice(self._book, rng, rng.choice(_STYLES), blueprint.clock)
        lines = lines_of(blueprint)
        own = [fault for fault in faults if fault.party == AGENT]
        if own:
            chance = seeded(seed, of, "agent_faults")
            lines = spoiled(lines, own, blueprint, domain, self._voice, chance)
        self._script = Script(lines, blueprint.goals[0].id if blueprint.goals else "")
        self._naming = domain.naming
        self._notebook = Notebook(blueprint)
        self._draft = Draft(AGENT)
        self._courtesy = Courtesy(self._voice, self._draft)
        self._awaits: Awaited = "nothing"
        self._read = 0
        self._last_say = ""
        self._news: Line | None = None
        self._asked_for: set[str] = set()
        self._repeats = self._refused = self._glad = self._careless = self._asked_enough = False

    async def move(self, view: View) -> Move:
        """Answers what was heard, and goes on with the plan."""
        heard, answered, failed = self._listen(view)
        if answered:
            if failed and not self._careless:
                self._give_up("agent_failed", self._script.last)
            return self._go_on()
        if self._awaits == "silence" or (not heard and self._courtesy.greeted):
            return _WAIT
        if not heard:
            self._draft.add(self._voice.manner("agent_how_can_i_help"), "greet")
            return self._say("nothing")
        change = self._script.change_ahead()
        if self._awaits != "wish" and hearing.is_leaving(heard) and not change:
            return self._goodbye(heard)
        self._notebook.hear(heard)
        self._courtesy.react(heard, self._awaits)
        self._asked_enough = self._awaits == "facts" and hearing.asks_enough(heard)
        if change and self._takes_change(change, heard):
            return self._go_on(after_user=True)
        return self._take(heard)

    def _takes_change(self, change: Line, heard: str) -> bool:
        """Whether the user changes its mind now, as it may; if so, what it wants then counts."""
        if self._awaits not in ("yes", "wish"):
            return False
        if change.key == "withdraw":
            if not hearing.lets_go(heard) and not hearing.denies(heard):
                return False
            self._draft.opener = ""
            self._draft.add(self._voice.manner("agent_lets_go"), "accept")
            self._script.give_up(change)
            return True
        if not self._notebook.hear_change(change.facts, heard):
            return False
        self._draft.opener = ""
        taken = "agent_looks_again" if change.text == "told" else "agent_takes_change"
        self._draft.add(self._voice.manner(taken), "accept")
        self._script.change(change)
        return True

    def _listen(self, view: View) -> tuple[str, bool, bool]:
        """What others have said since last time, whether own calls were answered, and whether any of
        them failed."""
        new = view.events[self._read :]
        self._read = len(view.events)
        said = [event.text for event in new if event.kind == "say" and event.party != AGENT]
        results = [event.result for event in new if event.result]
        return " ".join(said), bool(results), any(result.error for result in results)

    def _take(self, heard: str) -> Move:
        """Sees whether what was awaited has come, and goes on from there."""
        match self._awaits:
            case "nothing" if manners().says("manners", "user_vague", heard):
                self._draft.add(self._voice.manner("agent_what_matter"), "offer")
                return self._say("matter")
            case "yes":
                if self._script.deaf() and "?" not in heard:
                    self._script.advance()
                elif not self._courtesy.confirm_value(heard) and hearing.consents(heard):
                    self._script.advance()
                    if not self._script.done and self._script.line.kind == "change":
                        self._script.stay()
                elif hearing.denies(heard) and "?" not in heard:
                    self._give_up("agent_leaves_it", self._script.line)
            case "act":
                shown = self._script.line.slots.values()
                seen = any(says(heard, value) for value in shown)
                if seen or not ("?" in heard or hearing.is_lost(heard)):
                    self._script.advance()
            case "reply":
                self._script.advance()
            case "wish":
                return self._take_wish(heard)
        return self._go_on(after_user=True)

    def _take_wish(self, heard: str) -> Move:
        """After an offer comes the end, a plea for an exception, a question, or the next wish."""
        if hearing.is_done(heard):
            return self._goodbye(heard)
        if self._refused and hearing.pushes_back(heard):
            self._refused = False
            passed_on = self._news and self._news.key in (NO_FUNCTION, OUT_OF_SERVICE)
            firm = "agent_cannot_itself" if passed_on else "agent_stand_firm"
            self._draft.add(self._voice.manner(firm), "refuse")
            return self._offer()
        if self._courtesy.answers(heard, self._news):
            return self._offer(share=0.5)
        if self._script.change_ahead():
            self._script.stay()
        if mood.only_thanks(heard) or self._script.done:
            if self._script.tried() >= _TRIES - 1:
                return self._goodbye(heard)
            return self._offer(share=1.0)
        self._script.wish_raised()
        self._notebook.turn_to(self._script.goal, heard)
        self._refused, self._news = False, None
        if self._voice.chance(0.5) and not self._draft.opener:
            self._draft.opener = self._voice.manner("agent_next_goal")
        return self._go_on(after_user=True)

    def _go_on(self, after_user: bool = False) -> Move:
        """Performs lines until the floor has to be passed or calls have to be answered."""
        while not self._script.waits_for_wish():
            if self._script.line.kind == "change":
                break
            if self._script.line.kind == "call":
                return self._call(after_user)
            said = self._perform(self._script.line)
            if said:
                return said
            self._script.advance()
        return self._offer()

    def _perform(self, line: Line) -> Move | None:
        """Does one line other than a call. None when nobody has to answer it."""
        voice, draft = self._voice, self._draft
        if line.kind == "ask":
            missing = self._script.missing(self._notebook.told)
            return self._ask(missing) if missing else None
        if line.kind == "echo":
            asked = self._awaits in ("facts", "yes", "act", "reply")
            return self._repeat(line.fault) if asked and len(self._last_say.split()) > 3 else None
        if line.kind != "presume" or not self._notebook.told.issuperset(line.facts):
            draft.mark(line.fault)
        match line.kind:
            case "tell":
                told = voice.telling("tells", line.key, line.slots)
                draft.add(told, "inform")
                self._news, self._glad = line, mood.is_good_news(told)
            case "refuse":
                if not draft.parts:
                    # A cheerful word does not go with bad news.
                    draft.opener = ""
                draft.add(voice.telling("refusals", line.key, line.slots), "refuse")
                self._refused = True
                self._news, self._glad = line, False
            case "remark":
                draft.add(line.text, "inform")
                if "?" in line.text:
                    return self._say("reply")
            case "confirm":
                # Who only asked back about it needs not hear it all again.
                again = {"confirm", "explain"} & set(draft.acts) and self._awaits == "yes"
                asks = voice.telling("confirms", line.key, line.slots)
                return self._insist("yes", voice.manner("agent_go_ahead") if again else asks)
            case "act":
                return self._insist("act", voice.phrase("request", line.key, line.slots))
        return None

    def _ask(self, missing: list[str]) -> Move:
        """Asks for at most two things at a time."""
        misheard = bool(self._notebook.misheard.intersection(missing))
        self._repeats = not self._asked_for.isdisjoint(missing[:2])
        self._asked_for = set(missing[:2])
        return self._insist("facts", self._voice.questions(missing[:2]), misheard)

    def _insist(self, awaits: Awaited, question: str, misheard: bool = False) -> Move:
        """Asks, unless it has asked too often."""
        before = self._script.tried()
        if before >= _TRIES:
            self._give_up("agent_gives_up", self._script.line)
            return self._offer()
        if self._asked_enough:
            self._draft.opener = self._voice.manner("agent_one_more")
            self._asked_enough = False
        elif not self._draft.parts and misheard:
            self._draft.opener = self._voice.manner("agent_recheck")
        elif not self._draft.parts and before and self._repeats and self._voice.chance(0.6):
            self._draft.opener = self._voice.manner("agent_reask")
        kinds = {"facts": "request", "yes": "confirm", "act": "request_action"}
        self._draft.add(question, kinds[awaits])
        return self._say(awaits)

    def _call(self, after_user: bool) -> Move:
        """Makes the call that is next, or all of its batch. News is told before a write, at the
        latest; anything else to say may wait for the results."""
        batch = self._script.take_batch()
        self._careless = any(line.careless for line in batch)
        words: tuple[Act, ...] = ()
        if self._asked_enough:
            self._draft.add(self._voice.manner("agent_enough"), "explain")
            self._asked_enough = False
            words = self._say("nothing").acts
        elif self._draft.parts:
            if batch[0].writes or self._voice.chance(0.4):
                words = self._say("nothing").acts
        elif after_user and self._voice.chance(0.22):
            tool = self._naming.tool(AGENT, batch[0].tool)
            self._draft.add(self._voice.filler(tool, batch[0].writes), "hold")
            words = self._say("nothing").acts
        calls = []
        for line in batch:
            self._draft.mark(line.fault)
            notes = self._draft.marks()
            calls.append(
                Act(kind="call", tool=line.tool, arguments=line.arguments, annotations=notes)
            )
        self._awaits = "nothing"
        return Move(acts=(*words, *calls))

    def _give_up(self, reason: str, line: Line) -> None:
        self._script.give_up(line)
        self._draft.add(self._voice.manner(reason), "refuse")

    def _offer(self, share: float = 0.65) -> Move:
        """Ends a goal: asks for more, as likely as ``share``, or leaves it to the user."""
        if not self._draft.parts or self._voice.chance(share):
            self._draft.add(self._voice.manner("agent_offer"), "offer")
        return self._say("wish")

    def _goodbye(self, heard: str) -> Move:
        self._script.end()
        self._courtesy.goodbye(heard, self._glad)
        return self._say("silence")

    def _repeat(self, fault: Fault | None) -> Move:
        self._draft.mark(fault)
        self._draft.opener = ""
        self._draft.parts = [self._last_say]
        return self._say("reply")

    def _say(self, awaits: Awaited) -> Move:
        """All that is drafted, greeting included, in one utterance."""
        plunges = not self._draft.opener and self._draft.acts[:1] == ["request"]
        sentences = self._courtesy.greeting(self._draft.sentences(), plunges)
        self._awaits = awaits
        act = self._draft.said(" ".join(sentences))
        self._courtesy.spoke(act.text)
        self._last_say = act.text
        return Move(acts=(act,))
