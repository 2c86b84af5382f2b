"""How alike two words are, by the word vectors of the bundled embedding model, without a run of it.

The vectors stand for words apart from any sentence: "shopkeeper" is near "trader", and also near
"shop". So the figure only tells whether a word has a trace in a text, not whether it says the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from rag.models.bundled import Floats, package_file, word_vectors

_COMMON = slice(1_996, 20_000, 7)  # rows of whole words, whose mean all words share
_TINY = 1e-9


def likeness(words: Sequence[str], others: Sequence[str]) -> Floats:
    """Return the cosines of words with other words: a row a word, a column an other word.

    Raises:
        ModelError: the word vectors are not installed.
    """
    if not words or not others:
        return np.zeros((len(words), len(others)), np.float32)
    ours, theirs = (np.stack([_vector(word.lower()) for word in each]) for each in (words, others))
    found: Floats = ours @ theirs.T
    return found


def is_known_word(word: str) -> bool:
    """Return whether a word is one of the vocabulary's some 22,000 whole words, in any case.

    They are those most frequent in English books and Wikipedia, among them common names.

    Raises:
        ModelError: the vocabulary is not installed.
    """
    return len(_tokenizer().encode(word.lower(), add_special_tokens=False).ids) == 1


@lru_cache(maxsize=20_000)  # the same few thousand words make up most texts
def _vector(word: str) -> Floats:
    """Return the vector of a word, of length 1: the mean of those of its parts."""
    ids = _tokenizer().encode(word, add_special_tokens=False).ids
    vector = word_vectors()[ids].mean(axis=0) if ids else np.zeros_like(_mean())
    vector = vector - _mean()
    found: Floats = vector / (np.linalg.norm(vector) + _TINY)
    return found


@lru_cache(maxsize=1)
def _mean() -> Floats:
    mean: Floats = np.asarray(word_vectors()[_COMMON]).mean(axis=0)
    return mean


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(package_file("tokenizer.json")))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
