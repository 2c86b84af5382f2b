"""What changed between two reports: the figures, then case by case."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evals.metrics import METRICS
from evals.pairs import GoldError
from evals.report import SCHEMA


def load_report(path: Path) -> dict[str, Any]:
    """A report that a run wrote as JSON.

    Raises:
        GoldError: the file is not such a report.
        OSError: it cannot be read.
    """
    try:
        report = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise GoldError(f"{path}: is not JSON ({error}).") from error
    if not isinstance(report, dict) or report.get("schema") != SCHEMA:
        raise GoldError(
            f"{path}: is no report of this version; make one with `python -m evals`, which "
            "writes report.json."
        )
    return report


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """The lines that say what changed, as Markdown; metrics that did not change are left out."""
    yield "| metric | before | after | change |"
    yield "|---|---|---|---|"
    for metric in METRICS:
        was = before["splits"]["all"]["metrics"][metric.name]["mean"]
        now = after["splits"]["all"]["metrics"][metric.name]["mean"]
        if was != now:
            change = "" if None in (was, now) else f"{now - was:+.4f}"
            yield f"| {metric.name} | {_shown(was)} | {_shown(now)} | {change} |"
    yield ""
    yield from _cases(before, after)


def _cases(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    old = {case["id"]: case for case in before["cases"]}
    new = {case["id"]: case for case in after["cases"]}
    same = True
    for name in [*old, *(name for name in new if name not in old)]:
        if name not in new or name not in old:
            yield f"- **{name}** is only in the {'first' if name in old else 'second'} report"
            same = False
            continue
        changes = _changes(old[name], new[name])
        if changes:
            same = False
            yield f"- **{name}** {new[name]['question']}"
            yield from (f"  - {change}" for change in changes)
    if same:
        yield "No case changed."


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    changes = [
        f"{metric.name}: {_shown(was)} → {_shown(now)}"
        for metric in METRICS
        if (was := old["scores"][metric.name]) != (now := new["scores"][metric.name])
    ]
    if old["text"] != new["text"]:
        changes += [f"before: {old['text']}", f"after: {new['text']}"]
    return changes


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"
