"""Notice when an LLM repeats its instructions, also spelt in another way."""

from __future__ import annotations

import re
import unicodedata
from base64 import b64decode
from codecs import encode
from collections.abc import Iterator
from string import ascii_lowercase

_RUN = 30  # letters and digits in a row: five or six words
_NEARLY = 85  # of 100, by rapidfuzz: two words in ten may be others
_REMEMBERED = 400  # characters of the sentences before, over which a run may be spread
# Letters of other alphabets that look like Latin ones.
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


class LeakDetector:
    """The instructions of an LLM, looked for in the sentences that it writes, one by one."""

    def __init__(self, told: str, known: str) -> None:
        """Begin.

        Args:
            told: the instructions.
            known: what else it was told, which it may repeat.
        """
        self._runs = _runs(_squeezed(told)) - _runs(_squeezed(known))
        lines = [_squeezed(line) for line in re.split(r"\n|(?<=[.:]) ", told)]
        self._lines = [line for line in lines if len(line) >= _RUN]
        self._said = ""

    def is_leak(self, text: str) -> bool:
        """Return whether a sentence, by itself or with those just before, repeats instructions.

        Spelling backwards, in ROT13, hexadecimal or Base64, and letters that look like others
        are seen through.
        """
        together = f"{self._said} {text}"
        if any(self._runs & _runs(form) for form in _forms(together)) or any(
            self._is_nearly(form) for form in (_squeezed(text), _squeezed(text[::-1]))
        ):
            self._said = _end(together)
            return True
        self._said = together[-_REMEMBERED:]
        return False

    def _is_nearly(self, said: str) -> bool:
        from rapidfuzz.fuzz import partial_ratio

        return len(said) >= _RUN and any(
            partial_ratio(line, said, score_cutoff=_NEARLY) for line in self._lines
        )


def _end(text: str) -> str:
    """Return the last words of a text, too few to be a run: a leak that goes on is still seen."""
    kept = ""
    for word in reversed(text.split()):
        longer = f"{word} {kept}"
        if len(_squeezed(longer)) >= _RUN:
            break
        kept = longer
    return kept


def _squeezed(text: str) -> str:
    """Return the letters and digits of a text, small and in plain shape, nothing between them."""
    small = unicodedata.normalize("NFKD", text).casefold().translate(_ALIKE)
    return "".join(filter(str.isalnum, small))


def _runs(letters: str) -> frozenset[str]:
    return frozenset(letters[at : at + _RUN] for at in range(len(letters) - _RUN + 1))


def _forms(text: str) -> Iterator[str]:
    """Yield the ways in which a text may be read, squeezed."""
    plain = _squeezed(text)
    yield plain
    yield plain[::-1]
    yield _squeezed(" ".join(text.split()[::-1]))
    yield encode(plain, "rot13")
    for run in _HEX.findall(text):
        yield _squeezed(bytes.fromhex(_HEX_MARKS.sub("", run)).decode("utf-8", "ignore"))
    packed = re.sub(r"[^A-Za-z0-9+/]", "", text.translate(_URLSAFE))
    for phase in range(4):  # where it begins among other letters is not known
        part = packed[phase:]
        whole = b64decode(part[: len(part) // 4 * 4])
        yield _squeezed(whole.decode("utf-8", "ignore"))
