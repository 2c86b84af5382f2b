"""Compare a sentence with the words that it cites: terms, numbers, denials, possibilities."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import pairwise

from rag.checking.polarity import (
    CLAUSE_END,
    HEDGE_CUES,
    NEGATION_CUES,
    NEGATIVE_TERMS,
    CueScope,
    cue_scope,
)
from rag.text.dates import MONTHS
from rag.text.names import is_name
from rag.text.numbers import NUMBER_WORDS, SMALL_NUMBERS, Number, numbers_in
from rag.text.quotations import ASCRIBING_TERMS, CLAIMED, plain, quotations
from rag.text.terms import Term, analyze, is_near, is_stopword, spelling_distance

# Terms that English texts use interchangeably, each with the one that stands for them.
_CANONICAL = {"american": "usa", "america": "usa", "iraqi": "iraq", "iranian": "iran"}
_CANONICAL |= {"syrian": "syria", "kurdish": "kurd", "kurdistan": "kurd", "israeli": "isra"}
_CANONICAL |= {"soldier": "troop", "forc": "troop", "militari": "troop", "serviceman": "troop"}
# Two words of a sentence belong together in its source if no more than so many others stand
# between them: a paraphrase moves words about, an invention joins what was apart.
_NEAR_WORDS = 6
_WORDS_COUNTED = 2  # words behind a number that may say what it counts
_WORDS_AROUND = 4  # words on each side of a number that may say what the number is about
_WORDS_DENIED = 5  # meaningful words between a negative term and what it denies
# Of a source longer than this (characters), some three sentences in a row must support by
# themselves: words picked from all over an article support anything.
_SHORT_SOURCE = 1_500
_WINDOW = 3  # sentences
_WINDOWS_READ = 5  # the windows that share most words with the sentence
_COUNTS = frozenset(SMALL_NUMBERS[2:11])  # "two" to "ten"
YEARS = range(1900, 2100)
# As terms, with the unit that each is of: "two years" is a length, not a list of years.
MEASURES = {
    term: unit
    for unit, *others in (
        *(("second",), ("minut",), ("hour",), ("day",), ("week",), ("month",), ("year",)),
        *(("decad",), ("centuri",), ("percent", "per", "cent"), ("mile",), ("kilo", "kilogram")),
        *(("kilometr", "kilomet", "km"), ("metr", "meter"), ("feet", "foot"), ("dollar",)),
        *(("euro",), ("pound",), ("ton", "tonn"), ("litr", "liter"), ("time",), ("goal",)),
        *(("point",), ("vote",), ("seat",), ("degre",), ("fortnight",), ("night",), ("knot",)),
        *(("yard",), ("inch",), ("centimetr", "centimet", "cm"), ("millimetr", "millimet", "mm")),
        *(("acr",), ("hectar",), ("gram",), ("franc",), ("crown",), ("gallon",)),
    )
    for term in (unit, *others)
}
# What is counted rather than measured is a unit as well, where another stands in its place.
_UNITS = MEASURES | {"flight": "flight", "person": "person", "peopl": "person", "penni": "penni"}
CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound"}
# Words that begin a sentence with a capital and are no names, beside those that end like none.
NO_NAMES = frozenset(NUMBER_WORDS) | frozenset(
    """above across against ahead almost along alongside always amid among any anyone around aside
    away barely behind below beneath beside besides beyond double dozen enough ever everyone
    everything except far farther few fewer first fourth further half hardly hence here hundred
    inside last least less like little lots majority million minority more most much near nearby
    never next nor of off often once one only onto opposite otherwise out outside over past per
    plenty previous prior quarter quite rarely rather regarding round same second seldom several
    someone something sometime somewhat soon such third thousand thrice throughout till toward
    triple twice under underneath unless until up upon usually via what whatever whereas whether
    whichever whom whose why""".split()
)
_BEFORE = 4  # characters before a word that say whether it begins a sentence
_SENTENCE_BEGINS = re.compile(r"(?:^|[.!?:…]\s|\n)[\s“\"‘'(]*$")
_TIMES = frozenset({"onc", "twice", "thrice"})  # terms that say how often
# Of a share by the percentage that it stands for: "a third" is 33 and 34 percent.
_SHARE_OFF = 1
# The words before a round number, and the share by which the exact one may differ.
ROUNDED = re.compile(
    r"\b(?:(?P<above>(?:more|greater|higher) than|over|above|at least)"
    r"|(?P<below>(?:less|fewer|lower) than|under|below|at most|nearly|almost|up to)"
    r"|about|around|roughly|approximately|some)\s+$",
    re.IGNORECASE,
)
ADDED = re.compile(
    r"\b(?:together|altogether|in (?:all|total)|a total of|combined|between them|both)\b", re.I
)
DIFFERENCE = re.compile(
    r"\b(?:more|fewer|less|other|others|remaining|remainder|rest|longer|shorter|higher|lower|ahead"
    r"|difference|margin|grew|rose|fell|dropped|increased|decreased)\b",
    re.I,
)
_ROUND_OFF = Decimal("0.15")
_PART_END = re.compile(rf"{CLAUSE_END.pattern}|\b(?:and|or)\b", re.IGNORECASE)
_JOINED = re.compile(r"[.;:!?]\s|\b(?:and|or|but)\b", re.IGNORECASE)
_IN_NAME = re.compile(r"\b(\w*[A-Z])-$")  # before the figure of "HV-22"
_COUNTRY = re.compile(r"\bUnited States(?: of America)?\b")  # two words where "US" is one
SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’)]*\s+|\n+")


@dataclass(frozen=True)
class AnalyzedText:
    """A text with what the rules compare, each computed once and only when asked for."""

    text: str

    def word(self, term: Term) -> str:
        """Return the word that a term stands for, as it is written."""
        return self.text[term.start : term.end]

    @cached_property
    def words(self) -> list[Term]:
        """The words that carry meaning, in order."""
        return [term for term in analyze(self.text) if not is_stopword(term.term)]

    @cached_property
    def terms(self) -> frozenset[str]:
        """The canonical terms of those words."""
        return frozenset(canonical(term) for term in self.words)

    @cached_property
    def bigrams(self) -> frozenset[tuple[str, str]]:
        """The neighbouring pairs of those terms."""
        return frozenset(pairwise(canonical(term) for term in self.words))

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """The places of each of those terms among them, counted from 0."""
        places: dict[str, list[int]] = {}
        for at, term in enumerate(self.words):
            places.setdefault(canonical(term), []).append(at)
        return places

    @cached_property
    def plain(self) -> str:
        """The text in one kind of white space and of quotation marks."""
        return plain(self.text)

    @cached_property
    def numbers(self) -> dict[Decimal, str]:
        """The numbers by value, each as it is written."""
        return {n.value: self.text[n.start : n.end] for n in numbers_in(self.text)}

    @cached_property
    def identifiers(self) -> dict[Decimal, str]:
        """The figures of names, as "HV-22", each with the letters before it."""
        named = ((n.value, _IN_NAME.search(self.text, 0, n.start)) for n in numbers_in(self.text))
        return {value: found[1] for value, found in named if found}

    @cached_property
    def quantities(self) -> list[Number]:
        """The numbers that belong to no name."""
        return [n for n in numbers_in(self.text) if n.value not in self.identifiers]

    @cached_property
    def counted(self) -> dict[Decimal, frozenset[str]]:
        """The terms just behind each number: what it counts."""
        counted: dict[Decimal, frozenset[str]] = {}
        starts = [term.start for term in self.words]
        for value, _, end in numbers_in(self.text):
            at = bisect_left(starts, end)
            terms = frozenset(canonical(term) for term in self.words[at : at + _WORDS_COUNTED])
            counted[value] = counted.get(value, frozenset()) | terms
        return counted

    @cached_property
    def units(self) -> dict[Decimal, list[str]]:
        """The units behind each number or, of money, before it; the nearest first."""
        found: dict[Decimal, list[str]] = {}
        starts = [term.start for term in self.words]
        for value, start, end in numbers_in(self.text):
            units = found.setdefault(value, [])
            beside = (self.text[start : start + 1], self.text[max(0, start - 1) : start])
            units += [CURRENCIES[sign] for sign in beside if sign in CURRENCIES]
            at = bisect_left(starts, end)
            clause = CLAUSE_END.search(self.text, end)
            last = clause.start() if clause else len(self.text)
            for term in self.words[at : at + _WORDS_COUNTED]:
                if term.start < last and term.term in _UNITS:
                    cents = self.word(term).lower() == "cents"
                    units.append("cents" if cents else _UNITS[term.term])
        return found

    @cached_property
    def parts(self) -> list[tuple[Number, int, int]]:
        """The numbers, each with the span of the words that belong to it and to no other."""
        numbers = numbers_in(self.text)
        edges = [0, *(self._edge(n.end, m.start) for n, m in pairwise(numbers)), len(self.text)]
        return [(n, *span) for n, span in zip(numbers, pairwise(edges), strict=False)]

    def _edge(self, start: int, end: int) -> int:
        """Find where between two numbers the words of the second begin."""
        part = _PART_END.search(self.text, start, end)
        return part.start() if part else end

    @cached_property
    def settings(self) -> dict[Decimal, list[frozenset[str]]]:
        """The terms around each number and no other, once for each place of the number."""
        found: dict[Decimal, list[frozenset[str]]] = {}
        words = [term for term in self.words if not term.term[0].isdigit()]
        starts = [term.start for term in words]
        for (value, start, end), low, high in self.parts:
            at, after = bisect_left(starts, start), bisect_left(starts, end)
            near = [*words[max(0, at - _WORDS_AROUND) : at], *words[after : after + _WORDS_AROUND]]
            terms = frozenset(canonical(term) for term in near if low <= term.start < high)
            found.setdefault(value, []).append(terms)
        return found

    @cached_property
    def denials(self) -> CueScope:
        """The terms that are denied, and those that are not."""
        return cue_scope(self.text, NEGATION_CUES)

    @cached_property
    def hedges(self) -> CueScope:
        """The terms that are held merely possible, and those that are not."""
        return cue_scope(self.text, HEDGE_CUES)

    def holds(self, term: Term) -> bool:
        """Return whether the text has a term, a name also in a close spelling."""
        wanted = canonical(term)
        if wanted in self.terms:
            return True
        distance = spelling_distance(wanted) if term.name else 0
        return bool(distance) and any(is_near(wanted, other, distance) for other in self.terms)

    def joins(self, first: str, second: str) -> bool:
        """Return whether two terms stand near each other."""
        return any(
            abs(a - b) <= _NEAR_WORDS
            for a in self.places.get(first, ())
            for b in self.places.get(second, ())
        )

    def negates(self, terms: Collection[str], *, unlike: AnalyzedText) -> bool:
        """Return whether a negative term that another text lacks is near some terms."""
        negative = [a for term in NEGATIVE_TERMS - unlike.terms for a in self.places.get(term, ())]
        denied = [b for term in terms for b in self.places.get(_CANONICAL.get(term, term), ())]
        return any(
            abs(a - b) <= _WORDS_DENIED and not self._are_parted(*sorted((a, b)))
            for a in negative
            for b in denied
        )

    def _are_parted(self, first: int, second: int) -> bool:
        """Return whether "and", "or" or the end of a sentence stands between two words."""
        start, end = self.words[first].end, self.words[second].start
        return _JOINED.search(self.text, start, end) is not None


@lru_cache(maxsize=4_096)  # the same passages are held against one sentence after another
def analyzed(text: str) -> AnalyzedText:
    """Return a text ready to be compared."""
    return AnalyzedText(_COUNTRY.sub("US", text))


def canonical(term: Term) -> str:
    """Return the term that stands for all those that mean the same."""
    if term.term[0].isdigit():
        return term.term.replace(",", "")  # "3,000" is "3000"
    return _CANONICAL.get(term.term, term.term)


@dataclass(frozen=True)
class SentencePair:
    """A sentence beside its source, and what else the sentence may rest on.

    ``source`` is the part of the ``whole`` source that is read beside the sentence; ``about`` is
    known of the source, ``nearby`` stands around it. ``attributed`` says that the sentence names
    an outlet, author or date of its source.
    """

    sentence: AnalyzedText
    source: AnalyzedText
    whole: AnalyzedText
    about: AnalyzedText
    nearby: AnalyzedText
    attributed: bool = False

    @cached_property
    def own(self) -> list[Term]:
        """The sentence's words that its source must account for."""
        return [
            term
            for term in self.sentence.words
            if not (term.term in ASCRIBING_TERMS or term.term[0].isdigit() or self._is_about(term))
        ]

    def _is_about(self, term: Term) -> bool:
        """Return whether a word is part of what is known; a month is so only as part of a date."""
        return self.sentence.word(term).lower() not in MONTHS and self.about.holds(term)

    def is_name(self, term: Term) -> bool:
        """Return whether a word of the sentence is written like a name.

        An English function word, quantifier or number that begins a sentence is none.
        """
        text = self.sentence.text
        if self.sentence.word(term).lower() in NO_NAMES:
            low = max(0, term.start - _BEFORE)
            opening = text[low : term.start]
            if _SENTENCE_BEGINS.search(opening) and (low == 0 or opening.strip()):
                return False
        return is_name(text, term)

    @cached_property
    def foreign_names(self) -> list[Term]:
        """The names that the source does not have."""
        return [term for term in self.own if self.is_name(term) and not self.whole.holds(term)]

    @cached_property
    def misplaced_names(self) -> list[Term]:
        """The names that the source has, but nowhere near what the sentence says about them."""
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
    def is_claimed_in_source(self) -> bool:
        """Whether the nearest sentence of the source gives the sentence as someone's claim."""
        parts = [analyzed(part) for part in SENTENCE_END.split(self.source.text) if part.strip()]
        said = self.sentence.terms
        nearest = max(parts, key=lambda part: len(said & part.terms), default=None)
        verb = CLAIMED.search(nearest.text) if nearest else None
        if nearest is None or verb is None:
            return False
        # "X said that …", or "…, X said"; what stands before "said that" is who said it.
        before = {canonical(term) for term in nearest.words if term.end <= verb.start()}
        after = {canonical(term) for term in nearest.words if term.start >= verb.end()}
        claim = after if len(after) >= len(before) else before
        return 2 * len(said & claim) > len(said & nearest.terms)

    @cached_property
    def coverage(self) -> float:
        """The share of the sentence's own words that the source holds, 0..1."""
        if not self.own:
            return 1.0 if set(self.sentence.numbers) & set(self.source.numbers) else 0.0
        return sum(self.source.holds(term) for term in self.own) / len(self.own)

    @cached_property
    def new(self) -> tuple[int, int]:
        """The number of words and neighbouring pairs that the source lacks, and of all."""
        known = [self.whole.holds(term) for term in self.own]
        terms = [canonical(term) for term in self.own]
        pairs = list(zip(pairwise(terms), pairwise(known), strict=True))
        apart = sum(not (all(both) and self.whole.joins(*pair)) for pair, both in pairs)
        return known.count(False) + apart, len(known) + len(pairs)

    def counts(self, value: Decimal) -> bool:
        """Return whether a number counts what the source lists, as "two films" may.

        It is a small number in words before a noun that no number of the source stands
        before; what is measured is never merely counted.
        """
        words = self.sentence.numbers[value].lower()
        noun = self.sentence.counted.get(value, frozenset())
        others = frozenset[str]().union(
            *(nouns for v, nouns in self.whole.counted.items() if v not in YEARS)
        )
        return words in _COUNTS and bool(noun) and not noun & (others | MEASURES.keys())

    def is_share(self, value: Decimal) -> bool:
        """Return whether a share is one that the source gives: "half" of 50 percent or 30 of 60."""
        given = [other for other in self.source.numbers if other not in YEARS]
        if not 0 < value < 1:
            return any(0 < o < 1 and abs(value - 100 * o) < _SHARE_OFF for o in given)
        return any(abs(100 * value - other) < _SHARE_OFF for other in given) or any(
            abs(value * other - part) < Decimal("0.01") for other in given for part in given
        )

    def is_rounded(self, value: Decimal) -> bool:
        """Return whether a number rounds one of the source: "over half" of 57 percent.

        It must say on which side of it that number is, or that it is near. Of digits, those left
        out must be zeros: "more than 400" of 412, but not "over 411".
        """
        at = next((n for n in numbers_in(self.sentence.text) if n.value == value), None)
        near = ROUNDED.search(self.sentence.text[: at.start]) if at else None
        if near is None:
            return False
        if self.sentence.numbers[value][0].isdigit():
            above, below = near["above"] is not None, near["below"] is not None
            return any(rounds(value, other, above, below) for other in self.source.numbers)
        low = 1 if near["above"] else 1 - _ROUND_OFF
        high = 1 if near["below"] else 1 + _ROUND_OFF
        whole = 100 * value if 0 < value < 1 else value
        return any(low * whole <= other <= high * whole for other in self.source.numbers)

    def is_reckoned(self, value: Decimal) -> bool:
        """Return whether a number adds two of the source up, or is how much they differ by.

        The sentence must say so: "together", "in all"; "more", "the other".
        """
        text, given = self.sentence.text, sorted(v for v in self.source.numbers if v not in YEARS)
        pairs = [(a, b) for at, a in enumerate(given) for b in given[at + 1 :]]
        added = ADDED.search(text) and any(a + b == value for a, b in pairs)
        return bool(added or (DIFFERENCE.search(text) and any(b - a == value for a, b in pairs)))

    def is_loose_count(self, value: Decimal) -> bool:
        """Return whether "twice" may sum up what the source tells without saying how often."""
        words = self.sentence.numbers[value].lower()
        told = any("time" in counted for counted in self.whole.counted.values())
        return words in _TIMES and not told and not _TIMES & self.whole.terms


