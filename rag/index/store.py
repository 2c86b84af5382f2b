"""The parts of one index, opened together."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from rag.embedding.embedder import Embedder
from rag.errors import IndexBusy, IndexMismatch, RagError
from rag.index.catalog import VERSION, Catalog
from rag.index.clients import Server, folder_client, server_client
from rag.index.lease import server_lease
from rag.index.lexical import LexicalIndex
from rag.index.lock import unwritable, writer_lock
from rag.index.mirror import Mirror
from rag.index.passages import PassageTable
from rag.index.pause import Pause
from rag.index.vectors import VectorStore, forget_clients

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

CATALOG, CHROMA, LEXICAL = PARTS = ("catalog.sqlite", "chroma", "lexical")
# How long an answer waits for another thread to read the vectors anew; in a large index it then
# goes on with the old ones, without what has changed since.
PATIENCE_SECONDS = 1.0
COPYING = "copying.lock"
FIRST_COPY_SECONDS = 600.0  # to wait for a copy that another process makes
COPY_SECONDS = 30.0  # to wait for it before writing, as most copies are of what has just changed
LOOK_SECONDS = 1.0  # between two looks at a server for what is new
REBUILD = "run `rag index --rebuild` to build it again from the documents"


class Index:
    """The index that one embedder has in an index folder, or on a server with a copy there.

    The vectors are opened when first needed: reading an article needs neither
    Chroma nor, in a new index, the model whose dimension names the collection.
    """

    def __init__(
        self,
        root: Path,
        folder: Path,
        catalog: Catalog,
        lexical: LexicalIndex,
        embedder: Embedder,
        server: Server | None,
    ) -> None:
        self.root = root
        self.catalog = catalog
        self.passages = PassageTable(catalog)
        self.lexical = lexical
        self.embedder = embedder
        self.server = server
        self._folder = folder
        self._vectors: VectorStore | None = None
        self._mirror: Mirror | None = None
        self._seen = catalog.generation()
        self._writing = False
        self._opening = threading.RLock()
        self._turn = threading.Lock()
        self._pause = Pause()
        self._looks = Pause()
        self._lease: Callable[[], None] = lambda: None

    @property
    def vectors(self) -> VectorStore:
        """The Chroma collection of this schema version, embedder and dimension.

        Raises:
            IndexMismatch: it is damaged.
            IndexUnreachable: it is on a server that does not answer.
            EmbedderError: the index is new and the model cannot be loaded.
        """
        with self._opening:
            if self._vectors is None:
                dimension = self.catalog.info("dimension")
                if dimension is None:
                    dimension = str(self.embedder.dimension)
                    self.catalog.set_info("dimension", dimension)
                name = f"passages-{part_key(self.embedder)}-{dimension}"
                if self.server is None:
                    self._vectors = _open_vectors(self._folder / CHROMA, name)
                else:
                    name = f"{self.server.name}-{name}"
                    self._vectors = VectorStore(self._client, name, self.server)
            return self._vectors

    @property
    def mirror(self) -> Mirror | None:
        """What brings the articles to a server and from there; None for an index in a folder.

        Raises:
            IndexUnreachable: the server does not answer.
        """
        with self._opening:
            if self._mirror is None and self.server is not None:
                key = part_key(self.embedder)
                self._mirror = Mirror(self._client, self.server, key, self.catalog, self.lexical)
            return self._mirror

    @cached_property
    def _client(self) -> ClientAPI:
        assert self.server is not None  # noqa: S101 - only asked where there is one
        return server_client(self.server)

    def refresh(self) -> None:
        """See what another process has written since; cheap where none has.

        An open Chroma client does not notice another process's writes, so it is
        replaced; whoever still uses the old one finishes undisturbed. Where another process
        writes for long, that is done seldom enough to leave most of the time for answers.
        """
        if self._writing:
            return
        if self.server is not None:
            self._pull()
        generation = self.catalog.generation()
        if generation == self._seen or not self._pause.over():
            return
        if self._turn.acquire(timeout=PATIENCE_SECONDS):
            try:
                if generation != self._seen:  # not yet seen to by the one who was waited for
                    with self._pause.after():
                        self._reopen()
                        self._seen = generation
            finally:
                self._turn.release()

    def _reopen(self) -> None:
        """Read anew what another process has written; until it is read, the old one answers."""
        if self.server is None:
            forget_clients()
            dimension = self.catalog.info("dimension")
            if self._vectors is not None and dimension is not None:
                fresh = _open_vectors(self._folder / CHROMA, self._vectors.name)
                fresh.load(int(dimension))
                self._vectors = fresh
        self.lexical.reload()

    def _pull(self) -> None:
        """Copy what is new on the server, unless another thread or process just does.

        Only the very first copy is waited for: without it there is nothing to answer from.
        """
        if not self._looks.over():
            return
        wait = 0.0 if self.catalog.info("stamp") else FIRST_COPY_SECONDS
        with suppress(Timeout), self._copying(wait), self._looks.after(at_least=LOOK_SECONDS):
            if self.mirror is not None and self.mirror.pull():
                self._seen = self.catalog.generation()

    def _copying(self, wait: float) -> AbstractContextManager[object]:
        """The right to change the copy of what is on the server; Timeout where another has it."""
        try:
            return FileLock(self._folder / COPYING, thread_local=False).acquire(timeout=wait)
        except Timeout:
            raise  # which is an OSError too
        except OSError as error:
            raise unwritable(self.root, error) from error

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """The right to write, here and on the server.

        Raises:
            IndexBusy: another process or thread holds it.
            IndexUnwritable, IndexUnreachable: the folder or the server cannot be used.
        """
        with ExitStack() as stack:
            stack.enter_context(writer_lock(self.root))
            if self.server is not None:
                try:
                    stack.enter_context(self._copying(COPY_SECONDS))
                except Timeout as error:
                    raise IndexBusy(
                        f"Another process is copying the articles of {self.server.url} to "
                        f"{self._folder}; try again later."
                    ) from error
                self._lease = stack.enter_context(server_lease(self._client, self.server))
                self.vectors.create()
                if self.mirror is not None:
                    self.mirror.create()
            yield

    def publish(self) -> None:
        """Bring to the server what is served here, and take away what is not.

        Raises:
            IndexBusy: another machine has taken over.
        """
        if self.mirror is not None:
            self._lease()
            self.mirror.push()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """While this index writes, its own changes are no reason to open it anew."""
        if self.server is None:  # else the sync itself begins by copying what is there
            self.refresh()
        self._writing = True
        try:
            yield
        finally:
            self._seen = self.catalog.generation()
            self._writing = False


@contextmanager
def storing(root: Path) -> Iterator[None]:
    """Reads and writes of the stores, whose failure is the disk's, with what to do about it."""
    try:
        yield
    except RagError:
        raise
    except (OSError, sqlite3.Error, ValueError, RuntimeError) as error:
        # SQLite, tantivy and Chroma's core each say in their own way that a write failed.
        raise unwritable(root, error) from error
    except Exception as error:
        if type(error).__module__.startswith("chromadb"):
            raise unwritable(root, error) from error
        raise


