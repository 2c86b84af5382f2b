"""Choose the documents that a question about the documents asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rag.answering.collection.asked import DocumentLimit, endings_of
from rag.answering.collection.known import in_folder, is_from
from rag.index.lexical import Alternative
from rag.index.passages import ListedArticle
from rag.index.store import Index
from rag.retrieval.concepts import find_concepts
from rag.text.terms import AliasGroups, analyze, term_string
from rag.types import Article

_MEASURED = 50  # documents with the most passages, whose words are counted
_MOST_HELD = 20_000  # passages that are looked through for a word
_FEWEST_NAMED = 2  # words that are looked for as a phrase first

Span = tuple[int, int]


class Chosen(NamedTuple):
    """Documents that keep to all limits, and where each holds the words asked for, if any were.

    ``is_cut`` says that more passages hold the words than were looked through, so that there may
    be more such documents.
    """

    documents: list[ListedArticle]
    places: dict[str, Span]
    is_cut: bool = False


class _Held(NamedTuple):
    """The passages that hold a concept by document, in order, and whether there may be more."""

    found: dict[str, list[Span]]
    is_cut: bool


def choose(
    index: Index,
    aliases: AliasGroups,
    listed: Sequence[ListedArticle],
    limits: Iterable[DocumentLimit],
) -> Chosen:
    """Return the documents that keep to all limits.

    Args:
        index: what is searched for words.
        aliases: groups of names that mean the same.
        listed: the documents to choose from.
        limits: what they must have in common.
    """
    places: dict[str, Span] = {}
    is_cut = False
    documents = list(listed)
    for limit in limits:
        if limit.kind == "words":
            among = {each.id for each in documents}
            places, cut = _holding(index, aliases, limit.value, among)
            is_cut = is_cut or cut
            documents = [article for article in documents if article.id in places]
        else:
            unread = {path for path, _ in index.catalog.partly_read()}
            documents = [article for article in documents if _keeps(article, limit, unread)]
    return Chosen(documents, places, is_cut)


def _keeps(article: ListedArticle, limit: DocumentLimit, unread: set[str]) -> bool:
    if limit.kind == "time":
        return limit.period is not None and limit.period.holds(article.published)
    if limit.kind == "source":
        return is_from(article, limit.value)
    if limit.kind in ("folder", "ending"):
        return keeps_path(article.path, limit)
    if limit.kind == "title":
        return analyze(limit.value)[0].term in term_string(article.title).split()
    return article.path in unread


def keeps_path(path: str, limit: DocumentLimit) -> bool:
    """Return whether a file keeps to a limit on folder or ending; any other says nothing of it."""
    if limit.kind == "folder":
        return in_folder(path, limit.value)
    return limit.kind != "ending" or path.lower().endswith(endings_of(limit.value))


def _holding(
    index: Index, aliases: AliasGroups, words: str, among: set[str]
) -> tuple[dict[str, Span], bool]:
    """Return the documents that hold words, as a phrase if any does, with the first place.

    Returns beside them whether more may hold them.
    """
    asked = [term.term for term in analyze(words)]
    if len(asked) >= _FEWEST_NAMED:
        whole = _passages(index, [(Alternative(tuple(asked)),)], among)
        if whole.found:
            held = whole.found.items()
            places = {id_: _first_place(index, id_, spans, [[asked]]) for id_, spans in held}
            return places, whole.is_cut
    lexical = index.lexical
    concepts = find_concepts(words, aliases, lexical.document_frequency, lexical.count())
    exact = [
        [option._replace(distance=0) for option in concept.alternatives] for concept in concepts
    ]
    each = [_passages(index, [options], among) for options in exact]
    if not each:
        return {}, False
    shared = set(each[0].found).intersection(*(held.found for held in each[1:]))
    wanted = [[list(option.terms) for option in options] for options in exact]
    spans = {id_: sorted({s for held in each for s in held.found[id_]}) for id_ in shared}
    places = {id_: _first_place(index, id_, spans[id_], wanted) for id_ in shared}
    return places, any(held.is_cut for held in each)


def _passages(index: Index, concepts: Sequence[Sequence[Alternative]], among: set[str]) -> _Held:
    """Return the passages that hold a concept, of some documents."""
    found: dict[str, list[Span]] = {}
    hits = index.lexical.query(concepts, _MOST_HELD)
    for id_, _ in hits:
        article_id, _, span = id_.rpartition(":")
        if article_id in among:
            start, _, end = span.partition("-")
            found.setdefault(article_id, []).append((int(start), int(end)))
    in_order = {article_id: sorted(spans) for article_id, spans in found.items()}
    return _Held(in_order, len(hits) == _MOST_HELD)


def _first_place(
    index: Index, article_id: str, spans: Sequence[Span], wanted: Sequence[Sequence[list[str]]]
) -> Span:
    """Return the first sentence that holds the most of what is wanted; (0, 0) where none does.

    The title of a document counts as part of its passages, so that no sentence need hold it.
    """
    best, place = 0, (0, 0)
    for start, end in spans:
        for row in index.catalog.sentences(article_id, start, end):
            held = sum(any(_has(row.terms, terms) for terms in options) for options in wanted)
            if held > best and row.sentence.kind != "aside":
                best, place = held, row.sentence[:2]
        if best == len(wanted):
            break
    return place


def _has(terms: Sequence[str], row: Sequence[str]) -> bool:
    size = len(row)
    return any(list(terms[at : at + size]) == list(row) for at in range(len(terms) - size + 1))


def longest_of(
    index: Index, documents: Sequence[ListedArticle], *, shortest: bool = False
) -> Article | None:
    """Return the longest document by its words, or the shortest; None where there are none."""
    sign = 1 if shortest else -1
    likely = sorted(documents, key=lambda article: sign * article.passages)[:_MEASURED]
    articles = filter(None, (index.catalog.article(each.id) for each in likely))
    return min(articles, key=lambda article: sign * word_count(article), default=None)


def word_count(article: Article) -> int:
    """Return the number of words of an article, as spaces part them."""
    return len(article.text.split())
