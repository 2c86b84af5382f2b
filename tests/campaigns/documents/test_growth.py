"""Text that nearly matches a pattern, again and again: time must grow as the text does.

Time is that of the processor, so that what else runs on the machine does not count.
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

import rag
from rag.answering.marks import read_marks
from rag.documents.loading import load, sentences_of
from rag.text.terms import term_string
from rag.text.time_expressions import find_times
from tests.campaigns.outcomes import Outcome, Record

SIZE, TIMES = 6_000, 8  # characters, and how many times as many
MOST_TIMES = 24  # as long; what is quadratic takes 64 times
NEGLIGIBLE = 0.25  # seconds
SEEDS = [*json.loads(Path(__file__).with_name("seeds.json").read_text("utf-8")), "x" * 699 + " "]


def read(text: str, ending: str) -> None:
    sentences_of(load(text.encode(), f"a.{ending}"))


# Where a seed is put, what reads that, and of how many characters first: front matter and
# sentences are never long.
READERS: dict[str, tuple[Callable[[str], object], int]] = {
    "a text": (lambda text: read(f"A title\n{text} end", "txt"), SIZE),
    "a note": (lambda text: read(f"[ed. note {text} end", "txt"), SIZE),
    "front matter": (lambda text: read(f"---\ntitle: {text}\n---\nend", "txt"), SIZE // 3),
    "terms": (term_string, SIZE),
    "times": (lambda text: find_times(text, "2024-01-01"), SIZE // 4),
    "marks": (read_marks, SIZE // 4),
    "Markdown": (lambda text: read(f"# A\n\n{text}\n\nend", "md"), SIZE // 2),
    "a page": (
        lambda text: read(f"<html><body><p>{text}</p><p>end of a story", "html"),
        SIZE // 2,
    ),
}


@pytest.mark.parametrize("place", READERS)
def test_near_matches_take_linear_time(place: str, record: Record, small: bool) -> None:
    """Eight times as much of each seed takes some eight times as long."""
    reader, size = READERS[place]
    found = []
    for seed in SEEDS[::10] if small else SEEDS:
        short, long = seconds(reader, seed, size), seconds(reader, seed, size * TIMES)
        if is_superlinear(short, long):  # or something else took the time: once more
            short = max(short, seconds(reader, seed, size))
            long = min(seconds(reader, seed, size * TIMES) for _ in range(3))
        grown = f"{short:.3f} s, then {long:.3f} s" if is_superlinear(short, long) else ""
        name = f"{seed[:20].encode('unicode_escape').decode()} in {place}"
        result = "superlinear" if grown else "linear"
        found.append(Outcome("near matches without end", name, result, grown))
    record(found)


def is_superlinear(short: float, long: float) -> bool:
    return long > NEGLIGIBLE and long > MOST_TIMES * short


def seconds(reader: Callable[[str], object], seed: str, size: int) -> float:
    text = (seed * (size // len(seed) + 1))[:size]
    gc.disable()  # what is collected is not what is measured
    began = time.process_time()
    with suppress(rag.RagError):
        reader(text)
    spent = time.process_time() - began
    gc.enable()
    return spent
