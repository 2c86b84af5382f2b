"""Where an index is kept: the port, the local implementation, and the folders of an index.

An index folder holds one folder for each schema version and embedder. A rebuild fills another
one with the next number, which nobody reads until it is whole and takes the place of all others.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from filelock import FileLock, Timeout

from rag.errors import IndexBusy
from rag.index.catalog import SCHEMA_VERSION, Catalog
from rag.index.failures import storing, unwritable
from rag.index.integrity import CHROMA, PARTS
from rag.index.lexical import LexicalIndex
from rag.index.vectors import FolderCollection, VectorStore, forget_clients
from rag.models.embedder import Embedder

Publish = Callable[[], None]  # makes what was written visible to other machines


class Storage(Protocol):
    """The place of the vectors of an index, and how the index is shared with other machines.

    ``folder`` has all else. ``url`` is the server, None without one; ``place`` says in words where
    the index is. ``prefix`` goes before the names of collections.
    """

    folder: IndexFolder
    url: str | None
    place: str
    prefix: str

    def open_vectors(self, folder: Path, name: str) -> VectorStore:
        """Open the collection of vectors that belongs to a folder."""
        ...

    def reopen_vectors(self, vectors: VectorStore, folder: Path, dimension: int) -> VectorStore:
        """Return an open collection as other processes have left it, ready to be searched."""
        ...

    def pull(self, catalog: Catalog, lexical: LexicalIndex) -> bool:
        """Copy what other machines have written; return whether anything was copied."""
        ...

    def writing(self, catalog: Catalog, lexical: LexicalIndex) -> AbstractContextManager[Publish]:
        """Hold the right to write against other machines, having copied what they wrote."""
        ...

    def check_same_corpus(self, folder: Path, files: int) -> None:
        """Refuse to replace all ``files`` files of the index by those of another folder.

        Raises:
            IndexMismatch: it may be a mistake.
        """
        ...


class LocalStorage:
    """Vectors in the index folder of this machine, which is shared with no other."""

    url: str | None = None
    prefix = ""

    def __init__(self, folder: IndexFolder) -> None:
        self.folder = folder
        self.place = f"the index folder {folder.root}"

    def open_vectors(self, folder: Path, name: str) -> VectorStore:
        """Open the Chroma collection in a folder."""
        return VectorStore(FolderCollection(folder / CHROMA, name))

    def reopen_vectors(self, vectors: VectorStore, folder: Path, dimension: int) -> VectorStore:
        """Open a collection anew and read its graph; the old one answers until then."""
        forget_clients()
        fresh = self.open_vectors(folder, vectors.name)
        fresh.load(dimension)
        return fresh

    def pull(self, catalog: Catalog, lexical: LexicalIndex) -> bool:
        """Copy nothing: other processes write to this very folder."""
        return False

    def writing(self, catalog: Catalog, lexical: LexicalIndex) -> AbstractContextManager[Publish]:
        """Need no right beside the writer lock of the folder."""
        return nullcontext(lambda: None)

    def check_same_corpus(self, folder: Path, files: int) -> None:
        """Accept any folder: the index lies with its documents, or where the user has put it."""


_BUILDING = "building.lock"  # in a folder that is not whole yet, held by the process that builds it
_ALONE = "alone"  # in a folder whose predecessors are still to be deleted
_ASIDE = ".aside-"  # before the name of a folder that is being made or deleted; nobody reads it
_NUMBER = "~"  # between the name of a folder and its number, where that is not the first


class _Rebuild(NamedTuple):
    folder: Path
    lock: FileLock


class IndexFolder:
    """The folders of one schema version and embedder in an index folder: one, and any rebuild.

    Args:
        root: the index folder.
        key: the name of the folders, which begins with :func:`storage_key`.
        rebuild: begin another folder, which replaces all others once a sync has filled it.

    Raises:
        IndexBusy: a rebuild cannot begin, as another process is writing.
        IndexUnwritable: the folder does not exist and cannot be made.
    """

    def __init__(self, root: Path, key: str, *, rebuild: bool = False) -> None:
        self.root = root
        self._key = key
        self._rebuild: _Rebuild | None = None
        with storing(root):
            if rebuild:
                with writer_lock(root):
                    self._rebuild = self._begin()
            else:
                self.current().mkdir(parents=True, exist_ok=True)

    @property
    def building(self) -> bool:
        """Whether this is a rebuild that is not whole yet."""
        return self._rebuild is not None

    def current(self) -> Path:
        """Return the newest folder that is whole, or the one that is being built here."""
        if self._rebuild is not None:
            return self._rebuild.folder
        whole = [path for path in self._numbered() if not (path / _BUILDING).exists()]
        return whole[-1] if whole else self.root / self._key

    def finish(self) -> None:
        """Make a rebuild the folder that is read."""
        if self._rebuild is not None:
            (self._rebuild.folder / _ALONE).touch()
            (self._rebuild.folder / _BUILDING).unlink()
            self._rebuild.lock.release()
            self._rebuild = None

    def sweep(self, folder: Path) -> None:
        """Delete what a folder has replaced, and what was left of rebuilds that were killed."""
        alone = (folder / _ALONE).exists()
        if alone:
            stale = index_folders(self.root)
        else:
            stale = [path for path in index_folders(self.root) if (path / _BUILDING).exists()]
            if not (folder / _BUILDING).exists():  # else the one before it still answers
                stale += self._numbered()
        for path in stale:
            if path != folder and not _is_held(path):
                with suppress(OSError):  # in one step: what is left of a folder may look whole
                    path.rename(self._aside())
        for path in self.root.glob(f"{_ASIDE}*"):
            shutil.rmtree(path, ignore_errors=True)
        others = [path for path in index_folders(self.root) if path != folder]
        if alone and all(_is_held(path) for path in others):
            (folder / _ALONE).unlink()

    def _begin(self) -> _Rebuild:
        """Begin a folder that nobody reads until it is whole; its lock says that it is at work."""
        numbers = [self._number(path) for path in self._numbered()]
        folder = self.root / f"{self._key}{_NUMBER}{max(numbers, default=1) + 1}"
        aside = self._aside()
        aside.mkdir()
        lock = FileLock(aside / _BUILDING, thread_local=False)
        lock.acquire(timeout=0)
        aside.rename(folder)  # a folder without the lock would count as whole
        return _Rebuild(folder, lock)

    def _aside(self) -> Path:
        """Return a name that nobody reads from, and that no folder has."""
        return self.root / f"{_ASIDE}{secrets.token_hex(8)}"

    def _numbered(self) -> list[Path]:
        """Return the folders of this key, the newest last."""
        paths = (self.root / self._key, *self.root.glob(f"{self._key}{_NUMBER}*"))
        return sorted((p for p in paths if p.is_dir() and self._number(p)), key=self._number)

    def _number(self, folder: Path) -> int:
        """Return the number of a folder of this key; 0 for any other."""
        number = folder.name.removeprefix(self._key).removeprefix(_NUMBER)
        return int(number) if number.isdecimal() else int(folder.name == self._key)


def storage_key(embedder: Embedder) -> str:
    """Return the name of the schema version and an embedder in folders and collections."""
    return f"v{SCHEMA_VERSION}-{embedder.key}"


def index_folders(root: Path) -> list[Path]:
    """Return the folders that this package made in an index folder; others may lie beside them."""
    return [
        path
        for path in root.glob("v[0-9]*-*")
        if any((path / part).exists() for part in (*PARTS, _BUILDING))
    ]


def _is_held(folder: Path) -> bool:
    """Return whether a process is building in a folder."""
    if not (folder / _BUILDING).exists():
        return False
    with suppress(Timeout), FileLock(folder / _BUILDING, thread_local=False).acquire(timeout=0):
        return False
    return True


_LOCK = "writer.lock"
_HOLDER = "writer.json"


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Hold the right to write to an index folder.

    Raises:
        IndexBusy: another process or thread holds it; the message says which and since when.
        IndexUnwritable: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Not thread-local: two threads of one process are two writers as well.
        lock = FileLock(folder / _LOCK, thread_local=False)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise IndexBusy(f"The index in {folder} is being written by {_holder(folder)}.") from error
    except OSError as error:
        raise unwritable(folder, error) from error
    try:
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        holder = {"pid": os.getpid(), "host": socket.gethostname(), "since": since}
        try:
            (folder / _HOLDER).write_text(json.dumps(holder), "utf-8")
        except OSError as error:
            raise unwritable(folder, error) from error
        yield
    finally:
        lock.release()


def _holder(folder: Path) -> str:
    try:
        holder = json.loads((folder / _HOLDER).read_text("utf-8"))
        return (
            f"process {holder['pid']} on {holder['host']} since {holder['since']}; try again later"
        )
    except (OSError, ValueError, KeyError):
        return "another process; try again later"


_PAUSE_SHARE = 10  # times as long as a step took is waited before the next
LONGEST_PAUSE = 60.0  # seconds that are waited at most
_FREE_SECONDS = 0.1  # that a step may take without a pause


class Throttle:
    """A limit on how often a step is done, by the time that it takes."""

    def __init__(self) -> None:
        self._until = 0.0

    def is_open(self) -> bool:
        """Return whether the step may be done now."""
        return time.monotonic() >= self._until

    @contextmanager
    def after(self, at_least: float = 0.0, at_most: float = LONGEST_PAUSE) -> Iterator[None]:
        """Do the step; the next may follow after ten times as long as it took.

        Args:
            at_least: seconds to wait also after a quick step.
            at_most: seconds to wait even after a long one.
        """
        began = time.monotonic()
        try:
            yield
        finally:
            ended = time.monotonic()
            took = ended - began
            wait = _PAUSE_SHARE * took if took > _FREE_SECONDS else 0.0
            self._until = ended + min(max(at_least, wait), at_most)
