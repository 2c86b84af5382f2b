"""Failures of SQLite, tantivy and Chroma as errors of this package, each with what to do next."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import IndexDamaged, IndexUnwritable, RagError

REBUILD = "run `rag index --rebuild` to build it again from the documents"
_PANIC = "PanicException"  # of a core in Rust; it is no Exception, and has no class to import
_LONGEST_REASON = 200  # characters
# Messages of SQLite, tantivy and Chroma's core where a file cannot be written; they have no code.
_UNWRITABLE = (
    *(os.strerror(code) for code in (errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT)),
    *("disk is full", "readonly database", "disk I/O error", "unable to open database file"),
    "File too large",
)


def unwritable(folder: Path, error: BaseException) -> IndexUnwritable:
    """Return the error for an index folder that cannot be written, with what to do."""
    reason = getattr(error, "strerror", None) or error_reason(error)
    return IndexUnwritable(
        f"The index in {folder} cannot be written ({reason}); free some disk space, or name "
        "another folder with --index or RAG_INDEX_DIR. What was indexed before is kept."
    )


def is_unwritable(error: BaseException) -> bool:
    """Return whether a failure is the disk's (full, read-only) and not that of what it holds."""
    return isinstance(error, OSError) or any(words in str(error) for words in _UNWRITABLE)


def damaged(what: str, folder: Path, reason: str) -> IndexDamaged:
    """Return the error for a store that is derived from the catalog, and so repaired by a sync."""
    return IndexDamaged(
        f"The {what} in {folder} are damaged ({reason}); run `rag index` to put them back, or "
        "`rag index --rebuild` to build the whole index again from the documents."
    )


def error_reason(error: BaseException, secret: str | None = None) -> str:
    """Return the message of an error on one line of at most 200 characters.

    Args:
        error: the error; one without a message gives the name of its class.
        secret: what must not be shown; "…" stands in its place.
    """
    words = " ".join(str(error).split())
    if secret:  # before the cut, which could leave a part of it
        words = words.replace(secret, "…")
    return words[:_LONGEST_REASON] or type(error).__name__


@contextmanager
def storing(root: Path) -> Iterator[None]:
    """Report failures to read and write the stores of an index folder as the disk's.

    Raises:
        IndexUnwritable: SQLite, tantivy or Chroma could not write, each in its own words.
    """
    try:
        yield
    except RagError:
        raise
    except (OSError, sqlite3.Error, ValueError, RuntimeError) as error:
        raise unwritable(root, error) from error
    except Exception as error:
        if type(error).__module__.startswith("chromadb"):
            raise unwritable(root, error) from error
        raise


@contextmanager
def reading(what: str, folder: Path) -> Iterator[None]:
    """Report failures to read a store that is derived from the catalog, panics of Rust included.

    Args:
        what: the content of the store, as ``vectors``.
        folder: the store.

    Raises:
        IndexDamaged: the store cannot make sense of its files.
        IndexUnwritable: the store writes also to read, as Chroma does, and cannot.
    """
    try:
        yield
    except RagError:
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != _PANIC:
            raise
        if is_unwritable(error):
            raise unwritable(folder, error) from error
        raise damaged(what, folder, error_reason(error)) from error
