"""DOCX files as blocks of text: paragraphs, and the rows of tables, in order.

What a file says of its own size is not trusted: a table cell may claim a million columns, and
an archive of kilobytes may hold gigabytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from rag.errors import DocumentError

MAX_UNPACKED = 200_000_000  # bytes of all parts; a file of 40 MB is nearly all pictures
MAX_COLUMNS = 63  # of a table in Word, so that a wider cell is none of its


def read_blocks(raw: bytes) -> tuple[list[str], dict[str, str]]:
    """The paragraphs and table rows of a DOCX file, and its title, author and language.

    Raises:
        DocumentError: it unpacks to more than any such file has reason to.
    """
    from docx import Document
    from lxml import etree

    _check_size(raw)
    try:
        document = Document(io.BytesIO(raw))
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise
    blocks = [block for block in _blocks(document) if block.strip()]
    core = document.core_properties
    return blocks, {"title": core.title, "author": core.author, "language": core.language}


def _check_size(raw: bytes) -> None:
    """Reading a part stops at the size that the archive gives for it, so a lie gains nothing."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())
    if unpacked > MAX_UNPACKED:
        raise DocumentError(
            f"unpacks to {unpacked / 1e6:,.0f} MB, over the limit of {MAX_UNPACKED / 1e6:.0f} MB; "
            "save it without what fills it up, or split it."
        )


def _blocks(document: Any) -> Iterator[str]:
    from docx.table import Table

    for item in document.iter_inner_content():
        if isinstance(item, Table):
            yield from _rows(item)
        else:
            yield item.text


def _rows(table: Any) -> Iterator[str]:
    """Each row on a line; a cell merged over several rows or columns stands in each."""
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
            cells += [text] * min(max(cell.grid_span, 1), MAX_COLUMNS)
        yield " | ".join(cells)
