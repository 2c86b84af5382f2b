"""On what terms a corpus is served: how many at once, what is written down, what is open to all."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from rag.gate import Gate

# Who is being answered, as an address; whoever lets people in sets it.
CALLER: ContextVar[str] = ContextVar("caller", default="-")

audit = logging.getLogger("rag.audit")


@dataclass(frozen=True)
class Service:
    """What all doors have in common.

    ``gate`` gives turns at answering. ``local`` is whether only this machine is served: then
    paths on it may be named, and what an LLM is told may be seen. ``uploads`` is whether
    documents may be added and taken away, ``with_text`` whether questions are written down,
    and ``password_hash`` what the password is known by, if one is asked for.
    """

    gate: Gate = field(default_factory=lambda: Gate(40, 100))
    local: bool = True
    uploads: bool = True
    with_text: bool = False
    password_hash: str | None = field(default=None, repr=False)

    @contextmanager
    def question(
        self, door: str, call: str, text: str, caller: str | None = None
    ) -> Iterator[dict[str, Any]]:
        """A turn at answering, and a line of it in the log ``rag.audit``.

        Args:
            door: where it came in, as ``page`` or ``http``.
            call: what is asked for, as ``ask`` or ``verify``.
            text: the question, which is written down only where that is asked for.
            caller: who asks, where ``CALLER`` does not say.

        Yields what the line says besides; ``result`` is to be set.

        Raises:
            Busy: there is no turn to be had.
        """
        with self._line(door, call, text, caller) as line, self.gate.turn():
            yield line

    @asynccontextmanager
    async def aquestion(self, door: str, call: str, text: str) -> AsyncIterator[dict[str, Any]]:
        """Like :meth:`question`, without blocking the event loop."""
        with self._line(door, call, text) as line:
            async with self.gate.aturn():
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
            "from": caller or CALLER.get(),
            "characters": len(text),
        }
        if self.with_text:
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
