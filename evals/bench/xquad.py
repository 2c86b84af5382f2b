"""XQuAD English (Artetxe et al. 2020): is the right paragraph, and the right sentence, first.

Every paragraph is a document of its own; all 1,190 questions go to all 240.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import rag

FILE = "xquad.en.json"


class Question(NamedTuple):
    """A question, the file of its paragraph, and the words that answer it."""

    text: str
    file: str
    answer: str


def run(data: Path | None) -> int:
    """Print hit@1/3/5 of the gold paragraph and how often the first sentence holds the answer."""
    if data is None or not (data / FILE).is_file():
        print(f"evals: --data must name a folder that holds {FILE}", file=sys.stderr)
        return 2
    articles = json.loads((data / FILE).read_text("utf-8"))["data"]
    rows = []
    for titled in (False, True):
        with tempfile.TemporaryDirectory() as place:
            rows.append((titled, measure(articles, Path(place), titled=titled)))
    print("| documents | gold paragraph @1 | @3 | @5 | answer in first sentence | abstained |")
    print("|---|---|---|---|---|---|")
    for titled, figures in rows:
        shown = " | ".join(f"{figure:.3f}" for figure in figures)
        print(f"| {'with titles' if titled else 'bare paragraphs'} | {shown} |")
    return 0


def measure(articles: list[dict[str, Any]], place: Path, *, titled: bool) -> list[float]:
    """The figures for paragraphs with or without the title of their article."""
    folder = place / "documents"
    folder.mkdir()
    questions = list(write(articles, folder, titled=titled))
    corpus = rag.open(folder, index_dir=place / "index")
    totals = [0.0] * 5
    for question in questions:
        answer = corpus.ask(question.text)
        files = [hit.article.path for hit in answer.passages]
        first = answer.statements[0].citations[0].cited_text if answer.statements else ""
        outcome = (
            *(question.file in files[:k] for k in (1, 3, 5)),
            question.answer in first,
            answer.status == "abstained",
        )
        totals = [total + part for total, part in zip(totals, outcome, strict=True)]
    return [total / len(questions) for total in totals]


def write(articles: list[dict[str, Any]], folder: Path, *, titled: bool) -> Iterator[Question]:
    """Write the paragraphs as documents and yield their questions."""
    for number, article in enumerate(articles):
        title = json.dumps(article["title"].replace("_", " "))
        for part, paragraph in enumerate(article["paragraphs"]):
            file = f"{number:02}-{part}.txt"
            header = f"---\ntitle: {title}\n---\n" if titled else ""
            (folder / file).write_bytes((header + paragraph["context"]).encode())
            for row in paragraph["qas"]:
                yield Question(row["question"], file, row["answers"][0]["text"])
