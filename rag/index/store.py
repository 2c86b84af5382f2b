"""The parts of one index, opened together."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from rag.embedding.embedder import Embedder
from rag.errors import IndexBusy, IndexMismatch, RagError
from rag.index.catalog import VERSION, Catalog
from rag.index.clients import Server, folder_client, reaching, server_client
from rag.index.lease import server_lease
from rag.index.lexical import LexicalIndex
from rag.index.lock import unwritable, writer_lock
from rag.index.mirror import Mirror
from rag.index.passages import PassageTable
from rag.index.pause import Pause
from rag.index.vectors import VectorStore, forget_clients

CATALOG, CHROMA, LEXICAL = PARTS = ("catalog.sqlite", "chroma", "lexical")
# How long an answer waits for another thread to read the vectors anew; in a large index it then
# goes on with the old ones, without what has changed since.
PATIENCE_SECONDS = 1.0
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
                name = f"passages-{_key(self.embedder)}-{dimension}"
                if self.server is None:
                    self._vectors = _open_vectors(self._folder / CHROMA, name)
                else:
                    name = f"{self.server.name}-{name}"
                    self._vectors = VectorStore(server_client(self.server), name, self.server)
            return self._vectors

    @property
    def mirror(self) -> Mirror | None:
        """What brings the articles to a server and from there; None for an index in a folder.

        Raises:
            IndexUnreachable: the server does not answer.
        """
        with self._opening:
            if self._mirror is None and self.server is not None:
                client, key = server_client(self.server), _key(self.embedder)
                self._mirror = Mirror(client, self.server, key, self.catalog, self.lexical)
            return self._mirror

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
        """Copy what is new on the server, unless another thread or process just does."""
        if not self._pause.over():
            return
        with suppress(IndexBusy), writer_lock(self.root), self._pause.after(at_least=LOOK_SECONDS):
            if self.mirror is not None and self.mirror.pull():
                self._seen = self.catalog.generation()

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
                stack.enter_context(server_lease(server_client(self.server), self.server))
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """While this index writes, its own changes are no reason to open it anew."""
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
    return root / (f"{_key(embedder)}-at-{server.key}" if server else _key(embedder))


def _key(embedder: Embedder) -> str:
    return f"v{VERSION}-{embedder.key}"


def other_parts(root: Path, embedder: Embedder, server: Server | None) -> list[str]:
    """Names of the parts that other versions, embedders or servers left in an index folder."""
    mine = part_folder(root, embedder, server)
    return sorted(path.name for path in _parts(root) if path != mine)


def _parts(root: Path) -> list[Path]:
    """The folders that this package made in an index folder, where others may lie beside them."""
    return [p for p in root.glob("v[0-9]*-*") if any((p / part).exists() for part in PARTS)]


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


def forget(root: Path, server: Server | None = None) -> None:
    """Delete every index in a folder and of a name on a server, all that was ever stored included.

    Raises:
        IndexBusy: another process is writing to it.
        IndexUnreachable: the server does not answer.
    """
    if server is not None:
        client = server_client(server)
        with server_lease(client, server), reaching(server):
            for name in [found.name for found in client.list_collections()]:
                if name.startswith((f"{server.name}-passages-v", f"{server.name}-articles-v")):
                    client.delete_collection(name)
    if not root.exists():
        return
    with writer_lock(root):
        for path in _parts(root):
            shutil.rmtree(path)
    forget_clients()


def state_of(index: Index) -> dict[str, Any]:
    """What is in an index, as JSON-ready values; ``whole`` says that all parts agree."""
    counts = index.catalog.passage_counts()
    expected = sum(counts.values())
    vectors, lexical = index.vectors.count(), index.lexical.count()
    return {
        "index": str(index.root),
        "server": index.server.url if index.server else None,
        "embedder": index.embedder.name,
        "runs_on": index.embedder.runs_on(),
        "collection": index.vectors.name,
        "articles": len(counts),
        "passages": expected,
        "passages_in_chroma": vectors,
        "passages_in_tantivy": lexical,
        "whole": expected == vectors == lexical and expected > 0,
        "other_indexes": other_parts(index.root, index.embedder, index.server),
    }
