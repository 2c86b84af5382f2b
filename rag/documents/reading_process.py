"""Documents read in a process of their own, which is ended when it takes too long or too much.

A file of a few kilobytes can unpack to gigabytes, and a parser may hang on one; that must cost
its own file, and nothing else. This limits time and memory; it does not restrict what the process
may do, which has the rights of its user.

Starting the process takes longer than reading most files, so all corpora that are opened in one
Python process with the same limits share it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Collection
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from queue import LifoQueue
from typing import Any, NamedTuple

from rag.documents.documents_toml import FACTS_FILE, Stated, find_unused, parse_stated, stated_for
from rag.documents.loading import read_bytes
from rag.documents.worker import GIGABYTE, receive, send
from rag.errors import DocumentError
from rag.formats.extracted import Metadata
from rag.formats.ocr import LANGUAGES_VARIABLE
from rag.text.blocks import Block
from rag.text.sentences import Mark, Sentence
from rag.types import Article

# Documents that are read at once with the same limits, each in its process: more would multiply
# the memory that reading may take, and with one, whoever has a file that takes all its time
# keeps all others waiting.
_AT_ONCE = 2
_END_SECONDS = 1  # in which a process whose pipe is closed has ended
_REPLY_SECONDS = 60  # in which a process must show that it is there, on a busy machine too
_NO_START = (
    "was not read, as the process that reads documents ended when it started; run "
    "`pip install --force-reinstall footnote-rag`."
)
# The process needs this package alone. `import rag` would also load what answers questions: 0.7 s
# of processor time instead of 0.2.
_PROGRAM = """
import sys, types
sys.modules["rag"] = package = types.ModuleType("rag")
package.__path__ = [sys.argv[1]]
from importlib import import_module
import_module(sys.argv[4]).main(int(sys.argv[2]), float(sys.argv[3]))
"""
_READS = "rag.documents.worker"  # the module that the process which reads documents runs


class ReadingLimits(NamedTuple):
    """How much one file may cost: its size and the memory in bytes, the time in seconds.

    ``languages`` are those that scans are read in.
    """

    size: int
    seconds: float
    memory: int
    sentences: int
    languages: str = "eng"


class Parsed(NamedTuple):
    """A document, and its sentences and headings in order."""

    article: Article
    sentences: list[Sentence]


class DocumentReader(NamedTuple):
    """Reads documents in processes that are started when there is one to read.

    A plain value: safe to share between threads, to use after a fork, and to send to another
    machine, where it uses processes of that machine. A process ends when it was idle for half a
    minute, and with the Python process that started it.

    Attributes:
        limits: what reading one file may cost.
        stated: the text of the folder's file of facts about its documents, which go before what
            the documents say.
    """

    limits: ReadingLimits
    stated: str = ""

    def stop(self) -> None:
        """End the processes of these limits that are reading a file: it counts as not readable."""
        self._pool().stop()

    def facts(self, name: str) -> Metadata:
        """Return what the folder's file of facts states of a document, by its path."""
        return stated_for(self._facts(), name)

    def unused_facts(self, names: Collection[str]) -> list[str]:
        """Return the paths and patterns of the file of facts that mean none of some documents."""
        return find_unused(self._facts(), names)

    def _pool(self) -> _ProcessPool:
        limits = self.limits
        return _process_pool(os.getpid(), limits.memory, limits.seconds, limits.languages, _READS)

    def _facts(self) -> Stated:
        return parse_stated(self.stated, Path(FACTS_FILE))

    def raw(self, path: Path) -> bytes:
        """Return the bytes of a file.

        Raises:
            DocumentError: it is too large, or cannot be read.
        """
        return read_bytes(path, max_bytes=self.limits.size)

    def parse(self, raw: bytes, name: str) -> Parsed:
        """Make an article with its sentences of the bytes of a file.

        Args:
            raw: its bytes.
            name: its path relative to the corpus folder, with forward slashes; the ending says
                how to read it.

        Raises:
            DocumentError: it cannot be read as the ending says, or not within the limits.
        """
        reply = self._pool().ask(name.encode("utf-8") + b"\0" + raw)
        if "problem" in reply:
            raise DocumentError(reply["problem"])
        fields = reply["article"]
        fields["marks"] = tuple(Mark(**mark) for mark in fields["marks"])
        fields["blocks"] = tuple(Block(**block) for block in fields["blocks"])
        fields |= {name: tuple(fields[name]) for name in ("pages", "notes", "unread")}
        sentences = [Sentence(*sentence) for sentence in reply["sentences"]]
        if len(sentences) > self.limits.sentences:
            raise DocumentError(
                f"has {len(sentences):,} sentences and headings, over the limit of "
                f"{self.limits.sentences:,}; split the file or raise RAG_MAX_SENTENCES."
            )
        return Parsed(Article(**fields | self.facts(name)), sentences)


