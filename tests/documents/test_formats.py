"""Every format and encoding yields text, title, date and source where it has them."""

from __future__ import annotations

import io

import pytest

from rag.documents.loading import load
from rag.errors import DocumentError
from rag.text.sentences import split_sentences
from tests.formats.sheet_writing import zipped

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


@pytest.mark.parametrize("damage", [b"\xff", b"\xe2\x80", b""])
def test_damaged_utf8_is_still_utf8(damage: bytes) -> None:
    """A few broken bytes, or an end within a character, do not turn the rest into nonsense."""
    words = "The “war” isn’t over – not yet, said the “envoy”. "
    text = load(words.encode() + damage + words.encode()[:-20] + b"\xe2", "a.txt").text
    assert text.count("The “war” isn’t over – not yet") == 2


def test_halves_of_characters_are_mended() -> None:
    """A surrogate pair of YAML is one character, and a lone half is replaced."""
    article = load(b'---\ntitle: "\\ud83d\\ude00 and \\ud800"\n---\nWords.', "a.txt")
    assert article.title == "😀 and \ufffd"


def test_plain_text_is_kept_to_the_letter() -> None:
    """Line ends, tabs and trailing blanks of a text file are the article's."""
    text = "A title\r\n\r\n\tThe story.  \r\n"
    assert load(text.encode(), "a.txt").text == text


def test_front_matter_is_read_and_not_part_of_the_text() -> None:
    """Front matter gives the metadata; what else it says stands above the text."""
    head = (
        "---\ntitle: A bridge\noutlet: Gazette\nauthor: A. Writer\npublished: 2024-02\n"
        "url: https://example.org/a\nlanguage: de\nnote: ignored\nKeeper: Ida Lorne\n---\n"
    )
    article = load(f"{head}{STORY}".encode(), "a.txt")
    assert article.text == f"Keeper: Ida Lorne\n\n{STORY}"
    assert (article.title, article.outlet, article.author) == ("A bridge", "Gazette", "A. Writer")
    assert (article.published, article.language) == ("2024-02", "de")
    assert article.url == "https://example.org/a"


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    """Three dashes that begin no YAML mapping are text like any other... after them."""
    for text in (
        f"---\n{STORY}",
        f"---\n{STORY}\n---\nMore.",
        "---\n" + "a: b\n" * 9_000 + "---\n.",
    ):
        assert load(text.encode(), "a.txt").text == text
    assert load(b"---\n---\nA story.\n\n---\nMore.", "a.txt").text == "A story.\n\n---\nMore."


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("published: 2024-01-25T10:00:00Z", "published", "2024-01-25"),
        ("published: 2024", "published", "2024"),
        ("author: [A. Writer, B. Writer]", "author", "A. Writer, B. Writer"),
        ("outlet: null", "outlet", None),
        ("title: 'Colon: in a title'", "title", "Colon: in a title"),
        ("language: de-AT", "language", "de"),
    ],
)
def test_front_matter_fields(line: str, field: str, value: str | None) -> None:
    """Times of day, lists of authors, nulls and quotes are read as they are meant."""
    assert getattr(load(f"---\n{line}\n---\nWords.".encode(), "a.md"), field) == value


