"""Iterators that block, for callers that must not."""

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

PATIENCE_SECONDS = 60.0  # of one who waits; whoever asked has mostly gone by then
FULL = (
    "The server is answering {running} questions and {waiting} more wait; "
    "ask again in a few seconds."
)
LONG = "The server has been busy with other questions for a minute; ask again later."
CLOSED = "The server is being stopped; ask again when it is back."


class ConcurrencyLimiter:
    """Turns at answering, for threads and for event loops alike."""

    def __init__(self, at_once: int, waiting: int) -> None:
        """Open it for so many at once, and so many that wait."""
        self._at_once = at_once
        self._most_waiting = waiting
        self._running = 0
        self._waiting = 0
        self._closed = False
        self._changed = threading.Condition()

    @property
    def running(self) -> int:
        """How many have a turn now."""
        return self._running

    def close(self) -> None:
        """Let nobody in from now on; those who wait are told, those who are in may finish."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @contextmanager
    def slot(self) -> Iterator[None]:
        """A turn, once there is one.

        Raises:
            Busy: too many wait already, it takes too long, or the server is being stopped.
        """
        self._enter()
        try:
            yield
        finally:
            self._leave()

    @asynccontextmanager
    async def aslot(self) -> AsyncIterator[None]:
        """Like :meth:`slot`, without blocking the event loop."""
        from anyio import to_thread

        await to_thread.run_sync(self._enter)
        try:
            yield
        finally:
            self._leave()

    def _enter(self) -> None:
        with self._changed:
            if self._waiting >= self._most_waiting and self._running >= self._at_once:
                raise Busy(FULL.format(running=self._running, waiting=self._waiting))
            self._waiting += 1
            try:
                until = time.monotonic() + PATIENCE_SECONDS
                while self._running >= self._at_once and not self._closed:
                    if not self._changed.wait(until - time.monotonic()):
                        raise Busy(LONG)
                if self._closed:
                    raise Busy(CLOSED)
            finally:
                self._waiting -= 1
            self._running += 1

    def _leave(self) -> None:
        with self._changed:
            self._running -= 1
            self._changed.notify()


# Who is being answered, as an address; whoever lets people in sets it.
CLIENT_ADDRESS: ContextVar[str] = ContextVar("caller", default="-")

audit = logging.getLogger("rag.audit")


@dataclass(frozen=True)
class ServingPolicy:
    """What all doors have in common.

    ``limiter`` gives turns at answering. ``local`` is whether only this machine is served: then
    paths on it may be named, and what an LLM is told may be seen. ``uploads`` is whether
    documents may be added and taken away, ``log_questions`` whether questions are written down,
    and ``password_hash`` what the password is known by, if one is asked for.
    """

    limiter: ConcurrencyLimiter = field(default_factory=lambda: ConcurrencyLimiter(40, 100))
    local: bool = True
    uploads: bool = True
    log_questions: bool = False
    password_hash: str | None = field(default=None, repr=False)

    @contextmanager
    def request(
        self, door: str, call: str, text: str, caller: str | None = None
    ) -> Iterator[dict[str, Any]]:
        """A turn at answering, and a line of it in the log ``rag.audit``.

        Args:
            door: where it came in, as ``page`` or ``http``.
            call: what is asked for, as ``ask`` or ``verify``.
            text: the question, which is written down only where that is asked for.
            caller: who asks, where ``CLIENT_ADDRESS`` does not say.

        Yields what the line says besides; ``result`` is to be set.

        Raises:
            Busy: there is no turn to be had.
        """
        with self._line(door, call, text, caller) as line, self.limiter.slot():
            yield line

    @asynccontextmanager
    async def arequest(self, door: str, call: str, text: str) -> AsyncIterator[dict[str, Any]]:
        """Like :meth:`request`, without blocking the event loop."""
        with self._line(door, call, text) as line:
            async with self.limiter.aslot():
                yield line

    @contextmanager
    def _line(
        self, door: str, call: str, text: str, caller: str | None = None
    ) -> Iterator[dict[str, Any]]:
        began = time.monotonic()
        line: dict[str, Any] = {"at": datetime.now(UTC).isoformat(timespec="seconds")}
        line |= {
            "door": door,
            "call": call,
            "from": caller or CLIENT_ADDRESS.get(),
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
            audit.info(json.dumps(line))


Item = TypeVar("Item")
_END = object()


async def iterate_in_threads(items: Generator[Item]) -> AsyncIterator[Item]:
    """The items of a generator, each waited for in a thread.

    Cancelled or closed, it closes the generator as soon as that comes up for air.
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
