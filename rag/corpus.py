"""The face of the library: open a corpus, ask it, search it, read it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

from rag.answering.drafting import draft
from rag.answering.finishing import finish
from rag.answering.rewriting import condense
from rag.answering.writers import Writer, Writers
from rag.chat import Chat
from rag.checking.verification import verify_cited
from rag.documents.aliases import load_aliases
from rag.errors import ArticleNotFound, CorpusError, IndexBusy, IndexUnwritable
from rag.index.embedder import Embedder
from rag.index.scan import check_folder
from rag.index.store import Index, open_index, state_of
from rag.index.sync import OnProgress, read_documents
from rag.index.sync import sync as sync_index
from rag.llms.specs import Limits, check_spec
from rag.retrieval.filters import check_question, select_articles
from rag.retrieval.lookup import Found, look_up, merge_hits
from rag.settings import Settings, load_settings
from rag.streams import in_threads
from rag.types import Answer, Article, Citation, Event, Hit, Support, SyncReport

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

    from rag.llamaindex import AnswerEngine, PassageRetriever

MEGABYTE = 1_000_000  # bytes


class Corpus:
    """A folder of documents with its index. Safe to share between threads.

    Made by :func:`rag.open`.
    """

    def __init__(self, settings: Settings, llm: LLM | None = None) -> None:
        check_folder(settings.corpus)
        check_spec(settings.llm)
        self.folder = settings.corpus
        self._settings = settings
        self._llm = llm
        self._max_bytes = int(settings.max_file_mb * MEGABYTE)
        embedder = Embedder(settings.embedder)
        self._index: Index = open_index(settings.index_root, embedder)
        self._writers = Writers(settings.prompts, settings.checker, embedder.similarity)
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

    def ask(self, question: str, **options: Any) -> Answer:
        """Answer a question from the articles, each sentence cited, or abstain.

        Args:
            question: in words, at most 4,000 characters.
            options: as of :meth:`stream`, whose errors are raised too.
        """
        for event in self.stream(question, **options):
            if event.answer is not None:
                return event.answer
        raise AssertionError("a stream ends with the answer")

    async def aask(self, question: str, **options: Any) -> Answer:
        """Like :meth:`ask`, without blocking the event loop; cancelling it leaves the LLM."""
        async for event in self.astream(question, **options):
            if event.answer is not None:
                return event.answer
        raise AssertionError("a stream ends with the answer")

    def stream(
        self,
        question: str,
        *,
        since: str | None = None,
        until: str | None = None,
        outlets: Sequence[str] | None = None,
        top_k: int | None = None,
        llm: str | LLM | None = None,
        mode: Literal["flag", "strict"] | None = None,
    ) -> Iterator[Event]:
        """Answer a question as events: each statement when drafted and when verified.

        Closing the iterator stops the answer, and an LLM that is writing it.

        Args:
            question: in words, at most 4,000 characters.
            since, until: only articles published in this time, both ends included;
                ISO 8601 to the day, month or year.
            outlets: only articles of these outlets.
            top_k: passages that the answer is drawn from.
            llm: who answers: ``none`` quotes, other specs name an LLM; or an LLM of
                LlamaIndex.
            mode: whether an LLM's sentences that the articles do not support are
                flagged (``flag``) or withdrawn (``strict``).

        Raises:
            QuestionError: the question is empty, too long, or not text.
            FilterError: a date is none, or an outlet is unknown.
            SettingError: an option is out of range, or the LLM wants a key.
            MissingExtra: the package for the LLM is not installed.
            LLMError, CheckerError: a model in process cannot be loaded.
        """
        steps = self._steps(
            question,
            {"since": since, "until": until, "outlets": outlets},
            top_k=top_k,
            mode=mode,
            llm=llm,
        )
        return (event for event in steps if event is not None)

    async def astream(self, question: str, **options: Any) -> AsyncIterator[Event]:
        """Like :meth:`stream`, without blocking the event loop."""
        filters = {name: options.pop(name, None) for name in ("since", "until", "outlets")}
        async for event in in_threads(self._steps(question, filters, **options)):
            if event is not None:
                yield event

    def _steps(
        self,
        question: str,
        filters: dict[str, Any],
        *,
        llm: str | LLM | None = None,
        **options: Any,
    ) -> Generator[Event | None]:
        """The events of an answer, and None whenever an LLM is waited for."""
        began = time.perf_counter()
        settings = load_settings(**(self._settings.model_dump() | _given(**options)))
        question = check_question(question)
        writer = self._writer(llm, settings)
        article_ids = select_articles(self._index.catalog, **filters)
        parts = self._look_up(question, settings.top_k, article_ids)
        retrieved = time.perf_counter()
        drafted = yield from draft(question, parts, writer)
        seconds = {
            "retrieve": round(retrieved - began, 4),
            "answer": round(time.perf_counter() - retrieved, 4),
        }
        answer = finish(
            question,
            drafted,
            merge_hits(parts, settings.top_k),
            article=self._index.catalog.article,
            notice=self._notice,
            seconds=seconds,
        )
        yield Event("done", answer=answer)

    def _writer(self, llm: str | LLM | None, settings: Settings) -> Writer | None:
        limits = Limits(settings.llm_timeout, settings.llm_context)
        chosen = llm if llm is not None else self._llm or settings.llm
        return self._writers.get(chosen, limits, strict=settings.mode == "strict")

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
        return Chat(self.stream, self._condense)

    def _condense(
        self, question: str, turns: Sequence[Answer], llm: str | LLM | None
    ) -> str | None:
        """A follow-up as its LLM understands it; None without one, or where it fails."""
        writer = self._writer(llm, self._settings)
        return condense(question, turns, writer) if writer else None

    def check(
        self, statement: str, citations: Sequence[Citation], *, by_rules: bool = False
    ) -> Support:
        """Does a sentence say no more than what it cites.

        Args:
            statement: one sentence, without citation marks.
            citations: what it cites, of articles of this corpus.
            by_rules: ask neither the embedder nor ``RAG_CHECKER``: quicker, and the same
                on every machine.

        Raises:
            ArticleNotFound: an article is not, or no longer, in the corpus.
        """
        opinions = None if by_rules else self._writers.opinions()
        return verify_cited(statement, citations, self.article, opinions)

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
        return {"corpus": str(self.folder)} | state_of(self._index)

    def _look_up(self, question: str, limit: int, article_ids: Sequence[str] | None) -> list[Found]:
        return look_up(self._index, self._aliases, question, limit=limit, article_ids=article_ids)


def _goes_by(article: Article, name: str) -> bool:
    stem = article.path.rsplit("/", 1)[-1]
    return article.id.startswith(name) or name in (article.path, stem, stem.rsplit(".", 1)[0])


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
