"""Wordings and spans: does a text hold a wording, does one span hold another."""

from __future__ import annotations

import re
import unicodedata

APOSTROPHES = re.compile("[’‘ʼʻ`´ʿʾ]")
QUOTATION_MARKS = re.compile("[“”„«»]")
DASHES = re.compile("[‐‑–—]")
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")


def normalise(text: str) -> str:
    """One spelling for what typography writes in several: case, quotes, dashes, 2,500 and 2500."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = APOSTROPHES.sub("'", text)
    text = QUOTATION_MARKS.sub('"', text)
    text = DASHES.sub("-", text)
    return " ".join(THOUSANDS.sub("", text).split())


def contains(text: str, wording: str) -> bool:
    """Whether a text holds a wording as whole words: "24" is not in "2024", nor "2" in "2.5"."""
    wanted = re.escape(normalise(wording))
    return re.search(rf"(?<!\w)(?<!\d\.){wanted}(?!\w)(?!\.\d)", normalise(text)) is not None


def overlap(first: tuple[int, int], second: tuple[int, int]) -> int:
    """Characters that two spans share; ends are exclusive."""
    return max(0, min(first[1], second[1]) - max(first[0], second[0]))
