"""Find copies: texts with nearly the same words, by MinHash (Broder, 1997)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from hashlib import blake2b
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from rag.text.terms import analyze
from rag.types import Hit

_SHINGLE = 3  # words in a row; single words would make two texts on one subject alike
# Share of the shingles of two texts that both have, from which one is a copy of the other: it
# may have another headline or a sentence more, and not another story.
_COPY = 0.6
_HASHES = 128  # the share is off by about 1 / sqrt(128), 0.09, as often as not
# Texts that have a band of hashes in common are copies; with bands of seven, as good as all of
# which nine tenths agree are found, and hardly one of which a third does.
_BAND = 7
# Of the terms of the shorter of two texts, the share that the other must have for the two to be
# compared at all: this cheap test spares most sketches.
_SHARED_TERMS = 0.7

Key = TypeVar("Key", bound=Hashable)
_Hashes = npt.NDArray[np.uint64]


def _hashes(texts: Iterable[str]) -> _Hashes:
    each = (blake2b(text.encode(), digest_size=8).digest() for text in texts)
    return np.frombuffer(b"".join(each), "<u8")


_AT_ONCE = 4_096  # shingles; each is shuffled in all ways at once
_SHUFFLES = _hashes(map(str, range(_HASHES))) | np.uint64(1)  # to multiply by an odd number


def copies_among(texts: Iterable[tuple[Key, str]]) -> list[list[Key]]:
    """Return the groups of two or more texts that are copies of one another, in their order.

    Args:
        texts: each with a key of its own.
    """
    seen: defaultdict[tuple[int, bytes], list[Key]] = defaultdict(list)
    groups: dict[Key, list[Key]] = {}
    for key, text in texts:
        sketch = _sketch(text)
        bands = [
            seen[at, sketch[at : at + _BAND].tobytes()]
            for at in range(0, _HASHES - _BAND + 1, _BAND)
        ]
        near = {other for band in bands for other in band}
        group = groups[min(near, key=list(groups).index)] if near else []
        for band in (*bands, group):
            band.append(key)
        groups[key] = group
    found = {id(group): group for group in groups.values() if len(group) > 1}
    return list(found.values())


def is_copy(one: str, other: str) -> bool:
    """Return whether two texts have nearly the same words in the same order."""
    first, second = _terms(one), _terms(other)
    if len(first & second) < _SHARED_TERMS * min(len(first), len(second)):
        return False
    return bool((_sketch(one) == _sketch(other)).mean() >= _COPY)


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
def _sketch(text: str) -> _Hashes:
    """Return which shingle of a text comes first, for each way to shuffle all that there are."""
    terms = [term.term for term in analyze(text)]
    starts = range(max(1, len(terms) - _SHINGLE + 1))
    shingles = sorted({" ".join(terms[at : at + _SHINGLE]) for at in starts})
    first = np.full(_HASHES, np.iinfo(np.uint64).max, np.uint64)
    for at in range(0, len(shingles), _AT_ONCE):
        shuffled = _hashes(shingles[at : at + _AT_ONCE])[:, None] * _SHUFFLES
        shuffled = (shuffled ^ shuffled >> np.uint64(32)) * _SHUFFLES
        first = np.minimum(first, shuffled.min(axis=0))
    return first
