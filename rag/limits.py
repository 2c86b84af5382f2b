"""How many questions are answered at once, and on what terms they are served.

Answering is synchronous and takes a thread; the interfaces have threads (the page) and event
loops (HTTP, MCP), so what they share here has a form for either.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from rag.errors import Busy

WAIT_SECONDS = 60.0  # for a slot; most clients have given up by then
FULL = (
    "The server is busy ({running} being answered, {waiting} waiting); ask again in a few seconds."
)
WAITED = "The server has been busy with other questions for a minute; ask again later."
STOPPING = "The server is being stopped; ask again when it is back."


class ConcurrencyLimiter:
    """A limit on how much is done at once, for threads and for event loops alike."""

    def __init__(self, at_once: int, waiting: int) -> None:
        """Allow so many slots at once, and so many that wait for one."""
        self._at_once = at_once
        self._most_waiting = waiting
        self._running = 0
        self._waiting = 0
        self._closed = False
        self._changed = threading.Condition()

    @property
    def running(self) -> int:
        """How many slots are held now."""
        return self._running

    def close(self) -> None:
        """Refuse all further slots, those waited for included; slots that are held stay."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait for a slot and hold it.

        Raises:
            Busy: too many wait already, the wait takes too long, or the limiter is closed.
        """
        self._acquire()
        try:
            yield
        finally:
            self._release()

    @asynccontextmanager
    async def aslot(self) -> AsyncIterator[None]:
        """Wait for a slot like :meth:`slot`, without blocking the event loop."""
        from anyio import to_thread

        await to_thread.run_sync(self._acquire)
        try:
            yield
        finally:
            self._release()

    def _acquire(self) -> None:
        with self._changed:
            if self._waiting >= self._most_waiting and self._running >= self._at_once:
                raise Busy(FULL.format(running=self._running, waiting=self._waiting))
            self._waiting += 1
            try:
                until = time.monotonic() + WAIT_SECONDS
                while self._running >= self._at_once and not self._closed:
                    if not self._changed.wait(until - time.monotonic()):
                        raise Busy(WAITED)
                if self._closed:
                    raise Busy(STOPPING)
            finally:
                self._waiting -= 1
            self._running += 1

    def _release(self) -> None:
        with self._changed:
            self._running -= 1
            self._changed.notify()


# The address that the request being answered came from; the server's middleware sets it.
CLIENT_ADDRESS: ContextVar[str] = ContextVar("client_address", default="-")

audit_log = logging.getLogger("rag.audit")


@dataclass(frozen=True)
class ServingPolicy:
    """The terms on which questions are answered, the same for all interfaces.

    ``limiter`` limits the questions answered at once. ``local`` is whether only this machine is
    served: then paths on it may be named, and the prompt of an LLM may be seen. ``uploads`` is
    whether documents may be added and removed, ``log_questions`` whether the audit log holds the
    words of questions, and ``password_hash`` the hash of the password, if one is asked for.
    """

    limiter: ConcurrencyLimiter = field(default_factory=lambda: ConcurrencyLimiter(40, 100))
    local: bool = True
    uploads: bool = True
    log_questions: bool = False
    password_hash: str | None = field(default=None, repr=False)

    @contextmanager
    def request(
        self, door: str, call: str, text: str, client: str | None = None
    ) -> Iterator[dict[str, Any]]:
        """Hold a slot while a request is answered, and write its line of the log ``rag.audit``.

        Args:
            door: the interface that the request came through, as ``page`` or ``http``.
            call: what is asked for, as ``ask`` or ``verify``.
            text: the question, which is logged only under ``log_questions``.
            client: the address that it came from, where ``CLIENT_ADDRESS`` is not set.

        Yields the line's other entries; the caller sets ``result``.

        Raises:
            Busy: no slot is free, as of :meth:`ConcurrencyLimiter.slot`.
        """
        with self._logged(door, call, text, client) as line, self.limiter.slot():
            yield line

    @asynccontextmanager
    async def arequest(self, door: str, call: str, text: str) -> AsyncIterator[dict[str, Any]]:
        """Hold a slot like :meth:`request`, without blocking the event loop."""
        with self._logged(door, call, text) as line:
            async with self.limiter.aslot():
                yield line

    @contextmanager
    def _logged(
        self, door: str, call: str, text: str, client: str | None = None
    ) -> Iterator[dict[str, Any]]:
        began = time.monotonic()
        line: dict[str, Any] = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "door": door,
            "call": call,
            "from": client or CLIENT_ADDRESS.get(),
            "characters": len(text),
        }
        if self.log_questions:
            line["text"] = text
        line["result"] = "broken off"
        try:
            yield line
        except Exception as error:
            line["result"] = type(error).__name__
            raise
        finally:
            line["seconds"] = round(time.monotonic() - began, 3)
            audit_log.info(json.dumps(line))


Item = TypeVar("Item")
_END = object()


async def iterate_in_threads(items: Generator[Item]) -> AsyncIterator[Item]:
    """Yield the items of a blocking generator, each awaited in a thread.

    Cancelled or closed, it closes the generator as soon as that yields again.
    """
    loop = asyncio.get_running_loop()
    step: asyncio.Future[Item | object] | None = None
    try:
        while True:
            step = loop.run_in_executor(None, next, items, _END)
            item = await asyncio.shield(step)
            if item is _END:
                return
            yield item  # type: ignore[misc]  # only the end is not an item
    finally:
        if step is None or step.done():
            items.close()
        else:  # a generator that runs in another thread cannot be closed yet
            step.add_done_callback(lambda _: items.close())
