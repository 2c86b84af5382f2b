"""What a text denies, and what it holds merely possible."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from rag.documents.terms import analyze, is_stopword

# A cue reaches the next few words that carry meaning, up to the end of its clause (NegEx, Chapman
# et al. 2001, lets it reach five words of any kind).
REACH = 3
DENIAL = re.compile(
    r"(?<!not )(?:\b(?:not(?! only| just| merely)|no(?! doubt)|never|neither|nor|none|nobody"
    r"|nothing|cannot|without|lack(?:s|ed|ing)?|den(?:y|ies|ied|ying)|refus(?:e|es|ed|ing)"
    r"|reject(?:s|ed|ing|ion)?|yet to|denial|refusal|fail(?:s|ed|ing|ure)?|unlikely)\b|n[’']t\b)",
    re.IGNORECASE,
)
HEDGE = re.compile(
    r"\b(?:may|might|could|possib(?:le|ly|ility)|perhaps|potential(?:ly)?|likely|unlikely|alleged(?:ly)?"
    r"|reportedly|would|planned|plans|wants|wanted|seeks|sought|aims|expected|hopes|fears?|feared|intends?|intended"
    r"|(?:is|are|was|were) to(?! blame))\b",
    # Not ignoring case: "May" is a month.
)
# What makes a sentence someone's claim …
CLAIMED = re.compile(
    r"\b(?:claim(?:s|ed|ing)?|alleg(?:es?|ed|edly)|accus(?:es?|ed)|argu(?:es?|ed)|insist(?:s|ed)?"
    r"|assert(?:s|ed)?|contend(?:s|ed)?|believ(?:es?|ed)|warn(?:s|ed)?|suggest(?:s|ed)?"
    r"|predict(?:s|ed)?|maintain(?:s|ed)? that|says?|said|told|according to)\b",
    re.IGNORECASE,
)
# … and what may say so in other words.
ASCRIBED = re.compile(
    rf"{CLAIMED.pattern}|\b(?:accord|announc|affirm|attribut|add(?:s|ed)\b|blam|call|cit(?:es|ed)\b|confirm"
    r"|consider|declar|deni|deny|describ|doubt|emphasi|estimat|expect|express|fear|found\b|finds?\b"
    r"|hop(?:es|ed)\b|point|pledg|promis|refus|reject|regard|report|reveal|rul(?:ed|es)\b|see\b|sees\b"
    r"|speak|spoke|stat(?:ed?|es)\b|stress|tell|think|thought|urg|view|vow|want|wish|wr(?:ite|ote)"
    r"|acknowledg|admit|conced|deem|explain|agree|note|mention|assess|condemn|critici|critics|sources?\b)",
    re.IGNORECASE,
)
# Verbs and adjectives that hold a denial themselves: another may say with "not" what one of these
# says, so that where one stands nothing can be said about a difference.
NEGATIVE = frozenset(
    """abandon absenc absent avoid ban cancel ceas close declin depart differ disagre discontinu
    doubt drop end exclud forbid former halt leav lose loss lost miss open oppos oust prevent
    prohibit quit remov spare stop turn undecid unabl unclear uncertain vacuum withdraw""".split()
)
BESIDE = 5  # meaningful words between such a word and what it denies
CLAUSE_END = re.compile(
    r"[.;:!?—–()\n]|,(?!\d)|\b(?:but|however|although|though|while|because)\b", re.IGNORECASE
)


class Reach(NamedTuple):
    """The terms of a text within the reach of some cue, and those that stand outside it.

    A term that is used both ways is in both.
    """

    inside: frozenset[str]
    outside: frozenset[str]


def reach(text: str, cues: re.Pattern[str]) -> Reach:
    """Which terms of a text stand within the reach of a cue, :data:`DENIAL` or :data:`HEDGE`."""
    inside: set[str] = set()
    outside: set[str] = set()
    for clause in _clauses(text):
        terms = [term for term in analyze(clause) if not is_stopword(term.term)]
        starts = [term.start for term in terms]
        firsts = [bisect_left(starts, match.end()) for match in cues.finditer(clause)]
        reached = {start for first in firsts for start in starts[first : first + REACH]}
        for term in terms:
            (inside if term.start in reached else outside).add(term.term)
    return Reach(frozenset(inside), frozenset(outside))


def _clauses(text: str) -> Iterator[str]:
    start = 0
    for match in CLAUSE_END.finditer(text):
        yield text[start : match.start()]
        start = match.end()
    yield text[start:]
