"""What stands within a line of a page, and where it stands: raised, quoted, filled in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rag.formats.superscripts import lowered, raised
from rag.formats.web.words import inline_text, settled

_TYPED = ("text", "number", "date", "email", "tel", "url", "time", "month", "week", "color")
_REFERENCE_MARKS = "*†‡§¶‖⁂※"


class LineWalk:
    """Collects the words of a line or a paragraph."""

    def __init__(self) -> None:
        self._pieces: list[str] = []  # of the line or paragraph in the making
        self._flat = 0  # within a cell or a heading, where blocks are lines
        self._filled = False  # whether the paragraph holds a filled-in field
        self._marker = ""  # of the item that begins

    def _children(self, element: Any) -> None:
        raise NotImplementedError

    def _say(self, text: str | None) -> None:
        if text:
            self._pieces.append(inline_text(text))

    def words_of(self, element: Any) -> str:
        """Return the words of an element, each of its blocks on a line."""
        outer, self._pieces = self._pieces, []
        self._flat += 1
        marker, self._marker = self._marker, ""
        self._say(element.text)
        self._children(element)
        self._flat -= 1
        words, self._pieces, self._marker = settled(self._pieces), outer, marker
        return words

    def _break(self, element: Any) -> None:
        self._pieces.append("\n")

    def _raised(self, element: Any) -> None:
        self._shift(element, lambda words: self._mark(words) or raised(words, self._before()))

    def _mark(self, words: str) -> str:
        """Return a mark that refers to a note, of signs that stand for nothing else, as it is."""
        return words.strip() if words.strip() and not words.strip().strip(_REFERENCE_MARKS) else ""

    def _before(self) -> str:
        """Return the character that the next one follows, if any."""
        return next((piece[-1] for piece in reversed(self._pieces) if piece), "")

    def _lowered(self, element: Any) -> None:
        self._shift(element, lowered)

    def _shift(self, element: Any, shifted: Callable[[str], str]) -> None:
        words = self.words_of(element).replace("\n", " ")
        self._pieces.append(shifted(words))

    def _power(self, element: Any) -> None:
        """Add a base with what stands above or below it, of a formula."""
        parts = [self.words_of(part) for part in element]
        base, *low_or_high = [*parts, ""]
        self._pieces.append(base)
        for at, part in enumerate(filter(None, low_or_high)):
            low = element.tag != "msup" and at == 0
            self._pieces.append(lowered(part) if low else raised(part, self._before()))

    def _fraction(self, element: Any) -> None:
        parts = [self.words_of(part) for part in element]
        self._pieces.append("/".join(f"({part})" if " " in part else part for part in parts))

    def _quoted(self, element: Any) -> None:
        self._pieces.append("“")
        self._say(element.text)
        self._children(element)
        self._pieces.append("”")

    def _spoken(self, element: Any) -> None:
        """Add how characters are read, which stands small above them."""
        self._pieces.append(f"({self.words_of(element)})")

    def _input(self, element: Any) -> None:
        """Add what is filled in, behind the name of the field."""
        kind = element.get("type", "text").lower()
        if kind in ("checkbox", "radio"):
            self._pieces.append(" ☑ " if element.get("checked") is not None else " ☐ ")
            self._filled = True
        elif kind in _TYPED:
            self._fill(element.get("value", ""))

    def _select(self, element: Any) -> None:
        chosen = [each for each in element.iter("option") if each.get("selected") is not None]
        self._fill(", ".join(" ".join("".join(each.itertext()).split()) for each in chosen))

    def _textarea(self, element: Any) -> None:
        self._fill(element.text or "")

    def _fill(self, value: str) -> None:
        value = value.strip()
        if value:
            before = "".join(self._pieces).rstrip(" ")
            self._pieces = [before, ": " if before[-1:].isalnum() else " ", value]
            self._filled = True


INLINE: dict[str, Callable[[Any, Any], None]] = {
    **{"br": LineWalk._break, "q": LineWalk._quoted, "rt": LineWalk._spoken},
    **{"sup": LineWalk._raised, "sub": LineWalk._lowered, "mfrac": LineWalk._fraction},
    **dict.fromkeys(("msup", "msub", "msubsup"), LineWalk._power),
    **{"input": LineWalk._input, "select": LineWalk._select, "textarea": LineWalk._textarea},
}
