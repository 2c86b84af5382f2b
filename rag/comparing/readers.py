"""Who a sentence says did it, whether it says that it is so, and what it calls a thing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from rag.checking.polarity import ANTONYMS, CLAUSE_END, HEDGE_CUES, NEGATION_CUES
from rag.checking.statement import YEARS, AnalyzedText, analyzed, canonical
from rag.comparing.asked import Asked
from rag.retrieval.rank import Candidate
from rag.text.dates import date_range, overlap, spoken_date
from rag.text.names import actors_named
from rag.text.numbers import Number
from rag.text.quotations import NAMING_TERMS, quotations
from rag.text.terms import Term, analyze
from rag.text.times import PRECISIONS, When, find_times

# Words before a number that say how far it is meant to be exact.
_ABOUT = re.compile(
    r"\b(?:about|approximately|around|circa|roughly|some|nearly|almost|close to)\s+$", re.IGNORECASE
)
_AT_LEAST = re.compile(r"\b(?:over|more than|at least|above|exceeding)\s+$", re.IGNORECASE)
_AT_MOST = re.compile(r"\b(?:up to|at most|fewer than|less than|under|below)\s+$", re.IGNORECASE)
LOOK_BACK = 20  # characters before a number in which such words stand
# How far two numbers may be apart that are one, rounded: exact ones, and where one is "about" so.
ROUNDED, ROUNDED_ABOUT = Decimal("0.02"), Decimal("0.1")
# As of dates: "will" is not of the past, whatever else may be possible.
VALUE_HEDGE = re.compile(r"\b(?:will|would|shall|to be|planned|plans|expected)\b", re.IGNORECASE)
PART = re.compile(rf"{CLAUSE_END.pattern}|\band\b", re.IGNORECASE)
FAR = 2  # "over 100" says nothing against 150, and something against 250
SCALED = 1_000  # a rounded number is at least so large; small counts are exact
Bound = Literal["exact", "about", "at least", "at most"]
FORMS: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (_ABOUT, "about"),
    (_AT_LEAST, "at least"),
    (_AT_MOST, "at most"),
)


class Amount(NamedTuple):
    """A number that a sentence gives: its value, how it is written, and how exact it is meant."""

    value: Decimal
    written: str
    bound: Bound


def amounts(asked: Asked, candidate: Candidate) -> list[Amount]:
    """The numbers of a sentence that count what was asked, in the scope that was asked about."""
    text = analyzed(candidate.text)
    dated = find_times(text.text, candidate.article.published)
    found = []
    for number, low, high in text.parts:
        if number.value in YEARS or any(w.start <= number.start < w.end for w in dated):
            continue
        elsewhere = [(a, b) for other, a, b in text.parts if other.start != number.start]
        if (
            asked.counts(text, number.end, high)
            and asked.is_scoped(text, number.start, min(number.end, high))
            and asked.is_of(text, low, high, elsewhere)
        ):
            found.append(_amount(text, number))
    return found


def _amount(text: AnalyzedText, number: Number) -> Amount:
    value, start, end = number
    before = text.text[max(0, start - LOOK_BACK) : start]
    for pattern, bound in FORMS:
        match = pattern.search(before)
        if match:
            written = f"{match.group().strip().lower()} {text.text[start:end]}"
            return Amount(value, written, bound)
    return Amount(value, text.text[start:end], "exact")


def same_amount(one: Amount, other: Amount) -> bool:
    """Whether two numbers may be one: equal, rounded differently, or one bounds the other."""
    if one.value == other.value:
        return True
    for a, b in ((one, other), (other, one)):
        if a.bound == "at least" and a.value <= b.value <= FAR * a.value:
            return True
        if a.bound == "at most" and a.value / FAR <= b.value <= a.value:
            return True
    apart = abs(one.value - other.value) / max(one.value, other.value)
    if "about" in (one.bound, other.bound):
        return apart <= ROUNDED_ABOUT
    return min(one.value, other.value) >= SCALED and apart <= ROUNDED


def dates(asked: Asked, candidate: Candidate) -> list[When]:
    """The times that a sentence gives for what was asked: those in the clause that says it.

    What is to come is no answer to when something was.
    """
    text = analyzed(candidate.text)
    if not asked.is_of(text, 0, len(text.text)):
        return []
    found = []
    for when in find_times(text.text, candidate.article.published):
        low, high = clause_around(text.text, when.start, when.end)
        said = asked.says(text, low, high)
        planned = asked.is_past and VALUE_HEDGE.search(text.text, low, high)
        if said and not planned and not when.about:
            found.append(when)
    return found


def clause_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The clause in which a stretch of a sentence stands."""
    low = max((m.end() for m in PART.finditer(text, 0, start)), default=0)
    after = PART.search(text, end)
    return low, after.start() if after else len(text)


