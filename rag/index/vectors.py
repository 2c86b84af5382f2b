"""Passages and their vectors in an embedded Chroma collection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rag.embedding.types import Vectors
from rag.types import Passage

PAGE = 5_000  # rows read or written at once; Chroma's own limit is 5,461


class VectorStore:
    """One Chroma collection, its ids the passage ids, its metadata their spans.

    The words are not stored here: they are slices of the article.
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

    def add(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Write passages with their vectors, shape (len(passages), dimension), float32."""
        for at in range(0, len(passages), PAGE):
            part = passages[at : at + PAGE]
            self._collection.upsert(
                ids=[passage.id for passage in part],
                embeddings=vectors[at : at + PAGE],
                metadatas=[_metadata(passage) for passage in part],
            )

    def delete(self, article_id: str) -> None:
        """Remove the passages of an article."""
        self._collection.delete(where={"article_id": article_id})

    def query(
        self, vector: Vectors, limit: int, article_ids: Sequence[str] | None = None
    ) -> list[tuple[Passage, float]]:
        """The nearest passages, best first, with their cosine similarity.

        Args:
            vector: shape (dimension,), float32, length 1.
            limit: the most to return.
            article_ids: only passages of these; None for all.
        """
        where = None if article_ids is None else {"article_id": {"$in": list(article_ids)}}
        found = self._collection.query(
            query_embeddings=vector[None, :],
            n_results=limit,
            where=where,
            include=["metadatas", "distances"],
        )
        rows = zip(found["ids"][0], found["metadatas"][0], found["distances"][0], strict=True)
        # A row that another process is just deleting has lost its metadata already.
        return [(_passage(id_, meta), 1.0 - distance) for id_, meta, distance in rows if meta]

    def count(self) -> int:
        """The number of passages stored."""
        return int(self._collection.count())

    def passages(self) -> Iterator[Passage]:
        """All passages, in no order that means anything."""
        at = 0
        while True:
            page = self._collection.get(limit=PAGE, offset=at, include=["metadatas"])
            if not page["ids"]:
                return
            for id_, meta in zip(page["ids"], page["metadatas"], strict=True):
                yield _passage(id_, meta)
            at += PAGE

    def count_by_article(self) -> Counter[str]:
        """How many passages each article has here."""
        return Counter(passage.article_id for passage in self.passages())


def forget_clients() -> None:
    """Make the next store of this process read its folder anew.

    Chroma keeps one client per folder and process, and hands it out again.
    """
    from chromadb.api.shared_system_client import SharedSystemClient

    SharedSystemClient.clear_system_cache()


def _metadata(passage: Passage) -> dict[str, str | int]:
    return {
        "article_id": passage.article_id,
        "start": passage.start,
        "end": passage.end,
        "kind": passage.kind,
    }


def _passage(id_: str, meta: Any) -> Passage:
    return Passage(id_, meta["article_id"], meta["start"], meta["end"], meta["kind"])
