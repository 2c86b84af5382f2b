"""Bring an index in step with its folder: incremental, idempotent, safe to kill.

New articles are written and completed before old ones are removed, so that at
any moment the old or the new article answers. What a killed sync left behind is
found and undone by the next one. A rebuild fills a folder of its own, and the old one
answers until the new one is whole.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from rag.documents.documents_toml import FACTS_FILE
from rag.documents.loading import article_id
from rag.documents.reading_process import DocumentReader
from rag.documents.scan import Found, Scan, scan
from rag.errors import DocumentError, IndexDamaged
from rag.formats import READERS
from rag.index.catalog import FileRow, passage_place, unpack
from rag.index.chunking import lexical_rows
from rag.index.failures import storing
from rag.index.integrity import CHROMA, LEXICAL
from rag.index.lexical import LexicalRow
from rag.index.pipeline import OpenPool, Plan, write_new
from rag.index.store import Index
from rag.types import Article, OnProgress, Progress, SyncReport

# A file that changes within this time of being read may keep its time stamp
# (file systems tick in steps of up to two seconds): it is read again.
_RACY_NS = 2_000_000_000
_UNUSED = "states facts of {}, which is no document of the folder; correct the name."
LOOKING = "Looking for changes"  # the first step of a sync


def sync(
    index: Index,
    folder: Path,
    *,
    reader: DocumentReader,
    open_pool: OpenPool,
    aliases: str = "",
    stated: str = "",
    may_be_empty: bool = False,
    on_progress: OnProgress | None = None,
) -> SyncReport:
    """Index what is new in a folder, and remove what is gone.

    Args:
        index: the index to bring in step.
        folder: the corpus folder.
        reader: reads the documents, within its limits.
        open_pool: opens the worker pool that reads and embeds new documents.
        aliases: the text of the folder's aliases, kept for machines that have no folder.
        stated: the text of the folder's file of facts about its documents.
        may_be_empty: a folder without documents empties the index.
        on_progress: called before and after each step that takes time.

    Raises:
        CorpusError: the folder is missing or holds no document; the index stays as it is.
        IndexBusy: another process is writing.
        IndexMismatch: a server holds another folder's articles under this name.
        IndexUnwritable: the disk is full or read-only; what was complete stays.
        EmbedderError: the embedding model cannot be loaded.
        MissingExtra, SettingError, ClusterError: the worker pool cannot be opened, or failed.
    """
    began = time.perf_counter()
    tell = on_progress or (lambda progress: None)
    found = scan(folder, READERS, may_be_empty=may_be_empty)
    reader = reader._replace(stated=stated)
    with index.writing():
        with storing(index.storage.folder.root):
            repair(index)
            before = index.catalog.files()
        plan = plan_sync(index, found, before, reader, tell)
        if before and not plan.known and len(plan.removed) == len(before):
            index.storage.check_same_corpus(folder, len(before))
        with storing(index.storage.folder.root):
            if aliases != index.catalog.aliases():
                index.catalog.set_info("aliases", aliases)
        rename_articles(index, folder, plan, before, reader)
        embedded = write_new(index, folder, plan, reader, open_pool, tell)
        with storing(index.storage.folder.root):
            if plan.removed:
                index.catalog.forget_files(plan.removed)
            index.catalog.set_skipped(_unread(index, found, plan, reader))
            index.publish()  # before vectors go that a reader may still look for
            remove_unserved(index)
            index.finish()
    return _report(index, plan, before, embedded, time.perf_counter() - began)


def _report(
    index: Index, plan: Plan, before: Mapping[str, FileRow], embedded: int, seconds: float
) -> SyncReport:
    changed = [row.path for row in plan.written if row.path not in plan.unchanged]
    return SyncReport(
        added=tuple(path for path in changed if path not in before),
        updated=tuple(path for path in changed if path in before),
        removed=tuple(plan.removed),
        unchanged=tuple(plan.unchanged),
        failed=tuple(plan.failed),
        skipped=index.catalog.skipped(),
        duplicates=tuple(duplicates(index.catalog.files())),
        embedded=embedded,
        seconds=seconds,
    )


def _unread(
    index: Index, found: Scan, plan: Plan, reader: DocumentReader
) -> Iterator[tuple[str, str]]:
    """Yield what was not read, each path with the reason, and stated facts of no document."""
    yield from (*found.skipped, *plan.failed, *index.catalog.partly_read())
    for name in reader.unused_facts([file.name for file in found.documents]):
        yield FACTS_FILE, _UNUSED.format(name)


def plan_sync(
    index: Index,
    found: Scan,
    before: Mapping[str, FileRow],
    reader: DocumentReader,
    tell: OnProgress,
) -> Plan:
    """Return which files are new, changed or gone, and which cannot be read.

    Args:
        index: the index whose articles are served.
        found: what is in the folder.
        before: the files as they were known, by path.
        reader: reads the documents.
        tell: called before and after each file is looked at.
    """
    plan = Plan()
    served = index.catalog.passage_counts()
    documents = found.documents
    for done, file in enumerate(documents):
        tell(Progress(LOOKING, done, len(documents), file.name))
        try:
            _plan_file(plan, file, before.get(file.name), served, reader)
        except DocumentError as error:
            plan.failed.append((file.name, str(error)))
    tell(Progress(LOOKING, len(documents), len(documents)))
    names = {file.name for file in documents}
    # Folders and archives that cannot be opened keep what was read from them.
    closed = [file.name for file in documents if file.problem]
    unread = tuple(f"{path}/" for path in (*closed, *(path for path, _ in found.skipped)))
    plan.removed = [p for p in before if p not in names and not p.startswith(unread)]
    return plan


def _plan_file(
    plan: Plan, file: Found, row: FileRow | None, served: Mapping[str, int], reader: DocumentReader
) -> None:
    if file.problem:
        raise DocumentError(file.problem)
    try:
        stat = file.file.stat()
    except OSError as error:
        raise DocumentError(f"cannot be read ({error.strerror}).") from error
    facts = (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)
    if row and row[1:5] == facts and max(row.mtime_ns, row.ctime_ns) + _RACY_NS < row.seen_ns:
        plan.unchanged.append(file.name)
        return
    seen = time.time_ns()
    id_ = article_id(reader.raw(file.path), file.name)
    new = FileRow(file.name, *facts, seen, id_)
    if row and row.article_id == id_:
        plan.unchanged.append(file.name)
    if id_ in served:
        plan.known.append(new)
    else:
        plan.new.setdefault(id_, []).append(new)


def duplicates(files: Mapping[str, FileRow]) -> Iterator[tuple[str, str]]:
    """Yield each file that repeats the bytes of an earlier one, with the path of that one."""
    first: dict[str, str] = {}
    for path in sorted(files):
        original = first.setdefault(files[path].article_id, path)
        if original != path:
            yield path, original


def rename_articles(
    index: Index, folder: Path, plan: Plan, before: Mapping[str, FileRow], reader: DocumentReader
) -> None:
    """Bring in step what is known of articles by the names of their files, and what is stated.

    Vectors of passages keep the old title and date: a rename embeds nothing.
    """
    new = [row for rows in plan.new.values() for row in rows]
    after = {**before, **{row.path: row for row in (*plan.known, *new)}}
    for path in plan.removed:
        del after[path]
    old_names, stated_before = _names(before), reader._replace(stated=index.catalog.stated())
    renamed: list[Article] = []
    for id_, path in _names(after).items():
        old = old_names.get(id_)
        if old is None or (old == path and stated_before.facts(old) == reader.facts(path)):
            continue
        try:
            renamed.append(reader.parse(reader.raw(folder / path), path).article)
        except DocumentError:
            continue  # gone again: the next sync sees to it
    with storing(index.storage.folder.root):
        for article in renamed:
            index.catalog.rename(article)
        if renamed:
            index.lexical.replace(  # which has the dates
                [article.id for article in renamed],
                (r for a in renamed for r in lexical_rows(a, index.passages.of(a.id)[0])),
            )
        if reader.stated != index.catalog.stated():
            index.catalog.set_info("stated", reader.stated)


def _names(files: Mapping[str, FileRow]) -> dict[str, str]:
    """Return the path that each article is named after: the first of its files."""
    return {files[path].article_id: path for path in sorted(files, reverse=True)}


def read_documents(folder: Path, reader: DocumentReader) -> list[Article]:
    """Return the articles of a folder as they are now, without an index; what fails is left out.

    Raises:
        CorpusError: the folder is missing or holds no document.
    """
    articles: dict[str, Article] = {}
    for file in scan(folder, READERS).documents:
        if file.problem:
            continue
        try:
            article = reader.parse(reader.raw(file.path), file.name).article
        except DocumentError:
            continue  # the sync that indexes the folder reports it
        articles.setdefault(article.id, article)
    return list(articles.values())


_REPAIRED_AT_ONCE = 200  # articles whose passages are written together


def repair(index: Index) -> None:
    """Undo what is unfinished, and make the stores agree with the catalog where they do not.

    A store is deleted where it is damaged; counting then shows what it lacks.
    """
    if index.manifest.damaged(CHROMA) or not _is_readable(lambda: index.vectors.count()):
        index.manifest.remove()
        index.drop_vectors()
    if index.manifest.damaged(LEXICAL) or not _is_readable(index.lexical.count):
        index.manifest.remove()
        index.lexical.clear()
    remove_unserved(index)
    expected = index.catalog.passage_counts()
    total = sum(expected.values())
    if index.vectors.count() != total:
        index.manifest.remove()
        _repair_vectors(index, expected)
    if index.lexical.count() != total:
        index.manifest.remove()
        index.lexical.clear()
        index.lexical.add(_lexical_rows(index, expected))


def remove_unserved(index: Index) -> None:
    """Remove articles that a killed sync left half written, or that no file holds any more."""
    unserved = index.catalog.unserved()
    if not unserved:
        return
    index.vectors.delete(list(index.passages.ids(unserved)))
    index.lexical.delete(unserved)
    index.catalog.drop(unserved)


def _is_readable(read: Callable[[], object]) -> bool:
    try:
        read()
    except IndexDamaged:
        return False
    return True


def _repair_vectors(index: Index, expected: Iterable[str]) -> None:
    """Delete the vectors that no article has, and add those that some lack."""
    stored: defaultdict[str, set[str]] = defaultdict(set)
    for passage_id in index.vectors.ids():
        stored[passage_place(passage_id)[0]].add(passage_id)
    lacking = []
    for id_ in expected:
        ids = {passage.id for passage in index.passages.of(id_)[0]}
        index.vectors.delete(sorted(stored[id_] - ids))
        if ids - stored.pop(id_):
            lacking.append(id_)
    index.vectors.delete(sorted(each for ids in stored.values() for each in ids))
    for at in range(0, len(lacking), _REPAIRED_AT_ONCE):
        found = [index.passages.of(each) for each in lacking[at : at + _REPAIRED_AT_ONCE]]
        vectors = [vector for _, of_article in found for vector in of_article]
        if vectors:
            index.vectors.add([p.id for passages, _ in found for p in passages], unpack(vectors))


def _lexical_rows(index: Index, article_ids: Iterable[str]) -> Iterator[LexicalRow]:
    for article in map(index.catalog.article, article_ids):
        if article is not None:
            yield from lexical_rows(article, index.passages.of(article.id)[0])
