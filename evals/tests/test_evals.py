"""The evaluation as a user meets it: gold lines checked, figures, gate, comparison, report."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import rag
from evals import pairs
from evals.__main__ import main
from rag.text.terms import analyze, is_stopword
from tests.support.places import ROOT

GOLD = ROOT / "evals" / "gold"
LINE: dict[str, Any] = {
    **{"id": "a", "question": "How much does one eat?", "facts": [["four voles"]]},
    "evidence": [{"article": "owls.txt", "quote": "about four voles a day"}],
}
LENIENT = "[floor]\n[drop]\ncorrectness = 0.0\n"


@pytest.fixture
def lenient(tmp_path: Path) -> Path:
    path = tmp_path / "lenient.toml"
    path.write_text(LENIENT)
    return path


@pytest.fixture
def readme_gold(tmp_path: Path) -> Path:
    """Write the three lines that the page on gold pairs shows."""
    page = (GOLD / "README.md").read_text("utf-8")
    block = re.search(r"```json\n(.*?)```", page, re.DOTALL)
    assert block is not None
    path = tmp_path / "mine.jsonl"
    path.write_text(block[1], "utf-8")
    return path


def write(path: Path, *lines: dict[str, Any]) -> Path:
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    return path


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def gold(corpus: rag.Corpus) -> Sequence[pairs.Gold]:
    return pairs.load(GOLD, corpus.articles())


def test_gold_is_large_and_varied(corpus: rag.Corpus) -> None:
    """At least 150 pairs in two splits, each kind of question in both, every quote in its place."""
    found = gold(corpus)
    assert len(found) >= 150
    kinds = {name: {p.category for p, split in found if split == name} for name in ("dev", "test")}
    assert kinds["dev"] == kinds["test"] and len(kinds["dev"]) >= 15
    turns = Counter((split, pair.conversation) for pair, split in found if pair.conversation)
    assert len(turns) >= 15
    assert all(2 <= count <= 4 for count in turns.values())


def test_half_of_the_questions_use_other_words(corpus: rag.Corpus) -> None:
    """In half or more of the questions, at least half of the words are not those of the evidence.

    Names and words without meaning aside.
    """
    asked = [pair for pair, _ in gold(corpus) if pair.status == "answered"]
    other = 0
    for pair in asked:
        words = [t.term for t in analyze(pair.question) if not t.name and not is_stopword(t.term)]
        quotes = [quote.quote for quotes in pair.evidence for quote in quotes]
        held = {term.term for quote in quotes for term in analyze(quote)}
        other += bool(words) and 2 * sum(word not in held for word in words) >= len(words)
    assert other >= len(asked) / 2


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": "perhaps"}, "status: Input should be 'answered' or 'abstained'"),
        ({"extra": 1}, "extra"),
        ({"question": " "}, "question"),
        ({"evidence": [{"article": "owls.txt", "quote": "five voles"}]}, "does not say 'five"),
        ({"evidence": [{"article": "none.txt", "quote": "x"}]}, "no article 'none.txt'"),
        ({"id": "first"}, "is taken by"),
        ({"facts": []}, "needs facts and evidence"),
        ({"facts": ["nine voles"]}, "no article named as evidence says 'nine voles'"),
        ({"facts": ["eat"]}, "the question holds the fact 'eat'"),
        ({"status": "abstained"}, "neither facts nor evidence"),
    ],
)
def test_a_bad_gold_line_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], change: dict[str, object], reason: str
) -> None:
    """A malformed line gets its file, its number and what is wrong, and exit code 2."""
    path = write(folder / "gold.jsonl", LINE | {"id": "first"}, {}, LINE | change)
    path.write_text(path.read_text().replace("{}\n", "\n"))
    assert run("--corpus", folder, "--gold", path, "--out", folder / "out") == 2
    said = capsys.readouterr().err
    assert f"{path}, line 3: " in said
    assert reason in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b'{"id": "a"', "line 1: is not JSON"), (b"\xff\xfe", "is not UTF-8"), (b"\n", "no pairs")],
)
def test_a_file_that_is_no_gold_file_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], content: bytes, reason: str
) -> None:
    """What is not JSON lines in UTF-8 is said to be so."""
    path = folder / "gold.jsonl"
    path.write_bytes(content)
    assert run("--corpus", folder, "--gold", path) == 2
    assert reason in capsys.readouterr().err


def test_own_documents_and_own_pairs(
    folder: Path, tmp_path: Path, readme_gold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The three lines of the page on gold pairs work on a folder of one's own, twice alike."""
    outputs = []
    for name in ("first", "second"):
        out = tmp_path / name
        assert run("--corpus", folder, "--gold", readme_gold, "--out", out) == 0
        outputs.append((capsys.readouterr().out, (out / "report.json").read_bytes()))
        page = (out / "report.html").read_text("utf-8")
        assert "<script" not in page and "http" not in re.sub(r"http-equiv", "", page)
    assert outputs[0] == outputs[1]
    report = json.loads(outputs[0][1])
    assert [case["scores"]["correctness"] for case in report["cases"]] == [1.0, 1.0, None]
    assert report["splits"]["mine"]["metrics"]["decision"]["mean"] == 1.0


