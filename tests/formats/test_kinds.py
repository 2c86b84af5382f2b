"""The first bytes of a file go before the ending of its name."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

from rag.documents.loading import article_id, load
from rag.errors import DocumentError
from rag.formats import READERS
from tests.formats.pdf_writing import pdf, show

PDF = pdf(show(72, 100, "The mill was sold in 1990."))
RTF = rb"{\rtf1\ansi The mill was sold in 1990.\par}"
HTML = b"<!DOCTYPE html><html><body><main><p>The mill was sold in 1990.</p></main></body></html>"
MHTML = (
    b"From: <Saved by a browser>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html\r\n'
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    + HTML.replace(b"=", b"=3D")
    + b"\r\n--b--"
)


@pytest.mark.parametrize(
    ("raw", "name", "kind"),
    [
        (PDF, "mill.txt", "PDF"),
        (PDF, "mill", "PDF"),
        (RTF, "mill.docx", "RTF"),
        (RTF, "mill.doc", "RTF"),
        (HTML, "mill.doc", "HTML"),
        (MHTML, "mill.html", "MHTML"),
    ],
)
def test_a_wrong_ending_is_no_obstacle(raw: bytes, name: str, kind: str) -> None:
    """A file is read as what it is, and that is noted."""
    article = load(raw, name)
    assert "The mill was sold in 1990." in article.text
    assert "obj" not in article.text
    assert article.notes[0] == f"is a {kind} file by its content, and was read as one"


def test_a_text_about_a_format_stays_a_text() -> None:
    """A text that begins with HTML, or speaks of PDF, is text; so is a file without an ending."""
    for raw, name in ((HTML, "source.txt"), (b"About %PDF files.", "a.txt"), (b"Words.", "notes")):
        article = load(raw, name)
        assert article.text == raw.decode()
        assert article.notes == ()


def test_the_same_bytes_are_one_article_whatever_the_ending() -> None:
    """The id comes from how the bytes are read."""
    assert article_id(PDF, "a.pdf") == article_id(PDF, "a.txt")
    assert article_id(HTML, "a.html") != article_id(HTML, "a.txt")


def test_an_unknown_kind_is_named() -> None:
    """Whoever has such a file read is told what to do."""
    with pytest.raises(DocumentError, match=r"is of a kind that is not read \(\.dwg\); export it"):
        load(b"AC1027", "plan.dwg")


def test_every_ending_has_its_reader() -> None:
    """Each function that the table names is there."""
    for reader in READERS.values():
        assert callable(getattr(import_module(f"rag.formats.{reader.module}"), reader.function))


def test_who_answers_imports_no_reader() -> None:
    """`import rag` loads none of the readers, which take a third of a second."""
    code = "import rag, sys; print([m for m in sys.modules if m.startswith('rag.formats.')])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.removeprefix("rag.formats.") for name in eval(found.stdout)}  # noqa: S307
    assert loaded & {reader.module for reader in READERS.values()} <= {"ocr"}
