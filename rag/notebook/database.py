"""Hold what is kept in one SQLite file beside the index, safe between threads and processes.

A connection is opened for each step and closed after it: nothing is shared between threads, and
another process sees each change at once. A file that is damaged is set aside, not deleted.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from rag.errors import HistoryFault
from rag.settings import Settings

KEPT_FILE = "conversations.sqlite3"
_BUSY_SECONDS = 20.0  # that a step waits for the steps of others
_CHECKED_BYTES = 50_000_000  # of a file that is checked whole when it is opened: 0.1 seconds
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

# What each version adds to the one before: the first of them makes the tables of version 1.
MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE conversations (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, title_words TEXT NOT NULL,
        began TEXT NOT NULL, changed TEXT NOT NULL, deleted TEXT);
    CREATE TABLE turns (
        id INTEGER PRIMARY KEY, asked TEXT NOT NULL, question TEXT NOT NULL,
        answer BLOB NOT NULL, words TEXT NOT NULL,
        conversation TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE);
    CREATE INDEX turns_of ON turns (conversation, id);
    CREATE TABLE pins (
        id TEXT PRIMARY KEY, place INTEGER NOT NULL, made TEXT NOT NULL, note TEXT NOT NULL,
        pinned BLOB);
    """,
)
KEPT_SCHEMA = len(MIGRATIONS)  # the version of the tables


def kept_folder(settings: Settings) -> Path:
    """Return the folder of what is kept: that of the index, or one in the cache for a server's.

    Args:
        settings: what the corpus was opened with.
    """
    if settings.chroma_url is None:
        return settings.index_root
    place = "\n".join((settings.chroma_url, settings.chroma_tenant, settings.chroma_database))
    digest = hashlib.sha256(place.encode()).hexdigest()[:12]
    return settings.cache_root / "conversations" / f"{settings.chroma_name}-{digest}"


class KeptDatabase:
    """The file of what is kept. Safe to share between threads.

    ``notice`` says that a damaged file was set aside, None where none was.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / KEPT_FILE
        self.notice: str | None = None
        self._ready = False
        self._lock = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Read several times from one state of the file.

        Raises:
            HistoryFault: the file cannot be read, or a later version wrote it.
        """
        with self._step("BEGIN") as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Make a change that ends committed, or undone where it raises an error.

        Raises:
            HistoryFault: the file cannot be written, or a later version wrote it.
        """
        with self._step("BEGIN IMMEDIATE") as db:
            yield db

    @contextmanager
    def _step(self, begin: str) -> Iterator[sqlite3.Connection]:
        try:
            self._prepare()
            with closing(self._connect()) as db:
                db.execute(begin)
                try:
                    yield db
                except BaseException:
                    db.rollback()
                    raise
                db.commit()
        except sqlite3.DatabaseError as error:
            if _is_damage(error):
                self._ready = False  # the next step looks at the file, and sets it aside
            raise HistoryFault(
                f"{self.path} cannot be used ({error}); try again, or move it away to begin anew."
            ) from error
        except Timeout as error:  # an OSError that has no reason
            raise HistoryFault(
                f"{self.path} is being written by another process; try again when it is done."
            ) from error
        except OSError as error:
            raise HistoryFault(
                f"{self.path} cannot be written ({error.strerror}); free the disk or the folder's "
                "permissions, or set RAG_HISTORY=off."
            ) from error

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA secure_delete = ON")  # what was deleted is not left in the file
        db.execute("PRAGMA synchronous = NORMAL")
        return db

    def _prepare(self) -> None:
        """Make the file, or bring its tables to this version, once; set a damaged one aside."""
        with self._lock:
            if self._ready and self.path.exists():
                return
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self.path}.lock", timeout=_BUSY_SECONDS):
                try:
                    self._migrate()
                except sqlite3.DatabaseError as error:
                    if not _is_damage(error):
                        raise
                    self._set_aside()
                    self._migrate()
            self._ready = True

    def _migrate(self) -> None:
        if not self.path.exists():
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))  # its owner's alone
        with closing(self._connect()) as db:
            db.execute("PRAGMA journal_mode = WAL")
            (found,) = db.execute("PRAGMA user_version").fetchone()
            if found > KEPT_SCHEMA:
                raise HistoryFault(
                    f"{self.path} was written by a later version (schema {found}, and this one "
                    f"reads {KEPT_SCHEMA}); update Footnote, or move the file away."
                )
            if self.path.stat().st_size <= _CHECKED_BYTES:
                (state,) = db.execute("PRAGMA quick_check(1)").fetchone()
                if state != "ok":
                    raise _damaged(str(state))
            for version, script in enumerate(MIGRATIONS[found:], start=found + 1):
                db.executescript(f"BEGIN; {script} PRAGMA user_version = {version}; COMMIT;")
            db.execute("SELECT * FROM conversations, turns, pins LIMIT 1")

    def _set_aside(self) -> None:
        """Rename the file and its journal, and say so."""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        aside = self.path.with_name(f"{KEPT_FILE}.damaged-{stamp}")
        self.path.rename(aside)
        for end in ("-wal", "-shm"):
            with suppress(FileNotFoundError):
                Path(f"{self.path}{end}").rename(f"{aside}{end}")
        self.notice = (
            f"The file of kept conversations was damaged and is now {aside}; a new one was begun."
        )


def _damaged(state: str) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError(state)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE


def now() -> str:
    """Return the time, in ISO 8601, to the microsecond, so that times sort as they follow."""
    return datetime.now(UTC).isoformat(timespec="microseconds")
