"""The process that reads documents for :class:`rag.documents.sandbox.Reader`.

``python -m rag.documents.worker MEMORY SECONDS``: files come on the standard input, and what
became of each goes to the standard output.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import suppress
from math import ceil
from typing import Any

from rag.documents.loading import load, sentences_of
from rag.documents.sandbox import GIGABYTE, receive, send
from rag.errors import DocumentError

IDLE_SECONDS = 30  # without a file, after which the process ends
# The other process ends this one in time; should it be gone by then, the system does.
GRACE_SECONDS = 5


def main() -> None:
    """Read files until there are no more."""
    memory, seconds = int(sys.argv[1]), float(sys.argv[2])
    _limit(memory)
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # parsers may print
    while True:
        _alarm(IDLE_SECONDS)
        message = receive(sys.stdin.buffer)
        if message is None:
            return
        _alarm(ceil(seconds) + GRACE_SECONDS)
        reply = json.dumps(_read(message, memory) if message else {})
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


def _limit(memory: int) -> None:
    """Keep this process to some bytes of memory, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    with suppress(ValueError, OSError):  # macOS has the limit and no way to set it
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _alarm(seconds: int) -> None:
    """Have the system end this process after some seconds, whatever it is at."""
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


if __name__ == "__main__":
    main()