class _ReaderProcess:
    """A running process that reads documents, used by one thread at a time."""

    def __init__(self, memory: int, seconds: float, languages: str, module: str) -> None:
        self.is_late = False
        self._process = _start(memory, seconds, languages, module)
        # Also when Python exits. A forked child inherits this object and must not end a process
        # that is not its own.
        self.end = weakref.finalize(self, _end, self._process, os.getpid())

    def is_running(self) -> bool:
        """Return whether it replies; that also keeps it from ending as idle just now."""
        return self._process.poll() is None and self.exchange(b"", _REPLY_SECONDS) is not None

    def has_ended(self) -> bool:
        """Return whether it has ended by itself, and by no signal, as one without memory is."""
        try:
            return self._process.wait(_END_SECONDS) >= 0
        except subprocess.TimeoutExpired:
            return False

    def exchange(self, message: bytes, seconds: float) -> bytes | None:
        """Return the reply to a message; None where the process ended before it gave one.

        It is ended where it does not reply within some seconds, and ``is_late`` set.
        """
        timer = threading.Timer(seconds, self._end_late)
        timer.daemon = True
        timer.start()
        try:
            assert self._process.stdin is not None  # noqa: S101 - both are pipes
            assert self._process.stdout is not None  # noqa: S101
            with suppress(OSError):  # of a pipe whose other end is closed
                send(self._process.stdin, message)
                return receive(self._process.stdout)
            return None
        finally:
            timer.cancel()

    def _end_late(self) -> None:
        self.is_late = True
        self.kill()

    def kill(self) -> None:
        """End it at once; another thread may be waiting for its reply."""
        self._process.kill()


class _ProcessPool:
    """At most _AT_ONCE processes with the same limits, each started when it is needed."""

    def __init__(self, memory: int, seconds: float, languages: str, module: str) -> None:
        self._memory = memory
        self._seconds = seconds
        self._languages = languages
        self._module = module
        # The one used last comes first, so that one thread alone needs one process.
        self._free: LifoQueue[_ReaderProcess | None] = LifoQueue()
        for _ in range(_AT_ONCE):
            self._free.put(None)
        self._busy: set[_ReaderProcess] = set()

    def stop(self) -> None:
        """End the processes that are reading."""
        for process in tuple(self._busy):
            process.kill()  # whoever waits for its reply then cleans up behind it

    def ask(self, message: bytes) -> dict[str, Any]:
        """Return what a process says of a file.

        Raises:
            DocumentError: the process took too long or was brought down.
        """
        process = self._free.get()
        kept = None
        try:
            if process is None or not process.is_running():
                if process is not None:
                    process.end()
                process = _ReaderProcess(self._memory, self._seconds, self._languages, self._module)
                # Waits for its start, which is none of the file's time.
                if not process.is_running() and process.has_ended():
                    raise DocumentError(_NO_START)
            self._busy.add(process)
            reply = process.exchange(message, self._seconds)
            if reply is not None and not process.is_late:
                kept = process
        finally:
            if process is not None:
                self._busy.discard(process)
                if kept is None:
                    process.end()
            self._free.put(kept)
        if reply is not None:
            found: dict[str, Any] = json.loads(reply)
            return found
        if process.is_late:
            raise DocumentError(
                f"took longer to read than {self._seconds:g} seconds; split the file, save "
                "it in a simpler form, or raise RAG_PARSE_SECONDS."
            )
        raise DocumentError(
            "brought down the process that read it, as what unpacks to "
            f"{self._memory / GIGABYTE:g} GB does; save it in a simpler form, or raise "
            "RAG_PARSE_MB."
        )


@lru_cache(maxsize=8)  # sets of limits in use; a process of one that drops out is ended
def _process_pool(
    owner: int, memory: int, seconds: float, languages: str, module: str
) -> _ProcessPool:
    """Return the pool of a Python process, by its id: after a fork the child has another one."""
    return _ProcessPool(memory, seconds, languages, module)


def ask_process(limits: ReadingLimits, module: str, message: bytes) -> dict[str, Any]:
    """Return the reply of a process that runs a module on files, within the limits of reading one.

    Args:
        limits: what one file may cost.
        module: its name; its ``main`` is given memory and seconds, as that of ``worker``.
        message: what it is asked.

    Raises:
        DocumentError: it took too long, was brought down, or says what is wrong with the file.
    """
    pool = _process_pool(os.getpid(), limits.memory, limits.seconds, limits.languages, module)
    reply = pool.ask(message)
    if "problem" in reply:
        raise DocumentError(reply["problem"])
    return reply


def _start(memory: int, seconds: float, languages: str, module: str) -> subprocess.Popen[bytes]:
    """Start a process; it imports what this one would, and nothing from the working folder."""
    paths = os.pathsep.join(path for path in sys.path if path)
    package = Path(__file__).parents[1]
    command = [sys.executable, "-P", "-c", _PROGRAM, str(package)]
    command += [str(memory), str(seconds), module]
    try:
        return subprocess.Popen(  # noqa: S603 - this package, by this interpreter
            command,
            env=os.environ | {"PYTHONPATH": paths, LANGUAGES_VARIABLE: languages},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # parsers complain there; what matters comes as an error
        )
    except OSError as error:
        reason = error.strerror or str(error)
        raise DocumentError(f"cannot be read, as no process could be started ({reason}).") from None


def _end(process: subprocess.Popen[bytes], owner: int) -> None:
    if os.getpid() == owner:
        process.kill()
        process.communicate()
