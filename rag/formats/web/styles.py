"""What the style sheet of a page raises, lowers and strikes out, put into its elements.

Programs that save a text as a page name such words by a class, as "c7", and say in the page's
style sheet what it looks like.
"""

from __future__ import annotations

import re
from typing import Any

_MAX_SHEET = 500_000  # characters
_RULE = re.compile(r"([^{}]{1,2000})\{([^{}]{0,5000})\}")
_CLASS = re.compile(r"[a-z0-9]*\.([\w-]{1,80})", re.IGNORECASE)
_STRUCK = re.compile(r"text-decoration(?:-line)?\s*:[^;]*line-through", re.IGNORECASE)
_SHIFTED = re.compile(r"vertical-align\s*:\s*(super|sub)\b", re.IGNORECASE)
_WORDS = ("span", "font", "a", "b", "i", "em", "strong", "small")  # what may be raised as a whole


def apply_styles(root: Any) -> None:
    """Make elements of what is raised, lowered or struck out by style alone."""
    struck, shifted = _classes(root)
    for element in list(root.iter("span", "font", "p", "div", "li", "td", *_WORDS)):
        names = set(element.get("class", "").split())
        style = element.get("style", "")
        own = _SHIFTED.search(style)
        moved = own[1].lower() if own else next((shifted[n] for n in names if n in shifted), "")
        if names & struck:
            element.set("style", f"{style};text-decoration:line-through")
        elif moved and element.tag in _WORDS and len(element) <= 1:
            element.tag = "sup" if moved == "super" else "sub"


def _classes(root: Any) -> tuple[set[str], dict[str, str]]:
    """Return the classes that strike out, and those that raise or lower."""
    struck: set[str] = set()
    shifted: dict[str, str] = {}
    for sheet in root.iter("style"):
        for selectors, rules in _RULE.findall((sheet.text or "")[:_MAX_SHEET]):
            moved = _SHIFTED.search(rules)
            through = _STRUCK.search(rules) is not None
            if not (moved or through):
                continue
            for selector in selectors.split(","):
                match = _CLASS.fullmatch(selector.strip())
                if match is None:
                    continue
                if through:
                    struck.add(match[1])
                if moved:
                    shifted[match[1]] = moved[1].lower()
    return struck, shifted
