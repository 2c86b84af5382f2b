"""What can be quoted: the sentences, headings, rows, items and fields of an article, as spans.

The blocks of an article say what its parts are; a paragraph is split into its sentences
(:mod:`rag.text.words.boundaries`), an entry of a list is quoted whole unless it is long. Clutter
and marks of notes that stand alone are left out, and endless sentences are cut.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from rag.text.blocks import Block, BlockKind
from rag.text.layout.source import ends_sentence, raw_lines
from rag.text.lines import find_blocks
from rag.text.words.boundaries import is_only_marks, sentence_spans, strip_span

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


_KINDS: dict[BlockKind, SentenceKind] = {
    "text": "text",
    "turn": "text",
    "heading": "heading",
    "item": "item",
    "row": "row",
    "field": "field",
}
_WHOLE = ("row", "field")  # quoted whole
_MAX_ITEM = 400  # characters of an entry of a list that is quoted whole though it has sentences


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
    for at, line, _ in raw_lines(text):
        words = line.strip()
        if words:
            start = at + len(line) - len(line.lstrip())
            lines.append(Line(start, start + len(words), words))
    return lines


MAX_SENTENCE = 700  # characters: about 175 tokens, so that any sentence fits the embedder
# Characters handed to sentencex at once: on a run of opening quotes it takes quadratic time.
_MAX_PARAGRAPH = 10_000


def split_sentences(
    text: str,
    marks: Sequence[Mark],
    *,
    title: str = "",
    language: str = "en",
    blocks: Sequence[Block] = (),
) -> list[Sentence]:
    """Return the sentences and other units of an article, in order, without clutter.

    Args:
        text: the article.
        marks: its clutter and asides.
        title: its title; a part that repeats it is a heading.
        language: ISO 639-1 code; an unknown one is treated like English.
        blocks: its parts; without any, those that the lines of a plain text show.

    Returns spans without surrounding white space; none crosses into clutter or another block.
    """
    clutter = _Places(mark for mark in marks if mark.kind == "clutter")
    asides = _Places(mark for mark in marks if mark.kind == "aside")
    named, longest = title.split(), 2 * len(title)
    sentences: list[Sentence] = []
    for block in blocks or find_blocks(text):
        for start, end in _outside(text, block, clutter):
            kind = _KINDS[block.kind]
            if kind == "heading" or (end - start <= longest and text[start:end].split() == named):
                pieces = _cut(text, start, end, MAX_SENTENCE)
                sentences += [Sentence(low, high, "heading") for low, high in pieces]
                continue
            if kind == "text" and is_only_marks(text[start:end]):
                continue
            if kind in _WHOLE or (kind == "item" and _is_one(text, start, end)):
                pieces = _cut(text, start, end, MAX_SENTENCE)
            else:
                pieces = _split_paragraph(text, start, end, language)
            units = (Sentence(low, high, kind, block.label) for low, high in pieces)
            sentences += _with_asides(units, asides) if asides.starts else units
    return sentences


def _is_one(text: str, start: int, end: int) -> bool:
    """Return whether an entry of a list is quoted whole."""
    return end - start <= _MAX_ITEM or not ends_sentence(text[start:end])


class _Places:
    """Marks of one kind by where they begin and end, in order."""

    def __init__(self, marks: Iterable[Mark]) -> None:
        found = sorted(marks)
        self.starts = [mark.start for mark in found]
        self.ends = [mark.end for mark in found]


def _outside(text: str, block: Block, clutter: _Places) -> Iterator[tuple[int, int]]:
    """Yield what is left of a block without clutter."""
    start = block.start
    first = bisect_right(clutter.ends, start)
    for at in range(first, bisect_left(clutter.starts, block.end)):
        low, high = strip_span(text, start, max(clutter.starts[at], start))
        if low < high:
            yield low, high
        start = clutter.ends[at]
    low, high = strip_span(text, start, max(block.end, start))
    if low < high:
        yield low, high


def _with_asides(sentences: Iterator[Sentence], asides: _Places) -> Iterator[Sentence]:
    """Yield sentences, those that an aside stands in as asides."""
    for sentence in sentences:
        before = bisect_left(asides.starts, sentence.end)
        aside = before and asides.ends[before - 1] > sentence.start
        yield sentence._replace(kind="aside") if aside else sentence


def _split_paragraph(text: str, start: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    for low, high in _cut(text, start, end, _MAX_PARAGRAPH):
        for a, b in sentence_spans(text[low:high], language):
            yield from _cut(text, low + a, low + b, MAX_SENTENCE)


def _cut(text: str, start: int, end: int, limit: int) -> Iterator[tuple[int, int]]:
    """Cut a span into pieces of at most ``limit`` characters, after a full stop or a word."""
    while end - start > limit:
        window = (start + 1, start + limit)
        stop = text.rfind(". ", *window) + 1 or text.rfind(" ", *window)
        at = stop if stop > start else start + limit
        yield strip_span(text, start, at)
        start, _ = strip_span(text, at, end)
    if start < end:
        yield start, end
