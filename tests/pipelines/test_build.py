"""A build as a whole, in this process: what it makes, what it refuses, and how it goes on."""

import shutil
from pathlib import Path

import msgspec
import pytest

from outputs.integrity import verify
from outputs.reading import judged_of
from outputs.store import Store
from pipelines.build import BuildResult
from pipelines.build_key import build_key
from pipelines.mishap import YOUR_MACHINE, YOUR_RECIPE, MachineError, RequestError, mishap_of
from pipelines.order import order_of
from pipelines.progress import LineProgress
from pipelines.shards import open_shards
from pipelines.workspace import opened
from tests.builds import SMALLEST, Said, built, order


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, BuildResult]:
    root = tmp_path_factory.mktemp("builds")
    result, _ = built(order(root, keep_work=True))
    return root, result


def work_folder(root: Path) -> Path:
    (folder,) = (root / "smallest" / ".work").iterdir()
    return folder


def copied(root: Path, to: Path) -> Path:
    """The finished work of a build under another root, without the version it made."""
    shutil.copytree(work_folder(root), to / "smallest" / ".work" / work_folder(root).name)
    return work_folder(to)


def test_every_attempt_is_accounted_for(made: tuple[Path, BuildResult]):
    _, result = made
    ledger = result.ledger
    gone = sum(ledger.get("rejected", {}).values()) + sum(ledger.get("failed", {}).values())
    assert ledger["attempted"] == 24 == ledger["accepted"] + gone
    assert dict(result.funnel)["released"] == ledger["accepted"]


def test_what_was_built_verifies(made: tuple[Path, BuildResult]):
    root, _ = made
    assert verify(Store(root), "smallest@0.1.0") == []


def test_the_manifest_holds_recipe_seed_funnel_and_key(made: tuple[Path, BuildResult]):
    root, result = made
    manifest = Store(root).open("smallest").manifest
    assert manifest.recipe["blueprints"]["count"] == 12
    assert manifest.seeds == {"recipe": 1}
    assert manifest.funnel == result.funnel
    assert manifest.notes["build_key"] == build_key(order(root).recipe)


def test_rows_are_released_in_the_order_of_their_ids(made: tuple[Path, BuildResult]):
    root, _ = made
    ids = [row.id for row in judged_of(Store(root).open("smallest"))]
    assert ids == sorted(ids)
    assert len(set(ids)) == 24


@pytest.mark.slow
def test_the_same_build_again_says_so_and_does_nothing(tmp_path: Path):
    first, _ = built(order(tmp_path))
    again, said = built(order(tmp_path))
    assert again.already
    assert again.content_hash == first.content_hash
    assert "released by this very build" in said
    assert not (tmp_path / "smallest" / ".work").exists()


def test_another_build_of_an_existing_version_is_refused(made: tuple[Path, BuildResult]):
    root, _ = made
    with pytest.raises(RequestError) as caught:
        built(order(root, "seed=9"))
    assert caught.value.exit_code == YOUR_RECIPE
    assert "has been released already" in caught.value.what
    assert "version=0.1.1" in caught.value.remedy


@pytest.mark.slow
def test_the_next_version_has_another_seed_and_other_dialogues(made: tuple[Path, BuildResult]):
    root, result = made
    following = order_of(SMALLEST, root, ("curate.similarity=1.0",), 0, next_version=True)
    assert (following.recipe.version, following.recipe.seed) == ("0.1.1", 2)
    second, _ = built(following)
    assert second.version == "0.1.1"
    assert second.content_hash != result.content_hash
    assert Store(root).latest("smallest") == "0.1.1"
    shutil.rmtree(root / "smallest" / "0.1.1")
    (root / "smallest" / "latest").write_text("0.1.0\n")


@pytest.mark.slow
def test_a_damaged_version_is_not_taken_for_built(tmp_path: Path):
    built(order(tmp_path))
    report = tmp_path / "smallest" / "0.1.0" / "report.html"
    report.chmod(0o644)
    report.write_text("something else")
    with pytest.raises(MachineError, match=r"is damaged: report\.html"):
        built(order(tmp_path))


def test_finished_work_is_used_and_gives_the_same(made: tuple[Path, BuildResult], tmp_path: Path):
    root, result = made
    copied(root, tmp_path)
    again, said = built(order(tmp_path))
    assert again.content_hash == result.content_hash
    assert {
        again.done_now[stage] for stage in ("sample", "plan", "play", "judge", "steer", "curate")
    } == {0}
    assert "24 done before" in said


@pytest.mark.slow
@pytest.mark.parametrize(
    "stage", ["personas", "blueprints", "dialogues", "decisions", "placements"]
)
def test_a_damaged_batch_of_any_stage_is_told_and_made_again(
    made: tuple[Path, BuildResult], tmp_path: Path, stage: str
):
    root, result = made
    folder = copied(root, tmp_path) / stage
    victim = sorted(folder.glob("*.jsonl"))[0]
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    victim.write_bytes(data)
    again, said = built(order(tmp_path, keep_work=True))
    assert again.content_hash == result.content_hash
    assert f"{victim} is damaged" in said
    assert (folder / "damaged" / victim.name).exists()
    assert victim.exists()


