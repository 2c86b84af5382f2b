"""What a text gives as somebody's words: quotation marks, and verbs of saying."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TYPOGRAPHY = str.maketrans("‘’“”«»", '\'\'""""')
_DOUBLE = '"“”„«»'
_SINGLED = str.maketrans('"“„«”»', "'‘‘‘’’")
_CLOSING = {"“": "”", "«": "»"}
_DOUBLES = re.compile(f"[{_DOUBLE}]")
_CLOSES_SINGLE = re.compile(r"’(?!\w)")  # an apostrophe within a word closes nothing


def quotations(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of words in quotation marks: outermost marks only, the marks left out.

    Single marks count where they stand around words that double ones begin or end. Spans are
    0-based and end-exclusive; a quotation that is never closed runs to the end of the text.
    """
    opened: list[str] = []
    start = at = 0
    last = max((mark.start() for mark in _CLOSES_SINGLE.finditer(text)), default=0)
    while at < len(text):
        char = text[at]
        around = text[at + 1 : at + 2] + text[last - 1 : last] if char == "‘" and at < last else ""
        if not opened and _DOUBLES.search(around):  # as `in_quotes` puts them
            yield at + 1, last
            at = last
        elif opened and char == opened[-1]:
            opened.pop()
            if not opened:
                yield start, at
        elif char in _CLOSING or char == '"':
            if not opened:
                start = at + 1
            opened.append(_CLOSING.get(char, char))
        at += 1
    if opened:
        yield start, max(start, len(text.rstrip('”»"')))


def in_quotes(words: str) -> str:
    """Return words in quotation marks, so that no two double ones stand together.

    Words that stand in double ones as a whole keep these; of others that begin or end with one,
    the outer marks are single.
    """
    if words[-1:] in ('"', "”", "»") and list(quotations(words)) == [(1, len(words) - 1)]:
        return words
    is_marked = words[:1] in _DOUBLE or words[-1:] in _DOUBLE
    return f"‘{words}’" if words and is_marked else f"“{words}”"


def in_single_marks(words: str) -> str:
    """Return words with single quotation marks for double ones, to stand beside a quotation."""
    return words.translate(_SINGLED)


def is_verbatim(quotation: str, source: str) -> bool:
    """Return whether a source, made :func:`plain`, has the words of a quotation.

    A full stop or comma that closes the quotation need not be the source's, and case does
    not count.
    """
    return plain(quotation).strip(" .,").casefold() in source.casefold()


def plain(text: str) -> str:
    """Return the text with one kind of white space and of quotation marks."""
    return re.sub(r"\s+", " ", text.translate(_TYPOGRAPHY)).strip()


# Verbs of saying. The groups are of one kind and not the same: each was chosen and measured for
# one use, so a verb that is added to one of them may change other answers than were meant.
# Strings are patterns without word boundaries; terms are stemmed, as `analyze` gives them.
_SAYING = "says?|said|told|according to"
# What makes a sentence of a source someone's claim, which may be wrong.
_CLAIMING = (
    "claim(?:s|ed|ing)?|alleg(?:es?|ed|edly)|accus(?:es?|ed)|argu(?:es?|ed)|insist(?:s|ed)?"
    "|assert(?:s|ed)?|contend(?:s|ed)?|believ(?:es?|ed)|warn(?:s|ed)?|suggest(?:s|ed)?"
    "|predict(?:s|ed)?|maintain(?:s|ed)? that"
)
# By which a sentence may ascribe such a claim in other words than its source: beginnings of words.
_ASCRIBING = (
    r"accord|announc|affirm|attribut|add(?:s|ed)\b|blam|call|cit(?:es|ed)\b|confirm"
    r"|consider|declar|deni|deny|describ|doubt|emphasi|estimat|expect|express|fear|found\b|finds?\b"
    r"|hop(?:es|ed)\b|point|pledg|promis|refus|reject|regard|report|reveal|rul(?:ed|es)\b|see\b|sees\b"
    r"|speak|spoke|stat(?:ed?|es)\b|stress|tell|think|thought|urg|view|vow|want|wish|wr(?:ite|ote)"
    r"|acknowledg|admit|conced|deem|explain|agree|note|mention|assess|condemn|critici|critics|sources?\b"
)
SAID = re.compile(rf"\b(?:{_SAYING})\b", re.IGNORECASE)
CLAIMED = re.compile(rf"\b(?:{_CLAIMING}|{_SAYING})\b", re.IGNORECASE)
ASCRIBED = re.compile(rf"{CLAIMED.pattern}|\b(?:{_ASCRIBING})", re.IGNORECASE)
# As terms, with words for what is ascribed to: a source need not have them.
ASCRIBING_TERMS = frozenset(
    """accord ad add announc argu ask assert claim confirm declar describ explain articl maintain
    discuss document evid inform mention note passag provid quot read report repeat said say sourc
    state statement stress summari tell text told warn write wrote""".split()
)

# In a question that wants to know what somebody says, and in the sentences that tell.
STATING = (
    "sa(?:y|id)|says|stat(?:es?|ed|ing)|announc(?:es?|ed)|told|tells?|confirm(?:s|ed)?|den(?:y|ied)"
    "|den(?:ies)|argu(?:es?|ed)|claim(?:s|ed)?|call(?:s|ed)?|warn(?:s|ed)?|assert(?:s|ed)?"
    "|add(?:s|ed)|stress(?:es|ed|ing)?|describ(?:es?|ed)|insist(?:s|ed)?|condemn(?:s|ed)?"
    "|consider(?:s|ed)?|according to|expressed|indicated|acknowledged|affirms|vowed|suggests?"
)
# In a question that wants to know what somebody makes of something.
JUDGING = "think|see|judge|look upon|view|react|respond|promise|make of"
# Any of the verbs above: with them, whoever is their subject says, thinks or wants something.
SAYS = (
    rf"\b(?:{STATING}|ask(?:s|ed)?|{_CLAIMING}|{_SAYING})\b"
    rf"|\b(?:{_ASCRIBING})(?:s|es|d|ed|t|ies|ied)?\b"
)
# What "the articles" do, and what an outlet does that a question names as its source.
ARTICLES_SAY = (
    r"(?:say|said|speak of|talk about|mention(?:ed)?|report(?:ed)?|tell(?: us)?|describe"
    r"|agree(?: on)?|differ(?: on)?)"
)
OUTLET_SAYS = "(?:says?|reports?|writes?|mentions?|states?|claims?)(?: that)?"
# Beginnings of words behind an outlet's name that make it the source asked about.
OUTLET_SAYING = "say|sa(?:ys|id)|report|writ|wrote|mention|stat|claim|argu|describ"
