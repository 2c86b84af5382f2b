"""What became of each attempt of a campaign, counted for docs/hardening.md."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple


class Outcome(NamedTuple):
    """One attempt and how it ended.

    ``campaign`` groups attempts into a row of the report, ``name`` says what was tried,
    ``result`` how it ended in a word or two (``survived``, ``rejected``, ``withstood`` ...).
    ``complaint`` says what is wrong with that; it is empty where the attempt ended as it must.
    """

    campaign: str
    name: str
    result: str
    complaint: str = ""


Record = Callable[[Iterable[Outcome]], list[Outcome]]  # what the fixture `record` is


def complaints(outcomes: Iterable[Outcome]) -> list[str]:
    """Return a line for each attempt that did not end as it must."""
    return [
        f"{outcome.campaign}: {outcome.name}: {outcome.result} ({outcome.complaint})"
        for outcome in outcomes
        if outcome.complaint
    ]


def tally(outcomes: Iterable[Outcome]) -> list[dict[str, Any]]:
    """Count outcomes by campaign, in order of first appearance, as JSON-ready rows."""
    rows: dict[str, dict[str, Any]] = {}
    for outcome in outcomes:
        new = {"campaign": outcome.campaign, "tried": 0, "ended": Counter(), "bad": 0}
        row = rows.setdefault(outcome.campaign, new)
        row["tried"] += 1
        row["ended"][outcome.result] += 1
        row["bad"] += bool(outcome.complaint)
    return list(rows.values())


def write_report(outcomes: Iterable[Outcome], path: Path) -> None:
    """Write the counts to a JSON file; rows of campaigns that did not run stay as they were.

    Each row names the version of the package that it was measured on.
    """
    kept = {row["campaign"]: row for row in json.loads(path.read_text("utf-8"))}
    measured = {"version": version("footnote-rag")}
    kept |= {row["campaign"]: row | measured for row in tally(outcomes)}
    path.write_text(f"{json.dumps(list(kept.values()), indent=1)}\n", "utf-8")
