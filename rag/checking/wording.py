"""Are the words of a sentence those of its source: all, most, or only the names."""

from __future__ import annotations

import re

from rag.checking.claim import Claim
from rag.checking.numbers import numbers_in
from rag.documents.terms import Term

# Share of a sentence's meaningful words that its source must hold.
MOSTLY = 0.6
PARTLY = 0.4
# New words and new pairs of words that make a sentence more than its source, and the share from
# which they do: hardly a faithful sentence of evals/written/dev.jsonl has as many.
MUCH = 11
TOO_MUCH = 0.3
FEW = 2  # words that are no names; of so few each one matters
FOREIGN = 3  # words of a clause of which the source has none
_CLAUSE = re.compile(r"[,;:—–(]|\b(?:and|but|while|which|so)\b", re.IGNORECASE)


def is_mostly_foreign(claim: Claim) -> str | None:
    """Whether most of it is not the source's."""
    if claim.coverage < PARTLY:
        return "the source says little or nothing of it"
    return None


def is_partly_foreign(claim: Claim) -> str | None:
    """Whether much of it is not the source's."""
    new, of = claim.new
    if claim.coverage < MOSTLY or (new >= MUCH and new > of * TOO_MUCH):
        return "the source says only part of it"
    return None


def has_foreign_clause(claim: Claim) -> str | None:
    """Whether a clause is joined to it of which the source says nothing.

    However near the rest is to the source, that clause is no part of it.
    """
    text = claim.said.text
    edges = [0, *(at for found in _CLAUSE.finditer(text) for at in found.span()), len(text)]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        own = [term for term in claim.own if start <= term.start < end]
        if len(_common(claim, own)) >= FOREIGN and not any(map(claim.whole.holds, own)):
            return f"the source says nothing of “{text[start:end].strip()}”"
    return None


def shares_names_alone(claim: Claim) -> str | None:
    """Whether hardly more than names, of which anything may be said, is the source's."""
    common = _common(claim, claim.own)
    new = [term for term in common if not claim.whole.holds(term)]
    if new and len(new) == len(common):
        return "the source has no more of it than names"
    if new and len(common) <= FEW:
        return f"the source does not say “{claim.said.text[new[0].start : new[0].end]}”"
    return None


def _common(claim: Claim, terms: list[Term]) -> list[Term]:
    """Words that are neither names nor numbers."""
    numbers = numbers_in(claim.said.text)
    return [
        term
        for term in terms
        if not (claim.is_name(term) or any(n.start <= term.start < n.end for n in numbers))
    ]
