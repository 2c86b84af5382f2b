"""The command line: output, exit codes, no traceback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import rag
from tests.support.commands import command, on, place, process


@pytest.fixture(scope="module")
def where(corpus: rag.Corpus) -> list[str]:
    """The flags that name the bundled corpus and its index."""
    return place(corpus)


@pytest.mark.timeout(60)  # another process starts and loads the model
def test_ask_prints_exactly_to_dict(corpus: rag.Corpus, where: list[str]) -> None:
    """`rag ask --json` prints the answer's dictionary and nothing else, and loads no torch."""
    question = "How many US troops are in Iraq?"
    done = process("ask", question, "--json", *where, options=["-X", "importtime"])
    assert done.returncode == 0
    assert json.loads(done.stdout) | {"seconds": 0} == corpus.ask(question).to_dict() | {
        "seconds": 0
    }
    imported = set()
    for line in done.stderr.splitlines():
        assert line.startswith("import time:")
        imported.add(line.rsplit("|", 1)[-1].strip().split(".")[0])
    assert "onnxruntime" in imported
    assert not imported & {"torch", "sentence_transformers", "transformers", "gradio", "sklearn"}


def test_ask_prints_text_and_exit_codes(where: list[str]) -> None:
    """An answer ends in 0, an abstention in 3."""
    done = command("ask", "Who was killed together with Soleimani?", *where)
    assert done.returncode == 0
    assert "Muhandis" in done.stdout
    assert "[1]" in done.stdout
    done = command("ask", "What is the capital of Mongolia?", *where)
    assert done.returncode == 3
    assert "Nearest passages" in done.stdout


def test_batch_answers_in_order(where: list[str], tmp_path: Path) -> None:
    """A batch prints one answer a line with its id, and ends in 0 though some abstain."""
    batch = tmp_path / "batch.jsonl"
    rows: list[dict[str, Any]] = [
        {"id": 7, "question": "What is the capital of Mongolia?"},
        {"id": "b", "question": "How many US troops are in Iraq?"},
    ]
    batch.write_text("\n".join(json.dumps(row) for row in rows) + "\n\n")
    done = command("ask", "--json", "--batch", str(batch), *where)
    assert done.returncode == 0
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(a["id"], a["status"]) for a in answers] == [(7, "abstained"), ("b", "answered")]


def test_a_bad_batch_line_is_named(where: list[str], tmp_path: Path) -> None:
    """A line that is no question is named by file and number, before anything is asked."""
    batch = tmp_path / "batch.jsonl"
    batch.write_text('{"id": 1, "question": "Who?"}\n{"question": 5}\n')
    done = command("ask", "--json", "--batch", str(batch), *where)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "batch.jsonl, line 2" in done.stderr


def test_a_conversation_on_stdin(where: list[str]) -> None:
    """Each line is asked in the light of those before; "=" and "/new" do without them."""
    lines = ["How many US troops are in Iraq according to World at Large?", "", "And in Syria?"]
    typed = "\n".join([*lines, "=And in Syria?", "\0", "/new", "And in Syria?"])
    done = command("chat", "--json", *where, stdin=typed)
    assert done.returncode == 0
    first, second, as_it_stands, fresh = map(json.loads, done.stdout.splitlines())
    assert first["understood_as"] == first["question"]
    assert second["question"] == "And in Syria?"
    assert second["understood_as"] == lines[0].replace("Iraq", "Syria")
    assert as_it_stands["understood_as"] == fresh["understood_as"] == "And in Syria?"
    assert done.stderr.startswith("rag: The question holds no words")
    done = command("chat", *where, stdin="\n".join(lines))
    assert f"Understood as: {second['understood_as']}" in done.stdout


def test_reading_commands(corpus: rag.Corpus, where: list[str]) -> None:
    """search, articles, show and doctor print text, and JSON with --json."""
    id_ = corpus.articles()[0].id
    assert "World at Large" in command("search", "troops in Iraq", *where).stdout
    assert command("articles", *where).stdout.count("\n") == 5
    assert corpus.articles()[0].text in command("show", id_[:6], *where).stdout
    state = command("doctor", *where).stdout
    assert all(word in state for word in ("whole", "reader ", "entailment "))
    for words in (["search", "troops"], ["articles"], ["show", id_], ["doctor"]):
        done = command(*words, "--json", *where)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)


def test_index_reports(unread: Path) -> None:
    """`rag index` says what it did, and names what failed and what is there twice."""
    (unread / "empty.txt").write_bytes(b"")
    (unread / "twin.txt").write_bytes((unread / "owls.txt").read_bytes())
    done = command("index", str(unread))
    assert done.returncode == 0
    assert done.stdout.startswith(
        "4 documents added, 0 updated, 0 removed, 0 unchanged; "
        "1 file not read, or not in full: empty.txt; "
    )
    assert "empty.txt is empty" in done.stderr
    assert "twin.txt holds the same bytes as owls.txt" in done.stderr
    report = json.loads(command("index", str(unread), "--json").stdout)
    assert report["embedded"] == 0
    assert len(report["unchanged"]) == 4


def test_articles_need_no_index(folder: Path) -> None:
    """Articles can be listed and read before anything is indexed."""
    done = command("articles", *on(folder))
    assert done.stdout.count("\n") == 3
    assert "340 metres" in command("show", "bridge.txt", *on(folder)).stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["ask", "Who?", "--corpus", "/nowhere"], 2, "There is no folder /nowhere"),
        (["ask"], 2, "Give a question"),
        (["ask", ""], 2, "question is empty"),
        (["ask", "Who?", "--since", "soon"], 2, "'soon' is not a date"),
        (["ask", "Who killed Soleimani?", "--llm", "openai/x"], 2, "RAG_LLM"),
        (["ask", "Who?", "--top-k", "many"], 2, "--top-k"),
        (["show", "nothing"], 2, "rag articles"),
        (["frobnicate"], 2, "frobnicate"),
        (["ask", "Who?", "--frobnicate"], 2, "--frobnicate"),
    ],
)
def test_errors_are_one_line(arguments: list[str], code: int, words: str, where: list[str]) -> None:
    """A mistake gets one line on stderr, exit code 2, and no traceback."""
    extra = [] if {"--corpus", "frobnicate"} & set(arguments) else where
    done = command(*arguments, *extra)
    assert done.returncode == code
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_debug_shows_the_traceback() -> None:
    """With --debug, and only then, an error shows where it came from."""
    assert "Traceback" in process("ask", "Who?", "--corpus", "/nowhere", "--debug").stderr
