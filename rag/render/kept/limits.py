"""Say of which documents a question was asked, and what to try where they do not answer it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

# What a question may be asked of that is more than its filters let in.
_WIDER = {
    "documents": "more documents",
    "since": "a longer time",
    "until": "a longer time",
    "outlets": "more publishers",
}
IN_ALL = "documents_in_all"  # beside the filters of a question: how many documents there were


def limits_text(filters: object) -> str:
    """Return the filters of a question as a sentence, empty without any.

    Args:
        filters: since, until, outlets and documents, and maybe :data:`IN_ALL`.
    """
    if not isinstance(filters, dict):
        return ""
    since, until, outlets = (filters.get(name) for name in ("since", "until", "outlets"))
    chosen = filters.get("documents")
    documents = "documents" if chosen is None else _chosen(chosen, filters.get(IN_ALL))
    said = [
        f"since {since}" if since else "",
        f"until {until}" if until else "",
        f"of {', '.join(outlets)}" if outlets else "",
    ]
    limits = ", ".join(filter(None, said))
    if chosen is None and not limits:
        return ""
    return f"Asked of {' '.join(filter(None, (documents, limits)))} only."


def what_to_try(filters: Mapping[str, Any], *, near: bool) -> str:
    """Return what one can do where nothing answers: of the filters, only what was set is widened.

    Args:
        filters: as for :func:`limits_text`.
        near: whether passages follow that come near.
    """
    wider = list(dict.fromkeys(said for name, said in _WIDER.items() if filters.get(name)))
    if near:
        tried = ", or ".join(["the names and words that the documents use", *wider])
        return f"Try {tried}. These passages come nearest:"
    return f"Try {', '.join(['other words', *wider])}, or add documents that say it."


def _chosen(documents: Sequence[str], in_all: object) -> str:
    count = len(documents)
    if isinstance(in_all, int) and in_all >= count:
        return f"{count:,} of {in_all:,} documents"
    return "1 chosen document" if count == 1 else f"{count:,} chosen documents"
