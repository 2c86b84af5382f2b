"""The passages of the catalog by id, article, scope and digest; articles as a list shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple, TypeVar

import numpy as np

from rag.index.catalog import (
    SERVED,
    Catalog,
    TextRow,
    passage_place,
    scope_condition,
    unpack,
)
from rag.models.runtime import Vectors
from rag.serialization import Value
from rag.types import Passage, Scope

_COLUMNS = (
    "id, (SELECT min(path) FROM files WHERE article_id = id), title, outlet, author, published,"
    " published_basis, url, passages, (SELECT count(*) FROM files WHERE article_id = id),"
    " json_array_length(pages), language"
)
_MATCHES = (
    "(title LIKE :like ESCAPE '\\' OR outlet LIKE :like ESCAPE '\\' OR EXISTS"
    " (SELECT 1 FROM files WHERE article_id = id AND path LIKE :like ESCAPE '\\'))"
)


@dataclass(frozen=True, slots=True)
class ListedArticle(Value):
    """An article as a list shows it; ``files`` counts the files with its bytes.

    ``page_count`` is 0 where it has no pages.
    """

    id: str
    path: str
    title: str
    outlet: str | None
    author: str | None
    published: str | None
    published_basis: str | None
    url: str | None
    passages: int
    files: int
    page_count: int
    language: str = "en"


def list_articles(
    catalog: Catalog, matching: str, *, offset: int, limit: int
) -> tuple[list[ListedArticle], int]:
    """Return a page of the served articles, newest first, and how many there are in all.

    Args:
        catalog: the articles.
        matching: a part of title, outlet or path, in any case; all where it is empty.
        offset: articles passed over.
        limit: the most that are returned.
    """
    escaped = "".join(f"\\{c}" if c in "\\%_" else c for c in matching.strip())
    values: dict[str, Any] = {"like": f"%{escaped}%", "limit": limit, "offset": offset}
    where = f"{SERVED} AND {_MATCHES}" if escaped else SERVED
    with catalog.transaction() as db:
        (total,) = db.execute(f"SELECT count(*) FROM articles WHERE {where}", values).fetchone()
        rows = db.execute(
            f"SELECT {_COLUMNS} FROM articles WHERE {where}"
            " ORDER BY published_from IS NULL, published_from DESC, 2 LIMIT :limit OFFSET :offset",
            values,
        ).fetchall()
    return [ListedArticle(*row) for row in rows], total


def documents_named(catalog: Catalog, name: str) -> list[str]:
    """Return the ids of the served articles that a name means, sorted; none for an unknown name.

    Args:
        catalog: the articles.
        name: the id of an article, a path within the folder, or a folder of it that ends in "/".
    """
    files = "path >= :name AND path < :beyond" if name.endswith("/") else "path = :name"
    # "0" is what follows "/": all paths of a folder, by the index on paths.
    values = {"name": name, "beyond": f"{name[:-1]}0"}
    with catalog.transaction() as db:
        rows = db.execute(
            f"SELECT id FROM articles WHERE {SERVED} AND (id = :name"
            f" OR id IN (SELECT article_id FROM files WHERE {files})) ORDER BY 1",
            values,
        )
        return [row[0] for row in rows]


_SCOPES = 3  # whose vectors are kept, each of 92 megabytes at most
_PART = 10_000  # vectors read at once, of 15 megabytes
_COUNTED = 64  # scopes whose passages are counted once; at a million that takes 30 milliseconds
_AT_ONCE = 500  # values in one statement; SQLite takes 32,766, older ones 999

_Key = TypeVar("_Key", str, bytes)


class ScopeCount(NamedTuple):
    """How many passages a scope holds, of how many in all."""

    within: int
    total: int


class PassageTable:
    """The passages of a catalog, which holds all that Chroma and tantivy hold."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._of_scope = lru_cache(maxsize=_SCOPES)(self._keep_vectors)
        self._counted = lru_cache(maxsize=_COUNTED)(self._count)

    def get(self, passage_id: str) -> Passage | None:
        """Return a passage by its id, None if the catalog has no such passage."""
        with self._catalog.transaction() as db:
            row = db.execute(
                "SELECT kind FROM passages WHERE article_id = ? AND start = ? AND end = ?",
                passage_place(passage_id),
            ).fetchone()
        return Passage(passage_id, *passage_place(passage_id), row[0]) if row else None

    def of(self, article_id: str) -> tuple[list[Passage], list[bytes]]:
        """Return the passages of an article, in order, and their vectors as they are kept."""
        with self._catalog.transaction() as db:
            rows = db.execute(
                "SELECT start, end, kind, vector FROM passages WHERE article_id = ? ORDER BY start",
                (article_id,),
            ).fetchall()
        return [_passage(article_id, *row[:3]) for row in rows], [row[3] for row in rows]

    def kept(self, article_id: str) -> tuple[list[TextRow], list[TextRow]]:
        """Return the passages and the sentences of an article as they are kept."""
        columns = "article_id, start, end, kind, digest, vector"
        with self._catalog.transaction() as db:
            passages, sentences = (
                db.execute(f"SELECT {what} WHERE article_id = ? ORDER BY start", (article_id,))
                for what in (f"{columns} FROM passages", f"{columns}, terms, label FROM sentences")
            )
            return [TextRow(*row) for row in passages], [TextRow(*row) for row in sentences]

    def ids(self, article_ids: Iterable[str]) -> Iterator[str]:
        """Yield the ids of the passages of some articles."""
        for article_id in article_ids:
            yield from (passage.id for passage in self.of(article_id)[0])

    def sample(self, size: int) -> list[bytes]:
        """Return up to so many vectors, as they are kept, of articles from all over the catalog."""
        served = list(self._catalog.passage_counts())
        some = served[:: max(1, len(served) // size)]
        return list(islice((vector for id_ in some for vector in self.of(id_)[1]), size))

    def count_within(self, scope: Scope) -> ScopeCount:
        """Count the passages within a scope, those not served yet included."""
        found: ScopeCount = self._counted(scope, self._catalog.generation())
        return found

    def _count(self, scope: Scope, _generation: int) -> ScopeCount:
        condition, values = scope_condition(scope)
        with self._catalog.transaction() as db:
            query = f"SELECT sum(passages) FROM articles WHERE {condition}"
            (within,) = db.execute(query, values).fetchone()
            (total,) = db.execute("SELECT sum(passages) FROM articles").fetchone()
        return ScopeCount(within or 0, total or 0)

    def vectors(self, scope: Scope, *, few: int) -> Iterator[tuple[list[str], Vectors]]:
        """Yield ids and vectors, shape (len(ids), dimension), of all served passages of a scope.

        Args:
            scope: which passages.
            few: up to so many are kept in memory, for the last few scopes: users ask about an
                outlet or a year more than once.
        """
        if self.count_within(scope).within <= few:
            yield from self._of_scope(scope, self._catalog.generation())
        else:
            yield from self._read_vectors(scope)

    def _keep_vectors(self, scope: Scope, _generation: int) -> list[tuple[list[str], Vectors]]:
        return list(self._read_vectors(scope))

    def _read_vectors(self, scope: Scope) -> Iterator[tuple[list[str], Vectors]]:
        condition, values = scope_condition(scope)
        with self._catalog.transaction() as db:
            found = db.execute(
                "SELECT p.article_id, p.start, p.end, p.vector FROM articles"
                " CROSS JOIN passages AS p ON p.article_id = articles.id"
                f" WHERE {condition} AND {SERVED}",
                values,
            )
            while rows := found.fetchmany(_PART):
                ids = [f"{row[0]}:{row[1]}-{row[2]}" for row in rows]
                yield ids, unpack([row[3] for row in rows])

    def vectors_of(self, passage_ids: Iterable[str]) -> tuple[list[str], Vectors]:
        """Return those of some passages that exist, with vectors of shape (ids, dimension)."""
        found: dict[str, bytes] = {}
        query = "SELECT vector FROM passages WHERE article_id = ? AND start = ? AND end = ?"
        with self._catalog.transaction() as db:
            for id_ in passage_ids:
                for (vector,) in db.execute(query, passage_place(id_)):
                    found[id_] = vector
        return list(found), unpack(list(found.values())) if found else np.empty((0, 0), np.float32)

    def within(self, scope: Scope, article_ids: Sequence[str]) -> set[str]:
        """Return those of some articles that are within a scope."""
        condition, values = scope_condition(scope)
        found: set[str] = set()
        with self._catalog.transaction() as db:
            for part in _parts(article_ids):
                marks = ",".join("?" * len(part))
                rows = db.execute(
                    f"SELECT id FROM articles WHERE id IN ({marks}) AND {condition}",
                    [*part, *values],
                )
                found.update(row[0] for row in rows)
        return found

    def known(self, digests: Sequence[bytes]) -> dict[bytes, bytes]:
        """Return the vectors, as they are kept, of texts that were embedded before, by digest."""
        found: dict[bytes, bytes] = {}
        with self._catalog.transaction() as db:
            for part in _parts(digests):
                marks = ",".join("?" * len(part))
                for table in ("passages", "sentences"):
                    rows = db.execute(
                        f"SELECT digest, vector FROM {table} WHERE digest IN ({marks})", part
                    )
                    found.update(rows)
        return found


def _parts(values: Sequence[_Key]) -> Iterator[Sequence[_Key]]:
    return (values[at : at + _AT_ONCE] for at in range(0, len(values), _AT_ONCE))


def _passage(article_id: str, start: int, end: int, kind: str) -> Passage:
    return Passage(f"{article_id}:{start}-{end}", article_id, start, end, kind)  # type: ignore[arg-type]
