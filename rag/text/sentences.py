"""Sentences and headings as spans of an article.

sentencex (Wikimedia's, MIT, about 300 languages) finds the boundaries; pysbd is slower by far and
has had no release since 2021. This module leaves clutter out, joins wrapped lines, tells headings
from sentences, joins fragments and cuts endless sentences.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Literal, NamedTuple

# What str.splitlines calls a line end, less those that occur inside sentences.
_LINE = re.compile(r"[^\r\n\f\v\u2028\u2029]+")
# Characters of the lines of a column of text that a program has wrapped.
_WRAP_WIDTHS = range(50, 121)
_MIN_WRAPPED_LINES = 3  # with fewer lines there is no telling
_FULL_LINE = 0.6  # of the usual width: a longer line goes on in the next


MarkKind = Literal["clutter", "aside"]
# An aside is prose as "text" is; a row, an item and a field are quoted whole.
SentenceKind = Literal["text", "heading", "aside", "row", "item", "field"]


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A stretch of an article that is not its reporting.

    ``clutter`` (share buttons, adverts, …) is neither indexed nor cited; an
    ``aside`` (an editor's bracketed remark) is indexed but never quoted.
    """

    start: int
    end: int
    kind: MarkKind
    label: str


class Sentence(NamedTuple):
    """What can be quoted: a sentence, heading, table row, list item or field, as a span.

    Attributes:
        start, end: its place in the text of its article.
        kind: what it is.
        label: what belongs to it and stands elsewhere: of a row the header, of an item the line
            that the list hangs on, of a sentence in a turn of speech the speaker; else empty.
    """

    start: int
    end: int
    kind: SentenceKind
    label: str = ""


class Line(NamedTuple):
    """A line with words: its span without surrounding white space, and those words."""

    start: int
    end: int
    text: str


def split_lines(text: str) -> list[Line]:
    """Return the lines of a text that are not blank."""
    lines = []
    for match in _LINE.finditer(text):
        words = match.group().strip()
        if words:
            start = match.start() + match.group().index(words)
            lines.append(Line(start, start + len(words), words))
    return lines


def join_wrapped(text: str, lines: list[Line]) -> list[tuple[int, int]]:
    """Return the spans of paragraphs: lines, joined where a program wrapped a sentence.

    Args:
        text: the whole text, to see the blank lines between the lines.
        lines: the lines that belong to the article.
    """
    adjoining = [
        text.count("\n", a.end, b.start) <= 1 and not text[a.end : b.start].strip()
        for a, b in pairwise(lines)
    ]
    followed = [len(a.text) for a, near in zip(lines, adjoining, strict=False) if near]
    width = median(followed) if len(followed) >= _MIN_WRAPPED_LINES else 0
    wrapped = round(width) in _WRAP_WIDTHS
    spans: list[tuple[int, int]] = []
    for at, line in enumerate(lines):
        goes_on = (
            at > 0
            and adjoining[at - 1]
            and (
                line.text[0].islower()
                or (wrapped and len(lines[at - 1].text) >= _FULL_LINE * width)
            )
        )
        if goes_on:
            spans[-1] = (spans[-1][0], line.end)
        else:
            spans.append((line.start, line.end))
    return spans


MAX_SENTENCE = 700  # characters: about 175 tokens, so that any sentence fits the embedder
# Characters handed to sentencex at once: on a run of opening quotes it takes quadratic time.
_MAX_PARAGRAPH = 10_000
_LAST_WORD = 40  # characters at the end of a sentence that say whether it goes on
_MAX_HEADING_WORDS = 16
_MAX_HEADING = 160  # characters
_MAX_BYLINE_WORDS = 6  # "By Elijah J. Magnier:" has a full stop and is no sentence
_ENDS = tuple(".!?…。！？؟।”\"’'»)]")
# After these a full stop ends no sentence, whatever stands behind it.
_TITLE_ABBREVIATION = re.compile(
    r"(?:^|[\s(“\"])(?:Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Maj|Col|Lt|Capt|Sgt|Cmdr|Adm|Brig|St|Rev|"
    r"Hon|Pres|Amb|Sect|Sec|Asst|Dep|[A-Z])\.\s*$"
)
# "U.S." and its kind end a sentence only where the next begins like one.
_INITIALISM = re.compile(r"(?:^|[\s(“\"])(?:[A-Z]\.){2,}\s*$")
_OPENERS = re.compile(
    r"(?:The|A|An|This|That|These|Those|He|She|It|They|We|I|In|On|At|But|And|However|When|While|"
    r"After|Before|If|As|For|There|His|Her|Its|Their|Our)\b"
)


