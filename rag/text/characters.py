"""Control characters, invisible characters and look-alikes in texts from outside.

Such a text may hold escape sequences for a terminal, marks that reverse the order of words, or
characters that no font draws, which can spell what only a model reads. Before a text is shown,
each of them is replaced by one visible character, so that offsets hold; stored texts stay as
they are.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from functools import lru_cache
from typing import Any

_LATIN, _ALIKE = "A-Za-z\u00c0-\u024f", "\u0370-\u03ff\u0400-\u052f"  # Greek and Cyrillic
_MIXED = re.compile(rf"[{_LATIN}][{_ALIKE}]|[{_ALIKE}][{_LATIN}]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BESIDE = re.compile(r"^\W+|\W+$")  # what stands beside a word, such as a quotation mark
_RAISED = ("<super>", "<sub>")
_SHAPED = ("<font>", "<wide>")  # as in mathematics, and of the width of a Chinese character


@lru_cache(maxsize=256)  # the same passages are held against one sentence after another
def undisguised(text: str) -> str:
    """Return the text without invisible characters."""
    if text.isascii():
        return text
    return "".join(char for char in text if unicodedata.category(char) != "Cf")


def disguised(text: str, source: str) -> str | None:
    """Return the first word that has look-alike characters and is not in the source, if any.

    Such as "Раris" with a Cyrillic Р, or digits as mathematics writes them.
    """
    if text.isascii():
        return None
    words = (_BESIDE.sub("", word) for word in text.split() if not word.isascii())
    return next((word for word in words if _is_disguised(word) and word not in source), None)


def _is_disguised(word: str) -> bool:
    return _MIXED.search(word) is not None or any(
        _is_shaped(char, word[at - 1] if at else "") for at, char in enumerate(word)
    )


def _is_shaped(char: str, before: str) -> bool:
    """Return whether a letter or digit has an odd shape; "km²" is as it should be, "340²" not."""
    shape = unicodedata.decomposition(char).partition(" ")[0]
    if unicodedata.category(char) == "No":
        return shape != "<fraction>" and not (shape in _RAISED and not before.isdigit())
    return char.isalpha() and shape in _SHAPED and unicodedata.normalize("NFKC", char).isascii()


# Left as they are: marks of direction that only stand beside a letter (LRM, RLM, ALM), which
# reverse nothing by themselves, and the joiners that Persian and Indic scripts spell with.
_UNSEEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # C0 but tab and new line, DEL, C1
    "\u202a-\u202e\u2066-\u206f"  # embeddings, overrides, isolates, and the deprecated ones
    "\ud800-\udfff"  # halves of characters, which cannot be encoded
    "\U000e0000-\U000e007f"  # tags: invisible letters, which models read
)
# One beside a letter is spelling or typography; several in a row can spell a message.
_NOTHING = "\u200b\u2060-\u2064\u3164\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef"
_FLAG = "\U0001f3f4[\U000e0020-\U000e007e]{2,8}\U000e007f"  # of England, spelt in tags
_OBEYED = re.compile(rf"(?P<flag>{_FLAG})|[{_UNSEEN}]|(?<=[{_NOTHING}])[{_NOTHING}]|\r(?!\n)")
_HIDDEN_IN_JSON = re.compile(rf"[{_UNSEEN}]")
_DELETE, _DELETE_PICTURE = "\x7f", "\u2421"
_PICTURES = 0x2400  # Unicode's pictures of the C0 controls begin here
_ANY = "\ufffd"


def visible(text: str) -> str:
    """Return the text with a visible character in place of each that a screen would obey."""
    return _OBEYED.sub(_picture, text)


def _picture(found: re.Match[str]) -> str:
    char = found[0]
    if found["flag"]:
        return char
    if char == _DELETE:
        return _DELETE_PICTURE
    return chr(_PICTURES + ord(char)) if ord(char) < ord(" ") else _ANY


def escape(text: str, quote: bool = True) -> str:
    """Return the text for HTML: no character of it is markup, and none is invisible."""
    return html.escape(visible(text), quote)


def json_text(value: Any, indent: int | None = None) -> str:
    """Return a value as JSON for people: what a screen would obey is written as an escape."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    # Outside of strings JSON has none of these.
    return _HIDDEN_IN_JSON.sub(lambda found: json.dumps(found[0])[1:-1], text)


def printable_line(value: str) -> str:
    """Return a value on one line, without the characters that control a terminal or a page."""
    shown = "".join(char if unicodedata.category(char) != "Cc" else " " for char in value)
    return " ".join(shown.split())


def without_surrogates(text: str) -> str:
    """Return the text with U+FFFD for each half of a character, which UTF-8 cannot hold.

    The text keeps its length: halves that belong together stay two characters. Use
    :func:`joined_surrogates` before offsets are taken.
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


def joined_surrogates(text: str) -> str:
    """Return the text with halves of characters joined where two belong together.

    JSON and PDF can hold such halves; one that stands alone becomes U+FFFD.
    """
    if _SURROGATE.search(text) is None:
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
