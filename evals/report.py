"""The report of a run as plain values, and as Markdown and HTML for people.

Everything that is shown or compared works on these values, so that a stored
report looks the same as a fresh one. Nothing in it depends on the clock.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evals.cases import Case
from evals.metrics import METRICS, Score, measure

SCHEMA = 1
RESAMPLES = 2_000
SEED = 20240708  # any; fixed, so that two runs give the same intervals
INTERVAL = (2.5, 97.5)  # percentiles: 95 % of the resampled means lie between
DIGITS = 4
TEMPLATES = Path(__file__).resolve().parent / "templates"
HELD_OUT = "test"  # the split that no one tunes to
# Shown by category; the others are in the JSON.
BY_CATEGORY = (
    *("decision", "correctness", "answer_precision", "evidence_cited"),
    *("citation_recall", "faithfulness", "attribution"),
)


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
    """Return what is drawn at once when resampling: a pair, or a whole conversation."""
    return case.pair.conversation or case.pair.id


def _mean_with_interval(totals: np.ndarray, counts: np.ndarray) -> dict[str, Any]:
    """Return the mean and its percentile bootstrap interval (Efron 1979), by units.

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
    """Return what the answer cites; ``article`` is None where there is no such article."""
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
    """Return the part of a report that later runs are compared with, as JSON, a line a case."""
    head = {key: report[key] for key in ("schema", "answered_by", "splits", "categories")}
    kept = ("id", "split", "question", "status", "text", "scores")
    cases = [
        json.dumps({key: case[key] for key in kept}, ensure_ascii=False) for case in report["cases"]
    ]
    opening = json.dumps(head, indent=1).removesuffix("\n}")
    return f'{opening},\n "cases": [\n' + ",\n".join(cases) + "\n ]\n}\n"


def failures(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the cases that fall short in decision, facts, citations or faithfulness."""
    return [case for case in report["cases"] if any(_falls_short(case))]


COUNTS = (
    *("decision", "correctness", "citation_validity", "citation_recall", "faithfulness"),
    "attribution",
)


def _falls_short(case: dict[str, Any]) -> Iterable[bool]:
    return (case["scores"][name] is not None and case["scores"][name] < 1 for name in COUNTS)


def report_markdown(report: Mapping[str, Any]) -> str:
    """Return the figures by split and category, and how many cases fall short."""
    lines = [*table(_metric_rows(report)), "", *table(_category_rows(report))]
    judged = report.get("judge")
    if judged:
        lines += ["", *table(_judge_rows(judged))]
    short = failures(report)
    lines += ["", f"{len(short)} of {len(report['cases'])} cases fall short."]
    return "\n".join(lines) + "\n"


def failure_lines(report: Mapping[str, Any]) -> Iterable[str]:
    """Yield each case that falls short: question, what was expected, what came, and why.

    Held-out cases are only named, so that nobody tunes to them by reading a log.
    """
    short = failures(report)
    held_out = [case["id"] for case in short if case["split"] == HELD_OUT]
    if held_out:
        yield f"Held out, read in the report page only: {', '.join(held_out)}"
    for case in short:
        if case["split"] == HELD_OUT:
            continue
        yield ""
        yield f"{case['id']} ({case['split']}): {case['question']}"
        yield f"  expected: {case['expected']['reference'] or case['expected']['status']}"
        yield f"  got:      {' '.join((case['text'] or '').split())[:300]}"
        yield from (f"  {name}: {reason}" for name, reason in case["reasons"].items())


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows, the header first, as a Markdown table whose columns line up in a terminal."""
    rows = [[" ".join(cell.split()).replace("|", "\\|") for cell in row] for row in rows]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    padded = [
        " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    rule = "-|-".join("-" * width for width in widths)
    return [f"| {padded[0]} |", f"|-{rule}-|", *(f"| {row} |" for row in padded[1:])]


def report_html(report: Mapping[str, Any]) -> str:
    """Return the report as one HTML page that needs no other file and no network."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html").render(
        report=report,
        splits=_splits(report),
        metrics=[metric.name for metric in METRICS],
        plotted=BY_CATEGORY,
        failures=failures(report),
    )


def _metric_rows(report: Mapping[str, Any]) -> list[list[str]]:
    splits = _splits(report)
    rows = [["metric", *splits]]
    for metric in METRICS:
        figures = [report["splits"][split]["metrics"][metric.name] for split in splits]
        rows.append([metric.name, *map(_with_interval, figures)])
    rows.append(["pairs", *(str(report["splits"][split]["pairs"]) for split in splits)])
    return rows


def _category_rows(report: Mapping[str, Any]) -> list[list[str]]:
    rows = [["category", "pairs", *BY_CATEGORY]]
    for name, summary in report["categories"].items():
        means = [summary["metrics"][metric]["mean"] for metric in BY_CATEGORY]
        rows.append([name, str(summary["pairs"]), *map(_shown, means)])
    return rows


def _judge_rows(judged: Mapping[str, Any]) -> list[list[str]]:
    rows = [[f"judged by {judged['llm']}, never gating", "mean", "cases", "no verdict"]]
    for name, figures in judged["metrics"].items():
        counts = [str(figures["cases"]), str(figures["failed"])]
        rows.append([name, _shown(figures["mean"]), *counts])
    return rows


def _splits(report: Mapping[str, Any]) -> list[str]:
    """Return all splits, or the only one where there is no more than one."""
    names = list(report["splits"])
    return names if len(names) > 2 else names[1:]


def _with_interval(figures: Mapping[str, Any]) -> str:
    if figures["mean"] is None:
        return "–"
    return f"{figures['mean']:.3f} [{figures['low']:.3f}, {figures['high']:.3f}]"


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