def test_a_wrong_answer_fails_the_run(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Below a floor the exit code is 1, and metric and case are named."""
    silent = {"id": "silent", "question": "What do barn owls eat a day?", "status": "abstained"}
    path = write(tmp_path / "gold.jsonl", LINE, silent)
    assert run("--corpus", folder, "--gold", path, "--out", tmp_path / "out") == 1
    said = capsys.readouterr()
    assert "FAILED gold: decision is 0.5000, below" in said.err
    assert "silent" in said.err
    assert "it answered what no article holds" in said.out


def test_a_drop_from_the_baseline_fails_the_run(
    folder: Path, tmp_path: Path, lenient: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A figure below the baseline's fails, names the case that broke, and can be compared."""
    gold = write(tmp_path / "gold.jsonl", LINE)
    options = ("--corpus", folder, "--gold", gold, "--thresholds", lenient)
    assert run(*options, "--out", tmp_path / "before") == 0
    owls = folder / "owls.txt"
    owls.write_text(f"{owls.read_text()}\nThe heaviest vole on record weighed 60 grams.\n")
    weight = {"article": "owls.txt", "quote": "60 grams"}
    write(gold, LINE | {"facts": ["four voles", "60"], "evidence": [*LINE["evidence"], weight]})
    capsys.readouterr()
    before = tmp_path / "before" / "report.json"
    assert run(*options, "--out", tmp_path / "after", "--baseline", before) == 1
    assert "correctness fell from 1.0000" in (said := capsys.readouterr().err)
    assert re.search("^FAILED gold: correctness fell .*: a$", said, re.MULTILINE)
    assert run("compare", before, tmp_path / "after" / "report.json") == 0
    shown = capsys.readouterr().out
    assert "| correctness | 1.0000 |" in shown
    assert "**a** How much does one eat?" in shown


def test_equal_reports_compare_as_equal(
    folder: Path, tmp_path: Path, readme_gold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is said to have changed where nothing has; a file that is no report is refused."""
    run("--corpus", folder, "--gold", readme_gold, "--out", tmp_path)
    capsys.readouterr()
    report = tmp_path / "report.json"
    assert run("compare", report, report) == 0
    assert "No case changed." in capsys.readouterr().out
    assert run("compare", report, readme_gold) == 2
    assert str(readme_gold) in capsys.readouterr().err


def test_thresholds_name_known_metrics(
    folder: Path, tmp_path: Path, readme_gold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A misspelt metric in the thresholds is an error, not a gate that never closes."""
    path = tmp_path / "thresholds.toml"
    path.write_text("[floor]\nfaithfullness = 0.9\n")
    assert run("--corpus", folder, "--gold", readme_gold, "--thresholds", path) == 2
    assert "faithfullness" in capsys.readouterr().err


def test_an_error_counts_as_a_wrong_decision(folder: Path, tmp_path: Path, lenient: Path) -> None:
    """A question that cannot be asked is scored, not skipped."""
    path = write(tmp_path / "gold.jsonl", LINE, LINE | {"id": "b", "question": "eaten? " * 1000})
    run("--corpus", folder, "--gold", path, "--out", tmp_path, "--thresholds", lenient)
    case = json.loads((tmp_path / "report.json").read_text())["cases"][1]
    assert case["status"] == "error"
    assert case["scores"]["decision"] == case["scores"]["correctness"] == 0
    assert "4,000" in case["reasons"]["decision"]


def test_turns_of_a_conversation_are_asked_in_one_chat(
    folder: Path, tmp_path: Path, lenient: Path
) -> None:
    """A follow-up is understood by the turn before, and only within its own conversation."""
    first = {
        **{"id": "1", "question": "Who opened the Sella bridge?", "facts": ["Ana Kovic"]},
        **{"evidence": {"article": "bridge.txt", "quote": "Ana Kovic"}, "conversation": "c"},
    }
    then = first | {"id": "2", "question": "How long is it?", "facts": ["340 metres"]}
    alone = then | {"id": "3", "conversation": "other"}
    path = write(tmp_path / "gold.jsonl", first, then, alone)
    run("--corpus", folder, "--gold", path, "--out", tmp_path, "--thresholds", lenient)
    cases = json.loads((tmp_path / "report.json").read_text())["cases"]
    assert "Sella" in cases[1]["understood_as"]
    assert cases[1]["scores"]["correctness"] == 1
    assert cases[2]["understood_as"] == "How long is it?"


def test_text_is_data_in_the_report(folder: Path, tmp_path: Path, lenient: Path) -> None:
    """Markup in a gold file comes out as text, in the page and in the tables."""
    script = "<script>alert(1)</script>"
    hostile = {"id": f'"{script}', "category": f"a | {script}", "reference": script}
    path = write(tmp_path / "gold.jsonl", LINE | hostile | {"question": f"{script} eat?"})
    run("--corpus", folder, "--gold", path, "--out", tmp_path, "--thresholds", lenient)
    assert "<script" not in (tmp_path / "report.html").read_text("utf-8")
    rows = (tmp_path / "report.md").read_text("utf-8").splitlines()
    (row,) = [row for row in rows if "alert" in row]
    assert row.startswith(r"| a \| <script>")


def test_a_missing_file_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A gold file or a report that is not there is said to be so, without a traceback."""
    assert run("--corpus", folder, "--gold", folder / "none.jsonl") == 2
    assert run("compare", folder / "none.json", folder / "none.json") == 2
    said = capsys.readouterr().err
    assert said.count("none.json") >= 2 and "Traceback" not in said
