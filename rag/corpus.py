"""Open a corpus of documents, ask it, search it, read it.

The composition root: settings are read here and handed to the packages as plain values, and each
method holds the order of steps of one call.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Generator, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Unpack

from rag.answering.answer import answer_steps
from rag.answering.collection.meant import unread_meant
from rag.answering.conversation import Chat, condense
from rag.answering.generative import Writer, Writers
from rag.checking.citations import Footnotes, check_citation, check_cited_statement
from rag.checking.claims import check_text
from rag.comparing.differences import COMPARED_PASSAGES, find_differences
from rag.comparing.sources import Comparison, compare_sources
from rag.comparing.timeline import Topic, timeline
from rag.documents.reading_process import DocumentReader, ReadingLimits
from rag.documents.scan import check_folder, scan
from rag.errors import ArticleNotFound
from rag.folder import DocumentFolder
from rag.formats import READERS
from rag.index.chunking import chunk_article
from rag.index.store import open_index
from rag.index.sync import read_documents
from rag.limits import iterate_in_threads
from rag.llms.specs import LLMLimits, check_spec, offered_specs
from rag.models.embedder import Embedder
from rag.models.entailment import load_entailment
from rag.models.reader import load_cached_reader
from rag.remote.chosen import chosen_pool, chosen_storage
from rag.retrieval.copies import copies_among
from rag.retrieval.filters import (
    FilterOptions,
    check_question,
    check_range,
    check_text_given,
    read_scope,
)
from rag.retrieval.lookup import Snapshot, merge_hits
from rag.settings import MEGABYTE, Settings, load_settings
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
    Scope,
    Support,
    SyncReport,
)

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

    from rag.llamaindex import AnswerEngine, PassageRetriever


class Corpus:
    """A folder of documents with its index. Safe to share between threads.

    Made by :func:`rag.open`. ``folder`` is its path, ``documents`` what is in it, added to it,
    removed from it; ``settings`` is what the corpus was opened with.
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
        self._index = open_index(chosen_storage(settings, embedder, rebuild=rebuild), embedder)
        self._writers = Writers(settings.prompts, settings.entailment, embedder.similarity)
        limits = ReadingLimits(
            size=settings.max_bytes,
            seconds=settings.parse_seconds,
            memory=int(settings.parse_mb * MEGABYTE),
            sentences=settings.max_sentences,
            languages=settings.ocr_languages,
        )
        self._reader = DocumentReader(limits)
        pool = chosen_pool(settings, embedder)
        self.documents = DocumentFolder(self._index, self.folder, self._reader, pool)

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
        """Answer like :meth:`ask`, without blocking the event loop; cancelling stops an LLM."""
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
        **filters: Unpack[FilterOptions],
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
                included, of ``outlets``, and among ``documents`` (ids, paths, or folders that end
                in ``/``); these four are meant by filters everywhere.

        Raises:
            QuestionError: the question is empty, too long, or not text.
            FilterError: a date is not one, or an outlet or a document is unknown.
            SettingError: an option is out of range, or the LLM needs a key.
            MissingExtra: the package for the LLM is not installed.
            LLMError, ModelError: a model in this process cannot be loaded.
        """
        steps = self._steps(question, llm=llm, top_k=top_k, mode=mode, **filters)
        return (event for event in steps if event is not None)

    async def astream(self, question: str, **options: Any) -> AsyncIterator[Event]:
        """Answer like :meth:`stream`, without blocking the event loop."""
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
        **filters: Unpack[FilterOptions],
    ) -> Generator[Event | None]:
        """Yield the events of an answer, and None whenever an LLM is waited for."""
        settings = self.settings.changed(top_k=top_k, mode=mode)
        question = check_question(question)
        yield from answer_steps(
            self._snapshot(reads=True),
            question,
            self._writer(llm, settings),
            top_k=settings.top_k,
            scope=self._scope(**filters),
            notice=self._notice(question),
        )

    def _notice(self, question: str) -> str | None:
        """Return what the reader of an answer must know of the index and the folder."""
        meant = unread_meant(question, self.skipped())
        said = (self.documents.notice, meant, self.documents.unread_notice())
        return " ".join(filter(None, said)) or None

    def _writer(self, llm: str | LLM | None, settings: Settings) -> Writer | None:
        limits = LLMLimits(settings.llm_timeout, settings.llm_context, settings.steps)
        chosen = llm if llm is not None else self._llm or settings.llm
        return self._writers.get(chosen, limits, strict=settings.mode == "strict")

    def _snapshot(self, *, reads: bool = False) -> Snapshot:
        if not reads:
            return Snapshot(self._index, self.documents.aliases)
        reader = load_cached_reader(self.settings.reader)
        entailment = load_entailment(self.settings.entailment)
        return Snapshot(self._index, self.documents.aliases, reader, entailment)

    def _scope(self, **filters: Unpack[FilterOptions]) -> Scope | None:
        return read_scope(self._index.catalog, **filters)

    def chat(self) -> Chat:
        """Start a conversation, in which a follow-up is understood by what was asked before."""
        return Chat(self.stream, self._condense)

    def _condense(
        self, question: str, turns: Sequence[Answer], llm: str | LLM | None
    ) -> str | None:
        """Return a follow-up as its LLM understands it; None without one, or where it fails."""
        writer = self._writer(llm, self.settings)
        return condense(question, turns, writer) if writer else None

    def search(self, query: str, *, top_k: int = 5, **filters: Unpack[FilterOptions]) -> list[Hit]:
        """Return the passages that fit a query best; arguments and errors as for :meth:`ask`."""
        most = self.settings.changed(top_k=top_k).top_k
        found = self._snapshot().look_up(check_question(query), most, self._scope(**filters))
        return list(merge_hits(found, most))

    def compare(self, question: str, **filters: Unpack[FilterOptions]) -> tuple[Difference, ...]:
        """Return where sources or dates give different values for what is asked, with quotes.

        Arguments and errors as for :meth:`ask`; empty where nothing differs.
        """
        snapshot = self._snapshot(reads=True)
        parts = snapshot.look_up(
            check_question(question), COMPARED_PASSAGES, self._scope(**filters)
        )
        found = find_differences(parts, Footnotes(), snapshot)
        _check((position.citation for one in found for position in one.positions), snapshot)
        return found

    def side_by_side(self, question: str, **filters: Unpack[FilterOptions]) -> Comparison:
        """Return what each document says of a question or topic, with values that agree grouped.

        Arguments and errors as for :meth:`ask`.
        """
        snapshot, scope = self._snapshot(reads=True), self._scope(**filters)
        question = check_question(question)
        parts = snapshot.look_up(question, COMPARED_PASSAGES, scope)
        looked_at: Collection[str] = self._index.catalog.passage_counts()
        if scope is not None:
            looked_at = self._index.passages.within(scope, list(looked_at))
        found = compare_sources(question, parts, len(looked_at), snapshot)
        _check((cited for saying in found.sayings for cited in saying.citations), snapshot)
        return found

    def timeline(
        self, topic: str | None = None, **filters: Unpack[FilterOptions]
    ) -> list[DatedEvent]:
        """Return the dated events of the articles, oldest first, with how each date was found.

        Args:
            topic: what the events must be about, in words; None for everything.
            filters: here ``since`` and ``until`` are when something happened, not when an
                article was published.

        Raises:
            QuestionError: the topic is empty, too long, or not text.
            FilterError: a date is not one, or an outlet or a document is unknown.
        """
        within = check_range(filters.get("since"), filters.get("until"))
        topic = None if topic is None else check_question(topic)
        scope = self._scope(**(filters | {"since": None, "until": None}))
        snapshot, index = self._snapshot(), self._index
        index.refresh()
        about = None
        if topic is not None:
            (found, *_) = snapshot.look_up(topic, 1)
            about = Topic(found.concepts, index.embedder.vector(topic))
        articles = index.catalog.articles()
        if scope is not None:
            wanted = index.passages.within(scope, [article.id for article in articles])
            articles = [article for article in articles if article.id in wanted]
        events = timeline(index.catalog, articles, topic=about, within=within)
        _check((citation for event in events for citation in event.citations), snapshot)
        return events

    def verify(self, text: str, **filters: Unpack[FilterOptions]) -> Checked:
        """Check each sentence of a text against the articles: its verdict, reason and evidence.

        ``supported``, ``contradicted``, ``partial`` or ``not_found``; what no article
        speaks of is not found, which says nothing about whether it is true.

        Args:
            text: a sentence, a paragraph or a whole document, at most 200,000 characters.
            filters: against which articles.

        Raises:
            QuestionError: the text is empty, too long, or not text.
            FilterError: a date is not one, or an outlet or a document is unknown.
        """
        text, scope = check_text_given(text), self._scope(**filters)
        snapshot = self._snapshot()
        checked = check_text(snapshot, text, scope=scope, opinions=self._writers.opinions())
        _check((cited for claim in checked.statements for cited in claim.evidence), snapshot)
        return checked

    def check(
        self,
        statement: str,
        citations: Sequence[Citation],
        *,
        question: str = "",
        by_rules: bool = False,
    ) -> Support:
        """Check that a sentence says no more than what it cites.

        Args:
            statement: one sentence, without citation marks.
            citations: what it cites, of articles of this corpus.
            question: what it answers; a fragment, as "Yes.", is checked together with it.
            by_rules: ask neither the embedder nor ``RAG_ENTAILMENT``: quicker, and the same
                on every machine.

        Raises:
            ArticleNotFound: an article is not, or no longer, in the corpus.
        """
        opinions = None if by_rules else self._writers.opinions()
        return check_cited_statement(
            statement, citations, self.article, opinions, question=question
        )

    def articles(self) -> list[Article]:
        """Return all articles, by path; before anything is indexed, those of the folder."""
        indexed = self._index.catalog.articles()
        return indexed or read_documents(self.folder, self._reader)

    def skipped(self) -> tuple[tuple[str, str], ...]:
        """Return what is in the folder and was not read, or not in full: paths with reasons."""
        return self.documents.skipped()

    def article(self, article_id: str) -> Article:
        """Return an article by its id or the beginning of it, its path, or its file name.

        Raises:
            ArticleNotFound: there is none, or more than one.
        """
        exact = self._index.catalog.article(article_id)
        if exact is not None:
            return exact
        found = [article for article in self.articles() if _is_named(article, article_id)]
        if len(found) == 1:
            return found[0]
        what = f"{len(found)} documents have" if found else "No document has"
        raise ArticleNotFound(
            f"{what} the id, path or file name {article_id!r}; `rag articles` lists them."
        )

    def copies(self) -> list[list[Article]]:
        """Return groups of articles with nearly the same words, as of one report repeated."""
        articles = {article.id: article for article in self._index.catalog.articles()}
        groups = copies_among((article.id, article.text) for article in articles.values())
        return [[articles[id_] for id_ in group] for group in groups]

    def texts(self) -> Iterator[str]:
        """Yield the texts that are embedded, article by article: its passages, its sentences.

        A passage has the title and the date of its article in front.

        Raises:
            EmbedderError: the model, which decides how long a passage is, cannot be loaded.
        """
        for article in self.articles():
            yield from chunk_article(article, self._index.embedder).texts()

    def as_retriever(self, *, top_k: int | None = None) -> PassageRetriever:
        """Return the hybrid search as a LlamaIndex ``BaseRetriever``."""
        from rag.llamaindex import PassageRetriever

        limit = top_k or self.settings.top_k
        return PassageRetriever(lambda query: self.search(query, top_k=limit))

    def as_query_engine(self) -> AnswerEngine:
        """Return the checked answers as a LlamaIndex ``BaseQueryEngine``."""
        from rag.llamaindex import AnswerEngine

        return AnswerEngine(self.ask)

    def state(self) -> dict[str, Any]:
        """Return the index's state as JSON-ready values; ``whole`` says that all parts agree."""
        models = {"reader": self.settings.reader, "entailment": self.settings.entailment}
        unread = [f"{path} {reason}" for path, reason in self.skipped()]
        return {"corpus": str(self.folder)} | self._index.state() | models | {"not_read": unread}


