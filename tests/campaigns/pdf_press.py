"""A press that sets stories in frames, and two printers that write the pages as PDF.

The printers stand for the two kinds of programs there are: one writes lines with the spaces in
them, as word processors do, the other puts word beside word and knows no spaces, as TeX does.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import NamedTuple

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from tests.campaigns.pdf_stories import MARK

PAGE = (595, 842)  # points: A4
FONTS = ("Times-Roman", "Times-Bold", "Helvetica", "Helvetica-Bold")
BOLD_OF = {"Times-Roman": "Times-Bold", "Helvetica": "Helvetica-Bold"}
RAISE, SMALLER = 0.35, 0.62  # of a mark, as shares of the size of its words
MIN_PART = 3  # letters of a word on either side of a hyphen


class Frame(NamedTuple):
    """Where lines go, in points from the lower left corner of the page."""

    left: float
    top: float
    width: float
    bottom: float


class Printed(NamedTuple):
    """A word, or a mark, in its place."""

    page: int
    x: float
    y: float
    text: str
    font: str
    size: float


class Style(NamedTuple):
    """How paragraphs are set."""

    size: float = 10
    leading: float = 12.5
    font: str = "Times-Roman"
    justified: bool = False
    hyphenated: bool = False
    first: float = 0  # indent of a first line; where there is one, no gap parts paragraphs


class Press:
    """Sets paragraphs into one frame after the other, page by page."""

    def __init__(self, frames: Callable[[int], list[Frame]], style: Style) -> None:
        self.printed: list[list[Printed]] = []  # lines
        self.marks: dict[int, list[int]] = {}  # of notes, by page
        self.page = 0
        self._frames, self._style = frames, style
        self._waiting = frames(0)
        self._frame = self._waiting.pop(0)
        self.y = self._frame.top

    @property
    def frame(self) -> Frame:
        """Return the frame that is being filled."""
        return self._frame

    def skip(self, height: float) -> None:
        """Leave a gap, but not at the top of a frame."""
        if self.y < self._frame.top:
            self.y -= height

    def next_frame(self) -> None:
        """Go on in the next frame, on a new page if there is none left."""
        if not self._waiting:
            self.page += 1
            self._waiting = self._frames(self.page)
        self._frame = self._waiting.pop(0)
        self.y = self._frame.top

    def heading(self, text: str, size: float = 12) -> None:
        """Set a heading; two lines of what follows must fit below it."""
        self.skip(self._style.leading * 0.6)
        if self.y - size - 3 * self._style.leading < self._frame.bottom:
            self.next_frame()
        self.paragraph(text, style=Style(size, size * 1.3, BOLD_OF[self._style.font]))

    def paragraph(
        self, text: str, *, indent: float = 0, mark: str = "", style: Style | None = None
    ) -> None:
        """Set a paragraph; ``mark`` hangs before its first line, in the indent."""
        style = style or self._style
        words = text.split()
        first = True
        while words:
            if self.y - style.leading < self._frame.bottom:
                self.next_frame()
            self.y -= style.leading
            inset = indent + (style.first if first else 0)
            width = self._frame.width - inset
            line, words = _fill(words, width, style)
            self._set(line, self._frame.left + inset, width, style, last=not words)
            if first and mark:
                at = self._frame.left + indent - 10
                hung = Printed(self.page, at, self.y, mark, style.font, style.size)
                self.printed[-1].insert(0, hung)
            first = False
        self.skip(0 if style.first else style.leading * 0.4)

    def row(self, cells: Iterable[str], widths: Iterable[float], *, bold: bool = False) -> None:
        """Set the row of a table; its cells never break."""
        font = BOLD_OF[self._style.font] if bold else self._style.font
        self.y -= self._style.leading * 1.3
        x, line = self._frame.left, []
        for cell, width in zip(cells, widths, strict=True):
            line += _words(cell.split(), x, self.y, self.page, self._style.size, font, 0)
            x += width
        self.printed.append(line)

    def _set(self, line: list[str], left: float, width: float, style: Style, *, last: bool) -> None:
        font = style.font
        natural = sum(_width(word, style.size, font) for word in line)
        gaps = len(line) - 1
        space = stringWidth(" ", font, style.size)
        extra = (width - natural - gaps * space) / gaps if gaps and style.justified else 0
        extra = 0 if last else max(extra, 0)
        placed = _words(line, left, self.y, self.page, style.size, font, extra)
        self.printed.append(placed)
        marks = (int(mark) for word in line for mark in MARK.findall(word))
        self.marks.setdefault(self.page, []).extend(marks)


def _words(
    words: list[str], x: float, y: float, page: int, size: float, font: str, extra: float
) -> list[Printed]:
    """Place the words of a line, and raise the marks among them."""
    placed = []
    for word in words:
        for at, part in enumerate(re.split(MARK, word)):
            if part:
                up, scale = (RAISE * size, SMALLER) if at % 2 else (0, 1)
                placed.append(Printed(page, x, y + up, part, font, size * scale))
                x += stringWidth(part, font, size * scale)
        x += stringWidth(" ", font, size) + extra
    return placed


def _width(word: str, size: float, font: str) -> float:
    parts = enumerate(re.split(MARK, word))
    return sum(stringWidth(part, font, size * (SMALLER if at % 2 else 1)) for at, part in parts)


def _fill(words: list[str], width: float, style: Style) -> tuple[list[str], list[str]]:
    """Return the words that go into a line, and those that are left."""
    line: list[str] = []
    room = width
    space = stringWidth(" ", style.font, style.size)
    for at, word in enumerate(words):
        needed = _width(word, style.size, style.font)
        if needed <= room:
            line.append(word)
            room -= needed + space
            continue
        head = _hyphenated(word, room, style) if style.hyphenated else ""
        if head:
            rest = word[len(head.removesuffix("-")) :].removeprefix("-")
            return [*line, head], [rest, *words[at + 1 :]]
        return (line, words[at:]) if line else ([word], words[at + 1 :])
    return line, []


def _hyphenated(word: str, room: float, style: Style) -> str:
    """Return as much of a word as fits, with a hyphen: after a compound's, or between letters."""
    if not re.fullmatch(r"[a-z]+(?:-[a-z]+)*[.,;]?", word):
        return ""
    letters = len(word.rstrip(".,;"))
    for cut in range(letters - MIN_PART, MIN_PART - 1, -1):
        inside = "-" in word[max(cut - MIN_PART, 0) : cut + MIN_PART]
        vowel_before = word[cut - 1] in "aeiou" and word[cut] not in "aeiou"
        if word[cut - 1] == "-" or (vowel_before and not inside):
            head = word[:cut].removesuffix("-") + "-"
            if _width(head, style.size, style.font) <= room:
                return head
    return ""


