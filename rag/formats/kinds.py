"""What kind of file some bytes are, whatever its name says.

Programs and people give files wrong endings: a PDF that was saved as ``.txt``, a web page called
``.doc``. The first bytes of most formats tell (the PRONOM registry of the UK's National Archives
lists them); where they do, they go before the name.
"""

from __future__ import annotations

import io
import re
import zipfile
from contextlib import suppress

_PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"BM")
_ZIP, _OLE, _PDF, _RTF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-", b"{\\rtf"
_LOOKED_AT = 1_024  # bytes at the beginning; a PDF may have some others in front
# A part that only files of a kind have, by that kind's ending.
_PARTS = {
    "word/document.xml": ".docx",
    "xl/workbook.xml": ".xlsx",
    "ppt/presentation.xml": ".pptx",
    "META-INF/container.xml": ".epub",
}
_TYPES = {
    b"application/vnd.oasis.opendocument.text": ".odt",
    b"application/vnd.oasis.opendocument.spreadsheet": ".ods",
    b"application/vnd.oasis.opendocument.presentation": ".odp",
    b"application/epub+zip": ".epub",
}
# Streams of the compound files of old Office and Outlook.
_STREAMS = (
    ("WordDocument".encode("utf-16-le"), ".doc"),
    ("__properties_version1.0".encode("utf-16-le"), ".msg"),
    ("Workbook".encode("utf-16-le"), ".xls"),
    ("PowerPoint Document".encode("utf-16-le"), ".ppt"),
)
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,500}?-->\s*)?"
    rb"<(?:!doctype html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_MHTML = re.compile(
    rb"(?:^|\n)content-type:\s*multipart/related|(?:^|\n)snapshot-content-location:", re.IGNORECASE
)
_HEADER_LINE = re.compile(rb"\s*[A-Za-z][A-Za-z-]*:\s?\S")
_FAMILIES = (
    {".docx", ".docm", ".dotx"},
    {".xlsx", ".xlsm", ".xltx"},
    {".pptx", ".pptm", ".ppsx"},
    {".odt", ".ott"},
    {".ods", ".ots"},
    {".html", ".htm", ".xhtml", ".xml"},
    {".mhtml", ".mht"},
    {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".gif"},
)
# A text may begin with HTML and be about it; these are never that.
_NOT_TEXT = frozenset({".doc", ".docx", ".xls", ".xlsx", ".rtf", ".pdf", ".mhtml", ".mht"})


def true_ending(raw: bytes, ending: str) -> str:
    """Return the ending that some bytes should have: the given one unless they are clearly else.

    Args:
        raw: the bytes of a file.
        ending: the ending of its name in lower case, as ``.txt``.
    """
    told = _told_by(raw, ending)
    if told is None or any({told, ending} <= family for family in _FAMILIES):
        return ending
    return told


def _told_by(raw: bytes, ending: str) -> str | None:
    """Return the ending that the bytes tell, None where they tell nothing for sure."""
    head = raw[:_LOOKED_AT]
    if _PDF in head:
        return ".pdf"
    if head.startswith(_RTF):
        return ".rtf"
    if head.startswith(_ZIP):
        return _told_by_parts(raw)
    if head.startswith(_OLE):
        return next((kind for name, kind in _STREAMS if name in raw), None)
    if head.startswith(_PICTURES) and ending != ".txt":
        return ".png"
    if ending in {".html", ".htm"} and _HEADER_LINE.match(head) and _MHTML.search(head):
        return ".mhtml"
    return ".html" if ending in _NOT_TEXT and _HTML.match(head) else None


def _told_by_parts(raw: bytes) -> str | None:
    damaged = (zipfile.BadZipFile, KeyError, OSError, RuntimeError, NotImplementedError)
    with suppress(*damaged), zipfile.ZipFile(io.BytesIO(raw)) as archive:
        names = set(archive.namelist())
        found = next((kind for part, kind in _PARTS.items() if part in names), None)
        if "mimetype" in names and archive.getinfo("mimetype").file_size < _LOOKED_AT:
            found = _TYPES.get(archive.read("mimetype").strip(), found)
        return found
    return None
