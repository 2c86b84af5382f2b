"""What a follow-up question means: the question that it would be on its own."""

from __future__ import annotations

import re

from rag.documents.terms import analyze, is_stopword

# Words that point back at what was said before.
_POINTING = re.compile(
    r"\b(?:he|she|they|it|him|her|them|his|hers|their|theirs|its|this|these|those|there|then"
    r"|one|ones|former|latter|same|else|(?:that|which)(?=\s*[?.!,]|\s*$))\b"
    r"|\b(?:say|said|did|do|does|mean|call|about|of|to|is|was)\s+that\b",
    re.IGNORECASE,
)
_CONTINUING = re.compile(
    r"^\s*(?:and|but|or|so|then|also|what about|how about|which one|what else|who else|since when"
    r"|no,|sorry|i meant?)\b",
    re.IGNORECASE,
)
FEW = 1  # meaningful words with which a question can hardly stand alone ("Why?", "Who said so?")


def stand_alone(question: str, topic: str | None) -> str:
    """The question as it would be asked on its own.

    Args:
        question: as asked.
        topic: the last question of the conversation that stood on its own, if any.

    A question that points back is set behind the one that it points back to.
    """
    if topic is None or not points_back(question):
        return question
    return f"{topic} {question}"


def points_back(question: str) -> bool:
    """Whether a question can hardly be understood without the one before."""
    if _CONTINUING.match(question) or _POINTING.search(question):
        return True
    return sum(not is_stopword(term.term) for term in analyze(question)) <= FEW
