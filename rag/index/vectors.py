"""The vectors of the passages in a Chroma collection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rag.embedding.types import Vectors

PAGE = 5_000  # rows read or written at once; Chroma's own limit is 5,461


class VectorStore:
    """One Chroma collection of vectors, each by the id of its passage.

    Neither words nor metadata are stored here. An id names the passage's place, and filters
    are the catalog's: rows of metadata would take 0.4 of the time of writing, and a condition
    on them 26 times that of a search without.
    """

    def __init__(self, folder: Path, name: str) -> None:
        import chromadb
        from chromadb.config import Settings

        self.name = name
        self._client = chromadb.PersistentClient(
            str(folder), settings=Settings(anonymized_telemetry=False)
        )
        self._collection: Any = self._client.get_or_create_collection(
            name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )

    def add(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Write passages by id with their vectors, shape (len(ids), dimension), float32."""
        for at in range(0, len(ids), PAGE):
            self._collection.upsert(
                ids=list(ids[at : at + PAGE]), embeddings=vectors[at : at + PAGE]
            )

    def delete(self, ids: Sequence[str]) -> None:
        """Remove passages by id; those that are not there are none the worse."""
        for at in range(0, len(ids), PAGE):
            self._collection.delete(ids=list(ids[at : at + PAGE]))

    def query(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """The nearest passages by id, best first, with their cosine similarity.

        Args:
            vector: shape (dimension,), float32, length 1.
            limit: the most to return.
        """
        found = self._collection.query(
            query_embeddings=vector[None, :], n_results=limit, include=["distances"]
        )
        rows = zip(found["ids"][0], found["distances"][0], strict=True)
        return [(id_, 1.0 - distance) for id_, distance in rows]

    def count(self) -> int:
        """The number of passages stored."""
        return int(self._collection.count())

    def ids(self) -> Iterator[str]:
        """The ids of all passages, in no order that means anything."""
        at = 0
        while page := self._collection.get(limit=PAGE, offset=at, include=[])["ids"]:
            yield from page
            at += PAGE


def forget_clients() -> None:
    """Make the next store of this process read its folder anew.

    Chroma keeps one client per folder and process, and hands it out again.
    """
    from chromadb.api.shared_system_client import SharedSystemClient

    SharedSystemClient.clear_system_cache()