def rounds(value: Decimal, other: Decimal, above: bool, below: bool) -> bool:
    """Return whether a figure with zeros at its end stands for one that lies beyond it, or near."""
    place = value.normalize().as_tuple().exponent
    if not isinstance(place, int) or place < 1:
        return False
    unit, off = Decimal(10) ** place, other - value
    if above or below:
        return 0 <= (off if above else -off) < unit
    return abs(off) <= unit / 2


def without(text: str, phrases: Sequence[str]) -> str:
    """Return a text without some phrases, in any case; what it quotes is left as it is."""
    known = "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))
    if not known:
        return text
    parts, at = [], 0
    for start, end in [*quotations(text), (len(text), len(text))]:
        outside = text[at:start]
        parts += [re.sub(rf"(?<!\w)(?:{known})(?!\w)", " ", outside, flags=re.I), text[start:end]]
        at = end
    return "".join(parts)


def source_windows(sentence: AnalyzedText, sources: Sequence[str]) -> Sequence[AnalyzedText]:
    """Return the source in one piece, or of a long one the windows that share most terms."""
    pieces = _pieces("\n".join(sources))
    return sorted(pieces, key=lambda piece: -len(sentence.terms & piece.terms))[:_WINDOWS_READ]


@lru_cache(maxsize=256)  # the same sources are held against one sentence after another
def _pieces(source: str) -> tuple[AnalyzedText, ...]:
    if len(source) <= _SHORT_SOURCE:
        return (AnalyzedText(source),)
    sentences = [part for part in SENTENCE_END.split(source) if part.strip()]
    starts = range(max(1, len(sentences) - _WINDOW + 1))
    return tuple(AnalyzedText(" ".join(sentences[at : at + _WINDOW])) for at in starts)
