"""The structure of a text: paragraphs, headings, list items, table rows, turns of speech.

A format says what its parts are, or the lines of a plain text show it. Blocks are spans of the
text; what belongs to a block and stands elsewhere (the header of a row, the line that a list
hangs on, who speaks) is its label.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["text", "heading", "item", "row", "field", "turn"]

CELL_BREAK = " | "  # between the cells of a row, and between the header's in its label
MAX_LABEL = 300  # characters: longer ones would crowd out what they introduce


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
    return tuple(text[block.start : block.end] for block in path)
