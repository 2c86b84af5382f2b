"""PDF files: what is seen and what is clutter, headings, fields, forms, and the pages of words."""

from __future__ import annotations

import pytest

from rag.errors import DocumentError
from rag.formats.extracted import Extracted
from rag.formats.pdf.document import read_pdf
from tests.formats.pdf_writing import box, lines, pdf, show

STORY = [
    "The keeper of the light wrote down each ship that passed the cape at night,",
    "and in the winter of 1903 there were no more than eleven of them in a week.",
]


def kinds(read: Extracted) -> list[tuple[str, str]]:
    """Return the kind and the words of each block."""
    return [(block.kind, read.text[block.start : block.end]) for block in read.blocks]


def texts(read: Extracted) -> list[str]:
    """Return the words of each block."""
    return [words for _, words in kinds(read)]


def clutter(read: Extracted) -> list[str]:
    """Return the words that are set apart as clutter."""
    return [read.text[mark.start : mark.end] for mark in read.marks]


GRADIENT = (  # a way to fill an area that is no box
    b"<< /Shading << /S1 << /ShadingType 2 /ColorSpace /DeviceRGB /Coords [0 0 595 0]"
    b" /Function << /FunctionType 2 /Domain [0 1] /N 1 /C0 [0 0 0.4] /C1 [0 0.2 0.3] >> >> >>"
    b" /Font << /F1 4 0 R /F2 4 0 R >> /ExtGState << /G1 << /BM /Multiply >> >>"
    b" /XObject << /I 5 0 R >> >>"
)


def test_words_on_any_ground_are_read() -> None:
    """What the page shows is read: pale words on a gradient, words on a clipped or lower box."""
    gradient = b"q 0 700 595 60 re W n /S1 sh Q\n"
    clipped = b"q 50 600 300 0.7 re W n 50 580 300 60 re 0 g f Q\n"
    read = read_pdf(
        pdf(
            gradient
            + show(60, 110, "The Lamplighter", look="1 g")
            + clipped
            + show(60, 230, "1 The tower was sold.")
            + box(50, 290, 300, 40, "f")
            + b"q 1 g "
            + box(50, 290, 300, 40, "f")[2:]
            + show(60, 310, "It was white.")
            + lines(60, 400, STORY),
            page=b"/Resources " + GRADIENT,
            extra=[b"null"],
        )
    )
    for words in ("The Lamplighter", "1 The tower was sold.", "It was white."):
        assert words in read.text
    assert not read.notes


@pytest.mark.parametrize("paint", ["0 g", "1 g"])
def test_words_under_a_box_are_left_out(paint: str) -> None:
    """What is painted over is not read, whatever the paint; a note says that it is there."""
    over = f"q {paint} ".encode() + box(50, 185, 300, 25, "f")[2:]
    shown = lines(60, 100, STORY) + show(60, 200, "The witness is Anna Holm.")
    read = read_pdf(pdf(shown + over))
    assert "Holm" not in read.text
    assert read.notes == ("has text on page 1 that nobody sees, left out",)


def test_a_marker_pen_hides_nothing() -> None:
    """Words that a shade is laid over are read."""
    pen = b"q /G1 gs 1 1 0 rg " + box(50, 185, 300, 25, "f")[2:]
    shown = lines(60, 100, STORY) + show(60, 200, "The lamp burns oil.")
    read = read_pdf(pdf(shown + pen, page=b"/Resources " + GRADIENT, extra=[b"null"]))
    assert "The lamp burns oil." in texts(read)
    assert not read.notes


def test_hidden_words_in_a_form_are_left_out() -> None:
    """A drawing within the page hides its words as the page does, and shows them so."""
    inner = show(60, 200, "Say yes.", look="1 g") + show(60, 260, "It is dark.")
    form = (
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources 3 0 R /Length %d >>"
        b"\nstream\n%b\nendstream" % (len(inner), inner)
    )
    ground = b"q 0.1 g " + box(50, 230, 300, 1.5, "f")[2:]
    read = read_pdf(pdf(ground + b"/I Do\n" + lines(60, 100, STORY), extra=[form]))
    assert "It is dark." in read.text
    assert "Say yes" not in read.text


