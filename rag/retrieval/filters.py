"""Check questions and filters as a user types them, before anything is done with them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TypedDict

from rag.errors import FilterError, QuestionError
from rag.index.catalog import Catalog
from rag.index.passages import documents_named
from rag.text.dates import date_range
from rag.types import Scope

_MAX_QUESTION = 4_000  # characters; the embedder reads about the first thousand
_MAX_TEXT = 200_000  # characters to check at once, some 30,000 words; each sentence takes a search
_MOST_COMPARED = 5_000  # paths that a misspelt one is compared with, in some tenths of a second
_NAMING = 'give the id of a document, its path within the folder, or a folder that ends in "/"'
_WHAT_TO_DO = {"question": "ask something", "text": "give one to check"}


class FilterOptions(TypedDict, total=False):
    """Keywords that restrict which articles are looked at; each may be left out.

    ``since`` and ``until`` are ISO 8601 dates of day, month or year precision, both included;
    ``outlets`` are names of outlets, in any case; a part of a name will do. ``documents`` are ids
    of articles or paths within the folder, where one that ends in "/" is a folder with all in it.
    """

    since: str | None
    until: str | None
    outlets: Sequence[str] | None
    documents: Sequence[str] | None


def check_question(question: object) -> str:
    """Return a question without surrounding white space.

    Raises:
        QuestionError: it is not text, holds no word, or is longer than 4,000 characters.
    """
    return _words(question, "question", _MAX_QUESTION)


def check_text_given(text: object) -> str:
    """Return a text to be checked, without surrounding white space.

    Raises:
        QuestionError: it is not text, holds no word, or is longer than 200,000 characters.
    """
    return _words(text, "text", _MAX_TEXT)


def _words(given: object, what: str, most: int) -> str:
    if not isinstance(given, str):
        raise QuestionError(f"A {what} must be text, not {type(given).__name__}.")
    given = given.strip()
    if not given:
        raise QuestionError(f"The {what} is empty; {_WHAT_TO_DO[what]}.")
    if len(given) > most:
        raise QuestionError(f"The {what} has {len(given):,} characters; shorten it to {most:,}.")
    if "\0" in given or not re.search(r"\w", given):
        raise QuestionError(f"The {what} holds no words; write it in words.")
    try:
        given.encode("utf-8")
    except UnicodeEncodeError as error:
        raise QuestionError(f"The {what} is not valid text; check its encoding.") from error
    return given


def check_range(since: str | None, until: str | None) -> tuple[str | None, str | None]:
    """Return the first and the last day of a range between two dates.

    Args:
        since, until: ISO 8601 dates of day, month or year precision, both included.

    Raises:
        FilterError: a date is not valid, or ``since`` is after ``until``.
    """
    first, last = _day(since, "since", 0), _day(until, "until", 1)
    if first and last and first > last:
        raise FilterError(f"No day is both since {since} and until {until}; swap the two.")
    return first, last


def read_scope(
    catalog: Catalog,
    *,
    since: str | None = None,
    until: str | None = None,
    outlets: Sequence[str] | None = None,
    documents: Sequence[str] | None = None,
) -> Scope | None:
    """Return the articles that filters restrict to, or None without a filter.

    Args:
        catalog: the articles.
        since, until: ISO 8601 dates of day, month or year precision, both included.
        outlets: names of outlets, in any case; a part of a name will do.
        documents: ids of articles or paths; a path that ends in "/" is a folder.

    Raises:
        FilterError: a date is not valid, ``since`` is after ``until``, no article is from such an
            outlet, or there is no such document.
    """
    if since is None and until is None and not outlets and documents is None:
        return None
    first, last = check_range(since, until)
    names = tuple(dict.fromkeys(_outlets(catalog.outlets(), outlets))) if outlets else None
    chosen = None if documents is None else _documents(catalog, documents)
    return Scope(first, last, names, chosen)


def _day(value: str | None, name: str, end: int) -> str | None:
    if value is None:
        return None
    try:
        if not re.fullmatch(r"\d{4}(-\d{2}){0,2}", str(value)):
            raise ValueError(value)
        days = date_range(str(value))
    except ValueError as error:
        raise FilterError(
            f"{name}: {value!r} is not a date; write it as 2024-01-25, 2024-01 or 2024."
        ) from error
    return days[end].isoformat() if days else None


def _outlets(known: Sequence[str], wanted: Sequence[str]) -> list[str]:
    found: list[str] = []
    for name in wanted:
        matches = [outlet for outlet in known if name.casefold() in outlet.casefold()]
        if not matches or not name.strip():
            near = get_close_matches(name, known, n=3, cutoff=0.3) or known[:5]
            raise FilterError(
                f"No document is from an outlet {name!r}; there are: {', '.join(near) or 'none'}."
            )
        found += matches
    return found


def _documents(catalog: Catalog, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of the articles that some names mean, each once."""
    listed = isinstance(wanted, Sequence) and not isinstance(wanted, str)
    if not listed or not all(isinstance(name, str) for name in wanted):
        raise FilterError(f"documents: must be a list; {_NAMING}.")
    if not wanted:
        raise FilterError("No document is chosen; choose one or more, or ask all of them.")
    found: dict[str, None] = {}
    for name in wanted:
        try:
            named = documents_named(catalog, name.removeprefix("./"))
        except UnicodeEncodeError as error:
            raise FilterError(f"documents: {name!r} is not valid text; {_NAMING}.") from error
        if not named:
            raise FilterError(_unknown(catalog, name))
        found |= dict.fromkeys(named)
    return tuple(found)


def _unknown(catalog: Catalog, name: str) -> str:
    """Return what is to be said of a document that is not among the articles."""
    unread = dict(catalog.skipped()).get(name)
    if unread is not None:
        return f"{name} was not read: {unread}"
    if name and documents_named(catalog, f"{name}/"):
        return f'{name!r} is a folder; end its name in "/" for all documents in it.'
    paths = list(catalog.files())[:_MOST_COMPARED]
    near = get_close_matches(name, paths, n=3, cutoff=0.3) or paths[:5]
    return f"There is no document {name!r}; {_NAMING}; there are: {', '.join(near) or 'none'}."
