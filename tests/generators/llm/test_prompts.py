from itertools import pairwise
from pathlib import Path

import jinja2
import pytest

from generators.brief import briefs_of, prompt_hashes, prompt_mistake
from generators.event import AGENT, USER
from generators.llm.settings import Settings, TurnChecks
from generators.llm.turn_rules import TURN_RULES
from generators.models.chat import ChatRequest
from generators.prompt import PROMPTS, filled
from tests.every_domain import EVERY_DOMAIN
from tests.generators.llm.talkers import Stage, Talker, agent_says, native, user_says
from tests.played import Reader

TOOLS = Settings(mode="tools")
CHECKED = Settings(checks=TurnChecks(rules=tuple(TURN_RULES)))


def system(talker: Talker) -> str:
    return talker.messages(0)[0]["content"]


def first_prompts(domain: str, settings: Settings) -> list[tuple[str, str]]:
    """What user and agent are told in several dialogues of a domain."""
    found = []
    for index in range(4):
        stage = Stage(domain, index)
        user, agent = Talker(user_says("Hi")), Talker(agent_says("Hello."))
        if settings.mode == "tools":
            user, agent = Talker("Hi"), Talker("Hello.")
        stage.play(
            stage.player(USER, user, settings), stage.player(AGENT, agent, settings), turns=2
        )
        found.append((system(user), system(agent)))
    return found


def common(texts: list[str]) -> str:
    one, other = min(texts), max(texts)
    length = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    return one[:length]


@pytest.mark.parametrize("settings", [Settings(), Settings(think=True), TOOLS])
@pytest.mark.parametrize("domain", EVERY_DOMAIN)
def test_all_that_dialogues_share_comes_first(domain: str, settings: Settings):
    prompts = first_prompts(domain, settings)
    agents = {agent for _, agent in prompts}
    assert len(agents) == 1
    users = [user for user, _ in prompts]
    assert len(set(users)) > 1
    shared = common(users)
    assert "# How to talk" in shared
    assert "# Who you are" in shared
    for index in range(4):
        stage = Stage(domain, index)
        for private in (stage.persona.name, *(goal.need for goal in stage.plan.goals)):
            assert private not in shared


def test_policy_comes_before_the_clock():
    text = first_prompts("cloakroom", Settings())[0][1]
    domain = Stage().domain
    assert text.index(domain.policy.text.strip()) < text.index(domain.clock)


def begins_with(later: ChatRequest, earlier: ChatRequest) -> bool:
    return later.messages[: len(earlier.messages)] == earlier.messages


@pytest.mark.parametrize("mode", ["structured", "tools"])
def test_each_prompt_begins_with_the_one_before(mode: str):
    stage = Stage()
    settings = Settings(mode=mode)  # type: ignore[arg-type]
    if mode == "tools":
        user = Talker("Hi", "So?", "Hm.")
        agent = Talker(native("find_guest", '{"seat":"C4"}'), "Yes.", "No.")
    else:
        user = Talker(user_says("Hi"), user_says("So?"), user_says("Hm."))
        agent = Talker(agent_says("", ("find_guest", {"seat": "C4"})), agent_says("Yes."))
    stage.play(stage.player(USER, user, settings), stage.player(AGENT, agent, settings), turns=6)
    for talker in (user, agent):
        assert len(talker.requests) >= 3
        for earlier, later in pairwise(talker.requests):
            assert begins_with(later, earlier)
            assert len(later.messages) > len(earlier.messages)
            for one, same in zip(earlier.messages, later.messages, strict=False):
                assert one is same


@pytest.mark.parametrize("mode", ["structured", "tools"])
def test_sides_take_turns_in_every_prompt_even_where_a_party_stays_silent(mode: str):
    stage = Stage()
    settings = Settings(mode=mode)  # type: ignore[arg-type]
    words = (user_says("Hi"), user_says("")) if mode == "structured" else ("Hi", "")
    user = Talker(*words)
    agent = Talker(agent_says("Yes?") if mode == "structured" else "Yes?")
    stage.play(stage.player(USER, user, settings), stage.player(AGENT, agent, settings), turns=6)
    for talker in (user, agent):
        for at in range(len(talker.requests)):
            roles = [each["role"] for each in talker.messages(at)]
            assert roles[0] == "system"
            assert roles[1::2] == ["user"] * len(roles[1::2])
            assert roles[2::2] == ["assistant"] * len(roles[2::2])
            assert roles[-1] == "user"


