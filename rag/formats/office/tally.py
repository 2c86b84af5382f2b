"""What was passed over in a spreadsheet, counted and said."""

from __future__ import annotations

from dataclasses import dataclass, field

from rag.formats.counts import counted, listed
from rag.formats.extracted import Builder

_LONGEST_SHOWN = 40  # characters of a name


@dataclass
class SheetTally:
    """How much of a spreadsheet was read, and how much passed over, for each reason."""

    cells: int = 0
    rows: int = 0
    rows_over: int = 0
    hidden_sheets: list[str] = field(default_factory=list)
    hidden_rows: int = 0
    hidden_columns: set[tuple[int, int]] = field(default_factory=set)
    struck: int = 0
    white: int = 0
    comments: int = 0
    uncomputed: int = 0

    def report(self, builder: Builder) -> None:
        """Say what was passed over, in the notes of a document."""
        names = [f"“{name[:_LONGEST_SHOWN]}”" for name in self.hidden_sheets]
        sheets = "sheet" if len(names) == 1 else "sheets"
        hidden = [
            *([f"the hidden {sheets} {listed(names)}"] if names else []),
            *([counted(self.hidden_rows, "hidden row")] if self.hidden_rows else []),
            *([counted(len(self.hidden_columns), "hidden column")] if self.hidden_columns else []),
        ]
        if hidden:
            builder.notes.append(f"has {listed(hidden)}, left out")
        cells, formulas = counted(self.struck, "cell"), counted(self.uncomputed, "formula")
        white = counted(self.white, "cell")
        builder.remark(
            notes=(
                (self.struck, f"has {cells} with struck-out words, left out"),
                (self.white, f"has {white} with white words on white, left out"),
                (self.comments, _comments(self.comments)),
            ),
            unread=(
                (
                    self.uncomputed,
                    f"has {formulas} without a stored result; "
                    "open it in a spreadsheet program and save it again",
                ),
                (
                    self.rows_over,
                    f"is long: {counted(self.rows_over, 'row')} behind the first {self.rows:,} "
                    "were not read; split it",
                ),
            ),
        )


@dataclass
class SlideTally:
    """What was passed over in a presentation, for each reason."""

    hidden: list[int] = field(default_factory=list)
    only_pictures: list[int] = field(default_factory=list)
    struck: int = 0
    comments: int = 0
    embedded: int = 0

    def report(self, builder: Builder) -> None:
        """Say what was passed over, in the notes of a document."""
        paragraphs = counted(self.struck, "paragraph")
        embedded = counted(self.embedded, "embedded file")
        builder.remark(
            notes=(
                (len(self.hidden), f"has the hidden {_numbered(self.hidden)}, left out"),
                (self.struck, f"has {paragraphs} with struck-out words, left out"),
                (self.comments, _comments(self.comments)),
            ),
            unread=(
                (
                    len(self.only_pictures),
                    f"has nothing but pictures on {_numbered(self.only_pictures)}; "
                    "write what they show beside them, or save it as PDF",
                ),
                (self.embedded, f"has {embedded}, not read; save each as a file of its own"),
            ),
        )


def _comments(count: int) -> str:
    return f"has {counted(count, 'comment')}, left out of the text"


def _numbered(slides: list[int]) -> str:
    noun = "slide" if len(slides) == 1 else "slides"
    return f"{noun} {listed([str(number) for number in slides])}" if slides else ""
