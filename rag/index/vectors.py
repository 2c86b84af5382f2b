"""The vectors of the passages in a Chroma collection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.embedding.types import Vectors
from rag.index.clients import Server, reaching

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

PAGE = 5_000  # rows read or written at once; Chroma's own limit is 5,461


class VectorStore:
    """One Chroma collection of vectors, each by the id of its passage.

    Neither words nor metadata are stored here. An id names the passage's place, and filters
    are the catalog's: rows of metadata would take 0.4 of the time of writing, and a condition
    on them 26 times that of a search without.
    """

    def __init__(self, client: ClientAPI, name: str, server: Server | None = None) -> None:
        self.name = name
        self._server = server
        with reaching(server):
            self._collection: Any = client.get_or_create_collection(
                name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
            )

    def add(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Write passages by id with their vectors, shape (len(ids), dimension), float32."""
        with reaching(self._server):
            for at in range(0, len(ids), PAGE):
                self._collection.upsert(
                    ids=list(ids[at : at + PAGE]), embeddings=vectors[at : at + PAGE]
                )

    def delete(self, ids: Sequence[str]) -> None:
        """Remove passages by id; those that are not there are none the worse."""
        with reaching(self._server):
            for at in range(0, len(ids), PAGE):
                self._collection.delete(ids=list(ids[at : at + PAGE]))

    def query(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """The nearest passages by id, best first, with their cosine similarity.

        Args:
            vector: shape (dimension,), float32, length 1.
            limit: the most to return.
        """
        with reaching(self._server):
            found = self._collection.query(
                query_embeddings=vector[None, :], n_results=limit, include=["distances"]
            )
        rows = zip(found["ids"][0], found["distances"][0], strict=True)
        return [(id_, 1.0 - distance) for id_, distance in rows]

    def load(self, dimension: int) -> None:
        """Read the graph into memory, which Chroma else does when it is first searched."""
        self.query(np.ones(dimension, dtype=np.float32), 1)

    def count(self) -> int:
        """The number of passages stored."""
        with reaching(self._server):
            return int(self._collection.count())

    def ids(self) -> Iterator[str]:
        """The ids of all passages, in no order that means anything."""
        at = 0
        while page := self._page(at):
            yield from page
            at += PAGE

    def _page(self, at: int) -> list[str]:
        with reaching(self._server):
            return list(self._collection.get(limit=PAGE, offset=at, include=[])["ids"])


def forget_clients() -> None:
    """Make the next store of this process read its folder anew.

    Chroma keeps one client per folder and process, and hands it out again.
    """
    from chromadb.api.shared_system_client import SharedSystemClient

    SharedSystemClient.clear_system_cache()
