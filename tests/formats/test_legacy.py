"""Word documents of the time before 2007, in files that LibreOffice has written."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from rag.errors import DocumentError
from rag.formats import READERS

DATA = Path(__file__).parent / "data"


def test_words_tables_and_headings() -> None:
    """Words are those that are shown, rows have their header, headings their level."""
    got = READERS[".doc"]((DATA / "rent.doc").read_bytes())
    found = [(b.kind, got.text[b.start : b.end], b.label) for b in got.blocks]
    assert ("heading", "Rent", "") in found
    assert ("text", "Rent is 520 euros; area 30 m² and end.", "") in found
    assert ("item", "Pay", "They must:") in found
    assert ("row", "Tue | 10 | 18", "Day | Morning | Evening") in found
    assert "numbers of lists" in got.unread[0]


def test_changes_are_read_as_finally_intended() -> None:
    """Deleted words are left out, inserted ones are read, with a note; properties are stated."""
    got = READERS[".doc"]((DATA / "changed.doc").read_bytes())
    assert "rent of 52,500 euros in four" in got.text
    assert got.notes == ("has tracked changes, read as finally intended",)
    assert got.metadata["author"] == "Tessa Quill"


def test_cells_that_are_joined() -> None:
    """A cell over several rows is said in each; one over several columns has the names of all."""
    got = READERS[".doc"]((DATA / "joined.doc").read_bytes())
    found = [(b.kind, got.text[b.start : b.end], b.label) for b in got.blocks]
    assert found[1:] == [
        ("heading", "House | Open", ""),
        ("row", "Holm | May | 9 to 5", "House | Open | Open"),
        ("row", "Holm | June | 9 to 8", "House | Open | Open"),
        ("row", "Vik | never", "House | Open"),
    ]


def test_another_format_under_the_same_ending() -> None:
    """Word opens Rich Text under the ending of its old format, and so it is read."""
    assert READERS[".doc"](rb"{\rtf1 Words.}").text == "Words."


def test_what_cannot_be_read_says_why() -> None:
    """A locked document and one that is none are named as that."""
    raw = bytearray((DATA / "rent.doc").read_bytes())
    head = raw.index(struct.pack("<H", 0xA5EC))
    raw[head + 11] |= 1
    with pytest.raises(DocumentError, match="password"):
        READERS[".doc"](bytes(raw))
    with pytest.raises(DocumentError, match="no Word document"):
        READERS[".doc"](b"Words.")
