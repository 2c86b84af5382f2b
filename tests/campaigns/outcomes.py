"""What became of each thing that was tried, and the table of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from evals.show import table

SKIPPED = "skipped"  # the result of what could not be tried here; the detail says why


class Outcome(NamedTuple):
    """One thing that was tried.

    ``campaign`` is what it was part of, ``name`` what was tried, ``result`` how it ended in a
    word or two (``survived``, ``rejected``, ``shown safely``, ``withstood`` …), ``good`` whether
    that is as it must be, and ``detail`` what to look at where it is not. What is skipped is
    neither tried nor good nor bad.
    """

    campaign: str
    name: str
    result: str
    good: bool
    detail: str = ""


def tally(outcomes: Iterable[Outcome]) -> list[dict[str, Any]]:
    """The outcomes counted by campaign, as JSON-ready rows in the order of their coming."""
    rows: dict[str, dict[str, Any]] = {}
    for outcome in outcomes:
        row = rows.setdefault(
            outcome.campaign,
            {"campaign": outcome.campaign, "tried": 0, "ended": Counter(), "bad": 0},
        )
        if outcome.result == SKIPPED:
            row["ended"][f"{SKIPPED} ({outcome.detail})"] += 1
            continue
        row["tried"] += 1
        row["ended"][outcome.result] += 1
        row["bad"] += not outcome.good
    return [row | {"ended": dict(row["ended"])} for row in rows.values()]


def outcome_table(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Counted outcomes as Markdown."""
    cells = [["what was tried", "times", "how it ended", "lost, crashed or succeeded"]]
    for row in rows:
        ended = ", ".join(f"{count} {result}" for result, count in row["ended"].items())
        cells.append([row["campaign"], str(row["tried"]), ended, str(row["bad"])])
    return table(cells)


def complaints(outcomes: Iterable[Outcome]) -> list[str]:
    """A line for each thing that did not end as it must."""
    return [
        f"{outcome.campaign}: {outcome.name}: {outcome.result} ({outcome.detail})"
        for outcome in outcomes
        if not outcome.good and outcome.result != SKIPPED
    ]
