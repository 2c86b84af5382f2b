"""White words are left out on white paper alone: on any other ground they are seen."""

from __future__ import annotations

import pytest

from tests.formats.sheet_writing import MAIN, sheet, xlsx
from tests.formats.sheet_writing import read as read_sheet
from tests.formats.test_opendocument import para as line
from tests.formats.test_opendocument import read as read_text
from tests.formats.test_opendocument import span
from tests.formats.test_word import cell, docx, para, read, run, table

WHITE = '<w:color w:val="FFFFFF"/>'
DARK = '<w:shd w:val="clear" w:color="auto" w:fill="1F3864"/>'
SEEN = para("The van is blue and stands before the depot.")
ANCHORED = '<w:r><w:drawing><wp:anchor behindDoc="1"><wp:wrapNone/></wp:anchor></w:drawing></w:r>'
STYLE = '<w:style w:type="{}" w:styleId="S"><w:name w:val="S"/>{}</w:style>'


@pytest.mark.parametrize(
    ("body", "styles"),
    [
        (para("So ", run("be it", WHITE), "."), ""),
        (para("So ", run("be it", '<w:rStyle w:val="S"/>'), "."),
         STYLE.format("character", f"<w:rPr>{WHITE}</w:rPr>")),
        (para("So", run(" be it", f'{WHITE}<w:shd w:val="clear" w:fill="FFFFFF"/>'), "."), ""),
        (table([cell("So."), cell("be it", WHITE)]), ""),
        (para(run("be it", '<w:color w:val="FEFEFE"/>'), "So."), ""),
    ],
)  # fmt: skip
def test_white_words_on_white_paper_are_left_out(body: str, styles: str) -> None:
    """What nobody sees is no word of the document, and a note says so."""
    got = read(docx(SEEN + body, styles=styles))
    assert "be it" not in got.text and "So" in got.text
    assert got.notes == ("has hidden words, which are left out",)


@pytest.mark.parametrize(
    ("body", "styles"),
    [
        (para(run("So be it", f"{WHITE}{DARK}")), ""),
        (para(run("So be it", f'{WHITE}<w:highlight w:val="black"/>')), ""),
        (para(run("So be it", WHITE), more=DARK), ""),
        (para(run("So be it", WHITE), style="S"),
         STYLE.format("paragraph", f"<w:pPr>{DARK}</w:pPr>")),
        (table([f"<w:tcPr>{DARK}</w:tcPr>{cell('So be it', WHITE)}", cell("x")]), ""),
        (table([cell("So be it", WHITE), cell("x")],
               properties='<w:tblPr><w:tblStyle w:val="S"/></w:tblPr>'),
         STYLE.format("table", f"<w:tblStylePr><w:tcPr>{DARK}</w:tcPr></w:tblStylePr>")),
        (para(f"<w:r><w:pict><w:txbxContent>{cell('So be it', WHITE)}</w:txbxContent></w:pict>"
              "</w:r>"), ""),
        (para(ANCHORED) + para(run("So be it", WHITE)), ""),
        (para(run("So be it, on a ground that is drawn nobody knows how.", WHITE)), ""),
        (para(run("So be it", '<w:color w:val="D9D9D9"/>')), ""),
    ],
)  # fmt: skip
def test_white_words_on_another_ground_are_kept(body: str, styles: str) -> None:
    """Shading, a picture, or most words being white speak of a ground that is not white."""
    got = read(docx(SEEN + body, styles=styles))
    assert "So be it" in got.text
    assert got.notes == ()


CELLS = sheet(["Name", "Pay"], ["Ada", 1], ["Bo", 2], ["Cy", 3], styles={"A4": 1})
WHITE_FONT, DARK_FONT = '<color rgb="FFFFFFFF"/>', '<color rgb="FF203864"/>'
NO_FILL = '<patternFill patternType="none"/>'


def looks(colour: str, fill: str) -> dict[str, str]:
    return {
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><fonts><font/><font>{colour}</font></fonts>'
        f"<fills><fill>{NO_FILL}</fill><fill>{fill}</fill></fills><cellXfs><xf/>"
        '<xf fontId="1" fillId="1"/></cellXfs></styleSheet>'
    }


