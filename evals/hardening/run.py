"""``python -m evals hardening``: try all of it, print the table, keep the figures."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from evals.hardening.attacks.run import attack
from evals.hardening.crashes.corruption import corruption
from evals.hardening.crashes.disks import disks
from evals.hardening.crashes.kills import crashes
from evals.hardening.crashes.scratch import scratch_folder
from evals.hardening.crashes.servers import killed_servers
from evals.hardening.crashes.tiny_model import make_model
from evals.hardening.documents.files import hostile_documents
from evals.hardening.documents.growth import near_matches
from evals.hardening.documents.names import hostile_names
from evals.hardening.load import crowd, surge
from evals.hardening.outcomes import Outcome, complaints, outcome_table, tally

FIGURES = Path(__file__).resolve().parents[2] / "docs" / "hardening.json"


class Asked(NamedTuple):
    """How many users there are to be, and for how many minutes."""

    users: int
    minutes: float


Part = Callable[[Asked], Iterator[Outcome]]


def _crashes(_: Asked) -> Iterator[Outcome]:
    with scratch_folder() as scratch:
        model = make_model(scratch)
        yield from crashes(model, scratch / "kills")
        yield from disks(model, scratch / "disks")
        yield from killed_servers(scratch / "servers")


def _damage(_: Asked) -> Iterator[Outcome]:
    with scratch_folder() as scratch:
        yield from corruption(make_model(scratch), scratch / "damage")


def _documents(_: Asked) -> Iterator[Outcome]:
    yield from hostile_documents()
    yield from hostile_names()
    yield from near_matches()


def _load(asked: Asked) -> Iterator[Outcome]:
    measured = crowd.run(asked.users, asked.minutes)
    print("\n".join(crowd.tables(measured)), file=sys.stderr)
    yield from crowd.outcomes(measured)
    yield from surge.full()
    yield from surge.stopped()


PARTS: dict[str, Part] = {
    "crashes": _crashes,
    "damage": _damage,
    "documents": _documents,
    "attacks": lambda _: attack(),
    "load": _load,
}


def run(parts: Sequence[str], users: int, minutes: float, out: Path = FIGURES) -> int:
    """Try all, or some parts; 1 where something did not end as it must.

    Args:
        parts: their names; none for all.
        users: how many ask at once.
        minutes: for how long.
        out: where the counts are kept for the docs, those of other parts as they were.
    """
    found: list[Outcome] = []
    for name in parts or PARTS:
        print(f"{name} …", file=sys.stderr, flush=True)
        found += PARTS[name](Asked(users, minutes))
    rows = tally(found)
    print("\n".join(outcome_table(rows)))
    _keep(rows, out)
    failed = complaints(found)
    for complaint in failed:
        print(f"FAILED {complaint}", file=sys.stderr)
    return 1 if failed else 0


def _keep(rows: Sequence[dict[str, Any]], out: Path) -> None:
    """Put counts in the place of those of the same campaigns."""
    kept = {row["campaign"]: row for row in json.loads(out.read_text("utf-8"))}
    kept |= {row["campaign"]: row for row in rows}
    out.write_text(f"{json.dumps(list(kept.values()), indent=1)}\n", "utf-8")
