"""Web pages saved as one file."""

from __future__ import annotations

import base64
import quopri

import pytest

from rag.documents.loading import load
from rag.errors import DocumentError

HEAD = (
    "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://a.example/b\r\n"
    "Subject: =?utf-8?Q?Gr=C3=B6=C3=9Fe?=\r\nDate: Tue, 5 Mar 2024 10:00:00 -0000\r\n"
    'MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="----x"\r\n'
    "{more}\r\n"
)


def part(kind: str, content: bytes, more: str = "") -> bytes:
    coded = quopri.encodestring(content) if kind.startswith("text") else base64.b64encode(content)
    name = "quoted-printable" if kind.startswith("text") else "base64"
    head = f"------x\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {name}\r\n{more}\r\n"
    return head.encode() + coded + b"\r\n"


def archive(*parts: bytes, more: str = "") -> bytes:
    return HEAD.format(more=more).encode() + b"".join(parts) + b"------x--\r\n"


def test_the_page_of_an_archive_is_read() -> None:
    """The words are the page's, in its encoding; the archive tells the address and the title."""
    page = "<html><body><p>Die Größe: 21<sup>5</sup></p></body></html>"
    raw = archive(
        part("image/png", b"\x89PNG"),
        part('text/html; charset="iso-8859-1"', page.encode("latin-1")),
        part("text/html", b"<p>An advert in a frame.</p>"),
    )
    article = load(raw, "a.mhtml")
    assert article.text == "Die Größe: 21⁵"
    assert (article.title, article.url) == ("Größe", "https://a.example/b")
    assert (article.published, article.published_basis) == (
        "2024-03-05",
        "inferred: from when the page was saved",
    )


def test_what_the_page_says_of_itself_goes_first() -> None:
    """A page's own title and date are better than those of its archive."""
    head = "<title>T</title><meta property=article:published_time content=2020-01-02>"
    article = load(archive(part("text/html", f"{head}<p>Words.</p>".encode())), "a.mht")
    assert (article.title, article.published) == ("T", "2020-01-02")
    assert article.published_basis == "stated: in the page"


def test_the_root_of_an_archive_is_the_one_that_it_names() -> None:
    """Where an archive says which part is the page, that is it."""
    frame = part("text/html", b"<p>Frame.</p>", "Content-ID: <one>\r\n")
    page = part("text/html", b"<p>Page.</p>", "Content-ID: <two>\r\n")
    raw = archive(frame, page).replace(b'type="text/html"', b'type="text/html"; start="<two>"', 1)
    assert load(raw, "a.mhtml").text == "Page."


@pytest.mark.parametrize("raw", [archive(part("image/png", b"x")), b"no archive at all", b"\0\1"])
def test_an_archive_without_a_page_says_so(raw: bytes) -> None:
    """A file without a page in it is an error that says what to do."""
    with pytest.raises(DocumentError, match=r"no web page; save the page again"):
        load(raw, "a.mhtml")


def test_a_date_above_the_story_goes_before_the_day_of_saving() -> None:
    """A page that says when it was written is of that day, whenever it was saved."""
    story = "<h1>Eels</h1><p>By Ada Poe, 2 February 2020</p><p>They are back.</p>"
    article = load(archive(part("text/html", story.encode())), "a.mhtml")
    assert (article.author, article.published) == ("Ada Poe", "2020-02-02")


def test_the_sheets_of_an_archive_hide_words() -> None:
    """A browser saves style sheets as parts of their own."""
    page = '<link rel=stylesheet href="cid:c@x"><p>Shown.</p><p class=x>Not shown here.</p>'
    sheet = part("text/css", b".x{display:none}", "Content-Location: cid:c@x\r\n")
    article = load(archive(part("text/html", page.encode()), sheet), "a.mhtml")
    assert article.text == "Shown."
