"""Bring an index in step with its folder: incremental, idempotent, safe to kill.

New articles are written and completed before old ones are removed, so that at
any moment the old or the new article answers. What a killed sync left behind is
found and undone by the next one.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rag.documents.loading import READERS, article_id, load, read_bytes
from rag.embedding.types import Vectors
from rag.errors import DocumentError, RagError
from rag.index.entries import Entry, make_entry, passage_terms, sentence_terms
from rag.index.healing import heal, undo_unfinished
from rag.index.lock import unwritable, writer_lock
from rag.index.rows import FileRow, SentenceRow
from rag.index.scan import Found, scan
from rag.index.store import Index
from rag.types import Article, Passage, Progress, SyncReport

BATCH_TEXTS = 1024  # texts embedded between two commits: some ten seconds of work
# A file that changes within this time of being read may keep its time stamp
# (file systems tick in steps of up to two seconds): it is read again.
RACY_NS = 2_000_000_000

OnProgress = Callable[[Progress], None]


@dataclass
class _Plan:
    """What a sync found, what it will do, and what came of it."""

    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    # Files whose article is served already (renamed, copied, touched), and those
    # whose article is new, by its id.
    known: list[FileRow] = field(default_factory=list)
    new: dict[str, list[FileRow]] = field(default_factory=dict)
    written: list[FileRow] = field(default_factory=list)


def sync(
    index: Index,
    folder: Path,
    *,
    max_bytes: int,
    may_be_empty: bool = False,
    on_progress: OnProgress | None = None,
) -> SyncReport:
    """Index what is new in a folder, and forget what is gone.

    Args:
        index: the index to bring in step.
        folder: the corpus folder.
        max_bytes: the largest file that is read, in bytes.
        may_be_empty: a folder without documents empties the index.
        on_progress: called before and after each step that takes time.

    Raises:
        CorpusError: the folder is missing or holds no document; the index stays as it is.
        IndexBusy: another process is writing.
        IndexUnwritable: the disk is full or read-only; what was complete stays.
        EmbedderError: the embedding model cannot be loaded.
    """
    began = time.perf_counter()
    tell = on_progress or (lambda progress: None)
    found = scan(folder, READERS, may_be_empty=may_be_empty)
    with writer_lock(index.root), index.writing():
        with _storing(index):
            undo_unfinished(index)
            heal(index)
            before = index.catalog.files()
        plan = _plan(index, found, before, max_bytes, tell)
        _rename(index, folder, plan, before, max_bytes)
        embedded = _write(index, folder, plan, max_bytes, tell)
        with _storing(index):
            if plan.removed:
                index.catalog.forget_files(plan.removed)
            undo_unfinished(index)
    changed = [row.path for row in plan.written if row.path not in plan.unchanged]
    return SyncReport(
        added=tuple(path for path in changed if path not in before),
        updated=tuple(path for path in changed if path in before),
        removed=tuple(plan.removed),
        unchanged=tuple(plan.unchanged),
        failed=tuple(plan.failed),
        duplicates=tuple(_duplicates(index.catalog.files())),
        embedded=embedded,
        seconds=time.perf_counter() - began,
    )


@contextmanager
def _storing(index: Index) -> Iterator[None]:
    """Reads and writes of the stores, whose failure is the disk's, with what to do about it."""
    try:
        yield
    except RagError:
        raise
    except (OSError, sqlite3.Error, ValueError, RuntimeError) as error:
        # SQLite, tantivy and Chroma's core each say in their own way that a write failed.
        raise unwritable(index.root, error) from error
    except Exception as error:
        if type(error).__module__.startswith("chromadb"):
            raise unwritable(index.root, error) from error
        raise


def read_documents(folder: Path, *, max_bytes: int) -> list[Article]:
    """The articles of a folder as they are now, without an index; what fails is left out.

    Raises:
        CorpusError: the folder is missing or holds no document.
    """
    articles: dict[str, Article] = {}
    for file in scan(folder, READERS):
        if file.problem:
            continue
        try:
            article = load(read_bytes(file.path, max_bytes=max_bytes), file.name)
        except DocumentError:
            continue  # the sync that indexes the folder reports it
        articles.setdefault(article.id, article)
    return list(articles.values())


def _plan(
    index: Index,
    found: Sequence[Found],
    before: Mapping[str, FileRow],
    max_bytes: int,
    tell: OnProgress,
) -> _Plan:
    plan = _Plan()
    served = index.catalog.passage_counts()
    for done, file in enumerate(found):
        tell(Progress("Reading", done, len(found)))
        try:
            _plan_file(plan, file, before.get(file.name), served, max_bytes)
        except DocumentError as error:
            plan.failed.append((file.name, str(error)))
    tell(Progress("Reading", len(found), len(found)))
    names = {file.name for file in found}
    unread = tuple(f"{file.name}/" for file in found if file.problem)
    plan.removed = [p for p in before if p not in names and not p.startswith(unread)]
    return plan


