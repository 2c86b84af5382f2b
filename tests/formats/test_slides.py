"""Presentations: each slide a page, its shapes in the order in which a person reads them."""

from __future__ import annotations

import pytest

from rag.documents.loading import load
from rag.errors import DocumentError
from rag.formats import READERS
from rag.formats.extracted import Extracted
from rag.text.blocks import page_of
from tests.formats.sheet_writing import OFFICE, blocks, relations, zipped

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
SPACES = f'xmlns:a="{A}" xmlns:p="{P}" xmlns:r="{OFFICE}" xmlns:c="{C}"'
ODF = "".join(
    f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for name, long in (
        *((name, name) for name in ("office", "table", "text", "style", "presentation")),
        *(("draw", "drawing"), ("svg", "svg-compatible")),
    )
)


def para(*runs: str, level: int = 0, mark: str = "") -> str:
    made = "".join(
        each if each.startswith("<") else f"<a:r><a:t>{each}</a:t></a:r>" for each in runs
    )
    return f'<a:p><a:pPr lvl="{level}">{mark}</a:pPr>{made}</a:p>'


def run(words: str, look: str) -> str:
    return f"<a:r><a:rPr {look}/><a:t>{words}</a:t></a:r>"


def shape(
    *paragraphs: str, kind: str = "", at: tuple[int, int, int, int] | None = None, more: str = ""
) -> str:
    place = f'<p:ph type="{kind}" idx="1"/>' if kind else ""
    frame = ""
    if at:
        x, y, width, height = at
        frame = f'<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
    made = "".join(each if each.startswith("<") else para(each) for each in paragraphs)
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="1" name="" {more}/><p:nvPr>{place}</p:nvPr></p:nvSpPr>'
        f"<p:spPr>{frame}</p:spPr><p:txBody>{made}</p:txBody></p:sp>"
    )


def slide(*shapes: str, more: str = "") -> str:
    tree = f"<p:cSld><p:spTree>{''.join(shapes)}</p:spTree></p:cSld>"
    return f"<p:sld {SPACES} {more}>{tree}</p:sld>"


def pptx(
    *slides: str, parts: dict[str, str] | None = None, order: list[int] | None = None
) -> bytes:
    listed = "".join(
        f'<p:sldId id="{300 + n}" r:id="r{n}"/>' for n in order or range(1, len(slides) + 1)
    )
    targets = [("slide", f"slides/slide{n}.xml") for n in range(1, len(slides) + 1)]
    return zipped(
        {
            "_rels/.rels": relations(("officeDocument", "ppt/presentation.xml")),
            "ppt/presentation.xml": f"<p:presentation {SPACES}><p:sldIdLst>{listed}</p:sldIdLst>"
            "</p:presentation>",
            "ppt/_rels/presentation.xml.rels": relations(*targets),
            **{f"ppt/slides/slide{n}.xml": part for n, part in enumerate(slides, 1)},
            **(parts or {}),
        }
    )


def read(raw: bytes, ending: str = ".pptx") -> Extracted:
    return READERS[ending](raw)


def title(words: str) -> str:
    return shape(words, kind="title", at=(0, 0, 900, 100))


def test_slides_are_pages_in_the_order_of_the_presentation() -> None:
    """The order is the presentation's, not that of the parts; hidden slides count, unread."""
    raw = pptx(
        slide(title("Third"), shape("Words of the third.")),
        slide(title("First"), shape("Words of the first.")),
        slide(title("Hidden"), shape("Secret words."), more='show="0"'),
        order=[2, 3, 1],
    )
    found = read(raw)
    assert [text for _, text, _ in blocks(found)] == [
        *("First", "Words of the first.", "Third", "Words of the third."),
    ]
    assert page_of(found.pages, found.text.index("Words of the first.")) == 1
    assert page_of(found.pages, found.text.index("Words of the third.")) == 3
    assert any("hidden slide 2" in note for note in found.notes)
    assert load(raw, "a.pptx").title == "First"


def test_shapes_are_read_from_the_top_left() -> None:
    """Rows from the top, from left to right; a heading over a column is read with it."""
    found = read(
        pptx(
            slide(
                shape("right words are here", at=(500, 300, 400, 300)),
                shape("at the foot", at=(0, 700, 900, 100)),
                shape("left words are here", at=(0, 300, 400, 300)),
                shape("Right head", at=(500, 200, 400, 80)),
                shape("Left head", at=(0, 205, 400, 80)),
                title("Compared"),
            )
        )
    )
    assert [text for _, text, _ in blocks(found)] == [
        *("Compared", "Left head", "left words are here", "Right head", "right words are here"),
        "at the foot",
    ]


