"""Whose words a question asks for: what did Kovic say about the bridge, according to Kovic."""

from __future__ import annotations

import re
from typing import NamedTuple

from rag.retrieval.spoken.attributions import name_in
from rag.text.quotations import JUDGING, SAYS
from rag.text.terms import is_stopword
from rag.text.words.documents import DOCUMENT_NOUN, OTHER_NOUN

_WHO = r"(?P<who>[^,;:?!“”\"()]{1,80}?)"
# What is asked of Kovic is no "was Kovic told"; "what is Kovic's view" is.
_ASKED = (
    re.compile(
        rf"\b(?:do|does|did|has|have|had|would|will|can|could) {_WHO}(?<![’']s)(?<!s[’']) "
        rf"(?:{SAYS}|\b(?:{JUDGING})\b|\w+(?= about\b))",
        re.IGNORECASE,
    ),
    re.compile(rf"\b(?:is|was) {_WHO}[’']s? view\b", re.IGNORECASE),
    re.compile(rf"\baccording to {_WHO}(?=[,?.]|$)", re.IGNORECASE),
)
# What somebody wrote says what they say: "Kovic's letter", "the letter from Kovic to the board".
_TEXT = rf"(?:[\w-]+ ){{0,2}}(?:{DOCUMENT_NOUN}|{OTHER_NOUN}|op-?eds?|speech|testimony)"
_WRITTEN = (
    re.compile(rf"(?P<who>.+?)[’']s? {_TEXT}(?: to .+)?", re.IGNORECASE),
    re.compile(rf"(?:the|an?) {_TEXT} (?:from|by|of) (?P<who>.+?)(?: to .+)?", re.IGNORECASE),
)
# "The Board", for which others may speak, and several at once.
_NO_PERSON = re.compile(r"the \w+|.* and .*", re.IGNORECASE)
_ABOUT = re.compile(
    r"\s*\b(?:about|of|on|regarding|concerning)\b\s+(?P<topic>[^?]+)", re.IGNORECASE
)


class AskedSpeaker(NamedTuple):
    """Somebody whose words are asked for.

    Attributes:
        name: as in the question.
        meant: the words that mean them or what they wrote: "the letter from Ana Kovic".
        topic: what about, in the words of the question; empty where that is not a phrase by itself.
    """

    name: str
    meant: str
    topic: str = ""


def asked_speaker(question: str) -> AskedSpeaker | None:
    """Return whose words a question asks for; None where it asks for nobody's by name."""
    for form in _ASKED:
        found = form.search(question)
        name = _whole_name(found["who"]) if found else ""
        if found and name:
            about = _ABOUT.match(question, found.end())
            return AskedSpeaker(name, found["who"], about["topic"].strip(" .") if about else "")
    return None


def _whole_name(who: str) -> str:
    """Return the name that a subject ends with: none in "the Swedish paper"."""
    for form in _WRITTEN:
        text = form.fullmatch(who)
        who = text["who"] if text else who
    name = "" if _NO_PERSON.fullmatch(who) else name_in(who)
    behind = who.partition(name)[2].split() if name else []
    return name if all(is_stopword(word.lower()) for word in behind) else ""
