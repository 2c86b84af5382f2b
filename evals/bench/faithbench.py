"""FaithBench (Bao et al. 2024, arXiv 2410.13210): whether unfaithful summaries are found out.

The summaries were chosen because detectors disagree on them. A summary is scored
by its worst sentence. The data's licence (CC BY-NC-SA 4.0) allows to measure:
no parameter is fitted on it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

import rag
from evals.bench.baselines import load_encoder, sentences_of
from evals.bench.harness import DataError, balanced_accuracy, print_table, separation

FILES = "faithbench*.csv"
LABELS = ("Unwanted", "Questionable", "Benign", "Consistent")
LAX = 0.35  # of a fuzzy match, as systems that highlight citations use it
NEAR = 0.5  # cosine
# What a sentence may add before it is no paraphrase: the least number that no more than one in
# twenty of the faithful sentences of evals/written/dev.jsonl exceed.
MOST_NEW = 10
CONTRADICTING = ("number", "date", "denial")


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
        "Footnote": by_contradiction,
        "… every sentence supported": by_rules,
        f"fuzzy match, {LAX:.0%}": by_fuzzy_match,
        f"cosine cut-off, {NEAR}": _by_cosine(summaries),
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
        "\nPublished, on the whole of FaithBench (Bao et al. 2024, abstract): even the best "
        "detectors have near 50 % accuracy.\nNo published figure is for a part of it."
    )
    return 0


def load(data: Path | None) -> list[Summary]:
    """Return the summaries of all files of the folder.

    Raises:
        DataError: there is no such file, or a line is malformed.
    """
    files = sorted(data.glob(FILES)) if data else []
    if not files:
        raise DataError(f"--data must name a folder that holds {FILES}.")
    found = []
    for path in files:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            try:
                found += [_summary(row) for row in reader]
            except (ValueError, csv.Error) as error:
                where = f"{path}, line {reader.line_num}"
                raise DataError(f"{where}: is not of FaithBench ({error}).") from error
    return found


def _summary(row: Mapping[str, str | None]) -> Summary:
    source, text, worst = (row.get(key) for key in ("source", "summary", "worst-label"))
    if not source or text is None or worst not in LABELS:
        raise ValueError("needs source, summary and a worst-label")
    return Summary(source, text, worst)


def by_contradiction(summary: Summary) -> Verdict:
    """Judge whether no sentence contradicts a number or a denial of the source, or adds much.

    What is true though the source does not say it counts as faithful here: a name that
    the source has not, which the project's check refuses, is one of the things added.
    """
    results = _checked(summary)
    most = max((result.new for result in results), default=0)
    contradicts = any(result.flaw in CONTRADICTING for result in results)
    return Verdict(-most - MOST_NEW * contradicts, most <= MOST_NEW and not contradicts)


def by_rules(summary: Summary) -> Verdict:
    """Judge by the project's own check of every sentence, each of which must be supported."""
    results = _checked(summary)
    faithful = all(result.verdict == "supported" for result in results)
    return Verdict(min((result.score for result in results), default=0.0), faithful)


@lru_cache(maxsize=1_000)
def _checked(summary: Summary) -> list[rag.Support]:
    """Check every sentence; one that ends in a colon, or is a number, states nothing."""
    sentences = [s.strip() for s in sentences_of(summary.text)]
    stating = [s for s in sentences if re.search(r"[^\W\d]", s) and not s.endswith(":")]
    return [rag.check_support(s, [summary.source]) for s in stating]


def by_fuzzy_match(summary: Summary) -> Verdict:
    """Judge by the best fuzzy match of every sentence with a part of the source."""
    from rapidfuzz.fuzz import partial_ratio

    score = min(
        (partial_ratio(s, summary.source) / 100 for s in sentences_of(summary.text)), default=0.0
    )
    return Verdict(score, score >= LAX)


def _by_cosine(summaries: Sequence[Summary]) -> Callable[[Summary], Verdict]:
    """Return a judge by the cosine of every sentence to the nearest one of the source."""
    texts = {text for summary in summaries for text in (summary.source, summary.text)}
    split = {text: sentences_of(text) for text in texts}
    distinct = sorted({sentence for sentences in split.values() for sentence in sentences})
    encoded = load_encoder().encode(distinct, normalize_embeddings=True, show_progress_bar=False)
    vectors = dict(zip(distinct, np.asarray(encoded), strict=True))

    def judge(summary: Summary) -> Verdict:
        own, source = split[summary.text], split[summary.source]
        if not own or not source:
            return Verdict(0.0, False)
        cosines = np.array([vectors[s] for s in own]) @ np.array([vectors[s] for s in source]).T
        score = float(cosines.max(axis=1).min())
        return Verdict(score, score >= NEAR)

    return judge
