"""New articles through reading, embedding and writing, all three at once.

While one batch is embedded, the next is read and cut in a thread, and the last is
written in another; more than that is never held, however many documents there are.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from rag.documents.loading import article_id
from rag.documents.reading_process import DocumentReader
from rag.errors import DocumentError
from rag.index.catalog import FileRow, TextRow, pack, unpack
from rag.index.chunking import ChunkedArticle, chunk_article, digest
from rag.index.failures import storing
from rag.index.store import Index
from rag.models.embedder import Embedder
from rag.models.runtime import Vectors
from rag.types import OnProgress, Progress


class RawDocument(NamedTuple):
    """A file to be read: its number among all, its path in the folder, and its bytes."""

    number: int
    name: str
    raw: bytes


class ReadDocument(NamedTuple):
    """A file that was read and cut, or the problem that prevents it."""

    number: int
    article: ChunkedArticle | None
    problem: str = ""


class WorkerPool(Protocol):
    """The workers that read and embed the documents of a sync."""

    def read(self, documents: Iterable[RawDocument]) -> Iterator[ReadDocument]:
        """Yield documents cut into passages and sentences, in their order."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as :meth:`rag.models.embedder.Embedder.encode` does."""
        ...


OpenPool = Callable[[DocumentReader], AbstractContextManager[WorkerPool]]


