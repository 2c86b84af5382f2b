"""Chroma in a folder, or on a server: the same client for both."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from rag.errors import IndexUnreachable, RagError, SettingError

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
