"""Word documents."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from rag.errors import DocumentError
from rag.formats.extracted import Extracted

MAX_UNPACKED = 200_000_000  # bytes of all parts; a file of 40 MB is nearly all pictures
_MAX_COLUMNS = 63  # of a table in Word; a cell that claims more is not from Word


def read_docx(raw: bytes) -> Extracted:
    """Read paragraphs and the rows of tables, in order.

    What a file says of its own size is not trusted: a table cell may claim a million columns,
    and an archive of kilobytes may hold gigabytes.
    """
    from docx import Document
    from lxml import etree

    check_unpacked_size(raw)
    try:
        document = Document(io.BytesIO(raw))
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise
    blocks = [block for block in _docx_blocks(document) if block.strip()]
    core = document.core_properties
    found = {"title": core.title, "author": core.author, "language": core.language}
    return Extracted("\n\n".join(blocks), {key: value for key, value in found.items() if value})


def check_unpacked_size(raw: bytes) -> None:
    """Refuse an archive that says that it is large; one that lies is cut off where it says."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())
    if unpacked > MAX_UNPACKED:
        raise DocumentError(
            f"unpacks to {unpacked / 1e6:,.0f} MB, over the limit of {MAX_UNPACKED / 1e6:.0f} MB; "
            "save it without what fills it up, or split it."
        )


def _docx_blocks(document: Any) -> Iterator[str]:
    from docx.table import Table

    for item in document.iter_inner_content():
        if isinstance(item, Table):
            yield from _docx_rows(item)
        else:
            yield item.text


def _docx_rows(table: Any) -> Iterator[str]:
    """Yield each row on a line; a cell merged over several rows or columns stands in each."""
    from docx.oxml.ns import qn
    from docx.text.paragraph import Paragraph

    above: dict[int, str] = {}
    for row in table._tbl.iterchildren(qn("w:tr")):
        cells: list[str] = []
        for cell in row.iterchildren(qn("w:tc")):
            column = len(cells)
            paragraphs = cell.iterchildren(qn("w:p"))
            text = "\n".join(Paragraph(each, table).text for each in paragraphs)
            text = above.get(column, "") if cell.vMerge == "continue" else text
            above[column] = text
            cells += [text] * min(max(cell.grid_span, 1), _MAX_COLUMNS)
        yield " | ".join(cells)
