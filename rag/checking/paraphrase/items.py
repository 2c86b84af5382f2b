"""Find evidence that stands under another heading than the one that a claim names.

"Consent was given unanimously" under "Item 3: Return of the painting" does not support that
consent was given to the acquisition fund, if "Item 4: Acquisition fund" is of the same minutes.
Such a heading can only take support away, and only where the claim has all of its words: news with
subheadings is cited under any of them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

from rag.checking.statement import analyzed
from rag.text.blocks import HEADER_LEVEL, heading_path
from rag.types import Article

_NUMBERING = re.compile(r"^\W*(?:[^\W\d]+\s+)?\d+(?:\.\d+)*\W+")  # "Item 4: ", "2.1 "
_LETTER = re.compile(r"(?<=\w )[A-Z]\b(?!\.)")


class _Heading(NamedTuple):
    """A heading, with its terms but for its number."""

    start: int
    end: int
    named: frozenset[str]


def is_of_other_item(claim: str, article: Article, start: int) -> bool:
    """Return whether a claim names another section of a document than the one of its evidence.

    A section reaches to the next heading of any level.

    Args:
        claim: the claim.
        article: the document.
        start: where the evidence begins, 0-based, in characters.
    """
    heads = _headings(article)
    at = bisect_right(heads, start, key=lambda head: head.start) - 1
    if at < 0:
        return False
    said, own = _terms(claim), heads[at]
    if own.named and own.named <= said:
        return False
    others = [head.named for head in heads if head.named and head.named <= said]
    if not others:
        return False
    end = heads[at + 1].start if at + 1 < len(heads) else len(article.text)
    above = " ".join(heading_path(article.text, article.blocks, own.end))
    held = _terms(f"{above}\n{article.text[own.start : end]}")
    return any(not each <= held for each in others)


@lru_cache(maxsize=32)  # a claim is held against several sentences of each document
def _headings(article: Article) -> tuple[_Heading, ...]:
    return tuple(
        _Heading(
            block.start,
            block.end,
            _terms(_NUMBERING.sub("", article.text[block.start : block.end])),
        )
        for block in article.blocks
        if block.kind == "heading" and block.level != HEADER_LEVEL and block.start > 0
    )


def _terms(text: str) -> frozenset[str]:
    """Return the terms of a text, and its letters that tell things apart: "cohort B"."""
    return analyzed(text).terms | frozenset(_LETTER.findall(text))
