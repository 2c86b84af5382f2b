"""The face of the library: open a corpus, ask it, search it, read it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rag.answering.drafting import draft
from rag.chat import Chat
from rag.checking.citations import check_citations
from rag.checking.verification import verify_cited
from rag.documents.aliases import load_aliases
from rag.errors import ArticleNotFound, CorpusError, IndexBusy, IndexUnwritable
from rag.index.embedder import Embedder
from rag.index.scan import check_folder
from rag.index.store import Index, open_index, other_parts
from rag.index.sync import OnProgress, read_documents
from rag.index.sync import sync as sync_index
from rag.llms import check_spec
from rag.retrieval.filters import check_question, select_articles
from rag.retrieval.lookup import Found, look_up, merge_hits
from rag.settings import Settings, load_settings
from rag.types import Answer, Article, Citation, Event, Hit, Support, SyncReport

if TYPE_CHECKING:
    from rag.llamaindex import AnswerEngine, PassageRetriever

MEGABYTE = 1_000_000  # bytes


class Corpus:
    """A folder of documents with its index. Safe to share between threads.

    Made by :func:`rag.open`.
    """

    def __init__(self, settings: Settings) -> None:
        check_folder(settings.corpus)
        check_spec(settings.llm)
        self.folder = settings.corpus
        self._settings = settings
        self._max_bytes = int(settings.max_file_mb * MEGABYTE)
        self._index: Index = open_index(settings.index_root, Embedder(settings.embedder))
        self._aliases = load_aliases(self.folder)
        self._notice: str | None = None

    def sync(self, *, on_progress: OnProgress | None = None) -> SyncReport:
        """Bring the index in step with the folder; an unchanged folder embeds nothing.

        Raises:
            CorpusError: the folder is missing or holds no document; the index stays.
            IndexBusy: another process is writing to the index.
            IndexUnwritable: the index cannot be written; what was complete stays.
            EmbedderError: the embedding model cannot be loaded.
        """
        self._aliases = load_aliases(self.folder)
        report = sync_index(
            self._index,
            self.folder,
            max_bytes=self._max_bytes,
            on_progress=on_progress,
        )
        self._notice = None
        return report

    def refresh(self, *, on_progress: OnProgress | None = None) -> SyncReport | None:
        """Sync if that is possible, else go on with what is indexed and say so in each answer.

        Returns None where the index could not be written.

        Raises:
            CorpusError: the folder is missing or holds nothing readable.
            IndexBusy, IndexUnwritable: nothing is indexed yet.
            EmbedderError: the embedding model cannot be loaded.
        """
        report = None
        try:
            report = self.sync(on_progress=on_progress)
        except (IndexBusy, IndexUnwritable) as error:
            if not self._index.catalog.passage_counts():
                raise
            self._notice = f"{error} Answers come from what was indexed before."
        if report and not self._index.catalog.passage_counts():
            path, reason = report.failed[0]
            raise CorpusError(
                f"None of the {len(report.failed)} documents in {self.folder} can be read; "
                f"{path} {reason}"
            )
        return report

    def ask(
        self,
        question: str,
        *,
        since: str | None = None,
        until: str | None = None,
        outlets: Sequence[str] | None = None,
        top_k: int | None = None,
        llm: str | None = None,
    ) -> Answer:
        """Answer a question from the articles, each sentence cited, or abstain.

        Args:
            question: in words, at most 4,000 characters.
            since, until: only articles published in this time, both ends included;
                ISO 8601 to the day, month or year.
            outlets: only articles of these outlets.
            top_k: passages that the answer is drawn from.
            llm: who answers: ``none`` quotes, other specs name an LLM.

        Raises:
            QuestionError: the question is empty, too long, or not text.
            FilterError: a date is none, or an outlet is unknown.
            SettingError: ``top_k`` or ``llm`` is out of range, or the LLM wants a key.
            MissingExtra: the package for the LLM is not installed.
        """
        for event in self.stream(
            question, since=since, until=until, outlets=outlets, top_k=top_k, llm=llm
        ):
            if event.answer is not None:
                return event.answer
        raise AssertionError("a stream ends with the answer")

    async def aask(self, question: str, **options: Any) -> Answer:
        """Like :meth:`ask`, without blocking the event loop."""
        return await asyncio.to_thread(self.ask, question, **options)

    def stream(
        self,
        question: str,
        *,
        since: str | None = None,
        until: str | None = None,
        outlets: Sequence[str] | None = None,
        top_k: int | None = None,
        llm: str | None = None,
    ) -> Iterator[Event]:
        """Answer like :meth:`ask`, as events: each statement when drafted and when verified."""
        began = time.perf_counter()
        settings = load_settings(**(self._settings.model_dump() | _given(top_k=top_k, llm=llm)))
        check_spec(settings.llm)
        question = check_question(question)
        article_ids = select_articles(self._index.catalog, since, until, outlets)
        parts = self._look_up(question, settings.top_k, article_ids)
        retrieved = time.perf_counter()
        drafted = draft(question, parts, settings.llm)
        statements = drafted.statements
        for statement in statements:
            yield Event("draft", statement=statement)
            yield Event("verified", statement=statement)
        citations = tuple(dict.fromkeys(c for s in statements for c in s.citations))
        check_citations(citations, self._index.catalog.article)
        answer = Answer(
            question=question,
            understood_as=question,
            status="answered" if statements else "abstained",
            confidence=drafted.probability,
            reason=drafted.reason,
            statements=tuple(statements),
            citations=citations,
            passages=merge_hits(parts, settings.top_k),
            answered_by=drafted.answered_by,
            notice=" ".join(filter(None, (self._notice, drafted.notice))) or None,
            seconds={
                "retrieve": round(retrieved - began, 4),
                "answer": round(time.perf_counter() - retrieved, 4),
            },
            signals=drafted.signals,
            considered=drafted.considered,
        )
        yield Event("done", answer=answer)

    async def astream(self, question: str, **options: Any) -> AsyncIterator[Event]:
        """Like :meth:`stream`, without blocking the event loop."""
        events = self.stream(question, **options)
        while (event := await asyncio.to_thread(next, events, None)) is not None:
            yield event

    def search(
        self,
        query: str,
        *,
        top_k: int = 5,
        since: str | None = None,
        until: str | None = None,
        outlets: Sequence[str] | None = None,
    ) -> list[Hit]:
        """The passages that fit a query best; arguments and errors as for :meth:`ask`."""
        load_settings(**(self._settings.model_dump() | {"top_k": top_k}))
        query = check_question(query)
        article_ids = select_articles(self._index.catalog, since, until, outlets)
        return list(merge_hits(self._look_up(query, top_k, article_ids), top_k))

    def chat(self) -> Chat:
        """A new conversation, in which a follow-up is understood by what was asked before."""
        return Chat(self.ask)

    def check(self, statement: str, citations: Sequence[Citation]) -> Support:
        """Does a sentence say no more than what it cites.

        Args:
            statement: one sentence, without citation marks.
            citations: what it cites, of articles of this corpus.

        Raises:
            ArticleNotFound: an article is not, or no longer, in the corpus.
        """
        return verify_cited(statement, citations, self.article)

    def articles(self) -> list[Article]:
        """All articles, by path; where nothing is indexed yet, those that the folder holds."""
        return self._index.catalog.articles() or read_documents(
            self.folder, max_bytes=self._max_bytes
        )

    def article(self, article_id: str) -> Article:
        """An article by its id or the beginning of it, its path, or its file name.

        Raises:
            ArticleNotFound: there is none, or more than one.
        """
        exact = self._index.catalog.article(article_id)
        if exact is not None:
            return exact
        found = [a for a in self.articles() if _goes_by(a, article_id)]
        if len(found) == 1:
            return found[0]
        what = "No article goes" if not found else f"{len(found)} articles go"
        raise ArticleNotFound(f"{what} by {article_id!r}; `rag articles` lists ids and paths.")

    def as_retriever(self, *, top_k: int | None = None) -> PassageRetriever:
        """The hybrid search as a LlamaIndex ``BaseRetriever``."""
        from rag.llamaindex import PassageRetriever

        limit = top_k or self._settings.top_k
        return PassageRetriever(lambda query: self.search(query, top_k=limit))

    def as_query_engine(self) -> AnswerEngine:
        """The checked answers as a LlamaIndex ``BaseQueryEngine``."""
        from rag.llamaindex import AnswerEngine

        return AnswerEngine(self.ask)

    def state(self) -> dict[str, Any]:
        """What ``rag doctor`` shows, as JSON-ready values; ``whole`` says that all parts agree."""
        expected = sum(self._index.catalog.passage_counts().values())
        vectors, lexical = self._index.vectors.count(), self._index.lexical.count()
        return {
            "corpus": str(self.folder),
            "index": str(self._index.root),
            "embedder": self._settings.embedder,
            "collection": self._index.vectors.name,
            "articles": len(self._index.catalog.passage_counts()),
            "passages": expected,
            "passages_in_chroma": vectors,
            "passages_in_tantivy": lexical,
            "whole": expected == vectors == lexical and expected > 0,
            "other_indexes": other_parts(self._index.root, self._index.embedder),
        }

    def _look_up(self, question: str, limit: int, article_ids: Sequence[str] | None) -> list[Found]:
        return look_up(self._index, self._aliases, question, limit=limit, article_ids=article_ids)


def _goes_by(article: Article, name: str) -> bool:
    stem = article.path.rsplit("/", 1)[-1]
    return article.id.startswith(name) or name in (article.path, stem, stem.rsplit(".", 1)[0])


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
