"""Summarise documents, or what they say of a subject, in their own words; tell what was when."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.collection.answers import Described
from rag.answering.collection.asked import read_asked
from rag.answering.collection.chosen import choose, longest_of
from rag.answering.collection.known import Known, in_folder, is_from
from rag.answering.collection.meant import documents_meant
from rag.answering.extractive import attribution, quoting
from rag.answering.summaries.asked import SummaryAsked, read_summary
from rag.answering.summaries.central import Unit, choose_central, units_of
from rag.checking.citations import Footnotes, cite
from rag.comparing.timeline import Topic, timeline
from rag.index.passages import ListedArticle, list_articles
from rag.index.store import Index
from rag.retrieval.lookup import Selection, Snapshot
from rag.retrieval.quoting import is_quotable, readable
from rag.retrieval.rank import SPEAKS_AS_WELL
from rag.text.dates import spoken_date
from rag.text.quotations import in_quotes, plain
from rag.text.words.documents import DOCUMENT_NOUN
from rag.types import DatedEvent, Scope, Statement, Verdict

_SIZE = 6  # sentences, where no number is asked for
_LONGEST = 20  # sentences, however many are asked for
_MOST_DOCUMENTS = 8  # of a summary
_OF_EACH = 3  # sentences of one document, where several speak
_MOST_EVENTS = 15  # of a timeline; all are in `rag timeline`
# Of so many passages nearest to a subject the documents are read for its timeline.
_TIMELINE_PASSAGES = 50
_ON_SUBJECT = 0.5  # of a subject's words by weight, that a sentence or what is around it holds
_FEWEST_FOUND = 2  # sentences on a subject; one alone is an answer like any other
# What says that a document is meant, before its title or behind its source.
_KIND = rf"(?:{DOCUMENT_NOUN}|folders?)"
_A_DOCUMENT = re.compile(
    rf"^(?:the|this|that|my|our|your|all)\s+(?=.*\b{_KIND}\b)|\s*\b{_KIND}$"
    rf"|^{_KIND}\s+(?:on|about|of|titled|called|named|by|from)\s+",
    re.IGNORECASE,
)
_CHOSEN = (
    "These are the most central sentences, in the documents' own words; the documents say more."
)


def summarize(
    snapshot: Snapshot, question: str, scope: Scope | None, limit: int
) -> Described | None:
    """Return a summary or a timeline, where a question wants one and there is something to tell.

    Args:
        snapshot: the documents.
        question: in words.
        scope: only documents within it; None for all.
        limit: passages that a summary of a subject is drawn from.
    """
    asked = read_summary(question)
    if asked is None:
        return None
    index = snapshot.index
    listed, _ = list_articles(index.catalog, "", offset=0, limit=-1)
    if scope is not None:
        inside = index.passages.within(scope, [article.id for article in listed])
        listed = [article for article in listed if article.id in inside]
    documents = _documents_meant(snapshot, asked.of, listed)
    if asked.form == "timeline":
        return _timeline(snapshot, asked, documents or listed, scope, by_words=not documents)
    most = min(asked.size or _SIZE, _LONGEST)
    if documents:
        return _of_documents(snapshot, documents, most)
    return _of_subject(snapshot, asked.of, scope, limit, most)


def _documents_meant(
    snapshot: Snapshot, of: str, listed: Sequence[ListedArticle]
) -> list[ListedArticle]:
    """Return the documents that words mean: all where there are none, by title, source, folder."""
    if not of:
        return list(listed)
    known = Known(listed)
    called = documents_meant(of, known).documents
    if called:
        return called
    bare = _A_DOCUMENT.sub("", of).strip(" “”\"'")
    if bare != of:
        by = [each for each in listed if bare and is_from(each, bare)]
        if by or len(listed) == 1:
            return by or list(listed)
    if known.has_folder(bare):
        return [article for article in listed if in_folder(article.path, bare)]
    asked = read_asked(of.removeprefix("the "), known)
    if asked is None or any(limit.kind == "words" for limit in asked.limits):
        return []
    found = choose(snapshot.index, snapshot.aliases, listed, asked.limits).documents
    return _at_the_end(snapshot.index, found, asked.wants)


def _at_the_end(index: Index, found: list[ListedArticle], wants: str) -> list[ListedArticle]:
    """Return the newest, oldest, longest or shortest, where that is wanted; else all."""
    if wants in ("longest", "shortest"):
        best = longest_of(index, found, shortest=wants == "shortest")
        return [each for each in found if best is not None and each.id == best.id]
    dated = sorted(
        (each for each in found if each.published), key=lambda each: each.published or ""
    )
    ends = {"newest": dated[-1:], "oldest": dated[:1]}
    return ends.get(wants, found)


def _of_documents(
    snapshot: Snapshot, documents: Sequence[ListedArticle], most: int
) -> Described | None:
    catalog = snapshot.index.catalog
    found = (catalog.article(each.id) for each in documents[: min(_MOST_DOCUMENTS, most)])
    articles = [article for article in found if article is not None]
    units: list[Unit] = []
    for article in articles:
        rows = catalog.sentences(article.id, 0, len(article.text))
        of_each = max(1, most // len(articles))
        units += choose_central(units_of(article, rows), of_each)
    if not units:
        return None
    left_out = len(documents) - len(articles)
    told = f"Summarised are {len(articles)} of {len(documents):,} documents, the newest. "
    return Described(_quotes(units), None, (told if left_out else "") + _CHOSEN)


def _of_subject(
    snapshot: Snapshot, of: str, scope: Scope | None, limit: int, most: int
) -> Described | None:
    (part, *_) = snapshot.look_up(of, limit, scope)
    units = _on_subject(part)
    if len(units) < _FEWEST_FOUND:
        return None
    sources = len({unit.article.id for unit in units})
    chosen = choose_central(units, most, of_each=_OF_EACH if sources > 1 else None)
    return Described(_quotes(chosen), None, _CHOSEN)


def _on_subject(part: Selection) -> list[Unit]:
    """Return the sentences found that speak of a subject, by how near to it they are."""
    if not part.concepts or not part.candidates:
        return []
    enough = max(_ON_SUBJECT, SPEAKS_AS_WELL * max(each.coverage for each in part.candidates))
    return [
        Unit(each.article, *readable(each), each.vector, (each.similarity + each.coverage) / 2)
        for each in part.candidates
        if each.coverage >= enough and is_quotable(each)
    ]


def _quotes(units: Sequence[Unit]) -> list[Statement]:
    statements: list[Statement] = []
    before: str | None = None
    for number, unit in enumerate(units, start=1):
        article = unit.article
        again = article.id == before
        lead = f"{article.source} also says:" if again else f"{attribution(article)}:"
        statements.append(quoting(article, cite(number, article, unit.start, unit.end), lead))
        before = article.id
    return statements


def _timeline(
    snapshot: Snapshot,
    asked: SummaryAsked,
    documents: Sequence[ListedArticle],
    scope: Scope | None,
    *,
    by_words: bool,
) -> Described | None:
    """Return the dated events of documents, or those on a subject, oldest first."""
    index, topic = snapshot.index, None
    if by_words:
        (part, *_) = snapshot.look_up(asked.of, _TIMELINE_PASSAGES, scope)
        topic = Topic(part.concepts, index.embedder.vector(asked.of))
        near = {hit.article.id for hit in part.hits}
        documents = [each for each in documents if each.id in near]
    articles = [index.catalog.article(each.id) for each in documents]
    events = timeline(index.catalog, filter(None, articles), topic=topic)
    if not events:
        return None
    most = min(asked.size or _MOST_EVENTS, _LONGEST)
    kept = sorted(sorted(events, key=lambda event: -len(event.citations))[:most], key=events.index)
    notes = Footnotes()
    statements = [_dated(snapshot, event, notes) for event in kept]
    shown = sum(len(statement.citations) for statement in statements)
    left = sum(len(event.citations) for event in events) - shown
    told = f"Dated sentences in the timeline of the documents, besides: {left:,}." if left else None
    return Described(statements, None, told)


def _dated(snapshot: Snapshot, event: DatedEvent, notes: Footnotes) -> Statement:
    """Return what happened at a date, with every document that says it in the same words cited.

    What others say of the date is alike, but may be of another place or person.
    """
    words = plain(event.text).casefold()
    cited = tuple(
        notes.cite(snapshot.article(each.article_id), each.start, each.end)
        for each in event.citations
        if plain(each.cited_text).casefold() == words
    )
    about = "About " if event.about else ""
    date = spoken_date(event.date) or event.date
    source = attribution(snapshot.article(cited[0].article_id))
    text = f"{about}{date} ({source}): {in_quotes(event.text)}"
    return Statement(text, Verdict.SUPPORTED, None, cited)