class LocalPool:
    """This process, on all its cores."""

    def __init__(self, embedder: Embedder, reader: DocumentReader) -> None:
        self._embedder = embedder
        self._reader = reader

    def read(self, documents: Iterable[RawDocument]) -> Iterator[ReadDocument]:
        """Yield documents cut into passages and sentences, in their order."""
        for document in documents:
            yield read_document(document, self._embedder, self._reader)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts; returns an array of shape (len(texts), dimension), float32."""
        return self._embedder.encode(texts)


def read_document(
    document: RawDocument, embedder: Embedder, reader: DocumentReader
) -> ReadDocument:
    """Read a document and cut it into passages and sentences, or say why it cannot be read."""
    try:
        parsed = reader.parse(document.raw, document.name)
    except DocumentError as error:
        return ReadDocument(document.number, None, str(error))
    article = chunk_article(parsed.article, embedder, parsed.sentences)
    return ReadDocument(document.number, article)


# Texts embedded together, of which those of a length share a batch: more would be a little quicker,
# and would leave whoever waits without a sign for longer than some four seconds.
_BATCH_TEXTS = 256
# One commit writes as much as takes so long to embed, and fits into some fifty megabytes.
_COMMIT_SECONDS = 10.0
_COMMIT_TEXTS = 16_384


INDEXING = "Indexing"  # the step of a sync that reads, embeds and writes new documents


@dataclass
class Plan:
    """The files that a sync found, by what it does with them, and what it has written."""

    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    # Files whose article is served already (renamed, copied, touched), and those
    # whose article is new, by its id.
    known: list[FileRow] = field(default_factory=list)
    new: dict[str, list[FileRow]] = field(default_factory=dict)
    written: list[FileRow] = field(default_factory=list)


class _Batch(NamedTuple):
    """Articles that were read, how many files have been read with them, and the last of these."""

    articles: list[ChunkedArticle]
    done: int
    last: str


class _Embedded(NamedTuple):
    """Articles, and the new vectors of their texts as the catalog keeps them, by digest."""

    articles: list[ChunkedArticle]
    vectors: dict[bytes, bytes]


def write_new(
    index: Index,
    folder: Path,
    plan: Plan,
    reader: DocumentReader,
    open_pool: OpenPool,
    tell: OnProgress,
) -> int:
    """Index the files that a plan says are new; return the number of texts embedded.

    A text that occurs twice, in one file or in several, now or in an earlier sync, is embedded
    once.

    Args:
        index: the index to write to.
        folder: the corpus folder.
        plan: which files are new; those that fail are noted there.
        reader: reads the bytes of the files, within its limits.
        open_pool: opens the worker pool that reads and embeds them.
        tell: called before and after each batch.

    Raises:
        KeyboardInterrupt: the user stopped it; what was finished is kept, as its message says.
    """
    if plan.known:
        with storing(index.storage.folder.root):
            index.catalog.put_files(plan.known)
        plan.written += plan.known
    if not plan.new:
        return 0
    tell(Progress("Loading the embedding model", 0, 0))
    embedded, total = 0, len(plan.new)
    stopped = threading.Event()
    try:
        with open_pool(reader) as pool, _Writer(index, plan) as writer:
            done = 0
            for batch in _read_ahead(_batches(pool, folder, plan, reader, stopped)):
                tell(Progress(INDEXING, done, total, batch.last))
                fresh = _embed(index, pool, batch.articles, writer.unwritten())
                embedded += len(fresh)
                writer.put(_Embedded(batch.articles, fresh))
                done = batch.done
                tell(Progress(INDEXING, done, total, batch.last))
    except KeyboardInterrupt:
        reader.stop()
        kept = len(plan.written) - len(plan.known)
        raise KeyboardInterrupt(
            f"{kept} of {total} new documents were indexed and are kept; run it again to go on"
        ) from None
    finally:
        stopped.set()
    return embedded


def _batches(
    pool: WorkerPool, folder: Path, plan: Plan, reader: DocumentReader, stopped: threading.Event
) -> Iterator[_Batch]:
    """Yield the new articles, cut, a batch at a time; note in the plan what cannot be read."""
    files = list(plan.new.values())
    articles: list[ChunkedArticle] = []
    done, name = 0, ""
    for read in pool.read(_documents(folder, plan, reader)):
        if stopped.is_set():
            return
        done, name = read.number + 1, files[read.number][0].path
        if read.article is None:
            plan.failed += [(row.path, read.problem) for row in files[read.number]]
        else:
            articles.append(read.article)
        if sum(article.size for article in articles) >= _BATCH_TEXTS:
            yield _Batch(articles, done, name)
            articles = []
    if articles:
        yield _Batch(articles, done, name)


def _documents(folder: Path, plan: Plan, reader: DocumentReader) -> Iterator[RawDocument]:
    """Yield the new files with their bytes; note in the plan what cannot be read."""
    for number, (id_, rows) in enumerate(plan.new.items()):
        name = rows[0].path
        try:
            raw = reader.raw(folder / name)
            if article_id(raw, name) != id_:
                raise DocumentError("was changed while it was read; run the sync again.")
        except DocumentError as error:
            plan.failed += [(row.path, str(error)) for row in rows]
            continue
        yield RawDocument(number, name, raw)


def _read_ahead(batches: Iterator[_Batch]) -> Iterator[_Batch]:
    """Yield each batch, read in a thread while the one before it is embedded."""
    thread = ThreadPoolExecutor(1, thread_name_prefix="reading")
    try:
        coming = thread.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = thread.submit(next, batches, None)
            yield batch
    finally:
        thread.shutdown(wait=False, cancel_futures=True)  # a file may take a minute


def _embed(
    index: Index,
    pool: WorkerPool,
    articles: Iterable[ChunkedArticle],
    unwritten: Sequence[dict[bytes, bytes]],
) -> dict[bytes, bytes]:
    """Return the vectors of the texts that were never embedded, by digest."""
    texts = {digest(text): text for article in articles for text in article.texts()}
    for known in (*unwritten, index.passages.known(list(texts))):
        for each in known.keys() & texts.keys():
            del texts[each]
    if not texts:
        return {}
    vectors = pool.encode(list(texts.values()))
    return dict(zip(texts, pack(vectors), strict=True))


class _Writer:
    """A thread that writes what is embedded, a commit at a time."""

    def __init__(self, index: Index, plan: Plan) -> None:
        self._index = index
        self._plan = plan
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writing")
        self._gathered: list[_Embedded] = []
        self._writing: list[_Embedded] = []
        self._written: Future[list[FileRow]] | None = None
        self._since = time.perf_counter()

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None or issubclass(kind, KeyboardInterrupt):
                self._commit()
                self._wait()
        finally:
            self._thread.shutdown()

    def unwritten(self) -> list[dict[bytes, bytes]]:
        """Return the vectors that are not in the catalog yet, or may not be."""
        return [batch.vectors for batch in (*self._writing, *self._gathered)]

    def put(self, batch: _Embedded) -> None:
        """Take a batch; the error of an earlier one is raised here."""
        self._gathered.append(batch)
        texts = sum(len(batch.vectors) for batch in self._gathered)
        if texts >= _COMMIT_TEXTS or time.perf_counter() - self._since >= _COMMIT_SECONDS:
            self._commit()

    def _commit(self) -> None:
        self._wait()
        self._writing, self._gathered = self._gathered, []
        self._since = time.perf_counter()
        if self._writing:
            self._written = self._thread.submit(_write, self._index, self._plan, self._writing)

    def _wait(self) -> None:
        if self._written is not None:
            self._plan.written += self._written.result()
            self._written = None
        self._writing = []


def _write(index: Index, plan: Plan, batches: Sequence[_Embedded]) -> list[FileRow]:
    """Write articles with their vectors, passages first, and then serve them."""
    articles = [article for batch in batches for article in batch.articles]
    vectors = {digest: vector for batch in batches for digest, vector in batch.vectors.items()}
    rows = [row for each in articles for row in plan.new[each.article.id]]
    with storing(index.storage.folder.root):
        passages, sentences = _to_rows(index, articles, vectors)
        index.catalog.begin((each.article for each in articles), passages)
        if passages:
            ids = [passage.id for each in articles for passage in each.passages]
            index.vectors.add(ids, unpack([passage.vector for passage in passages]))
        index.lexical.add(row for each in articles for row in each.lexical_rows())
        index.catalog.complete(sentences, rows)
        index.publish()
    return rows


def _to_rows(
    index: Index, articles: Sequence[ChunkedArticle], fresh: dict[bytes, bytes]
) -> tuple[list[TextRow], list[TextRow]]:
    """Return the passages and the sentences of articles as the catalog keeps them."""
    digests = [[digest(text) for text in article.texts()] for article in articles]
    wanted = {each for of_article in digests for each in of_article}
    vectors = index.passages.known(list(wanted - fresh.keys())) | fresh
    passages: list[TextRow] = []
    sentences: list[TextRow] = []
    for chunked, of_article in zip(articles, digests, strict=True):
        id_, count = chunked.article.id, len(chunked.passages)
        for passage, each in zip(chunked.passages, of_article[:count], strict=True):
            passages.append(
                TextRow(id_, passage.start, passage.end, passage.kind, each, vectors[each])
            )
        rows = zip(chunked.sentences, chunked.terms, of_article[count:], strict=True)
        for sentence, terms, each in rows:
            start, end, kind, label = sentence
            row = TextRow(id_, start, end, kind, each, vectors[each], terms, label)
            sentences.append(row)
    return passages, sentences
