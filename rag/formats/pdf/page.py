"""What pdfium knows of a page: its visible characters with their places, lines, boxes, pictures.

Places are in points, x to the right and y downwards, in the direction that most of the page's
text runs, so that turned pages need no care later on.
"""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from rag.formats.pdf.calls import pdfium_calls
from rag.formats.pdf.glyphs.characters import (
    COMMON_CHARACTERS,
    DIGIT_CODES,
    UNKNOWN_CHARACTER,
    character,
    characters_of,
    digit_of_shape,
    has_true_codes,
    joined_halves,
    without_digits,
)
from rag.formats.pdf.glyphs.columns import DOWNWARDS, FIRST_EAST_ASIAN, turned_columns
from rag.formats.pdf.glyphs.layers import texts_on_layers
from rag.formats.pdf.glyphs.overlaid import strikes_over
from rag.formats.pdf.glyphs.searchable import evened
from rag.formats.pdf.glyphs.struck import BLACKENED, STRUCK, struck_out
from rag.formats.pdf.layout.shapes import PageShapes, Rect
from rag.formats.pdf.visibility import Sight

_MAX_CHARS = 100_000  # of a page; a large broadsheet page has 30,000
_TINY = 1.2  # points: letters that nobody sees
MAYBE_SPACE = "\x1f"  # between words as pdfium sees them; white space to Python, too
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
        struck: how many characters are struck out.
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
    struck: int = 0
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
    font: _Font
    later: tuple[Rect, ...] = ()  # what is painted behind it in time, perhaps over it


class _Font(NamedTuple):
    """What holds of all characters of a font."""

    name: str
    bold: bool
    characters: dict[int, str]  # those that are known, by their codes
    true_codes: bool  # whether a code is a letter though the font's table of them is broken


def _turned(x: float, y: float, turn: int) -> tuple[float, float]:
    """Return a point as seen along text that is turned by some quarters against the clock."""
    return ((x, y), (y, -x), (-x, -y), (-y, x))[turn]


def read_page(page: Any, text: Any, *, may_have_layers: bool = False) -> PageContent:
    """Collect what is on a page.

    Args:
        page: a PdfPage.
        text: its PdfTextPage.
        may_have_layers: whether parts of it may be switched off.
    """
    found = PageContent()
    box = page.get_bbox()
    shapes = PageShapes(page)
    shapes.collect()
    frames = [_frame(box, turn) for turn in range(4)]
    layered = texts_on_layers(page.raw) if may_have_layers else set()
    reader = _GlyphReader(text, box, frames, Sight(page.raw, text.raw, shapes, layered))
    by_turn = reader.read()
    if reader.is_searchable_scan:
        by_turn = {turn: evened(glyphs) for turn, glyphs in by_turn.items()}
    columns, rest = turned_columns(by_turn.get(0, []), frames[0][2])
    if columns:
        by_turn[DOWNWARDS] = [*by_turn.get(DOWNWARDS, []), *columns]
        by_turn[0] = rest
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
    _strike_out(found, strikes_over(page.raw, found.place))
    return found


