"""The outside benchmarks, on small made-up data: they run, repeat, and tell good from bad."""

from __future__ import annotations

import csv
import json
from importlib import import_module
from pathlib import Path

import pytest

from evals.__main__ import main
from evals.bench.clapnq import load, selection_f1
from evals.bench.speed import run as speed
from tests.support.browsing import CHROMIUM, REQUIRED
from tests.support.places import ROOT

pytestmark = pytest.mark.timeout(60)  # the whole of a set is measured

PARAGRAPHS = {
    "Larnmouth": (
        ("The harbour of Larnmouth was dredged in April. It cost 12 million crowns.", "dredged"),
        ("The lighthouse of Larnmouth is 40 metres high. It was built of granite.", "granite"),
    ),
    "Barn owl": (
        ("Barn owls hunt at night. They find voles by ear alone.", "voles"),
        ("A barn owl lays about five white eggs. The nest holds no twigs.", "eggs"),
    ),
}
QUESTIONS = {
    "dredged": "What happened to the harbour of Larnmouth in April?",
    "granite": "Of what was the lighthouse of Larnmouth built?",
    "voles": "What do barn owls find by ear alone?",
    "eggs": "What does a barn owl lay?",
}


def rows(printed: str, system: str) -> list[list[float | None]]:
    """Return the figures of a system, table by table."""
    return [
        [None if cell.strip() == "–" else float(cell) for cell in line.split("|")[2:-1]]
        for line in printed.splitlines()
        if line.startswith(f"| {system}")
    ]


def bench(name: str, data: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["bench", name, "--data", str(data)]) == 0
    return capsys.readouterr().out


SPEED = {
    "cold": {"imports": 2.0, "ask": 1.8, "ask / imports": 0.9},
    "encoders": {
        "sync": 150.0,
        "sentence-transformers": 100.0,
        "onnxruntime": 155.0,
        "sync / faster bare encoder": 0.97,
        "least cosine": 0.9999996,
    },
}


