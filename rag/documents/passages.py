"""Sentences to passages: as many whole sentences as the embedder reads, with overlap."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.types import Mark, Passage, Sentence

OVERLAP = 1  # sentences repeated from the passage before, so that none loses its context

Counted = tuple[Sentence, int]


def make_passages(
    article_id: str,
    sentences: Sequence[Sentence],
    tokens: Sequence[int],
    marks: Sequence[Mark],
    *,
    max_tokens: int,
) -> list[Passage]:
    """Group the sentences of an article into passages.

    No passage covers clutter or mixes an aside with the article's own words.

    Args:
        article_id: the article.
        sentences: its sentences in order.
        tokens: the embedder's token count of each sentence.
        marks: the clutter and asides of the article.
        max_tokens: the most that a passage may count; a longer sentence stands alone.
    """
    passages = []
    prose = any(sentence.kind != "heading" for sentence in sentences)  # or a list, or a table
    for run in _runs(list(zip(sentences, tokens, strict=True)), marks):
        if prose and all(sentence.kind == "heading" for sentence, _ in run):
            continue  # a heading alone says nothing, and the title goes with every passage
        for window in _windows(run, max_tokens):
            start, end = window[0][0].start, window[-1][0].end
            kind = "aside" if window[0][0].kind == "aside" else "text"
            passages.append(
                Passage(f"{article_id}:{start}-{end}", article_id, start, end, kind)  # type: ignore[arg-type]
            )
    return passages


def _runs(counted: list[Counted], marks: Sequence[Mark]) -> Iterator[list[Counted]]:
    """Sentences with neither clutter nor the edge of an aside between them."""
    clutter = [mark.start for mark in marks if mark.kind == "clutter"]
    run: list[Counted] = counted[:1]
    for (before, _), item in pairwise(counted):
        after = item[0]
        parted = bisect_left(clutter, before.end) != bisect_left(clutter, after.start)
        if parted or (before.kind == "aside") != (after.kind == "aside"):
            yield run
            run = []
        run.append(item)
    if run:
        yield run


def _windows(run: list[Counted], max_tokens: int) -> Iterator[list[Counted]]:
    first = 0
    while True:
        last, total = first, run[first][1]
        while last + 1 < len(run) and total + run[last + 1][1] <= max_tokens:
            last += 1
            total += run[last][1]
        if last + 1 == len(run):
            yield run[first:]
            return
        # A heading belongs to what follows it.
        while last > first and run[last][0].kind == "heading":
            last -= 1
        yield run[first : last + 1]
        first = max(first + 1, last + 1 - OVERLAP)
