"""Benchmarks by name; each takes the folder of its data and returns an exit code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from evals.bench.clapnq import run as clapnq
from evals.bench.cost import run as cost
from evals.bench.faithbench import run as faithbench
from evals.bench.page import run as page
from evals.bench.xquad import run as xquad

BENCHMARKS: dict[str, Callable[[Path | None], int]] = {
    "clapnq": clapnq,
    "cost": cost,
    "faithbench": faithbench,
    "page": page,
    "xquad": xquad,
}