def _plan_file(
    plan: _Plan, file: Found, row: FileRow | None, served: Mapping[str, int], max_bytes: int
) -> None:
    if file.problem:
        raise DocumentError(file.problem)
    try:
        stat = file.path.stat()
    except OSError as error:
        raise DocumentError(f"cannot be read ({error.strerror}).") from error
    stamp = (stat.st_size, stat.st_mtime_ns)
    if row and (row.size, row.mtime_ns) == stamp and row.mtime_ns + RACY_NS < row.seen_ns:
        plan.unchanged.append(file.name)
        return
    seen = time.time_ns()
    id_ = article_id(read_bytes(file.path, max_bytes=max_bytes), file.name)
    new = FileRow(file.name, *stamp, seen, id_)
    if row and row.article_id == id_:
        plan.unchanged.append(file.name)
    if id_ in served:
        plan.known.append(new)
    else:
        plan.new.setdefault(id_, []).append(new)


def _duplicates(files: Mapping[str, FileRow]) -> Iterator[tuple[str, str]]:
    """Each file with an earlier one of the same bytes."""
    first: dict[str, str] = {}
    for path in sorted(files):
        original = first.setdefault(files[path].article_id, path)
        if original != path:
            yield path, original


def _rename(
    index: Index, folder: Path, plan: _Plan, before: Mapping[str, FileRow], max_bytes: int
) -> None:
    """Bring in step the titles and dates that come from the names of files.

    What was embedded keeps the old name: a rename embeds nothing.
    """
    new = [row for rows in plan.new.values() for row in rows]
    after = {**before, **{row.path: row for row in (*plan.known, *new)}}
    for path in plan.removed:
        del after[path]
    shown = _shown(before)
    for id_, path in _shown(after).items():
        if shown.get(id_, path) == path:
            continue
        try:
            article = load(read_bytes(folder / path, max_bytes=max_bytes), path)
        except DocumentError:
            continue  # gone again: the next sync sees to it
        with _storing(index):
            index.catalog.rename(article)


def _shown(files: Mapping[str, FileRow]) -> dict[str, str]:
    """The path that each article goes by: the first of its files."""
    return {files[path].article_id: path for path in sorted(files, reverse=True)}


def _write(index: Index, folder: Path, plan: _Plan, max_bytes: int, tell: OnProgress) -> int:
    """Index the new articles, a batch a commit; returns the number of texts embedded."""
    if plan.known:
        with _storing(index):
            index.catalog.put_files(plan.known)
        plan.written += plan.known
    if plan.new:
        tell(Progress("Loading the embedding model", 0, 0))
    embedded = 0
    batch: list[Entry] = []
    for done, (id_, rows) in enumerate(plan.new.items(), start=1):
        try:
            batch.append(_read_entry(index, folder, rows[0].path, id_, max_bytes))
        except DocumentError as error:
            plan.failed += [(row.path, str(error)) for row in rows]
            continue
        last = done == len(plan.new)
        if last or sum(entry.size for entry in batch) >= BATCH_TEXTS:
            tell(Progress("Embedding", done - len(batch), len(plan.new)))
            embedded += _commit(index, batch, plan)
            tell(Progress("Embedding", done, len(plan.new)))
            batch = []
    return embedded + (_commit(index, batch, plan) if batch else 0)


def _read_entry(index: Index, folder: Path, name: str, id_: str, max_bytes: int) -> Entry:
    raw = read_bytes(folder / name, max_bytes=max_bytes)
    if article_id(raw, name) != id_:
        raise DocumentError("was changed while it was read; run the sync again.")
    return make_entry(load(raw, name), index.embedder)


def _commit(index: Index, batch: Sequence[Entry], plan: _Plan) -> int:
    """Embed and write articles, then serve them; returns the number of texts embedded."""
    texts = [text for entry in batch for text in entry.texts()]
    rows = [row for entry in batch for row in plan.new[entry.article.id]]
    vectors = index.embedder.encode(texts)
    with _storing(index):
        _store(index, batch, vectors, rows)
    plan.written += rows
    return len(texts)


def _store(index: Index, batch: Sequence[Entry], vectors: Vectors, rows: Sequence[FileRow]) -> None:
    """Write articles with their vectors, passages first, and then serve them."""
    index.catalog.begin((entry.article, len(entry.passages)) for entry in batch)
    passages: list[Passage] = []
    places: list[int] = []  # of their vectors
    words: list[tuple[Passage, str]] = []
    sentences: list[tuple[str, SentenceRow]] = []
    at = 0
    for entry in batch:
        middle = at + len(entry.passages)
        passages += entry.passages
        places += range(at, middle)
        words += [(passage, passage_terms(entry.article, passage)) for passage in entry.passages]
        for sentence, vector in zip(entry.sentences, vectors[middle:], strict=False):
            row = SentenceRow(sentence, sentence_terms(entry.article, sentence), vector)
            sentences.append((entry.article.id, row))
        at += entry.size
    index.vectors.add(passages, vectors[places])
    index.lexical.add(words)
    index.catalog.complete(sentences, rows)
