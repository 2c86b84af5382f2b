"""Words in quotation marks, and marks put around words."""

from __future__ import annotations

import pytest

from rag.text.quotations import in_quotes, quotations


@pytest.mark.parametrize(
    "words",
    [
        "It opened in May.",
        "“It opened in May,” she said.",
        "She said: “It’s the boys’ bridge.”",
        "“It opened”, he said, “in May.”",
        "They call it “the loop” here.",
    ],
)
def test_what_is_put_in_marks_is_found_in_them(words: str) -> None:
    """Marks around words that have marks themselves hold all of these words."""
    text = f"The Valley Times, May 2024: {in_quotes(words)}"
    assert [text[start:end] for start, end in quotations(text)] == [words]


def test_words_that_stand_in_marks_get_no_second_ones() -> None:
    """Of words in double marks, the marks are those of their source."""
    assert in_quotes("“It opened in May.”") == "“It opened in May.”"


@pytest.mark.parametrize("text", ["The boys’ bridge isn’t ‘new’.", "He was ‘glad’ to be there."])
def test_single_marks_alone_quote_nothing(text: str) -> None:
    """An apostrophe, or a word that single marks set apart, is no quotation."""
    assert list(quotations(text)) == []


def test_a_great_many_marks_take_linear_time() -> None:
    """Marks that open and never close are passed over."""
    assert list(quotations("‘" * 200_000)) == []
