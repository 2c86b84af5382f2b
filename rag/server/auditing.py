"""Where the lines on questions go: to a file that only its owner reads, or to the terminal."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from rag.errors import SettingError
from rag.service import audit

AUDIT_BYTES, AUDIT_FILES = 10_000_000, 5  # of a file of such lines, and how many are kept


@contextmanager
def audited(path: Path | None) -> Iterator[None]:
    """Have the lines on questions written to a file, or to the terminal.

    Raises:
        SettingError: the file cannot be written.
    """
    try:
        handler = _audit_handler(path)
    except OSError as error:
        raise SettingError(
            f"RAG_AUDIT names {path}, which cannot be written ({error.strerror}); name another."
        ) from error
    audit.addHandler(handler)
    audit.setLevel(logging.INFO)
    audit.propagate = False
    try:
        yield
    finally:
        audit.removeHandler(handler)
        handler.close()


def _audit_handler(path: Path | None) -> logging.Handler:
    if path is None:
        return logging.StreamHandler()
    return _PrivateFile(path, "a", AUDIT_BYTES, AUDIT_FILES, "utf-8")


class _PrivateFile(RotatingFileHandler):
    """A file that only its owner can read, and that is put aside when it is large."""

    def _open(self) -> TextIOWrapper:
        def private(path: str, flags: int) -> int:
            return os.open(path, flags, 0o600)

        return open(self.baseFilename, "a", encoding=self.encoding, opener=private)
