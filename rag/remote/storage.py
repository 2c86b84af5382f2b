"""An index on a Chroma server, with a copy of its articles in a folder of this machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from rag.errors import IndexBusy, IndexMismatch
from rag.index.catalog import Catalog
from rag.index.failures import storing, unwritable
from rag.index.lexical import LexicalIndex
from rag.index.storage import (
    LONGEST_PAUSE,
    IndexFolder,
    Publish,
    Throttle,
    index_folders,
    writer_lock,
)
from rag.index.vectors import COSINE, VectorStore, forget_clients
from rag.remote.blobs import BlobStore
from rag.remote.chroma import Server, ServerCollection, connect, reaching
from rag.remote.lease import server_lease
from rag.remote.replica import Replica

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

_COPY_LOCK = "copying.lock"
_FIRST_COPY_SECONDS = 600.0  # to wait for a copy that another process makes
COPY_SECONDS = 30.0  # to wait for it before writing, as most copies are of what has just changed
LOOK_EVERY_SECONDS = 1.0  # between two looks at a server for what is new


class ServerStorage:
    """The server's collections of vectors and of articles, and the local copy of the articles.

    Args:
        root: the index folder.
        key: what names folders and collections, of :func:`rag.index.storage.storage_key`.
        server: the server.
        rebuild: first delete all that the server holds under its name, and all indexes in the
            folder.

    Raises:
        IndexBusy: a rebuild cannot begin, as another process is writing.
        IndexUnreachable: a rebuild cannot begin, as the server does not answer.
        IndexUnwritable: the folder does not exist and cannot be made.
    """

    def __init__(self, root: Path, key: str, server: Server, *, rebuild: bool = False) -> None:
        self.url: str | None = server.url
        self.place = f"the Chroma server at {server.url} under the name {server.name!r}"
        self.prefix = f"{server.name}-"
        self._server = server
        self._articles = f"{server.name}-articles-{key}"
        self._looking = Throttle()
        if rebuild:
            self._delete_all(root)
        self.folder = IndexFolder(root, f"{key}-at-{server.key}")

    @cached_property
    def _client(self) -> ClientAPI:
        return connect(self._server)

    def open_vectors(self, folder: Path, name: str) -> VectorStore:
        """Open the collection of vectors on the server."""
        return VectorStore(ServerCollection(self._client, self._server, name, COSINE))

    def reopen_vectors(self, vectors: VectorStore, folder: Path, dimension: int) -> VectorStore:
        """Return the collection as it is: a server shows what others have written."""
        return vectors

    def pull(self, catalog: Catalog, lexical: LexicalIndex) -> bool:
        """Copy what is new on the server, unless another thread or process just does.

        Only the very first copy is waited for: without it there is nothing to answer from.
        """
        if not self._looking.is_open():
            return False
        replica = self._replica(catalog, lexical)
        first = replica.is_empty()
        wait = _FIRST_COPY_SECONDS if first else 0.0
        # The first copy takes no time from other answers, so it does not delay the next look.
        pause = self._looking.after(
            LOOK_EVERY_SECONDS, LOOK_EVERY_SECONDS if first else LONGEST_PAUSE
        )
        with suppress(Timeout), self._copying(wait), pause:
            return replica.pull()
        return False

    @contextmanager
    def writing(self, catalog: Catalog, lexical: LexicalIndex) -> Iterator[Publish]:
        """Hold the right to write to the copy and to the server; the copy is complete then.

        Raises:
            IndexBusy: another process copies, or another machine writes.
            IndexUnreachable: the server does not answer.
        """
        try:
            copying = self._copying(COPY_SECONDS)
        except Timeout as error:
            raise IndexBusy(
                f"Another process is copying the articles of {self.url} to {self.folder.root}; try "
                "again later."
            ) from error
        with copying, server_lease(self._client, self._server) as check_lease:
            replica = self._replica(catalog, lexical)
            with storing(self.folder.root):
                replica.pull(unfinished=True)

            def publish() -> None:
                check_lease()
                replica.push()

            yield publish

    def check_same_corpus(self, folder: Path, files: int) -> None:
        """Refuse another folder: a machine that was only to read may have one by chance.

        Raises:
            IndexMismatch: always.
        """
        raise IndexMismatch(
            f"The Chroma server at {self.url} holds other articles under the name "
            f"{self._server.name!r}: none of its {files} files is in {folder}. Choose another "
            "name with RAG_CHROMA_NAME; or, to read those articles, name a folder that does not "
            "exist with --corpus; or, to replace them by this folder, run `rag index --rebuild`."
        )

    def _replica(self, catalog: Catalog, lexical: LexicalIndex) -> Replica:
        collection = ServerCollection(self._client, self._server, self._articles)
        return Replica(BlobStore(collection), catalog, lexical)

    def _copying(self, wait: float) -> AbstractContextManager[object]:
        """Hold the right to change the copy.

        Raises:
            Timeout: another process or thread holds it for longer than ``wait`` seconds.
        """
        try:
            return FileLock(self.folder.current() / _COPY_LOCK, thread_local=False).acquire(
                timeout=wait
            )
        except Timeout:
            raise  # which is an OSError too
        except OSError as error:
            raise unwritable(self.folder.root, error) from error

    def _delete_all(self, root: Path) -> None:
        names = tuple(f"{self._server.name}-{kind}-v" for kind in ("passages", "articles"))
        with server_lease(self._client, self._server), reaching(self._server):
            for found in list(self._client.list_collections()):
                if found.name.startswith(names):
                    self._client.delete_collection(found.name)
        if not root.exists():
            return
        with writer_lock(root):
            for path in index_folders(root):
                shutil.rmtree(path)
        forget_clients()
