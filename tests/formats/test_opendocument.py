"""Texts in OpenDocument: the words that LibreOffice shows, once all changes are accepted."""

from __future__ import annotations

import io
import zipfile

import pytest

from rag.errors import DocumentError
from rag.formats import READERS
from rag.formats.extracted import Extracted

MATHML = 'xmlns="http://www.w3.org/1998/Math/MathML"'
ODF = "urn:oasis:names:tc:opendocument:xmlns:"
NAMES = " ".join(
    (
        *(
            f'xmlns:{name}="{ODF}{full}:1.0"'
            for name, full in (
                *(("office", "office"), ("text", "text"), ("table", "table"), ("style", "style")),
                *(("draw", "drawing"), ("meta", "meta"), ("fo", "xsl-fo-compatible")),
                *(("svg", "svg-compatible"),),
            )
        ),
        'xmlns:dc="http://purl.org/dc/elements/1.1/"',
        'xmlns:xlink="http://www.w3.org/1999/xlink"',
    )
)
STYLES = (
    '<style:style style:name="Gone" style:family="text"><style:text-properties '
    'style:text-line-through-style="solid"/></style:style>'
    '<style:style style:name="Hidden" style:family="text"><style:text-properties '
    'text:display="none"/></style:style>'
    '<style:style style:name="Up" style:family="text"><style:text-properties '
    'style:text-position="super 58%"/></style:style>'
    '<style:style style:name="Down" style:family="text"><style:text-properties '
    'style:text-position="-33% 58%"/></style:style>'
    '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>'
    '<style:style style:name="Title" style:family="paragraph"/>'
    '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" '
    'style:num-format="1" style:num-suffix="."/><text:list-level-style-number text:level="2" '
    'style:num-format="a" style:num-prefix="(" style:num-suffix=")"/></text:list-style>'
    '<text:list-style style:name="L2"><text:list-level-style-bullet text:level="1" '
    'text:bullet-char="•"/></text:list-style>'
)


def odt(
    body: str, *, styles: str = "", meta: str = "", manifest: str = "", **formulas: str
) -> bytes:
    """Return a text: what its body holds as XML, and other parts, formulas by their names."""
    out = io.BytesIO()
    automatic = f"<office:automatic-styles>{STYLES}</office:automatic-styles>"
    parts = {
        "content.xml": f"<office:document-content {NAMES}>{automatic}<office:body><office:text>"
        f"{body}</office:text></office:body></office:document-content>",
        "styles.xml": f"<office:document-styles {NAMES}>{styles}</office:document-styles>",
        "meta.xml": f"<office:document-meta {NAMES}><office:meta>{meta}</office:meta>"
        "</office:document-meta>",
        "META-INF/manifest.xml": manifest,
        **{
            f"{name}/content.xml": f"<math {MATHML}>{inner}</math>"
            for name, inner in formulas.items()
        },
    }
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def read(body: str, **parts: str) -> Extracted:
    return READERS[".odt"](odt(body, **parts))


