"""Numbers and names of things in words, as notes on a document say them."""

from __future__ import annotations

_MOST_NAMED = 5  # sheets, slides


def counted(count: int, singular: str, plural: str = "") -> str:
    """Return a number with its noun, as 1 sheet or 1,200 rows."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"


def listed(names: list[str]) -> str:
    """Return some names, or the first of them, as a list in words."""
    shown = names[:_MOST_NAMED]
    if len(names) > _MOST_NAMED:
        shown.append(f"{len(names) - _MOST_NAMED} more")
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
