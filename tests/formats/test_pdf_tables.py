"""PDF files: tables with and without lines, row by row, each under its header."""

from __future__ import annotations

from rag.formats.extracted import Extracted
from rag.formats.pdf.document import read_pdf
from tests.formats.pdf_writing import box, lines, pdf, show
from tests.formats.test_pdf import kinds

XS = (60, 160, 260)
HEAD = ("Crop", "Area 2022", "Price")
ROWS = [
    ("Wheat", "1,240", "212 euros"),
    ("Barley", "640", "187 euros"),
    ("Oats", "95", "176 euros"),
]
BEFORE = "The estate grew three crops, of which the table gives the area and the price for a ton."


def table(
    y: float, rows: list[tuple[str, ...]], *, ruled: bool = False, bold: bool = True
) -> bytes:
    """Return the code of a table, the first row of which is its header."""
    code = b""
    for n, row in enumerate(rows):
        for x, cell in zip(XS, row, strict=False):
            code += show(x, y + 16 * n, cell, bold=bold and n == 0)
            code += box(x - 4, y + 16 * n - 11, 100, 16) if ruled else b""
    return code


def rows_of(read: Extracted) -> list[tuple[str, str]]:
    """Return the words and the label of each row."""
    return [(read.text[b.start : b.end], b.label) for b in read.blocks if b.kind == "row"]


EXPECTED = [(" | ".join(row), " | ".join(HEAD)) for row in ROWS]


def test_columns_of_short_cells_are_a_table() -> None:
    """A table without lines is read row by row, each under the header."""
    read = read_pdf(pdf(show(60, 60, BEFORE) + table(90, [HEAD, *ROWS])))
    assert rows_of(read) == EXPECTED
    assert ("heading", " | ".join(HEAD)) in kinds(read)


def test_a_table_with_lines() -> None:
    """The lines around cells say what is a cell, also where it is full to its edge."""
    full = ("Winter rye of the dale", "80", "99 euros")
    read = read_pdf(pdf(show(60, 60, BEFORE) + table(90, [HEAD, *ROWS, full], ruled=True)))
    assert rows_of(read) == [*EXPECTED, (" | ".join(full), " | ".join(HEAD))]


def test_a_cell_over_several_lines_is_one() -> None:
    """The lines of a cell are joined, and stay out of the next row."""
    code = table(90, [HEAD, ROWS[0]]) + lines(260, 118, ["for a ton of", "the best"])
    code += b"".join(show(x, 158, cell) for x, cell in zip(XS, ROWS[1], strict=True))
    found = [row for row, _ in rows_of(read_pdf(pdf(code)))]
    assert found == ["Wheat | 1,240 | 212 euros for a ton of the best", "Barley | 640 | 187 euros"]


def test_labels_with_values_are_fields() -> None:
    """Pairs of a label and a value are read as such."""
    pairs = [("Claimant:", "Vera Solheim"), ("Cause:", "Burst pipe"), ("Date:", "3 May 2024")]
    code = b"".join(
        show(60, 100 + 14 * n, label) + show(200, 100 + 14 * n, value)
        for n, (label, value) in enumerate(pairs)
    )
    expected = [("field", f"{label} {value}") for label, value in pairs]
    assert kinds(read_pdf(pdf(code))) == expected


def test_a_table_goes_on_over_the_page() -> None:
    """Rows on the next page stand under the header of the first, which is said once."""
    more = [("Rye", "12", "99 euros"), ("Maize", "7", "88 euros"), ("Beans", "3", "77 euros")]
    expected = [*EXPECTED, *((" | ".join(row), " | ".join(HEAD)) for row in more)]
    first = show(60, 60, BEFORE) + table(90, [HEAD, *ROWS])
    for second in (table(90, more, bold=False), table(90, [HEAD, *more])):
        read = read_pdf(pdf(first, second))
        assert rows_of(read) == expected
        heads = [words for kind, words in kinds(read) if kind == "heading"]
        assert heads == [" | ".join(HEAD)]


