"""So many questions at once and so many that wait; whoever comes then is told, and not kept."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from rag.errors import Busy

PATIENCE_SECONDS = 60.0  # of one who waits; whoever asked has mostly gone by then
FULL = (
    "The server is answering {running} questions and {waiting} more wait; "
    "ask again in a few seconds."
)
LONG = "The server has been busy with other questions for a minute; ask again later."
CLOSED = "The server is being stopped; ask again when it is back."


class Gate:
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
    def turn(self) -> Iterator[None]:
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
    async def aturn(self) -> AsyncIterator[None]:
        """Like :meth:`turn`, without blocking the event loop."""
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
