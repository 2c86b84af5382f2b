"""The structure of a text: paragraphs, headings, list items, table rows, turns of speech.

A format says what its parts are, or the lines of a plain text show it. Blocks are spans of the
text; what belongs to a block and stands elsewhere (the header of a row, the line that a list
hangs on, who speaks) is its label.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

BlockKind = Literal["text", "heading", "item", "row", "field", "turn"]

# Kinds of sentences and blocks that say something; a heading names, an aside is an editor's.
QUOTABLE = frozenset({"text", "row", "item", "field", "turn"})
LISTED = frozenset({"row", "item", "field"})  # what stands in lists
CELL_BREAK = " | "  # between the cells of a row, and between the header's in its label
HEADER_LEVEL = 6  # of a table's header as a heading, which ends with the rows below it
MAX_LABEL = 300  # characters: longer ones would crowd out what they introduce
SHOWN_BREAK = " · "  # between the cells of a row that is shown with its header
_ASKS = ("?", "？", "؟")
_ENDS = (".", ":", "?", "!", "…", "。", "：", "？", "！", "؟", "।")
# Between cells as a plain text has them: bars, tabs, or at least two spaces.
_ANY_CELL_BREAK = re.compile(r"\s*\|\s*|\t+|\s{2,}")
_BAR = CELL_BREAK.strip()
_BARS, _GAPS = re.compile(r"\s*\|\s*"), re.compile(r"\t+|\s{2,}")


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """A part of a text, ``text[start:end]`` without surrounding white space.

    Attributes:
        start: offset of its first character, 0-based.
        end: offset behind its last character.
        kind: ``text`` is a paragraph, which is split into sentences; ``heading`` introduces what
            follows; ``item`` is an entry of a list; ``row`` is a row of a table, with CELL_BREAK
            between its cells; ``field`` is a label with its value, a question with its answer or
            a line of a message's header, and is quoted whole; ``turn`` is what one person says.
        level: of a heading 1 (the title) to 6; of an item its depth in the list, from 1; else 0.
        label: of a row the words of the header, cell by cell; of an item the line that the list
            hangs on; of a turn the speaker; else empty.
    """

    start: int
    end: int
    kind: BlockKind
    level: int = 0
    label: str = ""


def block_of(blocks: Sequence[Block], start: int, end: int) -> Block | None:
    """Return the block that a span is within; None where it is in several, or in none.

    Args:
        blocks: the blocks of a text, in order.
        start, end: the span, 0-based, end-exclusive, in characters.
    """
    at = bisect_right(blocks, start, key=lambda block: block.start)
    return blocks[at - 1] if at and end <= blocks[at - 1].end else None


def under_questions(text: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return blocks with a heading that asks as the label of what directly follows it.

    What stands there answers the question, and says too little without it.

    Args:
        text: the whole text.
        blocks: its blocks, in order.
    """
    found: list[Block] = []
    asked = ""
    for block in blocks:
        if block.kind == "heading":
            words = text[block.start : block.end]
            asked = words if words.endswith(_ASKS) and len(words) <= MAX_LABEL else ""
        elif asked and not block.label:
            block = replace(block, label=" ".join(asked.split()))
        else:
            asked = ""
        found.append(block)
        if block.kind == "text":
            asked = ""
    return tuple(found)


def listed_around(blocks: Sequence[Block], start: int, end: int) -> tuple[int, int] | None:
    """Return the span from some words to the end of the list or table that they belong to.

    That is the list, table or run of fields that holds them, or one that directly follows the
    block that holds them.

    Args:
        blocks: the blocks of a text, in order.
        start, end: the words, 0-based, end-exclusive, in characters.

    Returns a span that holds the words; None where they belong to no list.
    """
    at = bisect_right(blocks, start, key=lambda block: block.start) - 1
    if at < 0 or end > blocks[at].end:
        return None
    first = at if blocks[at].kind in LISTED else at + 1
    if first == len(blocks) or blocks[first].kind not in LISTED:
        return None
    last = first
    while last + 1 < len(blocks) and blocks[last + 1].kind == blocks[first].kind:
        last += 1
    while first > 0 and blocks[first - 1].kind == blocks[first].kind:
        first -= 1
    return min(start, blocks[first].start), blocks[last].end


def labels_within(blocks: Sequence[Block], start: int, end: int) -> list[str]:
    """Return the labels of the blocks that begin in a span, each once, in order.

    Args:
        blocks: the blocks of a text, in order.
        start, end: the span, 0-based, end-exclusive, in characters.
    """
    low, high = (bisect_left(blocks, at, key=lambda block: block.start) for at in (start, end))
    return list(dict.fromkeys(block.label for block in blocks[low:high] if block.label))


