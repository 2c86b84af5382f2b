"""Iterators that block, for callers that must not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator
from typing import TypeVar

Item = TypeVar("Item")
_END = object()


async def in_threads(items: Generator[Item]) -> AsyncIterator[Item]:
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
