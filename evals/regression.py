"""Logistic regressions on named signals, written as the tables that the package reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

STRENGTH = 0.1  # inverse of the L2 penalty on weights of standardised signals
FOLDS = 5
DIGITS = 3  # kept of each parameter
Floats = np.ndarray[Any, np.dtype[np.float64]]


class Example(NamedTuple):
    """Signals by name, what is right, the question it comes from, and what it weighs."""

    signals: dict[str, float]
    label: bool
    group: str
    weight: float = 1.0


class Fit(NamedTuple):
    """A logistic regression, and the probabilities that it gives out of its folds."""

    intercept: float
    weights: dict[str, float]
    probabilities: Floats


def regress(examples: Sequence[Example]) -> Fit:
    """Fit a logistic regression on standardised signals and scale its weights back."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold

    names = list(examples[0].signals)
    table = np.array([[example.signals[name] for name in names] for example in examples])
    labels = np.array([example.label for example in examples])
    weights = np.array([example.weight for example in examples])
    groups = [example.group for example in examples]
    mean, spread = table.mean(axis=0), table.std(axis=0)
    scaled = (table - mean) / np.where(spread > 0, spread, 1.0)
    probabilities = np.zeros(len(examples))
    for train, test in GroupKFold(FOLDS).split(scaled, labels, groups):
        model = LogisticRegression(C=STRENGTH, tol=1e-8, max_iter=10_000)
        model.fit(scaled[train], labels[train], weights[train])
        probabilities[test] = model.predict_proba(scaled[test])[:, 1]
    model = LogisticRegression(C=STRENGTH, tol=1e-8, max_iter=10_000)
    model.fit(scaled, labels, weights)
    unscaled = model.coef_[0] / np.where(spread > 0, spread, 1.0)
    intercept = float(model.intercept_[0] - unscaled @ mean)
    return Fit(intercept, dict(zip(names, map(float, unscaled), strict=True)), probabilities)


def sizes(examples: Iterable[Example]) -> dict[str, int]:
    """Return how many examples come from each question, in order."""
    found: dict[str, int] = {}
    for example in examples:
        found[example.group] = found.get(example.group, 0) + 1
    return found


def table_text(name: str, made: Fit, threshold: float, notes: Sequence[str]) -> str:
    """Return a regression as a TOML table, with what it was fitted on in comments."""
    lines = [f"[{_key(name)}]", *(f"# Fitted on {note}." for note in notes)]
    lines += [f"intercept = {made.intercept:.{DIGITS}f}", f"threshold = {threshold:.{DIGITS}f}"]
    lines += ["", f"[{_key(name)}.weights]"]
    lines += [f'"{key}" = {value:.{DIGITS}f}' for key, value in made.weights.items()]
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    return name if name.isalnum() else f'"{name}"'
