"""Bring an index in step with its folder: incremental, idempotent, safe to kill.

New articles are written and completed before old ones are removed, so that at
any moment the old or the new article answers. What a killed sync left behind is
found and undone by the next one. A rebuild fills a folder of its own, and the old
one answers until that is whole.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from rag.documents.loading import READERS
from rag.documents.reading import Reader
from rag.errors import DocumentError, IndexMismatch
from rag.index.faults import storing
from rag.index.healing import heal, undo_unfinished
from rag.index.mirror import ALIASES
from rag.index.pipeline import write_new
from rag.index.planning import OnProgress, Plan, duplicates, plan_sync, rename
from rag.index.rows import FileRow
from rag.index.scan import scan
from rag.index.store import Index
from rag.types import Article, SyncReport


def sync(
    index: Index,
    folder: Path,
    *,
    reader: Reader,
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


def read_documents(folder: Path, reader: Reader) -> list[Article]:
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
