"""White words of OpenDocument: on white paper nobody sees them, on a dark ground everybody does.

As in Word documents, words are held to be unseen only where nothing speaks of another ground.
"""

from __future__ import annotations

from typing import Any

from rag.formats.odf.package import DRAW, FO, STYLE, TABLE, TEXT, OdfFile, OdfStyles, is_ground
from rag.formats.packages import local_name

_PAGE = STYLE + "page-layout-properties"
_FILL = DRAW + "fill"
_MOST_WHITE = 0.3  # of the letters; where more are white, the ground is one that was not seen
_IN_TABLES = ("table", "table-row", "table-cell")  # elements, and the families of their styles


def paper_is_white(file: OdfFile, styles: OdfStyles) -> bool:
    """Return whether the paper of a text is white as far as can be told."""
    roots = [root for root in (file.content, file.styles) if root is not None]
    pages = [page for root in roots for page in root.iter(_PAGE)]
    if any(_is_coloured(page) or len(page.findall(STYLE + "background-image")) for page in pages):
        return False
    if any(map(_may_lie_behind, roots)):
        return False
    white = whole = 0
    for element in file.content.iter(TEXT + "span", TEXT + "p", TEXT + "h"):
        length = len("".join(element.itertext()))
        family = "text" if element.tag == TEXT + "span" else "paragraph"
        whole += length if family == "paragraph" else 0
        look = styles.look(family, element.get(TEXT + "style-name", ""))
        white += length if look.white and not look.ground else 0
    return white <= _MOST_WHITE * whole


def table_has_ground(table: Any, styles: OdfStyles) -> bool:
    """Return whether a table, or anything in it, has a ground that is not white."""
    for element in table.iter(*(TABLE + name for name in _IN_TABLES)):
        family = local_name(element)
        if has_ground(family, element.get(TABLE + "style-name", ""), styles):
            return True
    return False


def has_ground(family: str, name: str, styles: OdfStyles) -> bool:
    """Return whether a style gives what is in it a ground that is not white, or may give it one."""
    for style in styles.chain(family, name):
        if style.find(STYLE + "map") is not None:  # a rule by which it is another style
            return True
        for properties in style:
            if _is_coloured(properties) or properties.find(STYLE + "background-image") is not None:
                return True
    return False


def _is_coloured(properties: Any) -> bool:
    drawn = properties.get(_FILL, "none") not in ("none", "solid")
    colours = (properties.get(FO + "background-color"), properties.get(DRAW + "fill-color"))
    solid = properties.get(_FILL) == "solid"
    return drawn or is_ground(colours[0]) or (solid and is_ground(colours[1]))


def _may_lie_behind(root: Any) -> bool:
    """Return whether a picture or a shape lies where words do."""
    return any(
        isinstance(each.tag, str)
        and each.tag.startswith(DRAW)
        and each.get(TEXT + "anchor-type", "as-char") != "as-char"
        for each in root.iter()
    )
