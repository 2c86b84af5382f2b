"""A Chroma server: its address, the client, and collections that are kept there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from rag.errors import IndexUnreachable, RagError, SettingError
from rag.index.failures import error_reason

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

_CONNECT_SECONDS = 5.0  # to wait for a server; Chroma's client would wait for ever
_ANSWER_SECONDS = 120.0  # to wait for an answer
_CLOUD = "trychroma.com"
_CLOUD_LIMIT = 300  # records that Chroma Cloud reads or writes at once (its published quotas)
_PORTS = {"http": 8000, "https": 443}  # where the URL names none; 8000 is that of `chroma run`


class Server(NamedTuple):
    """A Chroma server, and the name under which it holds a corpus beside others.

    ``token`` is sent with every request in the headers that Chroma Cloud, and a proxy in front
    of a self-hosted server, expect; ``ca`` is a file of certificates that vouch for the server.
    """

    url: str
    name: str
    token: str | None
    tenant: str
    database: str
    ca: Path | None

    @property
    def limit(self) -> int | None:
        """The number of records read or written at once, where the server has such a limit."""
        host = urlsplit(self.url).hostname or ""
        return _CLOUD_LIMIT if host == _CLOUD or host.endswith(f".{_CLOUD}") else None

    @property
    def key(self) -> str:
        """A digest that tells a corpus on a server from every other, 8 characters."""
        where = (self.url.rstrip("/"), self.tenant, self.database, self.name)
        return hashlib.sha256(repr(where).encode()).hexdigest()[:8]


def connect(server: Server) -> ClientAPI:
    """Connect to a server.

    Raises:
        SettingError: the URL is not valid.
        IndexUnreachable: the server does not answer, or refuses the token.
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
    if parts.scheme not in _PORTS or not parts.hostname:
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
            parts.port or _PORTS[parts.scheme],
            ssl=parts.scheme == "https",
            headers=headers,
            settings=settings,
            tenant=server.tenant,
            database=server.database,
        )
        # There is no setting for the time to wait.
        session: httpx.Client = client._server._session  # type: ignore[attr-defined]
        session.timeout = httpx.Timeout(_ANSWER_SECONDS, connect=_CONNECT_SECONDS)
        return client


@contextmanager
def reaching(server: Server) -> Iterator[None]:
    """Report failed requests to a server as such.

    Raises:
        IndexUnreachable: the server does not answer, or refuses.
    """
    try:
        yield
    except RagError:
        raise
    except Exception as error:
        package = type(error).__module__.partition(".")[0]
        # Chroma's client reports a server that is not there by a ValueError, with the reason
        # behind it.
        if package not in ("chromadb", "httpx", "httpcore", "ssl") and not isinstance(
            error, ValueError | OSError
        ):
            raise
        behind = error.__context__ if isinstance(error, ValueError) else None
        reason = error_reason(behind or error, secret=server.token)
        raise IndexUnreachable(
            f"The Chroma server at {server.url} cannot be used ({reason}); check RAG_CHROMA_URL "
            "and what goes with it, or unset it to keep the index in a folder."
        ) from error


class ServerCollection:
    """A collection on a Chroma server, made by the first write.

    Another machine may build a collection anew, which then has the same name and is another
    one; it is looked up by name again.

    Args:
        client: the server's client.
        server: the server, for messages and limits.
        name: the collection's name.
        configuration: how it is made, as Chroma takes it.
    """

    def __init__(
        self, client: ClientAPI, server: Server, name: str, configuration: Any = None
    ) -> None:
        self.name = name
        self.limit: int | None = server.limit
        self._client = client
        self._server = server
        self._configuration = configuration
        self._collection: Any = None

    def read(self, method: str, **arguments: Any) -> Any:
        """Call a method of Chroma's collection that reads; None where there is no collection."""
        from chromadb.errors import NotFoundError

        with reaching(self._server):
            for known in (self._collection, None):
                with suppress(NotFoundError):
                    self._collection = known or self._look_up()
                    return getattr(self._collection, method)(**arguments)
        return None

    def write(self, method: str, **arguments: Any) -> None:
        """Call a method that changes Chroma's collection, which is made where it does not exist."""
        from chromadb.errors import NotFoundError

        with reaching(self._server):
            with suppress(NotFoundError):
                if self._collection is not None:
                    getattr(self._collection, method)(**arguments)
                    return
            self._collection = self._client.get_or_create_collection(
                self.name, embedding_function=None, configuration=self._configuration
            )
            getattr(self._collection, method)(**arguments)

    def metadata(self) -> Mapping[str, Any]:
        """Return the metadata as it is on the server now; empty where there is no collection."""
        from chromadb.errors import NotFoundError

        with reaching(self._server), suppress(NotFoundError):
            self._collection = self._look_up()
            return self._collection.metadata or {}
        return {}

    def _look_up(self) -> Any:
        return self._client.get_collection(self.name, embedding_function=None)
