"""PDF files: stretched lines are whole, gutters are where the white stays, columns keep apart."""

from __future__ import annotations

import pytest

from rag.formats.pdf.document import read_pdf
from tests.formats.pdf_writing import lines, pdf, show
from tests.formats.test_pdf import kinds, texts

WIDTH = 150  # points of a column
LETTER = 5  # points of a letter of Courier at a size of 8.33
SIZE = 8.3333
STORY = (
    "The harbour board of the town met twice in spring and heard that the extraordinarily "
    "long breakwater had lost nine stones. A diver found them at once, and the master of the "
    "harbour said that misunderstandings about reconstruction had delayed the work. Nobody in "
    "the administration remembered who had promised the foundation an uncomplicated solution."
)


def courier(code: bytes) -> bytes:
    """Return a file in a font of which each letter is as wide as any other."""
    return pdf(code).replace(b"/BaseFont /Helvetica ", b"/BaseFont /Courier ")


def wrapped(text: str, letters: int) -> list[list[str]]:
    """Return the words of each line of a text."""
    found: list[list[str]] = [[]]
    for word in text.split():
        if len(" ".join([*found[-1], word])) > letters:
            found.append([])
        found[-1].append(word)
    return found


def justified(x: float, y: float, text: str, *, width: float = WIDTH, indent: float = 0) -> bytes:
    """Return the code of a paragraph, each word by itself, its lines stretched to the column."""
    code = b""
    rows = wrapped(text, int((width - indent) / LETTER))
    for n, words in enumerate(rows):
        at = x + (indent if n == 0 else 0)
        room = x + width - at - LETTER * sum(map(len, words))
        gap = room / max(len(words) - 1, 1) if n < len(rows) - 1 else LETTER
        for word in words:
            code += show(at, y + 11 * n, word, SIZE)
            at += LETTER * len(word) + gap
    return code


@pytest.mark.parametrize("width", [90, 120, 150])
def test_stretched_lines_are_whole(width: int) -> None:
    """Gaps between stretched words, however wide, part neither columns nor cells."""
    code = b"".join(justified(60 + n * (width + 20), 100, STORY, width=width) for n in range(3))
    read = read_pdf(courier(code))
    assert [kind for kind, _ in kinds(read)] == ["text"] * 3
    assert texts(read) == [STORY] * 3


def test_first_lines_that_are_set_in_are_stretched_too() -> None:
    """A stretched line may begin further in, where a paragraph begins."""
    height = 11 * len(wrapped(STORY, (WIDTH - 12) // LETTER))
    code = justified(60, 100, STORY, indent=12)
    code += justified(60, 100 + height, STORY, indent=12)
    assert texts(read_pdf(courier(code))) == [STORY, STORY]


def test_a_table_between_stretched_lines_is_one() -> None:
    """Cells whose gaps are at one place over several lines are no stretched words."""
    rows = [("Stones", "nine", "212"), ("Divers", "two", "640"), ("Cranes", "one", "1,100")]
    height = 11 * len(wrapped(STORY, WIDTH // LETTER))
    code = justified(60, 100, STORY)
    for n, row in enumerate(rows):
        y = 100 + height + 20 + 11 * n
        code += show(60, y, row[0], SIZE) + show(125, y, row[1], SIZE)
        code += show(60 + WIDTH - LETTER * len(row[2]), y, row[2], SIZE)
    code += justified(60, 100 + height + 70, STORY)
    assert texts(read_pdf(courier(code))) == [STORY, *(" | ".join(row) for row in rows), STORY]


def test_the_last_line_of_a_text_in_a_column_by_itself() -> None:
    """One line at the head of the next column is behind the first column, not in its first line."""
    words = STORY.split()
    first, last = " ".join(words[:-4]), " ".join(words[-4:])
    code = justified(60, 100, f"{first} of", width=170) + show(260, 100, last, SIZE)
    assert texts(read_pdf(courier(code))) == [f"{first} of {last}"]


def test_a_heading_beside_a_narrow_gutter() -> None:
    """A larger heading close to the words of the column left of it is no part of their line."""
    code = justified(60, 100, STORY) + show(60 + WIDTH + 8, 100, "What it cost", 12, bold=True)
    code += justified(60 + WIDTH + 8, 118, STORY)
    read = read_pdf(courier(code))
    assert texts(read) == [STORY, "What it cost", STORY]


def test_a_title_above_columns_takes_no_line_of_them_along() -> None:
    """The first line of a column that begins higher than its neighbour stays in its column."""
    left = [
        "The stones",
        "That year nine stones were lost, as",
        "the board heard from the master of",
    ]
    right = ["the harbour, who had seen it.", "The diver found all of them within", "an hour."]
    code = show(200, 60, "The breakwater of the town", 14, bold=True)
    code += show(60, 105, left[0], 12, bold=True) + lines(60, 120, left[1:])
    code += show(300, 98, right[0]) + lines(300, 122, right[1:])
    assert " ".join(texts(read_pdf(pdf(code)))[2:]) == " ".join([*left[1:], *right])


@pytest.mark.parametrize(
    ("end", "start"),
    [
        ("The bells were heard by Dr.", "Moe from the hill above."),
        ("The plans came from the U.S.", "consulate in the town."),
        ("They rang by night, e.g.", "near the weir in May."),
        ("The plans came from Prof.", "J. Weil, who lived in town."),
    ],
)
def test_a_sentence_goes_on_behind_an_abbreviation(end: str, start: str) -> None:
    """An abbreviation at the end of a short line or of a column ends no paragraph."""
    body = ["The tower of the old church fell in the", "storm of that winter, which was long."]
    whole = " ".join([*body, end, start])
    assert texts(read_pdf(pdf(lines(60, 100, [*body, end, start])))) == [whole]
    after = [
        start,
        "Nobody rang them until the summer of",
        "the year in which the tower was built.",
    ]
    columns = lines(60, 100, [*body, end]) + lines(280, 100, after)
    assert texts(read_pdf(pdf(columns)))[0].startswith(whole)


def test_no_column_gets_the_sentence_of_another() -> None:
    """A sentence goes on in the next column, though one further on begins amid a sentence."""
    one = ["The bells were cast in the valley and", "sold by a woman from the Ministry of"]
    two = ["Agriculture, who had seen the furnace.", "It burnt down in the winter because of"]
    three = ["a spark that nobody saw. The house was", "built again by the end of the year."]
    code = lines(40, 100, one, 9) + lines(220, 100, two, 9) + lines(400, 100, three, 9)
    assert texts(read_pdf(pdf(code))) == [" ".join([*one, *two, *three])]


def test_lines_beside_an_initial_are_of_its_paragraph() -> None:
    """The line below a large initial begins further left, and no paragraph for that."""
    code = show(60, 112, "T", 30) + lines(80, 100, ["he survey of the wetland began in the"])
    code += lines(80, 112, ["week before Easter, paid for by the"])
    code += lines(60, 124, ["Foundation of Arbo, which gave nine", "thousand dollars for it."])
    whole = "The survey of the wetland began in the week before Easter, paid for by the "
    assert texts(read_pdf(pdf(code)))[0].startswith(whole + "Foundation of Arbo")
