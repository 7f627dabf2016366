"""A name means the same domain wherever it is resolved: shipped, from a folder, or joined."""

import pickle
from pathlib import Path

import pytest

from generators.domains.registry import UnknownDomain, domain_named
from generators.domains.services.folders import copy_service, service_folders
from generators.domains.services.mistakes import ServiceError
from generators.domains.shelf import Shelf, ShelfError, shelf_of


@pytest.fixture(scope="module")
def shelf(services: Path) -> Shelf:
    return shelf_of(service_folders(services))


def test_a_shelf_without_folders_has_what_is_shipped():
    assert Shelf().named("cloakroom") is domain_named("cloakroom")
    assert Shelf().knows("cloakroom")
    assert not Shelf().knows("cloakroom+moon")


def test_a_folder_is_known_by_the_name_of_its_service(shelf: Shelf):
    assert sorted(shelf.folders) == ["bakeries_1", "kayaks_1"]
    assert shelf.named("kayaks_1").name == "kayaks_1"
    assert shelf.named("kayaks_1") is shelf.named("kayaks_1")


def test_a_joined_name_is_both_domains(shelf: Shelf):
    joined = shelf.named("bakeries_1+kayaks_1")
    assert joined.name == "bakeries_1+kayaks_1"
    alone = [shelf.named(name) for name in ("bakeries_1", "kayaks_1")]
    assert set(joined.agent_tools) == {tool for each in alone for tool in each.agent_tools}
    assert len(joined.intents) == sum(len(each.intents) for each in alone)


def test_another_process_makes_the_same_shelf_from_its_paths(shelf: Shelf):
    there = pickle.loads(pickle.dumps(shelf))
    assert there == shelf
    for name in ("kayaks_1", "bakeries_1+kayaks_1"):
        assert there.named(name).hash == shelf.named(name).hash


def test_an_unknown_name_is_answered_with_those_there_are(shelf: Shelf):
    with pytest.raises(UnknownDomain, match=r"'moon'.*bakeries_1, .*kayaks_1"):
        shelf.named("kayaks_1+moon")


def test_two_services_of_one_name_cannot_stand_together(services: Path, tmp_path: Path):
    copy_service(services / "kayaks_1", tmp_path / "copy")
    with pytest.raises(ShelfError, match="both hold a service called 'kayaks_1'"):
        shelf_of([services / "kayaks_1", tmp_path / "copy"])


def test_what_cannot_be_joined_is_named(shelf: Shelf):
    with pytest.raises(ShelfError, match=r"kayaks_1\+kayaks_1 cannot be joined"):
        shelf.named("kayaks_1+kayaks_1")


def test_a_copied_service_is_the_same_domain_and_takes_nothing_else_along(
    services: Path, tmp_path: Path
):
    original = services / "kayaks_1"
    copy_service(original, tmp_path / "first")
    (tmp_path / "first" / "diary.txt").write_text("not part of it")
    copy_service(tmp_path / "first", tmp_path / "second")
    assert not (tmp_path / "second" / "diary.txt").exists()
    hashes = {shelf_of([each]).named("kayaks_1").hash for each in (original, tmp_path / "second")}
    assert len(hashes) == 1


def test_a_folder_with_mistakes_is_refused_with_their_place(services: Path, tmp_path: Path):
    copy_service(services / "kayaks_1", tmp_path / "bad")
    file = tmp_path / "bad" / "service.yaml"
    file.write_text(file.read_text().replace("kind: search", "kind: dream"))
    with pytest.raises(ServiceError, match=r"service.yaml, tools.find_kayak.kind: found 'dream'"):
        shelf_of([tmp_path / "bad"])
