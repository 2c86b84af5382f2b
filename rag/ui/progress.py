"""Work that tells how far it is, as steps that a page can show one after another."""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import TypeVar

from rag.types import Progress

Result = TypeVar("Result")
OnProgress = Callable[[Progress], None]


def told(work: Callable[[OnProgress], Result]) -> Generator[Progress, None, Result]:
    """What some work tells of its progress, while it is done in another thread.

    Args:
        work: called with what it is to tell its progress to.

    Returns what the work returns, and raises what it raises.
    """
    steps: SimpleQueue[Progress | None] = SimpleQueue()
    with ThreadPoolExecutor(1) as pool:
        result = pool.submit(work, steps.put)
        result.add_done_callback(lambda _: steps.put(None))
        while (step := steps.get()) is not None:
            yield step
    return result.result()
