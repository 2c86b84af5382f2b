"""Choose the sentences that say most of what others say, and repeat each other least."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rag.index.catalog import SentenceRow
from rag.models.runtime import Vectors
from rag.retrieval.quoting import CREDIT, is_statement, stretch
from rag.text.layout.fields import is_field
from rag.text.layout.source import ends_sentence
from rag.types import Article

# Of the score, what centrality counts; the rest is the penalty for what is chosen already.
_CENTRALITY = 0.7
_LOOKED_AT = 300  # units with the most weight; each is compared with all that are chosen
_SAME = 0.9  # cosine from which a sentence says nothing that a chosen one does not


class Unit(NamedTuple):
    """A sentence that a summary may quote: the span to quote, its vector, how much it matters.

    ``vector`` has the shape (dimension,), float32, length 1.
    """

    article: Article
    start: int
    end: int
    vector: Vectors
    weight: float


def units_of(article: Article, rows: Sequence[SentenceRow]) -> list[Unit]:
    """Return the sentences of an article that can be quoted, each by how central it is to it.

    Args:
        article: the article.
        rows: all of its sentences, in order.
    """
    kept = [(at, row) for at, row in enumerate(rows) if _can_be_quoted(article, row)]
    kept = [(at, row) for at, row in kept if _says_something(article, row)] or kept
    parts = []
    for at, row in kept:
        before = rows[at - 1].sentence if at else None
        after = rows[at + 1].sentence if at + 1 < len(rows) else None
        parts.append((article, *stretch(article, row.sentence, before, after), row.vector))
    return central_units(parts)


def central_units(parts: Sequence[tuple[Article, int, int, Vectors]]) -> list[Unit]:
    """Return spans of articles, each by how near it is to the middle of them all.

    Args:
        parts: spans with their vectors, of shape (dimension,), float32, length 1.
    """
    if not parts:
        return []
    vectors = np.stack([part[3] for part in parts])
    middle = vectors.mean(axis=0)
    central = vectors @ (middle / max(float(np.linalg.norm(middle)), 1e-6))
    return [Unit(*part, float(weight)) for part, weight in zip(parts, central, strict=True)]


def _can_be_quoted(article: Article, row: SentenceRow) -> bool:
    start, end, kind = row.sentence[:3]
    if kind in ("heading", "aside") or CREDIT.match(article.text, start, end):
        return False
    return kind != "text" or is_statement(article.text[start:end], len(row.terms))


def _says_something(article: Article, row: SentenceRow) -> bool:
    """Return whether a unit is an entry or a sentence, and no line of a head: a date, who is there.

    "Present: A. Kovic, B. Moe." ends as a sentence does, and is a label with its value.
    """
    start, end, kind = row.sentence[:3]
    words = article.text[start:end]
    return kind in ("row", "item") or (
        kind != "field" and ends_sentence(words) and not is_field(words)
    )


def choose_central(units: Sequence[Unit], most: int, *, of_each: int | None = None) -> list[Unit]:
    """Choose units by maximal marginal relevance: what matters, less what is chosen already.

    Args:
        units: to choose from.
        most: the most to return.
        of_each: the most of one article; None for no limit.

    Returns them by article, in the order in which the articles were first chosen from, and
    within an article as they stand.
    """
    chosen: list[Unit] = []
    left = sorted(units, key=lambda unit: -unit.weight)[:_LOOKED_AT]
    while left and len(chosen) < most:
        best = max(left, key=lambda unit: _worth(unit, chosen))
        left.remove(best)
        if _repeats(best, chosen, of_each):
            continue
        chosen.append(best)
    ranks: dict[str, int] = {}
    for unit in chosen:
        ranks.setdefault(unit.article.id, len(ranks))
    return sorted(chosen, key=lambda unit: (ranks[unit.article.id], unit.start))


def _worth(unit: Unit, chosen: Sequence[Unit]) -> float:
    known = max((float(unit.vector @ other.vector) for other in chosen), default=0.0)
    return _CENTRALITY * unit.weight - (1 - _CENTRALITY) * known


def _repeats(unit: Unit, chosen: Sequence[Unit], of_each: int | None) -> bool:
    """Return whether a unit has no place: said already, part of a quote, or one too many."""
    own = [other for other in chosen if other.article.id == unit.article.id]
    if of_each is not None and len(own) >= of_each:
        return True
    if any(other.start < unit.end and unit.start < other.end for other in own):
        return True
    return any(float(unit.vector @ other.vector) >= _SAME for other in chosen)
