"""Find what a text denies and what it holds merely possible, and words that are opposites."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from rag.text.dates import MONTH_NAMES
from rag.text.terms import analyze, is_stopword

# One pair of groups a line; a word of the left group and one of the right exclude each other
# where they are said of the same thing.
_PAIRS = """
praise praised applaud welcomed hail : condemn denounce criticise criticize reject rebuke
accept approve : reject refuse decline
agree : disagree
survive survived alive : kill died death dead die slain martyrdom
increase rise rose grow grew climb soar : decrease fall fell drop shrink decline sink
support back favour favor endorse : oppose resist
begin start launch open : end stop cease close finish
allow permit : ban forbid prohibit prevent
arrive enter : leave left depart departure withdraw
stay remain : leave left depart departure withdraw withdrawn withdrawal exit
stay : end
easy : difficult hard
eager keen willing : hesitant reluctant unwilling
necessary needed need : unnecessary needless
rich wealthy : poor
strong : weak
often frequently usually : rarely seldom hardly
true : false untrue
guilty : innocent
peaceful : violent
cheap : expensive dear
young : old
new : old
possible : impossible
better best improve : worse worst worsen
optimism : pessimism
arrest detain : free release
borrow : lend
import : export
attack : defend
destroy demolish : rebuild restore build
win won victory : lose lost defeat
succeed success : fail failure
likely probable : unlikely improbable
strengthen : weaken
confirm : deny denied
admit : deny denied
before : after
more : less fewer
above over : below under
larger bigger greater broader higher longer : smaller lesser narrower lower shorter
early earlier : late later
first : last
north northern : south southern
east eastern : west western
public publicly openly : secret secretly private privately
legal lawful : illegal unlawful
hire hired employ : dismiss dismissed fire fired sack
buy bought purchase : sell sold
gain : lose lost
optimistic : pessimistic
friend ally allied : enemy foe
safe : dangerous unsafe
continue resume : stop halt suspend end cease
include : exclude
keep retain preserve : abandon drop discard relinquish renounce
join : quit leave left
release released reveal disclose : withhold conceal hide
temporary temporarily : permanent permanently
partial partially partly : full fully complete completely total
""".strip().splitlines()


class Opposition(NamedTuple):
    """The terms that mean roughly the same as a term, and those that mean the opposite."""

    alike: frozenset[str]
    opposite: frozenset[str]


def _table() -> dict[str, Opposition]:
    table: dict[str, Opposition] = {}
    for pair in _PAIRS:
        left, right = (frozenset(t.term for t in analyze(side)) for side in pair.split(" : "))
        for side, other in ((left, right), (right, left)):
            for term in side:
                alike, opposite = table.get(term, Opposition(frozenset(), frozenset()))
                table[term] = Opposition(alike | side, opposite | other)
    return table


ANTONYMS = _table()
# The scope of a cue is the next few words that carry meaning, up to the end of its clause (in
# NegEx, Chapman et al. 2001, it is five words of any kind).
_SCOPE = 3
# A bound and no denial: "will not open before 2030"; "did not resign before the vote" denies.
NOT_BEFORE = (
    r"(?:\bnot|n[’']t)\b[^.;:,]{0,40}?\b(?:before|until)\b"
    rf"(?=\s+(?:[\w-]+\s+){{0,2}}(?:\d|(?:{MONTH_NAMES})\b))"
)
NEGATION_CUES = re.compile(
    rf"(?<!not )(?!{NOT_BEFORE})(?:\b(?:not(?! only| just| merely| (?:more|less|fewer|later) than)"
    r"|no(?! doubt| (?:more|less|fewer|later|lower|higher) than)|never|neither|nor|none|nobody"
    r"|nothing|cannot|without|lack(?:s|ed|ing)?|den(?:y|ies|ied|ying)|refus(?:e|es|ed|ing)"
    r"|reject(?:s|ed|ing|ion)?|yet to|denial|refusal|fail(?:s|ed|ing|ure)?|unlikely)\b|n[’']t\b)",
    re.IGNORECASE,
)
HEDGE_CUES = re.compile(
    r"\b(?:may|might|could|possib(?:le|ly|ility)|perhaps|potential(?:ly)?|likely|unlikely|alleged(?:ly)?"
    r"|reportedly|would|planned|plans|wants|wanted|seeks|sought|aims|expected|hopes|fears?|feared|intends?|intended"
    r"|(?:is|are|was|were) to(?! blame))\b",
    # Not ignoring case: "May" is a month.
)
# Stems of verbs and adjectives that are negative in themselves. Another text may say the same with
# "not", so that where one stands, a difference in negation means nothing.
NEGATIVE_TERMS = frozenset(
    """abandon absenc absent avoid ban cancel ceas close declin depart differ disagre discontinu
    doubt drop end exclud forbid former halt leav lose loss lost miss open oppos oust prevent
    prohibit quit remov spare stop turn undecid unabl unclear uncertain vacuum withdraw""".split()
)
CLAUSE_END = re.compile(
    r"[.;:!?—–()\n]|,(?!\d)|\b(?:but|however|although|though|while|because)\b", re.IGNORECASE
)


# Verbs that deny. What is refused stands before them in the passive, and behind them otherwise.
DENYING = re.compile(r"(?:refus|reject|den[yi])\w*", re.IGNORECASE)
PASSIVELY_DENIED = re.compile(
    r"\b(?:is|are|was|were|be|been|being)\s+(?:\w+ly\s+)?(?:refused|rejected|denied)\b",
    re.IGNORECASE,
)


# What is proposed can be refused: that it was proposed, and that it was refused, are both true.
PROPOSED = re.compile(
    r"\b(?:propos|suggest|request|demand|recommend)\w*|\b(?:appl(?:y|ie[sd]|ication)|motion|bid)\b"
    r"|\bmove[sd]? (?:that|to|for)\b|\bcall(?:s|ed)? for\b|\bask(?:s|ed)? (?:for|that|to)\b",
    re.IGNORECASE,
)


class CueScope(NamedTuple):
    """The terms of a text inside the scope of any cue, and those outside; some are in both."""

    inside: frozenset[str]
    outside: frozenset[str]


def cue_scope(text: str, cues: re.Pattern[str]) -> CueScope:
    """Tell the terms inside the scope of a cue from those outside; a question states neither.

    Args:
        text: the text.
        cues: :data:`NEGATION_CUES` or :data:`HEDGE_CUES`.
    """
    inside: set[str] = set()
    outside: set[str] = set()
    for clause in _stated(text):
        terms = [term for term in analyze(clause) if not is_stopword(term.term)]
        starts = [term.start for term in terms]
        firsts = [bisect_left(starts, match.end()) for match in cues.finditer(clause)]
        reached = {start for first in firsts for start in starts[first : first + _SCOPE]}
        for term in terms:
            (inside if term.start in reached else outside).add(term.term)
    return CueScope(frozenset(inside), frozenset(outside))


def _stated(text: str) -> Iterator[str]:
    """Yield the clauses of a text, without those that end in a question mark."""
    start = 0
    for end in CLAUSE_END.finditer(text):
        if end[0] != "?":
            yield text[start : end.start()]
        start = end.end()
    yield text[start:]
