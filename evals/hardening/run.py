"""``python -m evals hardening``: try all of it, print the table, keep the figures."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from evals.hardening.attacks.run import attack
from evals.hardening.corruption import corruption
from evals.hardening.crashes import crashes
from evals.hardening.documents import hostile_documents
from evals.hardening.load import outcomes as load_outcomes
from evals.hardening.load import run as load
from evals.hardening.load import tables
from evals.hardening.outcomes import Outcome, complaints, outcome_table, tally
from evals.hardening.surge import full, stopped

FIGURES = Path(__file__).resolve().parents[2] / "docs" / "hardening.json"


class Asked(NamedTuple):
    """What is to be tried: how many users for how many minutes, and an empty folder."""

    users: int
    minutes: float
    scratch: Path


Part = Callable[[Asked], Iterator[Outcome]]


def _load(asked: Asked) -> Iterator[Outcome]:
    measured = load(asked.users, asked.minutes)
    print("\n".join(tables(measured)), file=sys.stderr)
    yield from load_outcomes(measured)
    yield from full()
    yield from stopped()


PARTS: dict[str, Part] = {
    "crashes": lambda asked: crashes(asked.scratch / "model", asked.scratch / "crashes"),
    "damage": lambda asked: corruption(asked.scratch / "model", asked.scratch / "damage"),
    "documents": lambda _: hostile_documents(),
    "attacks": lambda _: attack(),
    "load": _load,
}


def run(parts: Sequence[str], users: int, minutes: float, out: Path = FIGURES) -> int:
    """Try all, or some parts; 1 where something did not end as it must.

    Args:
        parts: their names; none for all, which are then kept in ``out``.
        users: how many ask at once.
        minutes: for how long.
        out: where the counts are kept, for the docs.
    """
    found: list[Outcome] = []
    with tempfile.TemporaryDirectory() as scratch:
        asked = Asked(users, minutes, Path(scratch))
        for name in parts or PARTS:
            print(f"{name} …", file=sys.stderr, flush=True)
            found += PARTS[name](asked)
    rows = tally(found)
    print("\n".join(outcome_table(rows)))
    if not parts:
        out.write_text(f"{json.dumps(rows, indent=1)}\n", "utf-8")
    failed = complaints(found)
    for complaint in failed:
        print(f"FAILED {complaint}", file=sys.stderr)
    return 1 if failed else 0
