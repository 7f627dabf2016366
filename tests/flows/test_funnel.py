from flows.funnel import artifact_key, funnel_markdown
from pipelines.build import BuildResult


def test_the_artifact_tells_the_funnel_and_the_reasons():
    result = BuildResult(
        dataset="two_words",
        version="1.0.0",
        path="/somewhere",
        report="/somewhere/report.html",
        content_hash="abc",
        funnel=(("attempts", 1200), ("released", 1000)),
        ledger={"rejected": {"replay.end_state": 150}, "failed": {"engine": 50}},
        seconds=1.0,
    )
    text = funnel_markdown(result)
    assert "| attempts | 1,200 |" in text
    assert text.index("replay.end_state") < text.index("engine")
    assert artifact_key(result) == "two-words-funnel"
