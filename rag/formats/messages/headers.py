"""The headers of a message: decoded, whatever a program has made of them.

The standard library's own decoding raises on many of the headers that are around, and takes long
on hostile ones; here headers are taken raw, cut to a length, and decoded word by word.
"""

from __future__ import annotations

import codecs
import re
from binascii import Error as Base64Error
from binascii import a2b_base64
from datetime import date
from email.message import Message
from email.policy import Compat32
from email.utils import parsedate_tz
from itertools import groupby
from quopri import decodestring

from rag.errors import DocumentError
from rag.formats.messages.people import named_in

_MAX_HEADER = 20_000  # characters: some hundred recipients
_ENCODED = re.compile(r"=\?([^?*\s]{1,60})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?]*)\?=")
# Names of encodings that are wrong or too narrow, and what is meant.
_MEANT = {
    **{"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "iso_8859-1": "cp1252"},
    **{"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "big5": "big5hkscs"},
    **{"ks_c_5601-1987": "cp949", "euc-kr": "cp949", "shift_jis": "cp932", "sjis": "cp932"},
    **{"x-sjis": "cp932", "iso-8859-8-i": "iso-8859-8", "x-mac-roman": "mac-roman"},
    **{"utf8mb4": "utf-8", "unicode-1-1-utf-7": "utf-7", "x-gbk": "gb18030"},
}
_NO_CHARSETS = ("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs")
_NAME_BEHIND = re.compile(r"[^\s<>()]+@[^\s<>()]+ \(([^()]+)\)$")  # as it was once usual
_META_CHARSET = re.compile(rb"(<meta\b[^>]{0,300}?\bcharset\s*=\s*[\"']?)[\w.:-]+", re.IGNORECASE)
_FIRST_YEAR = 1970  # of mail; an earlier date is a clock that was not set


class RawHeaders(Compat32):
    """Leaves headers as they were written."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        """Return the value as it is."""
        return value


def header(message: Message, name: str) -> str:
    """Return the words of a header, on one line; several of one name are joined by commas."""
    values = message.get_all(name, [])
    return ", ".join(filter(None, (words_of(str(value)) for value in values)))


def words_of(value: str) -> str:
    """Return the decoded words of a header's value, on one line."""
    value = _decoded_raw(value[:_MAX_HEADER])
    parts: list[str] = []
    end = 0
    words: list[tuple[str, bytes]] = []
    for match in _ENCODED.finditer(value):
        between = value[end : match.start()]
        if between.strip() or not words:
            parts += [_joined(words), between]
            words = []
        words.append((match[1], _word_bytes(match[2], match[3])))
        end = match.end()
    parts += [_joined(words), value[end:]]
    return " ".join("".join(parts).split())


def _joined(words: list[tuple[str, bytes]]) -> str:
    """Decode words that follow each other; a character may be cut in two between them."""
    grouped = groupby(words, key=lambda word: word[0].lower())
    return "".join(decoded(b"".join(raw for _, raw in each), name) for name, each in grouped)


def _word_bytes(kind: str, text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    if kind in "qQ":
        return decodestring(raw.replace(b"_", b" "), header=False)
    try:
        return a2b_base64(raw + b"==")
    except Base64Error:
        return raw


def _decoded_raw(value: str) -> str:
    """Return a header with the bytes in it decoded that are no ASCII."""
    if value.isascii():
        return value
    return decoded(value.encode("utf-8", "surrogateescape"), None)


def decoded(raw: bytes, charset: str | None) -> str:
    """Decode bytes by the encoding that is stated, if they can be, else by what they look like."""
    name = (charset or "").strip("\"' ").lower()
    name = _MEANT.get(name, name)
    if name not in ("", "us-ascii", "ascii") and _is_charset(name):
        try:
            return raw.decode(name)
        except (UnicodeError, ValueError):
            pass
    from rag.formats.plain import decode

    try:
        return decode(raw)
    except DocumentError:
        return raw.decode("utf-8", "replace")


def utf8_page(text: str) -> bytes:
    """Return a page in UTF-8 that says so itself."""
    return _META_CHARSET.sub(rb"\1utf-8", text.encode("utf-8", "replace"))


def _is_charset(name: str) -> bool:
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return False
    return info._is_text_encoding and info.name.replace("-", "_") not in _NO_CHARSETS


def sender_name(message: Message) -> str:
    """Return the name of who wrote a message, else the address."""
    shown = words_of(str(message.get("From", "") or message.get("Sender", "")))
    behind = _NAME_BEHIND.match(shown)
    return behind[1] if behind else named_in(shown)


def sent_on(stated: str) -> str | None:
    """Return the day in a message's date, in the zone of its sender, as ISO 8601."""
    try:
        parts = parsedate_tz(stated[:200])
        day = date(*parts[:3]) if parts else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return day.isoformat() if day and day.year >= _FIRST_YEAR else None
