"""Bytes of a text file to characters, whatever the encoding."""

from __future__ import annotations

import codecs

from rag.errors import DocumentError

# Longer marks first: the UTF-32 one begins with the UTF-16 one.
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MAX_CONTROL_SHARE = 0.02  # of control characters; text has next to none, binary data a fifth
# Sound UTF-8 characters beyond ASCII for each damaged one; text in other encodings has hardly any.
MIN_WHOLE = 5
TEXT_CONTROLS = "\t\n\r\f\v\x1b\x85"


def decode(raw: bytes) -> str:
    """Decode a text file: by its byte order mark, as UTF-8, else by detection.

    Line ends are left as they are, a byte order mark is dropped.

    Raises:
        DocumentError: the bytes are not text.
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError as error:
                raise DocumentError(f"is not the {encoding} text it says it is.") from error
    if b"\0" in raw:
        raise DocumentError("is binary data, not text; give it the ending of its real format.")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = _damaged_utf8(raw) or _detect(raw)
    controls = sum(1 for char in text if char < " " and char not in TEXT_CONTROLS)
    if controls > MAX_CONTROL_SHARE * len(text):
        raise DocumentError("is binary data, not text; give it the ending of its real format.")
    return text


def _damaged_utf8(raw: bytes) -> str | None:
    """UTF-8 with its few damaged characters replaced; None where it is another encoding."""
    text = raw.decode("utf-8", "replace")
    damaged = text.count("\N{REPLACEMENT CHARACTER}")
    whole = sum(1 for char in text if char > "\x7f") - damaged
    return text if whole >= MIN_WHOLE * damaged else None


def _detect(raw: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(raw).best()
    if best is None:
        raise DocumentError("has an encoding that cannot be told; save it as UTF-8.")
    return str(best)
