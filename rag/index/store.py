"""The parts of one index, opened together."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from rag.errors import IndexBusy, IndexDamaged
from rag.index.catalog import Catalog
from rag.index.folder import (
    CATALOG,
    CHROMA,
    LEXICAL,
    Seal,
    begin_part,
    check_catalog,
    check_stores,
    part_folder,
    part_key,
    sweep,
    take_place,
)
from rag.index.lexical import LexicalIndex
from rag.index.lock import reading, unwritable, writer_lock
from rag.index.passages import PassageTable
from rag.index.vectors import VectorStore, forget_clients
from rag.models.embedder import Embedder
from rag.remote.chroma import Server, folder_client, server_client, server_lease
from rag.remote.mirror import Mirror

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

SHARE = 10  # times as long as a step took are waited before the next
LONGEST = 60.0  # seconds that are waited at most
FREE = 0.1  # seconds that a step may take for nothing


class Pause:
    """The time until a step may be done again."""

    def __init__(self) -> None:
        self._until = 0.0

    def over(self) -> bool:
        """Whether the step may be done."""
        return time.monotonic() >= self._until

    @contextmanager
    def after(self, at_least: float = 0.0) -> Iterator[None]:
        """Do the step, and wait after it in proportion to what it took, or ``at_least`` seconds."""
        began = time.monotonic()
        try:
            yield
        finally:
            ended = time.monotonic()
            took = ended - began
            wait = min(SHARE * took, LONGEST) if took > FREE else 0.0
            self._until = ended + max(at_least, wait)


# How long an answer waits for another thread to read the vectors anew; in a large index it then
# goes on with the old ones, without what has changed since.
PATIENCE_SECONDS = 1.0
COPYING = "copying.lock"
FIRST_COPY_SECONDS = 600.0  # to wait for a copy that another process makes
COPY_SECONDS = 30.0  # to wait for it before writing, as most copies are of what has just changed
LOOK_SECONDS = 1.0  # between two looks at a server for what is new


class Index:
    """The index that one embedder has in an index folder, or on a server with a copy there.

    The vectors are opened when first needed: reading an article needs neither
    Chroma nor, in a new index, the model whose dimension names the collection.
    """

    def __init__(
        self,
        root: Path,
        folder: Path,
        embedder: Embedder,
        server: Server | None,
        building: FileLock | None,
    ) -> None:
        self.root = root
        self.seal = Seal(folder)
        check_catalog(folder, self.seal)
        self.catalog = Catalog(folder / CATALOG, self.seal.lift)
        self.passages = PassageTable(self.catalog)
        self.lexical = LexicalIndex(folder / LEXICAL)
        self.embedder = embedder
        self.server = server
        self._building = building
        if building is not None:  # what is read by generation is read anew once this is read
            self.catalog.set_info("generation", str(time.time_ns() // 1_000))
        self._folder = folder
        self._found_whole = False
        self._vectors: VectorStore | None = None
        self._mirror: Mirror | None = None
        self._seen = self._words_seen = self.catalog.generation()
        self._writing = False
        self._opening = threading.RLock()
        self._turn = threading.Lock()
        self._pause = Pause()
        self._looks = Pause()
        self._lease: Callable[[], None] = lambda: None

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
                if self.server is None:
                    self._vectors = _open_vectors(self._folder / CHROMA, self.collection)
                else:
                    self._vectors = VectorStore(self._client, self.collection, self.server)
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
        name = f"passages-{part_key(self.embedder)}-{dimension}"
        return name if self.server is None else f"{self.server.name}-{name}"

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
        elif self._building is None:
            self._follow()
        self._check_whole()
        generation = self.catalog.generation()
        if generation != self._words_seen:  # which takes no time
            self.lexical.reload()
            self._words_seen = generation
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

    @property
    def behind(self) -> bool:
        """Whether the graph that is open lacks what another process has written since."""
        return not (self.server or self._writing) and self._seen != self.catalog.generation()

    def _follow(self) -> None:
        """Go on in another folder, where a rebuild has put one in the place of this."""
        with self._opening:
            folder = part_folder(self.root, self.embedder)
            if folder != self._folder:
                check_catalog(folder, Seal(folder))
                self._folder, self._vectors, self._found_whole = folder, None, False
                self.seal.move(folder)
                self.catalog.move(folder / CATALOG)
                self.lexical.move(folder / LEXICAL)
                self._seen = self.catalog.generation()

    def _check_whole(self) -> None:
        """Make sure, once for what is open, that the stores are as they were written."""
        if not self._found_whole:
            check_stores(self._folder, self.seal)
            self._found_whole = True

    def drop_vectors(self) -> None:
        """Throw away what Chroma has in the folder; a sync then puts it back."""
        with self._opening:
            self._vectors = None
            shutil.rmtree(self._folder / CHROMA, ignore_errors=True)
            forget_clients()

    def _reopen(self) -> None:
        """Read anew what another process has written; until it is read, the old one answers."""
        if self.server is None:
            forget_clients()
            dimension = self.catalog.info("dimension")
            if self._vectors is not None and dimension is not None:
                fresh = _open_vectors(self._folder / CHROMA, self._vectors.name)
                fresh.load(int(dimension))
                self._vectors = fresh

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

    @property
    def building(self) -> bool:
        """Whether this is a rebuild that is not whole yet."""
        return self._building is not None

    def sweep(self) -> None:
        """Delete what this index has replaced, and what was left of rebuilds that were killed."""
        if self.server is None:
            sweep(self.root, self._folder)

    def finish(self) -> None:
        """Say that all is written: what is damaged from now on is noticed, and a rebuild counts."""
        if not self.seal.is_set():
            self.seal.set()
        if self._building is not None:
            take_place(self._folder, self._building)
            self._building = None
            self.sweep()

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
            with suppress(IndexDamaged):  # which is what the sync mends
                self.refresh()
        self._writing = True
        try:
            yield
            self._found_whole = True
        finally:
            self._seen = self.catalog.generation()
            self._writing = False


def _open_vectors(folder: Path, name: str) -> VectorStore:
    with reading("vectors", folder):
        try:
            return VectorStore(folder_client(folder), name, folder)
        except BaseException:
            forget_clients()  # else Chroma hands out what it could not open
            raise


def open_index(
    root: Path, embedder: Embedder, server: Server | None = None, *, anew: bool = False
) -> Index:
    """Open, or begin, the index of an embedder in a folder, or its copy of one on a server.

    Args:
        root: the index folder.
        embedder: whose index.
        server: where it is, if not in the folder.
        anew: begin another in the folder, which takes the place of all that are there once a
            sync has filled it; what a server holds is forgotten by who calls this.

    Raises:
        IndexMismatch: it was written by another version.
        IndexDamaged: the catalog is not as it was written.
        IndexUnwritable: it does not exist and cannot be made.
        IndexBusy: it is to be begun anew while another process is writing.
    """
    building = None
    try:
        if anew and server is None:
            with writer_lock(root):
                folder, building = begin_part(root, embedder)
        else:
            folder = part_folder(root, embedder, server)
            folder.mkdir(parents=True, exist_ok=True)
        return Index(root, folder, embedder, server, building)
    except (OSError, sqlite3.OperationalError) as error:
        raise unwritable(root, error) from error
