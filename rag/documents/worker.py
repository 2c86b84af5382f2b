"""The process that reads documents, and the messages by which it is spoken to.

:mod:`rag.documents.reading_process` starts it and gives it files on its standard input, each
behind its name; for each, the article or the problem goes to the standard output.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from math import ceil
from typing import IO, Any

from rag.documents.loading import load, sentences_of
from rag.errors import DocumentError

_HEADER = 8  # bytes of the length that goes before each message
_IDLE_SECONDS = 30  # without a file, after which the process ends
# The parent ends this process in time; should the parent be gone by then, the system does.
_GRACE_SECONDS = 5
GIGABYTE = 1_000_000_000  # bytes


def send(pipe: IO[bytes], message: bytes) -> None:
    """Write a message behind its length."""
    pipe.write(len(message).to_bytes(_HEADER))
    pipe.write(message)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes | None:
    """Read the next message; None where the other end is closed."""
    header = pipe.read(_HEADER)
    if len(header) < _HEADER:
        return None
    size = int.from_bytes(header)
    message = pipe.read(size)
    return message if len(message) == size else None


def main(memory: int, seconds: float) -> None:
    """Read files until there are no more.

    Args:
        memory: bytes that this process may use.
        seconds: how long one file may take.
    """
    answer_messages(memory, seconds, _read)


def answer_messages(
    memory: int, seconds: float, answer: Callable[[bytes, int], dict[str, Any]]
) -> None:
    """Reply to messages with JSON until there are no more; arguments as of :func:`main`.

    Args:
        answer: makes the reply to a message; it is told how much memory there is.
    """
    _limit_memory(memory)
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # parsers may print
    while True:
        _end_after(_IDLE_SECONDS)
        message = receive(sys.stdin.buffer)
        if message is None:
            return
        _end_after(ceil(seconds) + _GRACE_SECONDS)
        # An empty message asks whether the process still runs, and keeps it from going idle.
        reply = json.dumps(answer(message, memory) if message else {})
        send(replies, reply.encode("utf-8"))


def _read(message: bytes, memory: int) -> dict[str, Any]:
    name, _, raw = message.partition(b"\0")
    try:
        article = load(raw, name.decode("utf-8"))
        sentences = sentences_of(article)
    except DocumentError as error:
        if not isinstance(error.__cause__, MemoryError):
            return {"problem": str(error)}
    except MemoryError:
        pass
    else:
        return {"article": article.to_dict(), "sentences": sentences}
    return {
        "problem": f"needs more than {memory / GIGABYTE:g} GB of memory to be read; save it in a "
        "simpler form, or raise RAG_PARSE_MB."
    }


def _limit_memory(memory: int) -> None:
    """Keep this process to some bytes of memory, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    with suppress(ValueError, OSError):  # macOS has the limit and no way to set it
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end_after(seconds: int) -> None:
    """Have the system end this process after some seconds, whatever it is doing."""
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)