def in_context(words: str, kind: str, label: str) -> str:
    """Return the words of a part of a text with its label: ``Ward: Heart · Beds: 24``.

    A row has each cell behind the header's, a list item the line that the list hangs on in front,
    and a turn of speech its speaker, unless the words begin with that.

    Args:
        words: of the part.
        kind: of the part, as of :class:`Block`.
        label: of the part; where it is empty, the words are returned as they are.
    """
    if not label or words.startswith(label):
        return words
    if kind == "row":
        cells, header = row_cells(words), label.split(CELL_BREAK.strip())
        if len(cells) == len(header):
            pairs = zip(map(str.strip, header), cells, strict=True)
            return SHOWN_BREAK.join(
                f"{name}: {cell}" if name else cell for name, cell in pairs if cell
            )
        return f"{words} ({label})"
    return f"{label} {words}" if label.endswith(_ENDS) else f"{label}: {words}"


def row_cells(words: str) -> list[str]:
    """Return the cells of a row of a table, empty ones included."""
    if CELL_BREAK.strip() in words:
        bare = words.strip()
        inner = bare[bare.startswith("|") : len(bare) - bare.endswith("|")]
        return [cell.strip() for cell in inner.split("|")]
    return [cell.strip() for cell in _ANY_CELL_BREAK.split(words.strip())]


def cell_spans(text: str, start: int, end: int, *, enclosed: bool = False) -> list[tuple[int, int]]:
    """Return the spans of the cells of a row of a table, empty ones included.

    Args:
        text: the whole text.
        start, end: the row, 0-based, end-exclusive.
        enclosed: whether a bar also stands before the first cell and behind the last one; else
            such a bar says that there is an empty cell.
    """
    parting = _BARS if _BAR in text[start:end] else _GAPS
    if enclosed:
        start, end = text.index(_BAR, start) + 1, text.rindex(_BAR, start, end)
    found, at = [], start
    for match in parting.finditer(text, start, end):
        found.append((at, match.start()))
        at = match.end()
    found.append((at, end))
    return [stripped(text, *span) for span in found]


def is_enclosed(words: str) -> bool:
    """Return whether a row begins and ends with a bar."""
    words = words.strip()
    return words.count(_BAR) > 1 and words.startswith(_BAR) and words.endswith(_BAR)


def column_names(label: str) -> list[str]:
    """Return the names in the header of a table, whatever stands between them."""
    spans = cell_spans(label, 0, len(label), enclosed=is_enclosed(label))
    return [label[low:high] for low, high in spans]


def named_cells(text: str, start: int, end: int, label: str) -> list[tuple[str, int, int]]:
    """Return each cell of a row with the name of its column; nothing where they do not match.

    Args:
        text: the whole text.
        start, end: the row, 0-based, end-exclusive.
        label: of the row: the header of its table.
    """
    names = column_names(label)
    cells = cell_spans(text, start, end, enclosed=is_enclosed(text[start:end]))
    matched = zip(names, cells, strict=False) if len(names) == len(cells) else ()
    return [(name, *cell) for name, cell in matched]


def stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span without the white space at its ends."""
    words = text[start:end]
    left = len(words) - len(words.lstrip())
    return start + left, max(start + left, end - (len(words) - len(words.rstrip())))


def page_of(pages: Sequence[int], offset: int) -> int | None:
    """Return the number of the page that an offset is on, from 1; None where there are no pages.

    Args:
        pages: the offset at which each page begins, in order.
        offset: 0-based, in characters.
    """
    return max(bisect_right(pages, offset), 1) if pages else None


def heading_path(text: str, blocks: Sequence[Block], offset: int) -> tuple[str, ...]:
    """Return the headings that an offset stands under, the highest first.

    Args:
        text: the whole text.
        blocks: its blocks, in order.
        offset: 0-based, in characters; of a heading itself, only those above it are returned.
    """
    path: list[Block] = []
    for block in blocks[: bisect_right(blocks, offset, key=lambda block: block.start)]:
        if block.kind == "heading" and block.end <= offset:
            path = [above for above in path if above.level < block.level]
            path.append(block)
        elif block.kind != "row" and path and path[-1].level == HEADER_LEVEL:
            path.pop()
    return tuple(text[block.start : block.end] for block in path)
