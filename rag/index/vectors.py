"""The vectors of the passages in a Chroma collection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from rag.index.failures import reading
from rag.models.runtime import Vectors

_PAGE = 5_000  # rows read or written at once; Chroma's own limit is 5,461
COSINE: Any = {"hnsw": {"space": "cosine"}}  # how a collection of vectors measures distance


class Collection(Protocol):
    """A Chroma collection, wherever it is; its failures are errors of this package."""

    name: str
    limit: int | None  # records read or written at once, where the server has such a limit

    def read(self, method: str, **arguments: Any) -> Any:
        """Call a method of Chroma's collection that reads; None where there is no collection."""
        ...

    def write(self, method: str, **arguments: Any) -> None:
        """Call a method of Chroma's collection that changes it."""
        ...


class FolderCollection:
    """A Chroma collection in a folder of this machine, made where there is none.

    It goes on showing what it held when it was opened: Chroma does not notice the writes of
    another process.

    Raises:
        IndexDamaged: the collection cannot be opened.
    """

    limit: int | None = None

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self._folder = folder
        with reading("vectors", folder):
            try:
                self._collection = self._open()
            except BaseException:
                forget_clients()  # else Chroma hands out the client that could not open the folder
                raise

    def _open(self) -> Any:
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        client = chromadb.PersistentClient(str(self._folder), settings=settings)
        return client.get_or_create_collection(
            self.name, embedding_function=None, configuration=COSINE
        )

    def read(self, method: str, **arguments: Any) -> Any:
        """Call a method of Chroma's collection that reads."""
        with reading("vectors", self._folder):
            return getattr(self._collection, method)(**arguments)

    def write(self, method: str, **arguments: Any) -> None:
        """Call a method of Chroma's collection that changes it."""
        getattr(self._collection, method)(**arguments)


class VectorStore:
    """The vectors of passages in one Chroma collection, each by the id of its passage.

    Neither words nor metadata are stored here. An id names the passage's place, and filters
    are the catalog's: rows of metadata would take 0.4 of the time of writing, and a condition
    on them 26 times that of a search without. ``limit`` is the most that one query may
    return, None where there is no limit.
    """

    def __init__(self, collection: Collection) -> None:
        self.name = collection.name
        self.limit = collection.limit
        self._collection = collection
        self._page = collection.limit or _PAGE

    def add(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Write passages by id with their vectors, shape (len(ids), dimension), float32."""
        for at in range(0, len(ids), self._page):
            part = slice(at, at + self._page)
            self._collection.write("upsert", ids=list(ids[part]), embeddings=vectors[part])

    def delete(self, ids: Sequence[str]) -> None:
        """Delete passages by id; unknown ids are ignored."""
        for at in range(0, len(ids), self._page):
            self._collection.write("delete", ids=list(ids[at : at + self._page]))

    def query(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """Return the nearest passages by id, best first, with their cosine similarity.

        Args:
            vector: shape (dimension,), float32, length 1.
            limit: the most to return.
        """
        found = self._collection.read(
            "query", query_embeddings=vector[None, :], n_results=limit, include=["distances"]
        )
        if found is None:
            return []
        rows = zip(found["ids"][0], found["distances"][0], strict=True)
        return [(id_, 1.0 - distance) for id_, distance in rows]

    def load(self, dimension: int) -> None:
        """Read the graph into memory, which Chroma would otherwise do at the first search."""
        self.query(np.ones(dimension, dtype=np.float32), 1)

    def count(self) -> int:
        """Return the number of passages stored."""
        return int(self._collection.read("count") or 0)

    def ids(self) -> Iterator[str]:
        """Yield the ids of all passages, in no particular order."""
        return all_ids(self._collection)


def all_ids(collection: Collection) -> Iterator[str]:
    """Yield the ids of all records of a collection, in no particular order."""
    at, page = 0, collection.limit or _PAGE
    while found := collection.read("get", limit=page, offset=at, include=[]):
        if not found["ids"]:
            return
        yield from found["ids"]
        at += len(found["ids"])


def forget_clients() -> None:
    """Make the next collection of this process read its folder anew.

    Chroma keeps one client per folder and process, and hands it out again.
    """
    from chromadb.api.shared_system_client import SharedSystemClient

    SharedSystemClient.clear_system_cache()