def paragraph(y: float, number: int) -> bytes:
    """Return the code of a paragraph of two lines that no other page has."""
    first = ["keeper", "captain", "pilot", "doctor", "priest", "miller"][number % 6]
    return lines(60, y, [f"The {first} {STORY[0][11:]}", STORY[1]])


@pytest.mark.parametrize("mark", ["{} ", "{}. ", "({}) "])
def test_footnotes_at_one_height_are_no_feet(mark: str) -> None:
    """Feet of pages repeat their words; what differs below the text is a note."""
    notes = ["The year ends on 31 May.", "The insurer paid 90 crowns.", "Not that of 1903."]
    pages = [
        paragraph(100, n)
        + show(60, 770, mark.format(n + 1).strip(), 8)
        + show(72, 770, note, 8)
        + show(280, 800, f"{n + 1}")
        for n, note in enumerate(notes)
    ]
    read = read_pdf(pdf(*pages))
    assert clutter(read) == ["1", "2", "3"]
    for note in notes:
        assert any(note in words for words in texts(read))


def test_notes_of_the_same_words_are_no_feet() -> None:
    """A note in small print is one, whatever other pages have at its place."""
    pages = [
        paragraph(100, n)
        + show(60, 770, f"{n + 1}. See the register.", 8)
        + show(280, 800, f"{n + 1}")
        for n in range(3)
    ]
    read = read_pdf(pdf(*pages))
    assert clutter(read) == ["1", "2", "3"]
    assert sum("See the register." in words for words in texts(read)) == 3


def test_the_number_of_a_last_line_is_no_number_of_a_page() -> None:
    """Lines with numbers of their own are text, though these count up from page to page."""
    names = ["Oil", "Coal and wood", "Wicks"]
    pages = [
        paragraph(100, n) + show(60, 740, f"{n + 7}") + show(74, 740, name)
        for n, name in enumerate(names)
    ]
    read = read_pdf(pdf(*pages))
    assert not clutter(read)
    assert all(name in read.text for name in names)


def test_a_head_is_a_head_above_a_table_too() -> None:
    """Words that stand apart at the top of one page are a head where a table is close below."""
    head = show(60, 50, "Archive of the port, report for 1903", 9)
    table = b"".join(
        show(x, 64 + 12 * n, cell)
        for n, row in enumerate([("Item", "1902", "1903"), ("Oil", "40", "56"), ("Coal", "9", "7")])
        for x, cell in zip((60, 200, 300), row, strict=True)
    )
    read = read_pdf(pdf(head + paragraph(100, 0), head + table + paragraph(120, 1)))
    assert clutter(read) == ["Archive of the port, report for 1903"] * 2
    assert "Coal | 9 | 7" in texts(read)


def test_feet_with_numbers_and_changing_titles_are_feet() -> None:
    """A number of the page at the edge takes the title of the chapter beside it along."""
    titles = ["The Cape", "The Lamp", "The Storm"]
    pages = [
        paragraph(100, n) + show(60, 800, title, 9) + show(500, 800, f"{n + 7}", 9)
        for n, title in enumerate(titles)
    ]
    assert clutter(read_pdf(pdf(*pages))) == ["The Cape 7", "The Lamp 8", "The Storm 9"]


