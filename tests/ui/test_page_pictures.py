"""Which documents have a button that shows their pages as pictures: one rule for all."""

from __future__ import annotations

import pytest

from rag.render.document import has_drawn_pages


@pytest.mark.parametrize(
    ("path", "pages", "notes", "drawn"),
    [
        ("a/Report.PDF", [0], [], True),
        ("scan.doc", [0], ["is a PDF file by its content, and was read as one"], True),
        ("letter.docx", [0], [], False),
        ("empty.pdf", [], [], False),
    ],
)
def test_pages_of_pdfs_are_drawn(
    path: str, pages: list[int], notes: list[str], drawn: bool
) -> None:
    """A PDF with another ending is one too, and one without pages has nothing to draw."""
    assert has_drawn_pages({"path": path, "pages": pages, "notes": notes}) is drawn
