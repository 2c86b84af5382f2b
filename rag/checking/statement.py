"""A sentence beside the words that it cites, as terms, numbers, denials and possibilities."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import pairwise

from rag.checking.polarity import (
    BESIDE,
    CLAUSE_END,
    HEDGE_CUES,
    NEGATION_CUES,
    NEGATIVE,
    Reach,
    reach,
)
from rag.text.names import is_name
from rag.text.numbers import SMALL_NUMBERS, Number, numbers_in
from rag.text.quotations import ASCRIBING_TERMS, CLAIMED, plain, quotations
from rag.text.terms import Term, analyze, is_near, is_stopword, spelling_distance
from rag.text.times import MONTHS

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
class AnalyzedText:
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

    def negates(self, terms: Collection[str], *, unlike: AnalyzedText) -> bool:
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
        return reach(self.text, NEGATION_CUES)

    @cached_property
    def hedges(self) -> Reach:
        """What it holds merely possible."""
        return reach(self.text, HEDGE_CUES)

    def holds(self, term: Term) -> bool:
        """Whether the text has a term, a name also in a close spelling."""
        wanted = canonical(term)
        if wanted in self.terms:
            return True
        distance = spelling_distance(wanted) if term.name else 0
        return bool(distance) and any(is_near(wanted, other, distance) for other in self.terms)


@lru_cache(maxsize=4_096)  # the same passages are held against one sentence after another
def analyzed(text: str) -> AnalyzedText:
    """A text ready to be analyzed."""
    return AnalyzedText(_COUNTRY.sub("US", text))


def canonical(term: Term) -> str:
    """The term that stands for it and for those that mean the same."""
    return SAME.get(term.term, term.term)


# Of a source longer than this (characters), some three sentences in a row must support by
# themselves: words picked from all over an article support anything.
ONE_PIECE = 1_500
WINDOW = 3  # sentences
TRIED = 5  # windows that share the most words with the sentence
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’)]*\s+|\n+")


COUNTS = frozenset(SMALL_NUMBERS[2:11])  # "two" to "ten"
# As terms, with the unit that each is of: "two years" is a length, not a list of years.
MEASURES = {
    term: unit
    for unit, *others in (
        *(("second",), ("minut",), ("hour",), ("day",), ("week",), ("month",), ("year",)),
        *(("decad",), ("centuri",), ("percent", "per", "cent"), ("mile",), ("kilo", "kilogram")),
        *(("kilometr", "kilomet", "km"), ("metr", "meter"), ("feet", "foot"), ("dollar",)),
        *(("euro",), ("pound",), ("ton", "tonn"), ("litr", "liter"), ("time",), ("goal",)),
        *(("point",), ("vote",), ("seat",), ("degre",)),
    )
    for term in (unit, *others)
}
YEARS = range(1900, 2100)


@dataclass(frozen=True)
class Claim:
    """A sentence, what it may rest on, and what is known without it being said there.

    ``source`` is the part of the ``whole`` source that is read beside the sentence;
    ``ascribed`` says that it names an outlet, author or date of its source.
    """

    said: AnalyzedText
    source: AnalyzedText
    whole: AnalyzedText
    about: AnalyzedText
    nearby: AnalyzedText
    ascribed: bool = False

    @cached_property
    def own(self) -> list[Term]:
        """The sentence's words that its source must account for."""
        return [
            term
            for term in self.said.words
            if not (term.term in ASCRIBING_TERMS or term.term[0].isdigit() or self._is_about(term))
        ]

    def _is_about(self, term: Term) -> bool:
        """Part of a name that is known, as "Magnier"; a month is known as part of a date only."""
        word = self.said.text[term.start : term.end].lower()
        return word not in MONTHS and self.about.holds(term)

    @cached_property
    def foreign_names(self) -> list[Term]:
        """Names that its source does not have."""
        return [term for term in self.own if self.is_name(term) and not self.whole.holds(term)]

    def is_name(self, term: Term) -> bool:
        """Whether one of its words is written like a name."""
        return is_name(self.said.text, term)

    @cached_property
    def misplaced_names(self) -> list[Term]:
        """Names that its source has, but nowhere near what the sentence says of them."""
        own = self.own
        found = []
        for at, term in enumerate(own):
            if not self.is_name(term) or self.source.holds(term) or not self.whole.holds(term):
                continue
            beside = [canonical(t) for t in (*own[max(0, at - 1) : at], *own[at + 1 : at + 2])]
            if not any(self.whole.joins(canonical(term), other) for other in beside):
                found.append(term)
        return found

    @cached_property
    def is_claimed_there(self) -> bool:
        """Whether the sentence of the source that is nearest to it gives it as someone's claim."""
        parts = [analyzed(part) for part in _SENTENCE_END.split(self.source.text) if part.strip()]
        nearest = max(parts, key=lambda part: len(self.said.terms & part.terms), default=None)
        verb = CLAIMED.search(nearest.text) if nearest else None
        if nearest is None or verb is None:
            return False
        # "X said that …", or "…, X said"; what stands before "said that" is who said it.
        before = {canonical(term) for term in nearest.words if term.end <= verb.start()}
        after = {canonical(term) for term in nearest.words if term.start >= verb.end()}
        told = after if len(after) >= len(before) else before
        return 2 * len(self.said.terms & told) > len(self.said.terms & nearest.terms)

    @cached_property
    def coverage(self) -> float:
        """The share of the sentence's own words that its source holds, 0..1."""
        if not self.own:
            return 1.0 if set(self.said.numbers) & set(self.source.numbers) else 0.0
        return sum(self.source.holds(term) for term in self.own) / len(self.own)

    def counts(self, value: Decimal) -> bool:
        """Whether a number counts what the source lists, as "two films" may.

        A small number in words before a noun that no number of the source stands
        before; what is measured is never merely counted.
        """
        words = self.said.numbers[value].lower()
        noun = self.said.counted.get(value, frozenset())
        others = frozenset[str]().union(
            *(nouns for v, nouns in self.whole.counted.items() if v not in YEARS)
        )
        return words in COUNTS and bool(noun) and not noun & (others | MEASURES.keys())

    @cached_property
    def new(self) -> tuple[int, int]:
        """What the sentence has of its own, words and pairs of neighbours; and of how many."""
        seen = [self.whole.holds(term) for term in self.own]
        terms = [canonical(term) for term in self.own]
        pairs = list(zip(pairwise(terms), pairwise(seen), strict=True))
        apart = sum(not (all(known) and self.whole.joins(*pair)) for pair, known in pairs)
        return seen.count(False) + apart, len(seen) + len(pairs)


def without(text: str, phrases: Sequence[str]) -> str:
    """The text without some phrases, whatever their case; what it quotes is left as it is."""
    known = "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))
    if not known:
        return text
    parts, at = [], 0
    for start, end in [*quotations(text), (len(text), len(text))]:
        outside = text[at:start]
        parts += [re.sub(rf"(?<!\w)(?:{known})(?!\w)", " ", outside, flags=re.I), text[start:end]]
        at = end
    return "".join(parts)


def windows(said: AnalyzedText, sources: Sequence[str]) -> Sequence[AnalyzedText]:
    """The source in one piece, or of a long one the windows that share most with the sentence."""
    pieces = _pieces("\n".join(sources))
    return sorted(pieces, key=lambda piece: -len(said.terms & piece.terms))[:TRIED]


@lru_cache(maxsize=256)  # as above
def _pieces(source: str) -> tuple[AnalyzedText, ...]:
    if len(source) <= ONE_PIECE:
        return (AnalyzedText(source),)
    sentences = [part for part in _SENTENCE_END.split(source) if part.strip()]
    starts = range(max(1, len(sentences) - WINDOW + 1))
    return tuple(AnalyzedText(" ".join(sentences[at : at + WINDOW])) for at in starts)
