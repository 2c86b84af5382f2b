"""Nearly the same words twice: copies of one report, told by MinHash (datasketch, MIT)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from rag.text.terms import analyze
from rag.types import Hit

if TYPE_CHECKING:
    from datasketch import MinHash

SHINGLE = 3  # words in a row; single words would make two texts on one subject alike
# Share of the shingles of two texts that both have, from which one is a copy of the other: it
# may have another headline or a sentence more, and not another story.
COPY = 0.6
HASHES = 128  # the share is off by about 1 / sqrt(128), 0.09, as often as not
# Of the terms of the shorter of two passages, the share that the other must have for them to be
# looked at more closely: what is cheap to know spares loading a library for most questions.
ALIKE = 0.7

Key = TypeVar("Key", bound=Hashable)


def copies_among(texts: Iterable[tuple[Key, str]]) -> list[list[Key]]:
    """The groups of texts that are copies of one another, each of two or more, in their order.

    Args:
        texts: each with a key of its own.
    """
    from datasketch import MinHashLSH

    index = MinHashLSH(threshold=COPY, num_perm=HASHES)
    groups: dict[Key, list[Key]] = {}
    for key, text in texts:
        sketch = _sketch(text)
        near = [other for other in index.query(sketch) if other in groups]
        index.insert(key, sketch)
        group = groups[min(near, key=list(groups).index)] if near else []
        group.append(key)
        groups[key] = group
    found = {id(group): group for group in groups.values() if len(group) > 1}
    return list(found.values())


def is_copy(one: str, other: str) -> bool:
    """Whether two texts have nearly the same words in the same order."""
    mine, its = _terms(one), _terms(other)
    if len(mine & its) < ALIKE * min(len(mine), len(its)):
        return False
    return bool(_sketch(one).jaccard(_sketch(other)) >= COPY)


def fold_copies(hits: Sequence[Hit]) -> list[Hit]:
    """Passages found, copies in other articles taken out and listed with the best of them."""
    kept: list[Hit] = []
    for hit in hits:
        at = next(
            (
                at
                for at, other in enumerate(kept)
                if other.article.id != hit.article.id and is_copy(hit.text, other.text)
            ),
            None,
        )
        if at is None:
            kept.append(hit)
        else:
            kept[at] = replace(kept[at], copies=(*kept[at].copies, hit.passage))
    return kept


@lru_cache(maxsize=4_096)  # the same passages are found by one question after another
def _terms(text: str) -> frozenset[str]:
    return frozenset(term.term for term in analyze(text))


@lru_cache(maxsize=4_096)  # as above
def _sketch(text: str) -> MinHash:
    from datasketch import MinHash

    terms = [term.term for term in analyze(text)]
    starts = range(max(1, len(terms) - SHINGLE + 1))
    sketch = MinHash(num_perm=HASHES)
    sketch.update_batch([" ".join(terms[at : at + SHINGLE]).encode() for at in starts])
    return sketch
