"""Tell values of another event, and values that were overtaken, from those that a claim is about.

"Work begins in June 2024" does not contradict "work ends in March 2025", and "it was once expected
to cost 340,000" does not support "it costs 340,000": the value is there, its part in the sentence
is another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.checking.paraphrase.alignment import Alignment
from rag.checking.polarity import ANTONYMS, CLAUSE_END, HEDGE_CUES
from rag.checking.statement import AnalyzedText, analyzed
from rag.text.dates import CALENDAR
from rag.text.numbers import numbers_in
from rag.text.terms import analyze

# Chosen on evals/claims/dev and on pairs written for this: of a claim that keeps to the words of
# its source, a word with so little likeness to any of them tells of something else.
_CLOSE, _NOTHING_LIKE = 0.5, 0.2
# A verb that is not said to have come about; "had to" says that it has.
_OPEN = re.compile(r"\b(?:(?<!had )to|would)\s+(?:be |have )?([a-z]+)?")
_BEFORE_THAT = re.compile(r"\bhad\s+(?:\w+ly\s+)?been\s+(?:\w+ly\s+)?([a-z]+)\s+(?:at|as)\b")


def is_of_another(claim: str, source: str) -> bool:
    """Return whether a source with another number or date speaks of another event than a claim.

    It has the opposite of a word of the claim, or nearly all of the claim's words, and nothing
    that is like the rest.
    """
    said, given = analyzed(claim), analyzed(source)
    opposed = any(
        known.opposite & given.terms and not known.alike & given.terms
        for known in (ANTONYMS[term.term] for term in said.words if term.term in ANTONYMS)
    )
    return opposed or _has_foreign_word(Alignment(said, given))


def _has_foreign_word(laid: Alignment) -> bool:
    """Return whether a claim has most words of its source, and one that is like none there."""
    words = zip(laid.words, laid.in_source, laid.fixed, strict=True)
    shares = [
        (float(share), fixed)
        for word, share, fixed in words
        if laid.sentence.word(word).lower() not in CALENDAR
    ]
    same = sum(share >= 1.0 for share, _ in shares)
    farthest = min((share for share, fixed in shares if not fixed), default=1.0)
    return same >= _CLOSE * len(shares) and farthest < _NOTHING_LIKE


def is_overtaken(claim: str, source: str) -> bool:
    """Return whether a source gives a claim's number only as what was to be, or had been said.

    It stands behind the claim's verb as an infinitive ("was once expected to cost 340,000"), or
    behind another verb of an earlier past ("had been put at 340,000").
    """
    said, given = analyzed(claim), analyzed(source)
    if HEDGE_CUES.search(claim) or _OPEN.search(claim) or _BEFORE_THAT.search(claim):
        return False
    for value in said.numbers:
        places = list(_clauses_before(given, value))
        if places and all(_is_open(clause, said) for clause in places):
            return True
    return False


def _clauses_before(text: AnalyzedText, value: object) -> Iterator[str]:
    """Yield what stands in its clause before a number, at each place of it."""
    for number in numbers_in(text.text):
        if number.value == value:
            ends = [end.end() for end in CLAUSE_END.finditer(text.text, 0, number.start)]
            yield text.text[ends[-1] if ends else 0 : number.start]


def _is_open(clause: str, claim: AnalyzedText) -> bool:
    """Return whether a clause leads to its number by a verb that does not say that it is so."""
    stated = {term.term for term in claim.words}
    for found in _OPEN.finditer(clause):
        if not found[1] or {term.term for term in analyze(found[1])} & stated:
            return True
    return any(
        not {term.term for term in analyze(found[1])} & stated
        for found in _BEFORE_THAT.finditer(clause)
    )