def _strike_out(found: PageContent, marks: list[Rect]) -> None:
    """Put a sign in the place of each character that is struck out."""
    gone, found.rules = struck_out(found.glyphs, found.rules, marks)
    for at in gone:
        found.glyphs[at] = found.glyphs[at]._replace(char=STRUCK)
    found.struck = len(gone)


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
        self._calls = pdfium_calls()
        self._box = Rect(box[0] - 1, box[1] - 1, box[2] + 1, box[3] + 1)
        self._frames, self._sight = frames, sight
        self._runs: dict[int, _Run] = {}
        self._usual_digits: set[tuple[str, int, float]] = set()  # fonts, codes and widths
        self._named: dict[bytes, _Font] = {}
        self._fonts: dict[int | None, _Font] = {}  # by their addresses
        self._rect = pdfium.FS_RECTF()
        self._box_address = ctypes.addressof(self._rect)
        self._sides = memoryview(self._rect).cast("B").cast("f")  # left, top, right, bottom
        self._edges = [frame[:2] for frame in frames]
        self._place: tuple[_Run | None, float, float] = (None, 0.0, 0.0)
        self._doubles = [ctypes.c_double() for _ in range(4)]
        self._slanted: list[str] = []
        self._last: tuple[_Run, tuple[int, float, float]] = (
            _Run(0, 0.0, False, None, True, _Font("", False, COMMON_CHARACTERS, False)),
            (0, 0, 0),
        )
        self.hidden = self.garbled = 0
        self.is_cut = False

    def slanted_lines(self) -> list[str]:
        """Return the lines of slanted text."""
        return [line.strip() for line in "".join(self._slanted).splitlines() if line.strip()]

    @property
    def is_searchable_scan(self) -> bool:
        """Return whether all text that was read is what OCR lays over a scan."""
        runs = self._runs.values()
        return bool(runs) and all(run.font.true_codes or not run.seen for run in runs)

    def read(self) -> dict[int, list[Glyph]]:
        """Return the visible characters, by the direction in which they run."""
        by_turn, sight = self._read(), self._sight
        if not sight.is_in_doubt:
            return by_turn
        visible = sight.visible()
        if visible or sight.unseen:
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
        known, hides = run.font.characters, False
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
                known, hides = run.font.characters, bool(run.later or not run.seen)
            char = known.get(code) or self._uncommon(at, code, run)
            if hides:
                sign = self._sign_of_hidden(at, key, run, code)
                if sign is None:
                    continue
                char = sign or char
            if (char == UNKNOWN_CHARACTER or has_error(text, at) == 1) and char not in (
                BLACKENED,
                STRUCK,
            ):
                char = self._doubtful(at, code, run)
            if run.turn is None:
                self._slanted.append(char)
            elif char:
                last = by_turn[run.turn]
                if run.y is None:
                    self._add_turned(last, at, run, char)
                else:
                    add(last, run, char, sides[0], sides[2], run.y)
        return {turn: glyphs for turn, glyphs in by_turn.items() if glyphs}

    def _sign_of_hidden(self, at: int, made: int, run: _Run, code: int) -> str | None:
        """Return what stands for a character that nobody sees: a sign, or None for nothing.

        It is empty for one that is seen.
        """
        sight = self._sight
        if not run.seen:
            sight.widen(made, self._rect)
        if run.later and code > 0x20:
            sight.cover(made, at, self._rect, run.later)
        if run.seen and at not in sight.unseen:
            return ""
        self.hidden += code > 0x20
        if sight.unseen.get(at, made in sight.barred):
            return BLACKENED
        return STRUCK if run.seen else None

    def _uncommon(self, at: int, code: int, run: _Run) -> str:
        """Return the character of a code that is none of the common ones of its font."""
        if code not in DIGIT_CODES or run.y is None:
            return character(code)
        left, _, right, _ = self._sides
        shape = run.font.name, code, round((right - left) / run.size, 2)
        if shape not in self._usual_digits:
            sides = self._doubles
            self._pdfium.FPDFText_GetCharBox(self._text, at, *sides)
            bottom, top = ((side.value - run.y) / run.size for side in sides[2:])
            digit = digit_of_shape(code, bottom, top)
            if digit != chr(code):
                return digit
            self._usual_digits.add(shape)
        return chr(code)

    def _doubtful(self, at: int, code: int, run: _Run) -> str:
        """Return the character of a code that alone does not tell it."""
        get = self._calls.unicode
        half = joined_halves(*(get(self._address, at + n) for n in (-1, 0, 1)))
        if half is not None:
            return half
        char = character(code)
        if run.font.true_codes and char != UNKNOWN_CHARACTER:
            return char
        self.garbled += 1
        return UNKNOWN_CHARACTER

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
        turn, size, bold = run[:3]
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
        pdfium, rect, sight = self._pdfium, self._rect, self._sight
        font, mode = self._calls.font(made), self._calls.mode(made)
        height, seat = rect.top - rect.bottom, rect.bottom
        last, likeness = self._last
        y: float | None
        if last.y is not None and font and likeness == (font, height, seat):
            turn, size, y, look = last.turn, last.size, last.y, last.font
            x = rect.left
        else:
            matrix = pdfium.FS_MATRIX()
            pdfium.FPDFText_GetMatrix(self._text, at, matrix)
            angle = math.degrees(math.atan2(matrix.b, matrix.a))
            quarters = round(angle / 90)
            turn = quarters % 4 if abs(angle - quarters * 90) < 2 else None
            size = pdfium.FPDFText_GetFontSize(self._text, at) * math.hypot(matrix.c, matrix.d)
            x, y = self._origin(at)
            if font not in self._fonts:
                self._fonts[font] = self._font_of(made)
            look = self._fonts[font]
        inside = x + size / 4, y + size / 4
        seen = size >= _TINY and sight.is_sure(made, mode, at, *inside)
        later = sight.later_over(made, *inside)
        if turn != 0 or height <= 0 or self._runs_down(at, made, x, y, size):
            y = None
        run = _Run(turn, size, look.bold or mode == 2, y, seen, look, later)
        if font:
            self._last = run, (font, height, seat)
        return run

    def _runs_down(self, at: int, made: int, x: float, y: float, size: float) -> bool:
        """Return whether the characters of an object stand one below the other."""
        calls, text = self._calls, self._address
        if calls.unicode(text, at) < FIRST_EAST_ASIAN or calls.text_object(text, at + 1) != made:
            return False
        next_x, next_y = self._origin(at + 1)
        return abs(next_x - x) < size / 2 and y - next_y > size / 4

    def _font_of(self, made: int) -> _Font:
        text = ctypes.cast(made, self._pdfium.FPDF_PAGEOBJECT)
        font = self._pdfium.FPDFTextObj_GetFont(text)
        name = ctypes.create_string_buffer(128)
        self._pdfium.FPDFFont_GetBaseFontName(font, name, 128)
        found = self._named.get(name.value)
        if found is None:
            shown = name.value.decode("utf-8", "replace")
            weight = self._pdfium.FPDFFont_GetWeight(font)
            bold = any(each in shown.lower() for each in _BOLD_NAMES) or weight >= _BOLD_WEIGHT
            known = characters_of(shown)
            if self._pdfium.FPDFFont_GetIsEmbedded(font) == 1:  # its shapes are those that are seen
                known = without_digits(known)
            found = _Font(shown, bold, known, has_true_codes(shown))
            self._named[name.value] = found
        return found
