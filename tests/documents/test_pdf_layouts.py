"""What can be quoted of a page is what the page says, however it is laid out and printed."""

from __future__ import annotations

import pytest

from tests.campaigns.pdf_layouts import measure, print_story

LEAST = 0.99  # of what can be quoted, and of what should be


@pytest.mark.parametrize(
    ("layout", "printer"),
    [
        ("two columns by row", "words"),
        ("notes and running heads", "lines"),
        ("hyphenated narrow columns", "lines"),
    ],
)
def test_what_can_be_quoted_is_on_the_page(layout: str, printer: str) -> None:
    """Sentences of a page are read word for word, and none is lost."""
    measured = measure(*print_story(layout, printer, 7))
    assert measured.exact >= LEAST, "\n".join(measured.wrong)
    assert measured.found >= LEAST * measured.known