def same_date(one: When, other: When) -> bool:
    """Whether two times may be one: the coarser holds the finer."""
    spans = [date_range(one.date)], [date_range(other.date)]
    return overlap(*(filter(None, span) for span in spans))


def finest(found: Sequence[When]) -> When:
    """The time that is known best."""
    return max(found, key=lambda when: PRECISIONS.index(when.precision))


def spoken(when: When) -> str:
    """A time in words, as it is shown beside others."""
    return spoken_date(when.date) or when.date


Stance = Literal["yes", "no", "perhaps"]
_BY = re.compile(r"\bby (?:[a-z]+ ){0,3}$")
# What is to come is said with these as firmly as with "will".
FIRM = frozenset(("would", "is to", "are to"))
MOST_WORDS = 4  # of a name that is given in quotation marks


class Actor(NamedTuple):
    """Who did it: the words, and the terms that tell one from another."""

    written: str
    terms: frozenset[str]


def actors(asked: Asked, candidate: Candidate) -> list[Actor]:
    """Who a sentence says did what was asked: the name before the verb, or behind "by"."""
    text = analyzed(candidate.text)
    if not asked.is_of(text, 0, len(text.text)):
        return []
    found = []
    for verb in text.words:
        surface = text.text[verb.start : verb.end]
        deed = canonical(verb) in asked.predicate and asked.is_deed(text, verb)
        if not deed or surface[0].isupper():
            continue
        low, high = clause_around(text.text, verb.start, verb.end)
        named = actors_named(text.text, low, high)
        behind = [n for n in named if n[0] >= verb.end and _BY.search(text.text[: n[0]])]
        before = [n for n in named if n[1] <= verb.start]
        for start, end in behind[:1] or before[-1:]:
            found.append(_actor(text, start, end))
    return [actor for actor in found if actor.terms]


def _actor(text: AnalyzedText, start: int, end: int) -> Actor:
    terms = {canonical(word) for word in text.words if start <= word.start < end and word.name}
    return Actor(text.text[start:end], frozenset(terms))


def same_actor(one: Actor, other: Actor) -> bool:
    """Whether two names may be of one: they share a part."""
    return bool(one.terms & other.terms)


def stance(asked: Asked, candidate: Candidate) -> Stance | None:
    """Whether a sentence says that what was asked is so; None where it does not speak of it.

    What is denied in any clause, or whose opposite is said, is not so: "it would end;
    in the end nothing ended".
    """
    text = analyzed(candidate.text)
    if not asked.predicate or not asked.is_of(text, 0, len(text.text), turned=True):
        return None
    found: set[Stance] = set()
    for word in text.words:
        sides = _sides(word, asked.predicate)
        low, high = clause_around(text.text, word.start, word.end)
        if sides is None or _is_of_another(asked, text, word, low):
            continue
        denied = NEGATION_CUES.search(text.text, low, high) is not None
        if denied != (sides == "opposite"):
            found.add("no")
        elif asked.is_deed(text, word):
            found.add("perhaps" if _is_possible(asked, text, low, high) else "yes")
    order: tuple[Stance, ...] = ("no", "perhaps", "yes")
    return next((value for value in order if value in found), None)


