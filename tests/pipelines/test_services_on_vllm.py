"""A tiny random model on real vLLM plays both parties at imported services: nonsense, and every dialogue
comes back with its reason."""

from pathlib import Path

import pytest
import yaml

from outputs.integrity import verify
from outputs.store import Store
from pipelines.order import order_of
from tests.builds import built
from tests.services import sources
from tests.vllm_server import KEY_ENV, VLLMServer

PLANS = 12


@pytest.mark.slow
def test_models_play_imported_services_and_each_dialogue_is_accounted_for(
    tmp_path: Path, vllm_server: VLLMServer
):
    schema, rows = sources(tmp_path)
    sampling = {"temperature": 1.0, "max_tokens": 96}
    recipe = {
        "name": "hired",
        "seed": 5,
        "worlds": {
            "shops": {"kind": "sgd", "schema": str(schema), "entities": str(rows), "pairs": 1}
        },
        "personas": {"count": 6},
        "blueprints": {"count": PLANS, "domains": {"shops": 0.5, "shops.pairs": 0.5}},
        "models": {
            "agent": {
                "url": vllm_server.url,
                "model": vllm_server.model,
                "api_key_env": KEY_ENV,
                "sampling": sampling,
            },
            "user": {"share": "agent", "sampling": sampling},
        },
        "players": {"user": {"kind": "llm"}, "agent": {"kind": "llm"}},
        "limits": {"turns": 4, "calls": 4, "seconds": 120},
        "play": {"workers": 0, "in_flight": 12},
    }
    file = tmp_path / "hired.yaml"
    file.write_text(yaml.safe_dump(recipe))
    result, _ = built(order_of(file, tmp_path / "builds", (), 0))
    ledger = Store(tmp_path / "builds").open("hired").manifest.ledger
    gone = sum(ledger.get("rejected", {}).values()) + sum(ledger.get("failed", {}).values())
    assert ledger["attempted"] == ledger.get("accepted", 0) + gone == PLANS
    assert verify(Store(tmp_path / "builds"), "hired") == []
    assert len(result.content_hash) == 64