def test_groups_are_read_together() -> None:
    """What is grouped is read as one, wherever its parts lie."""
    group = (
        '<p:grpSp><p:grpSpPr><a:xfrm><a:off x="0" y="200"/><a:ext cx="900" cy="200"/></a:xfrm>'
        f"</p:grpSpPr>{shape('second', at=(0, 9000, 10, 10))}{shape('first', at=(0, 1, 10, 10))}"
        "</p:grpSp>"
    )
    found = read(pptx(slide(title("T"), shape("last", at=(0, 500, 9, 9)), group)))
    assert [text for _, text, _ in blocks(found)] == ["T", "first", "second", "last"]


def test_bullets_hang_on_the_line_above() -> None:
    """Bullets are entries with their depth; they hang on the line or the entry above."""
    dot, number = '<a:buChar char="•"/>', '<a:buAutoNum type="alphaLcParenR"/>'
    body = shape(
        "Goals:",
        para("Cut costs", mark=dot),
        para("Fewer vans", level=1, mark=dot),
        para("Hire", mark=number),
        para("Train", mark=number),
    )
    found = read(pptx(slide(title("Plan"), body)))
    assert blocks(found)[1:] == [
        ("text", "Goals:", ""),
        ("item", "Cut costs", "Goals:"),
        ("item", "Fewer vans", "Cut costs"),
        ("item", "a) Hire", "Goals:"),
        ("item", "b) Train", "Goals:"),
    ]
    assert [block.level for block in found.blocks[2:4]] == [1, 2]


def test_bullets_and_places_come_from_the_layout() -> None:
    """What a slide does not say of a placeholder its layout and its master say."""
    layout = shape("Click to add", kind="body", at=(0, 500, 9, 9))
    style = '<p:bodyStyle><a:lvl1pPr><a:buChar char="•"/></a:lvl1pPr></p:bodyStyle>'
    parts = {
        "ppt/slides/_rels/slide1.xml.rels": relations(("slideLayout", "../slideLayouts/l.xml")),
        "ppt/slideLayouts/l.xml": slide(layout)
        .replace("p:sld ", "p:sldLayout ")
        .replace("</p:sld>", "</p:sldLayout>"),
        "ppt/slideLayouts/_rels/l.xml.rels": relations(("slideMaster", "../slideMasters/m.xml")),
        "ppt/slideMasters/m.xml": f"<p:sldMaster {SPACES}><p:cSld><p:spTree/></p:cSld>"
        f"<p:txStyles>{style}</p:txStyles></p:sldMaster>",
    }
    body = shape("An entry", kind="body")
    found = read(pptx(slide(title("T"), body, shape("Above it", at=(0, 200, 9, 9))), parts=parts))
    assert blocks(found)[1:] == [("text", "Above it", ""), ("item", "An entry", "")]


def test_a_slide_without_a_title_is_under_no_other() -> None:
    """Its first short line heads it, or its number."""
    found = read(
        pptx(
            slide(title("One"), shape("Words.")),
            slide(shape("Contact", at=(0, 0, 9, 9)), shape("Call us at noon.", at=(0, 20, 9, 9))),
            slide(shape("A sentence alone.")),
        )
    )
    heads = [text for kind, text, _ in blocks(found) if kind == "heading"]
    assert heads == ["One", "Contact", "Slide 3"]


def test_words_as_they_look() -> None:
    """Raised digits stay raised, struck-out words are left out, line breaks stay."""
    words = shape(para("4,210", run("3", 'baseline="30000"'), run(" gone", 'strike="sngStrike"')))
    broken = shape(para("one", "<a:br/>", "two"))
    found = read(pptx(slide(title("T"), words, broken)))
    assert [text for _, text, _ in blocks(found)][1:] == ["4,210³", "one\ntwo"]
    assert any("struck-out" in note for note in found.notes)


def test_numbers_and_dates_at_the_margin_are_no_words() -> None:
    """The number of the slide is left out; its foot is clutter; what is hidden is not read."""
    found = read(
        pptx(
            slide(
                *(title("T"), shape("7", kind="sldNum"), shape("Confidential", kind="ftr")),
                shape("Unseen", more='hidden="1"'),
            )
        )
    )
    assert found.text == "T\n\nConfidential"
    assert [mark.kind for mark in found.marks] == ["clutter"]
    assert [text for _, text, _ in blocks(found)] == ["T"]


