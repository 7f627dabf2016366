"""Plans that a model writes and models review, over HTTP: rounds, votes, refusals, nothing twice."""

import asyncio
import json
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from aiohttp import web
from msgspec.structs import replace

from generators.writing.assignment import Assignment
from generators.writing.proposal import Proposal, written_out
from outputs.reading import judged_of
from outputs.release import REPORT
from outputs.store import Store
from pipelines.build import build, started
from pipelines.mishap import EngineError, RequestError
from pipelines.order import Order
from pipelines.progress import LineProgress
from pipelines.recipe import Recipe
from pipelines.stages.candidate import Candidate
from pipelines.workspace import StageReport
from tests.builds import Said, batches, lines_of
from tests.chat_server import chat_server
from tests.pipelines.authoring import Authoring, serving

COMMENT = "nobody in the foyer would ever put it in such words"


async def planned(recipe: Recipe, root: Path) -> StageReport:
    """The recipe's plans, made in this process; what was done is kept."""
    order = Order(recipe=recipe, root=root, workers=0, keep_work=True)
    with LineProgress(Said()) as progress:  # pyright: ignore[reportArgumentType]
        async with started(order, progress) as run:
            await run.stage("sample")
            return await run.stage("plan")


def candidates(root: Path) -> dict[str, Candidate]:
    """Key -> candidate, for all that are on disk."""
    lines = map(json.loads, lines_of(batches(root, "authored", "blueprints")))
    return {line["key"]: msgspec.convert(line["record"], Candidate) for line in lines}


def repeats(authoring: Authoring) -> int:
    """How many calls were made that had been made before."""
    asked = Counter(
        (candidate, model, msgspec.json.encode(body))
        for candidate, models in authoring.asked.items()
        for model, bodies in models.items()
        for body in bodies
    )
    return sum(count - 1 for count in asked.values())


def objects_once(model: str, number: int) -> dict[str, str]:
    """One of two is against the first proposal of each candidate."""
    if model == "first" and number == 1:
        return {"verdict": "reject", "comment": COMMENT}
    return {"verdict": "accept", "comment": ""}


async def test_a_rejection_goes_back_to_the_writer_and_every_vote_is_kept(tmp_path: Path) -> None:
    authoring = Authoring(vote=objects_once)
    async with serving(authoring, tmp_path) as recipe:
        report = await planned(recipe, tmp_path)

    for candidate in candidates(tmp_path).values():
        assert candidate.blueprint is not None
        first, second = candidate.blueprint.provenance.rounds
        assert [(vote.reviewer, vote.outcome, vote.comment) for vote in first.votes] == [
            ("first-faithful", "reject", COMMENT),
            ("second-lawful", "accept", ""),
        ]
        assert [vote.outcome for vote in second.votes] == ["accept", "accept"]
        assert (first.accepted, second.accepted) == (False, True)
        assert candidate.rounds == (first, second)
    assert COMMENT not in authoring.said("cloakroom:00000000", "author", 0)
    assert COMMENT in authoring.said("cloakroom:00000000", "author", 1)
    assert report.details["review"]["accepted_in_round"] == {"2": 6}


@pytest.mark.slow
async def test_a_release_keeps_every_round_and_says_who_wrote_and_reviewed(tmp_path: Path) -> None:
    authoring = Authoring(vote=objects_once)
    async with serving(authoring, tmp_path) as recipe:
        order = Order(recipe=recipe, root=tmp_path, workers=0)
        with LineProgress(Said()) as progress:  # pyright: ignore[reportArgumentType]
            await build(order, progress)
    version = Store(tmp_path).open("authored")
    for row in judged_of(version):
        assert row.blueprint.provenance.source == "written"
        votes = [vote.outcome for each in row.blueprint.provenance.rounds for vote in each.votes]
        assert votes == ["reject", "accept", "accept", "accept"]
    notes = version.manifest.notes
    assert notes["review"]["votes"]["first-faithful"] == {"accept": 6, "reject": 6}
    assert notes["model_calls"]["writer"]["calls"] == 12
    # Twenty tokens into each call and five out of it, as the server says, by the slot's prices.
    assert notes["cost"]["writer"] == pytest.approx(12 * (20 * 1.0 + 5 * 2.0) / 1e6)
    assert {(each["slot"], each["for"]) for each in version.manifest.models if "model" in each} == {
        ("writer", "plans"),
        ("first", "review of plans"),
        ("second", "review of plans"),
    }
    report = (version.folder / REPORT).read_text()
    assert "Plans written and reviewed" in report
    assert "12 proposals; 6 accepted in round 2; 0 never" in report