@pytest.mark.slow
def test_work_of_another_recipe_is_never_read(made: tuple[Path, BuildResult], tmp_path: Path):
    root, _ = made
    copied(root, tmp_path)
    again, _ = built(order(tmp_path, "limits.turns=39"))
    assert again.done_now["play"] == 24


def test_how_fast_has_no_part_in_the_build_key(tmp_path: Path):
    slow = order(tmp_path, "play.commit.size=1", "play.in_flight=1").recipe
    assert build_key(slow) == build_key(order(tmp_path).recipe)
    assert build_key(order(tmp_path, "seed=2").recipe) != build_key(slow)


@pytest.mark.slow
@pytest.mark.parametrize("override", ["play.commit.size=1", "play.in_flight=1"])
def test_batch_sizes_and_windows_change_no_result(
    made: tuple[Path, BuildResult], tmp_path: Path, override: str
):
    _, result = made
    again, _ = built(order(tmp_path, override, keep_work=True))
    assert again.content_hash == result.content_hash


def test_two_builds_of_the_same_cannot_work_at_once(tmp_path: Path):
    mine = order(tmp_path)
    progress = LineProgress(Said())  # pyright: ignore[reportArgumentType]
    with (
        opened(mine.recipe, tmp_path, build_key(mine.recipe), progress),
        pytest.raises(MachineError, match="is building the same"),
    ):
        built(mine)


def test_a_root_that_is_a_file_is_the_machines_fault(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(MachineError, match="cannot write") as caught:
        built(order(tmp_path / "file"))
    assert "--root" in caught.value.remedy


@pytest.mark.slow
def test_a_disk_that_fills_up_is_named_and_work_goes_on_afterwards(
    made: tuple[Path, BuildResult], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    _, result = made
    writes = 0

    def full_after_a_while(folder: Path, name: str, body: bytes) -> None:
        nonlocal writes
        writes += 1
        if writes > 4:
            raise OSError(28, "No space left on device", str(folder / name))
        write(folder, name, body)

    from pipelines import shards

    write = shards._write
    monkeypatch.setattr(shards, "_write", full_after_a_while)
    with pytest.raises(OSError, match="No space left") as caught:
        built(order(tmp_path, "play.commit.size=2"))
    mishap = mishap_of(caught.value, tmp_path)
    assert mishap is not None
    assert mishap.exit_code == YOUR_MACHINE
    assert "MiB free" in mishap.what
    assert str(tmp_path) in mishap.what
    assert "same command again" in mishap.remedy
    monkeypatch.undo()
    again, said = built(order(tmp_path, "play.commit.size=2"))
    assert again.content_hash == result.content_hash
    assert "done before" in said


def test_too_few_candidates_is_an_error_with_reasons(tmp_path: Path):
    with pytest.raises(RequestError, match="cloakroom gave 0 of 12 blueprints"):
        built(
            order(
                tmp_path,
                "blueprints.intents={cloakroom: {fetch: 0, count: 0, lost_ticket: 0}}",
                "blueprints.candidates=2",
            )
        )


@pytest.mark.slow
def test_quotas_of_released_rows_hold(tmp_path: Path):
    quota = "curate.quotas=[{field: intents, share: 0.5}]"
    result, _ = built(order(tmp_path, quota, "blueprints.count=20"))
    rows = [row for row in judged_of(Store(tmp_path).open("smallest")) if row.accepted]
    counts: dict[tuple[str, ...], int] = {}
    for row in rows:
        counts[row.blueprint.intents] = counts.get(row.blueprint.intents, 0) + 1
    assert max(counts.values()) <= 0.5 * len(rows)
    assert result.ledger["accepted"] == len(rows)


@pytest.mark.slow
def test_planned_faults_stay_hidden_from_the_committee_and_in_the_row(tmp_path: Path):
    faults = "players.agent.faults=[{kind: drop_all_writes, probability: 1.0}]"
    built(order(tmp_path, faults))
    rows = list(judged_of(Store(tmp_path).open("smallest")))
    noted = [row for row in rows if row.trajectory.annotations]
    assert noted
    rejected = [row for row in noted if row.decision.outcome == "reject"]
    assert rejected
    assert all("planned_faults" not in msgspec.json.encode(r.decision).decode() for r in rows)


def test_stage_folders_are_the_shards_that_the_stages_read(made: tuple[Path, BuildResult]):
    from generators.trajectory import Trajectory

    root, _ = made
    assert len(open_shards(work_folder(root) / "dialogues", Trajectory)) == 24
