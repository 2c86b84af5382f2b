"""The kind of answer a question wants, and whether a text holds one.

A table of cues in English; a question in another language wants nothing in
particular, and every text then passes.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from rag.dates import MONTHS
from rag.documents.terms import analyze

_MONTHS = "|".join(month.title() for month in MONTHS)
_NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|"
    "hundreds?|thousands?|million|billion|half|once|twice|dozens?|first|second|third|several"
)


class Kind(NamedTuple):
    """A kind of answer: the cue in the question, and its look in a text."""

    name: str
    cue: re.Pattern[str]
    look: re.Pattern[str]


KINDS = (
    Kind(
        "date",
        re.compile(r"\bwhen\b|\b(what|which) (year|date|day|month|century|decade)\b", re.I),
        re.compile(
            rf"\b(1\d{{3}}|20\d\d)\b|\b({_MONTHS})\b|\b(year|month|week|century|decade)s?\b"
        ),
    ),
    Kind(
        "number",
        re.compile(
            r"\bhow (many|much|long|old|far|often|large|big|tall|high)\b"
            r"|\bwhat (percent\w*|number|amount|share)\b",
            re.I,
        ),
        re.compile(rf"\d|\b({_NUMBER_WORDS})\b", re.I),
    ),
    Kind(
        "name",
        re.compile(
            r"\b(who|whom|whose|where)\b|\b(what|which) (city|country|place|group|name)\b", re.I
        ),
        # A capital inside a sentence; the first word has one in any case.
        re.compile(r"(?<=[a-z,;’'”\d] )[^\W\d_a-z]\w+"),
    ),
)


def wanted_kind(question: str) -> Kind | None:
    """The kind of answer that a question wants, if it has a cue for one."""
    return next((kind for kind in KINDS if kind.cue.search(question)), None)


def holds(kind: Kind | None, text: str, question_terms: frozenset[str]) -> bool:
    """Whether a text holds something of that kind that the question does not itself name.

    Args:
        kind: what is wanted; None for nothing in particular, which any text holds.
        text: a sentence.
        question_terms: the terms of the question.
    """
    if kind is None:
        return True
    if kind.name != "name":
        return kind.look.search(text) is not None
    found = " ".join(match.group() for match in kind.look.finditer(text))
    return any(term.term not in question_terms for term in analyze(found))
