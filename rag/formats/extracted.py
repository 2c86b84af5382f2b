"""What a reader gets out of a file: its text, structure, clutter and pages; and how it is built."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from rag.text.blocks import CELL_BREAK, HEADER_LEVEL, MAX_LABEL, Block, BlockKind
from rag.text.characters import joined_surrogates
from rag.text.sentences import Mark

# Title, outlet, author, published, published_basis, url, language: those that a file states.
Metadata = dict[str, Any]

_CLOSE = "item", "row", "field"  # stand on lines of their own, without a blank line between them


class Extracted(NamedTuple):
    """What a file holds.

    Attributes:
        text: its words, stored as they are here and never altered.
        metadata: what it says about itself.
        blocks: the parts of the text, in order, not overlapping; empty where its lines are still
            to be told apart, as in plain text.
        marks: what the format shows to be clutter, in order, such as the heads of pages.
        pages: the offset at which each page begins, in order; empty where there are no pages.
        notes: what a reader of a citation should know, as "has tracked changes, …".
        unread: what was passed over, each with the reason and what to do about it, as "pages 2
            and 5 have no text; …": put behind the name of the file.
    """

    text: str
    metadata: Metadata
    blocks: tuple[Block, ...] = ()
    marks: tuple[Mark, ...] = ()
    pages: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


class Builder:
    """Collects the parts of a document in reading order, and notes where each stands."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.unread: list[str] = []
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._marks: list[Mark] = []
        self._pages: list[int] = []
        self._pages_begun = 0  # of which the offset is not known yet

    def add(
        self,
        text: str,
        kind: BlockKind = "text",
        *,
        level: int = 0,
        label: str = "",
        page_breaks: Sequence[int] = (),
    ) -> None:
        """Add a block; one without words is left out.

        Args:
            text: its words; line ends within it are kept.
            kind, level, label: as of :class:`~rag.text.blocks.Block`; a label is put on one line.
            page_breaks: offsets in the text at which a new page begins, where it runs over pages.
        """
        text = joined_surrogates(text)
        words = text.strip()
        if not words:
            self._pages_begun += len(page_breaks)
            return
        start = self._append(words, kind)
        cut = text.index(words)
        self._pages += [start + min(max(at - cut, 0), len(words)) for at in page_breaks]
        label = " ".join(label.split())[:MAX_LABEL]
        self._blocks.append(Block(start, start + len(words), kind, level, label))

    def add_row(self, cells: Sequence[str], header: Sequence[str] = ()) -> None:
        """Add a row of a table.

        Args:
            cells: the words of each cell; line ends and runs of white space become a space.
            header: the words above each cell, as many as there are cells, or none. Without one,
                the row stands for itself.
        """
        shown = [" ".join(cell.split()) for cell in cells]
        if not any(shown):
            return
        named = [" ".join(name.split()) for name in header] if len(header) == len(cells) else []
        self.add(CELL_BREAK.join(shown), "row", label=CELL_BREAK.join(named))

    def add_header(self, cells: Sequence[str]) -> None:
        """Add the header of a table: it names what the rows below hold, and says nothing itself."""
        names = CELL_BREAK.join(" ".join(cell.split()) for cell in cells)
        self.add(names, "heading", level=HEADER_LEVEL)

    def add_clutter(self, text: str, label: str) -> None:
        """Add what is on the page and not part of the document's words, as the head of a page.

        Add it behind the block that it interrupts, so that a sentence over two pages stays whole.
        """
        words = joined_surrogates(text).strip()
        if words:
            start = self._append(words, "item")
            self._marks.append(Mark(start, start + len(words), "clutter", label))

    def remark(
        self, notes: Iterable[tuple[int, str]] = (), unread: Iterable[tuple[int, str]] = ()
    ) -> None:
        """Say what there is to know, and what was passed over: each with how much was found of it.

        What was found of none is not said.
        """
        self.notes += [remark for found, remark in notes if found]
        self.unread += [remark for found, remark in unread if found]

    def begin_page(self) -> None:
        """Begin a page; also for a page that turns out to be empty."""
        self._pages_begun += 1

    def extend(self, part: Extracted) -> None:
        """Add all that was read of a part that is a document itself, as the body of a message.

        A text whose lines are still to be told apart is added paragraph by paragraph. What the
        part says about itself is left to the caller.
        """
        self.notes += part.notes
        self.unread += part.unread
        words = part.text.strip()
        cut = part.text.index(words)
        if not words:
            self._pages_begun += len(part.pages)
            return
        first = next((block for block in part.blocks if block.end > cut), None)
        start = self._append(words, first.kind if first and first.start <= cut else "text") - cut
        self._pages += [start + min(max(at, cut), cut + len(words)) for at in part.pages]
        self._marks += [
            replace(mark, start=mark.start + start, end=mark.end + start) for mark in part.marks
        ]
        self._blocks += [
            replace(block, start=block.start + start, end=block.end + start)
            for block in part.blocks or paragraphs_of(part.text)
        ]

    def extracted(self, metadata: Metadata) -> Extracted:
        """Return what was collected."""
        self._pages += [self._length] * self._pages_begun
        return Extracted(
            "".join(self._parts),
            metadata,
            tuple(self._blocks),
            tuple(self._marks),
            tuple(self._pages),
            tuple(self.notes),
            tuple(self.unread),
        )

    def _append(self, words: str, kind: BlockKind) -> int:
        """Append words behind the gap that their kind calls for; return where they begin."""
        if self._parts:
            close = kind in _CLOSE and bool(self._blocks) and self._blocks[-1].kind == kind
            self._parts.append("\n" if close else "\n\n")
            self._length += len(self._parts[-1])
        start = self._length
        self._parts.append(words)
        self._length += len(words)
        self._pages += [start] * self._pages_begun
        self._pages_begun = 0
        return start


def paragraphs_of(text: str) -> list[Block]:
    """Return the stretches of a text between blank lines."""
    found = re.finditer(r"\S(?:[^\n]|\n(?!\s*\n))*", text)
    spans = ((match.start(), match.start() + len(match[0].rstrip())) for match in found)
    return [Block(start, end, "text") for start, end in spans]
