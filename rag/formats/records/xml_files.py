""".xml files: feeds, texts in markup, and data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from rag.errors import DocumentError
from rag.formats.counts import listed
from rag.formats.extracted import Builder, Extracted, Metadata
from rag.formats.office.package import child, children
from rag.formats.office.tables import add_pair, add_record
from rag.formats.packages import local_name, parser_options
from rag.formats.records.depth import is_too_deep, told_if_too_deep
from rag.formats.records.entities import expand_entities
from rag.formats.records.nested import NestedWriter, without_markup
from rag.formats.web.html import read_html

_FEEDS = ("rss", "feed", "RDF")
_ENTRIES = ("item", "entry")
_FEED_DATES = ("pubDate", "published", "updated", "date")
_FEED_PEOPLE = ("author", "creator", "contributor")
_FEED_TEXTS = ("encoded", "content", "description", "summary")  # the fullest first
_FEED_REST = ("category", "link")
_TITLES = frozenset(
    "title head heading subtitle bridgehead caption h1 h2 h3 h4 h5 h6 label".split()
)
_PARAGRAPHS = frozenset("p para simpara ab l lg line seg quote text ptxt".split())
_ENTRIES_OF_LISTS = frozenset("li item listitem list-item step".split())
# Attributes that say something whatever their value, and those that are for programs alone.
_TELLING = frozenset("date when author speaker name title place source subject from to by".split())
_TECHNICAL = frozenset(
    "id idref idrefs class style rend rendition role type target corresp ana transform".split()
)
_LONGEST_NAMED = 80  # characters of an element that is shown with its name, as a field
_DAY = re.compile(r"\d{4}-\d\d(?:-\d\d)?")
_ENDS = tuple(".!?…。！？:;")
_ROWS = frozenset(("row", "tr"))
_CELLS = frozenset(("entry", "cell", "td", "th"))
_NAMELESS = _TITLES | _PARAGRAPHS | _ENTRIES_OF_LISTS | _CELLS  # names that say only what it is
_LOWEST = 5  # level of a heading
_DEEPEST = 200  # elements within each other
_MIN_MIXED = 0.02  # part of the elements that have words beside elements, in a text
_TYPE_MARK = "{http"  # of attributes that say how to read and not what


@told_if_too_deep()
def read_xml(raw: bytes) -> Extracted:
    """Read XML: a feed as its entries, a text as its paragraphs, data as fields and tables."""
    from lxml import etree

    options = parser_options() | {"remove_comments": True, "remove_pis": True}
    try:
        root = etree.fromstring(raw, etree.XMLParser(**options))
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        if is_too_deep(error):
            raise
        reason = " ".join(str(error.msg).split())[:200]
        raise DocumentError(f"is no valid XML ({reason}); repair or remove it.") from error
    name = local_name(root)
    if name.lower() == "html":
        return read_html(raw)
    builder = Builder()
    unknown = expand_entities(root)
    if unknown:
        builder.unread.append(f"refers to {listed(unknown)}, which it does not define")
    metadata: Metadata = {}
    if name in _FEEDS:
        metadata = _add_feed(builder, root)
    elif _is_text(root):
        _TextWriter(builder).write(root, 1, 0)
        metadata = _title(next(root.iter("{*}title", "{*}article-title"), None))
    else:
        NestedWriter(builder).write(_as_data(root, 0))
        metadata = _title(child(root, "title"))
    return builder.extracted(metadata)


def _title(element: Any | None) -> Metadata:
    words = _line(element) if element is not None else ""
    return {"title": words} if words else {}


def _line(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


# Feeds


def _add_feed(builder: Builder, root: Any) -> Metadata:
    """Add the entries of a feed, each under its title."""
    head = child(root, "channel")
    head = root if head is None else head
    found = {name: _line(each) for each in head for name in [local_name(each)]}
    builder.add(found.get("title", ""), "heading", level=1)
    for name in ("description", "subtitle"):
        builder.add(without_markup(found.get(name, "")))
    for entry in root.iter(*(f"{{*}}{name}" for name in _ENTRIES)):
        builder.add(_line_of(entry, ("title",)) or "Entry", "heading", level=2)
        for name in (*_FEED_DATES, *_FEED_PEOPLE, *_FEED_REST):
            for each in children(entry, name):
                person = child(each, "name")
                words = _line(each if person is None else person)
                add_pair(builder, name, words or each.get("href", "") or each.get("term", ""))
        texts = {name: "".join(each.itertext()) for each in entry for name in [local_name(each)]}
        words = next((texts[name] for name in _FEED_TEXTS if texts.get(name, "").strip()), "")
        for paragraph in re.split(r"\n\s*\n", without_markup(words)):
            builder.add(" ".join(paragraph.split()))
    stated = {name: found.get(name, "") for name in ("title", "language")}
    return {name: words for name, words in stated.items() if words}


def _line_of(entry: Any, names: tuple[str, ...]) -> str:
    return next((words for each in children(entry, *names) if (words := _line(each))), "")


# Texts


def _is_text(root: Any) -> bool:
    """Return whether elements stand within sentences, as in DocBook, TEI or JATS."""
    count, mixed, paragraphs = 0, 0, 0
    for element in root.iter():
        count += 1
        mixed += len(element) > 0 and _has_words_beside(element)
        paragraphs += local_name(element) in _PARAGRAPHS - {"text"}
    return mixed > _MIN_MIXED * count or paragraphs > _MIN_MIXED * count


def _has_words_beside(element: Any) -> bool:
    """Return whether an element has words of its own as well as elements."""
    tails = (each.tail for each in element)
    return any(words and words.strip() for words in (element.text, *tails))


def _is_named_value(element: Any) -> bool:
    """Return whether an element is a short value that its name tells the meaning of."""
    if len(element) or local_name(element) in _NAMELESS:
        return False
    words = _line(element)
    return 0 < len(words) <= _LONGEST_NAMED and not words.endswith(_ENDS)


def _is_spoken(words: str) -> bool:
    """Return whether a value is of several words."""
    return sum(any(map(str.isalpha, word)) for word in words.split()) > 1


class _TextWriter:
    def __init__(self, builder: Builder) -> None:
        self._builder = builder

    def write(self, element: Any, level: int, depth: int) -> None:
        """Add what is in an element, its sections one level of headings lower."""
        name = local_name(element)
        if depth > _DEEPEST:
            return
        if name in _ROWS and any(local_name(each) in _CELLS for each in element):
            self._add_row(element)
        elif len(element) == 0 or _has_words_beside(element):
            self._add(name, _line(element), level)
        elif name in _ENTRIES_OF_LISTS and not self._is_deep(element):
            self._builder.add(_line(element), "item", level=1)
        else:
            names = Counter(map(local_name, element))
            titled = not _TITLES.isdisjoint(names)
            self._add_stated(element)
            for each in element:
                is_title = local_name(each) in _TITLES
                if names[local_name(each)] == 1 and _is_named_value(each):
                    add_pair(self._builder, local_name(each), _line(each))
                    continue
                self.write(each, level + (titled and not is_title), depth + 1)

    def _add_stated(self, element: Any) -> None:
        """Add what the attributes of a part say, as the day of a letter; the rest is technical."""
        for name, value in element.attrib.items():
            words = " ".join(value.split())
            if name.startswith("{") or name.lower() in _TECHNICAL or words.startswith("#"):
                continue
            if name.lower() in _TELLING or _DAY.fullmatch(words) or _is_spoken(words):
                add_pair(self._builder, name, words)

    def _add(self, name: str, words: str, level: int) -> None:
        if name in _TITLES:
            self._builder.add(words, "heading", level=min(level, _LOWEST))
        elif name in _ENTRIES_OF_LISTS:
            self._builder.add(words, "item", level=1)
        else:
            self._builder.add(words)

    def _add_row(self, row: Any) -> None:
        cells = [_line(each) for each in row if local_name(each) in _CELLS]
        above = row.getparent()
        is_header = all(local_name(each) == "th" for each in row) or (
            above is not None and local_name(above) == "thead"
        )
        if is_header:
            self._builder.add_header([cell for cell in cells if cell])
            return
        body = above.getparent() if local_name(above) in ("tbody", "tfoot") else above
        header = next((row for head in children(body, "thead") for row in head), None)
        names = [_line(each) for each in header] if header is not None else []
        add_record(self._builder, cells, names if len(names) == len(cells) else [])

    def _is_deep(self, element: Any) -> bool:
        """Return whether an entry of a list holds several paragraphs or a list."""
        return len(element) > 1 or any(
            len(each) and not _has_words_beside(each) for each in element
        )


# Data


def _as_data(element: Any, depth: int) -> Any:
    """Return an element as names and values: those of its attributes and of what is in it."""
    found: dict[str, Any] = {
        name: value for name, value in element.attrib.items() if not name.startswith(_TYPE_MARK)
    }
    inner = [each for each in element if local_name(each)]  # and no entities
    if depth > _DEEPEST or not inner:
        words = _line(element)
        return {**({"": words} if words else {}), **found} if found else words
    below: dict[str, list[Any]] = {}
    plain = {local_name(each) for each in inner if not any(map(local_name, each))}
    for each in inner:
        below.setdefault(local_name(each), []).append(_as_data(each, depth + 1))
    for name, values in below.items():
        if len(values) == 1 and name in plain and isinstance(values[0], dict):
            rest = values[0].items()
            found.update({f"{name}.{key}" if key else name: value for key, value in rest})
        else:
            found[name] = values[0] if len(values) == 1 else values
    for words in _own_words(element):
        found.setdefault("", words)
    return found


def _own_words(element: Any) -> Iterator[str]:
    words = " ".join(filter(None, [element.text, *(each.tail for each in element)]))
    if words.strip():
        yield " ".join(words.split())
