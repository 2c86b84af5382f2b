"""One writer at a time on a Chroma server, whichever machine it is on."""

from __future__ import annotations

import hashlib
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from rag.errors import IndexBusy, IndexUnreachable, RagError, SettingError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 120.0  # to wait for a server; Chroma's client waits for ever
CLOUD = "trychroma.com"
CLOUD_MOST = 300  # records that Chroma Cloud reads or writes at once (its published quotas)
PORTS = {"http": 8000, "https": 443}  # where the URL names none; 8000 is that of `chroma run`


class Server(NamedTuple):
    """A Chroma server, and the name under which it holds a corpus beside others.

    ``token`` goes with every request, as Chroma Cloud and as proxies before a server of one's
    own want it; ``ca`` is a file of certificates that vouch for the server.
    """

    url: str
    name: str
    token: str | None
    tenant: str
    database: str
    ca: Path | None

    @property
    def most(self) -> int | None:
        """The records that it reads or writes at once, where it has such a limit."""
        host = urlsplit(self.url).hostname or ""
        return CLOUD_MOST if host == CLOUD or host.endswith(f".{CLOUD}") else None

    @property
    def key(self) -> str:
        """What tells a corpus on a server from every other, 8 characters."""
        where = (self.url.rstrip("/"), self.tenant, self.database, self.name)
        return hashlib.sha256(repr(where).encode()).hexdigest()[:8]


def folder_client(folder: Path) -> ClientAPI:
    """The Chroma of a folder."""
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


def server_client(server: Server) -> ClientAPI:
    """The Chroma of a server.

    Raises:
        SettingError: the URL is none.
        IndexUnreachable: there is no answer, or not to this token.
    """
    import chromadb
    import httpx
    from chromadb.config import Settings

    parts = urlsplit(server.url)
    if "@" in parts.netloc:
        raise SettingError(
            "Setting chroma_url (RAG_CHROMA_URL) cannot hold a name or password; give a token "
            "with RAG_CHROMA_TOKEN."
        )
    if parts.scheme not in PORTS or not parts.hostname:
        raise SettingError(
            f"Setting chroma_url (RAG_CHROMA_URL) cannot be {server.url!r}: write it as "
            "http://HOST:PORT or https://HOST."
        )
    headers = {}
    if server.token:
        headers = {"X-Chroma-Token": server.token, "Authorization": f"Bearer {server.token}"}
    settings = Settings(anonymized_telemetry=False)
    if server.ca is not None:
        settings.chroma_server_ssl_verify = str(server.ca)
    with reaching(server):
        client = chromadb.HttpClient(
            parts.hostname,
            parts.port or PORTS[parts.scheme],
            ssl=parts.scheme == "https",
            headers=headers,
            settings=settings,
            tenant=server.tenant,
            database=server.database,
        )
        # There is no setting for it.
        session: httpx.Client = client._server._session  # type: ignore[attr-defined]
        session.timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
        return client


@contextmanager
def reaching(server: Server | None) -> Iterator[None]:
    """Requests to a server, whose failure is told as such; a folder's errors go through.

    Raises:
        IndexUnreachable: the server does not answer, or refuses.
    """
    try:
        yield
    except RagError:
        raise
    except Exception as error:
        kind = type(error)
        of_client = kind.__module__.partition(".")[0] in ("chromadb", "httpx", "httpcore", "ssl")
        # Chroma's client tells of a server that is not there by a ValueError, with the reason
        # behind it.
        if server is None or not (of_client or isinstance(error, ValueError | OSError)):
            raise
        behind = error.__context__ if isinstance(error, ValueError) else None
        reason = " ".join(str(behind or error).split()) or kind.__name__
        if server.token:
            reason = reason.replace(server.token, "…")
        reason = reason[:200]
        raise IndexUnreachable(
            f"The Chroma server at {server.url} cannot be used ({reason}); check RAG_CHROMA_URL "
            "and what goes with it, or unset it to keep the index in a folder."
        ) from error


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
