"""Charts and SmartArt: their titles, numbers and words, as the file keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from rag.formats.extracted import Builder
from rag.formats.office.number_formats import GENERAL, shown_number
from rag.formats.office.package import attribute, child, children
from rag.formats.office.tables import add_record
from rag.formats.packages import local_name

_MOST_SERIES = 250  # of a chart; Excel draws 255
_MOST_POINTS = 5_000  # of a chart
_MOST_ENTRIES = 1_000  # of a diagram
_DEEPEST_ENTRY = 20


class _Series(NamedTuple):
    name: str
    categories: dict[int, str]
    values: dict[int, str]


def add_chart(builder: Builder, root: Any, level: int) -> None:
    """Add the title of a chart, and a row for each of its categories.

    Args:
        builder: what to add it to.
        root: the chart's part.
        level: of the heading that its title is.
    """
    found = [_series(each) for each in root.iter("{*}ser")] or list(_extended(root))
    found = [each for each in found if each.values][:_MOST_SERIES]
    title = _words(child(root, "chart", "title"))
    builder.add(title or (found[0].name if len(found) == 1 else ""), "heading", level=level)
    axis = next(
        (
            words
            for each in root.iter("{*}catAx", "{*}dateAx", "{*}valAx")
            if (words := _words(child(each, "title")))
        ),
        "",
    )
    left = _MOST_POINTS
    while found and left > 0:
        together = [each for each in found if each.categories == found[0].categories]
        found = [each for each in found if each not in together]
        header = [axis, *(each.name for each in together)]
        if sum(map(bool, header)) > (not axis and len(header) == 2 and not title):
            builder.add_header([name for name in header if name])
        places = sorted(set().union(*(each.values for each in together)))[:left]
        left -= len(places)
        for at in places:
            cells = [each.values.get(at, "") for each in together]
            add_record(builder, [together[0].categories.get(at, ""), *cells], header)


def _series(element: Any) -> _Series:
    categories = child(element, "cat")
    values = child(element, "val")
    if values is None:
        categories, values = child(element, "xVal"), child(element, "yVal")
    return _Series(_words(child(element, "tx")), _points(categories), _points(values))


def _extended(root: Any) -> Iterator[_Series]:
    """Yield the series of the kinds of chart that came with Office 2016."""
    for data in root.iter("{*}data"):
        names = list(children(data, "strDim"))
        numbers = list(children(data, "numDim"))
        if numbers:
            yield _Series("", _points(names[0] if names else None), _points(numbers[0]))


def _points(element: Any | None) -> dict[int, str]:
    """Return what a cache of cells holds, by place; of several levels all words."""
    found: dict[int, str] = {}
    if element is None:
        return found
    levels = list(element.iter("{*}lvl")) or [element]
    code = next((each.text or GENERAL for each in element.iter("{*}formatCode")), GENERAL)
    is_number = any(local_name(each) in ("numCache", "numLit", "numDim") for each in element.iter())
    for level in levels:
        for point in level.iter("{*}pt"):
            value = child(point, "v")
            words = (value.text if value is not None else point.text) or ""
            at = int(point.get("idx", 0))
            if is_number:
                words = shown_number(words, point.get("formatCode") or code)
            found[at] = f"{words} {found[at]}" if at in found else words
    return dict(list(found.items())[:_MOST_POINTS])


def _words(element: Any | None) -> str:
    """Return the words of a title or of a series' name, typed or from a cell."""
    if element is None:
        return ""
    paragraphs = list(element.iter("{*}p"))
    if paragraphs:
        lines = ("".join(t.text or "" for t in each.iter("{*}t")) for each in paragraphs)
        return " ".join(" ".join(lines).split())
    return " ".join("".join(v.text or "" for v in element.iter("{*}v")).split())


def add_diagram(builder: Builder, root: Any) -> None:
    """Add the words of a SmartArt diagram as a list.

    Args:
        builder: what to add it to.
        root: the part with its data.
    """
    points, below = {}, _hierarchy(root)
    top = ""
    for point in root.iter("{*}pt"):
        name = point.get("modelId", "")
        if point.get("type") == "doc":
            top = name
        words = " ".join("".join(t.text or "" for t in p.iter("{*}t")) for p in point.iter("{*}p"))
        if point.get("type", "node") in ("node", "asst", "doc"):
            points[name] = " ".join(words.split())
    waiting = [(each, 1, "") for each in reversed(below.get(top, []))]
    seen: set[str] = {top}
    while waiting and len(seen) < _MOST_ENTRIES:
        name, depth, above = waiting.pop()
        if name in seen or depth > _DEEPEST_ENTRY:
            continue
        seen.add(name)
        words = points.get(name, "")
        builder.add(words, "item", level=depth, label=above)
        deeper = depth + 1 if words else depth
        waiting += [(each, deeper, words) for each in reversed(below.get(name, []))]


def _hierarchy(root: Any) -> dict[str, list[str]]:
    """Return the entries directly below each, in order."""
    found: dict[str, list[tuple[int, str]]] = {}
    for each in root.iter("{*}cxn"):
        if each.get("type", "parOf") == "parOf":
            place = int(each.get("srcOrd", 0)), each.get("destId", "")
            found.setdefault(each.get("srcId", ""), []).append(place)
    return {above: [name for _, name in sorted(entries)] for above, entries in found.items()}


def chart_id(frame: Any) -> str | None:
    """Return the id of the relation to the chart that a frame shows, if it shows one."""
    for each in frame.iter("{*}chart"):
        return attribute(each, "id")
    return None


def diagram_id(frame: Any) -> str | None:
    """Return the id of the relation to the data of the diagram that a frame shows, if any."""
    for each in frame.iter("{*}relIds"):
        return attribute(each, "dm")
    return None
