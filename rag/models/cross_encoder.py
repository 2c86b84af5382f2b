"""A sentence-transformers CrossEncoder of the user's own, as reader or as entailment model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_ENTAILS = ("entailment", "entailed", "supported", "consistent")
_CONTRADICTS = ("contradiction", "contradicted", "refuted", "hallucinated", "inconsistent")


class Judgement(NamedTuple):
    """How likely evidence is to support a sentence and to contradict it, each in 0..1.

    What is left to 1 is the probability that it does neither.
    """

    supported: float
    contradicted: float


class OneLabel:
    """A model that gives one number a pair, higher where the first text entails the second."""

    def __init__(self, model: CrossEncoder) -> None:
        self._model = model

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """Judge pairs of evidence and sentence."""
        if not pairs:
            return []
        from torch.nn import Sigmoid

        scores = self._model.predict(list(pairs), activation_fn=Sigmoid(), show_progress_bar=False)
        return [Judgement(float(score), 1 - float(score)) for score in np.ravel(scores)]


class SeveralLabels:
    """A model with a label for entailment, and perhaps one for contradiction."""

    def __init__(self, model: CrossEncoder, entails: int, contradicts: int | None) -> None:
        self._model = model
        self._places = (entails, contradicts)

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """Judge pairs of evidence and sentence."""
        if not pairs:
            return []
        from torch.nn import Identity

        logits = np.asarray(
            self._model.predict(list(pairs), activation_fn=Identity(), show_progress_bar=False)
        )
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        return [
            Judgement(*(0.0 if place is None else float(row[place]) for place in self._places))
            for row in shares
        ]


def load_cross_encoder(name: str, setting: str) -> OneLabel | SeveralLabels:
    """Load a CrossEncoder for entailment, or one that gives a single score.

    Args:
        name: the path or name of the model.
        setting: the environment variable that names it, for messages.

    Raises:
        ModelError: the model cannot be loaded, or none of its labels is entailment.
    """
    from sentence_transformers import CrossEncoder

    try:
        model = CrossEncoder(name)
    except Exception as error:  # the loaders below it raise whatever they like
        raise ModelError(
            f"The model {name!r} ({setting}) cannot be loaded ({type(error).__name__}); give "
            "`bundled`, `none`, or the path or name of a sentence-transformers CrossEncoder."
        ) from error
    labels = [label.lower() for _, label in sorted(_labels(model.config.id2label).items())]
    if len(labels) == 1:
        return OneLabel(model)
    entails, contradicts = (_place(labels, names) for names in (_ENTAILS, _CONTRADICTS))
    if entails is None:
        raise ModelError(
            f"The model {name!r} ({setting}) has the labels {', '.join(labels)}; "
            "none of them is entailment."
        )
    return SeveralLabels(model, entails, contradicts)


def _labels(id2label: Mapping[int, str]) -> dict[int, str]:
    return {int(number): str(label) for number, label in id2label.items()}


def _place(labels: list[str], names: tuple[str, ...]) -> int | None:
    """Return the place of the first label that is one of some names."""
    return next((at for at, label in enumerate(labels) if label in names), None)
