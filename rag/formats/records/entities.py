"""Entities of XML that are named in a text: those that the file itself defines, and those of HTML.

The parser expands none, as a file may name others, or make a thousand out of each.
"""

from __future__ import annotations

import re
from html import unescape
from html.entities import html5
from typing import Any

_MOST = 20_000  # entities of a file
_LONGEST = 2_000  # characters of an entity
_DEEPEST = 4  # entities within each other
_REFERENCE = re.compile(r"&([^;&]{1,100});")
_MOST_CHARACTERS = 1_000_000  # of all entities of a file


def expand_entities(root: Any) -> list[str]:
    """Put the words of entities where a tree names them; return the names of those without any.

    An entity that holds markup, or is too long, stays as it is named.
    """
    from lxml import etree

    table = root.getroottree().docinfo.internalDTD
    entities = table.iterentities() if table is not None else ()
    defined = {each.name: each.content for each in entities if each.content}
    unknown: dict[str, None] = {}
    left = _MOST_CHARACTERS
    for count, node in enumerate(list(root.iter(etree.Entity))):
        words = _words(node.name, defined, 0) if count < _MOST else ""
        left -= len(words)
        if not words or left < 0:
            unknown[f"&{node.name};"] = None
        else:
            _replace(node, words)
    return list(unknown)


def _words(name: str, defined: dict[str, str], depth: int) -> str:
    """Return what an entity stands for, with the entities in it; empty where it is not known."""
    if name.startswith("#"):
        return unescape(f"&{name};")
    content = defined.get(name)
    if content is None:
        return html5.get(f"{name};", "")
    if "<" in content or len(content) > _LONGEST or depth > _DEEPEST:
        return ""
    shown, at = "", 0
    for match in _REFERENCE.finditer(content):
        inner = _words(match[1], defined, depth + 1)
        shown += content[at : match.start()] + inner
        at = match.end()
        if not inner or len(shown) > _LONGEST:
            return ""
    return shown + content[at:]


def _replace(node: Any, words: str) -> None:
    """Put words in the place of a node."""
    parent, before = node.getparent(), node.getprevious()
    words += node.tail or ""
    if before is None:
        parent.text = (parent.text or "") + words
    else:
        before.tail = (before.tail or "") + words
    node.tail = None
    parent.remove(node)
