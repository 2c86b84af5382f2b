"""Answer questions about the documents themselves: how many there are, which, by whom, from when.

Title, author, outlet and date of a document are facts of the index, and which documents hold a
word is looked up in it, so that counts and lists are complete. Each statement cites the documents
that it is about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from rag.answering.collection.asked import Asked, may_be_asked, read_asked
from rag.answering.collection.chosen import Chosen, choose, keeps_path, longest_of, word_count
from rag.answering.collection.facts import AskedFact, read_fact
from rag.answering.collection.known import Known
from rag.answering.collection.meant import documents_meant
from rag.answering.collection.pairs import (
    MORE_THAN_TWO,
    DocumentPair,
    differences_told,
    read_pair,
    two_meant,
)
from rag.answering.collection.told import count_told, counted, described, unread
from rag.answering.collection.told_facts import fact_told, has_fact, may_tell, unknown_fact
from rag.checking.citations import Footnotes
from rag.index.passages import ListedArticle, list_articles
from rag.index.store import Index
from rag.render.compared.documents import WORD_BY_WORD
from rag.text.terms import AliasGroups
from rag.types import Article, Scope, Statement

_MOST_NAMED = 20  # documents that an answer names; a longer list is for `rag articles`
_CITED_EACH = 2  # documents of each source or author
FROM_FACTS = "Answered from what is known of the documents: their titles, authors and dates."


class Described(NamedTuple):
    """Statements on the documents, or if there are none, the reason; and what to know of them."""

    statements: list[Statement]
    reason: str | None = None
    notice: str | None = FROM_FACTS


def describe_documents(
    index: Index, aliases: AliasGroups, question: str, scope: Scope | None
) -> Described | None:
    """Return what is known of the documents that a question asks about; None for another question.

    Args:
        index: the documents.
        aliases: groups of names that mean the same.
        question: in words.
        scope: only documents within it; None for all.
    """
    fact, pair = read_fact(question), read_pair(question)
    if fact is None and pair is None and not may_be_asked(question):
        return None
    listed, _ = list_articles(index.catalog, "", offset=0, limit=-1)
    if scope is not None:
        inside = index.passages.within(scope, [article.id for article in listed])
        listed = [article for article in listed if article.id in inside]
    known = Known(listed)
    told = (fact and _of_some(index, fact, known)) or (pair and _of_two(index, pair, known))
    if told:
        return told
    asked = read_asked(question, known)
    if asked is None:
        return None
    if any(limit.kind == "unread" for limit in asked.limits):
        return _of_unread(index, asked, listed)
    chosen = choose(index, aliases, listed, asked.limits)
    if not chosen.documents:
        return Described([], count_told(asked.limits, 0, len(listed)))
    return Described(list(_TOLD[asked.wants](index, asked, chosen, len(listed))))


def _of_some(index: Index, fact: AskedFact, known: Known) -> Described | None:
    """Return a fact of the documents that a question names; None where it may mean no document.

    A document that is called by its name, and that neither has the fact in its record nor speaks
    of such a thing, is said to have none: no other text is taken for the answer.
    """
    meant = documents_meant(fact.about, known)
    articles = _articles(index, meant.documents)
    if any(has_fact(article, fact.wants) for article in articles):
        notes = Footnotes()
        return Described([fact_told(article, fact.wants, notes) for article in articles])
    if not meant.by_name or any(may_tell(article, fact.wants) for article in articles):
        return None
    return Described([], " ".join(unknown_fact(article, fact.wants) for article in articles))


def _of_two(index: Index, pair: DocumentPair, known: Known) -> Described | None:
    """Return how two documents differ that a question names; None where it may mean others."""
    meant = two_meant(pair, known)
    match _articles(index, meant):
        case [one, other]:
            return Described(differences_told(index.catalog, one, other), None, WORD_BY_WORD)
        case [_, _, *_]:
            return Described([], MORE_THAN_TWO.format(len(meant)), None)
    return None


def _articles(index: Index, documents: Sequence[ListedArticle]) -> list[Article]:
    found = (index.catalog.article(article.id) for article in documents[:_MOST_NAMED])
    return [article for article in found if article is not None]


def _count(index: Index, asked: Asked, chosen: Chosen, total: int) -> Iterator[Statement]:
    text = count_told(asked.limits, len(chosen.documents), total, is_cut=chosen.is_cut)
    yield counted(text, _articles(index, chosen.documents), Footnotes())


def _list(index: Index, asked: Asked, chosen: Chosen, total: int) -> Iterator[Statement]:
    notes, count = Footnotes(), len(chosen.documents)
    each = [
        described(article, notes, place=chosen.places.get(article.id))
        for article in _articles(index, chosen.documents)
    ]
    if count > 1:
        text = count_told(asked.limits, count, total, is_cut=chosen.is_cut)
        more = f" These are the first {_MOST_NAMED}, newest first." if count > _MOST_NAMED else ""
        first = counted(text + more, (), notes)
        cited = tuple(citation for statement in each for citation in statement.citations)
        yield Statement(first.text, first.verdict, first.reason, cited)
    yield from each


def _newest(index: Index, asked: Asked, chosen: Chosen, total: int) -> Iterator[Statement]:
    dated = [article for article in chosen.documents if article.published]
    if not dated:
        yield from _list(index, asked, chosen, total)
        return
    pick = max if asked.wants == "newest" else min
    day = pick(article.published or "" for article in dated)
    undated = len(chosen.documents) - len(dated)
    notes = Footnotes()
    lead = f"The {asked.wants} of {_documents(len(chosen.documents))}: "
    for article in _articles(index, [a for a in dated if a.published == day]):
        yield described(article, notes, lead=lead)
    if undated:
        text = f"No date is known of {_documents(undated)} more."
        without = [article for article in chosen.documents if not article.published]
        yield counted(text, _articles(index, without), notes)


def _longest(index: Index, asked: Asked, chosen: Chosen, total: int) -> Iterator[Statement]:
    best = longest_of(index, chosen.documents, shortest=asked.wants == "shortest")
    if best is not None:
        lead = f"The {asked.wants} of {_documents(len(chosen.documents))}, with "
        yield described(best, Footnotes(), lead=f"{lead}{word_count(best):,} words: ")


def _sources(index: Index, asked: Asked, chosen: Chosen, total: int) -> Iterator[Statement]:
    groups: defaultdict[str, list[ListedArticle]] = defaultdict(list)
    for article in chosen.documents:
        name = article.outlet if asked.wants == "sources" else article.author
        groups[name or ""].append(article)
    nameless, notes = groups.pop("", []), Footnotes()
    what = "source" if asked.wants == "sources" else "author"
    most_first = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    for name, documents in most_first[:_MOST_NAMED]:
        shown = _articles(index, documents[:_CITED_EACH])
        yield counted(f"{name}: {_documents(len(documents))}.", shown, notes)
    if more := most_first[_MOST_NAMED:]:
        text = f"There are {len(more):,} more {what}s, each of fewer documents or as many."
        yield counted(text, _articles(index, more[0][1][:1]), notes)
    if nameless and groups:
        text = f"No {what} is known of {_documents(len(nameless))}."
        yield counted(text, _articles(index, nameless), notes)


def _documents(count: int) -> str:
    return "1 document" if count == 1 else f"{count:,} documents"


def _of_unread(index: Index, asked: Asked, listed: Sequence[ListedArticle]) -> Described:
    """Return which files of the folder or kind asked for were not read, or not in full, and why."""
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    for path, reason in (*index.catalog.skipped(), *index.catalog.partly_read()):
        if all(keeps_path(path, limit) for limit in asked.limits):
            reasons[path].append(reason)
    if not reasons:
        return Described([], f"Every such file was read in full: {_documents(len(listed))} in all.")
    ids = {article.path: article.id for article in listed}
    notes = Footnotes()
    text = f"{len(reasons):,} files were not read, or not in full."
    if len(reasons) == 1:
        text = "1 file was not read, or not in full."
    if asked.wants == "count":
        return Described([counted(text, (), notes)])
    named = sorted(reasons.items())[:_MOST_NAMED]
    each = [
        unread(path, why, index.catalog.article(ids[path]) if path in ids else None, notes)
        for path, why in named
    ]
    return Described([counted(text, (), notes), *each])


_Teller = Callable[[Index, Asked, Chosen, int], Iterator[Statement]]
_TOLD: dict[str, _Teller] = {
    "count": _count,
    "list": _list,
    "newest": _newest,
    "oldest": _newest,
    "longest": _longest,
    "shortest": _longest,
    "sources": _sources,
    "authors": _sources,
}
