"""The characters of a page put together to stretches of text, each on one line."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter, itemgetter

from rag.formats.pdf.gaps import InkedGlyphs, spaces_before
from rag.formats.pdf.layout.shapes import Rect
from rag.formats.pdf.page import Glyph
from rag.formats.pdf.scripts import logical, scripted
from rag.formats.pdf.spaced import closed_up

BREAK = 0.75  # of the size of the font: a gap this wide may part columns or cells
_SAME_LINE = 0.1  # of the size: by how much baselines of one line may differ
_RAISED = 0.12, 0.75  # of the size of the line: how far up a superscript stands
_LOWERED = 0.06, 0.4  # how far down a subscript stands
_SMALLER = 0.9  # of the size of the line: a raised or lowered character is smaller than this
_MARK_RAISED = 0.25, 0.7  # how far up the mark of a note stands that is as large as its line
_MARK = re.compile(r"\(?\[?(?:\d{1,3}|[*†‡§])\]?\)?")
_BESIDE = 0.45  # of the size of the line: how near to its neighbour it stands
_MAX_SCRIPT = 12  # characters of a superscript
_BULLET_GAP = 2.5  # of the size: how far left of its text a bullet stands
_TOUCHING = 0.05  # of the size: characters this near are of one word
_DOUBLED = 0.12  # of the size: a letter this near to the same letter is the same
_DROPPED = 1.8  # of the size of the lines beside it: an initial this large begins the first

_LEFT, _RIGHT = itemgetter(0), itemgetter(1)  # the edges of a character
_SIZE, _BOLD = attrgetter("size"), attrgetter("bold")


@dataclass(eq=False)
class Fragment:
    """A stretch of text on one line, without a wide gap.

    Attributes:
        text: its words.
        x0, x1: its edges.
        y: its baseline.
        size: of most of its characters.
        bold: whether most of them are.
        first: the width of its first word.
        space: the widest gap between its words; 0 where it has one word.
        kind: ``field`` for a label with the value of a form, ``option`` for a box to tick with
            its words; else empty.
        label: of an option the question that it answers.
        top: the upper edge of its tall letters.
        bottom: the lower edge of letters that reach down.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool = False
    first: float = 0.0
    space: float = 0.0
    kind: str = ""
    label: str = ""
    top: float = field(init=False)
    bottom: float = field(init=False)

    def __post_init__(self) -> None:
        self.top = self.y - 0.75 * self.size
        self.bottom = self.y + 0.22 * self.size


@dataclass
class _Strip:
    """Characters on one baseline without a wide gap between them."""

    glyphs: list[Glyph]
    scripts: dict[int, int] = field(default_factory=dict)  # id of a glyph: 1 raised, -1 lowered

    def __post_init__(self) -> None:
        is_even = len(set(map(_SIZE, self.glyphs))) == 1
        self.size = round(self.glyphs[0].size, 1) if is_even else self._usual_size()
        self.y = self.glyphs[0].y
        self.measure()

    def _usual_size(self) -> float:
        """Return the size of most of its characters, of which spaces count less."""
        sizes: dict[float, int] = {}
        for glyph in self.glyphs:
            size = round(glyph.size, 1)
            sizes[size] = sizes.get(size, 0) + (1 if glyph.char.isspace() else 4)
        return max(sizes, key=sizes.__getitem__)

    def measure(self) -> None:
        """Note where its edges are."""
        inked = [glyph for glyph in self.glyphs if not glyph.char.isspace()] or self.glyphs
        self.x0: float = min(map(_LEFT, inked))
        self.x1: float = max(map(_RIGHT, inked))

    @property
    def text(self) -> str:
        """Return its characters without white space."""
        return "".join(glyph.char for glyph in self.glyphs if not glyph.char.isspace())


def fragments_of(glyphs: Sequence[Glyph], walls: Sequence[Rect] = ()) -> list[Fragment]:
    """Return the stretches of text that characters make, from the top down.

    Args:
        glyphs: the characters, in the order in which they are drawn.
        walls: upright lines, which no stretch goes through.
    """
    strips = [strip for row in _rows(glyphs) for strip in _strips(row, walls)]
    strips = _with_initials(_with_scripts(strips))
    found = [_fragment(strip) for strip in _joined(strips, walls)]
    return sorted((each for each in found if each.text), key=lambda each: (each.y, each.x0))


def with_bullets(fragments: Sequence[Fragment], dots: Sequence[Rect]) -> list[Fragment]:
    """Put the bullets that are drawn as shapes before the text that they stand left of."""
    found = []
    for fragment in fragments:
        size = fragment.size
        dot = next(
            (
                each
                for each in dots
                if 0 < fragment.x0 - each.x1 < _BULLET_GAP * size
                and fragment.y - 0.75 * size < (each.y0 + each.y1) / 2 < fragment.y
                and not any(
                    each.x1 <= other.x1
                    and other.x0 < fragment.x0
                    and abs(other.y - fragment.y) < size
                    for other in fragments
                    if other is not fragment
                )
            ),
            None,
        )
        if dot is not None:
            fragment = replace(fragment, text=f"• {fragment.text}", x0=dot.x0)
        found.append(fragment)
    return found


