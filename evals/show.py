"""A report for people: Markdown for the terminal and CI's summary, and one HTML page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.metrics import METRICS
from evals.report import failures

TEMPLATES = Path(__file__).resolve().parent / "templates"
HELD_OUT = "test"  # the split that no one tunes to
# Shown by category; the others are in the JSON.
BY_CATEGORY = (
    *("decision", "correctness", "answer_precision", "evidence_cited"),
    *("citation_recall", "faithfulness", "attribution"),
)


def markdown(report: Mapping[str, Any]) -> str:
    """The figures with 95 % intervals, by split and by category, and the ids that fall short."""
    lines = [*table(_metric_rows(report)), "", *table(_category_rows(report))]
    judged = report.get("judge")
    if judged:
        lines += ["", *table(_judge_rows(judged))]
    short = failures(report)
    lines += ["", f"{len(short)} of {len(report['cases'])} cases fall short."]
    return "\n".join(lines) + "\n"


def failure_lines(report: Mapping[str, Any]) -> Iterable[str]:
    """Each case that falls short: question, what was expected, what came, and why.

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
    """Rows as a Markdown table whose columns line up in a terminal; the first is the header."""
    rows = [[" ".join(cell.split()).replace("|", "\\|") for cell in row] for row in rows]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    padded = [
        " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    rule = "-|-".join("-" * width for width in widths)
    return [f"| {padded[0]} |", f"|-{rule}-|", *(f"| {row} |" for row in padded[1:])]


def html(report: Mapping[str, Any]) -> str:
    """The report as one HTML page that needs no other file and no network."""
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
    """All splits, or the only one where there is no more than one."""
    names = list(report["splits"])
    return names if len(names) > 2 else names[1:]


def _with_interval(figures: Mapping[str, Any]) -> str:
    if figures["mean"] is None:
        return "–"
    return f"{figures['mean']:.3f} [{figures['low']:.3f}, {figures['high']:.3f}]"


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
