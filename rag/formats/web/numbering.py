"""The numbers that a browser sets before the items of a list."""

from __future__ import annotations

from typing import Any

_MAX_ORDINAL = 1_000_000
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


def is_number(shown: str) -> bool:
    """Return whether an attribute gives the number of an item."""
    return shown.isascii() and shown.isdigit() and int(shown) < _MAX_ORDINAL


def first_ordinal(element: Any) -> int:
    """Return the number of the first item of a list."""
    start = element.get("start", "")
    if is_number(start):
        return int(start)
    return len(element) if element.get("reversed") is not None else 1


def item_marker(element: Any, ordinal: int) -> str:
    """Return what a browser sets before an item: its number, nothing where it is a point."""
    style = element.get("style", "").replace(" ", "").lower()
    if element.tag != "ol" or "list-style:none" in style or "list-style-type:none" in style:
        return ""
    kind = element.get("type", "1")
    if kind in ("i", "I") and 0 < ordinal < 4_000:
        shown = _roman(ordinal)
        return f"{shown.upper() if kind == 'I' else shown}. "
    return f"{_shown(ordinal, kind)}. "


def _letter(ordinal: int) -> str:
    shown = ""
    while ordinal > 0:
        ordinal, rest = divmod(ordinal - 1, 26)
        shown = chr(ord("a") + rest) + shown
    return shown or "0"


def _roman(ordinal: int) -> str:
    shown = ""
    for value, letters in _ROMAN:
        count, ordinal = divmod(ordinal, value)
        shown += letters * count
    return shown


def _shown(ordinal: int, kind: str) -> str:
    if kind not in ("a", "A"):
        return str(ordinal)
    return _letter(ordinal).upper() if kind == "A" else _letter(ordinal)
