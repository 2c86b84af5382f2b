"""LLMs are evaluated, and judge; one that fails or cannot be reached scores nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from evals.__main__ import main
from tests.support.fake_llm import QUESTION, Messages, number_of, serve


def test_an_llm_is_evaluated_and_another_judges(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``--llm`` has it answer, ``--judge`` adds LlamaIndex's evaluators, which gate nothing."""
    pair = {
        **{"id": "a", "question": QUESTION, "facts": ["340 metres"]},
        "evidence": {"article": "bridge.txt", "quote": "It is 340 metres long."},
    }
    (tmp_path / "gold.jsonl").write_text(json.dumps(pair))

    def judge(messages: Messages) -> str:
        return "4.0\nGood." if "score" in messages[0]["content"].lower() else "NO"

    written = "It is 340 metres long, writes the Valley Times [{}]."
    with (
        serve(lambda m: written.format(number_of(m, "340 metres"))) as llm,
        serve(judge) as judging,
    ):
        options = ["--corpus", folder, "--gold", tmp_path / "gold.jsonl", "--out", tmp_path]
        options += ["--llm", llm.spec, "--judge", judging.spec]
        assert main([str(option) for option in options]) == 0
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["answered_by"] == llm.spec
    assert report["cases"][0]["scores"]["faithfulness"] == 1
    judged = report["judge"]["metrics"]
    assert judged["faithfulness"] == {"mean": 0.0, "cases": 1, "failed": 0}
    assert judged["correctness"]["mean"] == 0.8
    assert "never gating" in capsys.readouterr().out


def test_quotes_that_stand_in_are_not_measured_as_the_llm(
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An LLM that fails scores nothing; one that cannot be loaded is an error."""
    pair = {
        **{"id": "a", "question": QUESTION, "facts": ["340 metres"]},
        "evidence": {"article": "bridge.txt", "quote": "It is 340 metres long."},
    }
    (tmp_path / "gold.jsonl").write_text(json.dumps(pair))
    options = ["--corpus", folder, "--gold", tmp_path / "gold.jsonl", "--out", tmp_path]
    with serve(lambda _: 500) as served:
        assert main([str(option) for option in [*options, "--llm", served.spec]]) == 1
    case = json.loads((tmp_path / "report.json").read_text())["cases"][0]
    assert (case["status"], case["scores"]["correctness"]) == ("error", 0)
    capsys.readouterr()
    monkeypatch.setitem(sys.modules, "llama_index.llms.ollama", None)
    assert main([str(option) for option in [*options, "--llm", "ollama/llama3.2"]]) == 2
    assert "footnote-rag[ollama]" in capsys.readouterr().err


def test_a_judge_that_cannot_be_reached_is_an_error(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No verdicts are made up where the judge is down."""
    pair = {"id": "a", "question": "Who was the first man on Mars?", "status": "abstained"}
    answered = {
        **{"id": "b", "question": QUESTION, "facts": ["340 metres"]},
        "evidence": {"article": "bridge.txt", "quote": "It is 340 metres long."},
    }
    (tmp_path / "gold.jsonl").write_text(f"{json.dumps(pair)}\n{json.dumps(answered)}")
    with serve(lambda _: 401) as judging:
        options = ["--corpus", folder, "--gold", tmp_path / "gold.jsonl", "--out", tmp_path]
        assert main([str(option) for option in [*options, "--judge", judging.spec]]) == 2
    assert "refused the key" in capsys.readouterr().err