def open(
    folder: str | Path | None = None,
    *,
    llm: str | LLM | None = None,
    rebuild: bool = False,
    sync: bool = True,
    may_be_empty: bool = False,
    on_progress: OnProgress | None = None,
    **settings: Any,
) -> Corpus:
    """Open a corpus folder and bring its index in step with it.

    What is not given comes from the environment (``RAG_…``) or a ``.env`` file.

    Args:
        folder: the folder of documents; ``corpus`` by default.
        llm: who answers: ``none`` quotes, other specs name an LLM (docs/llms.md lists them); or
            an LLM of LlamaIndex, as :func:`rag.scripted_llm` makes one for tests.
        rebuild: build the index anew; once a sync has made it whole, every other index in
            ``index_dir`` is forgotten, all text once stored included. What a server holds is
            forgotten first.
        sync: bring the index in step; without it the corpus answers from what is indexed.
        may_be_empty: a folder without documents is opened too, to be filled later.
        on_progress: called with a :class:`~rag.types.Progress` before and after each long step.
        settings: any other field of :class:`rag.settings.Settings` by its name, as
            ``index_dir``, ``embedder``, ``top_k`` or ``chroma_url``; docs/settings.md says what
            each does. With ``chroma_url`` and no folder, the articles of that server are read
            and nothing is written.

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
    chosen = load_settings(corpus=folder, llm=llm if isinstance(llm, str) else None, **settings)
    if rebuild:
        # A folder that is empty by mistake must not cost the index.
        scan(chosen.corpus, READERS, may_be_empty=may_be_empty)
    corpus = Corpus(chosen, None if isinstance(llm, str) else llm, rebuild=rebuild)
    if sync:
        corpus.documents.refresh(may_be_empty=may_be_empty, on_progress=on_progress)
    return corpus


def _check(citations: Iterable[Citation], snapshot: Snapshot) -> None:
    """Check that citations are the words of the articles; raise CitationError where not."""
    for citation in citations:
        check_citation(citation, snapshot.find_article)


def _is_named(article: Article, name: str) -> bool:
    """Return whether an article has an id that begins so, or this path or file name."""
    file = article.path.rsplit("/", 1)[-1]
    return article.id.startswith(name) or name in (article.path, file, file.rsplit(".", 1)[0])
