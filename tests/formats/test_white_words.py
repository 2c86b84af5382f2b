"""White words are left out on white paper alone: on any other ground they are seen."""

from __future__ import annotations

import pytest

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
