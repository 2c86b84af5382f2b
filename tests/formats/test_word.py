"""Word documents: the words that Word shows, once all changes are accepted."""

from __future__ import annotations

import io
import zipfile

import pytest

from rag.errors import DocumentError
from rag.formats import READERS
from rag.formats.extracted import Extracted

OFFICE = "http://schemas.openxmlformats.org"
NAMES = (
    f'xmlns:w="{OFFICE}/wordprocessingml/2006/main" '
    f'xmlns:r="{OFFICE}/officeDocument/2006/relationships" '
    f'xmlns:mc="{OFFICE}/markup-compatibility/2006" '
    f'xmlns:wp="{OFFICE}/drawingml/2006/wordprocessingDrawing" '
    f'xmlns:m="{OFFICE}/officeDocument/2006/math" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
REL = f"{OFFICE}/officeDocument/2006/relationships"
RELATED = f'<Relationships xmlns="{OFFICE}/package/2006/relationships">{{}}</Relationships>'
TYPES = (
    f'<Types xmlns="{OFFICE}/package/2006/content-types"><Default Extension="rels" ContentType='
    '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main'
    '+xml"/></Types>'
)
BY = 'w:id="1" w:author="Ada" w:date="2024-05-01T10:00:00Z"'


def docx(body: str, **parts: str) -> bytes:
    """Return a Word file: its body and other parts (``footnotes``, ``styles``, …) as XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = f'<Relationship Id="a" Type="{REL}/officeDocument" Target="word/document.xml"/>'
        archive.writestr("_rels/.rels", RELATED.format(link))
        archive.writestr("[Content_Types].xml", TYPES)
        links = "".join(
            f'<Relationship Id="{name}" Type="{REL}/{name.rstrip("123")}" Target="{name}.xml"/>'
            for name in parts
        )
        archive.writestr("word/_rels/document.xml.rels", RELATED.format(links))
        document = f"<w:document {NAMES}><w:body>{body}</w:body></w:document>"
        archive.writestr("word/document.xml", document)
        for name, inner in parts.items():
            archive.writestr(f"word/{name}.xml", f"<w:{name} {NAMES}>{inner}</w:{name}>")
    return out.getvalue()


def run(text: str, look: str = "") -> str:
    properties = f"<w:rPr>{look}</w:rPr>" if look else ""
    words = text.replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">')
    return f'<w:r>{properties}<w:t xml:space="preserve">{words}</w:t></w:r>'


def para(*runs: str, style: str = "", mark: str = "", more: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    ended = f"<w:rPr>{mark}</w:rPr>" if mark else ""
    inner = "".join(each if each.startswith("<") else run(each) for each in runs)
    return f"<w:p><w:pPr>{named}{more}{ended}</w:pPr>{inner}</w:p>"


def table(*rows: list[str], properties: str = "") -> str:
    cells = ("".join(f"<w:tc>{cell}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{properties}{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def cell(text: str, look: str = "") -> str:
    return para(run(text, look))


def boxed(text: str) -> str:
    return f"<w:tc>{cell(text)}</w:tc>"


def read(raw: bytes) -> Extracted:
    return READERS[".docx"](raw)


def text_of(body: str, **parts: str) -> str:
    return read(docx(body, **parts)).text


def blocks(got: Extracted) -> list[tuple[str, int, str, str]]:
    return [(b.kind, b.level, got.text[b.start : b.end], b.label) for b in got.blocks]


def test_changes_are_read_as_finally_intended() -> None:
    """Inserted and moved words are there, deleted ones are not, and a note counts the changes."""
    body = para(
        "The rent is ",
        f"<w:del {BY}><w:r><w:delText>400</w:delText></w:r></w:del>",
        f"<w:ins {BY}>{run('520')}</w:ins>",
        " euros",
        f"<w:moveFrom {BY}>{run(' at once')}</w:moveFrom>",
        " and is due ",
        f"<w:moveTo {BY}>{run('monthly')}</w:moveTo>.",
    )
    got = read(
        docx(body + para(f"<w:hyperlink><w:ins {BY}>{run('See here')}</w:ins></w:hyperlink>"))
    )
    assert got.text == "The rent is 520 euros and is due monthly\n\nSee here"
    assert got.notes == ("has 4 tracked changes, read as finally intended",)


def test_nothing_but_one_space_is_left_where_words_went() -> None:
    """Where words between two spaces are left out, one of the spaces is."""
    gone = f"<w:del {BY}><w:r><w:delText>no</w:delText></w:r></w:del>"
    assert text_of(para("One ", gone, " two ", run("x", "<w:strike/>"), " three  four.")) == (
        "One two three  four."
    )


def test_words_inserted_and_deleted_again_are_not_there() -> None:
    """A deletion within an insertion leaves nothing."""
    gone = f"<w:ins {BY}><w:del {BY}><w:r><w:delText>never</w:delText></w:r></w:del></w:ins>"
    assert text_of(para("One ", gone, "two.")) == "One two."


def test_a_deleted_paragraph_end_joins_two_paragraphs() -> None:
    """Where the end of a paragraph is deleted, the next one goes on from it."""
    assert text_of(para("The tenant ", mark=f"<w:del {BY}/>") + para("pays.")) == "The tenant pays."


def test_a_deleted_paragraph_does_not_count_in_its_list() -> None:
    """Automatic numbers are those after all changes are accepted."""
    listed = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    gone = f"<w:del {BY}><w:r><w:delText>Old.</w:delText></w:r></w:del>"
    level = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:lvlText w:val="%1."/></w:lvl>'
    numbering = (
        f'<w:abstractNum w:abstractNumId="0">{level}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    body = (
        para("First.", more=listed)
        + para(gone, more=listed, mark=f"<w:del {BY}/>")
        + para("Second.", more=listed)
    )
    assert text_of(body, numbering=numbering) == "1. First.\n2. Second."


def test_deleted_rows_are_not_there() -> None:
    """A row that was deleted with changes tracked is left out, an inserted one is not."""
    rows = [
        f"<w:tr><w:trPr><w:{kind} {BY}/></w:trPr>{boxed(kind)}{boxed('x')}</w:tr>"
        for kind in ("ins", "del")
    ]
    assert text_of(f"<w:tbl>{''.join(rows)}</w:tbl>") == "ins | x"


def test_fields_show_their_result() -> None:
    """Of a field the result is there and not the instruction, of a field in a field too."""
    chars = {
        kind: f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'
        for kind in ("begin", "separate", "end")
    }
    code = "<w:r><w:instrText>REF x</w:instrText></w:r>"
    inner = chars["begin"] + code + chars["separate"] + run("inner") + chars["end"]
    field = chars["begin"] + code + inner + chars["separate"] + run("clause 4") + chars["end"]
    simple = f'<w:fldSimple w:instr="SEQ x">{run("9")}</w:fldSimple>'
    body = para("See ", field, " and ", simple, ".")
    assert text_of(body) == "See clause 4 and 9."


def test_content_controls_are_read_and_boxes_are_ticked() -> None:
    """A control's words are there on any level, its prompt is not, and a box shows its state."""

    def control(properties: str, content: str) -> str:
        return (
            f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"
        )

    tick = '<w14:checkbox><w14:checked w14:val="{}"/></w14:checkbox>'
    body = (
        control("", para("A paragraph."))
        + para("Name: ", control("", run("Vera")))
        + para(control(tick.format(1), run("☒")), " Married")
        + para(control(tick.format(0), run("☐")), " Single")
        + para("Phone: ", control("<w:showingPlcHdr/>", run("Click to enter text.")))
        + f"<w:tbl><w:tr>{control('', boxed('a'))}{boxed('b')}</w:tr></w:tbl>"
    )
    got = read(docx(body))
    lines = [line for line in got.text.split("\n") if line]
    assert lines == ["A paragraph.", "Name: Vera", "☒ Married", "☐ Single", "Phone:", "a | b"]
    assert got.notes == ("has 1 field to fill in that nobody has filled in",)


def test_text_boxes_are_read_once() -> None:
    """The words of a text box stand once, behind the paragraph that it hangs on."""
    box = f"<w:txbxContent>{para('In the box.')}</w:txbxContent>"
    twice = (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>'
        f"{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}"
        "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert text_of(para("Before ", twice, "after.") + para("Next.")) == (
        "Before after.\n\nIn the box.\n\nNext."
    )


def test_notes_follow_what_refers_to_them() -> None:
    """A footnote's number is raised, its words follow the paragraph; an endnote's end the text."""
    words = para("<w:r><w:footnoteRef/></w:r>", " With the staff.")
    notes = f'<w:footnote w:id="7">{words}</w:footnote>'
    ends = f'<w:endnote w:id="3">{para(" At the end.")}</w:endnote>'
    body = para("It treated 4,210", '<w:r><w:footnoteReference w:id="7"/></w:r>', " patients.")
    body += para("So it is", '<w:r><w:endnoteReference w:id="3"/></w:r>', ".") + para("Last.")
    assert text_of(body, footnotes=notes, endnotes=ends).split("\n\n") == [
        "It treated 4,210¹ patients.",
        "¹ With the staff.",
        "So it isⁱ.",
        "Last.",
        "ⁱ At the end.",
    ]


def test_hidden_and_struck_words_are_left_out() -> None:
    """Words that are hidden or struck out, directly or by a style, are left out with a note."""
    styles = (
        '<w:style w:type="character" w:styleId="Gone"><w:rPr><w:strike/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="Go"><w:basedOn w:val="Gone"/></w:style>'
    )
    body = para(
        "A",
        run("b", "<w:vanish/>"),
        run("c", "<w:dstrike/>"),
        run("d", '<w:rStyle w:val="Go"/>'),
        run("e", '<w:rStyle w:val="Go"/><w:strike w:val="0"/>'),
        run("F", '<w:strike w:val="false"/>'),
    )
    got = read(docx(body, styles=styles))
    assert got.text == "AeF"
    assert got.notes == (
        "has struck-out words, which are left out",
        "has hidden words, which are left out",
    )


def test_raised_and_lowered_characters_stay_apart() -> None:
    """Superscripts and subscripts are Unicode's; letters of a word stay as they are."""
    up, down = '<w:vertAlign w:val="superscript"/>', '<w:vertAlign w:val="subscript"/>'
    body = para(
        *("4,210", run("3", up), " m", run("2", up), " of CO", run("2", down), ", the 1"),
        *(run("st", up), " of 10", run("-", up), run("9", up), " and so", run("*", up), "."),
    )
    assert text_of(body) == "4,210³ m² of CO₂, the 1st of 10⁻⁹ and so [*]."


def test_signs_of_runs() -> None:
    """Symbols, tabs, breaks and hyphens are the characters that they look like."""
    inner = (
        "<w:r><w:t>A</w:t><w:noBreakHyphen/><w:t>B</w:t><w:softHyphen/><w:t>C</w:t><w:tab/>"
        '<w:sym w:font="Wingdings" w:char="F0FE"/><w:br/>'
        '<w:sym w:font="Symbol" w:char="F061"/></w:r>'
    )
    assert text_of(para(inner)) == "A-BC ☑\nα"


def test_formulas_are_one_line() -> None:
    """A formula keeps what is raised and what is divided by what."""
    part = "<m:{0}><m:r><m:t>{1}</m:t></m:r></m:{0}>"
    power = f"<m:sSup>{part.format('e', 'x')}{part.format('sup', '2')}</m:sSup>"
    half = f"<m:f>{part.format('num', 'a+b')}{part.format('den', '2')}</m:f>"
    assert text_of(para(f"<m:oMath>{power}<m:r><m:t>=</m:t></m:r>{half}</m:oMath>")) == "x²=(a+b)/2"


def test_pages_begin_where_word_found_them() -> None:
    """A page begins where Word last broke it; a break that is written there is the same one."""
    rendered = "<w:r><w:lastRenderedPageBreak/></w:r>"
    body = (
        para("One ", rendered, "two.")
        + para('<w:r><w:br w:type="page"/></w:r>')
        + para(rendered, "three.")
    )
    got = read(docx(body))
    assert got.text == "One two.\n\nthree."
    assert got.pages == (0, 4, 10)


def test_long_texts_with_one_written_break_have_no_pages() -> None:
    """Where the breaks cannot be all there are, no page has a number."""
    broken = para('<w:r><w:br w:type="page"/></w:r>')
    assert read(docx(para("Short.") + broken + para("End."))).pages == (0, 8)
    assert read(docx(para("Long. " * 2_000) + broken + para("End."))).pages == ()


def test_heads_feet_and_contents_are_clutter() -> None:
    """Heads and feet of pages stand once at the end, with the table of contents as clutter."""
    styles = '<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>'
    section = '<w:sectPr><w:headerReference w:type="default" r:id="header1"/></w:sectPr>'
    body = para("Rent\t3", style="TOC1") + para("Words.", more=section) + section
    got = read(docx(body, styles=styles, header1=para("Draft")))
    assert [got.text[mark.start : mark.end] for mark in got.marks] == ["Rent 3", "Draft"]
    assert [got.text[b.start : b.end] for b in got.blocks] == ["Words."]


def test_comments_are_counted_and_not_read() -> None:
    """A comment is no word of the document."""
    note = '<w:r><w:commentReference w:id="0"/></w:r>'
    got = read(docx(para("Words", note, "."), comments=f"<w:comment>{para('Why?')}</w:comment>"))
    assert got.text == "Words."
    assert got.notes == ("has 1 comment beside the text, which are not part of it",)


HEADINGS = (
    '<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Own"><w:basedOn w:val="berschrift1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Titre2"><w:name w:val="Titre 2"/></w:style>'
)


def test_headings_by_style_and_outline() -> None:
    """A heading is one by its style, by those that it is based on, or by its own level."""
    body = (
        para("The Lease", style="Titel")
        + para("Rent", style="berschrift1")
        + para("Duties", style="Own")
        + para("Détails", style="Titre2")
        + para("Outlined", more='<w:outlineLvl w:val="0"/>')
        + para("Words.", style="Own", more='<w:outlineLvl w:val="9"/>')
    )
    found = [
        (kind, level, text) for kind, level, text, _ in blocks(read(docx(body, styles=HEADINGS)))
    ]
    assert found == [
        ("heading", 1, "The Lease"),
        ("heading", 2, "Rent"),
        ("heading", 2, "Duties"),
        ("heading", 3, "Détails"),
        ("heading", 2, "Outlined"),
        ("text", 0, "Words."),
    ]


def test_labels_with_values_are_fields() -> None:
    """A label and its value are one field, with or without a tab between them."""
    body = para("Date:\t3 May") + para("Claimant: Vera Solheim")
    assert [(kind, text) for kind, _, text, _ in blocks(read(docx(body)))] == [
        ("field", "Date: 3 May"),
        ("field", "Claimant: Vera Solheim"),
    ]


def test_a_locked_document_says_so() -> None:
    """A document behind a password is named as that."""
    with pytest.raises(DocumentError, match="password"):
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512)


def test_properties_name_people_and_no_programs() -> None:
    """Title and author are taken from the properties, unless a program put them there."""
    from tests.campaigns.documents.archives import docx as written

    raw = written(para("Words."), title="Microsoft Word - lease.doc", author="python-docx")
    assert read(raw).metadata == {}
    assert read(written(para("Words."), title="Lease", author="Ada")).metadata == {
        "title": "Lease",
        "author": "Ada",
    }
