"""Books in EPUB."""

from __future__ import annotations

import io
import zipfile

import pytest

from rag.documents.loading import load
from rag.errors import DocumentError

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OPS/book.opf"/></rootfiles></container>'
)
PACKAGE = """<package xmlns="http://www.idpf.org/2007/opf"
 xmlns:opf="http://www.idpf.org/2007/opf">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The depot</dc:title>
<dc:creator>Ida Holm</dc:creator><dc:creator>Ole Brandt</dc:creator>
<dc:publisher>Press</dc:publisher>
<dc:date opf:event="modification">2020-01-01</dc:date><dc:date>1999-05</dc:date>
<dc:language>de-AT</dc:language></metadata>
<manifest><item id="b" href="two.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="text/one%20.xhtml" media-type="application/xhtml+xml"/>
<item id="n" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>
<item id="c" href="lost.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/>{more}</spine></package>"""


def page(body: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head>'
        f'<title>x</title><script src="a"/></head><body>{body}</body></html>'
    )


def book(more: str = "", **extra: str) -> bytes:
    out = io.BytesIO()
    files = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OPS/book.opf": PACKAGE.format(more=more),
        "OPS/nav.xhtml": page("<h1>Contents</h1><nav><ol><li>One</li></ol></nav>"),
        "OPS/two.xhtml": page("<h2>Two</h2><p>It holds 21<sup>5</sup> cars.&nbsp;</p><nav>x</nav>"),
        "OPS/text/one .xhtml": page('<h1><a id="q"/>One</h1><p>It burned <s>then</s> in 1931.</p>'),
    }
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (files | {n.replace("__", "/"): c for n, c in extra.items()}).items():
            archive.writestr(name, content)
    return out.getvalue()


def test_a_book_is_read_chapter_by_chapter() -> None:
    """The spine gives the order; the table of contents is left out; the package tells of it."""
    article = load(book(), "depot.epub")
    assert article.text == "One\n\nIt burned in 1931.\n\nTwo\n\nIt holds 21⁵ cars."
    assert (article.title, article.author) == ("The depot", "Ida Holm, Ole Brandt")
    assert (article.outlet, article.published, article.language) == ("Press", "1999-05", "de")


def test_a_missing_chapter_is_told() -> None:
    """A chapter that the book names and lacks does not cost the others."""
    from rag.formats.markup.epub import read_epub

    found = read_epub(book('<itemref idref="c"/>'))
    assert "in 1931" in found.text
    assert found.unread == (
        "lacks 1 of its chapters, as 'lost.xhtml'; get the book again to have them read",
    )


def test_a_locked_book_says_so() -> None:
    """A book with DRM is refused with what to do; one with disguised fonts is read."""
    lock = '<encryption><EncryptionMethod Algorithm="{}"/></encryption>'
    with pytest.raises(DocumentError, match="DRM"):
        load(book(**{"META-INF__encryption.xml": lock.format("http://x/aes128-cbc")}), "a.epub")
    fonts = lock.format("http://www.idpf.org/2008/embedding")
    assert load(book(**{"META-INF__encryption.xml": fonts}), "a.epub").text


@pytest.mark.parametrize(
    "entity", ['<!DOCTYPE p [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>', "<!DOCTYPE p SYSTEM 'x'>"]
)
def test_what_is_hostile_in_a_book_does_nothing(entity: str) -> None:
    """No entity of a package is expanded, and nothing beside the book is read."""
    package = f"{entity}{PACKAGE.format(more='')}".replace("The depot", "The &b; depot")
    article = load(book(**{"OPS__book.opf": package}), "a.epub")
    assert "haha" not in article.title
    assert "in 1931" in article.text
    with pytest.raises(DocumentError, match=r"EPUB|repair"):
        load(book(**{"META-INF__container.xml": CONTAINER.replace("OPS/", "../../etc/")}), "a.epub")


def test_a_large_book_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A book that unpacks to more than is read of any file is an error."""
    monkeypatch.setattr("rag.formats.packages.MAX_UNPACKED", 2_000_000)
    with pytest.raises(DocumentError, match="over the limit"):
        load(book(**{"a": " " * 3_000_000}), "a.epub")


ROLES = (
    '<dc:creator id="t">Jo Roe</dc:creator><meta refines="#t" property="role">trl</meta>'
    '<dc:creator opf:role="ill">Kim Poe</dc:creator></metadata>'
)


def test_who_translated_or_drew_is_no_author() -> None:
    """A book names its people with what they did, in the way of either version of the format."""
    package = PACKAGE.replace("</metadata>", ROLES).replace("de-AT", "C").format(more="")
    article = load(book(**{"OPS/book.opf": package}), "a.epub")
    assert article.author == "Ida Holm, Ole Brandt"
    assert article.language != "c"


def test_the_sheets_of_a_book_and_its_marks_are_minded() -> None:
    """What a sheet hides is left out, and what refers to a note is raised, marked up or not."""
    chapter = page(
        '<p>Since 1919.<a epub:type="noteref" href="#n">1</a> They<a role="doc-noteref" href="#n">'
        '<sup>2</sup></a> wrote<b class="up">3</b> of <s>it</s> all.</p><p class="off">Not it.</p>'
        '<aside class="off" id="n">Read the note.</aside><p><del>Nor</del> this.</p>'
    ).replace(
        'xhtml"><head>',
        'xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head>'
        '<link rel="stylesheet" href="css/my%20book.css"/>',
    )
    sheet = ".off{display:none}.up{vertical-align:super}"
    article = load(book(**{"OPS/two.xhtml": chapter, "OPS/css/my book.css": sheet}), "a.epub")
    assert article.text.endswith("Since 1919.¹ They² wrote³ of all.\n\nRead the note.\n\nthis.")
    assert "has 3 struck-out passages, left out" in article.notes
    assert "has a hidden passage, left out" in article.notes
