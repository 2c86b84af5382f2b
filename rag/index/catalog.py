"""Articles, files and sentences in SQLite: what is indexed, and what is served.

An article is served once its state is ``complete`` and a file holds it; both
change in one transaction, so that a reader sees the old article or the new one.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rag.errors import IndexDamaged, IndexMismatch
from rag.index.chunking import days
from rag.index.failures import REBUILD, is_unwritable
from rag.models.runtime import Vectors
from rag.text.blocks import Block
from rag.text.sentences import Mark, Sentence
from rag.types import Article, Scope

SCHEMA_VERSION = 5  # of the tables below and of all that is derived from them
_TABLES = """
CREATE TABLE IF NOT EXISTS articles(
    id TEXT PRIMARY KEY, state TEXT NOT NULL, title TEXT NOT NULL, outlet TEXT, author TEXT,
    published TEXT, published_basis TEXT, published_from TEXT, published_to TEXT, url TEXT,
    language TEXT NOT NULL, sha256 TEXT NOT NULL, marks TEXT NOT NULL, blocks TEXT NOT NULL,
    pages TEXT NOT NULL, notes TEXT NOT NULL, unread TEXT NOT NULL, passages INTEGER NOT NULL,
    text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS files(
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    ctime_ns INTEGER NOT NULL, inode INTEGER NOT NULL, seen_ns INTEGER NOT NULL,
    article_id TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS files_by_article ON files(article_id);
CREATE INDEX IF NOT EXISTS articles_by_day
    ON articles(published_from, published_to, outlet, passages);
CREATE INDEX IF NOT EXISTS articles_by_id
    ON articles(id, published_from, published_to, outlet);
CREATE TABLE IF NOT EXISTS passages(
    article_id TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, kind TEXT NOT NULL,
    digest BLOB NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY(article_id, start, end)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS passages_by_digest ON passages(digest);
CREATE TABLE IF NOT EXISTS sentences(
    article_id TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, kind TEXT NOT NULL,
    label TEXT NOT NULL, terms TEXT NOT NULL, digest BLOB NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY(article_id, start)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sentences_by_digest ON sentences(digest);
CREATE TABLE IF NOT EXISTS info(key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
SERVED = "state = 'complete' AND EXISTS (SELECT 1 FROM files WHERE article_id = id)"
_FACTS = tuple("id path title outlet author published published_basis url language sha256".split())
_ARTICLE_COLUMNS = (
    "id, (SELECT min(path) FROM files WHERE article_id = id), "
    f"{', '.join(_FACTS[2:])}, text, marks, blocks, pages, notes, unread"
)
_VECTOR_TYPE = np.float16  # halves the largest table; moves a cosine by less than 0.001
_CACHED_ARTICLES = 256  # articles kept in memory: what a run of questions keeps coming back to
_BUSY_SECONDS = 10  # how long a reader waits for a commit to end
# SQLite's codes for a file that is no longer as it wrote it; it has no code for bad text.
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, None}


class FileRow(NamedTuple):
    """A file as last seen: its facts, when it was read, and the article that it holds.

    ``ctime_ns`` and ``inode`` change where a file is replaced by one of the same size and time.
    """

    path: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    seen_ns: int
    article_id: str


class SentenceRow(NamedTuple):
    """A sentence with its terms and its vector, shape (dimension,), float32."""

    sentence: Sentence
    terms: tuple[str, ...]
    vector: Vectors


class TextRow(NamedTuple):
    """A passage or a sentence as it is kept: its place, its text's digest, and its vector."""

    article_id: str
    start: int
    end: int
    kind: str
    digest: bytes
    vector: bytes
    terms: str = ""  # of a sentence, as its label
    label: str = ""


def pack(vectors: Vectors) -> list[bytes]:
    """Return vectors, shape (n, dimension), as the catalog keeps them: half precision, in bytes."""
    return [row.tobytes() for row in vectors.astype(_VECTOR_TYPE)]


def unpack(vectors: Sequence[bytes]) -> Vectors:
    """Return kept vectors, at least one, as an array, shape (len(vectors), dimension), float32."""
    rows = np.frombuffer(b"".join(vectors), dtype=_VECTOR_TYPE)
    return rows.reshape(len(vectors), -1).astype(np.float32)


def scope_condition(scope: Scope) -> tuple[str, list[str]]:
    """Return the condition of a scope on the table of articles, as SQL, with its values."""
    clauses, values = ["TRUE"], []
    if scope.first:
        clauses, values = ["published_to >= ?"], [scope.first]
    if scope.last:
        clauses.append("published_from <= ?")
        values.append(scope.last)
    if scope.outlets is not None:
        clauses.append(f"outlet IN ({','.join('?' * len(scope.outlets))})")
        values += scope.outlets
    if scope.documents is not None:  # as one value: SQLite takes no more than 32,766
        clauses.append("articles.id IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(scope.documents))
    return " AND ".join(clauses), values


def passage_place(passage_id: str) -> tuple[str, int, int]:
    """Return the article id, start and end that the id of a passage names."""
    article_id, _, span = passage_id.rpartition(":")
    start, _, end = span.partition("-")
    return article_id, int(start), int(end)


def _to_article(row: tuple[Any, ...]) -> Article:
    """Make an article of a row of ``_ARTICLE_COLUMNS``."""
    facts: dict[str, Any] = dict(zip(_FACTS, row, strict=False))
    text, marks, blocks, *lists = row[len(_FACTS) :]
    pages, notes, unread = (tuple(json.loads(each)) for each in lists)
    facts |= {"notes": notes, "unread": unread, "pages": pages, "page_count": len(pages)}
    return Article(
        **facts,
        text=text,
        marks=tuple(Mark(*mark) for mark in json.loads(marks)),
        blocks=tuple(Block(*block) for block in json.loads(blocks)),
    )


class _Cache(NamedTuple):
    """The rows that were read of one generation: articles by id, and the values of some columns."""

    generation: int
    articles: dict[str, Article | None]
    distinct: dict[str, list[str]]


class Catalog:
    """The tables of one index; one connection a thread.

    Args:
        path: the file.
        before_change: called before anything is written.
    """

    def __init__(self, path: Path, before_change: Callable[[], None]) -> None:
        self._path = path
        self._before_change = before_change
        self._local = threading.local()
        self._cache = _Cache(-1, {}, {})
        with self.transaction() as db:
            (found,) = db.execute("PRAGMA user_version").fetchone()
            if found not in (0, SCHEMA_VERSION):
                raise IndexMismatch(
                    f"The index in {path.parent} has schema version {found}, and this release "
                    f"reads {SCHEMA_VERSION}; run `rag index --rebuild`,"
                    " or name another folder with --index."
                )
            if not found:  # else a reader would wait for the writer
                db.executescript(_TABLES)
                db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def move(self, path: Path) -> None:
        """Go on with another file, which each thread opens when it next reads."""
        self._path = path

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Read several times from one state of the catalog.

        Raises:
            IndexDamaged: the file is not as it was written.
        """
        try:
            with self._connection() as db:
                yield db
        except UnicodeEncodeError:  # of a value that was asked for
            raise
        except (sqlite3.DatabaseError, ValueError) as error:
            if getattr(error, "sqlite_errorcode", None) in _DAMAGE:
                raise IndexDamaged(
                    f"The catalog {self._path} is damaged ({error}); {REBUILD}."
                ) from error
            raise

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """Make a change that ends committed, or undone where it raises an error."""
        self._before_change()
        with self._connection() as db:
            yield db

    def _connection(self) -> sqlite3.Connection:
        if getattr(self._local, "path", None) != self._path:
            try:
                self._local.db = self._connect()
            except sqlite3.OperationalError as error:
                uncommitted = self._path.with_name(f"{self._path.name}-wal")
                sizes = [p.stat().st_size if p.exists() else 0 for p in (self._path, uncommitted)]
                if not is_unwritable(error) or not sizes[0] or sizes[1]:
                    raise
                # Not kept: it would not notice writes once there is space again.
                return sqlite3.connect(f"{self._path.resolve().as_uri()}?immutable=1", uri=True)
            self._local.path = self._path
        connection: sqlite3.Connection = self._local.db
        return connection

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=_BUSY_SECONDS)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("SELECT 1 FROM sqlite_master").fetchone()  # makes the journal's files
        return db

    def _rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        with self.transaction() as db:
            return db.execute(query, values).fetchall()

    def generation(self) -> int:
        """Return a number that grows with every change to what is served."""
        return int(self.info("generation") or 0)

    def info(self, key: str) -> str | None:
        """Return the note stored under a key, None if there is no such note."""
        found = self._rows("SELECT value FROM info WHERE key = ?", (key,))
        return found[0][0] if found else None

    def set_info(self, key: str, value: str) -> None:
        """Store a note."""
        with self._change() as db:
            db.execute("REPLACE INTO info VALUES (?, ?)", (key, value))

    def aliases(self) -> str:
        """Return the text of the folder's aliases when it was indexed."""
        return self.info("aliases") or ""

    def stated(self) -> str:
        """Return the text of the folder's file of facts when it was indexed."""
        return self.info("stated") or ""

    def skipped(self) -> tuple[tuple[str, str], ...]:
        """Return what of the folder was not read at the last sync: paths with reasons, sorted."""
        return tuple((path, reason) for path, reason in json.loads(self.info("skipped") or "[]"))

    def set_skipped(self, skipped: Iterable[tuple[str, str]]) -> None:
        """Store what of the folder was not read, each path with its reason."""
        self.set_info("skipped", json.dumps(sorted(skipped)))

    def partly_read(self) -> list[tuple[str, str]]:
        """Return the paths of the served articles of which a part was not read, with reasons."""
        rows = self._rows(
            "SELECT (SELECT min(path) FROM files WHERE article_id = id), unread FROM articles"
            f" WHERE unread <> '[]' AND {SERVED}"
        )
        return [(path, reason) for path, reasons in rows for reason in json.loads(reasons)]

    def files(self) -> dict[str, FileRow]:
        """Return all known files by path."""
        rows = self._rows(f"SELECT {', '.join(FileRow._fields)} FROM files")
        return {row[0]: FileRow(*row) for row in rows}

    def put_files(self, rows: Iterable[FileRow]) -> None:
        """Write what is known of files; the articles that they name must be complete."""
        with self._change() as db:
            _put_files(db, rows)

    def forget_files(self, paths: Iterable[str]) -> None:
        """Forget files that are gone."""
        with self._change() as db:
            db.executemany("DELETE FROM files WHERE path = ?", [(path,) for path in paths])
            _advance(db)

    def begin(self, articles: Iterable[Article], passages: Sequence[TextRow]) -> None:
        """Write articles with their passages, not served yet."""
        counts = Counter(passage.article_id for passage in passages)
        rows = [
            (
                *(a.id, "pending", a.title, a.outlet, a.author, a.published, a.published_basis),
                *(*days(a), a.url, a.language, a.sha256),
                *(json.dumps([astuple(each) for each in spans]) for spans in (a.marks, a.blocks)),
                *(json.dumps(facts) for facts in (a.pages, a.notes, a.unread)),
                *(counts[a.id], a.text),
            )
            for a in articles
        ]
        with self._change() as db:
            db.executemany(f"REPLACE INTO articles VALUES ({','.join('?' * 19)})", rows)
            db.executemany(
                "REPLACE INTO passages VALUES (?, ?, ?, ?, ?, ?)",
                ((p.article_id, p.start, p.end, p.kind, p.digest, p.vector) for p in passages),
            )

    def complete(self, sentences: Iterable[TextRow], files: Sequence[FileRow]) -> None:
        """Serve the articles that the files name, with their sentences, in one transaction.

        Args:
            sentences: of these articles.
            files: the files that hold the articles.
        """
        with self._change() as db:
            db.executemany(
                "REPLACE INTO sentences VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (s.article_id, s.start, s.end, s.kind, s.label, s.terms, s.digest, s.vector)
                    for s in sentences
                ),
            )
            db.executemany(
                "UPDATE articles SET state = 'complete' WHERE id = ?",
                [(row.article_id,) for row in files],
            )
            _put_files(db, files)

    def rename(self, article: Article) -> None:
        """Write what is known of an article anew, its text and passages unchanged."""
        facts = (article.title, article.outlet, article.author, article.url, article.language)
        dated = (article.published, article.published_basis, *days(article))
        with self._change() as db:
            db.execute(
                "UPDATE articles SET title = ?, outlet = ?, author = ?, url = ?, language = ?,"
                " published = ?, published_basis = ?, published_from = ?, published_to = ?"
                " WHERE id = ?",
                (*facts, *dated, article.id),
            )
            _advance(db)

    def unserved(self) -> list[str]:
        """Return the ids of articles that no file holds, or that were never completed."""
        rows = self._rows(f"SELECT id FROM articles WHERE NOT ({SERVED})")
        return [row[0] for row in rows]

    def drop(self, article_ids: Iterable[str]) -> None:
        """Remove articles, and the files that hold them."""
        ids = [(id_,) for id_ in article_ids]
        with self._change() as db:
            db.executemany("DELETE FROM articles WHERE id = ?", ids)
            db.executemany("DELETE FROM passages WHERE article_id = ?", ids)
            db.executemany("DELETE FROM sentences WHERE article_id = ?", ids)
            db.executemany("DELETE FROM files WHERE article_id = ?", ids)
            _advance(db)

    def descriptions(self) -> dict[str, str]:
        """Return what may change about each served article by id, its paths included, as JSON."""
        rows = self._rows(
            "SELECT id, json_array(title, outlet, author, url, language, published,"
            " published_basis,"
            " (SELECT json_group_array(path) FROM"
            " (SELECT path FROM files WHERE article_id = id ORDER BY path)))"
            f" FROM articles WHERE {SERVED}"
        )
        return dict(rows)

    def passage_counts(self) -> dict[str, int]:
        """Return the number of passages that each served article should have in the stores."""
        rows = self._rows(f"SELECT id, passages FROM articles WHERE {SERVED}")
        return dict(rows)

    def article(self, article_id: str) -> Article | None:
        """Return a served article, or None; it is kept in memory until something changes."""
        known = self._cached().articles
        if article_id not in known:
            found = self._read_articles("id = ?", (article_id,))
            known[article_id] = found[0] if found else None
        return known[article_id]

    def _cached(self) -> _Cache:
        """Return the cache of this generation; another thread may replace it meanwhile."""
        generation, kept = self.generation(), self._cache
        if generation != kept.generation:
            kept = self._cache = _Cache(generation, {}, {})
        elif len(kept.articles) > _CACHED_ARTICLES:
            kept = self._cache = kept._replace(articles={})
        return kept

    def articles(self) -> list[Article]:
        """Return all served articles, by path."""
        return self._read_articles("TRUE")

    def _read_articles(self, condition: str, values: Sequence[Any] = ()) -> list[Article]:
        query = f"SELECT {_ARTICLE_COLUMNS} FROM articles WHERE {condition} AND {SERVED} ORDER BY 2"
        with self.transaction() as db:  # which also reports marks that are no JSON
            return [_to_article(row) for row in db.execute(query, values)]

    def outlets(self) -> list[str]:
        """Return the outlets of the served articles, sorted."""
        return self._distinct("outlet")

    def years(self) -> list[int]:
        """Return the years in which the served articles were published, sorted."""
        return [int(year) for year in self._distinct("substr(published_from, 1, 4)")]

    def _distinct(self, column: str) -> list[str]:
        known = self._cached().distinct
        if column not in known:
            rows = self._rows(
                f"SELECT DISTINCT {column} FROM articles WHERE {SERVED}"
                f" AND {column} IS NOT NULL ORDER BY 1"
            )
            known[column] = [row[0] for row in rows]
        return known[column]

    def sentences(self, article_id: str, start: int, end: int) -> list[SentenceRow]:
        """Return the sentences of an article that begin in a span, in order."""
        rows = self._rows(
            "SELECT start, end, kind, label, terms, vector FROM sentences"
            " WHERE article_id = ? AND start >= ? AND start < ? ORDER BY start",
            (article_id, start, end),
        )
        return [
            SentenceRow(Sentence(*unit), tuple(terms.split()), unpack([vector])[0])
            for *unit, terms, vector in rows
        ]


def _put_files(db: sqlite3.Connection, rows: Iterable[FileRow]) -> None:
    db.executemany("REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    _advance(db)


def _advance(db: sqlite3.Connection) -> None:
    db.execute(
        "INSERT INTO info VALUES ('generation', '1') ON CONFLICT(key)"
        " DO UPDATE SET value = CAST(value AS INTEGER) + 1"
    )
