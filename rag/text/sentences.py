"""What can be quoted: the sentences, headings, rows, items and fields of an article, as spans.

The blocks of an article say what its parts are. sentencex (Wikimedia's, MIT, about 300 languages)
finds the boundaries of the sentences within; pysbd is slower by far and has had no release since
2021. This module leaves clutter out, joins fragments and cuts endless sentences.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from rag.text.blocks import Block, BlockKind
from rag.text.layout.headings import part_level
from rag.text.layout.source import RAISED, ends_sentence
from rag.text.lines import find_blocks

# What str.splitlines calls a line end, less those that occur inside sentences.
_LINE = re.compile(r"[^\r\n\f\v\u2028\u2029]+")


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
_WHOLE = ("row", "field")  # quoted whole, as an entry of a list is that is no sentence


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


MAX_SENTENCE = 700  # characters: about 175 tokens, so that any sentence fits the embedder
# Characters handed to sentencex at once: on a run of opening quotes it takes quadratic time.
_MAX_PARAGRAPH = 10_000
_LAST_WORD = 40  # characters at the end of a sentence that say whether it goes on
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


# Behind these a full stop ends no sentence if a figure follows: "No. 5", "Art. 3", "S. 12".
_COUNTED_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[“\"])(?:No|Nos|Nr|Art|Arts|Fig|Figs|Abb|Vol|Vols|Bd|p|pp|S|Sec|Sect|Ch|Chap|Kap|"
    r"Cap|Abs|Ziff|Rn|para|paras|cl|eq|ca|c|approx|max|min|Tel|núm|pág|pp|n|N|ст|стр|рис|гл|табл|п)"
    r"\.\s*$",
    re.IGNORECASE,
)
# These never end one.
_GOES_ON = re.compile(
    r"(?:^|[\s(\[“\"])(?:e\.\s?g|i\.\s?e|cf|viz|vs|z\.\s?B|d\.\s?h|u\.\s?a|bzw|vgl|p\.\s?ej|"
    r"т\.\s?е|bijv|d\.\s?w\.\s?z)\.\s*$"
)
_ORDINAL = re.compile(r"(?:^|\s)\d{1,2}\.\s*$")
# Months behind an ordinal, as "am 3. Mai"; of German, the Nordic languages and Czech.
_MONTH = re.compile(
    r"(?:Jän|Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez|Quartal|Jahrhundert)\w*", re.IGNORECASE
)
# The number that a paragraph begins with: "2.", "(b)", "IV.".
_ENUMERATION = re.compile(r"[(\[]?(?:\d{1,3}(?:\.\d{1,3})*|[ivxlcIVXLC]{1,6}|\w)[.)\]]{1,2}")
_REMARK = re.compile(r"\([^()]{1,700}[.!?…][”\"’]?\)(?=\s)")  # a sentence in brackets
# What stands behind a full stop and belongs to the sentence before it: quotes, a note's number.
_TAIL = re.compile(rf"(?:[”’“»)\]}}】」』\"']+|[{RAISED}*†‡]+|\[\d{{1,3}}\])+(?=\s|$)")


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
    clutter = sorted(mark for mark in marks if mark.kind == "clutter")
    asides = sorted(mark for mark in marks if mark.kind == "aside")
    named = title.split()
    sentences: list[Sentence] = []
    for block in blocks or find_blocks(text):
        for start, end in _outside(text, block, clutter):
            kind = _KINDS[block.kind]
            if kind == "heading" or text[start:end].split() == named:
                pieces = _cut(text, start, end, MAX_SENTENCE)
                sentences += [Sentence(low, high, "heading") for low, high in pieces]
                continue
            if kind in _WHOLE or (kind == "item" and not ends_sentence(text[start:end])):
                pieces = _cut(text, start, end, MAX_SENTENCE)
            else:
                pieces = _split_paragraph(text, start, end, language)
            units = (Sentence(low, high, kind, block.label) for low, high in pieces)
            sentences += _with_asides(units, asides)
    return sentences


def _outside(text: str, block: Block, clutter: list[Mark]) -> Iterator[tuple[int, int]]:
    """Yield what is left of a block without clutter."""
    start = block.start
    first = bisect_right(clutter, start, key=lambda mark: mark.end)
    for mark in clutter[first : bisect_left(clutter, block.end, key=lambda mark: mark.start)]:
        low, high = _strip(text, start, max(mark.start, start))
        if low < high:
            yield low, high
        start = mark.end
    low, high = _strip(text, start, max(block.end, start))
    if low < high:
        yield low, high


def _with_asides(sentences: Iterator[Sentence], asides: list[Mark]) -> Iterator[Sentence]:
    """Yield sentences, those that an aside stands in as asides."""
    for sentence in sentences:
        before = bisect_left(asides, sentence.end, key=lambda mark: mark.start)
        aside = before and asides[before - 1].end > sentence.start
        yield sentence._replace(kind="aside") if aside else sentence


def _split_paragraph(text: str, start: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    for low, high in _cut(text, start, end, _MAX_PARAGRAPH):
        for a, b in _boundaries(text[low:high], language):
            yield from _cut(text, low + a, low + b, MAX_SENTENCE)


def _boundaries(paragraph: str, language: str) -> list[tuple[int, int]]:
    from sentencex import get_sentence_boundaries

    spans: list[tuple[int, int]] = []
    for found in get_sentence_boundaries(language, paragraph):
        low, high = _strip(paragraph, found["start_index"], found["end_index"])
        if spans and low < high and ends_sentence(paragraph[slice(*spans[-1])]):
            tail = _TAIL.match(paragraph, low, high)
            if tail:
                spans[-1] = (spans[-1][0], tail.end())
                low, high = _strip(paragraph, tail.end(), high)
        if low == high:
            continue
        if spans and _belongs_together(paragraph, spans[-1], (low, high)):
            spans[-1] = (spans[-1][0], high)
        else:
            remark = _REMARK.match(paragraph, low, high)
            if remark and paragraph[remark.end() : high].lstrip()[:1].isupper():
                spans.append((low, remark.end()))
                low, high = _strip(paragraph, remark.end(), high)
            spans.append((low, high))
    return spans


def _belongs_together(paragraph: str, left: tuple[int, int], right: tuple[int, int]) -> bool:
    before = paragraph[max(left[0], left[1] - _LAST_WORD) : left[1]]
    after = paragraph[right[0] : min(right[1], right[0] + _LAST_WORD)]
    if after[0].islower() or not any(map(str.isalnum, paragraph[slice(*right)])):
        return True
    if left[1] - left[0] < _LAST_WORD and _is_number(before):
        return True
    if after[0].isdigit() and _COUNTED_ABBREVIATION.search(before):
        return True
    if _GOES_ON.search(before) or (_ORDINAL.search(before) and _MONTH.match(after)):
        return True
    if _INITIALISM.search(before):
        return _OPENERS.match(after) is None
    return _TITLE_ABBREVIATION.search(before) is not None


def _is_number(words: str) -> bool:
    """Return whether words are the number of what follows: "2.", "(b)", "Section 2."."""
    return _ENUMERATION.fullmatch(words) is not None or (
        len(words.split()) <= 2 and part_level(words) > 0
    )


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
