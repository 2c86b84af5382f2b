"""Known sentences in twelve layouts, and how many of them a reader gives back word for word."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import NamedTuple

from rag.documents.loading import load, sentences_of
from rag.errors import DocumentError
from tests.campaigns.pdf_press import (
    PAGE,
    Frame,
    Press,
    Printed,
    Style,
    print_lines,
    print_words,
)
from tests.campaigns.pdf_stories import Part, Story, Writer, note_readings, readings

MARGIN, GAP = 56.0, 18.0  # points
TOP, BOTTOM = PAGE[1] - 80.0, 70.0
NOTES = 110.0  # points of a page that are kept for notes
HEAD = "Annals of the Northern Coast"
Lines = list[list[Printed]]
_BULLET = re.compile("^[•◦▪–] ")


class Measured(NamedTuple):
    """How many quotable sentences are known ones, and how many known ones can be quoted."""

    quoted: int
    right: int
    known: int
    found: int
    wrong: tuple[str, ...]  # what can be quoted and is no known sentence

    @property
    def exact(self) -> float:
        """Return the share of what can be quoted that is right."""
        return self.right / self.quoted if self.quoted else 0.0

    def __add__(self, other: Measured) -> Measured:  # type: ignore[override]
        """Return both taken together."""
        return Measured(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def varied(style: Style, seed: int) -> Style:
    """Return a style as another designer would have it: another size, leading and font."""
    pick = random.Random(seed)
    size = style.size * pick.uniform(0.9, 1.15)
    leading = size * pick.uniform(1.12, 1.45)
    font = pick.choice(["Times-Roman", "Helvetica"])
    return style._replace(size=size, leading=leading, font=font, first=style.first and size)


def columns(count: int, top: float = TOP, bottom: float = BOTTOM) -> list[Frame]:
    """Return the frames of a page of some columns."""
    width = (PAGE[0] - 2 * MARGIN - (count - 1) * GAP) / count
    return [Frame(MARGIN + at * (width + GAP), top, width, bottom) for at in range(count)]


def story(seed: int, *, extra: str = "", marked: bool = False) -> Story:
    """Return a story of some pages.

    Args:
        seed: another one is another story.
        extra: a kind of part that stands in it once.
        marked: whether it has notes; it is longer then, so that each running head recurs.
    """
    writer = Writer(seed)
    parts = []
    for at in range(14 if marked else 5):
        parts.append(Part("heading", (writer.heading(at + seed),)))
        parts += [Part("paragraph", writer.paragraph(5, marked=marked)) for _ in range(2)]
        if at == 1 and extra:
            made = {"table": writer.table, "list": writer.items, "box": lambda: writer.paragraph(3)}
            parts.append(Part(extra, made[extra]()))  # type: ignore[arg-type]
    return Story(f"Notes on the Coast, Part {seed}", tuple(parts), tuple(writer.notes), seed)


def set_parts(press: Press, parts: tuple[Part, ...]) -> None:
    """Set the parts of a story, one below the other."""
    for part in parts:
        if part.kind == "heading":
            press.heading(part.texts[0])
        elif part.kind == "list":
            for item in part.texts:
                nested = item.startswith("\t")
                mark, indent = ("–", 32) if nested else ("•", 16)
                press.paragraph(item, indent=indent, mark=mark)
        elif part.kind == "table":
            set_table(press, part.texts)
        elif part.kind == "paragraph":
            press.paragraph(" ".join(part.texts))


def set_table(press: Press, rows: tuple[str, ...]) -> None:
    """Set a table whole, on one page."""
    if press.y - 20 * len(rows) < press.frame.bottom:
        press.next_frame()
    for at, row in enumerate(rows):
        cells = row.split("\t")
        widths = [press.frame.width / len(cells)] * len(cells)
        press.row(cells, widths, bold=at == 0)
    press.skip(14)


def in_columns(told: Story, count: int, style: Style) -> Lines:
    """Set a story in columns, its title above them."""
    style = varied(style, told.seed)
    title = Press(lambda page: columns(1, PAGE[1] - 40), style)
    title.heading(told.title, 18)

    def frames(page: int) -> list[Frame]:
        return columns(count, TOP if page else TOP - 20)

    press = Press(frames, style)
    set_parts(press, told.parts)
    return title.printed + press.printed


def under_summary(told: Story) -> Lines:
    """Set the first paragraph across the page and the rest in two columns below."""
    style = varied(Style(9.5, justified=True), told.seed)
    wide = Press(lambda page: columns(1, PAGE[1] - 40), style)
    wide.heading(told.title, 18)
    set_parts(wide, told.parts[1:2])
    below = wide.y - 20
    press = Press(lambda page: columns(2, TOP if page else below), style)
    set_parts(press, told.parts[2:])
    return wide.printed + press.printed


def beside_box(told: Story) -> Lines:
    """Set a story beside a narrow box with words of its own, on the first page."""
    style = varied(Style(), told.seed)
    narrow, wide = 150.0, PAGE[0] - 2 * MARGIN
    box = Frame(PAGE[0] - MARGIN - narrow, TOP - 60, narrow, BOTTOM)

    def frames(page: int) -> list[Frame]:
        width = wide if page else wide - narrow - 2 * GAP
        return [Frame(MARGIN, TOP, width, BOTTOM)]

    press = Press(frames, style)
    set_parts(press, told.parts)
    side = Press(lambda page: [box], Style(8.5, 10.5))
    for part in told.parts:
        if part.kind == "box":
            side.paragraph(" ".join(part.texts))
    return press.printed + side.printed


def under_table(told: Story) -> Lines:
    """Set a story in two columns, with a table across both at the top of the second page."""
    style = varied(Style(), told.seed)
    wide = Press(lambda page: columns(1), style)
    wide.page = 1
    rows = [part.texts for part in told.parts if part.kind == "table"]
    set_table(wide, rows[0])
    below = wide.y - 20

    press = Press(lambda page: columns(2, below if page == 1 else TOP), style)
    set_parts(press, tuple(part for part in told.parts if part.kind != "table"))
    return press.printed + wide.printed


def over_notes(told: Story) -> Lines:
    """Set a story over pages with running heads, page numbers, and notes at the foot."""
    style = varied(Style(11, justified=True), told.seed)
    press = Press(lambda page: columns(1, TOP, BOTTOM + NOTES), style)
    set_parts(press, told.parts)
    lines = press.printed
    for page in range(press.page + 1):
        head = HEAD if page % 2 else told.title
        for x, y, text in ((MARGIN, TOP + 30, head), (290, 40, str(page + 117))):
            lines.append([Printed(page, x, y, text, "Times-Roman", 9)])
        foot = Press(lambda _: columns(1, BOTTOM + NOTES - 20, 0), Style(8, 10))
        foot.page = page
        for number in press.marks.get(page, ()):
            foot.paragraph(f"^{number} {told.notes[number - 1]}")
        lines += foot.printed
    return lines


def by_row(lines: Lines) -> Lines:
    """Return lines in the order in which they stand on the page, across all columns."""
    return sorted(lines, key=lambda line: (line[0].page, -round(line[0].y), line[0].x))


NARROW = Style(9.5, justified=True, hyphenated=True)
INDENTED = Style(10, justified=True, first=12)
LAYOUTS: dict[str, Callable[[int], tuple[Story, Lines]]] = {}


def _told(
    name: str, lay: Callable[[Story], Lines], *, extra: str = "", marked: bool = False
) -> None:
    def made(seed: int) -> tuple[Story, Lines]:
        told = story(seed, extra=extra, marked=marked)
        return told, lay(told)

    LAYOUTS[name] = made


_told("one column", lambda told: in_columns(told, 1, Style()))
_told("two columns by column", lambda told: in_columns(told, 2, Style()))
_told("two columns by row", lambda told: by_row(in_columns(told, 2, Style())))
_told("three columns", lambda told: in_columns(told, 3, Style(8.5)))
_told("indented paragraphs", lambda told: in_columns(told, 2, INDENTED))
_told("summary over two columns", under_summary)
_told("box beside the text", beside_box, extra="box")
_told("notes and running heads", over_notes, marked=True)
_told("hyphenated narrow columns", lambda told: in_columns(told, 3, NARROW))
_told("table between paragraphs", lambda told: in_columns(told, 1, Style()), extra="table")
_told("table over two columns", under_table, extra="table")
_told("nested list", lambda told: in_columns(told, 1, Style()), extra="list")
PRINTERS: dict[str, Callable[..., bytes]] = {"lines": print_lines, "words": print_words}


def print_story(name: str, printer: str, seed: int) -> tuple[Story, bytes]:
    """Return a story and the PDF file that holds it in a layout."""
    told, lines = LAYOUTS[name](seed)
    return told, PRINTERS[printer](lines, title=told.title)


def measure(told: Story, raw: bytes) -> Measured:
    """Read a PDF file and hold what can be quoted against the story that it holds."""
    try:
        article = load(raw, "story.pdf")
    except DocumentError as error:
        return Measured(1, 0, 1, 0, (f"is refused: {error}",))
    units = [
        (kind, " ".join(article.text[start:end].split()))
        for start, end, kind, _ in sentences_of(article)
    ]
    prose = [text for part in told.parts if part.kind in ("paragraph", "box", "list")
             for text in part.texts]  # fmt: skip
    known = [readings(text.strip()) for text in prose]
    notes = [note_readings(number, note) for number, note in enumerate(told.notes, 1)]
    allowed = set().union(*known, *notes)
    units = [(kind, _BULLET.sub("", text)) for kind, text in units]
    quoted = [text for kind, text in units if kind == "text"]
    wrong = tuple(text for text in quoted if text not in allowed)
    there = {text for _, text in units}
    found = sum(not ways.isdisjoint(there) for ways in known)
    return Measured(len(quoted), len(quoted) - len(wrong), len(known), found, wrong)