def _is_of_another(asked: Asked, text: AnalyzedText, verb: Term, low: int) -> bool:
    """Whether the one who does it is another of the question's names than its subject."""
    before = [w for w in text.words if w.end <= verb.start and w.name and w.start > 0]
    inside = [w for w in before if w.start >= low]
    doer = canonical(inside[-1]) if inside else canonical(text.words[0])
    return doer in asked.names and doer not in asked.subject


def _sides(word: Term, predicate: frozenset[str]) -> Literal["same", "opposite"] | None:
    term = canonical(word)
    if term in predicate:
        return "same"
    known = ANTONYMS.get(term)
    return "opposite" if known is not None and known.opposite & predicate else None


def _is_possible(asked: Asked, text: AnalyzedText, low: int, high: int) -> bool:
    """Whether a clause holds it merely possible, otherwise than by the question's own verb."""
    return any(
        hedge.group() not in FIRM and analyze(hedge.group())[-1].term not in asked.predicate
        for hedge in HEDGE_CUES.finditer(text.text, low, high)
    )


def callings(asked: Asked, candidates: Sequence[Candidate]) -> dict[str, Candidate]:
    """What sentences of one article call a thing, each with the sentence that does so.

    Names in quotation marks, or behind "as", in a sentence that says what somebody calls or
    considers it; failing those, the words that most often stand before its noun.

    Args:
        asked: what the thing is.
        candidates: sentences of the article.
    """
    given: dict[str, Candidate] = {}
    plain: Counter[str] = Counter()
    first: dict[str, Candidate] = {}
    for candidate in candidates:
        text = analyzed(candidate.text)
        if asked.is_named(text) and any(canonical(word) in NAMING_TERMS for word in text.words):
            for phrase in _given(text, asked):
                given.setdefault(phrase, candidate)
        for phrase in _before_noun(text, asked):
            plain[phrase] += 1
            first.setdefault(phrase, candidate)
    if given:
        return given
    return {phrase: first[phrase] for phrase, _ in plain.most_common(1)}


def _given(text: AnalyzedText, asked: Asked) -> list[str]:
    """Names in quotation marks that hold the noun, stand before it, or behind "as"."""
    found: list[str] = []
    behind_as = -1
    for start, end in quotations(text.text):
        quoted = text.text[start:end].strip("“”\"'’ .,\xa0")
        before, after = text.text[:start].rstrip("“\"' "), text.text[end:].lstrip("”\"' ").split()
        chained = behind_as >= 0 and text.text[behind_as:start].strip("”“\"', ") in (
            "and",
            "or",
            "",
        )
        is_as = before.endswith(" as") or chained
        behind_as = end if is_as else -1
        if not 0 < len(quoted.split()) <= MOST_WORDS:
            continue
        if after and _is(after[0], asked.nouns) and not _is(quoted, asked.nouns):
            found.append(f"{quoted} {after[0].strip('.,;”')}")
        elif is_as or _is(quoted, asked.nouns):
            found.append(quoted)
    return found


def _before_noun(text: AnalyzedText, asked: Asked) -> list[str]:
    """The noun with the word or two before it that the question does not have."""
    found = []
    for word in text.words:
        if canonical(word) not in asked.nouns or text.text[word.start].isupper():
            continue
        ahead = text.text[: word.start]
        before = ahead.split()[-2:] if ahead[-1:].isspace() else []
        kept: list[str] = []
        for part in reversed(before):
            terms = analyzed(part).words
            said = terms[0].term if terms else ""
            if part[-1] in ",.;:" or said[:1].isdigit() or said in ("", "last", "first", "all"):
                break
            if any(t.name and canonical(t) not in asked.subject for t in terms):
                kept = []
                break
            kept.insert(0, part)
        new = [p for p in kept if not any(canonical(t) in asked.names for t in analyzed(p).words)]
        if new:
            found.append(" ".join([*kept, text.text[word.start : word.end]]))
    return found


def _is(word: str, terms: frozenset[str]) -> bool:
    return any(canonical(term) in terms for term in analyzed(word).words)
