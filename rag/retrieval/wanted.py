"""The kind of answer a question wants, and whether a text holds one.

A table of cues in English; a question in another language wants nothing in
particular, and every text then passes.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from rag.dates import MONTHS
from rag.documents.terms import analyze

_MONTHS = "|".join(month.title() for month in MONTHS)
_NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|"
    "hundreds?|thousands?|million|billion|half|once|twice|dozens?|first|second|third|several"
)
_SPANS_OF_TIME = "seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centur(?:y|ies)"
_LENGTHS = "(?:centi|kilo|milli)?met(?:re|er)s?|k?m|cm|feet|foot|ft|inch(?:es)?|yards?|miles?"
_SPEECH = (
    "sa(?:y|id)|says|stat(?:es?|ed|ing)|announc(?:es?|ed)|told|tells?|confirm(?:s|ed)?|den(?:y|ied)"
    "|den(?:ies)|argu(?:es?|ed)|claim(?:s|ed)?|call(?:s|ed)?|warn(?:s|ed)?|assert(?:s|ed)?"
    "|add(?:s|ed)|stress(?:es|ed|ing)?|describ(?:es?|ed)|insist(?:s|ed)?|condemn(?:s|ed)?"
    "|consider(?:s|ed)?|according to|expressed|indicated|acknowledged|affirms|vowed|suggests?"
)
_AUXILIARIES = "do|does|did|is|are|was|were|has|have|had|will|would|can|could|should|may|might|must"
# Who is asked for by what they are: "which commander", "what two officials".
_PEOPLE = (
    "officials?|commanders?|ministers?|leaders?|presidents?|ambassadors?|generals?|persons?"
    "|people|m[ae]n|wom[ae]n|authors?|politicians?|analysts?|advisors?|advisers?|spokes\\w+"
    "|representatives?|diplomats?|chiefs?|kings?|queens?|actors?|scientists?|players?|coach(?:es)?"
)
_PLACES = (
    "city|cities|country|countries|places?|province|state|town|village|region|district|building"
    "|site|bases?"
)


class Kind(NamedTuple):
    """A kind of answer: the cue in the question, and its look in a text.

    ``short`` tells kinds that a word or two can answer, ``strict`` those that no text
    answers which does not hold the look. ``shape`` are the words of
    the cue that stand for the answer, so that no text is expected to hold them.
    """

    name: str
    cue: re.Pattern[str]
    look: re.Pattern[str]
    short: bool = True
    strict: bool = False
    shape: str = ""


def _kind(name: str, cue: str, look: str, *, cased: bool = False, **how: Any) -> Kind:
    flags = re.NOFLAG if cased else re.IGNORECASE
    return Kind(name, re.compile(cue, re.IGNORECASE), re.compile(look, flags), **how)


# A capital inside a sentence; the first word has one in any case.
NAME = r"(?<=[a-z,;’'”\d] )[^\W\d_a-z]\w+"
# "How many US troops are …": what stands before the verb or preposition.
_COUNTED = re.compile(
    rf"\bhow many ((?:(?!(?:{_AUXILIARIES}|in|on|at|of|from|to|there|took|said|say)\b)"
    r"[\w’'-]+ ){1,5})",
    re.IGNORECASE,
)
UNIT_WITHIN = 40  # characters behind a number in which what it counts is named
ANY_NUMBER = 0.5  # what a number of something else counts; it may be the same in other words
# Of those with a cue at one place the first counts, so the narrow stand before the wide.
KINDS = (
    _kind(
        "age",
        r"\bhow old\b|\bat what age\b",
        r"\b(?:aged?|born)\b|\byears?[ -]old\b",
        strict=True,
        shape="old age",
    ),
    _kind(
        "date",
        rf"\bwhen (?:{_AUXILIARIES})\b|\b(?:what|which) (?:year|date|day|month|century|decade)\b",
        rf"\b(?:1\d{{3}}|20\d\d)\b|\b(?:{_MONTHS})\b|\b(?:year|month|week|century|decade)s?\b",
        cased=True,
        shape="year date day month century decade",
    ),
    _kind(
        "duration",
        rf"\bhow (?:much longer|long)\b|\bhow many (?:more )?(?:{_SPANS_OF_TIME})\b",
        rf"(?:\d|\b(?:{_NUMBER_WORDS}|a|an|over)\b)\W*(?:\w+ )?(?:{_SPANS_OF_TIME}|{_LENGTHS})\b"
        r"|\buntil\b",
        strict=True,
        shape="long longer",
    ),
    _kind(
        "money",
        r"\bhow much\b.*\b(?:cost|pay|paid|spend|spent|price|earn|worth|money)\b|\bwhat.*\bprice\b",
        r"[$€£¥]\s?\d|\b(?:dollars?|euros?|pounds?|USD|EUR)\b|\d\W*(?:million|billion|cents?)\b"
        r"|\b(?:cost|costs|price|paid|spent|worth|earn\w*)\b.*\d",
        strict=True,
        shape="price much",
    ),
    _kind(
        "number",
        r"\bhow (?:many|much|old|far|often|large|big|tall|high|deep|heavy|fast)\b"
        r"|\bwhat (?:is |was )?(?:the )?(?:percent\w*|number|amount|share|proportion)\b",
        rf"\d|\b(?:{_NUMBER_WORDS})\b",
        shape="number amount share proportion percent percentage often far large big tall high",
    ),
    _kind(
        "reason",
        r"\bwhy\b|\breasons?\b|\bwhat caused\b|\bhow come\b|\b(?:purpose|goal|aim)\b",
        (
            r"\b(?:because|due to|since|owing|reasons?|causes?|caused|so that|in order|as a result"
            r"|aim(?:s|ed|ing)?|purpose|goal|therefore|in case|in response|in view|prompted|led to"
            r"|interest|necessary|need(?:s|ed)?|leads? to|efforts? to|to ensure|to \w+)\b"
        ),
        short=False,
        shape="reason reasons caused come purpose goal aim",
    ),
    _kind(
        "person",
        r"\b(?:who|whom|whose)\b"
        rf"|\b(?:what|which)(?: (?!(?:{_AUXILIARIES})\b)\w+){{0,2}} (?:{_PEOPLE})\b",
        NAME,
        cased=True,
    ),
    _kind("place", rf"\bwhere\b|\b(?:what|which) (?:{_PLACES})\b", NAME, cased=True),
    _kind("name", r"\b(?:what|which) (?:group|name|outlet|organi[sz]ation)s?\b", NAME, cased=True),
    _kind(
        "statement",
        rf"\b(?:what|how) (?:did|does|do|has|have|was|were|is|are)\b.*\b(?:{_SPEECH}|think|see"
        r"|judge|look upon|view|react|respond|promise|make of)\b",
        rf"[“\"]|\b(?:{_SPEECH})\b|: ",
        short=False,
    ),
    _kind("yes-no", rf"(?:^|[,:;]\s*)(?:{_AUXILIARIES})\b", r"", short=False),
)


def wanted_kind(question: str) -> Kind | None:
    """The kind of answer that a question wants, if it has a cue for one: the earliest counts."""
    cues = [
        (match.start(), at) for at, kind in enumerate(KINDS) if (match := kind.cue.search(question))
    ]
    return KINDS[min(cues)[1]] if cues else None


def wanted_unit(question: str) -> str | None:
    """The term of what a question counts: "troop" of "how many US troops are in Iraq"."""
    counted = _COUNTED.search(question)
    terms = analyze(counted[1]) if counted else []
    return terms[-1].term if terms else None


def holds(kind: Kind | None, text: str, question_terms: frozenset[str], unit: str | None) -> float:
    """How far a text holds something of that kind that the question does not itself name.

    Args:
        kind: what is wanted; None for nothing in particular, which any text holds.
        text: a sentence.
        question_terms: the terms of the question.
        unit: the term of what is counted; a number of something else counts ANY_NUMBER.

    Returns 0 for not at all up to 1.
    """
    if kind is None:
        return 1.0
    if kind.look.pattern == NAME:
        found = " ".join(match.group() for match in kind.look.finditer(text))
        return float(any(term.term not in question_terms for term in analyze(found)))
    places = [match.end() for match in kind.look.finditer(text)]
    if kind.name != "number" or unit is None:
        return float(bool(places))
    near = (text[at : at + UNIT_WITHIN] for at in places)
    if any(unit == term.term for words in near for term in analyze(words)):
        return 1.0
    return ANY_NUMBER if places else 0.0
