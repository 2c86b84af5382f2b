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
from rag.index.clients import Server, reaching

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

BEAT_SECONDS = 20.0  # between signs of life
DEAD_SECONDS = 90.0  # without one, a writer is taken for dead; clocks may differ by a minute
JOIN_SECONDS = 5.0  # for a sign of life that is on its way when all is done
SETTLE_SECONDS = 1.0  # two that take over from a dead one at once see by then who came last


@contextmanager
def server_lease(client: ClientAPI, server: Server) -> Iterator[Callable[[], None]]:
    """Hold the right to write to a corpus on a server.

    It is a collection that only one can create. Its metadata says who did, and when they
    last gave a sign of life.

    Yields a function that raises IndexBusy where the right is another's by now, as after a
    machine was asleep for long.

    Raises:
        IndexBusy: another process holds it; the message says which and since when.
        IndexUnreachable: the server does not answer.
    """
    name, token = f"{server.name}-writer", uuid.uuid4().hex
    with reaching(server):
        if not _create(client, name, token):
            _take_over(client, name, token, server)
    done = threading.Event()
    beating = threading.Thread(target=_beat, args=(client, name, token, done), daemon=True)
    beating.start()

    def check() -> None:
        with reaching(server):
            holder = _signed(client, name)
        if holder.get("token") != token:
            raise _busy(server, holder)

    try:
        yield check
    finally:
        done.set()
        beating.join(timeout=JOIN_SECONDS)
        with suppress(RagError), reaching(server):  # it is taken for dead in time
            if _signed(client, name).get("token") == token:
                client.delete_collection(name)


def _create(client: ClientAPI, name: str, token: str) -> bool:
    from chromadb.errors import ChromaError

    metadata = _sign(token, since=_now())
    try:
        client.create_collection(name, metadata=metadata, embedding_function=None)
    except ChromaError as error:
        if "already exists" not in str(error):
            raise
        return False
    return True


def _take_over(client: ClientAPI, name: str, token: str, server: Server) -> None:
    holder = _signed(client, name)
    alive = time.time() - float(holder.get("beat", 0)) < DEAD_SECONDS
    if not alive:
        with suppress(Exception):  # another may have been quicker
            client.delete_collection(name)
        if _create(client, name, token):
            time.sleep(SETTLE_SECONDS)
            if _signed(client, name).get("token") == token:
                return
        holder = _signed(client, name)
    raise _busy(server, holder)


def _busy(server: Server, holder: Mapping[str, Any]) -> IndexBusy:
    return IndexBusy(
        f"The index at {server.url} is being written by process {holder.get('pid', '?')} on "
        f"{holder.get('host', '?')} since {holder.get('since', '?')}; try again later (if it has "
        f"died, in {DEAD_SECONDS:.0f} seconds)."
    )


def _beat(client: ClientAPI, name: str, token: str, done: threading.Event) -> None:
    since = _now()
    while not done.wait(BEAT_SECONDS):
        with suppress(Exception):  # a beat that is missed is no reason to stop; the next may come
            if _signed(client, name).get("token") == token:
                collection = client.get_collection(name, embedding_function=None)
                collection.modify(metadata=_sign(token, since))


def _signed(client: ClientAPI, name: str) -> dict[str, Any]:
    from chromadb.errors import NotFoundError

    try:
        return dict(client.get_collection(name, embedding_function=None).metadata or {})
    except NotFoundError:
        return {}


def _sign(token: str, since: str) -> dict[str, str | int | float]:
    return {
        "token": token,
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": since,
        "beat": time.time(),
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
