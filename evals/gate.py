"""A report compared: with floors, with a baseline, or with another report, case by case."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from evals.metrics import METRICS
from evals.pairs import GoldError
from evals.report import SCHEMA

MOST_LISTED = 30  # cases named in a line
NAMES = {metric.name for metric in METRICS}


class Thresholds(NamedTuple):
    """By metric: the lowest mean that passes, and how far a mean may fall below the baseline's."""

    floor: Mapping[str, float]
    drop: Mapping[str, float]


def load_thresholds(path: Path) -> Thresholds:
    """Return the tables ``floor`` and ``drop`` of a TOML file.

    Raises:
        GoldError: the file is not of that form, or names an unknown metric.
    """
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise GoldError(f"{path}: is not TOML ({error}).") from error
    for table in ("floor", "drop"):
        for name, value in tables.get(table, {}).items():
            if name not in NAMES or not isinstance(value, int | float):
                raise GoldError(
                    f"{path}: [{table}] {name} = {value!r} is not a metric with a number."
                )
    return Thresholds(tables.get("floor", {}), tables.get("drop", {}))


def breaches(
    report: Mapping[str, Any], baseline: Mapping[str, Any] | None, thresholds: Thresholds
) -> list[str]:
    """Return what fails, split by split; each line names the metric and the cases that lowered it.

    Args:
        report: of this run.
        baseline: of the run to compare with, if any; only splits with the same
            cases are compared.
        thresholds: what is allowed.
    """
    found = []
    for split, summary in report["splits"].items():
        if split == "all":
            continue
        figures = summary["metrics"]
        for name, floor in thresholds.floor.items():
            mean = figures[name]["mean"]
            if mean is not None and mean < floor:
                cases = _listed(_imperfect(report, split, name))
                found.append(f"{split}: {name} is {mean:.4f}, below {floor}: {cases}")
        if baseline is not None and _ids(report, split) == _ids(baseline, split):
            found += _drops(report, baseline, split, thresholds.drop)
    return found


def _drops(
    report: Mapping[str, Any],
    baseline: Mapping[str, Any],
    split: str,
    allowed: Mapping[str, float],
) -> list[str]:
    found = []
    for name, drop in allowed.items():
        now = report["splits"][split]["metrics"][name]["mean"]
        before = baseline["splits"][split]["metrics"][name]["mean"]
        if before is not None and (now is None or now < before - drop):
            shown = "nothing" if now is None else f"{now:.4f}"
            cases = _listed(fallen(baseline, report, name, split))
            found.append(f"{split}: {name} fell from {before:.4f} to {shown}: {cases}")
    return found


def fallen(
    before: Mapping[str, Any], after: Mapping[str, Any], metric: str, split: str | None = None
) -> list[str]:
    """Return the ids of the cases whose score on a metric is lower than before, or gone."""
    earlier = {case["id"]: case["scores"][metric] for case in before["cases"]}
    return [
        case["id"]
        for case in after["cases"]
        if split in (None, case["split"])
        and (was := earlier.get(case["id"])) is not None
        and ((now := case["scores"][metric]) is None or now < was)
    ]


def _imperfect(report: Mapping[str, Any], split: str, metric: str) -> list[str]:
    return [
        case["id"]
        for case in report["cases"]
        if case["split"] == split and (case["scores"][metric] or 0) < 1
        if case["scores"][metric] is not None
    ]


def _ids(report: Mapping[str, Any], split: str) -> set[str]:
    return {case["id"] for case in report["cases"] if case["split"] == split}


def _listed(ids: list[str]) -> str:
    more = f" and {len(ids) - MOST_LISTED} more" if len(ids) > MOST_LISTED else ""
    return (", ".join(ids[:MOST_LISTED]) or "no single case") + more


def load_report(path: Path) -> dict[str, Any]:
    """Return a report that a run wrote as JSON.

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
            f"{path}: is not a report of this version; make one with `python -m evals`, which "
            "writes report.json."
        )
    return report


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Yield what changed, as lines of Markdown; metrics that did not change are left out."""
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
