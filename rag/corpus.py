"""The face of the library: open a corpus, ask it, search it, read it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Unpack

from rag.answering.answer import answer_steps
from rag.answering.conversation import Chat, condense
from rag.answering.generative import Writer, Writers
from rag.checking.citations import check_cited_statement
from rag.desk import Desk, pick
from rag.documents.formats import READERS
from rag.documents.sandbox import DocumentReader, ReadingLimits
from rag.documents.scan import check_folder, scan
from rag.folder import DocumentFolder
from rag.index.chunking import chunk_article
from rag.index.pipeline import LocalPool, OpenPool
from rag.index.storage import LocalStorage, Storage, storage_key
from rag.index.store import open_index
from rag.index.sync import read_documents
from rag.limits import iterate_in_threads
from rag.llms.specs import LLMLimits, check_spec, offered_specs
from rag.models.embedder import Embedder
from rag.retrieval.filters import Filters, check_question, check_range, check_text_given, read_scope
from rag.retrieval.lookup import Snapshot, merge_hits
from rag.settings import MEGABYTE, Given, Settings, load_settings
from rag.types import (
    Answer,
    Article,
    Checked,
    Citation,
    DatedEvent,
    Difference,
    Event,
    Hit,
    OnProgress,
    Support,
    SyncReport,
)

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

    from rag.llamaindex import AnswerEngine, PassageRetriever


def storage_of(settings: Settings, embedder: Embedder, *, rebuild: bool) -> Storage:
    """Return where the index is kept: on a Chroma server if one is set, else in a folder."""
    root, key = settings.index_root, storage_key(embedder)
    if settings.chroma_url is None:
        return LocalStorage(root, key, rebuild=rebuild)
    from rag.remote.chroma import Server
    from rag.remote.storage import ServerStorage

    server = Server(
        settings.chroma_url,
        settings.chroma_name,
        settings.chroma_token,
        settings.chroma_tenant,
        settings.chroma_database,
        settings.chroma_ca,
    )
    return ServerStorage(root, key, server, rebuild=rebuild)


def pool_of(settings: Settings, embedder: Embedder, reader: DocumentReader) -> OpenPool:
    """Return what opens a worker pool: on a Ray cluster if one is set, else in this process."""
    if settings.ray is None:
        return lambda: nullcontext(LocalPool(embedder, reader))
    from rag.remote.ray import cluster_pool

    return partial(cluster_pool, embedder, reader, settings.ray)


def limits_of(settings: Settings) -> ReadingLimits:
    """How much one file may cost."""
    return ReadingLimits(
        size=settings.max_bytes,
        seconds=settings.parse_seconds,
        memory=int(settings.parse_mb * MEGABYTE),
        sentences=settings.max_sentences,
    )


class Corpus:
    """A folder of documents with its index. Safe to share between threads.

    Made by :func:`rag.open`. ``documents`` is the folder: what is in it, added, removed;
    ``settings`` is what the corpus was opened with.
    """

    def __init__(
        self, settings: Settings, llm: LLM | None = None, *, rebuild: bool = False
    ) -> None:
        if settings.chroma_url is None:
            check_folder(settings.corpus)
        for spec in offered_specs(settings.llm, settings.llms):
            check_spec(spec)
        self.folder = settings.corpus
        self.settings = settings
        self._llm = llm
        embedder = Embedder(settings.embedder, settings.cache_root)
        self._index = open_index(storage_of(settings, embedder, rebuild=rebuild), embedder)
        self._writers = Writers(settings.prompts, settings.checker, embedder.similarity)
        self._reader = DocumentReader(limits_of(settings))
        pool = pool_of(settings, embedder, self._reader)
        self.documents = DocumentFolder(self._index, self.folder, self._reader, pool)

    @property
    def _desk(self) -> Desk:
        return Desk(self._snapshot())

    def _snapshot(self) -> Snapshot:
        return Snapshot(self._index, self.documents.aliases)

    def sync(self, *, on_progress: OnProgress | None = None) -> SyncReport:
        """Bring the index in step with the folder; an unchanged folder embeds nothing.

        Args and errors as of :meth:`rag.folder.DocumentFolder.sync`.
        """
        return self.documents.sync(on_progress=on_progress)

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
        top_k: int | None = None,
        llm: str | LLM | None = None,
        mode: Literal["flag", "strict"] | None = None,
        **filters: Unpack[Filters],
    ) -> Iterator[Event]:
        """Answer a question as events: each statement when drafted and when verified.

        Closing the iterator stops the answer, and an LLM that is writing it.

        Args:
            question: in words, at most 4,000 characters.
            top_k: passages that the answer is drawn from.
            llm: who answers: ``none`` quotes, other specs name an LLM; or an LLM of
                LlamaIndex.
            mode: whether an LLM's sentences that the articles do not support are
                flagged (``flag``) or withdrawn (``strict``).
            filters: only articles published ``since`` and ``until`` some ISO 8601 dates, both
                included, and of ``outlets``; these three are meant by filters everywhere.

        Raises:
            QuestionError: the question is empty, too long, or not text.
            FilterError: a date is none, or an outlet is unknown.
            SettingError: an option is out of range, or the LLM wants a key.
            MissingExtra: the package for the LLM is not installed.
            LLMError, CheckerError: a model in process cannot be loaded.
        """
        steps = self._steps(question, llm=llm, top_k=top_k, mode=mode, **filters)
        return (event for event in steps if event is not None)

    async def astream(self, question: str, **options: Any) -> AsyncIterator[Event]:
        """Like :meth:`stream`, without blocking the event loop."""
        async for event in iterate_in_threads(self._steps(question, **options)):
            if event is not None:
                yield event

    def _steps(
        self,
        question: str,
        *,
        llm: str | LLM | None = None,
        top_k: int | None = None,
        mode: str | None = None,
        **filters: Unpack[Filters],
    ) -> Generator[Event | None]:
        """The events of an answer, and None whenever an LLM is waited for."""
        settings = load_settings(**(self.settings.model_dump() | _given(top_k=top_k, mode=mode)))
        question = check_question(question)
        yield from answer_steps(
            self._snapshot(),
            question,
            self._writer(llm, settings),
            top_k=settings.top_k,
            scope=read_scope(self._index.catalog, **filters),
            notice=self.documents.notice,
        )

    def _writer(self, llm: str | LLM | None, settings: Settings) -> Writer | None:
        limits = LLMLimits(settings.llm_timeout, settings.llm_context)
        chosen = llm if llm is not None else self._llm or settings.llm
        return self._writers.get(chosen, limits, strict=settings.mode == "strict")

    def search(self, query: str, *, top_k: int = 5, **filters: Unpack[Filters]) -> list[Hit]:
        """The passages that fit a query best; arguments and errors as for :meth:`ask`."""
        load_settings(**(self.settings.model_dump() | {"top_k": top_k}))
        query = check_question(query)
        scope = read_scope(self._index.catalog, **filters)
        return list(merge_hits(self._snapshot().look_up(query, top_k, scope), top_k))

    def compare(self, question: str, **filters: Unpack[Filters]) -> tuple[Difference, ...]:
        """Where sources or dates give different values for what is asked, with a quote of each.

        Arguments and errors as for :meth:`ask`; empty where nothing differs.
        """
        question = check_question(question)
        return self._desk.compare(question, read_scope(self._index.catalog, **filters))

    def timeline(self, topic: str | None = None, **filters: Unpack[Filters]) -> list[DatedEvent]:
        """The dated events of the articles, oldest first, each with how its date was found.

        Args:
            topic: what they must be about, in words; None for everything.
            filters: here ``since`` and ``until`` are when something happened, not when an
                article was published.

        Raises:
            QuestionError: the topic is empty, too long, or not text.
            FilterError: a date is none, or an outlet is unknown.
        """
        within = check_range(filters.get("since"), filters.get("until"))
        topic = None if topic is None else check_question(topic)
        scope = read_scope(self._index.catalog, outlets=filters.get("outlets"))
        return self._desk.timeline(topic, within, scope)

    def verify(self, text: str, **filters: Unpack[Filters]) -> Checked:
        """Hold a text against the articles: each sentence with its verdict, reason and evidence.

        ``supported``, ``contradicted``, ``partial`` or ``not_found``; what no article
        speaks of is not found, which says nothing about whether it is true.

        Args:
            text: a sentence, a paragraph or a whole document, at most 200,000 characters.
            filters: against which articles.

        Raises:
            QuestionError: the text is empty, too long, or not text.
            FilterError: a date is none, or an outlet is unknown.
        """
        text = check_text_given(text)
        scope = read_scope(self._index.catalog, **filters)
        return self._desk.verify(text, scope, self._writers.opinions())

    def copies(self) -> list[list[Article]]:
        """Groups of articles with nearly the same words, as of one report that others repeat."""
        return self._desk.copies()

    def chat(self) -> Chat:
        """A new conversation, in which a follow-up is understood by what was asked before."""
        return Chat(self.stream, self._condense)

    def _condense(
        self, question: str, turns: Sequence[Answer], llm: str | LLM | None
    ) -> str | None:
        """A follow-up as its LLM understands it; None without one, or where it fails."""
        writer = self._writer(llm, self.settings)
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
        return check_cited_statement(statement, citations, self.article, opinions)

    def texts(self) -> Iterator[str]:
        """What is embedded, article by article: passages behind title and date, then sentences.

        Raises:
            EmbedderError: the model, which decides how long a passage is, cannot be loaded.
        """
        for article in self.articles():
            yield from chunk_article(article, self._index.embedder).texts()

    def articles(self) -> list[Article]:
        """All articles, by path; where nothing is indexed yet, those that the folder holds."""
        indexed = self._index.catalog.articles()
        return indexed or read_documents(self.folder, self._reader)

    def article(self, article_id: str) -> Article:
        """An article by its id or the beginning of it, its path, or its file name.

        Raises:
            ArticleNotFound: there is none, or more than one.
        """
        exact = self._index.catalog.article(article_id)
        return exact if exact is not None else pick(self.articles(), article_id)

    def as_retriever(self, *, top_k: int | None = None) -> PassageRetriever:
        """The hybrid search as a LlamaIndex ``BaseRetriever``."""
        from rag.llamaindex import PassageRetriever

        limit = top_k or self.settings.top_k
        return PassageRetriever(lambda query: self.search(query, top_k=limit))

    def as_query_engine(self) -> AnswerEngine:
        """The checked answers as a LlamaIndex ``BaseQueryEngine``."""
        from rag.llamaindex import AnswerEngine

        return AnswerEngine(self.ask)

    def state(self) -> dict[str, Any]:
        """What ``rag doctor`` shows, as JSON-ready values; ``whole`` says that all parts agree."""
        return {"corpus": str(self.folder)} | self._index.state()


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def open_corpus(
    folder: str | Path | None = None,
    *,
    llm: str | LLM | None = None,
    rebuild: bool = False,
    sync: bool = True,
    may_be_empty: bool = False,
    on_progress: OnProgress | None = None,
    **settings: Unpack[Given],
) -> Corpus:
    """Open a corpus folder and bring its index in step with it.

    What is not given comes from the environment (``RAG_…``) or a ``.env`` file.

    Args:
        folder: the folder of documents; ``corpus`` by default.
        llm: who answers: ``none`` quotes, other specs name an LLM (see the README); or an
            LLM of LlamaIndex, as :func:`rag.scripted_llm` makes one for tests.
        rebuild: build the index anew; once a sync has made it whole, every other index in
            ``index_dir`` is forgotten, all text once stored included. What a server holds is
            forgotten first.
        sync: bring the index in step; without it the corpus answers from what is indexed.
        may_be_empty: a folder without documents is opened too, to be filled later.
        on_progress: called with a :class:`~rag.types.Progress` before and after each long step.
        settings: any other setting by its name, as ``index_dir``, ``embedder``, ``top_k`` or
            ``chroma_url``; the README's table says what each does. With ``chroma_url`` and
            no folder, the articles of that server are read and nothing is written.

    Raises:
        CorpusError: the folder is missing, empty, or holds nothing readable.
        SettingError: a setting has a value that cannot work.
        IndexMismatch: another version wrote the index.
        IndexDamaged: a file of the index is not as it was written.
        IndexBusy, IndexUnwritable: there is no index yet and it cannot be written.
        IndexUnreachable: the Chroma server does not answer, or refuses.
        EmbedderError: the embedding model cannot be loaded.
        TypeError: there is no setting of such a name.
    """
    unknown = sorted(settings.keys() - Settings.model_fields)
    if unknown:
        raise TypeError(f"rag.open() knows no setting {unknown[0]!r}; see the README's table.")
    chosen = load_settings(corpus=folder, llm=llm if isinstance(llm, str) else None, **settings)
    if rebuild:
        # A folder that is empty by mistake must not cost the index.
        scan(chosen.corpus, READERS, may_be_empty=may_be_empty)
    corpus = Corpus(chosen, None if isinstance(llm, str) else llm, rebuild=rebuild)
    if sync:
        corpus.documents.refresh(may_be_empty=may_be_empty, on_progress=on_progress)
    return corpus
