"""PDF files: no words of another part of the page come into a sentence or a row."""

from __future__ import annotations

from rag.formats.pdf.document import read_pdf
from rag.formats.pdf.layout.numbering import with_markers
from rag.formats.pdf.lines import Fragment
from tests.formats.pdf_writing import box, lines, pdf, show
from tests.formats.test_pdf import kinds, texts

STORY = (
    "The pilots of the sound met on Monday and",
    "heard that the lamp on the outer skerry had",
    "been dark for nine nights. A new glass was",
    "ordered from the works at once, and the old",
    "one is kept in the chapel. The keeper, who",
)
MORE = (
    "had warned of the crack in spring, said that",
    "nobody had answered his letters. He will be",
    "paid for the nine nights all the same, as the",
    "pilots decided, and his boat will be painted",
    "before the winter comes.",
)


def test_a_line_across_the_page_parts_what_stands_below_the_columns() -> None:
    """Boxes below a line that crosses all columns come after the columns, not into them."""
    code = lines(60, 100, STORY) + lines(310, 100, MORE) + box(55, 165, 480, 1, "f")
    code += show(60, 190, "Ferries", 16, bold=True) + show(310, 190, "Weather", 16, bold=True)
    code += lines(60, 210, ["The ferry to the skerries does not", "sail on Sundays until Easter."])
    code += lines(310, 210, ["Rain clears from the west by noon,", "with a fresh breeze later."])
    read = texts(read_pdf(pdf(code)))
    assert read[0] == " ".join([*STORY, *MORE])
    assert read[1:] == [
        "Ferries",
        "The ferry to the skerries does not sail on Sundays until Easter.",
        "Weather",
        "Rain clears from the west by noon, with a fresh breeze later.",
    ]


def test_the_second_line_of_the_last_row_belongs_to_it() -> None:
    """A cell in the middle of the last row that runs on is whole, also beside smaller notes."""
    code = b""
    rows = [("1", "No boat may lie at the chain unless the", "Chain"), ("2", "Herring is", "Fish")]
    for n, (number, rule, note) in enumerate(rows):
        y = 100 + 36 * n
        code += show(60, y, number) + show(110, y, rule) + show(330, y - 1.5, note, 8)
        code += show(110, y + 13, "master of the harbour allows it.")
    assert texts(read_pdf(pdf(code))) == [
        "1 | No boat may lie at the chain unless the master of the harbour allows it. | Chain",
        "2 | Herring is master of the harbour allows it. | Fish",
    ]


def test_dates_at_the_end_of_a_few_lines_make_no_table() -> None:
    """Printed messages have a date right of each sender; their words are text, line by line."""
    code = b""
    for n, (who, day) in enumerate([("Kari Moe", "4 May, 9:12"), ("Ola Lie", "5 May, 7:40")]):
        y = 100 + 130 * n
        code += show(60, y, f"{who} <mail@example>", 12) + show(440, y, day, 12)
        code += show(60, y + 26, "Dear friend,") + show(60, y + 50, f"The boat number {n} is sold.")
        code += show(60, y + 74, "Yours,") + show(60, y + 98, who)
        code += box(55, y - 20, 480, 1, "f")
    assert kinds(read_pdf(pdf(code))) == [
        ("row", "Kari Moe <mail@example> | 4 May, 9:12"),
        ("text", "Dear friend,"),
        ("text", "The boat number 0 is sold."),
        ("text", "Yours,"),
        ("text", "Kari Moe"),
        ("row", "Ola Lie <mail@example> | 5 May, 7:40"),
        ("text", "Dear friend,"),
        ("text", "The boat number 1 is sold."),
        ("text", "Yours,"),
        ("text", "Ola Lie"),
    ]


def test_a_page_between_head_and_foot_is_no_table() -> None:
    """A head and a foot with something at both ends make no table of what is between them."""
    code = show(60, 60, "EEL(1)") + show(480, 60, "EEL(1)")
    code += show(60, 780, "Eel 2.1") + show(520, 780, "1")
    for n, name in enumerate(["NAME", "SYNOPSIS", "FILES", "BUGS"]):
        code += show(60, 100 + 40 * n, name, 10.9, bold=True)
        code += show(90, 113 + 40 * n, f"The eel of part {n} counts fish.")
    found = kinds(read_pdf(pdf(code)))
    assert [text for kind, text in found if kind == "text"] == [
        f"The eel of part {n} counts fish." for n in range(4)
    ]


def test_numbers_beside_each_fifth_line_are_no_words() -> None:
    """Two numbers in the right margin with five lines between them are numbers of lines."""
    text = [*STORY, *MORE]
    code = lines(120, 100, text, step=20)
    code += show(500, 180, "5", 9) + show(496, 280, "10", 9)
    code += show(50, 120, "Pilots of", 8) + show(50, 130, "the sound", 8)
    read = read_pdf(pdf(code))
    assert set(texts(read)) == {"Pilots of the sound", " ".join(text)}
    assert [mark.label for mark in read.marks] == ["line numbers"]


