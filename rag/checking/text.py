"""A text as the rules compare it: terms, pairs of them, numbers, denials and possibilities."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import pairwise

from rag.checking.numbers import Number, numbers_in
from rag.checking.polarity import BESIDE, CLAUSE_END, DENIAL, HEDGE, NEGATIVE, Reach, reach
from rag.checking.quotations import plain
from rag.documents.spelling import is_near, spelling_distance
from rag.documents.terms import Term, analyze, is_stopword

# Terms that English texts use for one another without a second thought.
SAME = {"american": "usa", "america": "usa", "iraqi": "iraq", "iranian": "iran"}
SAME |= {"syrian": "syria", "kurdish": "kurd", "kurdistan": "kurd", "israeli": "isra"}
SAME |= {"soldier": "troop", "forc": "troop", "militari": "troop", "serviceman": "troop"}
# Two words of a sentence belong together in its source if no more than so many others stand
# between them: a paraphrase moves words about, an invention joins what was apart.
APART = 6
COUNTED = 2  # words behind a number that may say what it counts
AROUND = 4  # words on each side of a number that say of what it is
_PART_END = re.compile(rf"{CLAUSE_END.pattern}|\b(?:and|or)\b", re.IGNORECASE)
_JOINED = re.compile(r"[.;:!?]\s|\b(?:and|or|but)\b", re.IGNORECASE)
_COUNTRY = re.compile(r"\bUnited States(?: of America)?\b")  # two words where "US" is one


@dataclass(frozen=True)
class Text:
    """A text with what the rules compare, each computed once and only when asked for."""

    text: str

    @cached_property
    def words(self) -> list[Term]:
        """Its words that carry meaning, in order."""
        return [term for term in analyze(self.text) if not is_stopword(term.term)]

    @cached_property
    def terms(self) -> frozenset[str]:
        """Those words as terms."""
        return frozenset(canonical(term) for term in self.words)

    @cached_property
    def bigrams(self) -> frozenset[tuple[str, str]]:
        """Neighbouring pairs of those terms."""
        return frozenset(pairwise(canonical(term) for term in self.words))

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Where each of those terms stands among them, counted from 0."""
        places: dict[str, list[int]] = {}
        for at, term in enumerate(self.words):
            places.setdefault(canonical(term), []).append(at)
        return places

    def joins(self, first: str, second: str) -> bool:
        """Whether two terms stand near each other."""
        return any(
            abs(a - b) <= APART
            for a in self.places.get(first, ())
            for b in self.places.get(second, ())
        )

    @cached_property
    def plain(self) -> str:
        """It in one kind of white space and of quotation marks."""
        return plain(self.text)

    @cached_property
    def numbers(self) -> dict[Decimal, str]:
        """Its numbers by value, each as it is written."""
        return {n.value: self.text[n.start : n.end] for n in numbers_in(self.text)}

    @cached_property
    def counted(self) -> dict[Decimal, frozenset[str]]:
        """For each number the terms just behind it: what it counts."""
        counted: dict[Decimal, frozenset[str]] = {}
        starts = [term.start for term in self.words]
        for value, _, end in numbers_in(self.text):
            at = bisect_left(starts, end)
            terms = frozenset(canonical(term) for term in self.words[at : at + COUNTED])
            counted[value] = counted.get(value, frozenset()) | terms
        return counted

    @cached_property
    def parts(self) -> list[tuple[Number, int, int]]:
        """Its numbers, each with the span of the words that belong to it and to no other."""
        numbers = numbers_in(self.text)
        edges = [0, *(self._edge(n.end, m.start) for n, m in pairwise(numbers)), len(self.text)]
        return [(n, *span) for n, span in zip(numbers, pairwise(edges), strict=False)]

    @cached_property
    def settings(self) -> dict[Decimal, list[frozenset[str]]]:
        """For each number the terms around it and no other, once for each place it has."""
        found: dict[Decimal, list[frozenset[str]]] = {}
        words = [term for term in self.words if not term.term[0].isdigit()]
        starts = [term.start for term in words]
        for (value, start, end), low, high in self.parts:
            at, after = bisect_left(starts, start), bisect_left(starts, end)
            near = [*words[max(0, at - AROUND) : at], *words[after : after + AROUND]]
            terms = frozenset(canonical(term) for term in near if low <= term.start < high)
            found.setdefault(value, []).append(terms)
        return found

    def _edge(self, start: int, end: int) -> int:
        """Where between two numbers the words of the first end and those of the second begin."""
        part = _PART_END.search(self.text, start, end)
        return part.start() if part else end

    def negates(self, terms: Collection[str], *, unlike: Text) -> bool:
        """Whether a word that denies by itself, and that another text lacks, is near some terms."""
        negative = [at for term in NEGATIVE - unlike.terms for at in self.places.get(term, ())]
        asked = [at for term in terms for at in self.places.get(SAME.get(term, term), ())]
        return any(
            abs(a - b) <= BESIDE and self._is_one_part(a, b) for a in negative for b in asked
        )

    def _is_one_part(self, first: int, second: int) -> bool:
        """Whether no "and", "or" or end of a sentence stands between two of its words."""
        low, high = sorted((first, second))
        between = _JOINED.search(self.text, self.words[low].end, self.words[high].start)
        return between is None

    @cached_property
    def denials(self) -> Reach:
        """What it denies."""
        return reach(self.text, DENIAL)

    @cached_property
    def hedges(self) -> Reach:
        """What it holds merely possible."""
        return reach(self.text, HEDGE)

    def holds(self, term: Term) -> bool:
        """Whether the text has a term, a name also in a close spelling."""
        wanted = canonical(term)
        if wanted in self.terms:
            return True
        distance = spelling_distance(wanted) if term.name else 0
        return bool(distance) and any(is_near(wanted, other, distance) for other in self.terms)


@lru_cache(maxsize=4_096)  # the same passages are held against one sentence after another
def compared(text: str) -> Text:
    """A text ready to be compared."""
    return Text(_COUNTRY.sub("US", text))


def canonical(term: Term) -> str:
    """The term that stands for it and for those that mean the same."""
    return SAME.get(term.term, term.term)
