"""Benchmarks by name; each takes the folder of its data and returns an exit code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from evals.bench.cost import run as cost
from evals.bench.xquad import run as xquad

BENCHMARKS: dict[str, Callable[[Path | None], int]] = {"cost": cost, "xquad": xquad}
