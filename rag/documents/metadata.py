"""Title, outlet, author and date of an article: from front matter, or from its first lines."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

from rag.errors import DocumentError
from rag.text.dates import ANY_MONTH, MONTHS, date_range

Metadata = dict[str, Any]

FIELDS = ("title", "outlet", "author", "published", "published_basis", "url", "language")
_NOTHING = (None, "", "~", "null")  # how YAML writes that there is no value
# Between rules that are further apart there is text.
_MAX_FRONT_MATTER = 20_000  # characters
_FRONT_MATTER = re.compile(
    rf"\A---[ \t]*\r?\n(.{{0,{_MAX_FRONT_MATTER}}}?\r?\n)??---[ \t]*(?:\r?\n|\Z)", re.DOTALL
)
_HEADER_LINES = 6  # a dateline stands near the top; further down a date belongs to the story
_MAX_HEADER_LINE = 90  # characters; a longer line is a sentence of the story
_TIME_OF_DAY = re.compile(r"(?<=\d{4}-\d\d-\d\d)[T ]\d\d?:\d\d.{0,20}\Z")
_MAX_TITLE = 200  # characters
_MAX_SHOWN = 40  # characters of a wrong value that are repeated to the user

# Words that a line with the date may have in lower case; any other makes it a sentence.
_DATELINE_WORDS = frozenset(
    "a.m am and at by from in last modified of on p.m pm posted published the"
    " time updated written".split()
)
_SENTENCE_ENDS = (".", "!", "?", "…")

_DATE = re.compile(
    rf"\b(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})\b"
    rf"|\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month>{ANY_MONTH})\.?,?\s+(?P<year>\d{{4}})\b"
    rf"|\b(?P<month2>{ANY_MONTH})\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year2>\d{{4}})\b",
    re.IGNORECASE,
)


def split_front_matter(text: str) -> tuple[Metadata, str]:
    """Separate YAML front matter from the text that follows it, which stays unaltered.

    Returns the known fields, others are ignored, and the text. Where there is no front matter,
    or only a rule above and below some words, all is text.

    Raises:
        DocumentError: the front matter is not YAML, a field is not plain text, or the date is
            no date.
    """
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, text
    fields = _from_yaml(match.group(1) or "")
    if fields is None:
        return {}, text
    meta = {name: _plain(name, fields[name]) for name in FIELDS if name in fields}
    meta = {name: value for name, value in meta.items() if value not in _NOTHING}
    if "published" in meta:
        meta["published"] = _iso(meta["published"])
    return meta, text[match.end() :]


def _from_yaml(header: str) -> dict[str, Any] | None:
    """Return the mapping that lines of YAML write down, if it is one."""
    import yaml

    if not header.strip():
        return {}
    try:
        # BaseLoader leaves every value a string, so that 2024-13-45 is reported as no date here.
        fields = yaml.load(header, Loader=yaml.BaseLoader)  # noqa: S506 (it makes strings only)
    except yaml.YAMLError as error:
        reason = printable_line(str(error))[:200]
        raise DocumentError(f"its front matter is not valid YAML ({reason}); fix it.") from error
    return fields if isinstance(fields, dict) else None


def _plain(name: str, value: Any) -> str:
    """Return a field as text; of a list, as of authors, all items."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    if not isinstance(value, str):
        raise DocumentError(f"its front matter gives no plain text for {name!r}; fix it.")
    return value


def printable_line(value: str) -> str:
    """Return a value on one line, without the characters that control a terminal or a page."""
    shown = "".join(char if unicodedata.category(char) != "Cc" else " " for char in value)
    return " ".join(shown.split())


def guess(text: str, stem: str, *, known: Metadata) -> Metadata:
    """Guess the title and date that ``known`` lacks from the first lines and the file's name.

    Args:
        text: the article.
        stem: its file name without the ending.
        known: what is already known.
    """
    lines = [line.strip() for line in text[:4000].splitlines() if line.strip()][:_HEADER_LINES]
    found: Metadata = {}
    if "title" not in known:
        found["title"] = printable_line(lines[0] if lines and _is_title(lines) else stem)
    if "published" not in known:
        stated = next(
            (day for line in lines if _is_dateline(line) and (day := find_date(line))), None
        )
        named = find_date(stem.replace("_", " "))
        if stated or named:
            found["published"] = stated or named
            found["published_basis"] = (
                "stated: in the first lines" if stated else "inferred: from the file name"
            )
    return found


def _is_title(lines: list[str]) -> bool:
    """Return whether the first of some lines is a title: short, no sentence, no date, not alone."""
    first = lines[0]
    ends = (".", "…", ",", ";", "。", "।")
    return (
        len(lines) > 1
        and any(char.isalnum() for char in first)
        and len(first) <= _MAX_TITLE
        and not (first.endswith(ends) or _DATE.search(first))
    )


def _is_dateline(line: str) -> bool:
    """Return whether a line may give the date of the article: it is short, and no sentence."""
    small = {word.strip(".,:;") for word in line.split() if word[0].islower()}
    sentence = line.endswith(_SENTENCE_ENDS) and not small <= _DATELINE_WORDS
    return len(line) <= _MAX_HEADER_LINE and not sentence


def find_date(line: str) -> str | None:
    """Return the first full date in a line as ISO 8601, if there is one."""
    match = _DATE.search(line)
    if match is None:
        return None
    if match["iso"]:
        day = match["iso"]
    else:
        named = (match["month"] or match["month2"]).lower()
        month = next(at for at, name in enumerate(MONTHS, 1) if name.startswith(named[:3]))
        day = (
            f"{match['year'] or match['year2']}-{month:02}-{int(match['day'] or match['day2']):02}"
        )
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        return None


def _iso(shown: str) -> str:
    shown = _TIME_OF_DAY.sub("", shown)
    if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", shown):
        quoted = shown if len(shown) <= _MAX_SHOWN else f"{shown[:_MAX_SHOWN]} …"
        raise DocumentError(
            f"its published date {quoted!r} is not a date; write YYYY-MM-DD or YYYY-MM."
        )
    try:
        date_range(shown)
    except ValueError as error:
        raise DocumentError(f"its published date {shown!r} does not exist ({error}).") from error
    return shown
