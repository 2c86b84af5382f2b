"""Plain text: decoded, its front matter apart."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import replace

from rag.errors import DocumentError
from rag.formats.encodings import guess_encoding
from rag.formats.extracted import Builder, Extracted
from rag.formats.markup.front_matter import split_front_matter
from rag.formats.speech.chats import read_chat_text
from rag.text.lines import arrange
from rag.text.sentences import Mark

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
_BINARY = "is binary data, not text; give it the ending of its real format."
_JAPANESE_SHIFT = re.compile(rb"\x1b\$[@B]")  # how mail of Japan leaves ASCII
_HEAD_LABEL = "page head or foot"
_MAX_FIELD = 300  # characters of a field of the front matter; what is longer is a paragraph
_PAGE_BREAK = re.compile(r"\f[^\S\f]*")
# Languages that break lines where they have no spaces mark their words with U+200B.
_UNSPACED = "\u0e00-\u0eff\u0f00-\u109f\u1780-\u17ff\u1950-\u1aaf"
_LATIN = "A-Za-z\u00c0-\u024f"
_UNSEEN = re.compile(
    "[\u00ad\u034f\u180e\u2060-\u2064\ufeff]"
    f"|(?<![{_UNSPACED}])\u200b(?![{_UNSPACED}])"
    f"|(?<=[{_LATIN}])[\u200c\u200d](?=[{_LATIN}])"
)
_ASCII = re.compile(r"[\x00-\x7f]+")
_MAYBE_UNSEEN = re.compile("[\u00ad\u034f\u180e\u200b-\u200d\u2060-\u2064\ufeff]")
# A letter with what is put on it, and the parts of Korean syllables.
_ACCENTS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a"
_MAYBE_APART = re.compile(f"[{_ACCENTS}\u1100-\u11ff]")
_APART = re.compile(f"[^{_ACCENTS}][{_ACCENTS}]+|[\u1100-\u11ff]{{2,}}")
# Characters that texts do not have.
_CONTROLS = bytes(code for code in range(32) if not 9 <= code <= 13 and code != 27)


def read_text(raw: bytes) -> Extracted:
    """Read plain text: every character behind the front matter that can be seen is kept.

    The head or foot of a page that parts a sentence is put behind its paragraph.
    """
    front = split_front_matter(as_seen(decode(raw)))
    read = read_chat_text(front.text)
    if read is None:
        text, heads, blocks = arrange(front.text)
        marks = tuple(Mark(start, end, "clutter", _HEAD_LABEL) for start, end in heads)
        read = Extracted(text, {}, blocks, marks, _pages(text))
    read = read._replace(metadata=front.metadata | read.metadata, notes=(*front.notes, *read.notes))
    return _under_fields(front.fields, read)


def _under_fields(fields: list[str], read: Extracted) -> Extracted:
    """Put what the front matter says beyond the known fields before a text, as Markdown has it."""
    if not fields:
        return read
    builder = Builder()
    for field in fields:
        builder.add(field, "field" if len(field) <= _MAX_FIELD else "text")
    above = builder.extracted({})
    head = f"{above.text}\n\n"
    moved = [
        replace(part, start=part.start + len(head), end=part.end + len(head))
        for part in read.blocks
    ]
    marks = [
        replace(mark, start=mark.start + len(head), end=mark.end + len(head)) for mark in read.marks
    ]
    return read._replace(
        text=head + read.text,
        blocks=(*above.blocks, *moved),
        marks=tuple(marks),
        pages=tuple(at and at + len(head) for at in read.pages),
    )


def _pages(text: str) -> tuple[int, ...]:
    """Return where each page begins, in a text with page breaks."""
    breaks = [match.end() for match in _PAGE_BREAK.finditer(text.rstrip())]
    return (0, *breaks) if breaks else ()


def as_seen(text: str) -> str:
    """Return a text as it is read: without what cannot be seen, accents on their letters.

    Marks of where a word may be broken are taken out, but for scripts that write no spaces; so are
    joiners amid Latin words, and byte order marks of parts that were put together. A letter and
    its accent become one character where there is one.
    """
    held = "".join(set(_ASCII.sub("", text))) if not text.isascii() else ""
    if _MAYBE_UNSEEN.search(held):
        text = _UNSEEN.sub("", text)
    if _MAYBE_APART.search(held):
        text = _APART.sub(lambda found: unicodedata.normalize("NFC", found[0]), text)
    return text


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
    text = _decode_wide(raw) if b"\0" in raw else _decode_unmarked(raw)
    whole = text.encode("utf-8", "surrogatepass")
    controls = len(whole) - len(whole.translate(None, _CONTROLS))
    if controls <= _MAX_CONTROL_SHARE * len(text):
        return text
    raise DocumentError(_BINARY)


def _decode_wide(raw: bytes) -> str:
    """Decode what holds NUL bytes: UTF-16 without its mark, or no text."""
    encoding = guess_encoding(raw)
    if encoding is None:
        raise DocumentError(_BINARY)
    return raw.decode(encoding, "replace")


def _decode_unmarked(raw: bytes) -> str:
    if raw.isascii() and _JAPANESE_SHIFT.search(raw):
        return raw.decode("iso2022_jp", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("utf-8", "replace")
    damaged = text.count("\N{REPLACEMENT CHARACTER}")
    whole = sum(1 for char in text if char > "\x7f") - damaged
    if whole >= _MIN_WHOLE * damaged:
        return text  # UTF-8 with a few damaged characters
    encoding = guess_encoding(raw)
    if encoding is not None:
        return raw.decode(encoding, "replace")
    from charset_normalizer import from_bytes

    best = from_bytes(raw).best()
    if best is None:
        raise DocumentError("has an encoding that was not recognised; save it as UTF-8.")
    return str(best)
