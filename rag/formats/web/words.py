"""What a browser shows of the elements of a page, and how the words within a line stand."""

from __future__ import annotations

import re
from typing import Any

# Elements that show no words, or none of the document's.
UNSEEN = frozenset(
    "script style template noscript head title meta link base svg canvas video audio object embed"
    " iframe map area param source track button datalist progress meter dialog annotation"
    " annotation-xml rp portal slot-template applet frame noframes".split()
)
BLOCKS = frozenset(
    "address article aside blockquote body center details dd dialog dir div dl dt fieldset"
    " figcaption figure footer form frameset header hgroup html legend li main menu nav ol"
    " optgroup option p pre search section summary table tbody tfoot thead tr td th ul hr"
    " caption".split()
)
# Marks within a word, so that nothing comes between them and their neighbours.
_FORMATTING = frozenset(
    "b i u em strong font small big mark code tt kbd samp var sub sup s del ins strike bdi bdo"
    " wbr q abbr cite ruby rb rt".split()
)
_STRUCK_TAGS = ("del", "s", "strike")
_STRUCK_STYLE = re.compile(r"text-decoration(?:-line)?\s*:[^;]*line-through", re.IGNORECASE)
_HIDDEN_STYLE = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all)",
    re.IGNORECASE,
)
_FOR_SCREEN_READERS = re.compile(
    r"(?:^|\s)(?:sr-only|screen-reader(?:-text|-only)?|visually-?hidden|a-offscreen|element-invisible"
    r"|assistive-text)(?:\s|$)",
    re.IGNORECASE,
)
_DECORATION = re.compile(
    r"(?:^|\s)(?:katex-html|mw-editsection|mw-cite-backlink|d-none(?!.*\bd-\w+-\w)|headerlink|anchor(?:js)?-link"
    r"|MathJax(?:_Preview)?|octicon-link|hash-link)(?:\s|$)"
)
_INVISIBLE = {ord(char): None for char in "\u00ad\u200b\u2060\ufeff\u034f"}
# What is not a single space already: that is most of it, and need not be replaced.
_SPACE = re.compile(r"[ \t\r\n\f]{2,}|[\t\r\n\f]")
_ANY_SPACE = re.compile(r"[^\S\n]{2,}|[^\S\n ]")


def tag_of(element: Any) -> str:
    """Return the name of an element, empty of what is no element."""
    return element.tag if isinstance(element.tag, str) else ""


def is_hidden(element: Any) -> bool:
    """Return whether an element is not shown, or shows what is no word of the document."""
    if not element.attrib:
        return False
    get = element.get
    if get("hidden") is not None and get("hidden") != "until-found":
        return True
    if _HIDDEN_STYLE.search(get("style", "")) or _DECORATION.search(get("class", "")):
        return True
    if get("aria-hidden") == "true":
        words = "".join(element.itertext())
        return not any(char.isalnum() for char in words) or _has_spoken_twin(element)
    return is_for_listeners(element) and not _has_shown_twin(element)


def is_for_listeners(element: Any) -> bool:
    """Return whether an element is there for programs that read a page aloud."""
    return _FOR_SCREEN_READERS.search(element.get("class", "")) is not None


def _has_spoken_twin(element: Any) -> bool:
    """Return whether a sibling says for screen readers what an element shows."""
    siblings = element.getparent() if element.getparent() is not None else ()
    return any(_FOR_SCREEN_READERS.search(each.get("class", "")) for each in siblings)


def _has_shown_twin(element: Any) -> bool:
    siblings = element.getparent() if element.getparent() is not None else ()
    return any(each.get("aria-hidden") == "true" and len(each.tag) for each in siblings)


def is_struck(element: Any) -> bool:
    """Return whether the words of an element are struck out."""
    if element.tag in _STRUCK_TAGS:
        return True
    return bool(element.attrib) and _STRUCK_STYLE.search(element.get("style", "")) is not None


def inline_text(text: str | None) -> str:
    """Return text as it stands within a line: white space is a space, what is invisible is gone."""
    if not text:
        return ""
    return _SPACE.sub(" ", text if text.isascii() else text.translate(_INVISIBLE))


def settled(pieces: list[str]) -> str:
    """Return the lines that pieces of inline text and line ends make, without blank ones."""
    lines = (_ANY_SPACE.sub(" ", line).strip() for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def stands_apart(before: Any, element: Any) -> bool:
    """Return whether a page sets two elements apart, that follow each other without a space.

    As the name and the price of a product, in two boxes side by side; not so the parts of a word.
    """
    if before is None or before.tail or before.tag in _FORMATTING or element.tag in _FORMATTING:
        return False
    if tag_of(before) in ("br", "img", "input", "wbr") or not tag_of(element):
        return False
    one, two = before.get("class"), element.get("class")
    if not (((one or two) and one != two) or before.tag != element.tag or element.tag == "a"):
        return False
    left, right = "".join(before.itertext()).rstrip(), "".join(element.itertext()).lstrip()
    return len(left) > 1 and left[-1].isalnum() and right[:1].isalnum()


def shown_lines(element: Any) -> list[str]:
    """Return the lines that an element shows: breaks, blocks and boxes side by side end them."""
    pieces: list[str] = []
    _add_shown(element, pieces)
    return settled(pieces).split("\n")


def _add_shown(element: Any, pieces: list[str]) -> None:
    pieces.append(inline_text(element.text))
    before = None
    for child in element:
        tag = tag_of(child)
        if tag == "br":
            pieces.append("\n")
        elif tag and tag not in UNSEEN and not is_hidden(child):
            apart = tag in BLOCKS or stands_apart(before, child)
            pieces.append("\n" if apart else "")
            _add_shown(child, pieces)
            pieces.append("\n" if tag in BLOCKS else "")
            before = child
        pieces.append(inline_text(child.tail))


def preformatted(element: Any) -> str:
    """Return the text of an element, whose line ends and indents are meant."""
    parts = [element.text or ""]
    for child in element:
        tag = tag_of(child)
        if tag == "br":
            parts.append("\n")
        elif tag and tag not in UNSEEN and not is_hidden(child):
            parts.append(preformatted(child))
        parts.append(child.tail or "")
    return "".join(parts)
