"""An OpenAPI document becomes a service folder; what cannot be in it is listed, and the rest goes on."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from generators.domains.services.importing.finishing import Imported
from generators.domains.services.importing.openapi import MOST_TOOLS, import_openapi
from generators.domains.services.loader import service_domain
from generators.domains.services.mistakes import ImportFailed
from generators.domains.services.reading import read_service
from generators.domains.services.spec import ServiceSpec

ALLOTMENTS = Path(__file__).parent / "allotments.yaml"


def imported(folder: Path, document: Any = None) -> list[Imported]:
    file = ALLOTMENTS
    if document is not None:
        file = folder / "document.yaml"
        text = document if isinstance(document, str) else yaml.safe_dump(document)
        file.write_text(text, encoding="utf-8")
    return list(import_openapi(file, folder / "out"))


@pytest.fixture(scope="module")
def allotments(tmp_path_factory: pytest.TempPathFactory) -> tuple[Imported, ServiceSpec, Any]:
    folder = tmp_path_factory.mktemp("allotments")
    (made,) = imported(folder)
    service = read_service(Path(made.folder))
    return made, service.spec, service.rows


def test_reads_and_writes_are_told_apart_by_method_and_path(allotments: Any):
    _, spec, _ = allotments
    assert {name: tool.kind for name, tool in spec.tools.items()} == {
        "list_plots": "search",
        "get_plot": "get",
        "update_plot": "update",
        "close_plot": "delete",
        "let_plot": "update",
        "book_visit": "create",
    }
    writes = {
        name
        for name, t in service_domain(Path(allotments[0].folder)).agent_tools.items()
        if t.writes
    }
    assert writes == {"update_plot", "close_plot", "let_plot", "book_visit"}


def test_arguments_have_the_types_choices_and_duties_of_the_document(allotments: Any):
    _, spec, _ = allotments
    domain = service_domain(Path(allotments[0].folder))
    search = domain.agent_tools["list_plots"].schema["function"]["parameters"]["properties"]
    assert search["soil"]["anyOf"][0]["enum"] == ["clay", "loam", "sand"]
    assert search["sunny"]["anyOf"][0]["type"] == "boolean"
    booking = spec.tools["book_visit"].arguments
    assert {name for name, each in booking.items() if each.required} == {"day", "plot_name"}
    assert "note" not in booking, "free words that need not be there are nothing to plan for"
    assert spec.tables["visits"].fields["day"].type == "date"


def test_examples_are_the_first_rows_and_the_rest_is_told_to_be_made_up(allotments: Any):
    made, _, rows = allotments
    plots = {row.plot_id: row for row in rows["plots"]}
    assert (plots["17"].name, plots["18"].tenant, plots["18"].rent) == (
        "By the pond",
        "Ada Moss",
        99.0,
    )
    assert plots["19"].soil is None, "an example that the schema forbids is left out of its row"
    assert any("made up" in note.done and note.where == "rows/plots.jsonl" for note in made.guessed)


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("resources.plots.tags", "a list"),
        ("resources.plots.neighbour", "an object"),
        ("resources.plots.soil", "the example 'gravel'"),
        ("paths./plots.get.page", "paging"),
        ("paths./plots.get.X-Trace", "a parameter in the header"),
        ("paths./visits.post.note", "free words"),
        ("paths./plots/{plotId}/drain.post", "nothing that it changes"),
        ("paths./visits.get", "deprecated"),
        ("paths./loops.get", "leads back to itself"),
        ("paths./elsewhere.get", "leads out of the document"),
        ("paths./nowhere.get", "leads nowhere"),
    ],
)
def test_what_is_left_out_is_listed_with_its_reason(allotments: Any, where: str, found: str):
    made, _, _ = allotments
    assert any(note.where == where and found in note.found for note in made.left_out)


def test_what_is_guessed_is_marked_in_the_folder_too(allotments: Any):
    made, _, _ = allotments
    notes = yaml.safe_load((Path(made.folder) / "import.yaml").read_text())
    assert len(notes["guessed"]) == len(made.guessed) > 3
    assert len(notes["left_out"]) == len(made.left_out) > 10


def test_the_same_document_gives_the_same_folder(tmp_path: Path):
    hashes = set()
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (made,) = imported(tmp_path / name)
        hashes.add(service_domain(Path(made.folder)).hash)
    assert len(hashes) == 1


def large(operations: int, tags: int) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
    }
    answer = {"200": {"content": {"application/json": {"schema": schema}}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Everything"},
        "paths": {
            f"/things{n}/{{id}}": {"get": {"tags": [f"part {n % tags}"], "responses": answer}}
            for n in range(operations)
        },
    }


def test_a_large_document_becomes_a_service_for_each_tag(tmp_path: Path):
    made = imported(tmp_path, large(MOST_TOOLS * 2, tags=4))
    assert [each.name for each in made] == [f"everything_part_{n}" for n in range(4)]
    assert {each.tools for each in made} == {MOST_TOOLS // 2}
    assert not any(each.problem for each in made)


@pytest.mark.slow
def test_thousands_of_operations_are_taken_as_far_as_agents_can_read(tmp_path: Path):
    made = imported(tmp_path, json.dumps(large(3_000, tags=2)))
    assert [each.tools for each in made] == [MOST_TOOLS, MOST_TOOLS]
    assert (
        sum(f"more than {MOST_TOOLS}" in note.found for each in made for note in each.left_out)
        == 2_920
    )


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("{", "neither JSON nor YAML"),
        ("- 1", "right would be an OpenAPI document"),
        ({"swagger": "2.0", "paths": {"/a": {}}}, "found swagger 2.0"),
        ({"openapi": "3.0.0", "paths": {}}, "right would be at least one path"),
        ({"paths": {"/a": {}}}, "right would be a version 3 document"),
    ],
)
def test_what_is_no_document_is_refused_with_the_reason(tmp_path: Path, document: Any, said: str):
    with pytest.raises(ImportFailed, match=r"document\.yaml") as caught:
        imported(tmp_path, document)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "paths",
    [
        {"/a": {"get": {}}},
        {"no slash": {"get": {}}},
        {"/a": {"$ref": "#/paths/~1a"}},
        {"/{id}": {"get": {"responses": {"200": None}}}},
        {"/a": {"post": {"requestBody": {"content": {"application/json": {"schema": True}}}}}},
        {
            "/a": {
                "get": {
                    "responses": {
                        "200": {
                            "content": {
                                "application/json": {
                                    "schema": {
                                        "type": "object",
                                        "properties": {"x": {"type": "alien"}},
                                    }
                                }
                            }
                        }
                    }
                }
            }
        },
    ],
)
def test_a_document_with_nothing_to_build_on_makes_no_folder_and_says_why(
    tmp_path: Path, paths: Any
):
    (made,) = imported(tmp_path, {"openapi": "3.0.0", "info": {"title": "Odd"}, "paths": paths})
    assert made.problem
    assert not made.folder
    assert not (tmp_path / "out" / "odd").exists()


def test_a_title_is_no_path(tmp_path: Path):
    document = yaml.safe_load(ALLOTMENTS.read_text()) | {"info": {"title": "../../etc/{x}"}}
    (made,) = imported(tmp_path, document)
    assert Path(made.folder) == tmp_path / "out" / "etc_x"
