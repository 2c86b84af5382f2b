"""Spreadsheets: what a cell shows of its number, formula and words, and what is left out."""

from __future__ import annotations

from tests.formats.sheet_writing import MAIN, STRUCK, Row, blocks, read, relations, sheet, xlsx

NUMBERS = (
    ("39500", "General", "39500"),
    ("0.30000000000000004", "General", "0.3"),
    ("0.33333333333333331", "General", "0.3333333333"),
    ("123456789012", "General", "123456789012"),
    ("0.125", "0.0%", "12.5%"),
    ("0.125", "0%", "13%"),
    ("39500", "#,##0", "39,500"),
    ("-5.5", "0.00;(0.00)", "(5.50)"),
    ("-1200", "[$$-409]#,##0;[Red]-[$$-409]#,##0", "-$1,200"),
    ("1200", '_-* #,##0.00\\ [$€-407]_-;_-* "-"??_-', "1,200.00 €"),
    ("0", '0.00;-0.00;"nil"', "nil"),
    ("1234", "00000", "01234"),
    ("5551234567", "(000) 000-0000", "(555) 123-4567"),
    ("1234567", '0.0,,"M"', "1.2M"),
    ("123456", "0.00E+00", "1.23E+05"),
    ("2.25", "# ??/??", "2 1/4"),
    ("17", '0" km"', "17 km"),
    ("12", '[>10]"high";"low"', "high"),
    ("45325", "dd/mm/yyyy;@", "03/02/2024"),
    ("45325", "[$-407]d/ mmmm yyyy", "2024-02-03"),
    ("45325", "[$-407]dd.mm.yy", "03.02.24"),
    ("45325", "[$-809]dddd, d mmmm yyyy", "Saturday, 3 February 2024"),
    ("45325", "[$-F800]dddd, mmmm dd, yyyy", "2024-02-03"),
    ("45325", 'yyyy"年"m"月"d"日"', "2024年2月3日"),
    ("45325", '[$-411]ggge"年"m"月"d"日"', "2024-02-03"),
    ("45325", "[$-407]d. mmm", "3. Feb"),
    ("45325", "mmm-yy", "Feb-24"),
    ("45325.604166666664", "m/d/yy h:mm", "2/3/24 14:30"),
    ("0.604166666666667", "h:mm AM/PM", "2:30 PM"),
    ("1.5", "[h]:mm", "36:00"),
    ("1", "yyyy-mm-dd", "1900-01-01"),
    ("61", "yyyy-mm-dd", "1900-03-01"),
)


def test_numbers_and_dates_are_as_their_formats_show_them() -> None:
    """A number or date is what the sheet shows of it, ISO 8601 where the program chooses."""
    rows: list[Row] = [["Name", "Value", "Text"]]
    rows += [
        [f"n{at}", f"<c><v>{number}</v></c>", "x"] for at, (number, _, _) in enumerate(NUMBERS)
    ]
    styles = {f"B{at + 2}": at + 3 for at in range(len(NUMBERS))}
    raw = xlsx(sheet(*rows, styles=styles), codes=tuple(code for _, code, _ in NUMBERS))
    found = [text for kind, text, _ in blocks(read(raw)) if kind == "row"]
    assert found == [f"n{at} | {words} | x" for at, (_, _, words) in enumerate(NUMBERS)]


def test_days_may_be_counted_from_1904() -> None:
    """A workbook that counts days as the Macintosh did shows the same dates as there."""
    raw = xlsx(
        sheet(["Due", "Amount"], ["<c><v>43863</v></c>", 5], styles={"A2": 3}),
        codes=("yyyy-mm-dd",),
        workbook='<workbookPr date1904="1"/>',
    )
    assert "2024-02-03 | 5" in read(raw).text


def test_formulas_show_their_stored_results() -> None:
    """Of a formula the result is read; without one that is told, and errors are as shown."""
    raw = xlsx(
        sheet(
            ["Sum", "<c><f>1+1</f><v>2</v></c>", "<c t='e'><f>1/0</f><v>#DIV/0!</v></c>"],
            ["Sure", "<c t='b'><v>1</v></c>", "<c><f>A9*2</f></c>"],
        )
    )
    found = read(raw)
    assert "Sum | 2 | #DIV/0!" in found.text
    assert "Sure | TRUE" in found.text
    assert "1/0" not in found.text
    assert any("1 formula without a stored result" in reason for reason in found.unread)


def test_struck_out_words_are_left_out() -> None:
    """Neither a struck-out cell nor a struck-out part of one is read; a note says so."""
    rich = (
        "<c t='inlineStr'><is><r><rPr><strike/></rPr><t>old </t></r><r><t>4,210</t></r>"
        "<r><rPr><vertAlign val='superscript'/></rPr><t>3</t></r></is></c>"
    )
    found = read(xlsx(sheet(["gone", "Kept", rich], styles={"A1": STRUCK})))
    assert "gone" not in found.text
    assert "old" not in found.text
    assert "4,210³" in found.text
    assert any("2 cells with struck-out" in note for note in found.notes)


def test_hidden_rows_and_columns_are_left_out() -> None:
    """What the sheet does not show is not read; a note says how much there is."""
    shows = sheet(
        ["Name", "Pay", "Since"],
        ["Ada", 1, 2019],
        ["Bo", 2, 2020],
        around="<cols><col min='2' max='2' hidden='1'/></cols>{}",
    )
    found = read(xlsx(shows.replace('<row r="3">', '<row r="3" hidden="1">')))
    assert "Ada" in found.text
    assert not {"Bo", "Pay"} & set(found.text.replace(":", " ").split())
    assert any("1 hidden row and 1 hidden column" in note for note in found.notes)


def test_comments_and_text_boxes() -> None:
    """Comments are counted in a note; the words of a box on the sheet are read."""
    parts = {
        "xl/worksheets/_rels/sheet1.xml.rels": relations(
            ("comments", "../comments1.xml"), ("drawing", "../drawings/drawing1.xml")
        ),
        "xl/comments1.xml": f'<comments xmlns="{MAIN}"><commentList><comment ref="A1"><text>'
        "<t>Ask Eva.</t></text></comment></commentList></comments>",
        "xl/drawings/drawing1.xml": '<d xmlns:a="urn:a"><txBody><a:p><a:r><a:t>Mind the gap.'
        "</a:t></a:r></a:p></txBody></d>",
    }
    found = read(xlsx(sheet(["a", 1]), parts=parts))
    assert "Ask Eva" not in found.text
    assert any("1 comment" in note for note in found.notes)
    assert "Mind the gap." in found.text