def good_at_last(proposal: Proposal, given: Assignment, number: int) -> str:
    """Two of three proposals of a candidate have no answer."""
    return written_out(proposal if number % 3 == 0 else replace(proposal, say=()))


THREE = {"slot": "writer", "rounds": 1, "best_of": {1: 3}}


@pytest.mark.slow
async def test_all_proposals_of_a_round_are_counted_and_paid_for(tmp_path: Path) -> None:
    authoring = Authoring(good_at_last)
    async with serving(authoring, tmp_path, writer=THREE) as recipe:
        order = Order(recipe=recipe, root=tmp_path, workers=0)
        with LineProgress(Said()) as progress:  # pyright: ignore[reportArgumentType]
            await build(order, progress)
    version = Store(tmp_path).open("authored")
    for row in judged_of(version):
        (only,) = row.blueprint.provenance.rounds
        assert (only.strategy, len(only.others)) == ("best_of_3", 2)
        asked = [msgspec.json.decode(each.asked) for each in (only, *only.others)]
        assert len({each["seed"] for each in asked}) == 3
    notes = version.manifest.notes
    assert notes["review"]["strategies"] == {
        "best_of_3": {"candidates": 6, "accepted": 6, "proposals": 18}
    }
    assert notes["model_calls"]["writer"]["calls"] == 18
    assert notes["model_calls"]["writer"]["tokens"]["prompt"] == 18 * 20
    assert notes["cost"]["writer"] == pytest.approx(18 * (20 * 1.0 + 5 * 2.0) / 1e6)
    assert "6 of 6 accepted, 18 proposals" in (version.folder / REPORT).read_text()


async def test_proposals_of_a_round_are_not_asked_for_again_when_a_build_goes_on(
    tmp_path: Path,
) -> None:
    authoring = Authoring(good_at_last)
    async with serving(authoring, tmp_path, writer=THREE) as recipe:
        await interrupted(recipe, tmp_path, authoring, calls=9)
        await planned(recipe, tmp_path)
    assert repeats(authoring) <= recipe.play.in_flight
    assert all(len(each.rounds[0].others) == 2 for each in candidates(tmp_path).values())


async def test_a_broken_clause_is_named_and_the_next_proposal_keeps_it(tmp_path: Path) -> None:
    def spoil(proposal: Proposal, given: Assignment, number: int) -> str:
        if number == 1:
            kept = tuple(each for each in proposal.actions if each.tool != "take_payment")
            proposal = replace(proposal, actions=kept)
        return written_out(proposal)

    authoring = Authoring(spoil)
    intents = {"cloakroom": {"lost_ticket": 0.0, "count": 0.0}}
    async with serving(authoring, tmp_path, intents=intents) as recipe:
        await planned(recipe, tmp_path)
    told = [
        key
        for key, each in candidates(tmp_path).items()
        if any(comment.code == "policy_broken" for comment in each.rounds[0].defects)
    ]
    assert told
    for key in told:
        found = candidates(tmp_path)[key]
        assert "K02" in found.rounds[0].defects[0].text
        assert not found.rounds[0].votes, "reviewers were asked about what does not work"
        again = authoring.said(key, "author", 1)
        assert "handed back only after its fee has been paid" in again.split("What was wrong")[1]
        assert found.blueprint is not None
        assert found.rounds[1].accepted


async def test_what_stays_rejected_is_refused_with_every_round_kept(tmp_path: Path) -> None:
    authoring = Authoring(vote=lambda slot, number: {"verdict": "reject", "comment": COMMENT})
    sources = {"written": 0.5, "composed": 0.5}
    plans = {"count": 2, "sources": sources, "candidates": 3}
    async with serving(authoring, tmp_path, **plans) as recipe:
        with pytest.raises(RequestError) as caught:
            await planned(recipe, tmp_path)
    assert "review_rejected" in caught.value.what
    assert "blueprints.review" in caught.value.remedy
    found = candidates(tmp_path).values()
    assert {each.refusal.code for each in found if each.refusal} == {"review_rejected"}
    assert all(COMMENT in each.refusal.message for each in found if each.refusal)
    # Composed plans have nobody who could write them again.
    assert {len(each.rounds) for each in found} == {1, 3}


