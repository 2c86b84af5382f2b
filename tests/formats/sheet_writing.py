"""Workbooks written by hand, so that a test knows what each cell shows."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

from rag.formats import READERS
from rag.formats.extracted import Extracted

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
BOLD, STRUCK = 1, 2  # styles of cells that every workbook here has
Row = list[str | int | float | None]
Block = tuple[str, str, str]


def zipped(parts: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def relations(*targets: tuple[str, str]) -> str:
    entries = "".join(
        f'<Relationship Id="r{at}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}">{entries}</Relationships>'


def letters(column: int) -> str:
    return chr(ord("A") + column)


def sheet(*rows: Row, styles: Mapping[str, int] | None = None, around: str = "{}") -> str:
    """Return a sheet; strings that begin with < are whole cells, styles are by place."""
    shown = ""
    for number, row in enumerate(rows, 1):
        cells = ""
        for column, value in enumerate(row):
            place = f"{letters(column)}{number}"
            style = (styles or {}).get(place, 0)
            if isinstance(value, str) and value.startswith("<"):
                cells += value.replace("<c", f'<c r="{place}" s="{style}"', 1)
            elif isinstance(value, str):
                words = f'<is><t xml:space="preserve">{escape(value)}</t></is>'
                cells += f'<c r="{place}" s="{style}" t="inlineStr">{words}</c>'
            elif value is not None:
                cells += f'<c r="{place}" s="{style}"><v>{value}</v></c>'
        shown += f'<row r="{number}">{cells}</row>' if cells else ""
    data = around.format(f"<sheetData>{shown}</sheetData>")
    return f'<worksheet xmlns="{MAIN}">{data}</worksheet>'


def xlsx(
    *sheets: str,
    names: tuple[str, ...] = ("Data", "More", "Rest"),
    states: Mapping[str, str] | None = None,
    codes: tuple[str, ...] = (),
    parts: Mapping[str, str] | None = None,
    workbook: str = "",
) -> bytes:
    """Return a workbook; the number format ``codes[n]`` is that of style 3 + n."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{at}" r:id="r{at}" '
        f'state="{(states or {}).get(name, "visible")}"/>'
        for at, (name, _) in enumerate(zip(names, sheets, strict=False), 1)
    )
    formats = "".join(
        f'<numFmt numFmtId="{200 + at}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
        for at, code in enumerate(codes)
    )
    looks = "".join(f'<xf numFmtId="0" fontId="{font}"/>' for font in range(3))
    looks += "".join(f'<xf numFmtId="{200 + at}" fontId="0"/>' for at in range(len(codes)))
    count = len(sheets)
    targets = [("worksheet", f"worksheets/sheet{at}.xml") for at in range(1, count + 1)]
    targets += [("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
    return zipped(
        {
            "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{workbook}'
            f"<sheets>{listed}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": relations(*targets),
            "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts>'
            "<fonts><font/><font><b/></font><font><strike/></font></fonts>"
            f"<cellXfs>{looks}</cellXfs></styleSheet>",
            **{f"xl/worksheets/sheet{at}.xml": part for at, part in enumerate(sheets, 1)},
            **(parts or {}),
        }
    )


def read(raw: bytes, ending: str = ".xlsx") -> Extracted:
    return READERS[ending](raw)


def blocks(found: Extracted) -> list[Block]:
    return [(b.kind, found.text[b.start : b.end], b.label) for b in found.blocks]


def shown(*rows: Row, styles: Mapping[str, int] | None = None, around: str = "{}") -> list[Block]:
    """Return what is read of a sheet, below its name."""
    return blocks(read(xlsx(sheet(*rows, styles=styles, around=around))))[1:]