def para(inner: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{inner}</text:p>'


def span(words: str, style: str) -> str:
    return f'<text:span text:style-name="{style}">{words}</text:span>'


def blocks(got: Extracted) -> list[tuple[str, int, str, str]]:
    return [(b.kind, b.level, got.text[b.start : b.end], b.label) for b in got.blocks]


def test_white_space_is_what_the_format_says() -> None:
    """Runs of white space are one space; spaces, tabs and line ends have elements of their own."""
    inner = "  One\n   two<text:s text:c='2'/>three<text:line-break/>four<text:s text:c='999999'/>"
    got = read(para(inner) + para("Chair:<text:tab/>Mona Reed"))
    assert got.text == "One two  three\nfour\n\nChair: Mona Reed"


def test_changes_are_read_as_finally_intended() -> None:
    """Deleted words stand elsewhere and are not read; inserted ones are."""
    region = "<text:changed-region><text:{0}>{1}</text:{0}></text:changed-region>"
    changes = region.format("deletion", para("400")) + region.format("insertion", "")
    body = f"<text:tracked-changes>{changes}</text:tracked-changes>" + para(
        "Rent <text:change text:change-id='a'/><text:change-start text:change-id='b'/>520"
        "<text:change-end text:change-id='b'/> euros."
    )
    got = read(body)
    assert got.text == "Rent 520 euros."
    assert got.notes == ("has 2 tracked changes, read as finally intended",)


def test_hidden_and_struck_words_are_left_out() -> None:
    """Hidden and struck-out words are left out, with a note; so are comments."""
    note = "<office:annotation><dc:creator>Bo</dc:creator><text:p>Why?</text:p></office:annotation>"
    body = para("A" + span("b", "Gone") + span("c", "Hidden") + note + "D")
    hidden = f"<text:section text:display='none'>{para('e')}</text:section>"
    got = read(body + hidden)
    assert got.text == "AD"
    assert got.notes == (
        "has 1 comment beside the text, which are not part of it",
        "has struck-out words, which are left out",
        "has hidden words, which are left out",
    )


def test_notes_and_raised_characters() -> None:
    """A note's number is raised; its words follow the paragraph or end the text."""

    def note(kind: str, mark: str, words: str) -> str:
        return (
            f"<text:note text:note-class='{kind}'><text:note-citation>{mark}</text:note-citation>"
            f"<text:note-body>{para(words)}</text:note-body></text:note>"
        )

    body = para(f"4,210{note('footnote', '1', 'Staff too.')} in 30 m{span('2', 'Up')}.")
    body += para(f"CO{span('2', 'Down')}{note('endnote', 'i', 'The end.')}.") + para("Last.")
    assert read(body).text.split("\n\n") == [
        *("4,210¹ in 30 m².", "¹ Staff too.", "CO₂ⁱ.", "Last.", "ⁱ The end."),
    ]


def test_lists_are_numbered_as_their_styles_say() -> None:
    """An entry has its number, an entry below it another one; a list may go on later."""

    def entries(*inner: str, style: str = "L1", more: str = "") -> str:
        items = "".join(f"<text:list-item>{each}</text:list-item>" for each in inner)
        named = f"text:style-name='{style}'" if style else ""
        return f"<text:list {named} {more}>{items}</text:list>"

    inner, last = entries(para("monthly"), para("early"), style=""), entries(para("all"), style="")
    body = para("They must:") + entries(para("Pay") + inner, para("Clean") + para("daily") + last)
    body += para("And then.") + entries(para("Leave"), more="text:continue-numbering='true'")
    body += entries(para("Milk"), style="L2") + entries(para("Again"))
    assert [(kind, text, label) for kind, _, text, label in blocks(read(body))] == [
        ("text", "They must:", ""),
        ("item", "1. Pay", "They must:"),
        ("item", "(a) monthly", "1. Pay"),
        ("item", "(b) early", "1. Pay"),
        ("item", "2. Clean", "They must:"),
        ("item", "daily", "They must:"),
        ("item", "(a) all", "daily"),
        ("text", "And then.", ""),
        ("item", "3. Leave", ""),
        ("item", "Milk", ""),
        ("item", "1. Again", ""),
    ]


def test_headings_and_their_numbers() -> None:
    """A heading has its level and the number that headings have; the title is above them."""
    outline = "".join(
        f"<text:outline-level-style text:level='{n}' style:num-format='1' "
        f"text:display-levels='{n}'/>"
        for n in (1, 2)
    )
    styles = f"<office:styles><text:outline-style>{outline}</text:outline-style></office:styles>"

    def head(level: int, words: str) -> str:
        return f"<text:h text:outline-level='{level}'>{words}</text:h>"

    body = para("Lease", "P1") + head(1, "Rent") + head(2, "When") + head(2, "How")
    found = [(kind, level, text) for kind, level, text, _ in blocks(read(body, styles=styles))]
    assert found == [
        ("heading", 1, "Lease"),
        ("heading", 2, "1 Rent"),
        ("heading", 3, "1.1 When"),
        ("heading", 3, "1.2 How"),
    ]


def test_tables() -> None:
    """Rows have the header as label; a cell over columns stands once, one over rows in each."""

    def cell(words: str, more: str = "") -> str:
        return f"<table:table-cell {more}>{para(words)}</table:table-cell>"

    def row(*cells: str) -> str:
        return f"<table:table-row>{''.join(cells)}</table:table-row>"

    covered = "<table:covered-table-cell/>"
    header = row(cell("Day"), cell("Morning"), cell("Evening"))
    body = (
        f"<table:table><table:table-header-rows>{header}</table:table-header-rows>"
        + row(cell("Monday"), cell("closed", "table:number-columns-spanned='2'"), covered)
        + row(cell("Tuesday", "table:number-rows-spanned='2'"), cell("9"), cell("17"))
        + row(covered, cell("10"), cell("18"))
        + "</table:table>"
    )
    assert [(text, label) for _, _, text, label in blocks(read(body))][1:] == [
        ("Monday | closed", "Day | Morning, Evening"),
        ("Tuesday | 9 | 17", "Day | Morning | Evening"),
        ("Tuesday | 10 | 18", "Day | Morning | Evening"),
    ]


def test_claims_of_millions_of_rows_are_bounded() -> None:
    """Repeated cells and rows are no more than a document has."""
    body = (
        "<table:table><table:table-row table:number-rows-repeated='900000000'><table:table-cell "
        f"table:number-columns-repeated='900000000'>{para('yak')}</table:table-cell>"
        "</table:table-row></table:table>"
    )
    assert 100 <= read(body).text.count("yak") <= 10_000


def test_frames_follow_their_paragraph_and_what_describes_them_is_left_out() -> None:
    """The words of a text box follow the paragraph; a picture's description is no word of it."""
    frame = f"<draw:frame><draw:text-box>{para('In the box.')}</draw:text-box></draw:frame>"
    picture = (
        "<draw:frame svg:width='12cm' svg:height='8cm'><draw:image/><svg:desc>A dog</svg:desc>"
        "</draw:frame>"
    )
    got = read(para(f"Before {frame}{picture}after.") + para("Next."))
    assert got.text == "Before after.\n\nIn the box.\n\nNext."
    assert got.unread == ("has 1 picture that was not read; if it shows words, add them as text",)


def test_heads_of_pages_and_contents_are_clutter() -> None:
    """Heads and feet of pages and the table of contents are clutter."""
    styles = f"<style:header>{para('Draft')}</style:header>"
    body = (
        f"<text:table-of-content><text:index-body>{para('Rent<text:tab/>3')}</text:index-body>"
        "</text:table-of-content>"
    )
    got = read(body + para("Words."), styles=styles)
    assert [got.text[mark.start : mark.end] for mark in got.marks] == ["Rent 3", "Draft"]


def test_pages_begin_where_libreoffice_found_them() -> None:
    """A page begins where LibreOffice noted one when it saved the file."""
    got = read(para("One <text:soft-page-break/>two.") + "<text:soft-page-break/>" + para("Three."))
    assert got.pages == (0, 4, 10)


FRAME = '<draw:frame text:anchor-type="as-char"><draw:object xlink:href="./F"/></draw:frame>'
FORMULAS = (
    ("<mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup>", "E = mc²"),
    ("<mfrac><mn>1</mn><mrow><mi>a</mi><mo>+</mo><mn>2</mn></mrow></mfrac><mi>v</mi>", "1/(a+2) v"),
    ("<msqrt><mfrac><mi>a</mi><mi>b</mi></mfrac></msqrt>", "√(a/b)"),
    ("<msubsup><mi>x</mi><mi>i</mi><mi>Q</mi></msubsup><mo>&#x2062;</mo><mi>y</mi>", "xᵢ^Qy"),
    ("<munderover><mo>∑</mo><mrow><mi>k</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover>"
     "<mi>k</mi>", "∑ₖ₌₁ⁿk"),
    ("<mroot><mi>x</mi><mn>3</mn></mroot>", "³√(x)"),
    ("<mfenced open='['><mi>a</mi><mi>b</mi></mfenced>", "[a, b)"),
    ("<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>0</mn></mtd></mtr><mtr><mtd><mn>0</mn></mtd>"
     "<mtd><mn>1</mn></mtd></mtr></mtable>", "1, 0; 0, 1"),
    ("<semantics><mrow><mi>k</mi></mrow><annotation>%k</annotation></semantics>", "k"),
)  # fmt: skip


@pytest.mark.parametrize(("inner", "line"), FORMULAS)
def test_formulas_stand_where_they_are_shown(inner: str, line: str) -> None:
    """A formula is read as one line within its sentence, from zipped files and from flat ones."""
    body = para(f"The lift {FRAME} is large.") + para(FRAME)
    own = f"<draw:object><math {MATHML}>{inner}</math></draw:object>"
    flat = (
        f"<office:document {NAMES}><office:body><office:text>"
        + body.replace('<draw:object xlink:href="./F"/>', own)
        + "</office:text></office:body></office:document>"
    )
    for got in (read(body, F=inner), READERS[".fodt"](flat.encode())):
        assert got.text == f"The lift {line} is large.\n\n{line}"
        assert got.unread == ()


def test_an_object_that_is_no_formula_is_told() -> None:
    """A frame that shows something else, or a formula that is broken, was not read."""
    for formulas in ({}, {"F": "<mi>"}):
        got = read(para(f"The lift {FRAME} is large."), **formulas)
        assert got.unread == (
            "has 1 embedded object that was not read; add it as a file of its own",
        )


def test_the_author_is_not_who_commented() -> None:
    """In a flat file, where all parts are one, the properties are those of the document."""
    note = "<office:annotation><dc:creator>Bo</dc:creator><text:p>Why?</text:p></office:annotation>"
    flat = (
        f"<office:document {NAMES}><office:meta/><office:body><office:text>{para(f'Words.{note}')}"
        "</office:text></office:body></office:document>"
    )
    assert READERS[".fodt"](flat.encode()).metadata == {}


def test_flat_files_and_properties() -> None:
    """A file that is one piece of XML is read as a zipped one is, with title and author."""
    meta = "<dc:title>Lease</dc:title><meta:initial-creator>Ada</meta:initial-creator>"
    flat = (
        f"<office:document {NAMES}><office:meta>{meta}</office:meta><office:body><office:text>"
        f"{para('Words.')}</office:text></office:body></office:document>"
    )
    for got in (READERS[".fodt"](flat.encode()), read(para("Words."), meta=meta)):
        assert got.text == "Words."
        assert got.metadata == {"title": "Lease", "author": "Ada"}


def test_a_locked_text_says_so() -> None:
    """A text behind a password is named as that."""
    with pytest.raises(DocumentError, match="password"):
        read("", manifest="<manifest:encryption-data/>")
