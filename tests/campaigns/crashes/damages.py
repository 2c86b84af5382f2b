"""Ways in which a file is damaged."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

BLOCK = 4_096  # bytes


def truncated_to_nothing(path: Path) -> None:
    """Nothing is left."""
    path.write_bytes(b"")


def truncated_in_half(path: Path) -> None:
    """The second half is lost."""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def random_block(path: Path) -> None:
    """Other bytes stand in the middle, as many as a disk writes at once."""
    content = bytearray(path.read_bytes())
    size = min(BLOCK, max(1, len(content) // 2))
    at = (len(content) - size) // 2
    content[at : at + size] = random.Random(path.suffix).randbytes(size)
    path.write_bytes(content)


def deleted(path: Path) -> None:
    """The file is gone."""
    path.unlink()


def replaced_by_text(path: Path) -> None:
    """Something else has its name."""
    path.write_text("This is no part of an index. " * 200)


DAMAGES: tuple[Callable[[Path], None], ...] = (
    *(truncated_to_nothing, truncated_in_half, random_block, deleted, replaced_by_text),
)