def test_figures_at_the_end_of_lines_are_no_numbers_of_lines() -> None:
    """Where fewer lines are between them, 5 and 10 are figures."""
    code = lines(120, 100, ["Herring, salted", "Cod, dried", "Eel, smoked"], step=20)
    code += show(400, 100, "5") + show(400, 120, "10") + show(400, 140, "15")
    assert texts(read_pdf(pdf(code)))[-1] == "Eel, smoked | 15"


def test_bullets_in_a_cell_begin_rows() -> None:
    """Two entries of a list beside a year are two rows, however close they stand."""
    code = show(60, 100, "2012") + show(120, 100, "Restorer, Abbey of Vik", bold=True)
    code += lines(135, 114, ["• Led the work on eleven books.", "• Trained four people."])
    code += show(60, 150, "2019") + show(120, 150, "Head of Paper, Archive", bold=True)
    assert texts(read_pdf(pdf(code))) == [
        "2012 | Restorer, Abbey of Vik",
        "| • Led the work on eleven books.",
        "| • Trained four people.",
        "2019 | Head of Paper, Archive",
    ]


def test_a_row_that_begins_in_the_second_column_is_one() -> None:
    """Where rows have a little more white above them than lines, each is a row of its own."""
    code, y = b"", 100.0
    for first, cures, remarks in [
        ("Age", ["Cure"], ["Remark"]),
        ("8 weeks", ["Distemper and", "parvo"], ["First one; the puppy", "must be well."]),
        ("12 weeks", ["Distemper"], ["Keep it in for a week."]),
        ("", ["Leptospirosis"], ["Only near water, as", "the map shows."]),
        ("1 year", ["Rabies"], ["Every year."]),
    ]:
        code += show(60, y, first, bold=y == 100) if first else b""
        code += lines(150, y, cures, step=13.0) + lines(280, y, remarks, step=13.0)
        y += 13.0 * max(len(cures), len(remarks)) + 3
    assert "| Leptospirosis | Only near water, as the map shows." in texts(read_pdf(pdf(code)))


def test_numbers_in_bold_above_times_name_their_columns() -> None:
    """The numbers of trains, centred over the times, are the header of a narrow table."""
    code = show(60, 100, "Train", bold=True)
    for n, number in enumerate(["11", "13", "15", "17"]):
        code += show(120 + 36 * n + 7, 100, number, bold=True)
    for line, place in enumerate(["Vik", "Nes", "Bru"]):
        code += show(60, 114 + 14 * line, place)
        for n in range(4):
            code += show(120 + 36 * n, 114 + 14 * line, f"0{6 + n}:1{line}")
    read = read_pdf(pdf(code))
    assert texts(read)[0] == "Train | 11 | 13 | 15 | 17"
    assert read.blocks[1].label == "Train | 11 | 13 | 15 | 17"


def test_a_first_row_that_every_page_repeats_is_the_header() -> None:
    """A plain row above the rows of each page names the columns on all of them."""
    pages = []
    for page in range(3):
        code = show(60, 100, "Date") + show(140, 100, "Event") + show(400, 100, "Source")
        for n in range(4):
            y, year = 118 + 18 * n, str(1801 + 4 * page + n)
            code += show(60, y, year) + show(140, y, f"The bridge was built anew in {year}.")
            code += show(400, y, "Annals of Vik")
        pages.append(code)
    read = read_pdf(pdf(*pages))
    rows = [block for block in read.blocks if block.kind == "row"]
    assert len(rows) == 12
    assert {block.label for block in rows} == {"Date | Event | Source"}


def test_large_figures_stand_with_the_words_below_them() -> None:
    """Figures side by side are not glued to one, nor are the words that say what they count."""
    code = b""
    for n, (figure, words) in enumerate(
        [("4,120", "hives inspected"), ("17%", "winter losses"), ("€2.3m", "paid in grants")]
    ):
        code += show(60 + 170 * n, 120, figure, 30) + show(60 + 170 * n, 140, words, 11)
    code += lines(60, 200, STORY)
    assert kinds(read_pdf(pdf(code)))[:3] == [
        ("row", "4,120 | hives inspected"),
        ("row", "17% | winter losses"),
        ("row", "€2.3m | paid in grants"),
    ]


def test_prices_in_a_narrow_table_are_lines_of_their_own() -> None:
    """Where only one line of two shows the gap between its cells, the lines are not joined."""
    code = lines(60, 100, STORY)
    code += show(60, 200, "Adults", 12) + show(112, 200, "£4.50", 12)
    code += show(60, 216, "Children £2.00", 12)
    assert texts(read_pdf(pdf(code)))[1:] in (
        ["Adults £4.50", "Children £2.00"],
        ["Adults | £4.50", "Children | £2.00"],
    )