def print_lines(lines: list[list[Printed]], *, title: str) -> bytes:
    """Print lines, each as a string with its spaces, in the order in which they come."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=PAGE, invariant=1)
    canvas.setTitle(title)
    for page in range(max(line[0].page for line in lines) + 1):
        for line in (line for line in lines if line[0].page == page):
            for run in _runs(line):
                text = canvas.beginText(run[0].x, run[0].y)
                text.setFont(run[0].font, run[0].size)
                text.setWordSpace(_word_space(run))
                text.textOut(" ".join(word.text for word in run))
                canvas.drawText(text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _runs(line: list[Printed]) -> list[list[Printed]]:
    """Return the words of a line that a word processor writes as one string."""
    runs: list[list[Printed]] = []
    for word in line:
        before = runs[-1][-1] if runs else None
        joined = before is not None and (before.y, before.size) == (word.y, word.size)
        gap = word.x - _end(before) if before else 0
        if joined and 0.5 < gap < 1.5 * word.size:
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def _end(word: Printed) -> float:
    return word.x + stringWidth(word.text, word.font, word.size)


def _word_space(run: list[Printed]) -> float:
    if len(run) == 1:
        return 0
    return run[1].x - _end(run[0]) - stringWidth(" ", run[0].font, run[0].size)


def print_words(lines: list[list[Printed]], *, title: str) -> bytes:
    """Print word beside word without any space, in a file that is written by hand."""
    pages = [
        b"".join(_shown(word) for word in words)
        for _, words in groupby(
            sorted((word for line in lines for word in line), key=lambda word: word.page),
            key=lambda word: word.page,
        )
    ]
    page_objects = range(3 + len(FONTS), 3 + len(FONTS) + 2 * len(pages), 2)
    kids = " ".join(f"{number} 0 R" for number in page_objects)
    named = " ".join(f"/F{at} {3 + at} 0 R" for at in range(len(FONTS)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
        *(
            f"<</Type/Font/Subtype/Type1/BaseFont/{font}/Encoding/WinAnsiEncoding>>".encode()
            for font in FONTS
        ),
    ]
    for number, content in zip(page_objects, pages, strict=True):
        looks = f"/MediaBox[0 0 {PAGE[0]} {PAGE[1]}]/Resources<</Font<<{named}>>>>"
        page = f"<</Type/Page/Parent 2 0 R{looks}/Contents {number + 1} 0 R>>"
        objects.append(page.encode())
        objects.append(b"<</Length %d>>stream\n%b\nendstream" % (len(content), content))
    objects.append(f"<</Title({title})>>".encode("cp1252"))
    return _file(objects)


def _shown(word: Printed) -> bytes:
    text = re.sub(rb"([\\()])", rb"\\\1", word.text.encode("cp1252"))
    where = (
        f"BT /F{FONTS.index(word.font)} {word.size:.2f} Tf 1 0 0 1 {word.x:.2f} {word.y:.2f} Tm "
    )
    return where.encode() + b"[(%b)]TJ ET\n" % text


def _file(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.5\n")
    starts = []
    for number, content in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = "".join(f"{start:010d} 00000 n \n" for start in starts)
    size = len(objects) + 1
    trailer = f"trailer<</Size {size}/Root 1 0 R/Info {size - 1} 0 R>>"
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}\nstartxref\n{len(out)}\n%%EOF\n"
    return bytes(out) + end.encode()
