"""Where the sentences of a paragraph begin and end.

sentencex (Wikimedia's, MIT, about 300 languages) finds the boundaries; pysbd is slower by far and
has had no release since 2021. Here the marks of notes and quotes go with their sentence, and what
an abbreviation or a number parts is joined.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from rag.text.layout.headings import part_level
from rag.text.layout.source import CLOSERS, RAISED, STOPS
from rag.text.words.abbreviations import goes_on, units_at_stops
from rag.text.words.raised import NOTE_LETTERS

Span = tuple[int, int]

_LAST_WORD = 40  # characters at the end of a sentence that say whether it goes on
_LOOKED_BACK = 2_000  # characters before a quotation mark that say whether it opens or closes
_STOP = re.escape(STOPS)
_CLOSER = re.escape(CLOSERS.replace("*", "").replace("_", ""))
# The number that a paragraph begins with: "2.", "(b)", "IV.".
_ENUMERATION = re.compile(r"[(\[]?(?:\d{1,3}(?:\.\d{1,3})*|[ivxlcIVXLC]{1,6}|\w)[.)\]]{1,2}")
_REMARK = re.compile(r"\([^()]{1,700}[.!?…][”\"’]?\)(?=\s)")  # a sentence in brackets
# Marks of notes: "³", "[12]", "[a]", "[note 3]", and "*" directly behind a word.
_BRACKETED = r"\[(?:\d{1,3}|[a-z]|[*†‡§]{1,3}|(?:[Nn]ote|[Nn]b|Anm\.) ?\d{1,3})\]"
_APART = rf"[{RAISED}{NOTE_LETTERS}]{{1,4}}|{_BRACKETED}"
_ONLY_MARKS = re.compile(rf"(?:{_APART}|[*†‡]|[\s,;])+")
_NOTED = re.compile(rf"(?:{_APART}|[*†‡]|\s)+$")
_BEGINS_NOTE = re.compile(_APART)
# What stands behind a full stop and belongs to the sentence before it.
_TAIL = re.compile(rf"(?:[{_CLOSER}]+|(?:\s*(?:{_APART}))+|[*†‡]+)+(?=\s|$)")
_LOOSE_QUOTE = re.compile(r"\s+([\"“”«»’])(?=\s|$)")
_ENDS = STOPS + CLOSERS + RAISED + NOTE_LETTERS + "†‡"  # that a sentence may end with
_AMID_WORDS = "/\\.,;:-_~$@#%&=+<>|"  # go on from a full stop without a space: "../etc"
_MOST_MARKS = 12  # characters of marks in a row
_PLAIN = re.compile(rf"[^\W_{RAISED}{NOTE_LETTERS}]")  # begins a word, and no mark of a note
_MAYBE_MARKED = re.compile(rf"[{RAISED}{NOTE_LETTERS}]")
_MARK = f"[{RAISED}{NOTE_LETTERS}]"
_MARK_BEHIND_STOP = re.compile(rf"{_MARK}(?<=[{_STOP}{_CLOSER}].){_MARK}*(?=\s)")
# A note's number whose raising was lost: "the boats left.20 According to".
_LOST_MARK = re.compile(r"\.(?<=[a-z]{4}\.)(\d{1,3})(?=\s+[“\"‘(]?[A-ZÀ-Þ])")
_OPENING = '“„‘‚«‹»"([{「『¿¡”’'
_HANGING_OPENER = re.compile(rf"\s+[{re.escape(_OPENING)}]+$")
_OPENED_BY = {"“": "„", "”": "“„", "’": "‘‚", "»": "«", "«": "»"}
_MONTHS_LIKE_ABBREVIATIONS = ("May.", "maj.")  # to sentencex, which they are whole words of


def sentence_spans(paragraph: str, language: str) -> list[Span]:
    """Return the sentences of a paragraph as spans without surrounding white space.

    Args:
        paragraph: some 10,000 characters at most.
        language: ISO 639-1 code; an unknown one is treated like English.
    """
    spans: list[Span] = []
    for low, high in _pieces(paragraph, language):
        if spans and _belongs_together(paragraph, spans[-1], (low, high)):
            spans[-1] = (spans[-1][0], high)
            continue
        remark = _REMARK.match(paragraph, low, high) if paragraph[low] == "(" else None
        if remark and paragraph[remark.end() : high].lstrip()[:1].isupper():
            spans.append((low, remark.end()))
            low = strip_span(paragraph, remark.end(), high)[0]
        spans.append((low, high))
    return spans


def last_sentence(words: str) -> str:
    """Return the last sentence of a paragraph, of a very long one as far as its end shows it."""
    words = words[-_LOOKED_BACK:]
    return words[slice(*sentence_spans(words, "en")[-1])]


def is_only_marks(words: str) -> bool:
    """Return whether words are marks of notes and nothing else: "³", "[12]"."""
    return len(words) <= _MOST_MARKS and _ONLY_MARKS.fullmatch(words) is not None


def strip_span(text: str, start: int, end: int) -> Span:
    """Return a span without the white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