def part_folder(root: Path, embedder: Embedder, server: Server | None = None) -> Path:
    """Where in an index folder the part of one schema version, embedder and server lies."""
    return root / (f"{part_key(embedder)}-at-{server.key}" if server else part_key(embedder))


def part_key(embedder: Embedder) -> str:
    """What names the part of one schema version and embedder."""
    return f"v{VERSION}-{embedder.key}"


def open_index(root: Path, embedder: Embedder, server: Server | None = None) -> Index:
    """Open, or begin, the index of an embedder in a folder, or its copy of one on a server.

    Raises:
        IndexMismatch: it was written by another version, or is damaged.
        IndexUnwritable: it does not exist and cannot be made.
    """
    folder = part_folder(root, embedder, server)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        catalog = Catalog(folder / CATALOG)
    except (OSError, sqlite3.OperationalError) as error:
        raise unwritable(root, error) from error
    except sqlite3.DatabaseError as error:
        raise IndexMismatch(f"The catalog in {folder} is damaged ({error}); {REBUILD}.") from error
    lexical = _open_lexical(folder / LEXICAL)
    return Index(root, folder, catalog, lexical, embedder, server)


def _open_vectors(folder: Path, name: str) -> VectorStore:
    try:
        return VectorStore(folder_client(folder), name)
    except Exception as error:  # Chroma's core raises its own and its database's errors
        reason = " ".join(str(error).split())[:200]
        raise IndexMismatch(
            f"The vectors in {folder} cannot be opened ({reason}); {REBUILD}."
        ) from error


def _open_lexical(folder: Path) -> LexicalIndex:
    """The lexical index, begun anew where it is damaged: it is derived, and a sync fills it."""
    try:
        return LexicalIndex(folder)
    except ValueError:
        shutil.rmtree(folder, ignore_errors=True)
        return LexicalIndex(folder)