def frame(inner: str, kind: str = "") -> str:
    data = f'<a:graphicData uri="{kind}">{inner}</a:graphicData>'
    return f"<p:graphicFrame><a:graphic>{data}</a:graphic></p:graphicFrame>"


def test_tables() -> None:
    """Rows stand under the header; a cell over several rows counts in each."""
    made = [("Region", "Year", "Sales"), ("East", "2023", "52"), (None, "2024", "60")]
    rows = "".join(
        "<a:tr>"
        + "".join(
            f"<a:tc {'rowSpan=' + chr(34) + '2' + chr(34) if word == 'East' else ''}>"
            f"<a:txBody>{para(word)}</a:txBody></a:tc>"
            if word
            else '<a:tc vMerge="1"><a:txBody/></a:tc>'
            for word in row
        )
        + "</a:tr>"
        for row in made
    )
    table = frame(f'<a:tbl><a:tblPr firstRow="1"/>{rows}</a:tbl>')
    assert blocks(read(pptx(slide(title("T"), table))))[2:] == [
        ("row", "East | 2023 | 52", "Region | Year | Sales"),
        ("row", "East | 2024 | 60", "Region | Year | Sales"),
    ]


def cache(kind: str, *points: str, code: str = "General") -> str:
    made = "".join(f'<c:pt idx="{at}"><c:v>{each}</c:v></c:pt>' for at, each in enumerate(points))
    return f"<c:{kind}><c:formatCode>{code}</c:formatCode>{made}</c:{kind}>"


def test_charts() -> None:
    """A chart is its title and a row for each category, with the numbers as it shows them."""
    series = "".join(
        f"<c:ser><c:tx>{cache('strCache', name)}</c:tx><c:cat>{cache('strCache', 'Q1', 'Q2')}"
        f"</c:cat><c:val>{cache('numCache', *values, code='0%')}</c:val></c:ser>"
        for name, values in (("Plan", ("0.5", "0.25")), ("Actual", ("0.4", "0.3")))
    )
    heading = f"<c:title><c:tx><c:rich>{para('Filled posts')}</c:rich></c:tx></c:title>"
    parts = {
        "ppt/slides/_rels/slide1.xml.rels": relations(("chart", "../charts/c.xml")),
        "ppt/charts/c.xml": f"<c:chartSpace {SPACES}><c:chart>{heading}<c:plotArea>{series}"
        "</c:plotArea></c:chart></c:chartSpace>",
    }
    found = read(pptx(slide(title("T"), frame('<c:chart r:id="r1"/>')), parts=parts))
    assert blocks(found)[1:] == [
        ("heading", "Filled posts", ""),
        ("heading", "Plan | Actual", ""),
        ("row", "Q1 | 50% | 40%", "| Plan | Actual"),
        ("row", "Q2 | 25% | 30%", "| Plan | Actual"),
    ]


def test_diagrams() -> None:
    """A diagram is a list of its entries, in its own order and depth."""
    points = "".join(
        f'<pt modelId="{name}" type="{kind}"><t>{para(words)}</t></pt>'
        for name, kind, words in (
            *(("0", "doc", ""), ("b", "node", "Sell"), ("a", "node", "Build")),
            *(("c", "node", "Test"), ("p", "pres", "no words")),
        )
    )
    ties = "".join(
        f'<cxn srcId="{above}" destId="{below}" srcOrd="{at}"/>'
        for above, below, at in (("0", "b", 1), ("0", "a", 0), ("a", "c", 0), ("c", "a", 0))
    )
    parts = {
        "ppt/slides/_rels/slide1.xml.rels": relations(("diagramData", "../d.xml")),
        "ppt/d.xml": f"<d {SPACES}><ptLst>{points}</ptLst><cxnLst>{ties}</cxnLst></d>",
    }
    ids = '<x:relIds xmlns:x="urn:x" r:dm="r1"/>'
    found = read(pptx(slide(title("T"), frame(ids)), parts=parts))
    assert blocks(found)[1:] == [
        ("item", "Build", ""),
        ("item", "Test", "Build"),
        ("item", "Sell", ""),
    ]


