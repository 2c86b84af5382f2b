"""Plain text: decoded, its front matter apart."""

from __future__ import annotations

import codecs

from rag.errors import DocumentError
from rag.formats.extracted import Extracted
from rag.formats.front_matter import split_front_matter

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


def read_text(raw: bytes) -> Extracted:
    """Read plain text: every character behind the front matter is kept."""
    meta, text, notes, _ = split_front_matter(decode(raw))
    return Extracted(text, meta, notes=notes)


def decode(raw: bytes) -> str:
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
