"""The fitted parameters, and the one formula that uses them: a logistic regression.

``fitted.toml`` is written by ``python -m evals fit`` and says what it was fitted on.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("fitted.toml")


class Fitted(NamedTuple):
    """A logistic regression: the intercept, a weight for each signal, and where to say yes."""

    intercept: float
    weights: dict[str, float]
    threshold: float

    def probability(self, signals: Mapping[str, float]) -> float:
        """The probability in 0..1 that goes with some signals.

        Args:
            signals: a value for each name that has a weight; others are not looked at.

        Raises:
            KeyError: a signal is missing.
        """
        logit = self.intercept + sum(w * signals[name] for name, w in self.weights.items())
        return 1 / (1 + math.exp(-max(-700.0, logit)))


@lru_cache(maxsize=1)
def load_fitted() -> dict[str, Fitted]:
    """The fitted regressions by name: ``abstention`` and ``selection``."""
    with FILE.open("rb") as file:
        tables = tomllib.load(file)
    return {
        name: Fitted(table["intercept"], table["weights"], table["threshold"])
        for name, table in tables.items()
    }