def test_prompts_are_files_and_their_hashes_are_known():
    names = {path.name for path in PROMPTS.iterdir()}
    assert set(prompt_hashes()) == names
    used = "\n".join(
        path.read_text()
        for path in Path(PROMPTS).parent.rglob("*.py")
        if path.parent.name in ("llm", "generators", "writing", "reviewing")
    )
    for name in names - {f"{p}_{m}.md" for p in (USER, AGENT) for m in ("structured", "tools")}:
        assert name in used, name


def test_a_prompt_of_the_recipes_own_stands_for_ours():
    stage = Stage()
    mine = "I am {{ person }}\n{% for need in needs %}* {{ need }}\n{% endfor %}"
    settings = Settings(prompt=mine)
    user = Talker(user_says("Bye.", end=True))
    stage.play(stage.player(USER, user, settings), Reader(AGENT), templates={USER: mine, AGENT: ""})
    text = system(user)
    assert f"* {stage.plan.goals[0].need}" in text
    assert "# How to talk" not in text
    assert "`goals_done`" in text


def test_templates_get_their_values_and_nothing_else():
    stage = Stage()
    for template in (
        "{{ nobody }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ person.__class__.__base__.__subclasses__() }}",
        "{% for x in needs %}{{ needs.append('y') }}{% endfor %}",
    ):
        with pytest.raises(jinja2.TemplateError):
            briefs_of(stage.plan, stage.domain, stage.persona, {USER: template})


@pytest.mark.parametrize(
    ("party", "template", "problem"),
    [
        (USER, "{{ person }} {{ needs }}", ""),
        (AGENT, "{{ policy }} {{ clock }} {{ title }}", ""),
        (AGENT, "{{ person }}", "there is no person; there are clock, policy, title"),
        (USER, "{% for x in needs %}", "line 1"),
        (USER, "{{ a b }}", "line 1"),
        (AGENT, " \n", "it is empty"),
        (AGENT, "{{ title.__class__ }}", "line 1: __class__ has no place in a prompt"),
        (AGENT, "{{ title['__class__'] }}", "line 1: [...] has no place in a prompt"),
        (AGENT, "{% include '/etc/hostname' %}", "line 1: include has no place in a prompt"),
        (AGENT, "{% import 'os' as os %}", "line 1: import has no place in a prompt"),
        (AGENT, "{% for i in range(99999999) %}x{% endfor %}", "line 1: a call has no place"),
        (AGENT, "a\n{{ 'x' * 30000000000 }}", "line 2: * has no place in a prompt"),
        (AGENT, "{{ 9 ** 9 ** 9 ** 9 }}", "line 1: ** has no place in a prompt"),
        (AGENT, "{{ '%9999999999d' % 1 }}", "line 1: % has no place in a prompt"),
    ],
)
def test_a_template_that_cannot_be_filled_is_found_beforehand(
    party: str, template: str, problem: str
):
    found = prompt_mistake(party, template)
    assert found.startswith(problem) if problem else found == ""


def test_what_a_model_wrote_is_never_a_template():
    stage = Stage()
    trap = "{{ 7 * 7 }}{% for x in y %}"
    critic = Talker('{"accept": false, "reason": "{{ 7 * 7 }}{% if %}"}')
    user, agent = Talker(user_says(trap)), Talker(agent_says(trap))
    settings = Settings(checks=TurnChecks(redrafts=1), acts={"a": "b"})
    told = stage.play(
        stage.player(USER, user, settings, critic=critic),
        stage.player(AGENT, agent, settings, planner=Talker('{"act": "a"}')),
        turns=4,
    )
    said = [event.text for event in told.events if event.kind == "say"]
    assert said == [trap] * 4
    assert "49" not in said
    assert "{{ 7 * 7 }}{% if %}" in user.messages(1)[-1]["content"]
    assert filled("{{ x }}", x=trap) == f"{trap}\n"