def _is_again(glyph: Glyph, other: Glyph) -> bool:
    """Return whether a letter is drawn on the place of the same one, as fat print is imitated."""
    return (
        glyph.x0 - other.x0 < _DOUBLED * glyph.size
        and abs(other.y - glyph.y) < _DOUBLED * glyph.size
        and other.x1 > other.x0
        and not unicodedata.combining(glyph.char)
    )


def _rows(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Yield the characters that stand on one baseline, from the top down."""
    row: list[Glyph] = []
    y, size = 0.0, 0.0
    for glyph in sorted(glyphs, key=attrgetter("y")):
        if row and glyph.y != y and glyph.y - y > _SAME_LINE * max(size, glyph.size):
            yield row
            row = []
        if not row:
            y, size = glyph.y, glyph.size
        row.append(glyph)
    if row:
        yield row


def _strips(row: list[Glyph], walls: Sequence[Rect]) -> Iterator[_Strip]:
    """Yield the parts of a row between its wide gaps; spaces do not fill a gap."""
    row.sort(key=itemgetter(0, 1))  # from the left; letters on one place keep their order
    strip: list[Glyph] = []
    last: Glyph | None = None
    edge = 0.0
    for glyph in closed_up(row):
        if glyph.char.isspace():
            if strip:
                strip.append(glyph)
            continue
        if last is not None:
            if glyph.char == last.char and _is_again(glyph, last):
                continue
            gap = glyph.x0 - edge
            size = last.size if last.size < glyph.size else glyph.size
            if gap > BREAK * size or (walls and _is_walled(edge, glyph, walls)):
                yield _Strip(strip)
                strip = []
        if not strip or glyph.x1 > edge:
            edge = glyph.x1
        last = glyph
        strip.append(glyph)
    if strip:
        yield _Strip(strip)


def _is_walled(edge: float, glyph: Glyph, walls: Sequence[Rect]) -> bool:
    """Return whether an upright line stands between an edge and a character right of it."""
    if not walls:
        return False
    if glyph.x0 - edge < _TOUCHING * glyph.size:
        return False  # a word that runs over the line
    y = glyph.y - 0.3 * glyph.size
    at = bisect_left(walls, edge - 1, key=lambda wall: wall.x0)
    while at < len(walls) and walls[at].x0 <= glyph.x0 + 1:
        if walls[at].y0 <= y <= walls[at].y1:
            return True
        at += 1
    return False


def _with_scripts(strips: list[_Strip]) -> list[_Strip]:
    """Put raised and lowered characters into the line that they belong to."""
    kept: list[_Strip] = []
    tops = sorted(strips, key=lambda strip: strip.y)
    for strip in tops:
        if sum(not glyph.char.isspace() for glyph in strip.glyphs) > _MAX_SCRIPT:
            kept.append(strip)
            continue
        start = bisect_left(tops, strip.y - 30, key=lambda each: each.y)
        found: list[tuple[float, int, _Strip]] = []
        for host in tops[start:]:
            if host.y > strip.y + 30:
                break
            up = (host.y - strip.y) / host.size
            if host is strip or not -_LOWERED[1] <= up <= _RAISED[1]:
                continue
            shift = _shift(strip, host, up)
            if shift:
                found.append((_distance(strip, host), shift, host))
        gap, shift, host = min(found, key=lambda each: each[0], default=(1.0, 0, strip))
        if not shift or gap > _BESIDE * host.size:
            kept.append(strip)
            continue
        for glyph in strip.glyphs:
            host.scripts[id(glyph)] = shift
        host.glyphs = sorted([*host.glyphs, *strip.glyphs], key=lambda glyph: glyph.x0)
        host.measure()
    return kept


def _shift(strip: _Strip, host: _Strip, up: float) -> int:
    """Return 1 where a strip stands raised beside a line, -1 where lowered, else 0."""
    if strip.size > _SMALLER * host.size:
        return int(_is_raised_mark(strip, host, up))
    return (_RAISED[0] <= up <= _RAISED[1]) - (_LOWERED[0] <= -up <= _LOWERED[1])


def _is_raised_mark(strip: _Strip, host: _Strip, up: float) -> bool:
    """Return whether a strip is the mark of a note, no smaller than the word that it ends."""
    return (
        _MARK_RAISED[0] <= up <= _MARK_RAISED[1]
        and strip.size <= 1.05 * host.size
        and abs(strip.x0 - host.x1) <= _TOUCHING * host.size
        and _MARK.fullmatch(strip.text) is not None
    )


def _distance(strip: _Strip, host: _Strip) -> float:
    """Return how far a strip is from the nearest character of a line that has room for it."""
    left = [strip.x0 - g.x1 for g in host.glyphs if g.x0 < strip.x0 and not g.char.isspace()]
    right = [g.x0 - strip.x1 for g in host.glyphs if g.x0 >= strip.x0 and not g.char.isspace()]
    if any(gap < -0.4 * strip.size for gap in (min(left, default=0), min(right, default=0))):
        return 1e9  # it stands over or under letters: a line of its own
    return min(abs(min(left, default=1e9)), abs(min(right, default=1e9)))


def _with_initials(strips: list[_Strip]) -> list[_Strip]:
    """Put a large initial before the first of the lines that it stands beside."""
    kept = []
    for strip in strips:
        letters = [glyph for glyph in strip.glyphs if not glyph.char.isspace()]
        head = letters[0]
        rest = letters[1:]
        usual = _median_size(rest, head.size) if rest else 0.0
        if not head.char.isalpha() or (rest and head.size < _DROPPED * usual):
            kept.append(strip)
            continue
        beside = [
            other
            for other in strips
            if other is not strip
            and other.size * _DROPPED < head.size
            and head.y - head.size <= other.y - 0.6 * other.size
            and other.y <= head.y - 0.5 * other.size
            and (
                -0.2 * other.size <= other.x0 - head.x1 <= 1.2 * other.size
                or abs(other.x0 - head.x0) <= 0.2 * other.size  # printed over it, by a slip
            )
        ]
        if not beside or (len(letters) > 1 and not rest):
            kept.append(strip)
            continue
        first = min(beside, key=lambda other: other.y)
        first.glyphs.insert(0, head._replace(x1=first.x0, size=first.size))
        first.measure()
        if rest:
            kept.append(_Strip(rest))
    return kept


def _median_size(glyphs: Sequence[Glyph], size: float) -> float:
    """Return the size of the middle one of characters; at once if all are of the one given."""
    sizes = [glyph.size for glyph in glyphs]
    return size if sizes.count(size) == len(sizes) else sorted(sizes)[len(sizes) // 2]


def _joined(strips: list[_Strip], walls: Sequence[Rect]) -> list[_Strip]:
    """Join neighbours on a line again between which a raised character closed the gap."""
    kept: list[_Strip] = []
    for strip in sorted(strips, key=lambda strip: (strip.y, strip.x0)):
        last = kept[-1] if kept else None
        if (
            last is not None
            and (last.scripts or strip.scripts)
            and last.y == strip.y
            and -last.size < strip.x0 - last.x1 <= BREAK * min(last.size, strip.size)
            and not _is_walled(last.x1, strip.glyphs[0], walls)
        ):
            last.glyphs += strip.glyphs
            last.scripts |= strip.scripts
            last.measure()
        else:
            kept.append(strip)
    return kept


def _fragment(strip: _Strip) -> Fragment:
    """Return the text of a strip, with spaces where there are gaps."""
    inked = InkedGlyphs(strip.glyphs)
    spaced = spaces_before(inked, strip.size)
    starts = [at for at, space in enumerate(spaced) if space]
    text = logical(_units(strip, inked, spaced))
    bold = sum(map(_BOLD, inked.glyphs)) > len(inked.glyphs) / 2
    first = strip.x1 - strip.x0
    if starts:
        first = inked.glyphs[starts[0]].x0 - inked.gaps[starts[0]] - strip.x0
    widest = max((inked.gaps[at] for at in starts), default=0.0)
    return Fragment(text, strip.x0, strip.x1, strip.y, strip.size, bold, first, max(widest, 0.0))


def _units(strip: _Strip, inked: InkedGlyphs, spaced: Sequence[bool]) -> list[str]:
    """Return the characters of a strip from the left, with its spaces and its raised ones."""
    units: list[str] = []
    if not strip.scripts:
        for glyph, space in zip(inked.glyphs, spaced, strict=True):
            if space:
                units.append(" ")
            units.append(glyph.char)
        return units
    run: list[str] = []  # raised or lowered characters
    kind = 0
    for at, (glyph, space) in enumerate(zip(inked.glyphs, spaced, strict=True)):
        script = strip.scripts.get(id(glyph), 0)
        if script != kind:
            units += scripted(run, kind, units)
            run, kind = [], script
        if script and not run:  # beside its word
            space = inked.written[at] or inked.gaps[at] > _BESIDE * strip.size
        if space and (units or run):
            (run if run else units).append(" ")
        (run if script else units).append(glyph.char)
    return units + scripted(run, kind, units)