def test_xquad(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each paragraph is found for its question, beside two baselines."""
    articles = [
        {
            "title": title,
            "paragraphs": [
                {
                    "context": context,
                    "qas": [{"question": QUESTIONS[answer], "answers": [{"text": answer}]}],
                }
                for context, answer in paragraphs
            ],
        }
        for title, paragraphs in PARAGRAPHS.items()
    ]
    (tmp_path / "xquad.en.json").write_text(json.dumps({"data": articles}))
    printed = bench("xquad", tmp_path, capsys)
    bare, titled, told = rows(printed, "Footnote")
    assert bare[:4] == titled[:4] == [1.0] * 4
    assert all(figure is not None and 0 <= figure <= 1 for figure in told)
    assert len(rows(printed, "LlamaIndex")) == len(rows(printed, "BM25")) == 3


def clapnq_line(question: str, text: str, selected: str) -> str:
    passage = {"title": "A page", "text": text}
    output = {"answer": selected, "selected_sentences": [selected] if selected else []}
    return json.dumps({"input": question, "passages": [passage], "output": [output]})


def test_clapnq(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Passages are found, answerable questions score above unanswerable ones, twice alike."""
    texts = [(text, answer) for rows in PARAGRAPHS.values() for text, answer in rows]
    answerable = [clapnq_line(QUESTIONS[a], text, f"{text.split('. ')[0]}.") for text, a in texts]
    unanswerable = [
        clapnq_line("who wrote the first novel about whaling", "Whales sleep upright at sea.", ""),
        clapnq_line("why is the sky over deserts darker", "Deserts get little rain a year.", ""),
    ]
    (tmp_path / "clapnq_dev_answerable_x.jsonl").write_text("\n".join(answerable))
    (tmp_path / "clapnq_dev_unanswerable_x.jsonl").write_text("\n".join(unanswerable))
    printed = bench("clapnq", tmp_path, capsys)
    retrieval, _, told = rows(printed, "Footnote")
    assert retrieval == [1.0] * 4
    assert told[0] == 1.0
    assert bench("clapnq", tmp_path, capsys) == printed


def test_selection_f1_counts_sentences_once_however_cut() -> None:
    """Parts of a sentence count as it, fragments do not; nothing cited scores nothing."""
    selected = ["The harbour was dredged in April.", "It cost 12 million crowns."]
    assert selection_f1(selected, selected) == 1.0
    assert selection_f1(selected, ["The  harbour was dredged"]) == pytest.approx(2 / 3)
    assert selection_f1(selected, ["harbour"]) == 0.0
    assert selection_f1(selected, []) == 0.0


def test_faithbench(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Altered summaries are told from true ones, by the rules if not by the baselines."""
    source = PARAGRAPHS["Larnmouth"][0][0]
    summaries = {
        "The harbour of Larnmouth was dredged in April.": "Consistent",
        "Dredging cost 12 million crowns.": "Benign",
        "The harbour of Larnmouth was dredged in June.": "Unwanted",
        "Dredging cost 21 million crowns.": "Unwanted",
    }
    with (tmp_path / "faithbench_x.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["source", "summary", "LLM", "worst-label", "best-label"])
        writer.writerows([source, text, "m", label, label] for text, label in summaries.items())
    printed = bench("faithbench", tmp_path, capsys)
    assert rows(printed, "Footnote") == [[1.0, 1.0, 1.0]] * 2
    assert rows(printed, "fuzzy match")[0][0] == 0.5


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("xquad", {"xquad.en.json": '{"data": [{}]}'}),
        ("clapnq", {"clapnq_dev_answerable_x.jsonl": "{}", "clapnq_dev_unanswerable_x.jsonl": ""}),
        ("faithbench", {"faithbench_x.csv": "source,summary\na,b\n"}),
    ],
)
def test_bad_data_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, files: dict[str, str]
) -> None:
    """Missing or malformed data gets the file, and exit code 2, without a traceback."""
    assert main(["bench", name]) == 2
    assert main(["bench", name, "--data", str(tmp_path)]) == 2
    assert f"{next(iter(files)).split('_')[0]}" in capsys.readouterr().err
    for file, content in files.items():
        (tmp_path / file).write_text(content)
    assert main(["bench", name, "--data", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert str(tmp_path / next(iter(files))) in said
    assert "Traceback" not in said


ONE_KIND = b"source,summary,worst-label\nIt rained.,It rained.,Benign\n"


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("clapnq", {"clapnq_dev_answerable.jsonl": b"\xff", "clapnq_dev_unanswerable.jsonl": b""}),
        ("clapnq", {"clapnq_dev_answerable.jsonl": b"", "clapnq_dev_unanswerable.jsonl": b""}),
        ("clapnq", {"clapnq_dev_answerable.jsonl": b"", "clapnq_dev_answerable_b.jsonl": b""}),
        ("faithbench", {"faithbench.csv": b"source,summary,worst-label\n\xff,b,Benign\n"}),
        ("faithbench", {"faithbench.csv": b"source,summary,worst-label\n,b,Benign\n"}),
        ("faithbench", {"faithbench.csv": ONE_KIND}),
    ],
)
def test_unusable_data_is_one_line_of_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, files: dict[str, bytes]
) -> None:
    """What cannot be decoded, is empty or all of one kind is refused, never a traceback."""
    for file, content in files.items():
        (tmp_path / file).write_bytes(content)
    assert main(["bench", name, "--data", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_files_match_together_and_lines_end_only_at_newlines(tmp_path: Path) -> None:
    """All halves in the folder are read; U+2028 in a text ends no line; a passage counts once."""
    first = clapnq_line("what is it", "A text\u2028in two parts.", "A text").replace(
        r"\u2028", "\u2028"
    )
    (tmp_path / "clapnq_dev_answerable_a.jsonl").write_text(f"{first}\n\n", "utf-8")
    (tmp_path / "clapnq_dev_answerable_b.jsonl").write_text(clapnq_line("what", "Else.", "Else."))
    unannotated = {"input": "why", "passages": [{"title": "A page", "text": "Else."}]}
    line = json.dumps(unannotated | {"output": [{"answer": None}]})
    (tmp_path / "clapnq_dev_unanswerable.jsonl").write_text(line)
    documents, questions = load(tmp_path)
    assert [question.answerable for question in questions] == [True, True, False]
    assert len(documents) == 2
    assert documents[questions[0].name] == ("A page", "A text\u2028in two parts.")
    assert questions[1].name == questions[2].name


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None and not REQUIRED, reason="no Chromium here")
def test_the_page_is_measured_beside_a_bare_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each figure is there beside its aim; one round and one second will do here."""
    measured = import_module("evals.bench.page")
    monkeypatch.setattr(measured, "ROUNDS", 1)
    monkeypatch.setattr(measured, "SCROLL_SECONDS", 1)
    assert main(["bench", "page"]) == 0
    rows = [line.split("|")[1:-1] for line in capsys.readouterr().out.splitlines()[2:]]
    aims = {what.split(",")[0].strip(): aim.strip() for what, _, aim in rows}
    assert aims["first paint"] == "at most 1.20"
    assert aims["200 documents listed after the box"] == "at most 300"
    assert aims["frames a second"] == "at least 50"
    assert all(float(figure) >= 0 for _, figure, _ in rows)


@pytest.mark.timeout(300)  # each step is measured in a process of its own, LlamaIndex's too
def test_speed_measures_each_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Figures of a generated corpus are printed, kept beside those of other sizes, and drawn."""
    (tmp_path / "speed.json").write_text(json.dumps(SPEED))
    monkeypatch.setattr(speed, "REAL", 0)  # the model without its layers is made for this
    monkeypatch.chdir(ROOT)
    assert speed.run(tmp_path, 40) == 0
    kept = json.loads((tmp_path / "speed.json").read_text())
    (figures,) = kept["sizes"].values()
    assert 20 <= figures["passages"] <= 80
    assert figures["LlamaIndex"]["nodes"] > 0
    assert kept["cold"] == SPEED["cold"]
    assert "warm ask, p95, ms" in capsys.readouterr().out
    assert "<svg" in (tmp_path / "speed.svg").read_text()
