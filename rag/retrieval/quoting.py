"""Decide what can be quoted, and how much of it, to be understood on its own."""

from __future__ import annotations

import re
from bisect import bisect_left

from rag.retrieval.rank import Candidate
from rag.text.blocks import block_of
from rag.text.sentences import Sentence
from rag.types import Article

# A beginning that speaks of something in the sentence before.
_LINKS = "and|but|so|also|however|moreover|indeed|instead|thus|therefore|yet|still|then"
_POINTERS = "this|that|these|those|it|its|he|she|they|his|her|their|such|both|neither"
_KNOWN = "source|latter|former|meeting|statement|second|third|same|two"
_LEANING = re.compile(
    rf"[“\"'(]*(?:(?:{_LINKS})\b[\s,]*)?(?:{_POINTERS}|the (?:{_KNOWN}))\b", re.IGNORECASE
)
# "That" and "it" that lean on nothing: "It is worth mentioning …".
_STANDING = re.compile(
    r"[“\"'(]*it(?:’s|'s|\s+(?:is|was|has|had)(?: been)?) \w+(?: \w+)? that\b"
    r"|[“\"'(]*it(?:’s|'s|\s+is) (?:\w+ )?(?:mentioning|noting|generally|widely|worth)\b",
    re.IGNORECASE,
)
# Speech after a colon without quotation marks goes on behind the full stop.
_OPEN_SPEECH = re.compile(
    r"\b(?:said|says|stated|announced|added|wrote|declared)(?: \w+)?:\s*\w[^“”\"]*$"
)
_OPENERS = '“"«„'
_CLOSERS = "”\"’' "
_BROKEN = ("…", "...")  # how a copy ends that was cut short
CREDIT = re.compile(
    r"(?:PC|Photo|Image|Credit|Courtesy|Getty|Source)s?\b[^:.]{0,20}:"
    r"|\W*(?:pictured|photographed|picture|photo)(?: (?:above|below|left|right|here|top|bottom))\b",
    re.IGNORECASE,
)
_FEWEST_TERMS = 4  # fewer make no statement that can stand alone
_LONGEST = 600  # characters of a quote that was made longer; more is no quote but a passage


def readable(candidate: Candidate) -> tuple[int, int]:
    """Return the span to quote for a sentence, with the sentence before or after if it needs one.

    Returns 0-based, end-exclusive offsets; no clutter, aside or heading is within.
    """
    return stretch(candidate.article, candidate.sentence, candidate.before, candidate.after)


def stretch(
    article: Article,
    sentence: Sentence,
    before: Sentence | None,
    after: Sentence | None,
    *,
    leans: bool = False,
) -> tuple[int, int]:
    """Return the span to quote for a sentence, like :func:`readable`.

    Args:
        article: the article of the sentence.
        sentence: what is quoted.
        before, after: the sentences beside it, if any.
        leans: whether it needs the sentence before, whatever it begins with.
    """
    start, end = sentence[:2]
    text = article.text[start:end]
    other = None
    if leans or (_LEANING.match(text) and not _STANDING.match(text)):
        # “This is …” of somebody quoted leans on nothing that a paragraph before tells.
        speaks = not leans and text[0] in _OPENERS
        if before and not (speaks and block_of(article.blocks, before.start, end) is None):
            other = before
    elif _OPEN_SPEECH.search(text):
        other = after
    if other is None or other.kind != "text":
        return start, end
    first, last = min(start, other.start), max(end, other.end)
    # Marks are in order and never overlap; of those before the end, the last reaches furthest.
    behind = bisect_left(article.marks, last, key=lambda mark: mark.start)
    marked = behind > 0 and article.marks[behind - 1].end > first
    return (start, end) if marked or last - first > _LONGEST else (first, last)


def is_quotable(candidate: Candidate) -> bool:
    """Return whether a sentence states something: no question, no picture credit, not cut short.

    A row, a list item and a field say what they say in however few words.
    """
    if candidate.sentence.kind != "text":
        return True
    return is_statement(candidate.text, len(candidate.terms))


def is_statement(text: str, terms: int) -> bool:
    """Return whether prose with so many terms states something that can stand alone."""
    if terms < _FEWEST_TERMS or CREDIT.match(text):
        return False
    return not text.rstrip(_CLOSERS).endswith("?") and not breaks_off(text)


def breaks_off(text: str) -> bool:
    """Return whether a sentence ends in an ellipsis, as in a copy that was cut short."""
    return text.rstrip(_CLOSERS).endswith(_BROKEN)
