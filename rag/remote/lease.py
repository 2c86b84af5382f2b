"""One writer at a time on a Chroma server, whichever machine it is on."""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rag.errors import IndexBusy, RagError
from rag.remote.chroma import Server, reaching

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

_RENEW_SECONDS = 20.0  # between renewals
EXPIRY_SECONDS = 90.0  # without renewal the writer counts as dead; clocks may differ by a minute
_JOIN_SECONDS = 5.0  # to wait for a renewal that is on its way when all is done
SETTLE_SECONDS = 1.0  # of two that take over from a dead writer at once, one sees it lost by then
_RENEWED = "beat"  # the key of the time of the last renewal, seconds since the epoch


@contextmanager
def server_lease(client: ClientAPI, server: Server) -> Iterator[Callable[[], None]]:
    """Hold the right to write to a corpus on a server.

    The lease is a collection that only one process can create. Its metadata name that process
    and the time of the last renewal.

    Yields a function that raises IndexBusy where another process has the lease by now, as after
    a machine was asleep for long.

    Raises:
        IndexBusy: another process holds the lease; the message says which and since when.
        IndexUnreachable: the server does not answer.
    """
    lease = _Lease(client, server)
    with reaching(server):
        lease.acquire()
    done = threading.Event()
    renewing = threading.Thread(target=lease.renew_until, args=(done,), daemon=True)
    renewing.start()
    try:
        yield lease.check
    finally:
        done.set()
        renewing.join(timeout=_JOIN_SECONDS)
        with suppress(RagError), reaching(server):  # else it expires
            lease.release()


class _Lease:
    def __init__(self, client: ClientAPI, server: Server) -> None:
        self._client = client
        self._server = server
        self._name = f"{server.name}-writer"
        self._token = uuid.uuid4().hex
        self._since = datetime.now(UTC).isoformat(timespec="seconds")

    def acquire(self) -> None:
        """Create the lease, in place of one that has expired."""
        if self._create():
            return
        holder = self._holder()
        if time.time() - float(holder.get(_RENEWED, 0)) >= EXPIRY_SECONDS:
            with suppress(Exception):  # another process may have been quicker
                self._client.delete_collection(self._name)
            if self._create():
                time.sleep(SETTLE_SECONDS)
                if self._is_mine():
                    return
            holder = self._holder()
        raise self._busy(holder)

    def release(self) -> None:
        if self._is_mine():
            self._client.delete_collection(self._name)

    def check(self) -> None:
        """Raise IndexBusy where another process has taken over."""
        with reaching(self._server):
            holder = self._holder()
        if holder.get("token") != self._token:
            raise self._busy(holder)

    def renew_until(self, done: threading.Event) -> None:
        while not done.wait(_RENEW_SECONDS):
            with suppress(Exception):  # one that fails is no reason to stop; the next may succeed
                if self._is_mine():
                    collection = self._client.get_collection(self._name, embedding_function=None)
                    collection.modify(metadata=self._metadata())

    def _create(self) -> bool:
        from chromadb.errors import ChromaError

        try:
            self._client.create_collection(
                self._name, metadata=self._metadata(), embedding_function=None
            )
        except ChromaError as error:
            if "already exists" not in str(error):  # which has no class of its own
                raise
            return False
        return True

    def _metadata(self) -> dict[str, str | int | float]:
        return {
            "token": self._token,
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": self._since,
            _RENEWED: time.time(),
        }

    def _holder(self) -> Mapping[str, Any]:
        from chromadb.errors import NotFoundError

        try:
            found = self._client.get_collection(self._name, embedding_function=None)
        except NotFoundError:
            return {}
        return dict(found.metadata or {})

    def _is_mine(self) -> bool:
        return self._holder().get("token") == self._token

    def _busy(self, holder: Mapping[str, Any]) -> IndexBusy:
        return IndexBusy(
            f"The index at {self._server.url} is being written by process "
            f"{holder.get('pid', '?')} on {holder.get('host', '?')} since "
            f"{holder.get('since', '?')}; try again later (if it has died, in "
            f"{EXPIRY_SECONDS:.0f} seconds)."
        )
