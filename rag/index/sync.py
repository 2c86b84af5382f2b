"""Bring an index in step with its folder: incremental, idempotent, safe to kill.

New articles are written and completed before old ones are removed, so that at
any moment the old or the new article answers. What a killed sync left behind is
found and undone by the next one. A rebuild fills a folder of its own, and the old
one answers until that is whole.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rag.documents.formats import READERS
from rag.documents.loading import article_id
from rag.documents.sandbox import DocumentReader
from rag.documents.scan import Found, scan
from rag.errors import DocumentError, IndexMismatch
from rag.index.catalog import FileRow
from rag.index.entries import lexical_rows
from rag.index.lock import storing
from rag.index.pipeline import Plan, write_new
from rag.index.repair import heal, undo_unfinished
from rag.index.store import Index
from rag.remote.mirror import ALIASES
from rag.types import Article, OnProgress, Progress, SyncReport

# A file that changes within this time of being read may keep its time stamp
# (file systems tick in steps of up to two seconds): it is read again.
RACY_NS = 2_000_000_000


def plan_sync(
    index: Index,
    found: Sequence[Found],
    before: Mapping[str, FileRow],
    reader: DocumentReader,
    tell: OnProgress,
) -> Plan:
    """What is new, changed, gone, or cannot be read.

    Args:
        index: what is served.
        found: the files of the folder.
        before: the files as they were known.
        reader: who reads documents.
        tell: called before and after each file is looked at.
    """
    plan = Plan()
    served = index.catalog.passage_counts()
    for done, file in enumerate(found):
        tell(Progress("Reading", done, len(found)))
        try:
            _plan_file(plan, file, before.get(file.name), served, reader)
        except DocumentError as error:
            plan.failed.append((file.name, str(error)))
    tell(Progress("Reading", len(found), len(found)))
    names = {file.name for file in found}
    unread = tuple(f"{file.name}/" for file in found if file.problem)
    plan.removed = [p for p in before if p not in names and not p.startswith(unread)]
    return plan


def _plan_file(
    plan: Plan, file: Found, row: FileRow | None, served: Mapping[str, int], reader: DocumentReader
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
    id_ = article_id(reader.raw(file.path), file.name)
    new = FileRow(file.name, *stamp, seen, id_)
    if row and row.article_id == id_:
        plan.unchanged.append(file.name)
    if id_ in served:
        plan.known.append(new)
    else:
        plan.new.setdefault(id_, []).append(new)


def duplicates(files: Mapping[str, FileRow]) -> Iterator[tuple[str, str]]:
    """Each file with an earlier one of the same bytes."""
    first: dict[str, str] = {}
    for path in sorted(files):
        original = first.setdefault(files[path].article_id, path)
        if original != path:
            yield path, original


def rename(
    index: Index, folder: Path, plan: Plan, before: Mapping[str, FileRow], reader: DocumentReader
) -> None:
    """Bring in step the titles and dates that come from the names of files.

    What was embedded keeps the old name: a rename embeds nothing.
    """
    new = [row for rows in plan.new.values() for row in rows]
    after = {**before, **{row.path: row for row in (*plan.known, *new)}}
    for path in plan.removed:
        del after[path]
    shown = _shown(before)
    renamed: list[Article] = []
    for id_, path in _shown(after).items():
        if shown.get(id_, path) == path:
            continue
        try:
            renamed.append(reader.parse(reader.raw(folder / path), path).article)
        except DocumentError:
            continue  # gone again: the next sync sees to it
    if not renamed:
        return
    with storing(index.root):
        for article in renamed:
            index.catalog.rename(article)
        index.lexical.replace(  # which has the dates
            [article.id for article in renamed],
            (r for a in renamed for r in lexical_rows(a, index.passages.of(a.id)[0])),
        )


def _shown(files: Mapping[str, FileRow]) -> dict[str, str]:
    """The path that each article goes by: the first of its files."""
    return {files[path].article_id: path for path in sorted(files, reverse=True)}


def sync(
    index: Index,
    folder: Path,
    *,
    reader: DocumentReader,
    aliases: str = "",
    ray: str | None = None,
    may_be_empty: bool = False,
    on_progress: OnProgress | None = None,
) -> SyncReport:
    """Index what is new in a folder, and forget what is gone.

    Args:
        index: the index to bring in step.
        folder: the corpus folder.
        reader: who reads its documents, within what limits.
        aliases: the text of the folder's aliases, kept for who reads without the folder.
        ray: the address of the Ray cluster that reads and embeds, if any.
        may_be_empty: a folder without documents empties the index.
        on_progress: called before and after each step that takes time.

    Raises:
        CorpusError: the folder is missing or holds no document; the index stays as it is.
        IndexBusy: another process is writing.
        IndexMismatch: a server holds another folder's articles under this name.
        IndexUnwritable: the disk is full or read-only; what was complete stays.
        EmbedderError: the embedding model cannot be loaded.
        MissingExtra, SettingError: Ray is not installed, or there is no such cluster.
    """
    began = time.perf_counter()
    tell = on_progress or (lambda progress: None)
    found = scan(folder, READERS, may_be_empty=may_be_empty)
    with index.exclusive(), index.writing():
        with storing(index.root):
            index.sweep()
            if index.mirror is not None:
                index.mirror.pull()
            heal(index)
            before = index.catalog.files()
        plan = plan_sync(index, found, before, reader, tell)
        _check_same_corpus(index, folder, before, plan)
        with storing(index.root):
            if aliases != (index.catalog.info(ALIASES) or ""):
                index.catalog.set_info(ALIASES, aliases)
        rename(index, folder, plan, before, reader)
        embedded = write_new(index, folder, plan, reader, tell, ray)
        with storing(index.root):
            if plan.removed:
                index.catalog.forget_files(plan.removed)
            index.publish()  # before vectors go that a reader may still look for
            undo_unfinished(index)
            index.finish()
    changed = [row.path for row in plan.written if row.path not in plan.unchanged]
    return SyncReport(
        added=tuple(path for path in changed if path not in before),
        updated=tuple(path for path in changed if path in before),
        removed=tuple(plan.removed),
        unchanged=tuple(plan.unchanged),
        failed=tuple(plan.failed),
        duplicates=tuple(duplicates(index.catalog.files())),
        embedded=embedded,
        seconds=time.perf_counter() - began,
    )


def _check_same_corpus(
    index: Index, folder: Path, before: Mapping[str, FileRow], plan: Plan
) -> None:
    """Make sure that a folder is not put in the place of another one that a server holds.

    A machine that was only to read may have a folder of its own by chance.
    """
    server = index.server
    if server is None or not before or plan.known or len(plan.removed) < len(before):
        return
    raise IndexMismatch(
        f"The Chroma server at {server.url} holds other articles under the name {server.name!r}: "
        f"none of its {len(before)} files is in {folder}. Choose another name with "
        "RAG_CHROMA_NAME; or, to read those articles, name a folder that is not there with "
        "--corpus; or, to put this folder in their place, run `rag index --rebuild`."
    )


def read_documents(folder: Path, reader: DocumentReader) -> list[Article]:
    """The articles of a folder as they are now, without an index; what fails is left out.

    Raises:
        CorpusError: the folder is missing or holds no document.
    """
    articles: dict[str, Article] = {}
    for file in scan(folder, READERS):
        if file.problem:
            continue
        try:
            article = reader.parse(reader.raw(file.path), file.name).article
        except DocumentError:
            continue  # the sync that indexes the folder reports it
        articles.setdefault(article.id, article)
    return list(articles.values())
