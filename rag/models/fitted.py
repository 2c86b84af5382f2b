"""Logistic regressions over named signals, read from TOML files that ``python -m evals`` writes."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

_LARGEST = 700.0  # of a logit, beyond which the exponential has no float


class Fitted(NamedTuple):
    """A logistic regression: the intercept, a weight for each signal, and the threshold."""

    intercept: float
    weights: dict[str, float]
    threshold: float

    def probability(self, signals: Mapping[str, float]) -> float:
        """Return the probability in 0..1 by the logistic function.

        Args:
            signals: a value for each name that has a weight; others are not looked at.

        Raises:
            KeyError: a signal is missing.
        """
        logit = self.intercept + sum(w * signals[name] for name, w in self.weights.items())
        return 1 / (1 + math.exp(-max(-_LARGEST, min(_LARGEST, logit))))


@lru_cache(maxsize=8)
def load_fitted(path: Path) -> dict[str, Fitted]:
    """Read the regressions of a TOML file by their names; the file comes with the package."""
    with path.open("rb") as file:
        tables = tomllib.load(file)
    return {
        name: Fitted(table["intercept"], table["weights"], table["threshold"])
        for name, table in tables.items()
    }


def log_odds(probability: float) -> float:
    """Return the natural logarithm of the odds of a probability in 0..1, within ±6.91."""
    least = 0.001  # no certainty counts more than a thousand to one
    return math.log((probability + least) / (1 - probability + least))
