"""PDF files: what is struck out, blackened or on a layer that is off is not read as text."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth

from rag.formats.pdf.document import read_pdf
from rag.formats.pdf.layout.shapes import RectIndex
from tests.formats.pdf_writing import FULL_PAGE_PICTURE, HEIGHT, PICTURE, box, lines, pdf, show
from tests.formats.test_pdf import texts

SIZE, LEFT, TOP = 10, 60, 100  # of a line on its page
DEPOTS = "We closed three two depots."
STRUCK_NOTE = "has struck-out words on page 1, which are left out"
HIDDEN_NOTE = "has text on page 1 that nobody sees, left out"


def place(line: str, words: str) -> tuple[float, float]:
    """Return where some words of a line begin and end."""
    start = LEFT + stringWidth(line[: line.index(words)], "Helvetica", SIZE)
    return start, start + stringWidth(words, "Helvetica", SIZE)


def stroke(x0: float, x1: float, up: float, thick: float = 0.5) -> bytes:
    """Return the code of a line that is drawn so far above the baseline."""
    y = HEIGHT - TOP + up
    return f"q {thick} w {x0:.2f} {y} m {x1:.2f} {y} l S Q\n".encode()


def filled(x0: float, x1: float, up: float, thick: float = 0.7) -> bytes:
    """Return the code of a line that is drawn as a flat box."""
    return f"q {x0:.2f} {HEIGHT - TOP + up} {x1 - x0:.2f} {thick} re f Q\n".encode()


@pytest.mark.parametrize("line", [stroke, filled])
def test_words_with_a_line_through_them_are_left_out(line: Callable[..., bytes]) -> None:
    """Who strikes words out takes them back: the sentence is what is left, and a note says so."""
    x0, x1 = place(DEPOTS, "three")
    found = read_pdf(pdf(show(LEFT, TOP, DEPOTS) + line(x0, x1, 2.7)))
    assert texts(found) == ["We closed two depots."]
    assert found.notes == (STRUCK_NOTE,)


@pytest.mark.parametrize(
    ("line", "words", "expected"),
    [
        ("It was an informal talk.", "in", "It was an formal talk."),
        ("We closed two depots today.", "today", "We closed two depots."),
        ("We closed two depots.", "We closed two depots.", "The rest stays."),
        ("Fees: £18 £24 a year.", "£18", "Fees: £24 a year."),
    ],
)
def test_a_strike_ends_where_its_letters_do(line: str, words: str, expected: str) -> None:
    """Parts of words and whole lines may be struck; no white is left before a full stop."""
    code = show(LEFT, TOP, line) + show(LEFT, TOP + 60, "The rest stays.")
    assert texts(read_pdf(pdf(code + stroke(*place(line, words), 2.7))))[0] == expected


def test_a_mark_that_strikes_out_does_so() -> None:
    """Programs for reading strike words out by a mark that they lay over the page."""
    x0, x1 = place(DEPOTS, "three")
    low, high = HEIGHT - TOP - 2, HEIGHT - TOP + 8
    corners = f"{x0} {high} {x1} {high} {x0} {low} {x1} {low}"
    mark = f"/Annots [<< /Type /Annot /Subtype /StrikeOut /Rect [{x0} {low} {x1} {high}]"
    page = f"{mark} /QuadPoints [{corners}] >>]".encode()
    found = read_pdf(pdf(show(LEFT, TOP, DEPOTS), page=page))
    assert texts(found) == ["We closed two depots."]
    assert STRUCK_NOTE in found.notes


def test_each_mark_strikes_out_what_it_lies_over() -> None:
    """Many marks on a page, also of several stretches, each take back their own words."""
    code, marks = b"", ""
    for n in range(30):
        code += show(LEFT, TOP + 20 * n, DEPOTS)
        low, high = HEIGHT - TOP - 20 * n - 2, HEIGHT - TOP - 20 * n + 8
        quads = ""
        for words in (["three"], ["two"], ["We closed", "two"])[n % 3]:
            x0, x1 = place(DEPOTS, words)
            quads += f"{x0} {high} {x1} {high} {x0} {low} {x1} {low} "
        marks += f"<< /Type /Annot /Subtype /StrikeOut /Rect [0 {low} 595 {high}] "
        marks += f"/QuadPoints [{quads}] >>\n"
    found = read_pdf(pdf(code, page=f"/Annots [{marks}]".encode()))
    left = ["We closed two depots.", "We closed three depots.", "three depots."]
    assert " ".join(texts(found)) == " ".join(left * 10)


@pytest.mark.parametrize(
    "line",
    [
        stroke(*place(DEPOTS, "three"), -1.2),  # underlines
        stroke(*place(DEPOTS, "three"), 8.5),  # a line above
        stroke(LEFT - 30, LEFT + 300, 2.7),  # one that goes on, as in a form
        stroke(place(DEPOTS, "ree")[0] - 1.5, place(DEPOTS, "two")[1] + 5, 2.7),  # within words
        filled(*place(DEPOTS, "three"), 1.0, 3.0),  # a marker pen
        stroke(*place(DEPOTS, "three"), 15),  # of the row above
    ],
)
def test_other_lines_strike_nothing_out(line: bytes) -> None:
    """Lines below, above and beyond words are no strikes."""
    found = read_pdf(pdf(show(LEFT, TOP, DEPOTS) + line))
    assert texts(found) == [DEPOTS]
    assert found.notes == ()


NAMED = "She named Gulliver Thorne as the owner of the van."


@pytest.mark.parametrize(
    ("paint", "expected"),
    [
        ("0 g f", "She named █ as the owner of the van."),
        ("0.2 g f", "She named █ as the owner of the van."),
        ("1 g f", "She named as the owner of the van."),
    ],
)
def test_words_under_a_bar_are_left_out(paint: str, expected: str) -> None:
    """A bar painted over some words of a line hides them; a black one is seen in their place."""
    x0, x1 = place(NAMED, "Gulliver Thorne")
    color, operator = paint.rsplit(" ", 1)
    bar = box(x0 - 1, TOP - 9, x1 - x0 + 2, 12, operator).replace(b"q ", f"q {color} ".encode())
    found = read_pdf(pdf(show(LEFT, TOP, NAMED) + bar))
    assert texts(found) == [expected]
    assert found.notes == (HIDDEN_NOTE,)


def test_words_of_their_own_under_a_black_bar_leave_the_bar() -> None:
    """The bar is seen also where a program shows the words under it by themselves."""
    x0, x1 = place(NAMED, "Gulliver Thorne")
    code = show(LEFT, TOP, "She named ") + show(x0, TOP, "Gulliver Thorne")
    code += box(x0 - 1, TOP - 9, x1 - x0 + 2, 12, "f")
    code += show(x1, TOP, " as the owner of the van.")
    assert texts(read_pdf(pdf(code))) == ["She named █ as the owner of the van."]


def test_a_box_behind_words_of_a_later_line_hides_nothing() -> None:
    """Cells are shaded one after the other: the boxes of the next lie over no words."""
    code = b""
    for n, words in enumerate(["Moorings are let", "for five years", "at the most."]):
        shade = box(LEFT + 90 * n, TOP - 10, 88, 14, "f").replace(b"q ", b"q 0.9 g ")
        code += shade + show(LEFT + 90 * n + 3, TOP, words)
    assert "Moorings are let" in read_pdf(pdf(code)).text
    assert read_pdf(pdf(code)).notes == ()


@pytest.mark.parametrize(
    ("mark", "color", "is_hidden"),
    [
        ("/Square /IC [0 0 0]", "[0 0 0]", True),
        ("/Highlight", "[0 0 0]", True),
        ("/Highlight", "[1 1 0]", False),
        ("/Square", "[1 0 0]", False),  # a frame around the words
    ],
)
def test_a_bar_that_is_laid_over_the_page_blackens(
    mark: str, color: str, *, is_hidden: bool
) -> None:
    """People blacken words with what their program for reading has: a box, or a marker pen."""
    x0, x1 = place(NAMED, "Gulliver Thorne")
    low, high = HEIGHT - TOP - 3, HEIGHT - TOP + 9
    corners = f"{x0} {high} {x1} {high} {x0} {low} {x1} {low}"
    page = f"/Annots [<< /Type /Annot /Subtype {mark} /C {color} /F 4 "
    page += f"/Rect [{x0} {low} {x1} {high}] /QuadPoints [{corners}] >>]"
    found = read_pdf(pdf(show(LEFT, TOP, NAMED), page=page.encode()))
    assert texts(found) == ["She named █ as the owner of the van." if is_hidden else NAMED]


def test_a_bar_on_a_scan_blackens_its_text() -> None:
    """The invisible text of a scan says what the picture shows, but not under a bar on it."""
    x0, x1 = place(NAMED, "Gulliver Thorne")
    code = FULL_PAGE_PICTURE + show(LEFT, TOP, NAMED, look="3 Tr")
    code += lines(LEFT, TOP + 14, ["The witness was not heard again until May."])
    found = read_pdf(pdf(code + box(x0, TOP - 9, x1 - x0, 12, "f"), extra=[PICTURE]))
    assert "Thorne" not in found.text
    assert "She named █ as the owner of the van." in found.text


LOOK = "/AP << /N 6 0 R >>"  # a mark that has a picture of its own, the object behind PICTURE


@pytest.mark.parametrize(
    ("mark", "drawn", "is_hidden"),
    [
        ("/Square /C [1 0 0]", "", False),  # a hollow frame
        ("/Square /C [0 0 0] /IC [0 0 0] /CA 1", "", True),
        ("/Square /C [0 0 0] /IC [0 0 0] /CA 0.1", "", False),
        ("/Square /C [0 0 0] /IC [0 0 0] " + LOOK, "0 g 0 0 W H re f", True),
        ("/Square /C [1 1 0] /IC [1 1 0] " + LOOK, "1 1 0 rg 0 0 W H re f", False),
        ("/Square /C [1 0 0] " + LOOK, "1 0 0 RG 1 1 W H re S", False),
        ("/Polygon /C [1 0 0] /Vertices [V]", "", False),
        ("/Polygon /C [1 0 0] /Vertices [V] " + LOOK, "0 G 0 0 W H re S", False),
        ("/Polygon /IC [0 0 0] /Vertices [V] " + LOOK, "0 g 0 0 W H re f", True),
        ("/Redact /IC [0 0 0]", "", False),  # what is yet to be blackened can still be read
        ("/Redact /IC [0 0 0] " + LOOK, "1 0 0 RG 1 1 W H re S", False),
        ("/Highlight /C [0 0 0]", "", True),
    ],
)
def test_only_a_mark_that_is_seen_as_a_bar_blackens_a_scan(
    mark: str, drawn: str, *, is_hidden: bool
) -> None:
    """What people frame, tint or are yet to blacken on a scan is still read."""
    x0, x1 = place(NAMED, "Gulliver Thorne")
    low, high = HEIGHT - TOP - 3, HEIGHT - TOP + 9
    sizes = f"{x1 - x0 + 2:.2f} {high - low}"
    shown = drawn.replace("W H", sizes).encode()
    form = f"<< /Type /XObject /Subtype /Form /BBox [0 0 {sizes}] /Length {len(shown)} >>"
    corners = f"{x0} {high} {x1} {high} {x0} {low} {x1} {low}"
    page = f"/Annots [<< /Type /Annot /Subtype {mark.replace('[V]', f'[{corners}]')} /F 4 "
    page += f"/Rect [{x0 - 1} {low} {x1 + 1} {high}] /QuadPoints [{corners}] >>]"
    code = FULL_PAGE_PICTURE + show(LEFT, TOP, NAMED, look="3 Tr")
    extra = [PICTURE, form.encode() + b"\nstream\n%b\nendstream" % shown]
    found = read_pdf(pdf(code, extra=extra, page=page.encode()))
    assert texts(found) == ["She named █ as the owner of the van." if is_hidden else NAMED]


def test_rectangles_over_a_place_are_all_found() -> None:
    """Looking boxes up by their places finds those that looking at each of them finds."""
    chance = random.Random(7)
    starts = [chance.randrange(-50, 800) / 2 for _ in range(1_500)]
    sides = [(start, start + chance.choice([0, 12, 700])) for start in starts]
    index = RectIndex(sides)
    for spot in (n / 4 for n in range(-150, 4_600, 7)):
        over = [n for n, (start, end) in enumerate(sides) if start <= spot <= end]
        assert index.over(spot) == over
    assert RectIndex([]).over(3.0) == []


@pytest.mark.parametrize("is_off", [True, False])
@pytest.mark.parametrize("in_form", [True, False])
def test_a_layer_that_is_off_is_left_out(*, in_form: bool, is_off: bool) -> None:
    """What a layer holds is read where the layer is shown, and else left out with a note."""
    shown, on_layer = (
        show(LEFT, TOP, "The bridge opens in June."),
        show(LEFT, TOP + 14, "It leaks."),
    )
    layer = b"<< /Type /OCG /Name (Internal) >>"
    form = b"<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /OC 6 0 R /Resources 3 0 R"
    form += b" /Length %d >>\nstream\n%b\nendstream" % (len(on_layer), on_layer)
    state = b"/OFF [6 0 R]" if is_off else b"/ON [6 0 R]"
    raw = pdf(
        shown + (b"/I Do\n" if in_form else b"/OC /L BDC\n%bEMC\n" % on_layer),
        extra=[form, layer],
        catalog=b"/OCProperties << /OCGs [6 0 R] /D << %b >> >>" % state,
    ).replace(b"/XObject <<", b"/Properties << /L 6 0 R >> /XObject <<")
    found = read_pdf(raw)
    assert found.text.startswith("The bridge opens in June.")
    assert ("It leaks." in found.text) != is_off
    assert found.notes == ((HIDDEN_NOTE,) if is_off else ())
