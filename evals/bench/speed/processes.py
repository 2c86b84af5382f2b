"""Processes run and measured: seconds, and the most memory that they held."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

TRIES = 5  # of which the median counts, where a run is short


class Ran(NamedTuple):
    """What a process took, in seconds and bytes, and what it printed."""

    seconds: float
    memory: int
    printed: str


def python(arguments: Sequence[str], settings: Mapping[str, str]) -> Ran:
    """Run the interpreter as a process of its own.

    Raises:
        OSError: it failed; the message has the end of what it said.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as said:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments], env={**os.environ, **settings}, stdout=out, stderr=said
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said.seek(0)
        if process.returncode not in (0, 3):  # 3: nothing found, which is an answer too
            raise OSError(f"{' '.join(arguments)} failed: {said.read()[-500:]}")
        return Ran(seconds, usage.ru_maxrss * 1024, out.read())


def median_seconds(arguments: Sequence[str], settings: Mapping[str, str]) -> float:
    """The median time of a process that was run before, so that its files are at hand."""
    python(arguments, settings)
    taken = sorted(python(arguments, settings).seconds for _ in range(TRIES))
    return taken[TRIES // 2]


def size_of(folder: Path) -> int:
    """The bytes of a folder's files."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
