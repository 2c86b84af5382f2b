"""A model for entailment, where the user has one: does a text entail a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from rag.errors import CheckerError

_ENTAILS = ("entailment", "entailed", "supported", "consistent")
_CONTRADICTS = ("contradiction", "contradicted", "refuted", "hallucinated", "inconsistent")


class Entailment(NamedTuple):
    """How likely a text is to entail a sentence and to contradict it, each in 0..1."""

    entailed: float
    contradicted: float


# Given a text and a sentence.
Checker = Callable[[str, str], Entailment]


class Opinions(NamedTuple):
    """Whom the rules ask: the cosine of two texts by the embedder, and a model for entailment."""

    similarity: Callable[[str, str], float] | None = None
    checker: Checker | None = None


def load_checker(name: str) -> Checker:
    """Load a sentence-transformers CrossEncoder for entailment.

    Args:
        name: the path or name of the model. Its labels must name entailment, or it must give
            one number, higher where the text entails the sentence.

    Raises:
        CheckerError: the model cannot be loaded, or none of its labels is entailment.
    """
    from sentence_transformers import CrossEncoder

    try:
        model = CrossEncoder(name)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise CheckerError(
            f"The checker (RAG_CHECKER) {name!r} cannot be loaded ({type(error).__name__}); "
            "give the path or name of a CrossEncoder for entailment."
        ) from error
    labels = [str(label).lower() for _, label in sorted(_labels(model.config.id2label).items())]
    places = [_place(labels, names) for names in (_ENTAILS, _CONTRADICTS)]
    if len(labels) > 1 and places[0] is None:
        raise CheckerError(
            f"The checker (RAG_CHECKER) {name!r} has the labels {', '.join(labels)}; "
            "none of them is entailment."
        )

    def check(text: str, sentence: str) -> Entailment:
        logits = np.atleast_1d(model.predict([(text, sentence)], show_progress_bar=False)[0])
        if len(labels) == 1:  # predict() has already made a probability of it
            return Entailment(float(logits[0]), 1 - float(logits[0]))
        shares = np.exp(logits - logits.max())
        shares /= shares.sum()
        chances = [0.0 if place is None else float(shares[place]) for place in places]
        return Entailment(*chances)

    return check


def _labels(id2label: Mapping[int, str]) -> dict[int, str]:
    return {int(number): label for number, label in id2label.items()}


def _place(labels: list[str], names: tuple[str, ...]) -> int | None:
    """Return the place of the first label that is one of some names."""
    return next((at for at, label in enumerate(labels) if label in names), None)
