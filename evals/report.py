"""The report of a run as plain values: means with intervals, and every case with its scores.

Everything that is shown or compared works on these values, so that a stored
report looks the same as a fresh one. Nothing in it depends on the clock.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from evals.cases import Case
from evals.metrics import METRICS, measure
from evals.metrics.score import Score

SCHEMA = 1
RESAMPLES = 2_000
SEED = 20240708  # any; fixed, so that two runs give the same intervals
INTERVAL = (2.5, 97.5)  # percentiles: 95 % of the resampled means lie between
DIGITS = 4


def make_report(cases: Sequence[Case], *, answered_by: str) -> dict[str, Any]:
    """Measure all cases.

    Args:
        cases: as asked.
        answered_by: who answered, as the setting ``llm`` names it.

    Returns ``splits`` (metric by metric the mean, its 95 % interval and the number
    of cases that it applies to), ``categories`` (means) and ``cases``.
    """
    scored = [(case, measure(case)) for case in cases]
    names = dict.fromkeys(case.split for case in cases)
    splits = {"all": scored} | {
        name: [row for row in scored if row[0].split == name] for name in names
    }
    categories = sorted({case.pair.category for case in cases})
    return {
        "schema": SCHEMA,
        "answered_by": answered_by,
        "splits": {name: _summary(rows) for name, rows in splits.items()},
        "categories": {
            name: _summary([row for row in scored if row[0].pair.category == name])
            for name in categories
        },
        "cases": [_case(case, scores) for case, scores in scored],
    }


Row = tuple[Case, dict[str, Score | None]]


def _summary(rows: Sequence[Row]) -> dict[str, Any]:
    units = list(dict.fromkeys(_unit(case) for case, _ in rows))
    place = {unit: at for at, unit in enumerate(units)}
    metrics = {}
    for metric in METRICS:
        totals, counts = np.zeros(len(units)), np.zeros(len(units))
        for case, scores in rows:
            score = scores[metric.name]
            if score is not None:
                totals[place[_unit(case)]] += score.value
                counts[place[_unit(case)]] += 1
        metrics[metric.name] = _mean_with_interval(totals, counts)
    return {"pairs": len(rows), "metrics": metrics}


def _unit(case: Case) -> str:
    """What is drawn at once when resampling: a pair, or a whole conversation."""
    return case.pair.conversation or case.pair.id


def _mean_with_interval(totals: np.ndarray, counts: np.ndarray) -> dict[str, Any]:
    """The mean and its percentile bootstrap interval (Efron 1979), the units drawn anew.

    Args:
        totals: sum of the scores of each unit, shape (units,), float64.
        counts: number of the scores of each unit, same shape.
    """
    cases = int(counts.sum())
    if not cases:
        return {"mean": None, "low": None, "high": None, "cases": 0}
    draws = np.random.default_rng(SEED).integers(0, len(totals), (RESAMPLES, len(totals)))
    sizes = counts[draws].sum(axis=1)
    means = totals[draws].sum(axis=1)[sizes > 0] / sizes[sizes > 0]
    low, high = np.percentile(means, INTERVAL)
    figures = {"mean": totals.sum() / cases, "low": low, "high": high}
    return {name: round(float(value), DIGITS) for name, value in figures.items()} | {"cases": cases}


def _case(case: Case, scores: dict[str, Score | None]) -> dict[str, Any]:
    answer, pair = case.answer, case.pair
    return {
        "id": pair.id,
        "split": case.split,
        "category": pair.category,
        "conversation": pair.conversation,
        "question": pair.question,
        "understood_as": answer.understood_as if answer else None,
        "expected": {
            "status": pair.status,
            "reference": pair.reference,
            "facts": pair.facts,
            "evidence": [[quote.model_dump() for quote in quotes] for quotes in pair.evidence],
        },
        "status": answer.status if answer else "error",
        "text": answer.text if answer else case.error,
        "confidence": round(answer.confidence, DIGITS) if answer else None,
        "citations": _places(case),
        "scores": {
            name: None if score is None else round(score.value, DIGITS)
            for name, score in scores.items()
        },
        "reasons": {name: s.reason for name, s in scores.items() if s is not None and s.reason},
    }


def _places(case: Case) -> list[dict[str, Any]]:
    """What the answer cites; ``article`` is None where there is no such article."""
    articles = case.ground.articles
    return [
        {
            "number": citation.number,
            "article": getattr(articles.get(citation.article_id), "path", None),
            "start": citation.start,
            "end": citation.end,
            "cited_text": citation.cited_text,
            "verdict": statement.verdict,
        }
        for statement in case.statements
        for citation in statement.citations
    ]


def as_baseline(report: dict[str, Any]) -> str:
    """What a later run is held against, as JSON: figures, and a line a case for readable diffs."""
    head = {key: report[key] for key in ("schema", "answered_by", "splits", "categories")}
    kept = ("id", "split", "question", "status", "text", "scores")
    cases = [
        json.dumps({key: case[key] for key in kept}, ensure_ascii=False) for case in report["cases"]
    ]
    opening = json.dumps(head, indent=1).removesuffix("\n}")
    return f'{opening},\n "cases": [\n' + ",\n".join(cases) + "\n ]\n}\n"


def failures(report: dict[str, Any]) -> list[dict[str, Any]]:
    """The cases that fall short where it counts: decision, facts, citations, faithfulness."""
    return [case for case in report["cases"] if any(_falls_short(case))]


COUNTS = (
    *("decision", "correctness", "citation_validity", "citation_recall", "faithfulness"),
    "attribution",
)


def _falls_short(case: dict[str, Any]) -> Iterable[bool]:
    return (case["scores"][name] is not None and case["scores"][name] < 1 for name in COUNTS)
