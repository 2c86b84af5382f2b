"""PDF files: letters, spaces, hyphens and raised marks are those that a person sees."""

from __future__ import annotations

import pytest

from rag.formats.pdf.document import read_pdf
from tests.formats.pdf_writing import lines, pdf, show
from tests.formats.test_pdf import texts

LIGATURES = (
    b"/FirstChar 0 /LastChar 127 /Widths [%b] "
    b"/Encoding << /BaseEncoding /WinAnsiEncoding /Differences [1 /ffi /ff] >>" % (b"500 " * 128)
)


X_OF_THE, X_OF_THE_OST = 166.48, 221.84  # with white of 2 points before each
WIDE = 94.15  # points of "They met at 20 Uhr" in Helvetica at 11


def shown(code: str) -> list[str]:
    """Return the paragraphs of a page on which a line is shown."""
    return texts(read_pdf(pdf(f"BT /F1 10 Tf 60 700 Td {code} ET".encode("latin-1"))))


def test_a_ligature_has_all_its_letters() -> None:
    """A letter that is there twice in a ligature is not one that is printed twice."""
    code = b"BT /F1 10 Tf 60 700 Td (Our o\x01ce and our sta\x02 are cold.) Tj ET"
    raw = pdf(code).replace(b"/Encoding /WinAnsiEncoding", LIGATURES)
    assert texts(read_pdf(raw)) == ["Our office and our staff are cold."]


def test_white_between_words_is_a_space_beside_written_ones() -> None:
    """Where some spaces are written, others may be white that is a little narrower."""
    code = show(60, 100, "Seventy bells survive in")
    code += show(X_OF_THE, 100, "the valley of") + show(X_OF_THE_OST, 100, "the Ost.")
    assert texts(read_pdf(pdf(code))) == ["Seventy bells survive in the valley of the Ost."]


def test_a_space_that_takes_no_place_is_none() -> None:
    """Some programs write a space and take its white back: nobody sees it."""
    line = "[(They waiv) ( ) 278 (e any leg) ( ) 278 (al power to sue us.)] TJ"
    assert shown(line) == ["They waive any legal power to sue us."]


@pytest.mark.parametrize("first", [True, False])
def test_a_raised_mark_belongs_to_the_word_on_its_left(*, first: bool) -> None:
    """The mark of a note is raised though it be as large as its word, or drawn before it."""
    word = show(60, 100, "They met at 20 Uhr", 11)
    mark = show(60 + WIDE, 95, "1", 10.7)
    rest = lines(60, 130, ["The meeting was in the house of the", "mayor and took two hours."])
    code = (mark + word if first else word + mark) + rest
    assert texts(read_pdf(pdf(code)))[0] == "They met at 20 Uhr¹"


def test_words_in_capitals_are_joined_like_others() -> None:
    """A word in capitals that stands elsewhere whole has no hyphen at the end of a line."""
    first = [
        "There is no warranty. It comes WITHOUT ANY WAR-",
        "RANTY; this means that nobody pays.",
    ]
    expected = "There is no warranty. It comes WITHOUT ANY WARRANTY; this means that nobody pays."
    assert texts(read_pdf(pdf(lines(60, 100, first)))) == [expected]


def test_hyphens_stay_where_no_program_parts_words() -> None:
    """In a long text without parted words, a hyphen at the end of a line is one of the word."""
    plain = [
        "The stones of the harbour are counted each year,",
        "and none of them is ever moved away.",
    ]
    last = ["They give a royalty-free and world-", "wide right to use the stones of it."]
    body = plain * 35
    pages = [lines(60, 60, body, 8, 10), lines(60, 60, body[:40] + last, 8, 10)]
    assert "a royalty-free and world-wide right" in texts(read_pdf(pdf(*pages)))[-1]
