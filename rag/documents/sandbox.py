"""Documents read in a process of their own, which is ended when it takes too long or too much.

A file of a few kilobytes can unpack to gigabytes, and a parser may hang on one; that is to
cost its own file, and nothing else. It is no sandbox: the process has the rights of its user.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

from rag.documents.loading import read_bytes
from rag.errors import DocumentError
from rag.text.sentences import Mark, Sentence
from rag.types import Article

HEADER = 8  # bytes of the length that goes before each message between the two processes
GIGABYTE = 1_000_000_000  # bytes


class Limits(NamedTuple):
    """How much one file may cost: its size and the memory in bytes, the time in seconds."""

    size: int
    seconds: float
    memory: int
    sentences: int


class Parsed(NamedTuple):
    """A document, and its sentences and headings in order."""

    article: Article
    sentences: list[Sentence]


class Reader:
    """Reads documents, one after the other, in a process that it starts when there is one to read.

    Safe to share between threads. The process ends by itself when it was idle for a while, and
    with this one.
    """

    def __init__(self, limits: Limits) -> None:
        """Take the limits; nothing is started yet."""
        self._limits = limits
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._end: Callable[[], object] = lambda: None

    def __reduce__(self) -> tuple[type[Reader], tuple[Limits]]:
        """Sent to another machine, it is a reader there, with a process of its own."""
        return Reader, (self._limits,)

    def raw(self, path: Path) -> bytes:
        """The bytes of a file.

        Raises:
            DocumentError: it is too large, or cannot be read.
        """
        return read_bytes(path, max_bytes=self._limits.size)

    def parse(self, raw: bytes, name: str) -> Parsed:
        """An article with its sentences, made of the bytes of a file.

        Args:
            raw: its bytes.
            name: its path relative to the corpus folder, with forward slashes; the ending says
                how to read it.

        Raises:
            DocumentError: it cannot be read as the ending says, or not within the limits.
        """
        with self._turn:
            reply = self._ask(name.encode("utf-8") + b"\0" + raw)
        if "problem" in reply:
            raise DocumentError(reply["problem"])
        fields = reply["article"]
        fields["marks"] = tuple(Mark(**mark) for mark in fields["marks"])
        sentences = [Sentence(*sentence) for sentence in reply["sentences"]]
        if len(sentences) > self._limits.sentences:
            raise DocumentError(
                f"has {len(sentences):,} sentences and headings, over the limit of "
                f"{self._limits.sentences:,}; split the file or raise RAG_MAX_SENTENCES."
            )
        return Parsed(Article(**fields), sentences)

    def _ask(self, message: bytes) -> dict[str, Any]:
        """What the process says of a file; it is ended where it says nothing in time."""
        process = self._running()
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self._limits.seconds, end)
        timer.start()
        try:
            reply = _exchange(process, message)
        finally:
            timer.cancel()
        if reply is not None:
            found: dict[str, Any] = json.loads(reply)
            return found
        _end(process)
        if late.is_set():
            raise DocumentError(
                f"took longer to read than {self._limits.seconds:g} seconds; split the file, save "
                "it in a simpler form, or raise RAG_PARSE_SECONDS."
            )
        raise DocumentError(
            "brought down the process that read it, as what unpacks to "
            f"{self._limits.memory / GIGABYTE:g} GB does; save it in a simpler form, or raise "
            "RAG_PARSE_MB."
        )

    def _running(self) -> subprocess.Popen[bytes]:
        """The process, started anew where it has ended."""
        if self._process is not None and self._process.poll() is None:
            with suppress(OSError):  # it has just ended
                # An answer to nothing shows that it is there, and keeps it from going idle.
                if _exchange(self._process, b"") is not None:
                    return self._process
        self._end()
        self._process = _start(self._limits)
        self._end = weakref.finalize(self, _end, self._process)
        return self._process


def _start(limits: Limits) -> subprocess.Popen[bytes]:
    """The process; what it imports is what this one would, and nothing from where it is run."""
    paths = os.pathsep.join(path for path in sys.path if path)
    command = [sys.executable, "-P", "-m", "rag.documents.worker"]
    command += [str(limits.memory), str(limits.seconds)]
    try:
        return subprocess.Popen(  # noqa: S603 - this package, by this interpreter
            command,
            env=os.environ | {"PYTHONPATH": paths},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # parsers complain there; what matters comes as an error
        )
    except OSError as error:
        reason = error.strerror or str(error)
        raise DocumentError(f"cannot be read, as no process could be started ({reason}).") from None


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()


def _exchange(process: subprocess.Popen[bytes], message: bytes) -> bytes | None:
    """The reply to a message; None where the process ended before it was given."""
    assert process.stdin is not None  # noqa: S101 - both are pipes
    assert process.stdout is not None  # noqa: S101
    with suppress(BrokenPipeError):
        send(process.stdin, message)
        return receive(process.stdout)
    return None


def send(pipe: IO[bytes], message: bytes) -> None:
    """Write a message behind its length."""
    pipe.write(len(message).to_bytes(HEADER))
    pipe.write(message)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes | None:
    """The next message; None where the other end is closed."""
    header = pipe.read(HEADER)
    if len(header) < HEADER:
        return None
    size = int.from_bytes(header)
    message = pipe.read(size)
    return message if len(message) == size else None
