"""The recipe of ``make build-vllm`` on real vLLM, as it stands."""

import asyncio
import io
import os
import re
import secrets
from pathlib import Path

import pytest

from outputs.integrity import verify
from outputs.store import Store
from pipelines.build import build
from pipelines.engines.vllm_environment import CHECKOUT
from pipelines.order import order_of
from pipelines.progress import LineProgress
from tests.processes import nobody_with
from tests.vllm_server import tiny_model

KEY = "a-key-that-must-show-up-nowhere"


@pytest.mark.slow
async def test_random_weights_make_a_release_that_says_why_it_is_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "token_urlsafe", lambda length: KEY)
    recipe = CHECKOUT / "pipelines" / "recipes" / "vllm_smoke.yaml"
    model = f"models.agent.vllm.model={tiny_model()}"
    stream = io.StringIO()
    order = order_of(recipe, tmp_path, [model], keep_work=True)
    async with asyncio.timeout(540):
        result = await build(order, LineProgress(stream))
    said = stream.getvalue()
    assert "vLLM is up after" in said, said

    counts = dict(result.funnel)
    assert counts["attempts"] >= 40
    assert counts["released"] == 0
    rejected, failed = (result.ledger.get(name, {}) for name in ("rejected", "failed"))
    assert sum(rejected.values()) + sum(failed.values()) == counts["attempts"], result.ledger
    assert "engine" not in failed, result.ledger
    # Grammars keep turns and tool calls well-formed: what is wrong is what they say.
    assert counts["dialogues played to an end"] >= 0.8 * counts["attempts"], result.ledger
    assert verify(Store(tmp_path), f"{result.dataset}@{result.version}") == []

    files = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert {"agent.1.log", "fleet.json", "manifest.json"} <= {each.name for each in files}
    assert not [each for each in files if KEY.encode() in each.read_bytes()]
    assert KEY not in said
    await nobody_with(KEY)
    assert not re.search(r"\bsk-|Bearer", said)
    assert "DUOLOGUE_SERVER_KEY" not in os.environ
