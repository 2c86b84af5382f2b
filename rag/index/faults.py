"""What goes wrong with the files of an index, told in a sentence that says what to do."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import IndexDamaged, IndexUnwritable, RagError

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
