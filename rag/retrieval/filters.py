"""Questions and filters as a user types them, checked before anything is done with them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from rag.dates import date_range
from rag.errors import FilterError, QuestionError
from rag.index.catalog import Catalog

MAX_QUESTION = 4_000  # characters; the embedder reads about the first thousand


def check_question(question: object) -> str:
    """The question without surrounding white space.

    Raises:
        QuestionError: it is not text, holds no word, or is longer than MAX_QUESTION.
    """
    if not isinstance(question, str):
        raise QuestionError(f"A question must be text, not {type(question).__name__}.")
    question = question.strip()
    if not question:
        raise QuestionError("The question is empty; ask something.")
    if len(question) > MAX_QUESTION:
        raise QuestionError(
            f"The question has {len(question):,} characters; shorten it to {MAX_QUESTION:,}."
        )
    if "\0" in question or not re.search(r"\w", question):
        raise QuestionError("The question holds no words; ask it in words.")
    try:
        question.encode("utf-8")
    except UnicodeEncodeError as error:
        raise QuestionError("The question is not valid text; check its encoding.") from error
    return question


def select_articles(
    catalog: Catalog, since: str | None, until: str | None, outlets: Sequence[str] | None
) -> list[str] | None:
    """Ids of the articles that pass a filter, or None where there is no filter.

    Args:
        catalog: the articles.
        since, until: ISO 8601 dates of day, month or year precision, both included.
        outlets: names of outlets, in any case; a part of a name will do.

    Raises:
        FilterError: a date is none, the dates are the wrong way round, or no
            article is from such an outlet.
    """
    if since is None and until is None and not outlets:
        return None
    first, last = _day(since, "since", 0), _day(until, "until", 1)
    if first and last and first > last:
        raise FilterError(f"No day is both since {since} and until {until}; swap the two.")
    names = _outlets(catalog.outlets(), outlets) if outlets else None
    return catalog.select(first, last, names)


def _day(value: str | None, name: str, end: int) -> str | None:
    if value is None:
        return None
    try:
        if not re.fullmatch(r"\d{4}(-\d{2}){0,2}", str(value)):
            raise ValueError(value)
        days = date_range(str(value))
    except ValueError as error:
        raise FilterError(
            f"{name}: {value!r} is no date; write it as 2024-01-25, 2024-01 or 2024."
        ) from error
    return days[end].isoformat() if days else None


def _outlets(known: Sequence[str], wanted: Sequence[str]) -> list[str]:
    found: list[str] = []
    for name in wanted:
        matches = [outlet for outlet in known if name.casefold() in outlet.casefold()]
        if not matches or not name.strip():
            near = get_close_matches(name, known, n=3, cutoff=0.3) or known[:5]
            raise FilterError(
                f"No article is from an outlet {name!r}; there are: {', '.join(near) or 'none'}."
            )
        found += matches
    return found
