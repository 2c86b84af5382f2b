"""Find copies: texts with nearly the same words, by MinHash (datasketch, MIT)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from rag.text.terms import analyze
from rag.types import Hit

if TYPE_CHECKING:
    from datasketch import MinHash

_SHINGLE = 3  # words in a row; single words would make two texts on one subject alike
# Share of the shingles of two texts that both have, from which one is a copy of the other: it
# may have another headline or a sentence more, and not another story.
_COPY = 0.6
_HASHES = 128  # the share is off by about 1 / sqrt(128), 0.09, as often as not
# Of the terms of the shorter of two texts, the share that the other must have for the two to be
# compared at all: this cheap test spares loading a library for most questions.
_SHARED_TERMS = 0.7

Key = TypeVar("Key", bound=Hashable)


def copies_among(texts: Iterable[tuple[Key, str]]) -> list[list[Key]]:
    """Return the groups of two or more texts that are copies of one another, in their order.

    Args:
        texts: each with a key of its own.
    """
    from datasketch import MinHashLSH

    index = MinHashLSH(threshold=_COPY, num_perm=_HASHES)
    groups: dict[Key, list[Key]] = {}
    for key, text in texts:
        sketch = _sketch(text)
        near = index.query(sketch)
        index.insert(key, sketch)
        group = groups[min(near, key=list(groups).index)] if near else []
        group.append(key)
        groups[key] = group
    found = {id(group): group for group in groups.values() if len(group) > 1}
    return list(found.values())


def is_copy(one: str, other: str) -> bool:
    """Return whether two texts have nearly the same words in the same order."""
    first, second = _terms(one), _terms(other)
    if len(first & second) < _SHARED_TERMS * min(len(first), len(second)):
        return False
    return bool(_sketch(one).jaccard(_sketch(other)) >= _COPY)


def fold_copies(hits: Sequence[Hit]) -> list[Hit]:
    """Return the passages without copies in other articles, which are listed with the best one."""
    kept: list[Hit] = []
    for hit in hits:
        for at, other in enumerate(kept):
            if other.article.id != hit.article.id and is_copy(hit.text, other.text):
                kept[at] = replace(other, copies=(*other.copies, hit.passage))
                break
        else:
            kept.append(hit)
    return kept


@lru_cache(maxsize=4_096)  # one question after another finds the same passages
def _terms(text: str) -> frozenset[str]:
    return frozenset(term.term for term in analyze(text))


@lru_cache(maxsize=4_096)  # as above
def _sketch(text: str) -> MinHash:
    from datasketch import MinHash

    terms = [term.term for term in analyze(text)]
    starts = range(max(1, len(terms) - _SHINGLE + 1))
    sketch = MinHash(num_perm=_HASHES)
    sketch.update_batch([" ".join(terms[at : at + _SHINGLE]).encode() for at in starts])
    return sketch
