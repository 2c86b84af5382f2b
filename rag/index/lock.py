"""One writer at a time, with a message that says who the other one is."""

from __future__ import annotations

import errno
import json
import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from rag.errors import IndexBusy, IndexDamaged, IndexUnwritable, RagError

PANIC = "PanicException"  # of a core in Rust; it is no Exception, and has no class to import
LONGEST = 200  # characters of a reason
REBUILD = "run `rag index --rebuild` to build it again from the documents"
# What SQLite, tantivy and Chroma's core say where a file cannot be written.
FULL = (
    *(os.strerror(code) for code in (errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT)),
    *("disk is full", "readonly database", "disk I/O error", "unable to open database file"),
    "File too large",
)


def unwritable(folder: Path, error: BaseException) -> IndexUnwritable:
    """The error for an index folder that cannot be written, with what to do."""
    reason = getattr(error, "strerror", None) or one_line(error)
    return IndexUnwritable(
        f"The index in {folder} cannot be written ({reason}); free some disk space, or name "
        "another folder with --index or RAG_INDEX_DIR. What was indexed before is kept."
    )


def is_unwritable(error: BaseException) -> bool:
    """Whether the disk is at fault, be it full or read-only, and not what is on it."""
    return isinstance(error, OSError) or any(words in str(error) for words in FULL)


def size_of(path: Path) -> int:
    """The size of a file, 0 where there is none."""
    return path.stat().st_size if path.exists() else 0


def one_line(error: BaseException) -> str:
    """What an error says, on one line."""
    return " ".join(str(error).split())[:LONGEST] or type(error).__name__


@contextmanager
def storing(root: Path) -> Iterator[None]:
    """Reads and writes of the stores, whose failure is the disk's, with what to do about it."""
    try:
        yield
    except RagError:
        raise
    except (OSError, sqlite3.Error, ValueError, RuntimeError) as error:
        # SQLite, tantivy and Chroma's core each say in their own way that a write failed.
        raise unwritable(root, error) from error
    except Exception as error:
        if type(error).__module__.startswith("chromadb"):
            raise unwritable(root, error) from error
        raise


@contextmanager
def reading(what: str, folder: Path) -> Iterator[None]:
    """Reads of a store that is derived from the catalog, a panic of its core included.

    Args:
        what: the store holds, as ``vectors``.
        folder: where it is.

    Raises:
        IndexDamaged: what is read makes no sense to the store.
        IndexUnwritable: it would write where it cannot, as Chroma does also to read.
    """
    try:
        yield
    except RagError:
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != PANIC:
            raise
        if is_unwritable(error):
            raise unwritable(folder, error) from error
        raise damaged(what, folder, one_line(error)) from error


def damaged(what: str, folder: Path, reason: str) -> IndexDamaged:
    """The error for a store that is derived from the catalog, and so is mended by a sync."""
    return IndexDamaged(
        f"The {what} in {folder} are damaged ({reason}); run `rag index` to put them back, or "
        "`rag index --rebuild` to build the whole index again from the documents."
    )


LOCK = "writer.lock"
HOLDER = "writer.json"


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Hold the right to write to an index folder.

    Raises:
        IndexBusy: another process or thread holds it; the message says which and since when.
        IndexUnwritable: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Not thread-local: two threads of one process are two writers as well.
        lock = FileLock(folder / LOCK, thread_local=False)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise IndexBusy(f"The index in {folder} is being written by {_holder(folder)}.") from error
    except OSError as error:
        raise unwritable(folder, error) from error
    try:
        _sign(folder)
        yield
    finally:
        lock.release()


def _sign(folder: Path) -> None:
    since = datetime.now().astimezone().isoformat(timespec="seconds")
    holder = {"pid": os.getpid(), "host": socket.gethostname(), "since": since}
    try:
        (folder / HOLDER).write_text(json.dumps(holder), "utf-8")
    except OSError as error:
        raise unwritable(folder, error) from error


def _holder(folder: Path) -> str:
    try:
        holder = json.loads((folder / HOLDER).read_text("utf-8"))
        return (
            f"process {holder['pid']} on {holder['host']} since {holder['since']}; try again later"
        )
    except (OSError, ValueError, KeyError):
        return "another process; try again later"
