from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.engines.flags import flag, flag_mistakes
from pipelines.engines.options import launch_of, served_name
from pipelines.engines.shared_servers import groups_of, launches_of, model_of, pinned
from pipelines.engines.vllm_environment import VLLM, command_of, vllm_of
from pipelines.mishap import EngineError, RequestError
from pipelines.recipe_file import RecipeError, load_recipe
from pipelines.recipe_models import ModelSlot, Option, Served, Serving
from pipelines.serving import Launch
from tests.engine_stand_in import environment

CPU = VLLM(python=("py",), build="cpu", version="0.32.0")
GPU = VLLM(python=("docker", "run", "image"), build="gpu", version="0.33.0")


def launch(vllm: VLLM = GPU, gpus: int = 1, revision: str = "", **options: Option) -> Launch:
    named = {name.replace("_", "-"): value for name, value in options.items()}
    served = Served(model="org/model", options=named, gpus=gpus, revision=revision)
    return launch_of("agent.1", ("org/model",), served, Serving(host="10.0.0.1"), vllm)


def test_a_recipe_s_options_become_the_engine_s() -> None:
    argv = launch(max_model_len=8192, enforce_eager=True, enable_prefix_caching=False).argv
    assert argv[:5] == ("docker", "run", "image", "-m", "vllm.entrypoints.openai.api_server")
    assert {"--max-model-len=8192", "--enforce-eager", "--no-enable-prefix-caching"} <= set(argv)


def test_defaults_give_way_to_the_recipe() -> None:
    assert "--generation-config=vllm" in launch().argv
    argv = launch(generation_config="auto").argv
    assert "--generation-config=auto" in argv
    assert "--generation-config=vllm" not in argv


def test_tools_are_chosen_freely_where_a_parser_is_named_and_only_there() -> None:
    assert "--enable-auto-tool-choice" in launch(tool_call_parser="hermes").argv
    assert "--enable-auto-tool-choice" not in launch().argv


def test_several_gpus_split_the_model_unless_the_recipe_splits_it() -> None:
    assert "--tensor-parallel-size=2" in launch(gpus=2).argv
    assert "--tensor-parallel-size=2" not in launch(gpus=2, pipeline_parallel_size=2).argv


def test_a_cpu_holds_no_gpu_and_reads_prompts_in_one_piece() -> None:
    on_cpu = launch(CPU, gpus=2)
    assert on_cpu.gpus == 0
    assert {"--enforce-eager", "--no-enable-chunked-prefill"} <= set(on_cpu.argv)
    assert "VLLM_CPU_KVCACHE_SPACE" in on_cpu.environment
    assert not {"--enforce-eager", "--no-enable-chunked-prefill"} & set(launch().argv)


def test_a_model_on_disk_is_not_looked_up_on_the_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models" / "tiny").mkdir(parents=True)
    there = launch_of("a.1", ("tiny",), Served(model="models/tiny"), Serving(), CPU)
    assert str(tmp_path / "models" / "tiny") in there.argv
    assert there.environment["HF_HUB_OFFLINE"] == "1"
    assert "HF_HUB_OFFLINE" not in launch(CPU).environment


@pytest.mark.parametrize("model", ["./nowhere", "/nowhere/model", "a/b/c", "~/nowhere"])
def test_a_path_without_a_model_is_said_before_anything_starts(model: str) -> None:
    with pytest.raises(RequestError, match="there is no model at"):
        launch_of("a.1", ("x",), Served(model=model), Serving(), CPU)


def test_a_model_is_called_by_its_hub_id_or_the_end_of_its_path(tmp_path: Path) -> None:
    assert served_name("org/model") == "org/model"
    assert served_name(str(tmp_path / "tiny")) == "tiny"


@pytest.mark.parametrize(
    "name", ["api-key", "hf-token", "host", "port", "served-model-name", "uds"]
)
def test_what_duologue_decides_is_no_option(name: str) -> None:
    with pytest.raises(RequestError, match=name):
        launch_of("a.1", ("x",), Served(model="o/m", options={name: "x"}), Serving(), CPU)


@pytest.mark.parametrize("name", ["", "-x", "max_model_len", "a b", "a;b", "--port", "a=b", "Ä"])
def test_names_that_are_no_option_s_are_refused(name: str) -> None:
    assert list(flag_mistakes({name: 1}))


