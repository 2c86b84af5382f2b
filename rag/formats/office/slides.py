"""Presentations of PowerPoint: .pptx files; each slide is a page.

Read from their XML: python-pptx would bring 20 MB of packages along, and knows neither charts'
stored numbers by category nor diagrams, comments, hidden slides or bullets from a layout.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from rag.errors import DocumentError
from rag.formats.extracted import Builder, Extracted, Metadata
from rag.formats.office.charts import add_chart, add_diagram, chart_id, diagram_id
from rag.formats.office.grid import MAX_CELLS, CellRange, Grid, GridCell
from rag.formats.office.package import OfficePackage, Related, child, children, is_on
from rag.formats.office.paragraphs import (
    ShapeParagraph,
    add_paragraphs,
    placeholder_of,
    shape_paragraphs,
)
from rag.formats.office.shapes import Box, reading_order
from rag.formats.office.tables import add_grid, is_title
from rag.formats.office.tally import SlideTally
from rag.formats.packages import local_name
from rag.formats.records.depth import told_if_too_deep

_SLIDE_LEVEL = 2  # of the heading that a slide's title is; of the first slide's, one higher
_TITLES = ("title", "ctrTitle")
_FOOTS = ("ftr", "hdr")
_MARGINS = (*_FOOTS, "dt", "sldNum")  # the day on which it is shown and its number say nothing
_BODIES = ("obj", "body", "tbl", "chart", "dgm", "pic", "media", "clipArt")
_FRAMES = ("sp", "graphicFrame", "grpSp", "pic", "AlternateContent")
_DEEPEST_GROUP = 20  # of groups in groups, whose places are worked out one by one


class _Shape(NamedTuple):
    """A shape of a slide with its place and the styles of its paragraphs."""

    element: Any
    box: Box | None
    kind: str  # of the placeholder that it fills; else empty
    styles: list[Any]


@told_if_too_deep()
def read_pptx(raw: bytes) -> Extracted:
    """Read the slides of a presentation in order, with their speaker notes; hidden ones not."""
    return _DeckReader(OfficePackage(raw)).read()


class _DeckReader:
    def __init__(self, package: OfficePackage) -> None:
        self._package = package
        self._builder = Builder()
        self._tally = SlideTally()
        self._layouts: dict[str, _Layout] = {}
        self._deck_title = ""

    def read(self) -> Extracted:
        main = self._package.main_part("ppt/presentation.xml")
        root = self._package.xml(main)
        if root is None or local_name(root) != "presentation":
            raise DocumentError("is no presentation of PowerPoint; open it and save it as .pptx.")
        related = self._package.related(main)
        slides = children(child(root, "sldIdLst"), "sldId")
        seen: set[str] = set()
        for number, slide in enumerate(slides, 1):
            # PowerPoint counts hidden slides, too.
            self._builder.begin_page()
            target = next(
                (related[v] for k, v in slide.attrib.items() if k.endswith("}id") and v in related),
                None,
            )
            is_new = target is not None and target.part not in seen
            content = self._package.xml(target.part) if target and is_new else None
            if content is not None and not is_on(content, "show", otherwise=True):
                self._tally.hidden.append(number)
            elif target is not None and content is not None:
                seen.add(target.part)
                self._add_slide(number, target.part, content)
        self._tally.report(self._builder)
        return self._builder.extracted(self._metadata())

    def _metadata(self) -> Metadata:
        stated = self._package.metadata()
        return ({"title": self._deck_title} if self._deck_title else {}) | stated

    def _add_slide(self, number: int, part: str, root: Any) -> None:
        related = self._package.related(part)
        tree = child(root, "cSld", "spTree")
        if tree is None:
            return
        layout = self._layout(related)
        shapes = [_shape(each, layout) for each in _visible(tree)]
        titles = [each for each in shapes if each.kind in _TITLES and _line(each)]
        others = [each for each in shapes if each not in titles and each.kind not in _MARGINS]
        order = [others[at] for at in reading_order([each.box for each in others])]
        if titles:
            title = " ".join(map(_line, titles))
            is_first = number == 1 and any(each.kind == "ctrTitle" for each in titles)
            self._builder.add(title, "heading", level=1 if is_first else _SLIDE_LEVEL)
            self._deck_title = self._deck_title or title
        elif _has_words(tree):
            order = self._add_substitute(number, order)
        elif any(True for _ in tree.iter("{*}pic")):
            self._tally.only_pictures.append(number)
        for shape in order:
            self._add_shape(shape, related, layout)
        for shape in shapes:
            if shape.kind in _FOOTS:
                self._builder.add_clutter(_line(shape), "foot of the slide")
        self._add_asides(related)

    def _add_substitute(self, number: int, order: list[_Shape]) -> list[_Shape]:
        """Add a heading for a slide without a title; return the shapes that are still to be added.

        What it says must not seem to belong to the slide before.
        """
        first = _line(order[0]) if order else ""
        if first and _is_single(order[0]) and is_title(first):
            self._builder.add(first, "heading", level=_SLIDE_LEVEL)
            return order[1:]
        self._builder.add(f"Slide {number}", "heading", level=_SLIDE_LEVEL)
        return order

    def _add_shape(
        self, shape: _Shape, related: dict[str, Related], layout: _Layout, depth: int = 0
    ) -> None:
        name = local_name(shape.element)
        if name == "grpSp":
            deep = depth >= _DEEPEST_GROUP
            parts = _all_in(shape.element) if deep else _visible(shape.element)
            inner = [_shape(each, layout) for each in parts]
            for at in reading_order([each.box for each in inner]):
                self._add_shape(inner[at], related, layout, depth + 1)
        elif name == "graphicFrame":
            self._add_frame(shape.element, related)
        elif name == "sp":
            body = child(shape.element, "txBody")
            if body is not None:
                self._add_text(list(shape_paragraphs(body, shape.styles)))

    def _add_text(self, paragraphs: list[ShapeParagraph]) -> None:
        self._tally.struck += sum(paragraph.has_struck for paragraph in paragraphs)
        add_paragraphs(self._builder, [each for each in paragraphs if each.text.strip()])

    def _add_frame(self, frame: Any, related: dict[str, Related]) -> None:
        """Add what a frame shows: a table, a chart, a diagram."""
        table = child(frame, "graphic", "graphicData", "tbl")
        if table is not None:
            add_grid(self._builder, self._table(table), _SLIDE_LEVEL + 1)
        for found, add in ((chart_id(frame), self._add_chart), (diagram_id(frame), add_diagram)):
            target = related.get(found or "")
            root = self._package.xml(target.part) if target else None
            if root is not None:
                add(self._builder, root)
        self._tally.embedded += any(True for _ in frame.iter("{*}oleObj"))

    @staticmethod
    def _add_chart(builder: Builder, root: Any) -> None:
        add_chart(builder, root, _SLIDE_LEVEL + 1)

    def _table(self, table: Any) -> Grid:
        grid = Grid()
        rows = list(children(table, "tr"))
        for at, row in enumerate(rows):
            for column, cell in enumerate(children(row, "tc")):
                body = child(cell, "txBody")
                if body is None or is_on(cell, "hMerge") or is_on(cell, "vMerge"):
                    continue
                if len(grid.cells) >= MAX_CELLS:
                    return grid
                paragraphs = list(shape_paragraphs(body))
                self._tally.struck += sum(paragraph.has_struck for paragraph in paragraphs)
                words = "\n".join(each.text for each in paragraphs if each.text.strip())
                if words.strip():
                    grid.cells[at, column] = GridCell(words)
                    down, right = (_whole(cell.get(n), 1) for n in ("rowSpan", "gridSpan"))
                    if (down, right) != (1, 1):
                        end = at + max(down, 1) - 1, column + max(right, 1) - 1
                        grid.merged.append(CellRange(at, column, *end))
        if is_on(child(table, "tblPr"), "firstRow") and len(rows) > 1 and grid.cells:
            used = {column for _, column in grid.cells}
            grid.tables.append((CellRange(0, min(used), len(rows) - 1, max(used)), 1))
        return grid

    def _add_asides(self, related: dict[str, Related]) -> None:
        """Add the speaker notes of a slide; note its comments."""
        for kind, part in related.values():
            root = self._package.xml(part) if kind in ("notesSlide", "comments") else None
            if root is None:
                continue
            if kind == "comments":
                self._tally.comments += sum(1 for _ in children(root, "cm"))
                continue
            bodies = [
                body
                for each in _visible(child(root, "cSld", "spTree"))
                if (placeholder_of(each) or ("", ""))[0] not in (*_MARGINS, "sldImg")
                and (body := child(each, "txBody")) is not None
            ]
            paragraphs = [each for body in bodies for each in shape_paragraphs(body)]
            if any(each.text.strip() for each in paragraphs):
                self._builder.add("Notes", "heading", level=_SLIDE_LEVEL + 1)
                self._add_text(paragraphs)

    def _layout(self, related: dict[str, Related]) -> _Layout:
        part = next((part for kind, part in related.values() if kind == "slideLayout"), "")
        if part not in self._layouts:
            masters = [p for k, p in self._package.related(part).values() if k == "slideMaster"]
            roots = [self._package.xml(each) if each else None for each in (part, *masters[:1])]
            self._layouts[part] = _Layout([root for root in roots if root is not None])
        return self._layouts[part]


class _Layout:
    """What a slide takes from its layout and its master: the places and styles of shapes."""

    def __init__(self, roots: list[Any]) -> None:
        self._by_number: list[dict[str, Any]] = []
        self._by_kind: list[dict[str, Any]] = []
        for root in roots:
            found = [
                (place, each)
                for each in _visible(child(root, "cSld", "spTree"))
                if (place := placeholder_of(each))
            ]
            self._by_number.append({number: each for (_, number), each in reversed(found)})
            self._by_kind.append({_general(kind): each for (kind, _), each in reversed(found)})
        styles = child(roots[-1], "txStyles") if roots else None
        self._body_style = child(styles, "bodyStyle") if styles is not None else None

    def behind(self, kind: str, number: str) -> list[Any]:
        """Return the shapes that a placeholder takes its looks from, the closest first."""
        found = []
        for at, (by_number, by_kind) in enumerate(zip(self._by_number, self._by_kind, strict=True)):
            shape = by_number.get(number) if at == 0 else None
            shape = by_kind.get(_general(kind)) if shape is None else shape
            found += [shape] if shape is not None else []
        return found

    def styles(self, kind: str, shapes: list[Any]) -> list[Any]:
        """Return the styles of the paragraphs in a placeholder, the closest first."""
        own = [child(each, "txBody", "lstStyle") for each in shapes]
        general = [] if kind in _TITLES else [self._body_style]
        return [style for style in (*own, *general) if style is not None]


def _shape(element: Any, layout: _Layout) -> _Shape:
    place = placeholder_of(element)
    behind = layout.behind(*place) if place else []
    boxes = (_box(each) for each in (element, *behind))
    box = next((box for box in boxes if box is not None), None)
    styles = layout.styles(place[0], behind) if place else []
    return _Shape(element, box, place[0] if place else "", styles)


def _all_in(group: Any) -> Iterator[Any]:
    """Yield the shapes in a group and in all groups in it."""
    for each in group.iter("{*}sp", "{*}graphicFrame"):
        if local_name(each.getparent()) == "grpSp":
            yield each


def _visible(tree: Any) -> Iterator[Any]:
    """Yield the shapes of a slide or a group that are not hidden."""
    for each in children(tree, *_FRAMES):
        shapes = [each]
        if local_name(each) == "AlternateContent":
            options = [list(children(option, *_FRAMES)) for option in each]
            shapes = next((option for option in options if option), [])
        for shape in shapes:
            names = (child(part, "cNvPr") for part in shape if local_name(part).startswith("nv"))
            if not any(is_on(name, "hidden") for name in names):
                yield shape


def _box(shape: Any) -> Box | None:
    frames = (
        child(shape, "spPr", "xfrm"),
        child(shape, "grpSpPr", "xfrm"),
        child(shape, "xfrm"),
    )
    frame = next((each for each in frames if each is not None), None)
    offset, size = child(frame, "off"), child(frame, "ext")
    if offset is None or size is None:
        return None
    return Box(
        _whole(offset.get("x")),
        _whole(offset.get("y")),
        _whole(size.get("cx")),
        _whole(size.get("cy")),
    )


def _whole(value: str | None, otherwise: int = 0) -> int:
    return int(value) if value and value.lstrip("-").isdecimal() and len(value) < 16 else otherwise


def _general(kind: str) -> str:
    """Return the kind of placeholder that a master has for a kind of a slide."""
    return {"ctrTitle": "title", "subTitle": "body"}.get(kind, "body" if kind in _BODIES else kind)


def _line(shape: _Shape) -> str:
    """Return the words of a shape on one line."""
    body = child(shape.element, "txBody")
    words = (each.text for each in shape_paragraphs(body)) if body is not None else ()
    return " ".join(" ".join(words).split())


def _is_single(shape: _Shape) -> bool:
    paragraphs = shape_paragraphs(child(shape.element, "txBody"), shape.styles)
    return [each.depth for each in paragraphs if each.text.strip()] == [0]


def _has_words(tree: Any) -> bool:
    """Return whether a slide holds words, a chart or a diagram."""
    shown = tree.iter("{*}t", "{*}chart", "{*}relIds")
    return any(local_name(each) != "t" or (each.text or "").strip() for each in shown)
