"""Characters that nobody sees, and words in letters or digits that look like others.

With them a sentence can say something else to a reader than to rules on its words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

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
