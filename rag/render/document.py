"""Write the text of an article as the document that it is: headings, tables, lists, speakers.

Every character of the text that is no white space is written once, in its order, except what
parts the cells of a row. What is added to it, as the number of a page, stands in elements of the
class ``added``; so the words of each ``<mark>`` are those from ``data-start`` to ``data-end``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from rag.render.html import view_button
from rag.text.blocks import (
    HEADER_LEVEL,
    MAX_LABEL,
    cell_spans,
    column_names,
    is_enclosed,
    page_of,
    stripped,
)
from rag.text.characters import escape
from rag.text.layout.questions import answer_mark

_PDF = ".pdf"
_PDF_BY_CONTENT = "is a PDF file by its content"  # the note of one that has another ending
_TOP_HEADING = 4  # the title of the pane is one of level 3
_LAST_HEADING = 6  # there is no lower one in HTML
_WHOLE_PART = 4_000  # characters of a part up to which it is shown whole rather than cut
_MOST_COLUMNS = 100  # of a table; a row of more cells is shown as a line
_FIELD_NAME = re.compile(r"[^\n:：]{1,60}[:：](?=\s|$)")
_PARAGRAPH = re.compile(r"\S(?:[^\n]|\n(?!\s*\n))*")
# What an entry of a list may begin with in the text itself, so that no bullet is put before it.
_OWN_BULLET = re.compile(r"[^\w\s“‘\"'(\[«„<]|\(?(?:\d+|\w|[ivxIVX]+)[.)]|\d+(?:\.\d+)+\s")


class _Part(NamedTuple):
    """A stretch of the text that is shown as one thing."""

    start: int
    end: int
    kind: str  # that of a block, or "clutter"
    level: int = 0
    label: str = ""


class _Tag(NamedTuple):
    """A stretch that an element is put around; stretches do not overlap."""

    start: int
    end: int
    kind: str  # "mark", or that of a mark of the article
    number: int = 0
    label: str = ""


class Window(NamedTuple):
    """The part of a text that is shown: offsets, 0-based, end-exclusive."""

    low: int
    high: int


def _places(names: Sequence[str], columns: Sequence[str]) -> list[int]:
    """Return the columns of a row whose empty cells are left out, by the names of its others.

    Nothing is returned where it is not certain: for a name that is not there, or there twice.
    """
    if list(names) == list(columns):
        return list(range(len(columns)))
    at = {name: place for place, name in enumerate(columns)}
    places = [at.get(name, -1) for name in names]
    sure = len(at) == len(columns) and any(names) and -1 not in places
    return places if sure and places == sorted(set(places)) else []


def has_page_images(path: str, pages: int, notes: Iterable[str]) -> bool:
    """Return whether the pages of an article can be drawn: whether it is a PDF.

    Args:
        path: of its file.
        pages: how many it has.
        notes: what was noticed when it was read, as that it is a PDF with another ending.
    """
    named = PurePosixPath(path).suffix.lower() == _PDF
    return bool(pages) and (named or any(_PDF_BY_CONTENT in note for note in notes))


def has_drawn_pages(article: Mapping[str, Any]) -> bool:
    """Return :func:`has_page_images` of ``Article.to_dict()``."""
    return has_page_images(
        article["path"], len(article.get("pages") or ()), article.get("notes") or ()
    )


def document_html(
    article: Mapping[str, Any],
    highlights: Iterable[tuple[int, int, int]],
    current: int,
    window: Window,
    told: Collection[tuple[int, int]] = (),
) -> str:
    """Return a part of the text of an article as HTML.

    Args:
        article: ``Article.to_dict()``.
        highlights: ``(start, end, number)`` of each quote; they become ``<mark id="cite-NUMBER">``,
            further parts of one ``<mark data-of="NUMBER">``. Of two that overlap, the later one
            begins where the earlier one ends.
        current: the number of the quote to be put in view, 0 for none.
        window: which part.
        told: the cells of quoted rows that answer; they are marked within the quote.
    """
    return _DocumentWriter(article, highlights, current, told).write(window)


def whole_parts(article: Mapping[str, Any], low: int, high: int) -> Window:
    """Return a window that begins and ends with the blocks of a text, unless one is very long."""
    for block in article.get("blocks") or ():
        if block["start"] < low < block["end"] and low - block["start"] < _WHOLE_PART:
            low = block["start"]
        if block["start"] < high < block["end"] and block["end"] - high < _WHOLE_PART:
            high = block["end"]
    return Window(low, high)


class _DocumentWriter:
    """Writes one article."""

    def __init__(
        self,
        article: Mapping[str, Any],
        highlights: Iterable[tuple[int, int, int]],
        current: int,
        told: Collection[tuple[int, int]],
    ) -> None:
        self._text: str = article["text"]
        self._current, self._told = current, told
        # The id by which pages are asked for as pictures, empty where there are none.
        self._drawn_as: str = article["id"] if has_drawn_pages(article) else ""
        self._blocks: Sequence[Mapping[str, Any]] = article.get("blocks") or ()
        self._pages: Sequence[int] = article.get("pages") or ()
        self._clutter = [mark for mark in article["marks"] if mark["kind"] == "clutter"]
        asides = [mark for mark in article["marks"] if mark["kind"] != "clutter"]
        self._quotes = sorted(highlights)
        self._spans = {number: (start, end) for start, end, number in self._quotes}
        self._tags = _apart(self._quotes, [*asides, *self._clutter])
        self._next_tag = 0
        self._next_page = 0
        self._headings: list[int] = []
        self._columns: list[str] = []  # the names of those of the table that goes on
        self._shown: set[int] = set()  # the numbers of quotes that have their id

    def write(self, window: Window) -> str:
        """Return the part of the text that is within a window."""
        low, high = window
        self._next_page = max(0, (page_of(self._pages, low) or 1) - 1) if low else 0
        written = []
        for key, group in groupby(self._parts(), self._group):
            cut = (p._replace(start=max(p.start, low), end=min(p.end, high)) for p in group)
            parts = [part for part in cut if part.start < part.end]
            if not parts:
                continue
            written.append(self._pages_to(parts[0].start, "p"))
            written.append(self._write_group(key, parts))
        if high >= len(self._text):
            written.append(self._pages_to(high, "p"))
            rest = self._tags[self._next_tag :]
            written += [self._element(tag, high, high) for tag in rest if tag.kind == "mark"]
        return "".join(written)

    def _group(self, part: _Part) -> tuple[str, tuple[str, ...], int]:
        """Return what parts that stand together have in common; parts are given in their order."""
        if part.kind == "heading" and part.level == HEADER_LEVEL:
            words = " ".join(self._text[part.start : part.end].split())
            self._columns = column_names(words[:MAX_LABEL])
            return "row", tuple(self._columns), 0
        if part.kind == "row":
            names = column_names(part.label)
            if not _places(names, self._columns):
                self._columns = names
            return "row", tuple(self._columns), 0
        self._columns = []
        return part.kind, (), 0 if part.kind in ("item", "field", "clutter") else part.start

    def _parts(self) -> Iterator[_Part]:
        """Yield the blocks, those that are clutter as such, and what stands between them."""
        at = clutter = 0
        for block in self._blocks:
            yield from self._between(at, block["start"])
            at = block["end"]
            while clutter < len(self._clutter) and self._clutter[clutter]["end"] < at:
                clutter += 1
            mark = self._clutter[clutter] if clutter < len(self._clutter) else None
            gone = mark is not None and mark["start"] <= block["start"]
            kind = "clutter" if gone else block["kind"]
            label = mark["label"] if mark is not None and gone else block["label"]
            yield _Part(block["start"], at, kind, block["level"], label)
        yield from self._between(at, len(self._text))

    def _between(self, start: int, end: int) -> Iterator[_Part]:
        """Yield what stands outside of blocks: clutter, and words that are in no block."""
        if not self._text[start:end].strip():
            return
        at = start
        for mark in self._clutter:
            low, high = max(mark["start"], at), min(mark["end"], end)
            if low < high:
                yield from self._words(at, low)
                yield _Part(*stripped(self._text, low, high), "clutter", 0, mark["label"])
                at = high
        yield from self._words(at, end)

    def _words(self, start: int, end: int) -> Iterator[_Part]:
        for paragraph in _PARAGRAPH.finditer(self._text[start:end]):
            yield _Part(start + paragraph.start(), start + paragraph.end(), "text")

    def _write_group(self, key: tuple[str, tuple[str, ...], int], parts: Sequence[_Part]) -> str:
        if key[0] == "row" and parts[-1].kind == "row":
            return self._table(parts, key[1])
        kind = parts[0].kind
        if kind == "clutter":
            return self._folded(parts)
        write = {"heading": self._heading, "turn": self._turn, "field": self._field}
        write["item"] = self._item
        written = "".join(write.get(kind, self._paragraph)(part) for part in parts)
        return f"<ul>{written}</ul>" if kind == "item" else written

    def _paragraph(self, part: _Part) -> str:
        answer = answer_mark(self._text, *part[:2], part.label)
        return f'<p dir="auto">{self._named(part, answer)}</p>'

    def _heading(self, part: _Part) -> str:
        """Write a heading, one level below the one that it stands under: none is skipped."""
        while self._headings and self._headings[-1] >= part.level:
            self._headings.pop()
        self._headings.append(part.level)
        level = min(_TOP_HEADING + len(self._headings) - 1, _LAST_HEADING)
        return f'<h{level} dir="auto">{self._inline(part.start, part.end)}</h{level}>'

    def _turn(self, part: _Part) -> str:
        """Write what one person says, with the name in bold."""
        words = self._text[part.start : part.end]
        if not part.label:
            return self._paragraph(part)
        if words.startswith(part.label):
            name = part.start + len(part.label)
            name += self._text.startswith((":", "："), name)
            said = self._named(part, [(part.start, name)])
        else:
            said = f'<b class="added">{escape(part.label)}:</b> '
            said += self._inline(part.start, part.end)
        return f'<p class="turn" dir="auto">{said}</p>'

    def _field(self, part: _Part) -> str:
        pages = self._pages_to(part.start, "p")
        name = _FIELD_NAME.match(self._text, part.start, part.end)
        names = [*([name.span()] if name else []), *answer_mark(self._text, *part[:2])]
        return f'{pages}<p class="field" dir="auto">{self._named(part, names)}</p>'

    def _named(self, part: _Part, names: Iterable[tuple[int, int]]) -> str:
        """Write words with the names of what follows in bold."""
        written, at = [], part.start
        for low, high in names:
            written += [self._inline(at, low), f"<b>{self._inline(low, high)}</b>"]
            at = high
        return "".join([*written, self._inline(at, part.end)])

    def _item(self, part: _Part) -> str:
        pages = self._pages_to(part.start, "li")
        own = _OWN_BULLET.match(self._text, part.start, part.end) is not None
        kinds = f"level-{min(max(part.level, 1), 6)}{' own' if own else ''}"
        return f'{pages}<li class="{kinds}" dir="auto">{self._inline(part.start, part.end)}</li>'

    def _folded(self, parts: Sequence[_Part]) -> str:
        """Write clutter so that it can be unfolded; unfolded where a quote is from it."""
        within = range(parts[0].start, parts[-1].end)
        opened = any(start < within.stop and end > within.start for start, end, _ in self._quotes)
        labels = ", ".join(dict.fromkeys(part.label for part in parts if part.label))
        words = "".join(
            self._pages_to(part.start, "p")
            + f'<p class="clutter" dir="auto">{self._inline(part.start, part.end)}</p>'
            for part in parts
        )
        summary = f'<summary class="added">{escape(labels or "left out")}</summary>'
        return f'<details class="folded"{" open" if opened else ""}>{summary}{words}</details>'

    def _table(self, parts: Sequence[_Part], columns: Sequence[str]) -> str:
        enclosed = all(is_enclosed(self._text[part.start : part.end]) for part in parts)
        cells = [cell_spans(self._text, *part[:2], enclosed=enclosed) for part in parts]
        width = max(map(len, (columns, *cells)))
        if width > _MOST_COLUMNS:
            return "".join(map(self._paragraph, parts))
        head = ""
        if parts[0].kind == "heading":
            head = self._row(parts[0], cells[0], width, columns)
            parts, cells = parts[1:], cells[1:]
        elif any(columns):  # of a table of which the head is not shown, or stands elsewhere
            shown = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
            head = f'<tr class="added">{shown}</tr>'
        rows = "".join(
            self._row(part, row, width, columns) for part, row in zip(parts, cells, strict=True)
        )
        head = f"<thead>{head}</thead>" if head else ""
        return f'<div class="wide"><table dir="auto">{head}<tbody>{rows}</tbody></table></div>'

    def _row(
        self, part: _Part, cells: Sequence[tuple[int, int]], width: int, columns: Sequence[str]
    ) -> str:
        """Write a row: each cell below its name, or the last one as wide as what is left."""
        pages = self._pages_to(part.start, "td", f' colspan="{width}"')
        names = column_names(part.label)
        places = _places(names, columns) if len(names) == len(cells) < width else []
        name, scope = ("th", ' scope="col"') if part.kind == "heading" else ("td", "")
        last = 0 if places else width - len(cells)
        wide = f' colspan="{last + 1}"' if last else ""
        shown = [
            f"<{name}{scope}{wide if cell is cells[-1] else ''}>{self._inline(*cell)}</{name}>"
            for cell in cells
        ]
        if places:
            below = dict(zip(places, shown, strict=True))
            shown = [below.get(place, "<td></td>") for place in range(width)]
        return f"{f'<tr>{pages}</tr>' if pages else ''}<tr>{''.join(shown)}</tr>"

    def _pages_to(self, offset: int, name: str, attributes: str = "") -> str:
        """Write the numbers of the pages that begin up to an offset."""
        written = []
        while self._next_page < len(self._pages) and self._pages[self._next_page] <= offset:
            self._next_page += 1
            written.append(self._page(name, attributes))
        return "".join(written)

    def _page(self, name: str, attributes: str = "") -> str:
        number = self._next_page
        shown = f"Page {number}"
        if self._drawn_as:
            shown = view_button("page", self._drawn_as, shown, page=number)
        return (
            f'<{name}{attributes} class="page-number added" data-page-number="{number}">'
            f"{shown}</{name}>"
        )

    def _inline(self, start: int, end: int) -> str:
        """Write words with the marks in them, and the numbers of pages that begin within them."""
        written = []
        while self._next_page < len(self._pages) and start < self._pages[self._next_page] < end:
            cut = self._pages[self._next_page]
            self._next_page += 1
            written += [self._tagged(start, cut), self._page("span")]
            start = cut
        return "".join([*written, self._tagged(start, end)])

    def _tagged(self, start: int, end: int) -> str:
        written, at = [], start
        while self._next_tag < len(self._tags):
            tag = self._tags[self._next_tag]
            if tag.start >= end and not tag.start == tag.end == end:
                break
            low, high = max(tag.start, at), min(tag.end, end)
            if low < high or tag.start == tag.end:
                written += [escape(self._text[at:low]), self._element(tag, low, high)]
                at = max(at, high)
            if tag.end > end:
                break
            self._next_tag += 1
        return "".join([*written, escape(self._text[at:end])])

    def _element(self, tag: _Tag, start: int, end: int) -> str:
        """Write a piece of a stretch in its element; the first one of a quote has the id."""
        words = escape(self._text[start:end])
        if tag.kind != "mark":
            return f'<span class="{tag.kind}" title="{escape(tag.label)}">{words}</span>'
        kinds = ["told"] if (start, end) in self._told else []
        if tag.number in self._shown:
            name, kind = f'data-of="{tag.number}"', "now"
        else:
            name, kind = f'id="cite-{tag.number}"', "current"
            name += ' data-quote="{}-{}"'.format(*self._spans[tag.number])
            self._shown.add(tag.number)
        kinds += [kind] if tag.number == self._current else []
        chosen = f' class="{" ".join(kinds)}"' if kinds else ""
        return f'<mark {name}{chosen} data-start="{start}" data-end="{end}">{words}</mark>'


def _apart(
    quotes: Sequence[tuple[int, int, int]], marks: Iterable[Mapping[str, Any]]
) -> list[_Tag]:
    """Return stretches that do not overlap, in order; a quote goes before a mark of the article.

    A quote that earlier ones cover is left without words: a link leads to it all the same.
    """
    found, at = [], 0
    for start, end, number in quotes:
        found.append(_Tag(max(start, at), max(end, at), "mark", number))
        at = max(at, end)
    taken, at = list(found), 0
    for mark in sorted(marks, key=lambda mark: mark["start"]):
        low = max(mark["start"], at)
        for tag in (tag for tag in taken if tag.start < mark["end"] and tag.end > low):
            found.append(_Tag(low, tag.start, mark["kind"], 0, mark["label"]))
            low = tag.end
        found.append(_Tag(low, mark["end"], mark["kind"], 0, mark["label"]))
        at = max(at, mark["end"])
    return sorted(tag for tag in found if tag.start < tag.end or tag.kind == "mark")