@pytest.mark.parametrize("step", [10.0, 12.5])
def test_letters_that_are_set_apart_are_words(step: float) -> None:
    """A heading of spaced letters is read as its words; names of columns are left as they are."""
    title, code = "THE LAW", b""
    for n, letter in enumerate(title):
        code += show(60 + step * n, 80, letter, 9, bold=True) if letter != " " else b""
    code += show(60, 95, "O P I N I O N", 11, bold=True) + lines(60, 130, STORY)
    code += b"".join(show(60 + 14 * n, 200, letter) for n, letter in enumerate("ABCDE"))
    read = read_pdf(pdf(code))
    assert kinds(read)[:2] == [("heading", "THE LAW"), ("heading", "OPINION")]
    assert "ABCDE" not in read.text


def headings(read: Extracted) -> list[str]:
    """Return the words of the headings."""
    return [words for kind, words in kinds(read) if kind == "heading"]


def test_a_heading_over_two_lines_is_one() -> None:
    """It is, also where its second line is as narrow as the column below; numbers begin anew."""
    code = show(60, 60, "The Wreck of the Northern Light and", 19, bold=True)
    code += show(60, 82, "Its Finders", 19, bold=True)
    left = ["The brig was found by two", "divers in May of 1931, far", "from where she was lost."]
    right = ["Her bell hangs in the town", "hall, and her anchor lies", "before the school."]
    code += lines(60, 110, left) + lines(250, 110, right)
    code += show(60, 300, "1 The search", 12, bold=True) + show(
        60, 315, "1.1 By sea", 12, bold=True
    )
    read = read_pdf(pdf(code + lines(60, 340, STORY)))
    title = "The Wreck of the Northern Light and Its Finders"
    assert headings(read) == [title, "1 The search", "1.1 By sea"]


@pytest.mark.parametrize("heading", ["The keepers", "THE KEEPERS", "2. The keepers", "Annex B"])
def test_short_lines_between_white_are_headings(heading: str) -> None:
    """A short line without a full stop, with white around it and text below, names that text."""
    story = [*STORY, "Nobody knows where the books of the years before that are."]
    code = lines(60, 100, story) + show(60, 165, heading) + lines(60, 190, story)
    assert headings(read_pdf(pdf(code))) == [heading]


@pytest.mark.parametrize(
    "line",
    ["He left.", "Oil: 40 litres", "Dear Captain Holm", "– 12 June 1903", "40 crowns a year"],
)
def test_other_short_lines_are_text(line: str) -> None:
    """Sentences, fields, salutations and figures are no headings, so that they can be quoted."""
    code = lines(60, 100, STORY) + show(60, 150, line) + lines(60, 175, STORY)
    read = read_pdf(pdf(code))
    assert not headings(read)
    assert line.removeprefix("– ") in texts(read)


def test_entries_of_a_list_are_no_headings() -> None:
    """The last entry of a list with white between its entries stays one."""
    entries = ["1. Light the lamp", "2. Wind the clock", "3. Write the book"]
    code = b"".join(show(60, 100 + 24 * n, words) for n, words in enumerate(entries))
    read = read_pdf(pdf(code + lines(60, 175, STORY)))
    assert kinds(read) == [*(("item", words) for words in entries), ("text", " ".join(STORY))]


@pytest.mark.parametrize("step", [12, 17, 30])
@pytest.mark.parametrize("align", [0.0, 0.5, 1.0])
def test_lines_with_labels_are_fields(align: float, step: int) -> None:
    """Each is one by itself, wherever the lines begin; short forms may stand in a label."""
    fields = ["Policy no.: 77-12", "Date: 3 June 1903", "Your ref.: Holm", "P.O. box: 9"]
    code = b"".join(
        show(400 - align * 4.6 * len(words), 60 + step * n, words) for n, words in enumerate(fields)
    )
    read = read_pdf(pdf(code + lines(60, 200, STORY)))
    assert kinds(read)[:4] == [("field", words) for words in fields]