@given(st.text(min_size=1))
def test_a_value_is_never_taken_for_another_option(value: str) -> None:
    assert flag("chat-template", value) == f"--chat-template={value}"


def test_a_recipe_with_an_option_that_cannot_be_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "recipe.yaml"
    file.write_text(
        "name: a\npersonas: {count: 1}\nblueprints: {count: 1, domains: {cloakroom: 1}}\n"
        "models:\n  agent: {vllm: {model: o/m, options: {api-key: abc}}}\n"
        "players: {agent: {kind: llm}}\n"
    )
    with pytest.raises(RecipeError, match=r"models\.agent\.vllm\.options.*api-key is not for"):
        load_recipe(file)


def slots() -> dict[str, ModelSlot]:
    served = Served(model="org/model")
    return {
        "agent": ModelSlot(vllm=served),
        "user": ModelSlot(vllm=Served(model="org/model"), model="simulated-user"),
        "critic": ModelSlot(share="agent"),
        "planner": ModelSlot(vllm=Served(model="org/model", replicas=2)),
        "writer": ModelSlot(url=("http://h/v1",), model="w"),
    }


def test_slots_with_equal_parts_share_a_server_that_knows_all_their_names() -> None:
    groups = groups_of(slots(), slots())
    assert [(each.name, each.slots) for each in groups] == [
        ("agent", ("agent", "user", "critic")),
        ("planner", ("planner",)),
    ]
    assert groups[0].names == ("org/model", "simulated-user")
    assert model_of(slots(), "critic") == "org/model"


def test_an_adapter_goes_by_the_name_that_the_engine_gives_it() -> None:
    served = Served(model="org/model", options={"lora-modules": "user=/adapters/user"})
    models = {"user": ModelSlot(vllm=served, model="user"), "agent": ModelSlot(vllm=served)}
    assert groups_of(models, models)[0].names == ("org/model",)
    assert model_of(models, "user") == "user"


def test_every_replica_gets_gpus_of_its_own() -> None:
    models = {
        "agent": ModelSlot(vllm=Served(model="o/a", replicas=2, gpus=2)),
        "user": ModelSlot(vllm=Served(model="o/b")),
    }
    found = {
        launch.name: launch.environment["CUDA_VISIBLE_DEVICES"]
        for _, launch in pinned(all_launches(models), ("0", "1", "2", "3", "7"))
    }
    assert found == {"agent.1": "0,1", "agent.2": "2,3", "user.1": "7"}


def test_too_few_gpus_are_said_in_numbers() -> None:
    models = {"agent": ModelSlot(vllm=Served(model="o/a", replicas=2))}
    with pytest.raises(EngineError, match="need 2 GPUs; there are 1"):
        pinned(all_launches(models), ("0",))


def test_servers_that_say_how_much_memory_they_take_may_share_a_gpu() -> None:
    half: dict[str, Option] = {"gpu-memory-utilization": 0.45}
    models = {"agent": ModelSlot(vllm=Served(model="o/a", replicas=2, options=half))}
    seen = [
        each.environment["CUDA_VISIBLE_DEVICES"] for _, each in pinned(all_launches(models), ("3",))
    ]
    assert seen == ["3", "3"]


def all_launches(models: dict[str, ModelSlot]):
    return [
        (group, each)
        for group in groups_of(models, models)
        for each in launches_of(group, Serving(), GPU)
    ]


def test_vllm_is_found_in_an_environment_and_behind_a_command(tmp_path: Path) -> None:
    named = Serving(environment=environment(tmp_path))
    assert vllm_of(named) == VLLM(
        python=(str(tmp_path / "bin" / "python"),), build="cpu", version="0.32.0"
    )
    command = (*command_of(named),)
    assert vllm_of(Serving(container=command)).python == command


def test_a_command_that_cannot_run_and_a_python_without_vllm_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="cannot run nowhere-docker"):
        vllm_of(Serving(container=("nowhere-docker", "run")))
    with pytest.raises(EngineError, match="there is no vLLM") as caught:
        vllm_of(Serving(), checkout=tmp_path)
    assert "make vllm" in caught.value.remedy
