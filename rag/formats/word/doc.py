"""Word documents of the time before 2007 (.doc): words, tables and headings."""

from __future__ import annotations

import io
import struct
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, NamedTuple

from rag.errors import DocumentError
from rag.formats.extracted import Builder, Extracted
from rag.formats.packages import stated_fields
from rag.formats.word.layout import FlowWriter
from rag.formats.word.losses import TextLosses
from rag.formats.word.rich.flow import RtfFlow, RtfParagraph

_OLE, _ZIP, _RTF = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"{\\rtf"
_MAGIC = 0xA5EC  # of Word 97 and later
_ENCRYPTED, _TABLE_ONE = 0x0100, 0x0200  # flags at the head
_PAGE = 512  # bytes of a page of properties
_MAX_PIECES = 200_000
_COMPRESSED = 0x40000000  # of a piece: one byte a character
# Operands of properties have a length by the top three bits of their code.
_OPERANDS = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
_ROW_CELLS = 0xD608  # how the cells of a row lie; the one property with its length in two bytes
_CELL_SIZE = 20  # bytes that say of each cell how it is joined with others
_BESIDE, _BELOW = (0x03, 0x01), (0x60, 0x20)  # bits, and their value where a cell goes on another
_ROW_HEADER = 0x3404
_DELETED, _INSERTED, _BOLD, _STRUCK, _HIDDEN = 0x0800, 0x0801, 0x0835, 0x0837, 0x083C
_TWICE_STRUCK, _RISE, _IN_TABLE, _ROW_END = 0x2A53, 0x2A48, 0x2416, 0x2417
_LEVEL, _LIST = 0x260A, 0x460B
# Where the head counts the characters of what stands behind the text.
_ELSEWHERE = {0x50: "footnotes", 0x60: "endnotes", 0x64: "text boxes"}
_RISES = {1: 1, 2: -1}
_HEADINGS = range(1, 10)  # numbers of the styles of headings
_FIELD_BEGIN, _FIELD_RESULT, _FIELD_END = "\x13\x14\x15"
_SIGNS = {"\x0b": "\n", "\x1e": "-", "\x1f": "", "\x0e": "\n", "\t": "\t"}
_MAX_LEVEL = 6


def read_doc(raw: bytes) -> Extracted:
    """Read a document of Word 97 to 2003.

    Many files of that ending are something else, which Word opens without a word.
    """
    from rag.formats.word.docx import read_docx
    from rag.formats.word.rtf import read_rtf

    if raw.startswith(_RTF):
        return read_rtf(raw)
    if raw.startswith(_ZIP):
        return read_docx(raw)
    if not raw.startswith(_OLE):
        raise DocumentError("is no Word document; give it the ending of its real format.")
    import olefile

    with olefile.OleFileIO(io.BytesIO(raw)) as ole:
        if ole.exists("EncryptedPackage"):
            raise DocumentError("is locked with a password; save it without one.")
        if not ole.exists("WordDocument"):
            raise DocumentError("holds no Word document; save it again as .docx.")
        main = ole.openstream("WordDocument").read()
        magic, flags = _number(main, 0, "H"), _number(main, 10, "H")
        if flags & _ENCRYPTED:
            raise DocumentError("is locked with a password; save it without one.")
        table = "1Table" if flags & _TABLE_ONE else "0Table"
        if magic != _MAGIC or not ole.exists(table):
            raise DocumentError("is of a Word older than Word 97; save it again as .docx.")
        reader = _DocReader(main, ole.openstream(table).read())
        return reader.extracted(ole.get_metadata())


class _StoredRun(NamedTuple):
    """Characters of one look: where they lie in the file, and their properties."""

    words: str
    at: int
    width: int  # bytes a character
    look: dict[int, int]


