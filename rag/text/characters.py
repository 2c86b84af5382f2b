"""Characters that a screen obeys, or never shows, as ones that can be seen.

Texts from outside may hold escape sequences for a terminal, marks that turn the order of words
about, or letters that no font draws, which can spell what only a model reads. What is shown
has a character that can be seen for each of them, so that offsets hold; the data stay as they
are.
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
RAISED = ("<super>", "<sub>")
SHAPED = ("<font>", "<wide>")  # as in mathematics, and as wide as a Chinese character


@lru_cache(maxsize=256)  # the same passages are held against one sentence after another
def undisguised(text: str) -> str:
    """The text without characters that nobody sees."""
    if text.isascii():
        return text
    return "".join(char for char in text if unicodedata.category(char) != "Cf")


def disguised(text: str, source: str) -> str | None:
    """The first word of a text that is not what it looks like, and that its source has not."""
    if text.isascii():
        return None
    words = (word for word in text.split() if not word.isascii() and _is_disguised(word))
    return next((word for word in words if word not in source), None)


def _is_disguised(word: str) -> bool:
    return _MIXED.search(word) is not None or any(
        _is_shaped(char, word[at - 1] if at else "") for at, char in enumerate(word)
    )


def _is_shaped(char: str, before: str) -> bool:
    """Whether a letter or digit is of another shape; "km²" is as it should be, "340²" is not."""
    shape = unicodedata.decomposition(char).partition(" ")[0]
    if unicodedata.category(char) == "No":
        return shape != "<fraction>" and not (shape in RAISED and not before.isdigit())
    return char.isalpha() and shape in SHAPED and unicodedata.normalize("NFKC", char).isascii()


# Left as they are: marks of direction that only stand beside a letter (LRM, RLM, ALM), which
# turn nothing about by themselves, and the joiners that Persian and Indic scripts spell with.
_UNSEEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # C0 but tab and new line, DEL, C1
    "\u202a-\u202e\u2066-\u206f"  # embeddings, overrides and isolates, and what came before them
    "\ud800-\udfff"  # halves of characters, which cannot be written out
    "\U000e0000-\U000e007f"  # tags: letters that nobody sees, and that models read
)
# One beside a letter is a matter of spelling or of how the letter looks; in a row they spell.
_NOTHING = "\u200b\u2060-\u2064\u3164\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef"
_FLAG = "\U0001f3f4[\U000e0020-\U000e007e]{2,8}\U000e007f"  # of England, spelt in tags
_OBEYED = re.compile(rf"(?P<flag>{_FLAG})|[{_UNSEEN}]|(?<=[{_NOTHING}])[{_NOTHING}]|\r(?!\n)")
_HIDDEN_IN_JSON = re.compile(rf"[{_UNSEEN}]")
DELETE, DELETE_PICTURE = "\x7f", "\u2421"
PICTURES = 0x2400  # Unicode's pictures of the C0 controls begin here
ANY = "\ufffd"


def visible(text: str) -> str:
    """The text with a character that can be seen in place of each that a screen obeys."""
    return _OBEYED.sub(_picture, text)


def _picture(found: re.Match[str]) -> str:
    char = found[0]
    if found["flag"]:
        return char
    if char == DELETE:
        return DELETE_PICTURE
    return chr(PICTURES + ord(char)) if ord(char) < ord(" ") else ANY


def escape(text: str, quote: bool = True) -> str:
    """The text for HTML: no character of it is markup, none goes unseen."""
    return html.escape(visible(text), quote)


def json_text(value: Any, indent: int | None = None) -> str:
    """A value as JSON in which what a screen obeys is written as an escape, for people to read."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    # Outside of strings JSON has none of these.
    return _HIDDEN_IN_JSON.sub(lambda found: json.dumps(found[0])[1:-1], text)
