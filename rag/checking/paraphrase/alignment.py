"""Lay the words of a sentence beside those of its source: which are there, where, in what order.

Words of the same stem are the same; names have no others that are like them; of other words a
likeness in 0..1 is known (:mod:`rag.models.likeness`). The sentence of the source that has
most of the words is the nearest one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from rag.checking.statement import AnalyzedText, analyzed, canonical
from rag.models.bundled import Floats
from rag.models.likeness import likeness
from rag.text.names import is_name
from rag.text.quotations import ASCRIBING_TERMS
from rag.text.terms import Term

_PARTS = re.compile(r"(?<=[.!?…])[\"”’)]*\s+|\n+|;\s")  # a semicolon parts statements too
# What a sentence says of somebody or something that the sentence before it names.
_REFERS = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|their|theirs|this|that|these|those|both)\b"
    r"|^\W*(?:the|there|here|such|another|one|two)\b",
    re.IGNORECASE,
)
_LIKE_ANY = 0.25  # likeness of two words that have nothing to do with each other
_NO_TRACE = 0.35  # the highest likeness of a word to all of a text that has no trace of it
# Letters that two forms of one name share ("Denmark", "Danish" do not), and how alike that is.
_NAME_STEM, _NAME_FORM = 4, 0.8
_NEXT = 2  # words on from one to the next, with one left out: no jump
# Share of a sentence's words that its source must have for the order of them to tell anything.
_CLOSE_FROM = 0.5


@dataclass(frozen=True)
class Alignment:
    """A sentence beside its source; the arrays have a row for each word of the sentence."""

    sentence: AnalyzedText
    source: AnalyzedText

    @cached_property
    def words(self) -> list[Term]:
        """The words that carry meaning, but those that ascribe it, and figures: rules see these."""
        return [
            term
            for term in self.sentence.words
            if not (term.term in ASCRIBING_TERMS or term.term[0].isdigit())
        ]

    @cached_property
    def fixed(self) -> list[bool]:
        """Whether each word is a name, for which no other word will do."""
        return [is_name(self.sentence.text, term) for term in self.words]

    @cached_property
    def parts(self) -> list[AnalyzedText]:
        """The sentences of the source."""
        return list(statements_of(self.source.text)) or [self.source]

    @cached_property
    def likeness(self) -> list[Floats]:
        """How alike each word is to each word of each sentence of the source, 0..1."""
        return [self.alike(part) for part in self.parts]

    def alike(self, part: AnalyzedText) -> Floats:
        """Return how alike each word of the sentence is to each of a part of the source, 0..1."""
        own = [self.sentence.word(term) for term in self.words]
        found = likeness(own, [part.word(term) for term in part.words])
        terms = [canonical(term) for term in part.words]
        for row, (term, fixed) in enumerate(zip(self.words, self.fixed, strict=True)):
            wanted = canonical(term)
            for column, other in enumerate(terms):
                if other == wanted:
                    found[row, column] = 1.0
                elif fixed:
                    same = len(wanted) > _NAME_STEM and other[:_NAME_STEM] == wanted[:_NAME_STEM]
                    found[row, column] = _NAME_FORM if same else 0.0
        return np.clip(found, 0.0, 1.0)

    @cached_property
    def _best_of_parts(self) -> Floats:
        best = [each.max(axis=1, initial=0.0) for each in self.likeness]
        return np.array(best).reshape(len(self.parts), len(self.words))

    @cached_property
    def nearest(self) -> int:
        """The place of the nearest sentence of the source among :attr:`parts`."""
        shares = np.clip(self._best_of_parts - _LIKE_ANY, 0.0, None).sum(axis=1)
        return int(shares.argmax())

    @cached_property
    def _read_together(self) -> range:
        """The places of the nearest sentence and of those beside it that it is read with.

        They are the one before, where the nearest refers to it, and the next, where that refers
        to the nearest: "The bridge opened on Monday. It is 340 metres long."
        """
        before = self.nearest > 0 and self._refers(self.nearest)
        behind = self.nearest + 1 < len(self.parts) and self._refers(self.nearest + 1)
        return range(self.nearest - bool(before), self.nearest + 1 + bool(behind))

    def _refers(self, at: int) -> bool:
        return _REFERS.search(self.parts[at].text) is not None

    @cached_property
    def nearest_text(self) -> str:
        """The nearest sentence of the source, with those beside it that it is read with."""
        return " ".join(self.parts[at].text for at in self._read_together)

    @cached_property
    def in_nearest(self) -> Floats:
        """How alike each word is to its best match in :attr:`nearest_text`."""
        best: Floats = self._best_of_parts[list(self._read_together)].max(axis=0, initial=0.0)
        return best

    @cached_property
    def in_source(self) -> Floats:
        """How alike each word is to its best match anywhere in the source."""
        best: Floats = self._best_of_parts.max(axis=0, initial=0.0)
        return best

    @cached_property
    def closeness(self) -> float:
        """How near the sentence keeps to the source's words: 0 for half of them, 1 for all."""
        same = float((self.in_source >= 1.0).mean()) if self.words else 1.0
        return max(0.0, (same - _CLOSE_FROM) / (1 - _CLOSE_FROM))

    @cached_property
    def jumps(self) -> int:
        """How often the next word of the sentence stands in another sentence of the source."""
        places: dict[str, list[tuple[int, int]]] = {}
        words = [(canonical(t), at) for at, part in enumerate(self.parts) for t in part.words]
        for place, (word, part) in enumerate(words):
            places.setdefault(word, []).append((place, part))
        last: tuple[int, int] | None = None
        jumps = 0
        for word in (canonical(term) for term in self.words):
            if word not in places:
                continue
            before = last[0] if last else 0
            here = min(places[word], key=lambda at: abs(at[0] - before - 1)) if last else None
            here = here or places[word][0]
            if last and not 0 <= here[0] - last[0] <= _NEXT:
                jumps += here[1] != last[1]
            last = here
        return jumps

    def shares(self) -> dict[str, float]:
        """Return how much of the sentence its source has."""
        common = [
            float(s) for s, fixed in zip(self.in_source, self.fixed, strict=True) if not fixed
        ]
        size = max(1, len(self.words))
        source, nearest = float(self.in_source.sum()) / size, float(self.in_nearest.sum()) / size
        apart = source - nearest
        return {
            "alike": source,
            "alike, one sentence": nearest,
            "farthest word": min(common, default=1.0),
            "without trace": float(sum(share < _NO_TRACE for share in common)),
            "close, scattered": self.closeness * apart,
            "scattered": apart,
            "close, jumps": self.closeness * self.jumps,
        }


@lru_cache(maxsize=1_024)  # the same sources are held against one sentence after another
def statements_of(source: str) -> Sequence[AnalyzedText]:
    """Return the sentences of a source, and what stands between semicolons."""
    return tuple(analyzed(part) for part in _PARTS.split(source) if part and part.strip())