def split_sentences(
    text: str, marks: Sequence[Mark], *, title: str = "", language: str = "en"
) -> list[Sentence]:
    """Return the sentences and headings of an article, in order, without clutter.

    Args:
        text: the article.
        marks: its clutter and asides.
        title: its title; a paragraph that repeats it is a heading.
        language: ISO 639-1 code; an unknown one is treated like English.

    Returns spans without surrounding white space; none crosses into clutter.
    """
    clutter = [mark for mark in marks if mark.kind == "clutter"]
    asides = [mark for mark in marks if mark.kind == "aside"]
    sentences = []
    for group in _between(split_lines(text), clutter):
        for start, end in join_wrapped(text, group):
            if text[start:end].split() == title.split() or _is_heading(text[start:end]):
                sentences.append(Sentence(start, end, "heading"))
            else:
                sentences += _split_paragraph(text, start, end, language, asides)
    return sentences


def _between(lines: list[Line], clutter: list[Mark]) -> Iterator[list[Line]]:
    """Yield runs of lines without clutter between them; marks cover whole lines."""
    covered = {mark.start for mark in clutter}
    run: list[Line] = []
    for line in lines:
        if line.start in covered:
            yield run
            run = []
        else:
            run.append(line)
    yield run


def _split_paragraph(
    text: str, start: int, end: int, language: str, asides: list[Mark]
) -> Iterator[Sentence]:
    spans = (
        (low + a, low + b)
        for low, high in _cut(text, start, end, _MAX_PARAGRAPH)
        for a, b in _boundaries(text[low:high], language)
    )
    for span in spans:
        for low, high in _cut(text, *span, MAX_SENTENCE):
            before = bisect_left(asides, high, key=lambda mark: mark.start)
            aside = before and asides[before - 1].end > low
            yield Sentence(low, high, "aside" if aside else "text")


def _is_heading(paragraph: str) -> bool:
    if len(paragraph) > _MAX_HEADING:
        return False
    if len(paragraph.split()) > _MAX_HEADING_WORDS or any(c in paragraph for c in ".!?。！？؟।"):
        return (
            paragraph.rstrip(".:").startswith("By ") and len(paragraph.split()) <= _MAX_BYLINE_WORDS
        )
    return not paragraph.rstrip().endswith(_ENDS)


def _boundaries(paragraph: str, language: str) -> list[tuple[int, int]]:
    from sentencex import get_sentence_boundaries

    spans: list[tuple[int, int]] = []
    for found in get_sentence_boundaries(language, paragraph):
        low, high = _strip(paragraph, found["start_index"], found["end_index"])
        if low == high:
            continue
        if spans and _belongs_together(paragraph, spans[-1], (low, high)):
            spans[-1] = (spans[-1][0], high)
        else:
            spans.append((low, high))
    return spans


def _belongs_together(paragraph: str, left: tuple[int, int], right: tuple[int, int]) -> bool:
    before = paragraph[max(left[0], left[1] - _LAST_WORD) : left[1]]
    after = paragraph[slice(*right)]
    if not any(char.isalnum() for char in after) or after[0].islower():
        return True
    if _INITIALISM.search(before):
        return _OPENERS.match(after) is None
    return _TITLE_ABBREVIATION.search(before) is not None


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _cut(text: str, start: int, end: int, limit: int) -> Iterator[tuple[int, int]]:
    """Cut a span into pieces of at most ``limit`` characters, after a full stop or a word."""
    while end - start > limit:
        window = (start + 1, start + limit)
        stop = text.rfind(". ", *window) + 1 or text.rfind(" ", *window)
        at = stop if stop > start else start + limit
        yield _strip(text, start, at)
        start, _ = _strip(text, at, end)
    if start < end:
        yield start, end
