"""What pdfium knows of a page: its visible characters with their places, lines, boxes, pictures.

Places are in points, x to the right and y downwards, in the direction that most of the page's
text runs, so that turned pages need no care later on.
"""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from rag.formats.pdf.calls import PdfiumCalls
from rag.formats.pdf.layout.shapes import PageShapes, Rect
from rag.formats.pdf.visibility import Sight

_MAX_CHARS = 100_000  # of a page; a large broadsheet page has 30,000
_TINY = 1.2  # points: letters that nobody sees
MAYBE_SPACE = "\x1f"  # between words as pdfium sees them; white space to Python, too
_SYMBOLS = {
    0xF0B7: "•",
    0xF0A7: "•",
    0xF0D8: "•",
    0xF076: "•",
    0xF0FC: "✓",
    0xF0E0: "→",
    0xF0FE: "☒",
}
_BOLD_NAMES = ("bold", "black", "heavy", "semibold", "demi")
_BOLD_WEIGHT = 600


_new = tuple.__new__  # what makes a named tuple of a tuple, in a third of the time


class Glyph(NamedTuple):
    """A character on the page: left and right edge, baseline, size of its font in points."""

    x0: float
    x1: float
    y: float
    size: float
    char: str
    bold: bool


@dataclass
class PageContent:
    """What is on a page.

    Attributes:
        width, height: of the page, in points, as most of its text runs.
        glyphs: the characters that run so.
        turned: the characters of each other direction that is a multiple of a right angle.
        slanted: text in other directions, as pdfium puts it together.
        rules: lines along or across the text.
        boxes: rectangles, in the order in which they are drawn.
        dots: small shapes, such as the bullets of lists.
        pictures: where images are.
        hidden: how many characters are there that cannot be seen.
        garbled: how many characters are there of which the font does not tell the letter.
        is_cut: whether there are more characters than are read.
    """

    width: float = 0.0
    height: float = 0.0
    glyphs: list[Glyph] = field(default_factory=list)
    turned: list[list[Glyph]] = field(default_factory=list)
    slanted: list[str] = field(default_factory=list)
    rules: list[Rect] = field(default_factory=list)
    boxes: list[Rect] = field(default_factory=list)
    dots: list[Rect] = field(default_factory=list)
    pictures: list[Rect] = field(default_factory=list)
    hidden: int = 0
    garbled: int = 0
    is_cut: bool = False
    turn: int = 0  # quarters that the text is turned by, against the clock
    frame: tuple[float, float] = (0.0, 0.0)

    @property
    def picture_share(self) -> float:
        """Return how much of the page its largest picture covers, from 0 to 1."""
        area = max(self.width * self.height, 1.0)
        return max(((p.x1 - p.x0) * (p.y1 - p.y0) / area for p in self.pictures), default=0.0)

    def place(self, left: float, bottom: float, right: float, top: float) -> Rect:
        """Return a rectangle of the file in the directions of the page."""
        us, vs = zip(
            *(_turned(x, y, self.turn) for x in (left, right) for y in (bottom, top)), strict=False
        )
        du, dv = self.frame
        return Rect(min(us) - du, dv - max(vs), max(us) - du, dv - min(vs))


class _Run(NamedTuple):
    """What the characters of one text object have in common."""

    turn: int | None  # in quarters; None for a slant
    size: float
    bold: bool
    y: float | None  # its baseline in the file, where it runs from left to right
    seen: bool


def _turned(x: float, y: float, turn: int) -> tuple[float, float]:
    """Return a point as seen along text that is turned by some quarters against the clock."""
    return ((x, y), (y, -x), (-x, -y), (-y, x))[turn]


