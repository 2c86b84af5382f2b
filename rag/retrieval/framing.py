"""What surrounds a question: where to look, courtesy, orders to whoever answers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.documents.terms import analyze, is_stopword

_SOURCES = (
    r"(?:(?:the|these|those|your|all|different|various|our) )*"
    r"(?:articles?|sources|documents|texts?|corpus)"
)
_SPEAK = (
    r"(?:say|said|speak of|talk about|mention(?:ed)?|report(?:ed)?|tell(?: us)?|describe"
    r"|agree(?: on)?|differ(?: on)?)"
)
_OPENERS = (
    "please|now something else|something else|another question|one more thing|tell me"
    "|i(?: would|'d) like to know|(?:can|could) you tell me"
)
# Words that speak of the articles and not of what they say.
_FRAMES = (
    re.compile(rf"\b(?:according to|based on|in|from) {_SOURCES}\b,?", re.IGNORECASE),
    re.compile(
        rf"\b(?:what )?(?:do|does|did|have|has) {_SOURCES}\s+{_SPEAK}\b",
        re.IGNORECASE,
    ),
    re.compile(rf"^\s*(?:{_OPENERS})\b[,:]?", re.IGNORECASE),
)
# Orders to whoever answers: never followed, and left out of what is looked for.
_ORDERS = (
    *("ignore", "disregard", "forget", "override", "bypass", "pretend", "act as", "role-?play"),
    *("repeat after", "say that", "claim that", "state that", "print", "reveal", "show me your"),
    *("output", r"do(?: not|n't) cite", r"cite \[", "translate", "write (?:a|an|me)"),
    r"(?:answer|respond) (?:with|only|in|yes|no|true|false|\d)",
    "you (?:are|must|should|will|may) (?:now|not)",
)
_ORDER = re.compile(
    rf"^\W*(?:(?:system|assistant|user)\s*:|(?:(?:please|now|and) )*(?:{'|'.join(_ORDERS)}))",
    re.IGNORECASE,
)
_SAYS = "(?:says?|reports?|writes?|mentions?|states?|claims?)(?: that)?"
# What stands before or after the name of an outlet that is asked about as a source.
_BEFORE_SOURCE = re.compile(
    r"\b(?:according to|as reported by|in|from|per|do(?:es)?|did)(?: the)?\W*$", re.I
)
_AFTER_SOURCE = re.compile(
    r"(?:[’']s)?\W*(?:\w+\W+){0,3}?(?:say|sa(?:ys|id)|report|writ|wrote|mention|stat|claim|argu|describ"
    r"|article|source|account|blog|stor(?:y|ies)|piece|analysis|figure|number|conclu|put|giv|call)",
    re.IGNORECASE,
)


def split_orders(text: str) -> tuple[str, int]:
    """What a text asks, and how many of its sentences are orders to the answerer instead."""
    split = sentences_of(text)
    kept = [sentence for sentence in split if not _ORDER.match(sentence)]
    return " ".join(kept), len(split) - len(kept)


def unframe(text: str, outlets: Sequence[str]) -> str:
    """The text without what only says where to look; as it is where nothing would be left.

    Args:
        text: a question.
        outlets: those that it names; "according to OUTLET" is left out.
    """
    bare = text
    for frame in _FRAMES:
        bare = frame.sub(" ", bare)
    for outlet in outlets:
        name = re.escape(outlet)
        bare = re.sub(rf",?\s*\b(?:according to|as reported by) {name}\b,?", " ", bare, flags=re.I)
        bare = re.sub(rf"\b(?:do(?:es)? )?{name} {_SAYS}\b", " ", bare, flags=re.IGNORECASE)
    bare = re.sub(r"\s+([?.,;:])", r"\1", " ".join(bare.split()))
    bare = re.sub(r"\?(?:\s*\?)+", "?", bare)
    return " ".join(part for part in sentences_of(bare) if meaning(part)) or text


def says(text: str, start: int, end: int) -> bool:
    """Whether the outlet named at a place is asked about as a source, not as a subject."""
    before = _BEFORE_SOURCE.search(text, 0, start)
    return before is not None or _AFTER_SOURCE.match(text, end) is not None


def meaning(text: str) -> int:
    """How many words of a text carry meaning."""
    return sum(not is_stopword(term.term) for term in analyze(text))


def sentences_of(text: str) -> list[str]:
    """The sentences of what a user typed."""
    from sentencex import segment

    return [sentence.strip() for sentence in segment("en", text) if sentence.strip()]