def test_a_cell_that_spans_names_each_column_below() -> None:
    """The words above several columns are part of each one's header."""
    code = b""
    for n, row in enumerate((("Region", "Sales", ""), ("", "2022", "2023"), ("North", "12", "14"))):
        for x, cell in zip(XS, row, strict=True):
            code += show(x, 100 + 16 * n, cell, bold=n < 2) if cell else b""
    edges = box(56, 89, 100, 48) + box(156, 89, 200, 16) + box(156, 105, 100, 16)
    edges += box(256, 105, 100, 16) + box(156, 121, 100, 16) + box(256, 121, 100, 16)
    edges += box(56, 121, 100, 16)
    read = read_pdf(pdf(code + edges))
    assert rows_of(read) == [("North | 12 | 14", "Region | Sales 2022 | Sales 2023")]


def test_years_name_the_columns_of_figures() -> None:
    """A year above figures is the name of their column."""
    head = ("Item", "2021", "2022")
    rows = [("Staff", "4,310", "4,475"), ("Repairs", "212", "388")]
    read = read_pdf(pdf(show(60, 80, BEFORE) + table(120, [head, *rows], bold=False)))
    assert rows_of(read) == [(" | ".join(row), " | ".join(head)) for row in rows]


def test_years_in_the_first_row_of_years_name_nothing() -> None:
    """A table of years has no header for beginning with them."""
    rows = [("Built", "1921", "1937"), ("Sold", "1950", "1962"), ("Lost", "1971", "1988")]
    read = read_pdf(pdf(show(60, 80, BEFORE) + table(120, rows, bold=False)))
    assert rows_of(read) == [(" | ".join(row), "") for row in rows]


def test_dates_in_the_first_column_are_no_numbers_of_a_list() -> None:
    """Cells that look like the numbers of a list keep apart from the cells beside them."""
    head = ("Date", "Text", "Debit", "Balance")
    rows = [
        ("03.03.", "Rent March", "640.00", "564.50"),
        ("22.03.", "Bookshop", "31.80", "2,682.70"),
        ("31.03.", "Interest", "0.45", "2,683.15"),
    ]
    code = show(60, 80, BEFORE)
    for n, row in enumerate([head, *rows]):
        for x, cell in zip((60, 105, 250, 350), row, strict=True):
            code += show(x, 120 + 16 * n, cell)
    read = read_pdf(pdf(code))
    assert rows_of(read) == [(" | ".join(row), " | ".join(head)) for row in rows]


SAID = [
    "Q. Mrs. Voss, where were you on the evening of",
    "4 February 2016?",
    "A. I was at the depot until ten. Then I drove",
    "home along the river.",
    "Q. Did you see the lorry?",
    "A. It stood without lights near the bridge, and",
    "its left door was open.",
    "MR. HALE: Objection to the question.",
]


def test_numbers_of_lines_are_left_out() -> None:
    """Numbers down the margin at equal distances are clutter; questions and answers are turns."""
    code = b"".join(show(100, 100 + 24 * n, line, 11) for n, line in enumerate(SAID))
    code += b"".join(show(70, 100 + 24 * n, str(n + 1), 11) for n in range(12))
    read = read_pdf(pdf(code))
    assert [(read.text[b.start : b.end], b.label, b.kind) for b in read.blocks] == [
        ("Mrs. Voss, where were you on the evening of 4 February 2016?", "Q", "turn"),
        ("I was at the depot until ten. Then I drove home along the river.", "A", "turn"),
        ("Did you see the lorry?", "Q", "turn"),
        ("It stood without lights near the bridge, and its left door was open.", "A", "turn"),
        ("Objection to the question.", "MR. HALE", "turn"),
    ]
    assert [mark.label for mark in read.marks] == ["line numbers"]


def test_numbers_of_rows_are_cells() -> None:
    """Numbers in the first column of a table stay, though they count on at equal distances."""
    found = ["red kite", "grey heron", "barn owl", "eagle", "snipe", "crane", "stork", "swift"]
    rows = [(str(n), bird, str(3 * n)) for n, bird in enumerate(found, start=1)]
    read = read_pdf(pdf(show(60, 80, BEFORE) + table(120, [("No", "Bird", "Seen"), *rows])))
    assert rows_of(read) == [(" | ".join(row), "No | Bird | Seen") for row in rows]
