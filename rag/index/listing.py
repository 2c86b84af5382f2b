"""The articles of an index by the page, without their texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rag.index.catalog import Catalog
from rag.index.tables import SERVED

_COLUMNS = (
    "id, (SELECT min(path) FROM files WHERE article_id = id), title, outlet, author, published,"
    " published_basis, url, passages, (SELECT count(*) FROM files WHERE article_id = id)"
)
_MATCHES = (
    "(title LIKE :like ESCAPE '\\' OR outlet LIKE :like ESCAPE '\\' OR EXISTS"
    " (SELECT 1 FROM files WHERE article_id = id AND path LIKE :like ESCAPE '\\'))"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """An article as a list shows it; ``files`` counts the files with its bytes."""

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

    def to_dict(self) -> dict[str, Any]:
        """The row as JSON-ready values."""
        return {name: getattr(self, name) for name in self.__slots__}


def list_articles(
    catalog: Catalog, matching: str, *, offset: int, limit: int
) -> tuple[list[Listed], int]:
    """A page of the served articles, newest first, and how many there are in all.

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
    return [Listed(*row) for row in rows], total
