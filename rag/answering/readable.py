"""How much must be quoted for a sentence to be understood on its own."""

from __future__ import annotations

import re

from rag.retrieval.sentences import Candidate
from rag.types import Sentence

# A beginning that speaks of something in the sentence before.
_LEANING = re.compile(
    r"[“\"'(]*(?:(?:and|but|so|also|however|moreover|indeed|instead|thus|therefore|yet|still|then)\b"
    r"[\s,]*)?(?:this|that|these|those|it|its|he|she|they|his|her|their|such|both|neither|the (?:source"
    r"|latter|former|meeting|statement|second|third|same|two))\b",
    re.IGNORECASE,
)
# "That" and "it" that lean on nothing: "It is worth mentioning …".
_STANDING = re.compile(
    r"[“\"'(]*it(?:’s|'s| is| was| has been) \w+ (?:that|mentioning|noting)\b|[“\"'(]*it(?:’s|'s| is) (?:generally|widely)\b",
    re.I,
)
# Speech after a colon without quotation marks goes on behind the full stop.
_OPEN_SPEECH = re.compile(
    r"\b(?:said|says|stated|announced|added|wrote|declared)(?: \w+)?:\s*\w[^“”\"]*$"
)
MOST = 600  # characters of a quote that was made longer; more is no quote but a passage


def readable(candidate: Candidate) -> tuple[int, int]:
    """The span to quote for a sentence: with the one before or after where it needs it.

    Returns 0-based, end-exclusive offsets; no clutter, aside or heading is within.
    """
    start, end = candidate.sentence.start, candidate.sentence.end
    text = candidate.text
    if _LEANING.match(text) and not _STANDING.match(text) and _joins(candidate, candidate.before):
        assert candidate.before is not None
        start = candidate.before.start
    elif _OPEN_SPEECH.search(text) and _joins(candidate, candidate.after):
        assert candidate.after is not None
        end = candidate.after.end
    return start, end


def _joins(candidate: Candidate, other: Sentence | None) -> bool:
    """Whether a neighbour can be quoted in one stretch with the sentence."""
    if other is None or other.kind != "text":
        return False
    start = min(other.start, candidate.sentence.start)
    end = max(other.end, candidate.sentence.end)
    marks = candidate.article.marks
    return end - start <= MOST and not any(m.start < end and start < m.end for m in marks)