@lru_cache(maxsize=1)
def _finder() -> Callable[[str, str], list[dict[str, Any]]]:
    from sentencex import get_sentence_boundaries

    return get_sentence_boundaries  # type: ignore[no-any-return]


def _pieces(paragraph: str, language: str) -> Iterator[Span]:
    """Yield what lies between the boundaries, each with its marks and quotation marks."""
    start = 0
    for found in _finder()(language, _masked(paragraph)):
        cut = found["end_index"]
        low, high = strip_span(paragraph, start, cut)
        if low == high:
            continue
        if cut < len(paragraph) and not (
            paragraph[high - 1] in STOPS and _PLAIN.match(paragraph, cut)
        ):
            high = _end(paragraph, low, high)
        if low < high:
            yield low, high
            start = high
    low, high = strip_span(paragraph, start, len(paragraph))
    if low < high:
        yield low, high


def _masked(paragraph: str) -> str:
    """Return a paragraph of the same length without what sentencex takes for an abbreviation."""
    masked = paragraph
    if not paragraph.isascii() and _MAYBE_MARKED.search(paragraph):
        masked = _MARK_BEHIND_STOP.sub(_blank, masked)
    for month in _MONTHS_LIKE_ABBREVIATIONS:
        if month in paragraph:
            masked = re.sub(rf"\b{month[:-1]}(?=\.\s)", "day", masked)
    masked = _LOST_MARK.sub(lambda found: "." + " " * len(found[1]), masked)
    for at in units_at_stops(paragraph):
        masked = f"{masked[:at]}%{masked[at + 1 :]}"
    return masked


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _end(paragraph: str, low: int, high: int) -> int:
    """Return where a sentence ends that was said to end at ``high``."""
    hanging = _HANGING_OPENER.search(paragraph, max(low, high - _MOST_MARKS), high)
    if hanging and not _closes(paragraph, high - 1):
        return hanging.start()
    if paragraph[high - 1] == "“" and not _closes(paragraph, high - 1):
        return high - 1
    if paragraph[high - 1] not in _ENDS:
        return high
    tail = _TAIL.match(paragraph, high)
    if tail and tail[0][0].isspace() and _BEGINS_NOTE.match(paragraph):
        return high  # a run of notes, each with its mark before it
    end = tail.end() if tail else high
    quote = _LOOSE_QUOTE.match(paragraph, end)
    if quote and _closes(paragraph, quote.start(1)):
        return quote.end()
    return end


def _closes(paragraph: str, at: int) -> bool:
    """Return whether a quotation mark closes what another has opened, rather than opens."""
    mark = paragraph[at]
    before = paragraph[max(0, at - _LOOKED_BACK) : at]
    if before[-1:].isspace() and not paragraph[at + 1 : at + 2].isspace():
        return False
    if mark == '"' or (mark == "“" and "”" not in before and "„" not in before):
        return before.count(mark) % 2 == 1
    if mark not in _OPENED_BY:
        return False
    opened = sum(map(before.count, _OPENED_BY[mark]))
    return opened > before.count(mark)


def _belongs_together(paragraph: str, left: Span, right: Span) -> bool:
    before = paragraph[max(left[0], left[1] - _LAST_WORD) : left[1]]
    after = paragraph[right[0] : min(right[1], right[0] + _LAST_WORD)]
    if after[0].islower() or (left[1] == right[0] and after[0] in _AMID_WORDS):
        return True
    if not _PLAIN.match(after) and not _has_words(paragraph[slice(*right)]):
        return True
    if left[1] - left[0] < _LAST_WORD and (_is_number(before) or is_only_marks(before)):
        return True
    if before[-1] not in STOPS:
        before = _NOTED.sub("", before)
    return before[-1:] == "." and goes_on(before, after)


def _has_words(words: str) -> bool:
    return any(map(str.isalnum, words)) and not is_only_marks(words)


def _is_number(words: str) -> bool:
    """Return whether words are the number of what follows: "2.", "(b)", "Section 2."."""
    return _ENUMERATION.fullmatch(words) is not None or (
        len(words.split()) <= 2 and part_level(words) > 0
    )
