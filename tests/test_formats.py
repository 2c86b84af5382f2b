"""Every format and encoding yields text, title, date and source where it has them."""

from __future__ import annotations

import io

import pytest

from rag.documents.loading import load
from rag.errors import DocumentError

STORY = "The mayor opened the bridge on Monday. It is 340 metres long."


def make_pdf(lines: list[str], title: str = "") -> bytes:
    """A PDF of one page, written by hand: pypdf reads, and does not set text."""
    rows = " ".join(f"({line}) Tj T*" for line in lines)
    content = f"BT /F1 12 Tf 14 TL 72 720 Td {rows} ET".encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Title (%b) >>" % title.encode("latin-1"),
    ]
    out, places = io.BytesIO(b"%PDF-1.4\n"), []
    out.seek(0, io.SEEK_END)
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 7\n0000000000 65535 f \n")
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer << /Size 7 /Root 1 0 R /Info 6 0 R >>\nstartxref\n%d\n%%%%EOF" % start)
    return out.getvalue()


def make_docx(paragraphs: list[str], title: str = "") -> bytes:
    from docx import Document

    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Length", "340 metres"
    document.core_properties.title = title
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "Größe: 340 m. Kraków."),
        ("utf-8-sig", "Größe: 340 m. Kraków."),
        ("utf-16", "Größe: 340 m. Kraków."),
        ("utf-32", "Größe: 340 m."),
        ("latin-1", "Die Brücke über den Fluß wurde am Montag eröffnet. " * 5),
        ("windows-1251", "Министр открыл мост в понедельник. Мост длиной 340 метров. " * 5),
        ("windows-1256", "قال الوزير إن الجسر سيفتح يوم الاثنين وإن طوله 340 مترا. " * 5),
    ],
)
def test_encodings_are_detected(encoding: str, text: str) -> None:
    """A text file is read whatever encoding it is in."""
    assert load(text.encode(encoding), "a.txt").text == text


def test_plain_text_is_kept_to_the_letter() -> None:
    """Line ends, tabs and trailing blanks of a text file are the article's."""
    text = "A title\r\n\r\n\tThe story.  \r\n"
    assert load(text.encode(), "a.txt").text == text


def test_front_matter_is_read_and_not_part_of_the_text() -> None:
    """Front matter gives the metadata; the text begins after it."""
    head = (
        "---\ntitle: A bridge\noutlet: Gazette\nauthor: A. Writer\npublished: 2024-02\n"
        "url: https://example.org/a\nlanguage: de\nnote: ignored\n---\n"
    )
    article = load(f"{head}{STORY}".encode(), "a.txt")
    assert article.text == STORY
    assert (article.title, article.outlet, article.author) == ("A bridge", "Gazette", "A. Writer")
    assert (article.published, article.language) == ("2024-02", "de")
    assert article.url == "https://example.org/a"


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    """Three dashes that begin no YAML mapping are text like any other... after them."""
    assert STORY in load(f"---\n{STORY}".encode(), "a.txt").text


@pytest.mark.parametrize(
    ("text", "name", "published"),
    [
        (f"A bridge\nThursday, December 14, 2023\n\n{STORY}", "a.txt", "2023-12-14"),
        (f"A bridge\nBy A. Writer, 3rd May 2021\n\n{STORY}", "a.txt", "2021-05-03"),
        (STORY, "2022-10-09-bridge.txt", "2022-10-09"),
        (
            f"{STORY} It was begun on 3 May 2021, when the old one, built long ago, fell.",
            "a.txt",
            None,
        ),
        (f"A bridge\n31 February 2023\n\n{STORY}", "a.txt", None),
    ],
)
def test_dates_are_found(text: str, name: str, published: str | None) -> None:
    """A dateline or a file name gives the date; a date in the story does not."""
    article = load(text.encode(), name)
    assert article.published == published
    assert (article.published_basis is None) == (published is None)


def test_title_is_the_first_line_or_the_file_name() -> None:
    """A short first line is the title; a sentence is not."""
    assert load(f"The new bridge\n\n{STORY}".encode(), "a.txt").title == "The new bridge"
    assert load(STORY.encode(), "bridge.txt").title == "bridge"


def test_markdown() -> None:
    """Markdown yields its words without its marks."""
    source = (
        "# The *new* bridge\n\nThe [mayor](https://example.org) opened it **on Monday**.\n\n"
        "- It is long.\n- It is new.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<script>x()</script>\n"
    )
    article = load(source.encode(), "a.md")
    assert article.title == "The new bridge"
    assert "The mayor opened it on Monday." in article.text
    assert "It is long." in article.text
    assert "example.org" not in article.text
    assert "script" not in article.text


def test_html() -> None:
    """HTML yields the article with its title, author, date and site, and not its menus."""
    page = f"""<html lang="en"><head><title>The new bridge</title>
    <meta property="og:site_name" content="Valley Times"><meta name="author" content="Ann Writer">
    <meta property="article:published_time" content="2024-02-10"><script>spy()</script></head>
    <body><nav>Home About</nav><article><h1>The new bridge</h1><p>{STORY} The old one fell in the
    flood of 2019 and was not repaired.</p><p>{"More was said about it. " * 10}</p></article>
    <footer>Copyright</footer></body></html>"""
    article = load(page.encode(), "a.html")
    assert article.title == "The new bridge"
    assert article.outlet == "Valley Times"
    assert article.published == "2024-02-10"
    assert "340 metres" in article.text
    assert "spy()" not in article.text


def test_broken_html_is_still_read() -> None:
    """Unclosed tags do not lose the words."""
    assert "340 metres" in load(f"<p>{STORY}<div><b>And more".encode(), "a.html").text


def test_pdf() -> None:
    """A PDF yields its text and title."""
    article = load(make_pdf(STORY.split(". "), "The new bridge"), "a.pdf")
    assert article.title == "The new bridge"
    assert "340 metres long" in article.text


def test_docx() -> None:
    """A DOCX yields paragraphs and tables in order, and its title."""
    article = load(make_docx(["A heading", STORY], "The new bridge"), "a.docx")
    assert article.title == "The new bridge"
    assert article.text.index(STORY) < article.text.index("Length | 340 metres")


@pytest.mark.parametrize(
    ("raw", "name", "reason"),
    [
        (b"\x89PNG\r\n\x00\x1a" * 50, "a.txt", "binary"),
        (bytes(range(1, 30)) * 40, "a.txt", "binary"),
        (b"%PDF-1.4 broken", "a.pdf", "PDF"),
        (b"not a zip", "a.docx", "DOCX"),
        (make_pdf([]), "a.pdf", "OCR"),
        (b"<html><body><img src=x></body></html>", "a.html", "no article text"),
        (b"   \n\n", "a.txt", "no text"),
        (b"---\ntitle: [\n---\nText.", "a.txt", "front matter"),
        (b"---\npublished: 2024-13-45\n---\nText.", "a.txt", "2024-13-45"),
        (b"---\npublished: soon\n---\nText.", "a.txt", "soon"),
    ],
)
def test_what_cannot_be_read_says_why(raw: bytes, name: str, reason: str) -> None:
    """A file that cannot be read gets one line that says why."""
    with pytest.raises(DocumentError, match=reason) as caught:
        load(raw, name)
    assert "\n" not in str(caught.value)


def test_locked_pdf_says_so() -> None:
    """A PDF with a password is named as such."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(make_pdf([STORY]))))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(DocumentError, match="password"):
        load(out.getvalue(), "a.pdf")
