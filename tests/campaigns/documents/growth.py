"""Text that nearly matches, again and again: eight times as much may take some eight times as long.

Time is that of the processor, so that what else runs on the machine has no say in it.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import product

import rag
from rag.answering.marks import read_marks
from rag.documents.loading import load, sentences_of
from rag.text.terms import term_string
from rag.text.times import find_times
from tests.campaigns.outcomes import Outcome

CAMPAIGN = "near matches without end"
SIZE, TIMES = 6_000, 8  # characters, and how many times as many
MOST_TIMES = 24  # as long; what is quadratic takes 64 times
NEGLIGIBLE = 0.25  # seconds
SEEDS = (
    *('"', "“", "«", '"a" b ', '"a', "(", "[", "([", "[(", ")", "((a)", "a (b) ", "(Reuters) "),
    *(
        "[ed. note ",
        "(ed.: (",
        "[editor's note (",
        "(ed. ",
        "[ed. note [a] ",
        "( ",
        "editor's note ",
    ),
    *(
        "a.",
        "A.",
        "U.S. ",
        "U.S.",
        "...",
        ". ",
        "! ",
        "1",
        "1,",
        "1.",
        "1,1 ",
        "a'",
        "'",
        "’s",
        "…",
    ),
    *(
        "a\u0301",
        "\u0301",
        "\u200b",
        "\n",
        "\r",
        "\r\n",
        " ",
        "\t",
        "\u2028",
        "\f",
        "\n\n",
        "a\n",
        "A\n",
    ),
    *(
        "\u00a0",
        "\u3000",
        " a",
        "word ",
        "Word ",
        "Word\n",
        "x" * 699 + " ",
        "x" * 120 + "\n",
        "。",
        "؟ ",
    ),
    *(
        "share this ",
        "share it facebook ",
        "share it,",
        "follow us on ",
        "Happy\n50%\n",
        "1 comment\n",
    ),
    *("home\nshare:\n", "subscribe to read ", "read more ", "does not share the views or views "),
    *(
        "the digest brings your ",
        "a" * 60 + " disable",
        "you have read your ",
        "related:",
        "Related: ",
    ),
    *(
        "---\n",
        "---\na: b\n",
        "\n---",
        "---\n\n",
        "- ",
        "a: ",
        "a: [",
        "? ",
        "&a ",
        "*a ",
        "!!a ",
        "| ",
    ),
    *(
        "in 2024 ",
        "January ",
        "1 January ",
        "2024-01-0",
        "the end of ",
        "early ",
        "two weeks ",
        "may ",
    ),
    *(
        "the very end of the ",
        "within the next ",
        "last ",
        "1st of ",
        "on Monday ",
        "at the time ",
        "a few ",
    ),
    *("may be by ", "Jan. 1, ", "in the early ", "12 years after ", "the 2000 soldiers ", "of "),
    *(
        "[1]",
        "[1, ",
        "[1-",
        "【1†",
        "(Source: ",
        "Source 1 ",
        "[1](#",
        "```\n",
        "<think>",
        "</",
        "**a",
    ),
    *(
        "- [1] ",
        "#",
        "1. ",
        "<",
        "<a ",
        "&",
        "\\",
        "_",
        "`",
        "|",
        "[a](",
        "![",
        "> ",
        "http://a.",
        "é",
        "中",
    ),
)


def _read(text: str, ending: str) -> None:
    article = load(text.encode(), f"a.{ending}")
    sentences_of(article)


# Where a seed is put, who reads that, and of how many characters first: front matter and
# sentences are never long.
READERS: dict[str, tuple[Callable[[str], object], int]] = {
    "a text": (lambda text: _read(f"A title\n{text} end", "txt"), SIZE),
    "a note": (lambda text: _read(f"[ed. note {text} end", "txt"), SIZE),
    "front matter": (lambda text: _read(f"---\ntitle: {text}\n---\nend", "txt"), SIZE // 3),
    "terms": (term_string, SIZE),
    "times": (lambda text: find_times(text, "2024-01-01"), SIZE // 4),
    "marks": (read_marks, SIZE // 4),
    "Markdown": (lambda text: _read(f"# A\n\n{text}\n\nend", "md"), SIZE // 2),
    "a page": (
        lambda text: _read(f"<html><body><p>{text}</p><p>end of a story", "html"),
        SIZE // 2,
    ),
}


def near_matches() -> Iterator[Outcome]:
    """Each seed in each place, at two sizes: whether time grows with the text, or faster."""
    for (place, (reader, size)), seed in product(READERS.items(), SEEDS):
        short = _seconds(reader, seed, size)
        long = _seconds(reader, seed, size * TIMES)
        if _has_grown(short, long):  # or something else took the time: once more
            short = max(short, _seconds(reader, seed, size))
            long = min(_seconds(reader, seed, size * TIMES) for _ in range(3))
        grown = _has_grown(short, long)
        detail = f"{short:.3f} s, then {long:.3f} s" if grown else ""
        name = f"{seed[:20].encode('unicode_escape').decode()} in {place}"
        yield Outcome(CAMPAIGN, name, "superlinear" if grown else "linear", not grown, detail)


def _has_grown(short: float, long: float) -> bool:
    return long > NEGLIGIBLE and long > MOST_TIMES * short


def _seconds(reader: Callable[[str], object], seed: str, size: int) -> float:
    text = (seed * (size // len(seed) + 1))[:size]
    gc.disable()  # what is collected is not what is measured
    began = time.process_time()
    with suppress(rag.RagError):
        reader(text)
    spent = time.process_time() - began
    gc.enable()
    return spent
