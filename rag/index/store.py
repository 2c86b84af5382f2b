"""The parts of one index, opened together."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from rag.errors import IndexDamaged
from rag.index.catalog import Catalog
from rag.index.failures import storing, unwritable
from rag.index.integrity import (
    CATALOG,
    CHROMA,
    LEXICAL,
    SAMPLE_SIZE,
    Manifest,
    find_damage,
    inspect_catalog,
    inspect_vectors,
    inspect_words,
)
from rag.index.lexical import LexicalIndex
from rag.index.passages import PassageTable
from rag.index.storage import Publish, Storage, Throttle, index_folders, storage_key, writer_lock
from rag.index.vectors import VectorStore, forget_clients
from rag.models.embedder import Embedder

# How long an answer waits for another thread to read the vectors anew; in a large index it then
# goes on with the old ones, without what has changed since.
_PATIENCE_SECONDS = 1.0


class Index:
    """The index of one embedder: catalog, vectors and words, wherever they are kept.

    The vectors are opened when first needed: reading an article needs neither
    Chroma nor, in a new index, the model whose dimension names the collection.
    """

    def __init__(self, storage: Storage, embedder: Embedder) -> None:
        self._folder = storage.folder.current()
        self.storage = storage
        self.manifest = Manifest(self._folder)
        self.manifest.check(CATALOG)
        self.catalog = Catalog(self._folder / CATALOG, self.manifest.remove)
        self.passages = PassageTable(self.catalog)
        self.lexical = LexicalIndex(self._folder / LEXICAL)
        self.embedder = embedder
        if storage.folder.building:
            # Other processes see by the generation that the rebuilt index is another one.
            self.catalog.set_info("generation", str(time.time_ns() // 1_000))
        self._found_whole = False
        self._vectors: VectorStore | None = None
        self._seen = self._words_seen = self.catalog.generation()
        self._writing = False
        self._opening = threading.RLock()
        self._turn = threading.Lock()
        self._reopening = Throttle()
        self._publish: Publish = lambda: None

    @property
    def vectors(self) -> VectorStore:
        """The Chroma collection.

        Raises:
            IndexDamaged: it cannot be opened.
            IndexUnreachable: it is on a server that does not answer.
            EmbedderError: the index is new and the model cannot be loaded.
        """
        with self._opening:
            if self._vectors is None:
                self._vectors = self.storage.open_vectors(self._folder, self.collection)
            return self._vectors

    @property
    def collection(self) -> str:
        """The name of the Chroma collection: schema version, embedder and dimension.

        Raises:
            EmbedderError: the index is new and the model cannot be loaded.
        """
        dimension = self.catalog.info("dimension")
        if dimension is None:
            dimension = str(self.embedder.dimension)
            self.catalog.set_info("dimension", dimension)
        return f"{self.storage.prefix}passages-{storage_key(self.embedder)}-{dimension}"

    def refresh(self) -> None:
        """See what other processes have written since; cheap where they have written nothing.

        Raises:
            IndexDamaged: a file is not as it was written.
            IndexUnreachable: the server does not answer.
        """
        if self._writing:
            return
        if self.storage.pull(self.catalog, self.lexical):
            self._seen = self.catalog.generation()
        self._catch_up()

    def _catch_up(self) -> None:
        """Read what other processes have written to the folder.

        An open Chroma client does not notice another process's writes, so it is
        replaced; threads that still use the old one finish undisturbed. Where another process
        writes for long, that is done seldom enough to leave most of the time for answers.
        """
        self._follow_rebuild()
        if not self._found_whole:  # once for what is open
            self.manifest.check(CHROMA, LEXICAL)
            self._found_whole = True
        generation = self.catalog.generation()
        if generation != self._words_seen:  # which takes no time
            self.lexical.reload()
            self._words_seen = generation
        if generation == self._seen or not self._reopening.is_open():
            return
        if self._turn.acquire(timeout=_PATIENCE_SECONDS):
            try:
                if generation != self._seen:  # else another thread has just done it
                    with self._reopening.after():
                        self._reopen_vectors()
                        self._seen = generation
            finally:
                self._turn.release()

    def _follow_rebuild(self) -> None:
        """Go on in another folder where a rebuild has replaced this one."""
        with self._opening:
            folder = self.storage.folder.current()
            if folder != self._folder:
                Manifest(folder).check(CATALOG)
                self._folder, self._vectors, self._found_whole = folder, None, False
                self.manifest.move(folder)
                self.catalog.move(folder / CATALOG)
                self.lexical.move(folder / LEXICAL)
                self._seen = self.catalog.generation()

    def _reopen_vectors(self) -> None:
        vectors, dimension = self._vectors, self.catalog.info("dimension")
        if vectors is not None and dimension is not None:
            self._vectors = self.storage.reopen_vectors(vectors, self._folder, int(dimension))
        else:
            forget_clients()

    @property
    def behind(self) -> bool:
        """Whether the open vectors lack what another process has written since."""
        return not self._writing and self._seen != self.catalog.generation()

    def drop_vectors(self) -> None:
        """Delete what Chroma has in the folder; a sync then puts it back."""
        with self._opening:
            self._vectors = None
            shutil.rmtree(self._folder / CHROMA, ignore_errors=True)
            forget_clients()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the right to write; begins with what other processes have written.

        Raises:
            IndexBusy: another process or thread holds the right.
            IndexUnwritable, IndexUnreachable: the folder or the server cannot be used.
        """
        storage, folder = self.storage, self.storage.folder
        with writer_lock(folder.root):
            self._writing = True  # own changes are no reason to open the index anew
            try:
                with storage.writing(self.catalog, self.lexical) as self._publish:
                    with suppress(IndexDamaged):  # which the sync repairs
                        self._catch_up()
                    with storing(folder.root):
                        folder.sweep(self._folder)
                    try:
                        yield
                        self._found_whole = True
                    finally:
                        self._seen = self.catalog.generation()
            finally:
                self._writing = False

    def publish(self) -> None:
        """Make what is served here visible to other machines, and hide what is not.

        Raises:
            IndexBusy: another machine has taken over the right to write.
        """
        self._publish()

    def finish(self) -> None:
        """Note that everything is written.

        From now on damage is noticed, and an index that was rebuilt replaces the former one.
        """
        if not self.manifest.exists():
            self.manifest.write()
        if self.storage.folder.building:
            self.storage.folder.finish()
            self.storage.folder.sweep(self._folder)

    def damage(self) -> list[str]:
        """Return the parts that are not as they were written, each with what is wrong."""
        return find_damage(
            self.manifest,
            {
                CATALOG: lambda: inspect_catalog(self.catalog),
                CHROMA: lambda: inspect_vectors(self.vectors, self.passages.sample(SAMPLE_SIZE)),
                LEXICAL: lambda: inspect_words(self.lexical),
            },
        )

    def state(self) -> dict[str, Any]:
        """Return what is in the index as JSON-ready values; ``whole`` says that all parts agree."""
        counts = self.catalog.passage_counts()
        expected = sum(counts.values())
        damage = self.damage()
        broken = {name.partition("/")[0] for name in damage}
        vectors = 0 if CHROMA in broken else self.vectors.count()
        lexical = 0 if LEXICAL in broken else self.lexical.count()
        root, mine = self.storage.folder.root, self._folder
        return {
            "index": str(root),
            "server": self.storage.url,
            "embedder": self.embedder.name,
            "runs_on": self.embedder.runs_on(),
            "collection": self.collection,
            "articles": len(counts),
            "passages": expected,
            "passages_in_chroma": vectors,
            "passages_in_tantivy": lexical,
            "damaged": damage,
            "whole": expected == vectors == lexical and expected > 0 and not damage,
            "other_indexes": sorted(path.name for path in index_folders(root) if path != mine),
        }


def open_index(storage: Storage, embedder: Embedder) -> Index:
    """Open, or begin, the index of an embedder.

    Args:
        storage: where it is kept, of :func:`~rag.index.storage.storage_key` of the embedder.
        embedder: what makes its vectors.

    Raises:
        IndexMismatch: another version wrote the index.
        IndexDamaged: the catalog is not as it was written.
        IndexUnwritable: the index does not exist and cannot be made.
    """
    try:
        return Index(storage, embedder)
    except (OSError, sqlite3.OperationalError) as error:
        raise unwritable(storage.folder.root, error) from error
