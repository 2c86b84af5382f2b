"""XQuAD English (Artetxe et al. 2020): whether the right paragraph and sentence come first.

Every paragraph is a document of its own, and all questions go to all of them.
The first sentence is the first one that an answer cites; of a baseline, the one
that it picks from the best part it found. An abstention is a miss. Every system
is measured on its first five passages, nodes or documents: MRR is MRR@5.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import rag
from evals.bench.baselines import DEPTH, Baseline, baselines
from evals.bench.harness import (
    DataError,
    balanced_accuracy,
    corpus_of,
    hits,
    names_found,
    outlet,
    print_table,
    rank_of,
    separation,
)

FILE = "xquad.en.json"
Documents = dict[str, tuple[str, str]]


class Question(NamedTuple):
    """A question, the name of its paragraph, and the words that answer it."""

    text: str
    name: str
    answer: str


# MTEB's XQuADRetrieval, English: the bare paragraphs with 1,185 of the questions.
PUBLISHED = {"all-MiniLM-L6-v2, published (MTEB)": [0.885, 0.968, 0.981, 0.927, None, None, None]}
SIZE = (240, 1_190)  # paragraphs and questions of the whole set, which the figures are for
HEADER = (
    *("system", "hit@1", "hit@3", "hit@5", "MRR@5"),
    *("first sentence", "… of the paragraph", "abstained"),
)


def run(data: Path | None) -> int:
    """Print retrieval, first sentences, and how well answerable questions are told apart."""
    documents, questions = load(data)
    whole = (len(documents), len(questions)) == SIZE
    bare = {name: ("", text) for name, (_, text) in documents.items()}
    for title, kept, published in (
        ("Bare paragraphs", bare, PUBLISHED if whole else {}),
        ("Paragraphs with the titles of their articles", documents, {}),
    ):
        rows = {"Footnote": measure(kept, questions)}
        for name, baseline in baselines(kept).items():
            rows[name] = measure_baseline(baseline, kept, questions)
        print_table(f"{title}, {len(questions)} questions:", HEADER, rows | published)
    header = ["system", "AUROC", "best balanced accuracy", "balanced accuracy as decided"]
    title = "Is the question's paragraph there, or only others of its article:"
    print_table(title, header, abstention(documents, questions))
    print("\nNo published figure is for the titles, the sentences or the abstentions.")
    return 0


def load(data: Path | None) -> tuple[Documents, list[Question]]:
    """Return title and text of every paragraph by name, and the questions.

    Raises:
        DataError: the file is missing or not of SQuAD's format.
    """
    if data is None or not (data / FILE).is_file():
        raise DataError(f"--data must name a folder that holds {FILE}.")
    documents: Documents = {}
    questions = []
    try:
        for number, article in enumerate(json.loads((data / FILE).read_text("utf-8"))["data"]):
            for part, paragraph in enumerate(article["paragraphs"]):
                name = f"{number:03}-{part:02}"
                documents[name] = (article["title"].replace("_", " "), paragraph["context"])
                for row in paragraph["qas"]:
                    answer = row["answers"][0]["text"]
                    questions.append(Question(row["question"], name, answer))
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise DataError(f"{data / FILE}: is not of SQuAD's format ({error!r}).") from error
    return documents, questions


def measure(documents: Documents, questions: Sequence[Question]) -> list[float | None]:
    """Return hits, MRR, first sentences (all paragraphs, then the right one), abstentions."""
    ranks, first, within, abstained = [], 0, 0, 0
    with corpus_of(documents) as corpus:
        for question in questions:
            answer = corpus.ask(question.text)
            ranks.append(rank_of(question.name, names_found(answer)[:DEPTH]))
            first += question.answer in _first_sentence(answer)
            abstained += answer.status == "abstained"
            alone = corpus.ask(question.text, outlets=[outlet(question.name)])
            within += question.answer in _first_sentence(alone)
    return [*hits(ranks), *(count / len(questions) for count in (first, within, abstained))]


def measure_baseline(
    baseline: Baseline, documents: Mapping[str, tuple[str, str]], questions: Sequence[Question]
) -> list[float | None]:
    """Return the same figures of a baseline, which never abstains."""
    ranks, first, within = [], 0, 0
    for question in questions:
        found = baseline.find(question.text)
        ranks.append(rank_of(question.name, found.names))
        first += question.answer in "".join(baseline.pick(question.text, found.text, 1))
        alone = documents[question.name][1]
        within += question.answer in "".join(baseline.pick(question.text, alone, 1))
    return [*hits(ranks), first / len(questions), within / len(questions), None]


def abstention(
    documents: Documents, questions: Sequence[Question]
) -> dict[str, list[float | None]]:
    """Measure how well confidence tells whether the paragraph of a question is in the corpus.

    The paragraphs with an even and those with an odd number in their article are two
    corpora; every question goes to both, so that near misses are always there.
    """
    labels: list[bool] = []
    confidences: list[float] = []
    decisions: list[bool] = []
    scores: dict[str, list[float]] = {}
    for parity in (0, 1):
        half = {name: row for name, row in documents.items() if int(name[-2:]) % 2 == parity}
        labels += [question.name in half for question in questions]
        with corpus_of(half) as corpus:
            answers = [corpus.ask(question.text) for question in questions]
        confidences += [answer.confidence for answer in answers]
        decisions += [answer.status == "answered" for answer in answers]
        for name, baseline in baselines(half).items():
            scores.setdefault(name, []).extend(baseline.find(q.text).score for q in questions)
    decided = balanced_accuracy(labels, decisions)
    rows: dict[str, list[float | None]] = {"Footnote": [*separation(labels, confidences), decided]}
    for name, values in scores.items():
        rows[name] = [*separation(labels, values), None]
    return rows


def _first_sentence(answer: rag.Answer) -> str:
    return answer.statements[0].citations[0].cited_text if answer.statements else ""
