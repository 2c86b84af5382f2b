"""Text and metadata out of the bytes of a file, by its format.

READERS says which function reads which ending. Each returns the text, which is stored and never
altered afterwards, and what the file says about itself. Parsers may fail in any way:
:func:`rag.documents.loading.load` says so of the file.
"""

from __future__ import annotations

import codecs
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from rag.documents.metadata import Metadata, split_front_matter
from rag.errors import DocumentError

Extracted = tuple[str, Metadata]

# Longer marks first: the UTF-32 one begins with the UTF-16 one.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAX_CONTROL_SHARE = 0.02  # of control characters; text has next to none, binary data a fifth
# Sound UTF-8 characters beyond ASCII for each damaged one; text in other encodings has hardly any.
_MIN_WHOLE = 5
_TEXT_CONTROLS = "\t\n\r\f\v\x1b\x85"


def _read_text(raw: bytes) -> Extracted:
    meta, text = split_front_matter(_decode(raw))
    return text, meta


def _decode(raw: bytes) -> str:
    """Decode a text file: by its byte order mark, as UTF-8, else by detection.

    Line ends are left as they are, a byte order mark is dropped.

    Raises:
        DocumentError: the bytes are not text.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError as error:
                raise DocumentError(
                    f"begins as {encoding} and goes on as something else; save it as UTF-8."
                ) from error
    if b"\0" not in raw:
        text = _decode_unmarked(raw)
        controls = sum(1 for char in text if char < " " and char not in _TEXT_CONTROLS)
        if controls <= _MAX_CONTROL_SHARE * len(text):
            return text
    raise DocumentError("is binary data, not text; give it the ending of its real format.")


def _decode_unmarked(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("utf-8", "replace")
    damaged = text.count("\N{REPLACEMENT CHARACTER}")
    whole = sum(1 for char in text if char > "\x7f") - damaged
    if whole >= _MIN_WHOLE * damaged:
        return text  # UTF-8 with a few damaged characters
    from charset_normalizer import from_bytes

    best = from_bytes(raw).best()
    if best is None:
        raise DocumentError("has an encoding that was not recognised; save it as UTF-8.")
    return str(best)


def _read_markdown(raw: bytes) -> Extracted:
    from markdown_it import MarkdownIt

    meta, source = split_front_matter(_decode(raw))
    blocks: list[str] = []
    heading = False
    row: list[str] | None = None
    for token in MarkdownIt("commonmark").enable("table").parse(source):
        if token.type == "heading_open":
            heading = token.tag == "h1"
        if token.type == "inline":
            words = "".join(
                "\n" if child.type in ("softbreak", "hardbreak") else child.content
                for child in token.children or ()
                if child.type in ("softbreak", "hardbreak", "text", "code_inline")
            )
            (blocks if row is None else row).append(words)
            if heading and words.strip():
                meta.setdefault("title", words.strip())
            heading = False
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            blocks.append(" | ".join(row or ()))
            row = None
        elif token.type in ("fence", "code_block"):
            blocks.append(token.content.rstrip("\n"))
    return "\n\n".join(blocks), meta


# trafilatura's names of what a page says about itself, and ours.
_PAGE_FIELDS = {
    **{"title": "title", "author": "author", "sitename": "outlet", "date": "published"},
    **{"url": "url", "language": "language"},
}
_PAGE_LANGUAGE = re.compile(rb"<html\b[^>]{0,500}?\blang=[\"']?([A-Za-z]{2,3})\b", re.IGNORECASE)


def _read_html(raw: bytes) -> Extracted:
    import trafilatura

    page = trafilatura.bare_extraction(
        raw,
        with_metadata=True,
        include_comments=False,
        favor_recall=True,
        # No date that merely stands in the story or beside a copyright.
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    fields = page if isinstance(page, dict) else page.as_dict() if page else {}
    # Extraction gives up on pages of a line or two; their whole text is then the article.
    text = fields.get("text") or trafilatura.html2txt(raw)
    if not text:
        raise DocumentError("holds no article text; save the page again or remove it.")
    meta = {ours: fields[name] for name, ours in _PAGE_FIELDS.items() if fields.get(name)}
    if "published" in meta:
        meta["published_basis"] = "stated: in the page"
    language = _PAGE_LANGUAGE.search(raw)
    if language:
        meta.setdefault("language", language[1].decode("ascii"))
    return text, meta


def _read_pdf(raw: bytes) -> Extracted:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PdfReadError

    try:
        reader = PdfReader(io.BytesIO(raw))
        locked = reader.is_encrypted and not reader.decrypt("")
    except DependencyError as error:  # AES needs a package that is not required
        raise DocumentError("is encrypted; save it without encryption.") from error
    if locked:
        raise DocumentError("is locked with a password; save it without one.")
    try:
        pages = [page.extract_text() for page in reader.pages]
    except PdfReadError as error:
        raise DocumentError(f"is a broken PDF ({error}); export it again.") from error
    text = "\n\n".join(pages)
    if pages and not text.strip():
        raise DocumentError("is a PDF without a text layer; run OCR on it first.")
    info = reader.metadata
    found = {"title": info.title if info else None, "author": info.author if info else None}
    return text, {key: value for key, value in found.items() if value}


_MAX_UNPACKED = 200_000_000  # bytes of all parts; a file of 40 MB is nearly all pictures
_MAX_COLUMNS = 63  # of a table in Word; a cell that claims more is not from Word


def _read_docx(raw: bytes) -> Extracted:
    """Read paragraphs and the rows of tables, in order.

    What a file says of its own size is not trusted: a table cell may claim a million columns,
    and an archive of kilobytes may hold gigabytes.
    """
    from docx import Document
    from lxml import etree

    _check_unpacked_size(raw)
    try:
        document = Document(io.BytesIO(raw))
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise
    blocks = [block for block in _docx_blocks(document) if block.strip()]
    core = document.core_properties
    found = {"title": core.title, "author": core.author, "language": core.language}
    return "\n\n".join(blocks), {key: value for key, value in found.items() if value}


def _check_unpacked_size(raw: bytes) -> None:
    """Refuse an archive that says that it is large; one that lies is cut off where it says."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())
    if unpacked > _MAX_UNPACKED:
        raise DocumentError(
            f"unpacks to {unpacked / 1e6:,.0f} MB, over the limit of {_MAX_UNPACKED / 1e6:.0f} MB; "
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


READERS: dict[str, Callable[[bytes], Extracted]] = {
    ".txt": _read_text,
    ".md": _read_markdown,
    ".html": _read_html,
    ".htm": _read_html,
    ".pdf": _read_pdf,
    ".docx": _read_docx,
}