@pytest.mark.parametrize("after", ["text", "nothing", "column"])
def test_what_stands_below_both_columns_is_read_after_them(after: str) -> None:
    """A heading below two columns belongs to what follows; one within a column stays there."""
    left = ["Nobody in the town knew when", "the first light was lit on the", "cape, or by whom."]
    right = [
        "It burned wood until 1801, and",
        "then oil, of which it took up to",
        "nine litres a night.",
    ]
    code = lines(60, 100, left) + lines(280, 100, right)
    y = 165 if after != "column" else 148
    code += show(60, y, "The Keepers", 12, bold=True)
    if after == "text":
        code += lines(60, y + 20, STORY)
    elif after == "column":
        code += lines(60, y + 14, [line.replace("light", "lamp") for line in left])
    found = texts(read_pdf(pdf(code)))
    nine = next(n for n, words in enumerate(found) if "nine litres" in words)
    assert (found.index("The Keepers") < nine) is (after == "column")


def page_of(read: Extracted, words: str) -> int:
    """Return the number of the page on which some words begin."""
    return sum(at <= read.text.index(words) for at in read.pages)


def test_words_are_on_the_page_that_they_are_said_to_be_on() -> None:
    """Also what stands between the halves of a sentence: notes, and a table on a page of its own.

    A sentence is on the page that it begins on.
    """
    first = [*STORY[:1], "and nobody read his book. The second keeper, who came from the town of"]
    second = ["Holm, painted the tower. The third sold the paint. The fourth, a man without a"]
    third = ["watch, wound the clock. The fifth could not swim."]
    rows = [("Year", "Ships"), ("1901", "312"), ("1902", "298"), ("1903", "340")]
    table = b"".join(
        show(x, 100 + 16 * n, cell)
        for n, row in enumerate(rows)
        for x, cell in zip((60, 200), row, strict=True)
    )
    read = read_pdf(
        pdf(
            lines(60, 680, first) + show(60, 740, "¹ The book is lost.", 8),
            table,
            lines(60, 60, second * 1 + ["name but with a good"] + third)
            + show(60, 740, "² Paint was dear.", 8),
            lines(60, 60, STORY),
        )
    )
    assert "The second keeper, who came from the town of Holm, painted the tower." in read.text
    for words, page in {
        "The keeper of the light": 1,
        "The second keeper": 1,
        "¹ The book": 1,
        "1901 | 312": 2,
        "The third sold": 3,
        "² Paint": 3,
    }.items():
        assert page_of(read, words) == page, words


def test_a_paragraph_over_three_pages_keeps_its_notes_on_theirs() -> None:
    """A note on the second page is on it, though the paragraph began before."""
    middle = [f"The light of the year {n} was seen by all of the ships" for n in range(1900, 1950)]
    code = [
        lines(60, 700, ["The keeper of the light wrote down each ship that passed the"]),
        lines(60, 60, [f"cape. {middle[0]}.", *(f"{line}." for line in middle[1:]), "The last"])
        + show(60, 740, "¹ Not by those that sank.", 8),
        lines(60, 60, ["of them was the brig. It was never seen again."]),
    ]
    read = read_pdf(pdf(*code))
    assert "The last of them was the brig." in read.text
    for words, page in {"The keeper": 1, "The light of the year 1901": 2, "¹ Not": 2}.items():
        assert page_of(read, words) == page, words
    assert page_of(read, "It was never seen") == 3


def cells(y: float, *words: str) -> bytes:
    """Return the code of a row of a table."""
    return b"".join(show(60 + 130 * n, y, cell) for n, cell in enumerate(words) if cell)


HEAD = cells(600, "Year", "Damage", "Cost")
BODY = cells(620, "1901", "Panes", "40") + cells(640, "1902", "Roof", "90")


def test_a_row_over_two_pages_is_one() -> None:
    """The words of a cell that go on at the top of the next page belong to it."""
    ends = BODY + cells(660, "1903", "Part of the wall and", "120")
    goes_on = cells(60, "", "the whole of the", "crowns") + cells(72, "", "stairs", "")
    read = read_pdf(pdf(HEAD + ends, goes_on + lines(60, 120, STORY)))
    rows = [words for kind, words in kinds(read) if kind == "row"]
    assert rows[-1] == "1903 | Part of the wall and the whole of the stairs | 120 crowns"