async def test_who_cannot_judge_abstains_and_nobody_s_vote_is_no_review(tmp_path: Path) -> None:
    def vote(model: str, number: int) -> dict[str, str]:
        if model == "first":
            return {"verdict": "cannot_judge", "comment": "there is no map of the foyer"}
        return {"verdict": "maybe"}

    authoring = Authoring(vote=vote)
    async with serving(authoring, tmp_path, count=1, candidates=2) as recipe:
        with pytest.raises(RequestError, match="review_no_quorum"):
            await planned(recipe, tmp_path)
    for each in candidates(tmp_path).values():
        (only,) = each.rounds
        assert [vote.outcome for vote in only.votes] == ["abstain", "abstain"]


async def test_a_server_that_refuses_every_plan_ends_the_build_and_is_quoted(
    tmp_path: Path,
) -> None:
    async def refuses(request: web.Request, number: int) -> web.StreamResponse:
        error = {"message": "this grammar has too many branches"}
        return web.json_response({"error": error}, status=400)

    async with serving(Authoring(), tmp_path, count=200) as recipe, chat_server(refuses) as server:
        server.models = 404
        slots = {
            name: slot.model_copy(update={"url": (server.url,)})
            for name, slot in recipe.models.items()
        }
        with pytest.raises(EngineError, match="too many branches") as caught:
            await planned(recipe.model_copy(update={"models": slots}), tmp_path)
        assert "writer_failed" in caught.value.what
        assert len(server.requests) < 60


async def interrupted(recipe: Recipe, root: Path, authoring: Authoring, calls: int) -> None:
    """Planning, stopped in the middle when so many calls have come in."""
    first = asyncio.create_task(planned(recipe, root))
    async with asyncio.timeout(20):
        while authoring.calls < calls:
            await asyncio.sleep(0.005)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)


async def test_a_build_that_goes_on_asks_for_nothing_that_was_answered(tmp_path: Path) -> None:
    authoring = Authoring()
    async with serving(authoring, tmp_path) as recipe:
        await interrupted(recipe, tmp_path, authoring, calls=9)
        await planned(recipe, tmp_path)
    # What was on its way when the build was stopped was never received; nothing else is asked again.
    assert repeats(authoring) <= recipe.play.in_flight
    found = {key: each.blueprint for key, each in candidates(tmp_path).items()}

    again, elsewhere = Authoring(), tmp_path / "elsewhere"
    async with serving(again, tmp_path) as recipe:
        await planned(recipe, elsewhere)
    assert {key: each.blueprint for key, each in candidates(elsewhere).items()} == found


async def test_a_budget_counts_what_earlier_runs_have_asked(tmp_path: Path) -> None:
    authoring = Authoring()
    async with serving(authoring, tmp_path) as recipe:
        await interrupted(recipe, tmp_path, authoring, calls=9)
        before = authoring.calls
        budget = recipe.budget.model_copy(update={"calls": 3})
        with pytest.raises(RequestError) as caught:
            await planned(recipe.model_copy(update={"budget": budget}), tmp_path)
        assert "of 6 blueprints are there" in caught.value.what
        assert authoring.calls == before
        assert (await planned(recipe, tmp_path)).kept == 6


@pytest.mark.slow
async def test_a_budget_that_is_used_up_ends_planning_in_the_middle(tmp_path: Path) -> None:
    authoring = Authoring(seconds=0.2)
    async with serving(authoring, tmp_path, count=40) as recipe:
        budget = recipe.budget.model_copy(update={"calls": 20})
        with pytest.raises(RequestError, match="of 40 blueprints are there"):
            await planned(recipe.model_copy(update={"budget": budget}), tmp_path)
        assert 20 <= authoring.calls < 80
        assert (await planned(recipe, tmp_path)).kept == 40
    assert repeats(authoring) == 0
