"""Formulas of OpenDocument, which are files of MathML within the file, on one line."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from typing import Any

from rag.formats.packages import local_name, parse_part
from rag.formats.superscripts import lowered, raised

_MATH = b"math"
_CONTENT = "/content.xml"
_MOST = 2_000  # formulas of a file
_LONGEST = 100_000  # bytes of a formula
_DEEPEST = 50  # elements within each other
_UNSHOWN = frozenset(("annotation", "annotation-xml", "mphantom"))
_RELATIONS = frozenset("=≠<>≤≥≈≡∼→⇒⇔∈∉⊂⊆∝")  # have a space on both sides
_APART = re.compile(f" ([{''.join(_RELATIONS)}]) ")
_BEFORE_CLOSE = re.compile(r" (?=[)\]},;.])")
_INVISIBLE = "\u2061\u2062\u2063\u2064"


def stored_formulas(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Return the formulas of a file as XML, each by the name that its frame refers to."""
    found: dict[str, Any] = {}
    for part in archive.infolist():
        name = part.filename
        if not name.endswith(_CONTENT) or part.file_size > _LONGEST or len(found) >= _MOST:
            continue
        raw = archive.read(name)
        root = _parsed(raw) if _MATH in raw else None
        if root is not None and local_name(root) == "math":
            found[name.removesuffix(_CONTENT)] = root
    return found


def _parsed(raw: bytes) -> Any:
    """Return a part as XML; None where it is broken, so that it counts as not read."""
    from lxml import etree

    try:
        return parse_part(raw)
    except etree.XMLSyntaxError:
        return None


def formula_line(element: Any, depth: int = 0) -> str:
    """Return a formula on one line: raised where it is, fractions with a stroke."""
    name = local_name(element)
    if not name or name in _UNSHOWN or depth > _DEEPEST:
        return ""
    parts = [formula_line(each, depth + 1) for each in element]
    if not len(element):
        words = " ".join((element.text or "").split()).strip(_INVISIBLE)
        return f" {words} " if words in _RELATIONS and words else words
    shown = _SHAPES.get(name)
    words = shown(parts, element) if shown else "".join(parts)
    return _BEFORE_CLOSE.sub("", " ".join(words.split())) if depth == 0 else words


def _whole(words: str) -> str:
    """Return words that are one thing: in brackets, unless they are one character or number."""
    words = words.strip()
    return words if words.isalnum() else f"({words})"


def _high(words: str) -> str:
    words = _APART.sub(r"\1", words.strip())
    small = raised(words, "")
    return small if small != words or not words else f"^{_whole(words)}"


def _low(words: str) -> str:
    words = _APART.sub(r"\1", words.strip())
    small = lowered(words)
    return small if small != words or not words else f"_{_whole(words)}"


def _fraction(parts: list[str], element: Any) -> str:
    return "/".join(map(_whole, parts)) + " "  # "1/2 v" is no "1/(2v)"


def _root(parts: list[str], element: Any) -> str:
    return f"√({''.join(parts).strip()})"


def _nth_root(parts: list[str], element: Any) -> str:
    return f"{_high(''.join(parts[1:]))}√({''.join(parts[:1]).strip()})"


def _raised_part(parts: list[str], element: Any) -> str:
    return "".join((*parts[:1], *map(_high, parts[1:])))


def _lowered_part(parts: list[str], element: Any) -> str:
    return "".join((*parts[:1], *map(_low, parts[1:])))


def _both(parts: list[str], element: Any) -> str:
    return "".join((*parts[:1], *map(_low, parts[1:2]), *map(_high, parts[2:])))


def _fenced(parts: list[str], element: Any) -> str:
    return f"{element.get('open', '(')}{', '.join(parts)}{element.get('close', ')')}"


def _first(parts: list[str], element: Any) -> str:
    return "".join(parts[:1])


def _row(parts: list[str], element: Any) -> str:
    return ", ".join(parts)


def _table(parts: list[str], element: Any) -> str:
    return "; ".join(parts)


# The form of each element that does not just stand for what is in it, in order.
_SHAPES: dict[str, Callable[[list[str], Any], str]] = {
    **{"mfrac": _fraction, "msqrt": _root, "mroot": _nth_root, "mfenced": _fenced},
    **{"msup": _raised_part, "msub": _lowered_part, "msubsup": _both},
    **{"mover": _raised_part, "munder": _lowered_part, "munderover": _both},
    **{"semantics": _first, "mtr": _row, "mtable": _table},
}
