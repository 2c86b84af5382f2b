"""The evaluation: gold lines are checked, and wrong answers lower its figures."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from conftest import ROOT

import rag
from evals import pairs
from evals.run import evaluate, judge, means

GOLD = ROOT / "evals" / "gold" / "first.jsonl"
LINE = {
    **{"id": "a", "category": "fact", "question": "Who?", "status": "answered"},
    **{"reference": "He.", "facts": [["he"]]},
    "evidence": [{"article": "owls.txt", "quote": "four voles"}],
}


def by_path(corpus: rag.Corpus) -> dict[str, rag.Article]:
    return {article.path: article for article in corpus.articles()}


def test_gold_quotes_are_in_their_articles(corpus: rag.Corpus) -> None:
    """Every quote of the gold pairs stands in its article."""
    assert len(pairs.load(GOLD, by_path(corpus))) > 30


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": "perhaps"}, "status"),
        ({"extra": 1}, "extra"),
        ({"evidence": [{"article": "owls.txt", "quote": "five voles"}]}, "five voles"),
        ({"evidence": [{"article": "none.txt", "quote": "x"}]}, "none.txt"),
        ({"id": "first"}, "taken"),
    ],
)
def test_a_bad_gold_line_is_named(folder: Path, change: dict[str, object], reason: str) -> None:
    """A malformed line gets its file, its number and what is wrong."""
    corpus = rag.open(folder)
    path = folder / "gold.jsonl"
    path.write_text(f"{json.dumps({**LINE, 'id': 'first'})}\n{json.dumps({**LINE, **change})}\n")
    with pytest.raises(pairs.GoldError, match=f"gold.jsonl, line 2: .*{reason}"):
        pairs.load(path, by_path(corpus))


def test_faults_lower_the_figures(corpus: rag.Corpus) -> None:
    """A changed number, a moved citation, an empty answer and an altered quote each count."""
    found = pairs.load(GOLD, by_path(corpus))
    pair = next(pair for pair in found if pair.id == "number-03")
    (good,) = evaluate(corpus, [pair])
    assert means([good]) == dict.fromkeys(("decided", "correct", "cited", "valid"), 1.0)
    first = good.answer.statements[0]
    citation = first.citations[0]

    def judged(**changes: object) -> dict[str, float]:
        return means([judge(corpus, pair, dataclasses.replace(good.answer, **changes))])

    moved = dataclasses.replace(citation, start=0, end=len(citation.cited_text))
    wrong = dataclasses.replace(first, text=first.text.replace("24", "42"))
    assert judged(statements=(wrong,))["correct"] == 0
    assert judged(citations=(moved,))["cited"] == 0
    assert judged(citations=(moved,))["valid"] == 0
    assert judged(statements=(), citations=())["correct"] == 0
    assert judged(status="abstained", reason="24")["decided"] == 0
    assert judged(status="abstained", reason="24")["correct"] == 0
