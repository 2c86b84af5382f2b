"""The paragraphs of a shape: their words, and whether they are entries of a list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from rag.formats.extracted import Builder
from rag.formats.office.package import attribute, child, children
from rag.formats.packages import local_name
from rag.formats.superscripts import lowered, raised
from rag.formats.word.numbering import format_number

_LONGEST_LEAD = 200  # characters of a line that a list hangs on
_MOST_LEVELS = 9
# The beginnings of the names of numbering schemes, and what other formats call them.
_SCHEMES = {
    "arabic": "decimal",
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
}
_AROUND = {"Period": ("", "."), "ParenR": ("", ")"), "ParenBoth": ("(", ")"), "Plain": ("", "")}


class ShapeParagraph(NamedTuple):
    """Its words, its depth from 1 in a list or 0 outside of one; whether words were struck out."""

    text: str
    depth: int = 0
    has_struck: bool = False


def shape_paragraphs(body: Any, styles: Sequence[Any] = ()) -> Iterator[ShapeParagraph]:
    """Yield the paragraphs of a shape that have words, with the numbers that they are shown with.

    Args:
        body: the element that holds them.
        styles: the lists of styles that apply, the closest first; those in the body aside.
    """
    own = child(body, "lstStyle")
    sources = [style for style in (own, *styles) if style is not None]
    counts = [0] * _MOST_LEVELS
    for paragraph in children(body, "p"):
        text, has_struck = _words(paragraph)
        properties = child(paragraph, "pPr")
        at = properties.get("lvl", "0") if properties is not None else "0"
        level = min(int(at) if at.isdigit() else 0, _MOST_LEVELS - 1)
        bullet = _bullet(properties, level, sources)
        kind = local_name(bullet) if bullet is not None else "buNone"
        if not text.strip():
            if has_struck:
                yield ShapeParagraph("", 0, True)
            continue
        counts[level + 1 :] = [0] * (_MOST_LEVELS - level - 1)
        if bullet is not None and kind == "buAutoNum":
            start = bullet.get("startAt", "1")
            counts[level] = counts[level] + 1 or 1
            first = int(start) if start.isdigit() and len(start) < 6 else 1
            text = _number(bullet.get("type", ""), counts[level] + first - 1) + text.lstrip()
        else:
            counts[level] = 0
        yield ShapeParagraph(text, level + 1 if kind != "buNone" else 0, has_struck)


def add_paragraphs(builder: Builder, paragraphs: Sequence[ShapeParagraph]) -> None:
    """Add paragraphs; entries of a list hang on the entry above them or the line before."""
    above: list[str] = []
    lead = ""
    for paragraph in paragraphs:
        text = paragraph.text.strip()
        if not paragraph.depth:
            builder.add(text)
            lead, above = (text if len(text) <= _LONGEST_LEAD else ""), []
            continue
        above = above[: paragraph.depth - 1]
        builder.add(
            text, "item", level=paragraph.depth, label=next(filter(None, reversed(above)), lead)
        )
        above += [""] * (paragraph.depth - 1 - len(above)) + [text]


def _number(scheme: str, value: int) -> str:
    match = re.fullmatch(r"([a-z]+(?:Lc|Uc)?)(Period|ParenR|ParenBoth|Plain)", scheme)
    before, behind = _AROUND[match[2]] if match else ("", ".")
    name = _SCHEMES.get(match[1], "decimal") if match else "decimal"
    return f"{before}{format_number(value, name)}{behind} "


def _bullet(properties: Any | None, level: int, styles: Sequence[Any]) -> Any | None:
    """Return the element that says how a paragraph is marked, if one does."""
    levels = [properties, *(child(style, f"lvl{level + 1}pPr") for style in styles)]
    for each in levels:
        found = next(children(each, "buNone", "buChar", "buAutoNum", "buBlip"), None)
        if found is not None:
            return found
    return None


def _words(paragraph: Any) -> tuple[str, bool]:
    """Return the words of a paragraph without those struck out, and whether there are such."""
    words, has_struck = "", False
    for run in paragraph:
        kind = local_name(run)
        if kind == "br":
            words += "\n"
        elif kind == "r" or (kind == "fld" and run.get("type") != "slidenum"):
            text = "".join(t.text or "" for t in children(run, "t"))
            properties = child(run, "rPr")
            look = {} if properties is None else properties.attrib
            shift = look.get("baseline", "0").rstrip("%")
            if look.get("strike", "noStrike") != "noStrike":
                has_struck = has_struck or bool(text.strip())
            elif shift.strip("-0."):
                words += lowered(text) if shift.startswith("-") else raised(text, words)
            else:
                words += text
        elif kind in ("AlternateContent", "m"):
            chosen = child(run, "Choice") if kind == "AlternateContent" else run
            words += "".join(
                t.text or "" for t in (chosen if chosen is not None else run).iter("{*}t")
            )
    return words.replace("\v", "\n"), has_struck


def placeholder_of(shape: Any) -> tuple[str, str] | None:
    """Return the type and the number of the placeholder that a shape fills, if it fills one."""
    for part in shape:
        if local_name(part).startswith("nv"):
            found = child(part, "nvPr", "ph")
            if found is not None:
                return found.get("type", "obj"), attribute(found, "idx") or "0"
    return None