def test_notes_and_comments() -> None:
    """Speaker notes stand under a heading of their own; comments are counted in a note."""
    parts = {
        "ppt/slides/_rels/slide1.xml.rels": relations(
            ("notesSlide", "../n.xml"), ("comments", "../c.xml")
        ),
        "ppt/n.xml": slide(shape("Thank the board.", kind="body"), shape("1", kind="sldNum")),
        "ppt/c.xml": f"<p:cmLst {SPACES}><p:cm><p:text>Shorter?</p:text></p:cm></p:cmLst>",
    }
    found = read(pptx(slide(title("T"), shape("Words.")), parts=parts))
    assert blocks(found)[2:] == [("heading", "Notes", ""), ("text", "Thank the board.", "")]
    assert any("1 comment" in note for note in found.notes)


def test_slides_of_pictures_alone_are_told() -> None:
    """A slide that shows a picture and no words is named as unread."""
    found = read(pptx(slide(title("T")), slide("<p:pic/>"), slide("<p:pic/>")))
    assert any("slides 2 and 3" in reason for reason in found.unread)
    assert len(found.pages) == 3


def test_what_is_no_presentation_says_so() -> None:
    """Another kind of file is refused with what to do."""
    with pytest.raises(DocumentError, match=r"presentation.*\.pptx"):
        load(zipped({"other/part.xml": "<part/>"}), "a.pptx")


def test_groups_without_end_are_an_error_and_no_hang() -> None:
    """Shapes nested deeper than a parser goes cost an error that says what to do."""
    deep = "<p:grpSp>" * 300 + shape("deep") + "</p:grpSp>" * 300
    with pytest.raises(DocumentError, match=r"is nested too deep to be read; save it"):
        load(pptx(slide(title("T"), deep)), "a.pptx")


def test_words_in_many_groups_are_read() -> None:
    """No word is lost for the number of groups that it stands in."""
    deep = "<p:grpSp>" * 99 + shape("deep") + shape("words") + "</p:grpSp>" * 99
    assert read(pptx(slide(title("T"), deep))).text == "T\n\ndeep\n\nwords"
    drawn = "<draw:g>" * 99 + box("<text:p>deep</text:p>") + "</draw:g>" * 99
    page = f"<draw:page>{box('<text:p>T</text:p>', 'title')}{drawn}</draw:page>"
    assert read(odp(page), ".odp").text == "T\n\ndeep"


def odp(*pages: str, styles: str = "") -> bytes:
    body = f"<office:body><office:presentation>{''.join(pages)}</office:presentation></office:body>"
    return zipped(
        {
            "content.xml": f"<office:document-content{ODF}><office:automatic-styles>{styles}"
            f"</office:automatic-styles>{body}</office:document-content>"
        }
    )


def box(inner: str, kind: str = "", y: int = 1) -> str:
    return (
        f'<draw:frame presentation:class="{kind}" svg:x="1cm" svg:y="{y}cm" svg:width="9cm" '
        f'svg:height="1cm"><draw:text-box>{inner}</draw:text-box></draw:frame>'
    )


def test_opendocument_slides_are_read_alike() -> None:
    """Titles, lists, notes and hidden slides of LibreOffice are read like PowerPoint's."""
    entry = "<text:list-item><text:p>{}</text:p>{}</text:list-item>"
    inner = f"<text:list>{entry.format('Deep', '')}</text:list>"
    listed = f"<text:list>{entry.format('Entry', inner)}</text:list>"
    notes = f"<presentation:notes>{box('<text:p>Say it.</text:p>')}</presentation:notes>"
    raw = odp(
        "<draw:page>"
        + box(listed, "outline", 9)
        + box("<text:p>Between.</text:p>", y=5)
        + box("<text:p>Plan</text:p>", "title")
        + f"{notes}</draw:page>",
        f'<draw:page draw:style-name="h">{box("<text:p>Secret</text:p>")}</draw:page>',
        f"<draw:page>{box('<text:p>Last words here.</text:p>')}</draw:page>",
        styles='<style:style style:name="h" style:family="drawing-page">'
        '<style:drawing-page-properties presentation:visibility="hidden"/></style:style>',
    )
    found = read(raw, ".odp")
    assert blocks(found) == [
        ("heading", "Plan", ""),
        ("text", "Between.", ""),
        ("item", "Entry", ""),
        ("item", "Deep", "Entry"),
        ("heading", "Notes", ""),
        ("text", "Say it.", ""),
        ("heading", "Slide 3", ""),
        ("text", "Last words here.", ""),
    ]
    assert page_of(found.pages, found.text.index("Last words")) == 3
    assert any("hidden slide 2" in note for note in found.notes)