class _StoredProperties:
    """Properties of stretches of a file, from the pages that hold them."""

    def __init__(self, main: bytes, table: bytes, at: int, entry: int) -> None:
        """Read the list of pages that the head of a file points to.

        Args:
            main, table: the streams.
            at: where the head says where the list is.
            entry: bytes of an entry in a page: 1 for characters, 13 for paragraphs.
        """
        start, size = _number(main, at, "I"), _number(main, at + 4, "I")
        count = max(min(size, len(table) - start) - 4, 0) // 8
        self._found: dict[int, dict[int, int]] = {}
        for number in range(count):
            page = _number(table, start + 4 * (count + 1) + 4 * number, "I") * _PAGE
            self._read(main[page : page + _PAGE], entry)
        self.edges = sorted(self._found)

    def _read(self, page: bytes, entry: int) -> None:
        if len(page) < _PAGE:
            return
        runs = min(page[-1], (_PAGE - 5) // (4 + entry))
        for run in range(runs):
            first, end = _number(page, 4 * run, "I"), _number(page, 4 * run + 4, "I")
            at = page[4 * (runs + 1) + entry * run] * 2
            self._found[first] = _grouped(page, at, style=entry > 1) if at else {}
            self._found.setdefault(end, {})

    def at(self, place: int) -> dict[int, int]:
        """Return the properties of what lies at a place in the file."""
        found = bisect_right(self.edges, place) - 1
        return self._found[self.edges[found]] if found >= 0 else {}


def _grouped(page: bytes, at: int, *, style: bool) -> dict[int, int]:
    """Return the properties at a place in a page; of a paragraph its style with the key 0."""
    found: dict[int, int] = {}
    size = page[at]
    at += 1
    if style:
        if not size:
            size, at = page[at] * 2, at + 1
        else:
            size = size * 2 - 1
        found[0] = _number(page, at, "H")
    end, at = min(at + size, len(page)), at + (2 if style else 0)
    while at + 2 < end:
        code = _number(page, at, "H")
        at += 2
        length = _OPERANDS.get(code >> 13)
        if length is None:
            wide = code == _ROW_CELLS
            length = _number(page, at, "H") + 1 if wide else page[at] + 1
            if wide:
                found[code] = int.from_bytes(page[at + 2 : min(at + length, end)], "little")
        else:
            found[code] = int.from_bytes(page[at : min(at + length, end)], "little")
        at += length
    return found


class _DocReader:
    """Reads one document."""

    def __init__(self, main: bytes, table: bytes) -> None:
        self._main, self._table = main, table
        self._looks = _StoredProperties(main, table, 0xFA, 1)
        self._standings = _StoredProperties(main, table, 0x102, 13)
        self._fields: list[bool] = []  # of those that are open, whether their result has begun
        self._changes = 0
        self._last = ""
        self._struck = self._hidden = self._listed = False

    def extracted(self, stated: Any) -> Extracted:
        """Return the document, with what its properties state."""
        builder = Builder()
        flow = RtfFlow()
        for run in self._runs():
            self._add(run, flow)
        FlowWriter(builder).write(flow.finish(RtfParagraph()))
        builder.remark([(self._changes, "has tracked changes, read as finally intended")])
        TextLosses(struck=self._struck, hidden=self._hidden).report(builder)
        lost = [name for at, name in _ELSEWHERE.items() if _number(self._main, at, "I")]
        lost += ["numbers of lists"] if self._listed else []
        if lost:
            builder.unread.append(f"has {', '.join(lost)} that were not read; save it as .docx")
        encoding = f"cp{stated.codepage}" if (stated.codepage or 0) > 0 else "cp1252"
        encoding = "utf-8" if encoding == "cp65001" else encoding
        title, author = (
            (value or b"").decode(encoding, "replace") for value in (stated.title, stated.author)
        )
        return builder.extracted(stated_fields(title, author))

    def _runs(self) -> Iterator[_StoredRun]:
        """Yield the words of the text in order, cut where their look changes."""
        left = _number(self._main, 0x4C, "I")
        for at, width, count in self._pieces():
            count = min(count, left)
            left -= count
            end = at + count * width
            while at < end:
                cut = bisect_right(self._looks.edges, at)
                stop = self._looks.edges[cut] if cut < len(self._looks.edges) else end
                stop = min(max(stop, at + width), end)
                stop -= (stop - at) % width
                raw = self._main[at:stop]
                words = raw.decode("cp1252" if width == 1 else "utf-16-le", "replace")
                yield _StoredRun(words, at, width, self._looks.at(at))
                at = max(stop, at + width)

    def _pieces(self) -> Iterator[tuple[int, int, int]]:
        """Yield where the pieces of the text lie: the place, bytes a character, characters."""
        start, size = _number(self._main, 0x1A2, "I"), _number(self._main, 0x1A6, "I")
        part = self._table[start : start + size]
        at = 0
        while at < len(part) and part[at] == 1:  # properties, which pieces may refer to
            at += 3 + _number(part, at + 1, "H")
        plan = part[at + 5 :]
        count = min(max(len(plan) - 4, 0) // 12, _MAX_PIECES)
        for number in range(count):
            first, end = _number(plan, 4 * number, "I"), _number(plan, 4 * number + 4, "I")
            place = _number(plan, 4 * (count + 1) + 8 * number + 2, "I")
            narrow = bool(place & _COMPRESSED)
            place &= _COMPRESSED - 1
            if end > first and place < len(self._main):
                yield (place // 2 if narrow else place), (1 if narrow else 2), end - first

    def _add(self, run: _StoredRun, flow: RtfFlow) -> None:
        look = run.look
        gone = bool(look.get(_DELETED))
        change = "gone" if gone else "new" if look.get(_INSERTED) else ""
        self._changes += bool(change) and change != self._last
        self._last = change
        held = ""
        for number, char in enumerate(run.words):
            if char in "\r\x07\x0c":
                self._put(held, look, flow)
                held = ""
                if not gone:
                    self._end(char, run.at + number * run.width, flow)
            elif char == _FIELD_BEGIN or char in (_FIELD_RESULT, _FIELD_END):
                self._put(held, look, flow)
                held = ""
                self._field(char)
            elif char >= " " or char in _SIGNS:
                held += _SIGNS.get(char, char)
        self._put(held, look, flow)

    def _put(self, words: str, look: dict[int, int], flow: RtfFlow) -> None:
        if not words or not all(self._fields):
            return
        struck = bool(look.get(_STRUCK) or look.get(_TWICE_STRUCK))
        hidden, gone = bool(look.get(_HIDDEN)), bool(look.get(_DELETED))
        self._struck |= struck and not gone
        self._hidden |= hidden and not gone
        if struck or hidden or gone:
            flow.cut = True
        else:
            flow.put(words, _RISES.get(look.get(_RISE, 0), 0), bool(look.get(_BOLD)))

    def _field(self, char: str) -> None:
        if char == _FIELD_BEGIN:
            self._fields.append(False)
        elif self._fields and char == _FIELD_RESULT:
            self._fields[-1] = True
        elif self._fields:
            self._fields.pop()

    def _end(self, char: str, place: int, flow: RtfFlow) -> None:
        """End a paragraph, a cell, a row or a page."""
        standing = self._standings.at(place)
        level = standing.get(0, 0) if standing.get(0, 0) in _HEADINGS else 0
        listed = standing.get(_LEVEL, 0) if standing.get(_LIST) else None
        self._listed |= listed is not None
        inside = 1 if standing.get(_IN_TABLE) else 0
        paragraph = RtfParagraph(tables=inside, listed=listed)
        if char == "\x07":
            if standing.get(_ROW_END):
                _define_row(standing, flow)
                flow.end_row(1)
            else:
                flow.end_cell(paragraph, 0, 1)
        else:
            flow.end_paragraph(paragraph, min(level, _MAX_LEVEL))


def _define_row(standing: dict[int, int], flow: RtfFlow) -> None:
    """Say where the cells of a row end, and which of them go on others, if the file says it.

    A row of many cells has that elsewhere; its cells stand for themselves.
    """
    flow.define_row()
    if standing.get(_ROW_HEADER):
        flow.mark_header()
    stated = standing.get(_ROW_CELLS, 0)
    raw = stated.to_bytes((stated.bit_length() + 7) // 8, "little")
    count = raw[0] if raw else 0
    cells = 1 + 2 * (count + 1)
    raw = raw.ljust(cells + _CELL_SIZE * count, b"\0")  # zeros at the end are none of a number
    for at in range(count):
        edge = struct.unpack("<h", raw[2 * at + 3 : 2 * at + 5])[0]
        joined = _number(raw, cells + _CELL_SIZE * at, "H")
        for (bits, value), below in ((_BESIDE, False), (_BELOW, True)):
            if joined & bits == value:
                flow.merge_cell(below=below)
        flow.define_cell(edge)


def _number(raw: bytes, at: int, form: str) -> int:
    """Return a number at a place, 0 beyond the end."""
    size = struct.calcsize(f"<{form}")
    return int.from_bytes(raw[at : at + size], "little") if 0 <= at <= len(raw) - size else 0
