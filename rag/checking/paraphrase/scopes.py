"""Tell which of several values of a sentence a claim's words belong to: "9 in May and 7 in June".

A sentence with several values of one dimension is cut into members, each with one of them. A word
of one member stands against a word of another where both are names, numbers, opposites or alike, or
stand before the same word ("a late bus", "an early bus") or behind the same little one ("in May",
"in June"). A claim that has a member's value and, of two such words, only the other member's has
put the value where it does not belong.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rag.checking.notation.quantities import Quantity, quantities_in
from rag.checking.polarity import ANTONYMS
from rag.checking.statement import MEASURES, SENTENCE_END, AnalyzedText, analyzed, canonical
from rag.models.likeness import likeness
from rag.text.dates import CALENDAR, SEASONS
from rag.text.names import is_name
from rag.text.terms import Term, analyze, is_stopword
from rag.text.time_expressions import find_times

# What parts two members; where several stand between two values, those of the first kind count.
_BREAKS = (
    re.compile(r";|[.:](?=\s)|[—–]|\b(?:while|whereas|but|against|compared)\b", re.IGNORECASE),
    re.compile(r",(?!\d)|\b(?:and|or|und|et|y|e|en)\b", re.IGNORECASE),
    re.compile(r"\b(?:to|than|from)\b", re.IGNORECASE),
)
_SURELY, _PERHAPS = 2, 1  # how far two words stand against each other
_ALIKE = 0.38  # likeness of two words of which one may stand in the place of the other
_CALENDAR = frozenset((*CALENDAR, *SEASONS))
_ARTICLES = frozenset(("a", "an", "the"))
_LEAD_REACH = 2  # words of a phrase behind the little word that it begins with
_LONGEST_SHOWN = 90  # characters of a member in a reason


class _PlacedWord(NamedTuple):
    """A word of a member: its term, as it is written, its kind, what leads to it, what follows."""

    term: str
    written: str
    kind: str
    lead: str
    next: str


class _Member(NamedTuple):
    """A part of a sentence with one value; ``words`` are those that no other member has."""

    text: str
    value: Quantity
    words: tuple[_PlacedWord, ...]


class _Contrast(NamedTuple):
    """Two words of two members that stand against each other, and the member ``of`` the second."""

    one: _PlacedWord
    other: _PlacedWord
    strength: int
    of: _Member

    def holds_only(self, word: _PlacedWord, terms: Collection[str]) -> bool:
        """Return whether some terms have one of the two words and not the other."""
        rest = self.other if word is self.one else self.one
        return word.term in terms and rest.term not in terms


def misplaced_value(claim: str, source: str, published: str | None = None) -> str | None:
    """Return why a claim has a value of its source, but of something else; None if it has not."""
    for placed, reason in _places(claim, source, published):
        if not placed:
            return reason
    return None


def is_placed(claim: str, source: str, published: str | None = None) -> bool:
    """Return whether words of a claim tell that its values are those of the source for them."""
    found = list(_places(claim, source, published))
    return bool(found) and all(placed for placed, _ in found)


def _places(claim: str, source: str, published: str | None) -> Iterator[tuple[bool, str]]:
    """Yield whether each value of a claim stands where the source has it, where that can be told.

    The reason is what to say if it does not.
    """
    said = _statements(claim, published)
    for members in _members(source, published):
        for part, value in said:
            own = [each for each in members if _is_same(each.value, value)]
            held = {canonical(term) for term in analyze(part)}
            values = analyzed(part).numbers
            others = [
                each
                for each in members
                if each not in own and not (analyzed(_written(each)).numbers.keys() & values.keys())
            ]
            if len(own) != 1 or not others:
                continue
            pairs = [pair for each in others for pair in _contrasts(own[0], each)]
            fits = max((p.strength for p in pairs if p.holds_only(p.one, held)), default=0)
            least = _PERHAPS if analyzed(part).terms <= analyzed(source).terms else _SURELY
            strays = [p for p in pairs if p.strength >= least and p.holds_only(p.other, held)]
            most = max(strays, key=lambda p: p.strength, default=None)
            if most and most.strength > fits:
                given = _shown(most.of.text)
                yield False, f"the source says “{given}”, not “{_shown(part)}”"
            elif fits > (most.strength if most else 0):
                yield True, ""


def _written(member: _Member) -> str:
    return member.text[member.value.start : member.value.end]


def _is_same(one: Quantity, other: Quantity) -> bool:
    return one.dimension == other.dimension and one.value == other.value


@lru_cache(maxsize=512)  # one claim is held against one sentence after another
def _statements(claim: str, published: str | None) -> tuple[tuple[str, Quantity], ...]:
    """Return the quantities of a claim, each with the part of it that speaks of it."""
    parted = [(each.text, each.value) for part in _cut_all(claim, published) for each in part]
    known = [value for _, value in parted]
    rest = [value for value in _quantities(claim, published) if not _is_among(value, known)]
    return (*parted, *((claim, value) for value in rest))


def _is_among(value: Quantity, others: Sequence[Quantity]) -> bool:
    return any(_is_same(value, other) for other in others)


@lru_cache(maxsize=512)  # the same sentences are held against one claim after another
def _members(source: str, published: str | None) -> tuple[tuple[_Member, ...], ...]:
    """Return the members of each sentence, for each dimension that has several values in it."""
    return tuple(
        members
        for sentence in SENTENCE_END.split(source)
        if sentence and sentence.strip()
        for members in _cut_all(sentence, published)
    )


def _quantities(text: str, published: str | None) -> list[Quantity]:
    dated = [(when.start, when.end) for when in find_times(text, published)]
    return quantities_in(text, without=dated)


def _cut_all(sentence: str, published: str | None) -> Iterator[tuple[_Member, ...]]:
    values = _quantities(sentence, published)
    for dimension in dict.fromkeys(value.dimension for value in values):
        own = [value for value in values if value.dimension == dimension]
        if len(own) > 1:
            yield from _cut(sentence, own)


def _cut(sentence: str, values: Sequence[Quantity]) -> Iterator[tuple[_Member, ...]]:
    """Yield a sentence cut into members, if each two values are parted."""
    read = analyzed(sentence)
    behind = any(term.start >= values[-1].end for term in read.words if not _is_measure(term))
    edges = [0]
    for one, other in pairwise(values):
        found: list[re.Match[str]] = []
        for kind in _BREAKS:
            found = found or list(kind.finditer(sentence, one.end, other.start))
        if not found:
            return
        edges.append((found[-1] if behind else found[0]).start())
    spans = list(pairwise((*edges, len(sentence))))
    words = [_words(read, low, high) for low, high in spans]
    members = []
    for at, ((low, high), value) in enumerate(zip(spans, values, strict=True)):
        elsewhere = {word.term for i, each in enumerate(words) if i != at for word in each}
        own = tuple(word for word in words[at] if word.term not in elsewhere)
        moved = value._replace(start=value.start - low, end=value.end - low)
        members.append(_Member(sentence[low:high], moved, own))
    yield tuple(members)


def _is_measure(term: Term) -> bool:
    return term.term in MEASURES


def _words(text: AnalyzedText, low: int, high: int) -> list[_PlacedWord]:
    """Return the words of a part of a text that may tell what its value is of."""
    terms = [term for term in analyze(text.text) if low <= term.start < high]
    found: list[_PlacedWord] = []
    lead, away = "", 0
    for at, term in enumerate(terms):
        is_little = is_stopword(term.term)
        if term.term in _ARTICLES:
            continue
        if is_little:
            lead, away = term.term, 0
        written = text.word(term)
        if is_little and term.term not in ANTONYMS:
            continue
        led = lead if not is_little and away < _LEAD_REACH else ""
        behind = terms[at + 1] if at + 1 < len(terms) else term
        joined = behind is not term and not text.text[term.end : behind.start].strip(" -")
        follows = canonical(behind) if joined and not is_stopword(behind.term) else ""
        found.append(_PlacedWord(canonical(term), written, _kind(text, term), led, follows))
        away += not is_little
    return found


def _kind(text: AnalyzedText, term: Term) -> str:
    if term.term[0].isdigit():
        return "number"
    if text.word(term).lower() in _CALENDAR:
        return "calendar"
    return "name" if is_name(text.text, term) else ""


def _contrasts(one: _Member, other: _Member) -> Iterator[_Contrast]:
    """Yield each two words of two members that stand against each other."""
    values = [{canonical(term) for term in analyze(_written(member))} for member in (one, other)]
    here = [word for word in one.words if word.term not in values[0]]
    there = [word for word in other.words if word.term not in values[1]]
    alike = likeness([word.written for word in here], [word.written for word in there])
    for a, mine in enumerate(here):
        for b, its in enumerate(there):
            known = ANTONYMS.get(mine.term)
            opposed = known is not None and its.term in known.opposite
            beside = mine.next == its.next != "" and not mine.next[0].isdigit()
            same_kind = mine.kind == its.kind != ""
            if opposed or same_kind or beside or alike[a, b] >= _ALIKE:
                yield _Contrast(mine, its, _SURELY, other)
            elif mine.lead == its.lead != "":
                yield _Contrast(mine, its, _PERHAPS, other)


def _shown(text: str) -> str:
    words = " ".join(text.split()).strip(' \t\r\n,.;:!?…“”"()–—·')
    return (
        words if len(words) <= _LONGEST_SHOWN else f"{words[:_LONGEST_SHOWN].rsplit(' ', 1)[0]} …"
    )
