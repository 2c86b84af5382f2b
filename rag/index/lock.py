"""One writer at a time, with a message that says who the other one is."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from rag.errors import IndexBusy
from rag.index.faults import unwritable

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
