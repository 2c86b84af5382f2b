"""What is in a document, and in the collection: exact counts and exact places, no guesses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import PurePosixPath

from rag.formats.extracted import Metadata
from rag.preview.counting import Mentioned, dates_in, names_in
from rag.serialization import Value
from rag.text.blocks import HEADER_LEVEL, Block
from rag.types import Article

MOST_MENTIONED = 20  # names and dates of a document
MOST_HEADINGS = 200  # of a document that are listed
MOST_COUNTED = 30  # kinds, sources, folders, names of the collection
_FIRST_LINES = 3
_FIRST_CHARACTERS = 300  # of a first line
_WORD = re.compile(r"\w+(?:[’'‐-]\w+)*")
_TOP_FOLDER = "(top folder)"
_FROM_DOCUMENT = "in the document"
_FROM_FILE = "stated: in documents.toml"
_NO_ENDING = "text"


@dataclass(frozen=True, slots=True)
class StatedFact(Value):
    """Something that is known of a document, and where it was found."""

    field: str
    value: str
    basis: str


@dataclass(frozen=True, slots=True)
class PlacedLine(Value):
    """A line or heading of a document: ``text`` is its words from ``start`` to ``end``."""

    text: str
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class DocumentOverview(Value):
    """What is in one document.

    ``facts`` are its title, outlet, author and date, those that are known. ``names`` and ``dates``
    are those most often spoken of. ``copies`` are the paths of documents with nearly the same
    words, and ``problems`` what a reader should know and what was not read.
    """

    id: str
    path: str
    kind: str
    pages: int
    words: int
    characters: int
    language: str
    facts: tuple[StatedFact, ...]
    first_lines: tuple[PlacedLine, ...]
    headings: tuple[PlacedLine, ...]
    heading_count: int
    names: tuple[Mentioned, ...]
    dates: tuple[Mentioned, ...]
    copies: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MentionedName(Value):
    """A name that documents speak of: in how many, and how often in all of them."""

    name: str
    documents: int
    count: int


@dataclass(frozen=True, slots=True)
class CollectionOverview(Value):
    """What is in a collection.

    ``kinds``, ``sources``, ``folders`` and ``languages`` say of each how many documents there are,
    the most first. ``first`` and ``last`` are the dates of publication of the oldest and the newest
    document, ISO 8601; ``dated`` counts those that have one. ``not_read`` are files that were not
    read, or not in full, each with the reason.
    """

    documents: int
    pages: int
    words: int
    dated: int
    first: str | None
    last: str | None
    kinds: dict[str, int]
    sources: dict[str, int]
    unnamed: int
    folders: dict[str, int]
    languages: dict[str, int]
    names: tuple[MentionedName, ...]
    not_read: tuple[tuple[str, str], ...]


def kind_of(path: str) -> str:
    """Return what kind of file a document is, as its ending says it: ``PDF``."""
    return PurePosixPath(path).suffix.lstrip(".").upper() or _NO_ENDING


def count_words(text: str) -> int:
    """Return how many words a text has, as white space and punctuation part them."""
    return sum(1 for _ in _WORD.finditer(text))


def document_overview(
    article: Article, stated: Metadata, copies: Sequence[str]
) -> DocumentOverview:
    """Return what is in a document.

    Args:
        article: the document.
        stated: what the folder's file of facts states of it.
        copies: the paths of documents with nearly the same words.
    """
    headings = _headings(article.blocks)
    return DocumentOverview(
        id=article.id,
        path=article.path,
        kind=kind_of(article.path),
        pages=article.page_count,
        words=count_words(article.text),
        characters=len(article.text),
        language=article.language,
        facts=tuple(_facts(article, stated)),
        first_lines=tuple(_first_lines(article)),
        headings=tuple(
            PlacedLine(article.text[h.start : h.end], h.start, h.end, h.level)
            for h in headings[:MOST_HEADINGS]
        ),
        heading_count=len(headings),
        names=tuple(names_in(article)[:MOST_MENTIONED]),
        dates=tuple(dates_in(article)[:MOST_MENTIONED]),
        copies=tuple(copies),
        problems=(*article.notes, *article.unread),
    )


def collection_overview(
    articles: Iterable[Article], not_read: Sequence[tuple[str, str]]
) -> CollectionOverview:
    """Return what is in a collection.

    Args:
        articles: its documents.
        not_read: paths that were not read, or not in full, with the reasons.
    """
    counts: dict[str, Counter[str]] = {
        name: Counter() for name in ("kinds", "sources", "folders", "languages")
    }
    documents = pages = words = unnamed = 0
    dates: list[str] = []
    within: Counter[str] = Counter()
    mentions: Counter[str] = Counter()
    for article in articles:
        documents += 1
        pages += article.page_count
        words += count_words(article.text)
        source = article.outlet or article.author
        unnamed += source is None
        dates += [article.published] if article.published else []
        _count(counts, kinds=kind_of(article.path), sources=source, languages=article.language)
        _count(counts, folders=PurePosixPath(article.path).parent.as_posix())
        for named in names_in(article):
            within[named.name] += 1
            mentions[named.name] += named.count
    names = sorted(within, key=lambda name: (-within[name], -mentions[name], name))
    return CollectionOverview(
        documents=documents,
        pages=pages,
        words=words,
        dated=len(dates),
        first=min(dates, default=None),
        last=max(dates, default=None),
        unnamed=unnamed,
        names=tuple(MentionedName(n, within[n], mentions[n]) for n in names[:MOST_COUNTED]),
        not_read=tuple(not_read),
        **{name: _most(counted) for name, counted in counts.items()},
    )


def _count(counts: Mapping[str, Counter[str]], **values: str | None) -> None:
    for name, value in values.items():
        if value:
            counts[name][_TOP_FOLDER if value == "." else value] += 1


def _most(counted: Counter[str]) -> dict[str, int]:
    ordered = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    return dict(ordered[:MOST_COUNTED])


def _headings(blocks: Sequence[Block]) -> list[Block]:
    """Return the headings, without those that are the header of a table."""
    followed = zip_longest(blocks, blocks[1:])
    return [
        block
        for block, after in followed
        if block is not None
        and block.kind == "heading"
        and not (block.level == HEADER_LEVEL and after is not None and after.kind == "row")
    ]


def _facts(article: Article, stated: Metadata) -> Iterable[StatedFact]:
    for field in ("title", "outlet", "author", "published", "url"):
        value = getattr(article, field)
        if not value:
            continue
        basis = _FROM_FILE if field in stated else _FROM_DOCUMENT
        if field == "published":
            basis = article.published_basis or basis
        yield StatedFact(field, value, basis)


def _first_lines(article: Article) -> Iterable[PlacedLine]:
    """Yield the first blocks of a document that are no clutter, cut where they are long."""
    clutter = [mark for mark in article.marks if mark.kind == "clutter"]
    shown = [
        block
        for block in article.blocks[: 10 * _FIRST_LINES]
        if not any(mark.start <= block.start < mark.end for mark in clutter)
    ]
    for block in shown[:_FIRST_LINES]:
        end = min(block.end, block.start + _FIRST_CHARACTERS)
        yield PlacedLine(article.text[block.start : end], block.start, end, block.level)
