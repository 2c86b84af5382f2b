"""PDF files: words in the order in which a person reads them, whole sentences, clutter apart."""

from __future__ import annotations

import pytest

from rag.formats.pdf.document import read_pdf
from tests.formats.pdf_writing import box, lines, pdf, show
from tests.formats.test_pdf import kinds, texts

LEFT = [
    "The survey of the wetland began in",
    "April, and it took eleven weeks. It",
    "was paid for by the foundation, which",
    "gave 280,000 dollars for it.",
]
RIGHT = [
    "Samples were taken at 36 sites, and",
    "nitrate was above the limit at nine of",
    "them, all near the farms in the south",
    "of the valley.",
]
LEFT_TEXT = " ".join(LEFT)
RIGHT_TEXT = " ".join(RIGHT)


@pytest.mark.parametrize("by_row", [True, False])
@pytest.mark.parametrize("step", [12, 13])
def test_columns_are_read_one_after_the_other(*, by_row: bool, step: int) -> None:
    """A column is read to its end, whether the file draws column by column or row by row."""
    left = [show(60, 140 + 12 * n, line) for n, line in enumerate(LEFT)]
    right = [show(260, 140 + step * n, line) for n, line in enumerate(RIGHT)]
    rows = zip(left, right, strict=True) if by_row else [left, right]
    title = show(
        60, 100, "A survey of the wetland of Marrow and of what it is worth", 16, bold=True
    )
    read = read_pdf(pdf(title + b"".join(part for row in rows for part in row)))
    assert texts(read)[1:] == [LEFT_TEXT, RIGHT_TEXT]
    assert read.blocks[0].kind == "heading"


def test_a_sentence_goes_on_in_the_next_column() -> None:
    """What ends in the middle at the foot of a column goes on at the head of the next."""
    code = lines(60, 100, LEFT[:3]) + lines(260, 100, ["gave 280,000 dollars for it.", *RIGHT])
    assert texts(read_pdf(pdf(code)))[0].startswith(LEFT_TEXT)


def test_three_columns_under_a_full_line() -> None:
    """A line over all columns is read first."""
    code = show(60, 80, "The board met in May to hear what the three of its members had found out.")
    third = ["The dam at Holm leaks in two places,", "but it will not break in this year or"]
    code += lines(60, 110, LEFT, 8) + lines(230, 110, RIGHT, 8) + lines(400, 110, third, 8)
    found = texts(read_pdf(pdf(code)))
    assert found[0].startswith("The board met")
    assert found[1:3] == [LEFT_TEXT, RIGHT_TEXT]
    assert found[3].startswith("The dam at Holm")


def test_a_box_beside_the_text_is_apart() -> None:
    """The words of a box do not get in between those beside it."""
    frame = box(255, 88, 220, 60)
    code = lines(60, 100, LEFT) + frame + lines(262, 104, RIGHT)
    assert texts(read_pdf(pdf(code))) == [LEFT_TEXT, RIGHT_TEXT]


def test_a_line_that_begins_with_a_figure_stays_in_its_sentence() -> None:
    """A number at the start of a line is no entry of a list."""
    words = [
        "After the storm of that night the harbour master said that about 40 of the",
        "90 boats were not lost, and that the repair of the others would cost more than",
        "3.4 million.",
    ]
    assert kinds(read_pdf(pdf(lines(60, 100, words)))) == [("text", " ".join(words))]


def test_paragraphs_are_told_apart_by_white_and_by_indent() -> None:
    """A wider step, or a line that is set in, begins a paragraph."""
    apart = lines(60, 100, LEFT) + lines(60, 100 + 12 * 4 + 8, RIGHT)
    assert texts(read_pdf(pdf(apart))) == [LEFT_TEXT, RIGHT_TEXT]
    indented = lines(60, 100, LEFT) + show(72, 148, RIGHT[0]) + lines(60, 160, RIGHT[1:])
    assert texts(read_pdf(pdf(indented))) == [LEFT_TEXT, RIGHT_TEXT]


def test_lines_that_end_early_keep_their_ends() -> None:
    """The lines of an address are not run together."""
    code = lines(60, 100, ["Vera Solheim", "12 Harbour Street", "Larnmouth"]) + lines(
        60,
        160,
        [
            "Dear Ms Solheim, thank you for the letter of May, which the board has read with care.",
            "It will answer.",
        ],
    )
    assert texts(read_pdf(pdf(code)))[0] == "Vera Solheim\n12 Harbour Street\nLarnmouth"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("The losses by evapo-", "ration are large.", "The losses by evaporation are large."),
        ("They bought infra-", "red cameras.", "They bought infra-red cameras."),
        ("It is a well-", "known firm.", "It is a well-known firm."),
        ("They saw the Anglo-", "American fleet.", "They saw the Anglo-American fleet."),
        ("All short-", "and long-term loans.", "All short- and long-term loans."),
        (
            "He was a dog-",
            "walker. The dog-walker came.",
            "He was a dog-walker. The dog-walker came.",
        ),
        ("It is over 2019-", "2023 in all.", "It is over 2019-2023 in all."),
        ("It was Pro-", "fessor Halle.", "It was Professor Halle."),
        ("It was the so-", "called gull rock.", "It was the so-called gull rock."),
        ("He was pro-", "war. The war came.", "He was pro-war. The war came."),
        ("It was short-", "ly before ten.", "It was shortly before ten."),
        ("It was twelfth-cen-", "tury work.", "It was twelfth-century work."),
        ("His mother-in-", "law came.", "His mother-in-law came."),
    ],
)
def test_words_are_joined_over_lines(first: str, second: str, expected: str) -> None:
    """A hyphen at the end of a line goes, unless it belongs to the word."""
    assert texts(read_pdf(pdf(lines(60, 100, [first, second])))) == [expected]