@pytest.mark.parametrize(
    ("text", "name", "published"),
    [
        (f"A bridge\nThursday, December 14, 2023\n\n{STORY}", "a.txt", "2023-12-14"),
        (f"A bridge\nBy A. Writer, 3rd May 2021\n\n{STORY}", "a.txt", "2021-05-03"),
        (f"A bridge\nPublished Jan. 25, 2024.\n\n{STORY}", "a.txt", "2024-01-25"),
        (f"A bridge\n3 Sept 2023 10:15\n\n{STORY}", "a.txt", "2023-09-03"),
        (STORY, "2022-10-09-bridge.txt", "2022-10-09"),
        (STORY, "bridge_2022-10-09.txt", "2022-10-09"),
        (f"The old bridge fell on 3 May 2021 in a flood.\n{STORY}", "a.txt", None),
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
    assert "1 | 2" in article.text
    assert "example.org" not in article.text
    assert "`code`" not in load(b"Call `code` now:\n\n    x = 1\n", "a.md").text
    assert "x = 1" in load(b"Call `code` now:\n\n    x = 1\n", "a.md").text
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
    assert (article.author, article.outlet) == ("Ann Writer", "Valley Times")
    assert (article.published, article.language) == ("2024-02-10", "en")
    assert "Home About" not in article.text
    assert "Copyright" not in article.text
    assert "340 metres" in article.text
    assert "spy()" not in article.text


def test_a_date_in_the_story_of_a_page_is_not_its_date() -> None:
    """A page that does not say when it was published has no date, whatever its words name."""
    story = "The works were begun on 3 May 2021 and finished in time. " * 8
    page = f"<html><body><article><p>{story}</p></article><footer>© 2019</footer></body></html>"
    assert load(page.encode(), "a.html").published is None


def test_html_in_another_encoding() -> None:
    """A page is read in the encoding that it names."""
    story = "Министр открыл мост в понедельник. " * 12
    page = f"<html lang=ru><meta charset=windows-1251><article><p>{story}</p></article></html>"
    article = load(page.encode("windows-1251"), "a.html")
    assert "Министр открыл мост" in article.text
    assert article.language == "ru"


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


@pytest.mark.parametrize("ending", ["txt", "md", "html", "pdf", "docx"])
def test_spans_hold_in_every_format(ending: str) -> None:
    """Sentences of any format are slices of its text, and the story's are among them."""
    raw = {
        "pdf": make_pdf(STORY.split("  ")),
        "docx": make_docx([STORY]),
        "html": f"<html><body><p>{STORY}</p></body></html>".encode(),
    }.get(ending, STORY.encode())
    article = load(raw, f"a.{ending}")
    split = split_sentences(article.text, article.marks, title=article.title)
    words = [" ".join(article.text[s.start : s.end].split()) for s in split]
    assert words[:2] == ["The mayor opened the bridge on Monday.", "It is 340 metres long."]


@pytest.mark.parametrize(
    ("raw", "name", "reason"),
    [
        (b"\x89PNG\r\n\x00\x1a" * 50, "a.txt", "binary"),
        (bytes(range(1, 30)) * 40, "a.txt", "binary"),
        (b"%PDF-1.4 broken", "a.pdf", "PDF"),
        (b"not a zip", "a.docx", "is no DOCX file"),
        (make_pdf([]), "a.pdf", "without a text layer"),
        (b"<html><body><img src=x></body></html>", "a.html", "no article text"),
        (b"   \n\n", "a.txt", "no text"),
        (b"---\ntitle: only\n---", "a.txt", "no text"),
    ],
)
def test_what_cannot_be_read_says_why(raw: bytes, name: str, reason: str) -> None:
    """A file that cannot be read gets one line that says why."""
    with pytest.raises(DocumentError, match=reason) as caught:
        load(raw, name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pptx", "odt", "ods", "odp", "epub"])
def test_a_file_that_was_cut_off_says_so(kind: str) -> None:
    """Nobody but a programmer knows that it is an archive inside."""
    parts = {f"part{number}.xml": f"<part>{number}</part>" for number in range(9)}
    whole = zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<p/>", **parts})
    with pytest.raises(DocumentError, match=r"^is cut off or damaged; copy or download it again"):
        load(whole[: len(whole) // 2], f"budget.{kind}")


@pytest.mark.parametrize(
    ("algorithm", "reason"),
    [("/V 2 /R 3 /Length 128", "password"), ("/V 5 /R 6", "encrypt|password")],
)
def test_locked_pdf_says_so(algorithm: str, reason: str) -> None:
    """A PDF with a password is named as such, also where its cipher is not at hand."""
    lock = f"<< /Filter /Standard {algorithm} /O <{'00' * 48}> /U <{'00' * 48}> /P -4 "
    lock += f"/OE <{'00' * 32}> /UE <{'00' * 32}> /Perms <{'00' * 16}> "
    lock += "/CF << /StdCF << /CFM /AESV3 /Length 32 >> >> /StmF /StdCF /StrF /StdCF >>"
    raw = make_pdf([STORY]).replace(
        b"/Root 1 0 R", f"/Root 1 0 R /ID [<00> <00>] /Encrypt {lock}".encode()
    )
    with pytest.raises(DocumentError, match=reason):
        load(raw, "a.pdf")
