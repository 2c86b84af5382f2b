"""Have the smallest LLM answer questions: how much of what it writes does the check let through?

SmolLM2-135M-Instruct runs in this process, and is weak: it is asked so that all that surrounds an
LLM meets a real one, which repeats itself, breaks off, and makes things up.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import rag

SMALLEST = "smollm2"
QUESTIONS = 60
_HERE = Path(__file__).resolve().parent
_CORPUS = _HERE.parent / "corpus"
_GOLD = _HERE / "gold" / "dev.jsonl"
_CHECK_SHOWN = 200  # characters of a sentence that is listed


class Asked(NamedTuple):
    """A folder of documents and a question about them."""

    folder: Path
    question: str


class Said(NamedTuple):
    """What came of a question: the outcome, the sentences that the LLM wrote, and the time."""

    asked: Asked
    outcome: str
    sentences: Sequence[rag.Statement]
    seconds: float


def load_questions(cases: Path | None, count: int) -> list[Asked]:
    """Return questions: gold ones on the bundled articles, and by turns those of other folders.

    Args:
        cases: a folder with ``cases.jsonl``, whose lines name a folder in it and a question.
        count: how many at most.
    """
    gold = [Asked(_CORPUS, json.loads(line)["question"]) for line in _lines(_GOLD)]
    others = []
    for line in _lines(cases / "cases.jsonl") if cases else ():
        row = json.loads(line)
        folder = cases / row["folder"] if cases else _CORPUS
        if folder.is_dir():
            others.append(Asked(folder, row["question"]))
    half = max(count - len(others), count // 2) if others else count
    chosen = [*gold[:half], *others[: count - min(half, len(gold))]]
    return sorted(chosen, key=lambda asked: str(asked.folder))  # each folder is opened once


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text("utf-8").splitlines() if line.strip()]


def ask_smallest(questions: Sequence[Asked]) -> Iterator[Said]:
    """Ask the questions, folder by folder, and yield what came of each.

    Raises:
        MissingExtra: the LLM is not installed.
    """
    folder, corpus = None, None
    with tempfile.TemporaryDirectory() as place:
        for number, asked in enumerate(questions):
            if corpus is None or asked.folder != folder:
                index = Path(place) / str(number)
                folder, corpus = asked.folder, rag.open(asked.folder, index_dir=index)
            began = time.perf_counter()
            answer = corpus.ask(asked.question, llm=SMALLEST)
            written = [
                s for s in answer.statements if answer.llm or s.verdict == rag.Verdict.UNSUPPORTED
            ]
            outcome = _outcome(answer)
            yield Said(asked, outcome, written, time.perf_counter() - began)


def _outcome(answer: rag.Answer) -> str:
    """Say in words how an answer came about."""
    if answer.llm:
        return "answered by the LLM"
    if answer.stood_in:
        return "quotes stood in"
    return "refused" if answer.status == "abstained" else "answered without the LLM"


def smallest_table(said: Sequence[Said]) -> list[str]:
    """Return the figures as lines of Markdown."""
    outcomes = Counter(each.outcome for each in said)
    verdicts = Counter(s.verdict.value for each in said for s in each.sentences)
    total = sum(verdicts.values())
    seconds = statistics.median(each.seconds for each in said) if said else 0.0
    rows = [
        ("questions", len(said)),
        *sorted(outcomes.items()),
        ("sentences written", total),
        *((f"… {name}", verdicts[name]) for name in ("supported", "partial", "unsupported")),
        ("median seconds of an answer", round(seconds, 1)),
    ]
    return ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)]


def passed_lines(said: Sequence[Said]) -> list[str]:
    """Return the sentences that the check let through, each with the words that it cites."""
    return [
        f"- {each.asked.question} → {s.text[:_CHECK_SHOWN]} ← "
        + " / ".join(f"“{c.cited_text[:_CHECK_SHOWN]}”" for c in s.citations)
        for each in said
        for s in each.sentences
        if s.verdict == rag.Verdict.SUPPORTED
    ]
