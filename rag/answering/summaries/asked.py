"""Recognise a question that wants a summary or a timeline, and of what."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from rag.text.numbers import SMALL_NUMBERS
from rag.text.words.documents import DOCUMENT_NOUN, SURE

_SIZES = {word: number for number, word in enumerate(SMALL_NUMBERS)} | {"a": 1, "one": 1}
_NUMBER = rf"(?:\d{{1,2}}|{'|'.join(filter(None, SMALL_NUMBERS))}|a)"
_UNITS = r"(?:sentences?|points?|bullets?|bullet points|lines?|quotes?)"
_PLEASE = r"^\W*(?:please |can you |could you |give me |show me |i need |write |make |create )*"
# What follows a noun, so that "Timeline Inc" and "main points scorer" ask for no summary.
_OF = r"(?= (?:of|on|about|for|from|in)\b|\s*[:,?.!]|\s*$)"
_SUMMARY = re.compile(
    rf"{_PLEASE}(?:(?:summari[sz]e|sum up|recap|tl;?dr)\b|(?:an? |the )?(?:short |brief |quick )?"
    rf"(?:summary|overview|gist|outline|synopsis|digest|recap)(?: of| on| about|:|\W*$)"
    rf"|(?:the |your )?(?:{_NUMBER} )?(?:key|main|most important|central) "
    rf"(?:points|takeaways|messages|facts|findings|ideas){_OF}"
    r"|what (?:are|were) the (?:key|main|most important|central) "
    rf"(?:points|takeaways|messages|ideas){_OF}"
    r"|what (?:do|does|can) (?:we|you|i|one) (?:know|tell me|learn|say) (?:about|of|on)"
    r"|what is known (?:about|of|on)|tell me (?:more |everything |all )?about"
    r"|(?:all|everything) (?:that is known )?about"
    rf"|what (?:is|are) (?=(?:the |this |these |my |your )?(?:{DOCUMENT_NOUN}|collection"
    r"|folder) about\W*$))(?P<of>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_TIMELINE = re.compile(
    rf"{_PLEASE}(?:an? |the )?(?:timeline|chronology|time line|sequence of events|course of events)"
    rf"{_OF}(?P<of>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_SIZE = re.compile(
    rf"[,;]?\s*\b(?:in|with|within|using)(?: (?:at most|no more than|up to|about|just|only))? "
    rf"(?P<size>{_NUMBER}) (?:short |brief )?{_UNITS}\b",
    re.IGNORECASE,
)
_SIZE_BEFORE = re.compile(rf"\b(?P<size>{_NUMBER}) (?:key|main|most important|central)", re.I)
_LEAD = re.compile(r"^\W*(?:(?:of|on|about|for|from|to me|me|us)\b\s*)+", re.IGNORECASE)
_ALL = re.compile(
    r"^\W*(?:(?:all|everything|it|this|that|them|of|in|the|these|those|your|my|our|whole|entire)\b"
    rf"\s*)*(?:(?:{SURE})|collection|corpus|folder|archive|library|here"
    r"|events)?(?: (?:say|about|are about|is about|mean))?\W*$",
    re.IGNORECASE,
)


class SummaryAsked(NamedTuple):
    """What a summary is to be of: words, empty for all documents; and its most sentences."""

    form: Literal["summary", "timeline"]
    of: str
    size: int | None = None


def read_summary(question: str) -> SummaryAsked | None:
    """Return what a question wants summarised; None where it wants something else.

    Args:
        question: in words.
    """
    before = _SIZE_BEFORE.search(question)
    sized = _SIZE.search(question) or before
    text = " ".join(_SIZE.sub("", question).split())
    timeline = _TIMELINE.match(text)
    found = timeline or _SUMMARY.match(text)
    if found is None:
        return None
    of = _LEAD.sub("", found["of"]).strip(' ?.!:,"“”')
    if _ALL.match(of):
        of = ""
    size = sized["size"].lower() if sized else ""
    return SummaryAsked(
        "timeline" if timeline else "summary", of, int(_SIZES.get(size, size or 0)) or None
    )
