"""New articles through reading, embedding and writing, all three at once.

While one batch is embedded, the next is read and cut in a thread, and the last is
written in another; more than that is never held, however many documents there are.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from rag.documents.loading import article_id
from rag.documents.sandbox import DocumentReader
from rag.errors import DocumentError
from rag.index.catalog import FileRow, Stored, pack, unpack
from rag.index.entries import Entry, digest, make_entry
from rag.index.lock import storing
from rag.index.store import Index
from rag.models.embedder import Embedder
from rag.models.runtime import Vectors
from rag.types import OnProgress, Progress


class Document(NamedTuple):
    """A file to be read: which one of all, its path in the folder, and its bytes."""

    number: int
    name: str
    raw: bytes


class Read(NamedTuple):
    """A file that was read, or why it cannot be."""

    number: int
    entry: Entry | None
    problem: str = ""


class Crew(Protocol):
    """Who does the work of a sync."""

    def read(self, documents: Iterable[Document]) -> Iterator[Read]:
        """Documents cut into passages and sentences, in their order."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts, as :meth:`rag.models.embedder.Embedder.encode` makes them."""
        ...


class Alone:
    """This process, on all its cores."""

    def __init__(self, embedder: Embedder, reader: DocumentReader) -> None:
        self._embedder = embedder
        self._reader = reader

    def read(self, documents: Iterable[Document]) -> Iterator[Read]:
        """Documents cut into passages and sentences, in their order."""
        for document in documents:
            yield read_document(document, self._embedder, self._reader)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts."""
        return self._embedder.encode(texts)


def read_document(document: Document, embedder: Embedder, reader: DocumentReader) -> Read:
    """A document cut into passages and sentences, or why it cannot be."""
    try:
        parsed = reader.parse(document.raw, document.name)
    except DocumentError as error:
        return Read(document.number, None, str(error))
    return Read(document.number, make_entry(parsed.article, embedder, parsed.sentences))


def gather_crew(
    embedder: Embedder, reader: DocumentReader, ray: str | None
) -> AbstractContextManager[Crew]:
    """Who works: this process, or the Ray cluster at an address.

    Args:
        embedder: the model.
        reader: who reads documents; on a cluster each worker has one like it.
        ray: ``local`` for a cluster on this machine, ``auto`` for the one that it is part of,
            or an address as HOST:PORT; None for no cluster.

    Raises:
        MissingExtra: Ray is not installed.
        SettingError: there is no cluster at that address.
        ClusterError: it has no core to spare, or failed.
    """
    from rag.remote.ray import cluster_workers

    return _alone(embedder, reader) if ray is None else cluster_workers(embedder, reader, ray)


@contextmanager
def _alone(embedder: Embedder, reader: DocumentReader) -> Iterator[Crew]:
    yield Alone(embedder, reader)


BATCH_TEXTS = 1_024  # texts embedded together, of which those of a length share a batch
# What is written at once: as much as takes so long to embed, and fits into some fifty megabytes.
COMMIT_SECONDS = 10.0
COMMIT_TEXTS = 16_384


class _Batch(NamedTuple):
    """Articles that were read, and how many files have been read with them."""

    entries: list[Entry]
    done: int


class _Embedded(NamedTuple):
    """Articles with the vectors of their texts, as they are kept, by the digest of each."""

    entries: list[Entry]
    vectors: dict[bytes, bytes]


@dataclass
class Plan:
    """What a sync found, what it will do, and what came of it."""

    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    # Files whose article is served already (renamed, copied, touched), and those
    # whose article is new, by its id.
    known: list[FileRow] = field(default_factory=list)
    new: dict[str, list[FileRow]] = field(default_factory=dict)
    written: list[FileRow] = field(default_factory=list)


def write_new(
    index: Index,
    folder: Path,
    plan: Plan,
    reader: DocumentReader,
    tell: OnProgress,
    ray: str | None,
) -> int:
    """Index what a plan says is new; returns the number of texts embedded.

    What is said twice, in one file or in several, now or in an earlier sync, is embedded once.

    Args:
        index: where to.
        folder: where the files are.
        plan: which they are; what fails is noted there.
        reader: who reads the files, within what limits.
        tell: called before and after each batch.
        ray: the address of the Ray cluster that reads and embeds, if any.
    """
    if plan.known:
        with storing(index.root):
            index.catalog.put_files(plan.known)
        plan.written += plan.known
    if not plan.new:
        return 0
    tell(Progress("Loading the embedding model", 0, 0))
    embedded = 0
    with gather_crew(index.embedder, reader, ray) as crew, _Writer(index, plan) as writer:
        for batch in _ahead(_read(crew, folder, plan, reader)):
            tell(Progress("Embedding", batch.done - len(batch.entries), len(plan.new)))
            fresh = _embed(index, crew, batch.entries, writer.unwritten())
            embedded += len(fresh)
            writer.put(_Embedded(batch.entries, fresh))
            tell(Progress("Embedding", batch.done, len(plan.new)))
    return embedded


def _read(crew: Crew, folder: Path, plan: Plan, reader: DocumentReader) -> Iterator[_Batch]:
    """The new articles, cut, a batch at a time; what cannot be read is noted in the plan."""
    files = list(plan.new.values())
    entries: list[Entry] = []
    done = 0
    for read in crew.read(_documents(folder, plan, reader)):
        done = read.number + 1
        if read.entry is None:
            plan.failed += [(row.path, read.problem) for row in files[read.number]]
        else:
            entries.append(read.entry)
        if sum(entry.size for entry in entries) >= BATCH_TEXTS:
            yield _Batch(entries, done)
            entries = []
    if entries:
        yield _Batch(entries, done)


def _documents(folder: Path, plan: Plan, reader: DocumentReader) -> Iterator[Document]:
    """The new files with their bytes; what cannot be read is noted in the plan."""
    for number, (id_, rows) in enumerate(plan.new.items()):
        name = rows[0].path
        try:
            raw = reader.raw(folder / name)
            if article_id(raw, name) != id_:
                raise DocumentError("was changed while it was read; run the sync again.")
        except DocumentError as error:
            plan.failed += [(row.path, str(error)) for row in rows]
            continue
        yield Document(number, name, raw)


def _ahead(batches: Iterator[_Batch]) -> Iterator[_Batch]:
    """Each batch, read in a thread while the one before it is embedded."""
    with ThreadPoolExecutor(1, thread_name_prefix="reading") as thread:
        coming = thread.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = thread.submit(next, batches, None)
            yield batch


def _embed(
    index: Index, crew: Crew, entries: Iterable[Entry], unwritten: Sequence[dict[bytes, bytes]]
) -> dict[bytes, bytes]:
    """Vectors of the texts that were never embedded, by digest."""
    texts = {digest(text): text for entry in entries for text in entry.texts()}
    for known in (*unwritten, index.passages.known(list(texts))):
        for there in known.keys() & texts.keys():
            del texts[there]
    if not texts:
        return {}
    vectors = crew.encode(list(texts.values()))
    return dict(zip(texts, pack(vectors), strict=True))


class _Writer:
    """Writes what is embedded in a thread of its own, a commit at a time."""

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
            if kind is None:
                self._commit()
                self._wait()
        finally:
            self._thread.shutdown()

    def unwritten(self) -> list[dict[bytes, bytes]]:
        """The vectors that are not in the catalog yet, or may not be."""
        return [batch.vectors for batch in (*self._writing, *self._gathered)]

    def put(self, batch: _Embedded) -> None:
        """Take a batch; an error of an earlier one comes here."""
        self._gathered.append(batch)
        texts = sum(len(batch.vectors) for batch in self._gathered)
        if texts >= COMMIT_TEXTS or time.perf_counter() - self._since >= COMMIT_SECONDS:
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
    entries = [entry for batch in batches for entry in batch.entries]
    vectors = {digest: vector for batch in batches for digest, vector in batch.vectors.items()}
    rows = [row for entry in entries for row in plan.new[entry.article.id]]
    with storing(index.root):
        passages, sentences = _stored(index, entries, vectors)
        index.catalog.begin((entry.article for entry in entries), passages)
        if passages:
            ids = [passage.id for entry in entries for passage in entry.passages]
            index.vectors.add(ids, unpack([passage.vector for passage in passages]))
        index.lexical.add(row for entry in entries for row in entry.lexical_rows())
        index.catalog.complete(sentences, rows)
        index.publish()
    return rows


def _stored(
    index: Index, entries: Sequence[Entry], fresh: dict[bytes, bytes]
) -> tuple[list[Stored], list[Stored]]:
    """The passages and sentences of articles as they are kept."""
    digests = [[digest(text) for text in entry.texts()] for entry in entries]
    wanted = {each for of_entry in digests for each in of_entry}
    vectors = index.passages.known(list(wanted - fresh.keys())) | fresh
    passages: list[Stored] = []
    sentences: list[Stored] = []
    for entry, of_entry in zip(entries, digests, strict=True):
        id_, count = entry.article.id, len(entry.passages)
        for passage, each in zip(entry.passages, of_entry[:count], strict=True):
            passages.append(
                Stored(id_, passage.start, passage.end, passage.kind, each, vectors[each])
            )
        rows = zip(entry.sentences, entry.terms, of_entry[count:], strict=True)
        for sentence, terms, each in rows:
            sentences.append(Stored(id_, *sentence, each, vectors[each], terms))
    return passages, sentences
