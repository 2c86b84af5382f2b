"""FaithBench (Bao et al. 2024, arXiv 2410.13210): are summaries that say too much found out.

The summaries were chosen because detectors disagree on them. A summary is scored
by its worst sentence. The data's licence (CC BY-NC-SA 4.0) allows to measure:
no parameter is fitted on it.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

import rag
from evals.bench.baselines import load_encoder, sentences_of
from evals.bench.figures import DataError, balanced_accuracy, print_table, separation

FILES = "faithbench*.csv"
LABELS = ("Unwanted", "Questionable", "Benign", "Consistent")
LAX = 0.35  # of a fuzzy match, as systems that highlight citations use it
NEAR = 0.5  # cosine


class Summary(NamedTuple):
    """A source, a summary of it, and the worst label that a person gave it."""

    source: str
    text: str
    worst: str


class Verdict(NamedTuple):
    """A score, higher for more faithful, and whether it was found faithful."""

    score: float
    faithful: bool


def run(data: Path | None) -> int:
    """Print balanced accuracy, the best that a cut-off reaches, and AUROC, by system."""
    summaries = load(data)
    systems: dict[str, Callable[[Summary], Verdict]] = {
        "Footnote": by_rules,
        f"fuzzy match, {LAX:.0%}": by_fuzzy_match,
        f"cosine cut-off, {NEAR}": _by_cosine(),
    }
    verdicts = {name: [judge(summary) for summary in summaries] for name, judge in systems.items()}
    for unfaithful in (("Unwanted",), ("Unwanted", "Questionable")):
        labels = [summary.worst not in unfaithful for summary in summaries]
        rows = {}
        for name, given in verdicts.items():
            area, best = separation(labels, [verdict.score for verdict in given])
            decided = balanced_accuracy(labels, [verdict.faithful for verdict in given])
            rows[name] = [decided, best, area]
        title = f"Unfaithful is {' or '.join(unfaithful)}, {len(summaries)} summaries:"
        print_table(title, ["system", "balanced accuracy", "best cut-off", "AUROC"], rows)
    print(
        "\nPublished balanced accuracies (Bao et al. 2024) are of the whole of FaithBench and of "
        "other cuts of its labels;\nnone is for a part of it."
    )
    return 0


def load(data: Path | None) -> list[Summary]:
    """The summaries of all files of the folder.

    Raises:
        DataError: there is no such file, or a line is malformed.
    """
    files = sorted(data.glob(FILES)) if data else []
    if not files:
        raise DataError(f"--data must name a folder that holds {FILES}.")
    csv.field_size_limit(10**7)
    found = []
    for path in files:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            for row in reader:
                values = [row.get(key) for key in ("source", "summary", "worst-label")]
                if None in values or values[2] not in LABELS:
                    where = f"{path}, line {reader.line_num}"
                    raise DataError(f"{where}: needs source, summary and a worst-label.")
                found.append(Summary(*map(str, values)))
    return found


def by_rules(summary: Summary) -> Verdict:
    """The project's own check of every sentence."""
    results = [rag.check_support(s, [summary.source]) for s in sentences_of(summary.text)]
    faithful = all(result.verdict != "unsupported" for result in results)
    return Verdict(min((result.score for result in results), default=0.0), faithful)


def by_fuzzy_match(summary: Summary) -> Verdict:
    """The best fuzzy match of every sentence with a part of the source."""
    from rapidfuzz.fuzz import partial_ratio

    score = min(
        (partial_ratio(s, summary.source) / 100 for s in sentences_of(summary.text)), default=0.0
    )
    return Verdict(score, score >= LAX)


def _by_cosine() -> Callable[[Summary], Verdict]:
    encoder = load_encoder()

    def encode(sentences: Sequence[str]) -> np.ndarray:
        return np.asarray(
            encoder.encode(list(sentences), normalize_embeddings=True, show_progress_bar=False)
        )

    sources: dict[str, np.ndarray] = {}

    def judge(summary: Summary) -> Verdict:
        if summary.source not in sources:
            sources[summary.source] = encode(sentences_of(summary.source))
        own = sentences_of(summary.text)
        nearest = (encode(own) @ sources[summary.source].T).max(axis=1) if own else np.zeros(1)
        score = float(nearest.min())
        return Verdict(score, score >= NEAR)

    return judge
