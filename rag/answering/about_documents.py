"""Answer questions about the documents themselves: how many there are, which, by whom, from when.

Such a question is recognised by its form, since what it asks for stands in no passage: title,
author, outlet and date of a document are facts of the index. Each statement cites the beginning
of the documents that it is about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.checking.citations import cite
from rag.index.passages import ListedArticle, list_articles
from rag.index.store import Index
from rag.text.dates import display_date
from rag.text.terms import term_string
from rag.types import Article, Citation, Scope, Statement, Verdict

_NOUN = (
    r"(?:documents?|articles?|files?|texts?|reports?|notes?|papers?|memos?|letters?|minutes"
    r"|stor(?:y|ies)|pieces?|posts?)"
)
_END = r"\s*[?.!]*\s*$"
_HERE = r"(?:\s+(?:in|of) (?:the|this|my|your) (?:folder|collection|corpus|archive|library))?"
_HOW_MANY = re.compile(
    rf"^\s*how many {_NOUN}(?: (?:do (?:you|we|i) have|are there|have you (?:got|read)|"
    rf"(?:were|are) (?:read|indexed)|did you read))?{_HERE}{_END}",
    re.IGNORECASE,
)
_BY_WHOM = re.compile(
    rf"^\s*who (?:wrote|authored|is the author of|was the author of) (?:the |an? )?"
    rf"(?P<about>(?:{_NOUN} )?.+?){_END}",
    re.IGNORECASE,
)
_WHICH = re.compile(
    rf"^\s*(?:(?:which|what) (?:of the )?|(?:list|name|show)(?: me)?(?: all)?(?: of)?(?: the)? )"
    rf"{_NOUN} (?:(?:did|has|have) (?P<writer>.+?) (?:write|written|publish(?:ed)?|authored?)"
    rf"|(?:(?:are|were|is|was) )?(?:written |published )?(?:by|from) (?P<source>.+?)){_END}",
    re.IGNORECASE,
)
_WHEN = re.compile(
    rf"^\s*when was (?:the |an? )?(?P<about>{_NOUN} .+?) (?:published|written|dated){_END}",
    re.IGNORECASE,
)
_NAMES_OF_KINDS = re.compile(
    rf"^(?:the |an? )?{_NOUN}\s+(?:on|about|of|titled|called)?\s*", re.IGNORECASE
)
_MOST_NAMED = 20  # documents that an answer names; a longer list is for `rag articles`
_COUNTED = "counted in the index, not said by a document"
FROM_FACTS = "Answered from what is known of the documents: their titles, authors and dates."


@dataclass(frozen=True, slots=True)
class _AboutDocuments:
    """The documents that a question is about, and what it asks of each."""

    documents: list[ListedArticle]
    counts: bool = False


def describe_documents(index: Index, question: str, scope: Scope | None) -> list[Statement]:
    """Return statements on the documents that a question asks about; none for another question.

    Args:
        index: the documents.
        question: in words.
        scope: only documents within it; None for all.
    """
    forms = [form for form in (_HOW_MANY, _BY_WHOM, _WHICH, _WHEN) if form.match(question)]
    if not forms:
        return []
    listed, _ = list_articles(index.catalog, "", offset=0, limit=-1)
    if scope is not None:
        inside = index.passages.within(scope, [article.id for article in listed])
        listed = [article for article in listed if article.id in inside]
    asked = _read(question, listed)
    articles = [index.catalog.article(article.id) for article in asked.documents[:_MOST_NAMED]]
    found = [article for article in articles if article is not None]
    if not found:
        return []
    return [_count(asked, found)] if asked.counts else _descriptions(found)


def _read(question: str, listed: list[ListedArticle]) -> _AboutDocuments:
    if _HOW_MANY.match(question):
        return _AboutDocuments(listed, counts=True)
    match = _WHICH.match(question)
    if match:
        name = _terms(match["writer"] or match["source"])
        return _AboutDocuments([a for a in listed if name and name <= _known_of(a)])
    match = _BY_WHOM.match(question) or _WHEN.match(question)
    about = _terms(_NAMES_OF_KINDS.sub("", match["about"])) if match else frozenset()
    known = [a for a in listed if a.author] if _BY_WHOM.match(question) else listed
    return _AboutDocuments([a for a in known if about and about <= _terms(a.title)])


def _known_of(article: ListedArticle) -> frozenset[str]:
    """Return the terms of author, outlet and year."""
    return _terms(f"{article.author or ''} {article.outlet or ''} {(article.published or '')[:4]}")


def _terms(text: str) -> frozenset[str]:
    return frozenset(term_string(text).split())


def _count(asked: _AboutDocuments, named: Sequence[Article]) -> Statement:
    count = len(asked.documents)
    text = f"There are {count:,} documents." if count > 1 else "There is 1 document."
    cited = tuple(_opening(number, article) for number, article in enumerate(named, start=1))
    return Statement(text, Verdict.PARTIAL, _COUNTED, cited)


def _descriptions(articles: Sequence[Article]) -> list[Statement]:
    statements = []
    for number, article in enumerate(articles, start=1):
        by = f" is by {article.author}" if article.author else " has no author that is known"
        dated = display_date(article.published, article.published_basis)
        source = ", ".join(part for part in (article.outlet, dated) if part)
        text = f"“{article.title}” ({source}){by}."
        cited = (_opening(number, article),)
        statements.append(Statement(text, Verdict.SUPPORTED, None, cited))
    return statements


def _opening(number: int, article: Article) -> Citation:
    """Cite the first words of an article that are its own."""
    own = (
        block
        for block in article.blocks
        if not any(mark.start < block.end and block.start < mark.end for mark in article.marks)
    )
    block = next(own, article.blocks[0])
    return cite(number, article, block.start, block.end)
