"""What keeps a step that takes time from being done too often."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

SHARE = 10  # times as long as a step took are waited before the next
LONGEST = 60.0  # seconds that are waited at most
FREE = 0.1  # seconds that a step may take for nothing


class Pause:
    """The time until a step may be done again."""

    def __init__(self) -> None:
        self._until = 0.0

    def over(self) -> bool:
        """Whether the step may be done."""
        return time.monotonic() >= self._until

    @contextmanager
    def after(self, at_least: float = 0.0) -> Iterator[None]:
        """Do the step, and wait after it in proportion to what it took, or ``at_least`` seconds."""
        began = time.monotonic()
        try:
            yield
        finally:
            ended = time.monotonic()
            took = ended - began
            wait = min(SHARE * took, LONGEST) if took > FREE else 0.0
            self._until = ended + max(at_least, wait)
