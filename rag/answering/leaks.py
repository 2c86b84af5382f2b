"""Does what an LLM says give away what it was told: its instructions, as they are or disguised.

They are no secret of the house, who has the source can read them. But a text that has an LLM
repeat them has taken hold of it, and a user's own prompts may well be a secret.

What is looked for is a stretch of the instructions, whatever stands between its letters:
as it is, reversed, its words in reverse, and in rot13, base64 or hexadecimal; and a line of
them with a word changed here and there. Other ciphers, other languages and a few words at a
time go unseen.
"""

from __future__ import annotations

import re
import unicodedata
from base64 import b64decode
from codecs import encode
from collections.abc import Iterator
from string import ascii_lowercase

STRETCH = 30  # letters and digits in a row: five or six words
NEARLY = 85  # of 100, by rapidfuzz: two words in ten may be others
REMEMBERED = 400  # characters said before; a stretch may be spread over sentences
# Letters of other alphabets that look like these.
_ALIKE = str.maketrans(
    "асеорхуіјѕԁһԛԝгтнкмвαορνικτυχεᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ",
    "aceopxyijsdhqwrthkmbaopviktuxeabcdefghijklmnopqrstuvwyz",
) | {  # letters in black circles and squares, and those that flags are spelt in
    first + at: letter
    for first in (0x1F150, 0x1F170, 0x1F1E6)
    for at, letter in enumerate(ascii_lowercase)
}
_HEX = re.compile(r"(?:\W{0,3}?(?:0x|\\x)?[0-9a-f]{2}){15,}", re.IGNORECASE)
_HEX_MARKS = re.compile(r"0x|\\x|\W", re.IGNORECASE)
_URLSAFE = str.maketrans("-_", "+/")


class Instructions:
    """What an LLM was told, and whether it repeats that in sentences that come one by one."""

    def __init__(self, told: str, known: str) -> None:
        """Begin.

        Args:
            told: the instructions.
            known: what it was told besides, which it may repeat.
        """
        self._stretches = _stretches(squeezed(told)) - _stretches(squeezed(known))
        lines = [squeezed(line) for line in re.split(r"\n|(?<=[.:]) ", told)]
        self._lines = [line for line in lines if len(line) >= STRETCH]
        self._said = ""

    def are_in(self, text: str) -> bool:
        """Whether a sentence repeats them, by itself or with those let through just before it."""
        together = f"{self._said} {text}"
        if any(self._stretches & _stretches(form) for form in _forms(together)) or any(
            self._is_nearly(form) for form in (squeezed(text), squeezed(text[::-1]))
        ):
            self._said = _end(together)
            return True
        self._said = together[-REMEMBERED:]
        return False

    def _is_nearly(self, said: str) -> bool:
        from rapidfuzz.fuzz import partial_ratio

        return len(said) >= STRETCH and any(
            partial_ratio(line, said, score_cutoff=NEARLY) for line in self._lines
        )


def _end(text: str) -> str:
    """The last words of a text, too few to be a stretch: what goes on from them is seen."""
    kept = ""
    for word in reversed(text.split()):
        longer = f"{word} {kept}"
        if len(squeezed(longer)) >= STRETCH:
            break
        kept = longer
    return kept


def squeezed(text: str) -> str:
    """The letters and digits of a text, small and in plain shape, with nothing between them."""
    small = unicodedata.normalize("NFKD", text).casefold().translate(_ALIKE)
    return "".join(filter(str.isalnum, small))


def _stretches(letters: str) -> frozenset[str]:
    return frozenset(letters[at : at + STRETCH] for at in range(len(letters) - STRETCH + 1))


def _forms(text: str) -> Iterator[str]:
    """What a text may be read as."""
    plain = squeezed(text)
    yield plain
    yield plain[::-1]
    yield squeezed(" ".join(text.split()[::-1]))
    yield encode(plain, "rot13")
    for run in _HEX.findall(text):
        yield squeezed(bytes.fromhex(_HEX_MARKS.sub("", run)).decode("utf-8", "ignore"))
    packed = re.sub(r"[^A-Za-z0-9+/]", "", text.translate(_URLSAFE))
    for phase in range(4):  # where it begins among other letters is not known
        part = packed[phase:]
        whole = b64decode(part[: len(part) // 4 * 4])
        yield squeezed(whole.decode("utf-8", "ignore"))
