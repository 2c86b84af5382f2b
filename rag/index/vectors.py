"""The vectors of the passages in a Chroma collection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.index.lock import reading
from rag.models.runtime import Vectors
from rag.remote.chroma import Server, reaching

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

PAGE = 5_000  # rows read or written at once; Chroma's own limit is 5,461


class VectorStore:
    """One Chroma collection of vectors, each by the id of its passage.

    Neither words nor metadata are stored here. An id names the passage's place, and filters
    are the catalog's: rows of metadata would take 0.4 of the time of writing, and a condition
    on them 26 times that of a search without.
    """

    def __init__(self, client: ClientAPI, name: str, where: Path | Server) -> None:
        server = where if isinstance(where, Server) else None
        self.name = name
        self.most = server.most if server else None
        self._client = client
        self._server = server
        self._where = where
        self._page = self.most or PAGE
        self._collection: Any = None
        if server is None:
            self.create()

    def create(self) -> None:
        """Make the collection where there is none; who only reads from a server does not."""
        with reaching(self._server):
            self._collection = self._client.get_or_create_collection(
                self.name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
            )

    def add(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Write passages by id with their vectors, shape (len(ids), dimension), float32."""
        with reaching(self._server):
            for at in range(0, len(ids), self._page):
                part = slice(at, at + self._page)
                self._collection.upsert(ids=list(ids[part]), embeddings=vectors[part])

    def delete(self, ids: Sequence[str]) -> None:
        """Remove passages by id; those that are not there are none the worse."""
        with reaching(self._server):
            for at in range(0, len(ids), self._page):
                self._collection.delete(ids=list(ids[at : at + self._page]))

    def query(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """The nearest passages by id, best first, with their cosine similarity.

        Args:
            vector: shape (dimension,), float32, length 1.
            limit: the most to return.
        """
        found = self._read(
            lambda collection: collection.query(
                query_embeddings=vector[None, :], n_results=limit, include=["distances"]
            )
        )
        if found is None:
            return []
        rows = zip(found["ids"][0], found["distances"][0], strict=True)
        return [(id_, 1.0 - distance) for id_, distance in rows]

    def load(self, dimension: int) -> None:
        """Read the graph into memory, which Chroma else does when it is first searched."""
        self.query(np.ones(dimension, dtype=np.float32), 1)

    def count(self) -> int:
        """The number of passages stored."""
        return int(self._read(lambda collection: collection.count()) or 0)

    def ids(self) -> Iterator[str]:
        """The ids of all passages, in no order that means anything."""
        at = 0
        while page := self._ids(at):
            yield from page
            at += len(page)

    def _ids(self, at: int) -> list[str]:
        found = self._read(lambda c: c.get(limit=self._page, offset=at, include=[]))
        return list(found["ids"]) if found else []

    def _read(self, step: Callable[[Any], Any]) -> Any:
        """What a collection says; None where there is none.

        A collection that another machine has built anew has the same name and is another one.
        """
        from chromadb.errors import NotFoundError

        with self._asking():
            for found in (self._collection, None):
                try:
                    collection = found or self._client.get_collection(
                        self.name, embedding_function=None
                    )
                    answer = step(collection)
                except NotFoundError:
                    if self._server is None:
                        raise
                else:
                    self._collection = collection
                    return answer
        return None

    def _asking(self) -> AbstractContextManager[None]:
        if isinstance(self._where, Path):
            return reading("vectors", self._where)
        return reaching(self._where)


def forget_clients() -> None:
    """Make the next store of this process read its folder anew.

    Chroma keeps one client per folder and process, and hands it out again.
    """
    from chromadb.api.shared_system_client import SharedSystemClient

    SharedSystemClient.clear_system_cache()