@pytest.mark.parametrize("again", [False, True])
def test_a_last_row_on_the_next_page_has_the_header(*, again: bool) -> None:
    """It is a row, also where it has two lines, or where the header stands above it again."""
    code = cells(40, "Year", "Damage", "Cost") if again else b""
    code += cells(60, "1903", "Part of the", "120") + cells(72, "", "stairs", "")
    read = read_pdf(pdf(lines(60, 100, STORY) + HEAD + BODY, code + lines(60, 120, STORY)))
    rows = {read.text[b.start : b.end]: b.label for b in read.blocks if b.kind == "row"}
    assert rows["1903 | Part of the stairs | 120"] == rows["1902 | Roof | 90"]
    assert page_of(read, "1903 | Part") == 2


def test_a_page_of_too_many_letters_is_said_to_be_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left out for the time that it takes is not passed over in silence."""
    monkeypatch.setattr("rag.formats.pdf.page._MAX_CHARS", 80)
    read = read_pdf(pdf(lines(60, 100, STORY)))
    assert read.text.startswith(STORY[0])
    assert read.unread == ("has too many letters on page 1, the last of which were not read",)


def test_empty_pages_need_no_tesseract() -> None:
    """A file of nothing at all is an error that recommends nothing."""
    with pytest.raises(DocumentError, match="nothing on its pages"):
        read_pdf(pdf(b""))


def test_notes_with_marks_apart_are_no_table() -> None:
    """The mark of a note goes before its words; a table over such a page and the next is one."""
    notes = b"".join(
        show(60, 740 + 12 * n, mark, 8) + show(78, 740 + 12 * n, words, 8)
        for n, (mark, words) in enumerate([("1", "See the register of"), ("", "the town.")])
    )
    notes += show(60, 764, "2", 8) + show(78, 764, "Not that of Holm.", 8)
    read = read_pdf(
        pdf(
            lines(60, 100, STORY) + HEAD + BODY + cells(660, "1903", "Part of the", "5") + notes,
            cells(60, "Year", "Damage", "Cost")
            + cells(80, "", "stairs", "")
            + cells(100, "1904", "None", "0")
            + lines(60, 160, STORY),
        )
    )
    assert "1 See the register of the town." in read.text
    assert "2 Not that of Holm." in read.text
    rows = {words: None for kind, words in kinds(read) if kind == "row"}
    assert list(rows)[-2:] == ["1903 | Part of the stairs | 5", "1904 | None | 0"]


def test_what_begins_each_page_is_a_head_though_text_is_close_to_it() -> None:
    """Words of their own line that begin three pages are a head; a table's header is its own."""
    pages = [show(60, 60, "The book of the cape") + paragraph(73, n) for n in range(3)]
    assert clutter(read_pdf(pdf(*pages))) == ["The book of the cape"] * 3
    head = cells(60, "Lot", "1901", "1902")
    pages = [
        head + b"".join(cells(75 + 15 * n, f"{1900 + 9 * m + n}", "Roof", "9") for n in range(9))
        for m in range(3)
    ]
    marks = read_pdf(pdf(*pages)).marks
    assert {mark.label for mark in marks} == {"table header"}


def test_a_name_with_initials_is_no_entry_of_a_list() -> None:
    """An author's name below a title is words like others."""
    code = show(60, 60, "The Price of Barley", 18, bold=True) + show(60, 84, "A. Holm")
    assert kinds(read_pdf(pdf(code + lines(60, 120, STORY))))[1] == ("text", "A. Holm")
    towns = lines(60, 160, ["A. Larn", "B. Holm"], step=20)
    found = kinds(read_pdf(pdf(lines(60, 120, STORY) + towns)))
    assert found[1:] == [("item", "A. Larn"), ("item", "B. Holm")]