def test_superscripts_stay_apart_from_the_number() -> None:
    """A raised digit is a superscript, as the mark of a note is; so is a lowered one below."""
    parts = [("The clinics treated 4,210", 0), ("3", 4), (" patients and sold 10", 0), ("9", 4)]
    parts += [(" tons of CO", 0), ("2", -2), (" here.", 0)]
    shown = "".join(f"/F1 {6 if rise else 10} Tf {rise} Ts ({text}) Tj " for text, rise in parts)
    code = f"BT 60 700 Td {shown} ET".encode()
    found = texts(read_pdf(pdf(code)))
    assert found == ["The clinics treated 4,210³ patients and sold 10⁹ tons of CO₂ here."]


def test_heads_and_feet_are_clutter() -> None:
    """What stands in the margin of each page does not get into a sentence over two pages."""
    pages = []
    for number, body in enumerate((LEFT[:3], [LEFT[3], *RIGHT]), start=1):
        pages.append(
            show(60, 40, "Annual report of the water board", 8)
            + lines(60, 100, body)
            + show(280, 810, f"Page {number} of 2", 8)
        )
    read = read_pdf(pdf(*pages))
    assert texts(read)[0].startswith(LEFT_TEXT)
    marked = {(read.text[mark.start : mark.end], mark.label) for mark in read.marks}
    assert marked == {
        ("Annual report of the water board", "page head"),
        ("Page 1 of 2", "page number"),
        ("Page 2 of 2", "page number"),
    }


def test_words_of_the_body_that_repeat_stay() -> None:
    """A sentence that two pages begin with is no head of the page."""
    again = "All answers are kept secret by the board."
    pages = [lines(60, 100, [again, *part]) for part in (LEFT, RIGHT)]
    read = read_pdf(pdf(*pages))
    assert not read.marks
    assert read.text.count(again) == 2


@pytest.mark.parametrize("y", [50, 100])
def test_a_line_close_to_the_text_is_no_head(y: int) -> None:
    """What pages begin with is their text, unless white or its size sets it apart."""
    again = "The foundation said to the board"
    pages = [lines(60, y, [again, *part]) for part in (LEFT, RIGHT)]
    read = read_pdf(pdf(*pages))
    assert not read.marks
    assert read.text.count(again) == 2


def test_a_sentence_goes_on_behind_a_box() -> None:
    """What a box at the foot of a page interrupts goes on at the head of the next."""
    noted = ["The dam at Holm leaks in two", "places, but it will not break in", "this year."]
    first = lines(60, 700, LEFT[:3]) + box(255, 688, 220, 50) + lines(262, 704, noted)
    found = texts(read_pdf(pdf(first, lines(60, 100, [LEFT[3], *RIGHT]))))
    assert any(text.startswith(LEFT_TEXT) for text in found)
    assert " ".join(noted) in found


def test_a_footnote_does_not_end_up_in_a_sentence() -> None:
    """Small print at the foot of a page stands before or behind what goes on over the page."""
    first = lines(60, 100, LEFT[:3]) + show(60, 790, "1 As the board said in its letter of May.", 7)
    read = read_pdf(pdf(first, lines(60, 100, [LEFT[3], *RIGHT])))
    assert any(text.startswith(LEFT_TEXT) for text in texts(read))
    assert "1 As the board said in its letter of May." in texts(read)


def test_headings_have_levels() -> None:
    """Larger and bold lines are headings, the largest the highest."""
    code = (
        show(60, 60, "The dam", 20, bold=True)
        + show(60, 100, "What was found", 14, bold=True)
        + lines(60, 120, LEFT)
        + show(60, 190, "Costs", bold=True)
        + lines(60, 206, RIGHT)
    )
    read = read_pdf(pdf(code))
    heads = [(b.level, read.text[b.start : b.end]) for b in read.blocks if b.kind == "heading"]
    assert heads == [(1, "The dam"), (2, "What was found"), (3, "Costs")]


def test_lists_hang_on_the_line_before() -> None:
    """Entries lose their bullets and keep their numbers; deeper ones hang on those above."""
    code = show(60, 100, "The board bought:")
    for n, (x, mark, words) in enumerate(
        [(70, "•", "a pump"), (70, "•", "covers"), (90, "•", "of wood"), (70, "•", "cameras.")]
    ):
        code += show(x, 114 + 12 * n, mark) + show(x + 12, 114 + 12 * n, words)
    read = read_pdf(pdf(code))
    items = [
        (b.level, read.text[b.start : b.end], b.label) for b in read.blocks if b.kind == "item"
    ]
    lead = "The board bought:"
    assert items == [
        (1, "a pump", lead),
        (1, "covers", lead),
        (2, "of wood", "covers"),
        (1, "cameras.", lead),
    ]


def test_numbered_entries_are_whole() -> None:
    """An entry goes on in the lines that are set in below it."""
    code = show(60, 100, "1.") + show(80, 100, "Open the valve and wait until the water is")
    code += show(80, 112, "clear.") + show(60, 124, "2.") + show(80, 124, "Close it.")
    assert kinds(read_pdf(pdf(code))) == [
        ("item", "1. Open the valve and wait until the water is clear."),
        ("item", "2. Close it."),
    ]
