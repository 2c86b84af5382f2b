"""Tell one fact of a document's record, with the words that say it cited where there are any."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice

from rag.answering.collection.facts import Fact
from rag.answering.collection.told import COUNTED, RECORDED, opening
from rag.checking.citations import Footnotes
from rag.text.dates import TIME, display_date, spoken_dates
from rag.text.quotations import in_quotes
from rag.types import Article, Citation, Statement, Verdict

_HEAD_BLOCKS = 8  # blocks of a document among which a byline or a dateline stands
# By the fact: what it is called, and what a text holds that may tell it in words of its own.
_UNKNOWN = {
    "author": "author",
    "date": "date",
    "outlet": "outlet or publisher",
}
_TELLING = {
    "author": re.compile(
        r"\b(?:wrote|written|authors?|authored|signed|prepared|drafted|compiled|edited|yours)\b"
        r"|^by [A-Z]",
        re.IGNORECASE | re.MULTILINE,
    ),
    "date": TIME,
    "outlet": re.compile(
        r"\b(?:publish\w*|printed|issued|appeared|journal|newspaper|magazine|press)\b",
        re.IGNORECASE,
    ),
}


def has_fact(article: Article, fact: Fact) -> bool:
    """Return whether the record of a document has a fact; length and title are always known."""
    held = {"author": article.author, "date": article.published, "outlet": article.outlet}
    return bool(held.get(fact, True))


def may_tell(article: Article, fact: Fact) -> bool:
    """Return whether the text of a document may tell a fact that its record does not have."""
    return fact in _TELLING and _TELLING[fact].search(article.text) is not None


def unknown_fact(article: Article, fact: Fact) -> str:
    """Return a sentence that says that a fact of a document is not known."""
    return f"No {_UNKNOWN[fact]} is known of {in_quotes(article.title)} ({article.path})."


def fact_told(article: Article, fact: Fact, notes: Footnotes) -> Statement:
    """Return a statement with a fact of a document.

    Args:
        article: the document.
        fact: which fact.
        notes: the citations of the answer.
    """
    if not has_fact(article, fact):
        return Statement(
            unknown_fact(article, fact), Verdict.PARTIAL, RECORDED, (opening(article, notes),)
        )
    text = _TOLD[fact](article)
    ways = _WAYS[fact](article) if fact in _WAYS else ()
    cited = _saying(article, ways, notes)
    if any(way in cited.cited_text for way in ways):
        return Statement(text, Verdict.SUPPORTED, None, (cited,))
    reason = COUNTED if fact in ("pages", "length") else RECORDED
    return Statement(text, Verdict.PARTIAL, reason, (cited,))


def _saying(article: Article, ways: Sequence[str], notes: Footnotes) -> Citation:
    """Cite the byline or dateline that says a fact in one of some ways, or else the opening."""
    own = (
        block
        for block in article.blocks
        if not any(mark.start < block.end and block.start < mark.end for mark in article.marks)
    )
    for block in islice(own, _HEAD_BLOCKS):
        if any(way in article.text[block.start : block.end] for way in ways):
            return notes.cite(article, block.start, block.end)
    return opening(article, notes)


def _named(article: Article, *, dated: bool = True, sourced: bool = True) -> str:
    when = display_date(article.published, article.published_basis) if dated else None
    source = ", ".join(filter(None, (article.outlet if sourced else None, when)))
    return f"{in_quotes(article.title)} ({source})" if source else in_quotes(article.title)


def _dated(article: Article) -> str:
    when = display_date(article.published, article.published_basis)
    return f"{_named(article, dated=False)} is dated {when}."


def _from_outlet(article: Article) -> str:
    at = f", at {article.url}" if article.url else ""
    return f"{_named(article, sourced=False)} is from {article.outlet}{at}."


def _pages(article: Article) -> str:
    if not article.page_count:
        return f"{_named(article)} is a file without pages; it has {_words(article)}."
    return f"{_named(article)} has {_count(article.page_count, 'page')}."


def _length(article: Article) -> str:
    pages = f"{_count(article.page_count, 'page')} and " if article.page_count else ""
    return f"{_named(article)} has {pages}{_words(article)}."


def _words(article: Article) -> str:
    return _count(len(article.text.split()), "word")


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number:,} {noun}s"


_TOLD: dict[Fact, Callable[[Article], str]] = {
    "author": lambda article: f"{_named(article)} is by {article.author}.",
    "date": _dated,
    "outlet": _from_outlet,
    "pages": _pages,
    "length": _length,
    "title": lambda article: f"The title of {article.path} is {_named(article)}.",
}
# The ways in which the words of a document may say a fact themselves.
_WAYS: dict[Fact, Callable[[Article], Sequence[str]]] = {
    "author": lambda article: [article.author] if article.author else [],
    "date": lambda article: spoken_dates(article.published),
    "outlet": lambda article: [article.outlet] if article.outlet else [],
    "title": lambda article: [article.title],
}
