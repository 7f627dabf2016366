from pathlib import Path

from huggingface_hub import DatasetCard
from msgspec.structs import replace

from outputs.card import card_text
from outputs.manifest import Manifest
from outputs.statistics import statistics_of
from tests.outputs.cloakroom_set import judged_set
from tests.outputs.versions import released


def card(manifest: Manifest) -> DatasetCard:
    return DatasetCard(card_text(manifest, statistics_of(judged_set()).summary()))


def test_the_card_is_a_dataset_card_that_the_hub_can_read(tmp_path: Path):
    version = released(tmp_path, exports={"trl": {}})
    data = DatasetCard.load(version.folder / "README.md").data.to_dict()
    assert data["pretty_name"] == "Cloakroom talks"
    assert data["license"] == "cc-by-4.0"
    assert data["language"] == ["en"]
    assert data["size_categories"] == ["n<1K"]
    assert {"synthetic", "tool-use", "multi-turn"} <= set(data["tags"])
    assert data["source_datasets"] == ["original"]
    (config,) = data["configs"]
    assert config["config_name"] == "default"
    for each in config["data_files"]:
        assert list(version.folder.glob(each["path"]))


def test_the_card_says_what_it_is_how_it_was_made_and_how_to_load_and_check_it(tmp_path: Path):
    version = released(tmp_path, exports={"trl": {}})
    text = card(version.manifest).text
    for heading in (
        "# Cloakroom talks",
        "## Load it",
        "## How it was made",
        "## What is in it",
        "## Licence",
        "## Limitations",
        "## Contamination",
        "## Check it",
    ):
        assert f"\n{heading}\n" in f"\n{text}"
    assert "| planned | 8 |" in text
    assert "| accepted | 13 |" in text
    assert "| rejected: `duplicate.near` | 1 |" in text
    assert 'load_from_disk("desk/0.1.0")' in text
    assert "| `exports/trl` | 13 |" in text
    assert "words per utterance" in text
    assert version.manifest.content_hash[:16] in text
    assert "No language model took part" in text


def test_sizes_and_models_are_those_of_the_version():
    manifest = Manifest(
        name="big",
        version="1.0.0",
        rows={"train": 20_000},
        models=(
            {"slot": "user", "player": "scripted"},
            {"slot": "agent", "player": "llm", "model": "some-model"},
        ),
    )
    found = card(manifest)
    assert found.data.to_dict()["size_categories"] == ["10K<n<100K"]
    assert "Who spoke: user: scripted player; agent: some-model." in found.text
    assert "written by some-model: such text may also fall under the licence" in found.text
    assert card(replace(manifest, rows={})).data.to_dict()["size_categories"] == ["n<1K"]
