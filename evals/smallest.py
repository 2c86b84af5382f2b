"""Have the smallest LLM answer questions: how much of what it writes does the check let through?

SmolLM2-135M-Instruct runs in this process, and is weak: it is asked so that all that surrounds an
LLM meets a real one, which repeats itself, breaks off, and makes things up.
"""

from __future__ import annotations

import json
import tempfile
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
_WRITTEN = _HERE / "written"
_CHECK_SHOWN = 400  # characters of a sentence that is listed, and of a quote
_SECONDS = 600.0  # for an answer: what it writes is counted, not how soon on a busy machine


class Asked(NamedTuple):
    """A folder of documents and a question about them."""

    folder: Path
    question: str


class Said(NamedTuple):
    """What came of a question: the outcome, and the sentences that the LLM wrote."""

    asked: Asked
    outcome: str
    sentences: Sequence[rag.Statement]


def load_questions(cases: Path | None, count: int) -> list[Asked]:
    """Return questions: half are gold ones on the bundled articles, half about other documents.

    Args:
        cases: a folder with ``cases.jsonl``, whose lines name a folder in it and a question;
            without it, the others are those of ``evals/written``.
        count: how many at most.
    """
    gold = [Asked(_CORPUS, row["question"]) for row in _rows(_GOLD)]
    if cases:
        rows = [(cases / row["folder"], row["question"]) for row in _rows(cases / "cases.jsonl")]
        others = [Asked(folder, question) for folder, question in rows if folder.is_dir()]
    else:
        files = (_WRITTEN / "dev.jsonl", _WRITTEN / "test.jsonl")
        others = [
            Asked(_WRITTEN / "documents", row["question"]) for file in files for row in _rows(file)
        ]
    half = max(count - len(others), count // 2)
    return [*_spread(gold, half), *_spread(others, count - min(half, len(gold)))]


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _spread(asked: Sequence[Asked], count: int) -> list[Asked]:
    """Return so many of the questions, from the first to the last at equal steps."""
    step = max(1.0, len(asked) / max(count, 1))
    return [asked[int(at * step)] for at in range(min(count, len(asked)))]


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
                folder = asked.folder
                corpus = rag.open(folder, index_dir=index, llm_timeout=_SECONDS)
            answer = corpus.ask(asked.question, llm=SMALLEST, mode="flag")
            # Quotes that stand in for sentences are not written by the LLM.
            written = [s for s in answer.statements if answer.llm or not s.citations]
            yield Said(asked, _outcome(answer), written)


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
    rows = [
        ("questions", len(said)),
        *((f"… {name}", count) for name, count in sorted(outcomes.items())),
        ("sentences written", verdicts.total()),
        *((f"… {name}", verdicts[name]) for name in ("supported", "partial", "unsupported")),
    ]
    return ["| what | count |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)]


def passed_lines(said: Sequence[Said]) -> list[str]:
    """Return the sentences that the check let through, each with the words that it cites."""
    return [
        f"- {each.asked.question} → {s.text[:_CHECK_SHOWN]} ← "
        + " / ".join(f"“{c.cited_text[:_CHECK_SHOWN]}”" for c in s.citations)
        for each in said
        for s in each.sentences
        if s.verdict == rag.Verdict.SUPPORTED
    ]