def solid(colour: str) -> str:
    return f'<patternFill patternType="solid"><fgColor {colour}/></patternFill>'


RULE = '<conditionalFormatting sqref="{}"><cfRule type="top10"/></conditionalFormatting>'


@pytest.mark.parametrize(
    ("colour", "fill", "behind", "is_seen"),
    [
        (WHITE_FONT, NO_FILL, "", False),
        ('<color theme="0"/>', solid('rgb="FFFFFFFF"'), "", False),
        (WHITE_FONT, NO_FILL, RULE.format("B2:B4 C1"), False),
        (DARK_FONT, NO_FILL, "", True),
        ('<color theme="0" tint="-0.5"/>', NO_FILL, "", True),
        (WHITE_FONT, solid('rgb="FF203864"'), "", True),
        (WHITE_FONT, '<gradientFill degree="90"/>', "", True),
        (WHITE_FONT, NO_FILL, RULE.format("B2 A3:A9"), True),
        (WHITE_FONT, NO_FILL, '<picture r="a"/>', True),
    ],
)
def test_white_cells_on_a_white_ground_are_left_out(
    colour: str, fill: str, behind: str, is_seen: bool
) -> None:
    """A white cell is no cell unless something may give it another ground; a note says so."""
    cells = CELLS.replace("</sheetData>", f"</sheetData>{behind}")
    got = read_sheet(xlsx(cells, parts=looks(colour, fill)))
    assert ("Cy" in got.text) == is_seen and "Bo" in got.text
    note = "has 1 cell with white words on white, left out"
    assert got.notes == (() if is_seen else (note,))


ODF_WHITE = (
    '<style:style style:name="W" style:family="text"><style:text-properties fo:color="#ffffff"'
    ' {}/></style:style><style:style style:name="P" style:family="paragraph">'
    '<style:paragraph-properties {}/></style:style><style:style style:name="C" '
    'style:family="table-cell"><style:table-cell-properties {}/></style:style>'
    "<style:page-layout><style:page-layout-properties {}/></style:page-layout>"
)
GROUND = 'fo:background-color="#1f3864"'
IN_CELL = (
    '<table:table><table:table-row><table:table-cell table:style-name="C">{}</table:table-cell>'
    "</table:table-row></table:table>"
)
BOX = '<draw:frame text:anchor-type="as-char"><draw:text-box>{}</draw:text-box></draw:frame>'
ANCHOR = '<draw:frame text:anchor-type="paragraph"><draw:image/></draw:frame>'
LINE = line("So " + span("be it", "W") + ".", "P")


@pytest.mark.parametrize(
    ("body", "grounds", "is_seen"),
    [
        (LINE, ("", "", "", ""), False),
        (LINE, ("", "", "", 'fo:background-color="#ffffff"'), False),
        (LINE, ("", "", GROUND, ""), False),  # of cells, and this is none
        (IN_CELL.format(LINE), ("", "", "", ""), False),
        (LINE, (GROUND, "", "", ""), True),
        (LINE, ("", GROUND, "", ""), True),
        (LINE, ("", "", "", GROUND), True),
        (IN_CELL.format(LINE), ("", "", GROUND, ""), True),
        (line(BOX.format(LINE)), ("", "", "", ""), True),
        (line(ANCHOR) + LINE, ("", "", "", ""), True),
        (line(span("So be it, on a ground that nobody knows of.", "W")), ("", "", "", ""), True),
    ],
)
def test_white_words_of_opendocument(
    body: str, grounds: tuple[str, str, str, str], is_seen: bool
) -> None:
    """White words are left out of a text on white paper, and of no other."""
    got = read_text(
        line("The van is blue and stands in Vik.") + body, styles=ODF_WHITE.format(*grounds)
    )
    assert ("be it" in got.text) == is_seen and "So" in got.text
    assert got.notes == (() if is_seen else ("has hidden words, which are left out",))
