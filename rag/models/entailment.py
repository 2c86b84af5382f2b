"""Does evidence support a sentence, contradict it, or neither."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

import numpy as np

from rag.models.bundled import BUNDLED_MODEL, Graph, Row
from rag.models.cross_encoder import Judgement, load_cross_encoder
from rag.models.layout import entailment_rows, source_and_date

_SETTING = "RAG_ENTAILMENT"


class Entailment(Protocol):
    """A loaded model for entailment. Safe to share between threads."""

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """Judge pairs of evidence and sentence."""
        ...


class Opinions(NamedTuple):
    """Whom the rules ask: the cosine of two texts by the embedder, and a model for entailment."""

    similarity: Callable[[str, str], float] | None = None
    entailment: Entailment | None = None


def load_entailment(name: str) -> Entailment | None:
    """Load a model for entailment: ``bundled``, ``none``, or a CrossEncoder by path or name.

    Raises:
        ModelError: it cannot be loaded, or none of its labels is entailment.
    """
    if name == "none":
        return None
    return _load(name)


@lru_cache(maxsize=2)  # two corpora of one process share the weights
def _load(name: str) -> Entailment:
    return BundledEntailment() if name == BUNDLED_MODEL else load_cross_encoder(name, _SETTING)


def evidence_text(words: str, about: Sequence[str]) -> str:
    """Return words of a document as the bundled model is to be given them.

    Args:
        words: the evidence.
        about: what is known of its document: the source first, a date as YYYY-MM-DD among the rest.
    """
    return f"{', '.join(source_and_date(about))}: {words}"


class BundledEntailment:
    """The entailment model that comes with the package; docs/models.md is its card."""

    def __init__(self) -> None:
        self._graph = Graph("entailment")

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """Judge pairs of evidence and sentence.

        Of a sentence 128 tokens are read, and of the evidence as many as are left of 384: longer
        evidence is to be given in parts.
        """
        if not pairs:
            return []
        rows = [Row(*row) for row in entailment_rows(self._graph.tokenizer, pairs)]
        logits = np.stack([found[0] for found in self._graph.run(rows)])
        logits = logits / self._graph.facts["calibration"]["temperature"]
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        return [Judgement(float(row[0]), float(row[1])) for row in shares]
