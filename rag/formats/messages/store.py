"""What an Outlook file holds: properties of a message, its recipients and what is attached."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from rag.errors import DocumentError
from rag.formats.messages.headers import decoded

_MAX_STREAM = 50_000_000  # bytes of a property
_MAX_CHILDREN = 2_000  # recipients or attachments
_ENTRY = struct.Struct("<HHL8s")  # of the stream of properties: type, id, flags, value
_TEXT, _TEXT_8, _BINARY, _TIME = 0x001F, 0x001E, 0x0102, 0x0040
_CODE_PAGES = (0x3FFD, 0x3FDE)  # of the strings, of the body
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)  # times count tenths of microseconds from it
# Numbers of encodings that are no "cp" with the number.
_NAMED_PAGES = {
    **{65001: "utf-8", 65000: "utf-7", 20127: "us-ascii", 936: "gb18030", 54936: "gb18030"},
    **{20866: "koi8-r", 21866: "koi8-u", 50220: "iso-2022-jp", 51932: "euc-jp", 51949: "euc-kr"},
    **{28590 + number: f"iso-8859-{number}" for number in range(1, 16)},
}
# What every compressed text may refer back to (MS-OXRTFCP 2.1.3.1.1).
_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    b"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    b"\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_WINDOW = 4_096  # bytes that a reference may look back
_COMPRESSED, _STORED = b"LZFu", b"MELA"


class OutlookStore:
    """A message in an Outlook file, or one of its recipients or attachments."""

    def __init__(self, file: Any, place: tuple[str, ...] = (), header: int = 32) -> None:
        """Take the file (olefile's), where in it, and the size of the header of the properties."""
        self._file = file
        self._place = place
        self._header = header

    def text(self, *ids: int) -> str:
        """Return the first of some properties that is not blank, as text."""
        return next(filter(str.strip, map(self._text, ids)), "")

    def _text(self, number: int) -> str:
        wide = self._stream(number, _TEXT)
        if wide:
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        return decoded(self._stream(number, _TEXT_8), self.encoding).rstrip("\0")

    def binary(self, number: int) -> bytes:
        """Return a property that is neither text nor a number."""
        return self._stream(number, _BINARY)

    def number(self, number: int) -> int:
        """Return a property that is a number, 0 where there is none."""
        return int.from_bytes(self._fixed.get(number, (0, b""))[1][:4], "little")

    def time(self, *ids: int) -> datetime | None:
        """Return the first of some properties that is a time, in UTC."""
        for number in ids:
            kind, value = self._fixed.get(number, (0, b""))
            count = int.from_bytes(value, "little")
            if kind == _TIME and count:
                try:
                    return _EPOCH + timedelta(microseconds=count // 10)
                except OverflowError:
                    continue
        return None

    @property
    def encoding(self) -> str:
        """The name of the encoding of what is not UTF-16."""
        page = next(filter(None, map(self.number, _CODE_PAGES)), 1252)
        return _NAMED_PAGES.get(page, f"cp{page}")

    def recipients(self) -> Iterator[OutlookStore]:
        """Yield those that a message went to."""
        yield from self._children("__recip_version1.0_#")

    def attachments(self) -> Iterator[OutlookStore]:
        """Yield what is attached to a message."""
        yield from self._children("__attach_version1.0_#")

    def embedded(self) -> OutlookStore | None:
        """Return the message that is attached here, None where it is none."""
        place = (*self._place, "__substg1.0_3701000D")
        inside = OutlookStore(self._file, place, header=24)
        return inside if self._file.exists([*place, "__properties_version1.0"]) else None

    def _children(self, begins: str) -> Iterator[OutlookStore]:
        depth = len(self._place)
        names = {
            path[depth]
            for path in self._file.listdir(streams=True, storages=True)
            if len(path) > depth and tuple(path[:depth]) == self._place
        }
        found = sorted(name for name in names if name.startswith(begins))
        if len(found) > _MAX_CHILDREN:
            raise DocumentError(f"has more than {_MAX_CHILDREN:,} recipients or attachments.")
        for name in found:
            yield OutlookStore(self._file, (*self._place, name), header=8)

    def _stream(self, number: int, kind: int) -> bytes:
        return self._read(f"__substg1.0_{number:04X}{kind:04X}")

    def _read(self, name: str) -> bytes:
        path = [*self._place, name]
        if not self._file.exists(path) or self._file.get_type(path) != _STREAM:
            return b""
        if self._file.get_size(path) > _MAX_STREAM:
            raise DocumentError("holds a text or a file that is too large; save it as parts.")
        with self._file.openstream(path) as stream:
            return bytes(stream.read())

    @cached_property
    def _fixed(self) -> dict[int, tuple[int, bytes]]:
        """The properties of a fixed size, by their ids."""
        raw = self._read("__properties_version1.0")[self._header :]
        whole = len(raw) - len(raw) % _ENTRY.size
        return {number: (kind, value) for kind, number, _, value in _ENTRY.iter_unpack(raw[:whole])}


_STREAM = 2  # olefile's type of what holds bytes


def decompressed(raw: bytes) -> bytes:
    """Return the RTF in a compressed body (MS-OXRTFCP), empty where it is none."""
    if len(raw) < 16:
        return b""
    size, kind = int.from_bytes(raw[4:8], "little"), raw[8:12]
    if kind == _STORED:
        return raw[16 : 16 + size]
    if kind != _COMPRESSED or size > _MAX_STREAM:
        return b""
    out = bytearray(_DICTIONARY)
    at, start = 16, len(_DICTIONARY)
    while at < len(raw) and len(out) - start < size:
        flags = raw[at]
        at += 1
        for bit in range(8):
            if not flags >> bit & 1:
                out += raw[at : at + 1]
                at += 1
                continue
            reference = int.from_bytes(raw[at : at + 2], "big")
            at += 2
            # Offsets count from the beginning of a window that is written round and round.
            back = (len(out) - (reference >> 4)) % _WINDOW
            if back == 0 or at > len(raw):
                return bytes(out[start : start + size])
            for _ in range((reference & 0xF) + 2):
                out.append(out[-back] if back <= len(out) else 0x20)
    return bytes(out[start : start + size])
