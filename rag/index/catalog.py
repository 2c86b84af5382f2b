"""Articles, files and sentences in SQLite: what is indexed, and whether it is whole.

An article is served once its state is ``complete`` and a file holds it; both
change in one transaction, so that a reader sees the old article or the new one.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rag.dates import date_range
from rag.errors import IndexMismatch
from rag.index.rows import (
    ARTICLE_COLUMNS,
    VECTOR_TYPE,
    FileRow,
    SentenceRow,
    to_article,
    to_sentence,
)
from rag.types import Article

VERSION = 1  # of the tables below and of all that hangs on them
CACHED_ARTICLES = 256  # articles kept in memory: what a run of questions keeps coming back to
BUSY_SECONDS = 10  # how long a reader waits for a commit to end

TABLES = """
CREATE TABLE IF NOT EXISTS articles(
    id TEXT PRIMARY KEY, state TEXT NOT NULL, title TEXT NOT NULL, outlet TEXT, author TEXT,
    published TEXT, published_basis TEXT, published_from TEXT, published_to TEXT, url TEXT,
    language TEXT NOT NULL, sha256 TEXT NOT NULL, marks TEXT NOT NULL, passages INTEGER NOT NULL,
    text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS files(
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    seen_ns INTEGER NOT NULL, article_id TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS files_by_article ON files(article_id);
CREATE TABLE IF NOT EXISTS sentences(
    article_id TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, kind TEXT NOT NULL,
    terms TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY(article_id, start)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS info(key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
SERVED = "state = 'complete' AND EXISTS (SELECT 1 FROM files WHERE article_id = id)"


class Catalog:
    """The tables of one index; one connection a thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._cache: dict[str, Article | None] = {}
        self._cached_generation = -1
        with self.transaction() as db:
            (found,) = db.execute("PRAGMA user_version").fetchone()
            if found not in (0, VERSION):
                raise IndexMismatch(
                    f"The index in {path.parent} has schema version {found}, and this release "
                    f"reads {VERSION}; run `rag index --rebuild`,"
                    " or name another folder with --index."
                )
            if not found:  # else a reader would wait for whoever is writing
                db.executescript(TABLES)
                db.execute(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A transaction that ends committed, or undone where an error leaves it."""
        with self._connection() as db:
            yield db

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._local, "db"):
            db = sqlite3.connect(self._path, timeout=BUSY_SECONDS)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            self._local.db = db
        connection: sqlite3.Connection = self._local.db
        return connection

    def generation(self) -> int:
        """A number that grows with every change to what is served."""
        return int(self.info("generation") or 0)

    def info(self, key: str) -> str | None:
        """A stored note."""
        row = self._connection().execute("SELECT value FROM info WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def set_info(self, key: str, value: str) -> None:
        """Store a note."""
        with self.transaction() as db:
            db.execute("REPLACE INTO info VALUES (?, ?)", (key, value))

    def files(self) -> dict[str, FileRow]:
        """All known files by path."""
        rows = self._connection().execute(
            "SELECT path, size, mtime_ns, seen_ns, article_id FROM files"
        )
        return {row[0]: FileRow(*row) for row in rows}

    def put_files(self, rows: Iterable[FileRow]) -> None:
        """Write what is known of files; the articles they name must be complete."""
        with self.transaction() as db:
            _put_files(db, rows)

    def forget_files(self, paths: Iterable[str]) -> None:
        """Forget files that are gone."""
        with self.transaction() as db:
            db.executemany("DELETE FROM files WHERE path = ?", [(path,) for path in paths])
            _advance(db)

    def begin(self, articles: Iterable[tuple[Article, int]]) -> None:
        """Write articles with the number of their passages, not served yet."""
        rows = [
            (
                *(a.id, "pending", a.title, a.outlet, a.author, a.published, a.published_basis),
                *_first_and_last_day(a.published),
                *(a.url, a.language, a.sha256, json.dumps(a.marks), passages, a.text),
            )
            for a, passages in articles
        ]
        with self.transaction() as db:
            db.executemany(f"REPLACE INTO articles VALUES ({','.join('?' * 15)})", rows)

    def complete(
        self, sentences: Iterable[tuple[str, SentenceRow]], files: Sequence[FileRow]
    ) -> None:
        """Serve the articles that the files name, with their sentences, in one transaction.

        Args:
            sentences: each with the id of its article.
            files: the files that hold the articles.
        """
        with self.transaction() as db:
            db.executemany(
                "REPLACE INTO sentences VALUES (?, ?, ?, ?, ?, ?)",
                (
                    (
                        id_,
                        *row.sentence,
                        " ".join(row.terms),
                        row.vector.astype(VECTOR_TYPE).tobytes(),
                    )
                    for id_, row in sentences
                ),
            )
            db.executemany(
                "UPDATE articles SET state = 'complete' WHERE id = ?",
                [(row.article_id,) for row in files],
            )
            _put_files(db, files)

    def rename(self, article: Article) -> None:
        """Write the title and the date of an article anew, its text and the rest unchanged."""
        days = _first_and_last_day(article.published)
        with self.transaction() as db:
            db.execute(
                "UPDATE articles SET title = ?, published = ?, published_basis = ?,"
                " published_from = ?, published_to = ? WHERE id = ?",
                (article.title, article.published, article.published_basis, *days, article.id),
            )
            _advance(db)

    def unserved(self) -> list[str]:
        """Ids of articles that no file holds, or that were never completed."""
        rows = self._connection().execute(f"SELECT id FROM articles WHERE NOT ({SERVED})")
        return [row[0] for row in rows]

    def drop(self, article_ids: Iterable[str]) -> None:
        """Remove articles, and the files' claims to hold them."""
        ids = [(id_,) for id_ in article_ids]
        with self.transaction() as db:
            db.executemany("DELETE FROM articles WHERE id = ?", ids)
            db.executemany("DELETE FROM sentences WHERE article_id = ?", ids)
            db.executemany("DELETE FROM files WHERE article_id = ?", ids)
            _advance(db)

    def passage_counts(self) -> dict[str, int]:
        """The number of passages that each served article should have in the stores."""
        rows = self._connection().execute(f"SELECT id, passages FROM articles WHERE {SERVED}")
        return dict(rows.fetchall())

    def article(self, article_id: str) -> Article | None:
        """A served article, or None; kept in memory until something changes."""
        generation = self.generation()
        if generation != self._cached_generation or len(self._cache) > CACHED_ARTICLES:
            self._cache, self._cached_generation = {}, generation
        cache = self._cache  # another thread may put a new one in its place meanwhile
        if article_id not in cache:
            cache[article_id] = self._read_article(article_id)
        return cache[article_id]

    def _read_article(self, article_id: str) -> Article | None:
        row = self._connection().execute(
            f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE id = ? AND {SERVED}", (article_id,)
        )
        return next((to_article(found) for found in row), None)

    def articles(self) -> list[Article]:
        """All served articles, by path."""
        rows = self._connection().execute(
            f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE {SERVED} ORDER BY 2"
        )
        return [to_article(row) for row in rows]

    def outlets(self) -> list[str]:
        """The outlets of the served articles, sorted."""
        rows = self._connection().execute(
            f"SELECT DISTINCT outlet FROM articles WHERE {SERVED} AND outlet IS NOT NULL ORDER BY 1"
        )
        return [row[0] for row in rows]

    def years(self) -> list[int]:
        """The years from which the served articles are, sorted."""
        rows = self._connection().execute(
            f"SELECT DISTINCT substr(published_from, 1, 4) FROM articles WHERE {SERVED}"
            " AND published_from IS NOT NULL ORDER BY 1"
        )
        return [int(row[0]) for row in rows]

    def select(
        self, since: str | None, until: str | None, outlets: Sequence[str] | None
    ) -> list[str]:
        """Ids of the served articles that pass a filter.

        Args:
            since, until: first and last day, ISO 8601; an article known only to
                the month or year passes where any of its days does, an undated one does not.
            outlets: any of these; None for all.
        """
        clauses, values = [SERVED], []
        if since:
            clauses.append("published_to >= ?")
            values.append(since)
        if until:
            clauses.append("published_from <= ?")
            values.append(until)
        if outlets is not None:
            clauses.append(f"outlet IN ({','.join('?' * len(outlets))})")
            values += outlets
        rows = self._connection().execute(
            f"SELECT id FROM articles WHERE {' AND '.join(clauses)}", values
        )
        return [row[0] for row in rows]

    def sentences(self, article_id: str, start: int, end: int) -> list[SentenceRow]:
        """The sentences of an article that lie in a span, in order."""
        rows = self._connection().execute(
            "SELECT start, end, kind, terms, vector FROM sentences"
            " WHERE article_id = ? AND start >= ? AND start < ? ORDER BY start",
            (article_id, start, end),
        )
        return [to_sentence(*row) for row in rows]


def _put_files(db: sqlite3.Connection, rows: Iterable[FileRow]) -> None:
    db.executemany("REPLACE INTO files VALUES (?, ?, ?, ?, ?)", rows)
    _advance(db)


def _advance(db: sqlite3.Connection) -> None:
    db.execute(
        "INSERT INTO info VALUES ('generation', '1') ON CONFLICT(key)"
        " DO UPDATE SET value = CAST(value AS INTEGER) + 1"
    )


def _first_and_last_day(published: str | None) -> tuple[str | None, str | None]:
    days = date_range(published)
    return (days[0].isoformat(), days[1].isoformat()) if days else (None, None)
