"""Recognise what an LLM says beside its answer: the question once more, courtesies, itself again.

None of it states anything about the documents, and none of it can cite anything.
"""

from __future__ import annotations

import re

from rag.text.terms import analyze

MOST_REPEATED = 3  # times that a sentence is written again before the LLM is stopped
# What stands before a question that is repeated.
_ASKED = re.compile(r"^\W*(?:(?:the\s+)?question|q|user|frage|pregunta|domanda)\s*[:：]\s*", re.I)
_COURTESY = re.compile(
    r"^\W*(?:(?:i\s+)?hope\s+(?:this|that|it)\s+helps?\b|(?:please\s+)?(?:let\s+me\s+know|feel\s+free)"
    r"\b.{0,60}\b(?:if|to\s+ask|questions?|more|further|else|help)\b"
    r"|if\s+you\s+(?:have|need|want|would\s+like)\b.{0,60}\b(?:questions?|more|further|else|"
    r"clarif\w+|details?|help)\b.{0,60}$|is\s+there\s+anything\s+else\b|would\s+you\s+like\s+me\s+to\b"
    r"|(?:sure|certainly|of\s+course|great\s+question|absolutely)\s*[!.,]?\W*$"
    r"|(?:sure|certainly|of\s+course)[,!]\s+(?:here\b|i\b|let\s+me\b)"
    r"|ich\s+hoffe,\s+das\s+hilft|j[’']espère\s+que\s+(?:cela|ça)\s+(?:vous\s+)?aide"
    r"|espero\s+que\s+(?:esto|isso|te|le)\b.{0,20}\b(?:ayude|ajude))",
    re.IGNORECASE,
)


# The same four words or more, three times running.
_LOOP = re.compile(r"\b(\w+(?:\W+\w+){3,11}?)(?:\W+\1\b){2}", re.IGNORECASE)


def goes_in_circles(sentence: str) -> bool:
    """Return whether a sentence says the same words again and again."""
    return _LOOP.search(sentence) is not None


def is_aside(sentence: str, question: str) -> bool:
    """Return whether a sentence is a courtesy, or the question once more.

    Args:
        sentence: one sentence, without citation marks.
        question: as understood.
    """
    if _COURTESY.match(sentence):
        return True
    asked = _ASKED.sub("", sentence)
    return asked.rstrip().endswith(("?", "？")) and _words(asked) == _words(question)


def _words(text: str) -> list[str]:
    return [term.term for term in analyze(text)]