def read_page(page: Any, text: Any) -> PageContent:
    """Collect what is on a page.

    Args:
        page: a PdfPage.
        text: its PdfTextPage.
    """
    found = PageContent()
    box = page.get_bbox()
    shapes = PageShapes(page)
    shapes.collect()
    frames = [_frame(box, turn) for turn in range(4)]
    reader = _GlyphReader(text, box, frames, Sight(page.raw, text.raw, shapes))
    by_turn = reader.read()
    found.hidden, found.garbled = reader.hidden, reader.garbled
    found.is_cut = reader.is_cut
    found.slanted = reader.slanted_lines()
    counts = {turn: len(glyphs) for turn, glyphs in by_turn.items()}
    found.turn = max(counts, key=counts.__getitem__, default=page.get_rotation() // 90 % 4)
    found.frame = frames[found.turn][:2]
    found.width, found.height = frames[found.turn][2:]
    found.glyphs = by_turn.pop(found.turn, [])
    found.turned = list(by_turn.values())
    for name in ("rules", "boxes", "pictures", "dots"):
        rects = getattr(shapes, name)
        moved = [found.place(r.x0, r.y0, r.x1, r.y1)._replace(color=r.color) for r in rects]
        setattr(found, name, moved)
    return found


def _frame(box: Any, turn: int) -> tuple[float, float, float, float]:
    """Return left edge, upper edge, width and height of a page as seen along turned text."""
    corners = [_turned(x, y, turn) for x in (box[0], box[2]) for y in (box[1], box[3])]
    left, top = min(u for u, _ in corners), max(v for _, v in corners)
    return left, top, max(u for u, _ in corners) - left, top - min(v for _, v in corners)


class _GlyphReader:
    """Reads the characters of a page in the order in which they are drawn."""

    def __init__(
        self,
        text: Any,
        box: Any,
        frames: list[tuple[float, float, float, float]],
        sight: Sight,
    ) -> None:
        import pypdfium2.raw as pdfium

        self._pdfium = pdfium
        self._text = text.raw
        self._address = ctypes.cast(text.raw, ctypes.c_void_p).value
        self._calls = PdfiumCalls(pdfium)
        self._box = Rect(box[0] - 1, box[1] - 1, box[2] + 1, box[3] + 1)
        self._frames, self._sight = frames, sight
        self._runs: dict[int, _Run] = {}
        self._fonts: dict[bytes, bool] = {}
        self._bold: dict[int | None, bool] = {}  # by the address of a font
        self._rect = pdfium.FS_RECTF()
        self._box_address = ctypes.addressof(self._rect)
        self._sides = memoryview(self._rect).cast("B").cast("f")  # left, top, right, bottom
        self._edges = [frame[:2] for frame in frames]
        self._place: tuple[_Run | None, float, float] = (None, 0.0, 0.0)
        self._doubles = [ctypes.c_double() for _ in range(4)]
        self._slanted: list[str] = []
        self._last: tuple[_Run, tuple[int, float, float]] = (
            _Run(0, 0.0, False, None, True),
            (0, 0, 0),
        )
        self.hidden = self.garbled = 0
        self.is_cut = False

    def slanted_lines(self) -> list[str]:
        """Return the lines of slanted text."""
        return [line.strip() for line in "".join(self._slanted).splitlines() if line.strip()]

    def read(self) -> dict[int, list[Glyph]]:
        """Return the visible characters, by the direction in which they run."""
        by_turn, sight = self._read(), self._sight
        visible = sight.visible() if sight.doubted else set()
        sight.doubted.clear()
        if visible:
            for key in visible:
                self._runs[key] = self._runs[key]._replace(seen=True)
            self.hidden = self.garbled = 0
            self._slanted.clear()
            by_turn = self._read()
        return by_turn

    def _read(self) -> dict[int, list[Glyph]]:
        count = self._pdfium.FPDFText_CountChars(self._text)
        self.is_cut, count = count > _MAX_CHARS, min(count, _MAX_CHARS)
        by_turn: dict[int, list[Glyph]] = {0: [], 1: [], 2: [], 3: []}
        last = by_turn[0]
        text, calls, box, runs = self._address, self._calls, self._box_address, self._runs
        get_object, get_unicode, get_box = calls.text_object, calls.unicode, calls.loose_box
        has_error, add, sides = calls.has_error, self._add, self._sides
        key, run = 0, self._last[0]
        for at in range(count):
            made = get_object(text, at)
            code = get_unicode(text, at)
            if not made:  # pdfium's own space or line end
                self._add_space(last, code)
                continue
            if not get_box(text, at, box):
                continue
            if made != key:
                key = made
                run = runs.get(key) or self._run_of(at, key)
                runs[key] = run
            if not run.seen:
                self.hidden += code > 0x20
                self._sight.widen(key, self._rect)
                continue
            char = _CHARACTERS.get(code) or _character(code)
            if char == "\ufffd" or has_error(text, at) == 1:
                self.garbled += 1
                char = "\ufffd"
            if run.turn is None:
                self._slanted.append(char)
            elif char:
                last = by_turn[run.turn]
                if run.y is None:
                    self._add_turned(last, at, run, char)
                else:
                    add(last, run, char, sides[0], sides[2], run.y)
        return {turn: glyphs for turn, glyphs in by_turn.items() if glyphs}

    def _add_space(self, last: list[Glyph], code: int) -> None:
        """Note a space that pdfium sees; it is one where the gap after it says so, too."""
        if code == 0x20 and last:
            before = last[-1]
            if not "\u0590" <= before.char <= "\u08ff":  # where its order is no guide
                left, right, y, size, _, bold = before
                last.append(_new(Glyph, (left + 0.01, right, y, size, MAYBE_SPACE, bold)))
        if self._slanted and code in (0x20, 0x0A):
            self._slanted.append(chr(code))

    def _add_turned(self, glyphs: list[Glyph], at: int, run: _Run, char: str) -> None:
        """Add a character of which the baseline must be asked for."""
        x, y = self._origin(at)
        u0, v = _turned(x, y, run.turn or 0)
        u1 = max(u0, self._right_edge(at, run.turn or 0))
        self._add(glyphs, run, char, u0, u1, v, self._box.holds(x, y))

    def _add(
        self,
        glyphs: list[Glyph],
        run: _Run,
        char: str,
        u0: float,
        u1: float,
        v: float,
        inside: bool | None = None,
    ) -> None:
        """Add a character, where it is on the page."""
        x0, y0, x1, y1, _ = self._box
        if not (x0 <= u0 <= x1 and y0 <= v <= y1 if inside is None else inside):
            self.hidden += not char.isspace()
            return
        if u1 < u0:
            u0, u1 = u1, u0
        turn, size, bold, _, _ = run
        du, dv = self._edges[turn or 0]
        place = self._place
        if u1 > u0 == place[1] and u1 == place[2] and run is place[0] and "A" <= char < "\u0590":
            start = (glyphs[-1].x0 + u1 - du) / 2  # a further letter of a ligature
        else:
            start = u0 - du
        self._place = run, u0, u1
        glyphs.append(_new(Glyph, (start, u1 - du, dv - v, size, char, bold)))

    def _right_edge(self, at: int, turn: int) -> float:
        left, right, bottom, top = self._doubles
        self._pdfium.FPDFText_GetCharBox(self._text, at, left, right, bottom, top)
        corners = ((left.value, bottom.value), (right.value, top.value))
        return max(_turned(x, y, turn)[0] for x, y in corners)

    def _origin(self, at: int) -> tuple[float, float]:
        x, y = self._doubles[:2]
        self._pdfium.FPDFText_GetCharOrigin(self._text, at, x, y)
        return x.value, y.value

    def _run_of(self, at: int, made: int) -> _Run:
        """Return what holds of all the characters of a text object, the first of which is given.

        Some programs make an object of each character; on one line they have the same font.
        """
        pdfium, rect = self._pdfium, self._rect
        font, mode = self._calls.font(made), self._calls.mode(made)
        height, seat = rect.top - rect.bottom, rect.bottom
        last, likeness = self._last
        if last.y is not None and font and likeness == (font, height, seat):
            turn, size, y, bold = last.turn, last.size, last.y, last.bold
            x = rect.left
        else:
            matrix = pdfium.FS_MATRIX()
            pdfium.FPDFText_GetMatrix(self._text, at, matrix)
            angle = math.degrees(math.atan2(matrix.b, matrix.a))
            quarters = round(angle / 90)
            turn = quarters % 4 if abs(angle - quarters * 90) < 2 else None
            size = pdfium.FPDFText_GetFontSize(self._text, at) * math.hypot(matrix.c, matrix.d)
            x, y = self._origin(at)
            if font not in self._bold:
                self._bold[font] = self._is_bold(made)
            bold = self._bold[font]
        seen = size >= _TINY and self._sight.is_sure(made, mode, at, x + size / 4, y + size / 4)
        run = _Run(turn, size, bold or mode == 2, y if turn == 0 and height > 0 else None, seen)
        if font:
            self._last = run, (font, height, seat)
        return run

    def _is_bold(self, made: int) -> bool:
        text = ctypes.cast(made, self._pdfium.FPDF_PAGEOBJECT)
        font = self._pdfium.FPDFTextObj_GetFont(text)
        name = ctypes.create_string_buffer(128)
        self._pdfium.FPDFFont_GetBaseFontName(font, name, 128)
        bold = self._fonts.get(name.value)
        if bold is None:
            shown = name.value.decode("utf-8", "replace").lower()
            weight = self._pdfium.FPDFFont_GetWeight(font)
            bold = any(each in shown for each in _BOLD_NAMES) or weight >= _BOLD_WEIGHT
            self._fonts[name.value] = bold
        return bold


def _character(code: int) -> str:
    """Return the character of a code as pdfium gives it; the replacement character if unknown."""
    if code in (0x02, 0xAD, 0xFFFE):  # a hyphen at the end of a line
        return "-" if code != 0xAD else "\u00ad"
    if code in _SYMBOLS:
        return _SYMBOLS[code]
    if code < 0x20 or code in (0x7F, 0xFEFF, 0x200B, 0x2060):
        return " " if code in (0x09, 0x0A, 0x0D) else ""
    if 0xE000 <= code <= 0xF8FF or code in (0xFFFD, 0xFFFF) or 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return chr(code) if code <= 0x10FFFF else "\ufffd"


_CHARACTERS = {code: _character(code) for code in range(0x20, 0x7F)}  # what most text is made of