def test_figures_below_each_other_are_not_one() -> None:
    """A column of figures without words beside it is no sentence."""
    code = lines(60, 100, STORY) + lines(60, 200, ["62.5%", "37.5%"])
    assert texts(read_pdf(pdf(code)))[1:] == ["62.5%", "37.5%"]


def test_each_entry_of_a_table_of_contents_is_a_row() -> None:
    """Dots that fill the line do not lead the number of a page into the next entry."""
    entries = [("The road from Vik ", 1), ("The bridge at Nes ", 12), ("The inn of Bru ", 130)]
    code = show(60, 80, "Contents", 16, bold=True)
    for n, (name, page) in enumerate(entries):
        dots = "." * (90 - len(name) - len(str(page)))
        code += show(60, 100 + 13 * n, f"{name}{dots} {page}")
    assert kinds(read_pdf(pdf(code)))[1:] == [
        ("row", "The road from Vik | 1"),
        ("row", "The bridge at Nes | 12"),
        ("row", "The inn of Bru | 130"),
    ]


def test_a_narrow_table_is_read_cell_by_cell() -> None:
    """Cells no farther apart than words are told by those above and below them."""
    rows = [("Adults", "£4", "daily"), ("Children", "£2", "daily"), ("Dogs", "£1", "never")]
    code = lines(60, 100, STORY)
    for n, (who, price, days) in enumerate(rows):
        y = 200 + 16 * n
        if who == "Children":
            code += show(60, y, f"{who} {price}") + show(150, y, days)
            continue
        code += show(60, y, who) + show(100, y, price) + show(150, y, days)
    assert kinds(read_pdf(pdf(code)))[1:] == [("row", " | ".join(row)) for row in rows]


def test_two_words_below_two_columns_are_no_cells() -> None:
    """A stretch is parted only where both of its words stand where cells beside it do."""
    code = lines(60, 100, STORY) + show(60, 200, "Crew", bold=True)
    code += show(120, 200, "Start", bold=True) + show(60, 185, "Training hours", bold=True)
    assert "Training hours" in texts(read_pdf(pdf(code)))


def test_a_typed_report_is_read_line_by_line() -> None:
    """White below white in the lines of a report makes no columns; typed dashes are no words."""
    code = show(60, 100, "LABORATORY REPORT") + show(300, 100, "Taken: 8 May 2022")
    code += show(60, 117, "Name: Edith Vik") + show(295, 117, "Born: 2 May 1950")
    rows = [("Test", "Result", "Units", "Range"), ("Iron", "98", "g/l", "115 - 165")]
    rows += [("Zinc", "4.1", "mmol/l", "3.5 - 5.3"), ("Lead", "6", "ug/l", "13 - 150")]
    for n, row in enumerate(rows):
        for x, cell in zip((60, 180, 270, 340), row, strict=True):
            code += show(x, 151 + 17 * (n + (n > 0)), cell)
    code += show(60, 168, "-" * 100) + show(60, 260, "Comment: The results suggest a lack of iron.")
    read = read_pdf(pdf(code))
    assert texts(read) == [
        "LABORATORY REPORT | Taken: 8 May 2022",
        "Name: Edith Vik | Born: 2 May 1950",
        *(" | ".join(row) for row in rows),
        "Comment: The results suggest a lack of iron.",
    ]
    assert {block.label for block in read.blocks[3:6]} == {" | ".join(rows[0])}


def test_a_number_apart_from_its_paragraph_parts_no_line_of_it() -> None:
    """Numbers in brackets, as courts put them before paragraphs, make no cells of the text."""
    code = b""
    for n in (1, 2):
        y = 100 + 40 * n
        code += show(60, y, f"[{n}]") + show(
            84, y, "The order of the board was made without any hearing of him."
        )
        code += lines(60, y + 12, ["Rivers may be closed where delay would do harm to the salmon."])
    paragraph = (
        "The order of the board was made without any hearing of him. "
        "Rivers may be closed where delay would do harm to the salmon."
    )
    assert texts(read_pdf(pdf(code))) == [f"[{n}] {paragraph}" for n in (1, 2)]


def test_signs_of_a_choice_stand_with_their_words() -> None:
    """A cross apart from its words is joined with them, as a tick is."""
    ticked = [Fragment(sign, 60, 68, 100 + 14 * n, 10) for n, sign in enumerate("✔✘❏")]
    words = [Fragment(f"I agree to {n}.", 80, 150, 100 + 14 * n, 10) for n in range(3)]
    found = [each.text for each in with_markers([*ticked, *words])]
    assert found == ["✔ I agree to 0.", "✘ I agree to 1.", "❏ I agree to 2."]
