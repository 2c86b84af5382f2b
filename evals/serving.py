"""Server processes of this package, for what measures them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 180  # a first start copies the embedding model
STOP_SECONDS = 60


class Served(NamedTuple):
    """A running server: its address, its process, and what it says."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path | None


@contextmanager
def served(
    command: Sequence[str], settings: Mapping[str, str], log: Path | None = None
) -> Iterator[Served]:
    """Serve a page by a Python process that takes its port from GRADIO_SERVER_PORT.

    Args:
        command: the arguments of Python.
        settings: variables of its environment, beside our own.
        log: a file for what it says; else that is lost.

    Raises:
        OSError: it ended, or did not answer in time.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, **settings, "GRADIO_SERVER_PORT": str(port)}
    with open(log or os.devnull, "w") as out:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=environment, stdout=out, stderr=out
        )
    server = Served(f"http://127.0.0.1:{port}/", process, log)
    try:
        _wait(server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(server: Served) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if server.process.poll() is not None:
            said = server.log.read_text("utf-8")[-500:] if server.log else ""
            raise OSError(f"the server ended with {server.process.returncode}: {said}")
        try:
            urllib.request.urlopen(server.url, timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise OSError(f"the server did not answer within {START_SECONDS} seconds")
