"""Title, outlet, author and date of an article: from front matter, or from its first lines."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from rag.dates import MONTHS, date_range
from rag.errors import DocumentError

Metadata = dict[str, Any]

FIELDS = ("title", "outlet", "author", "published", "published_basis", "url", "language")
NOTHING = (None, "", "~", "null")  # how YAML writes that there is no value
FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?\r?\n)---[ \t]*\r?\n", re.DOTALL)
HEADER_LINES = 6  # a dateline stands near the top; further down a date belongs to the story
MAX_HEADER_LINE = 90  # characters; a longer line is a sentence of the story
MAX_TITLE = 200  # characters

_MONTHS = "|".join(MONTHS)
DATE = re.compile(
    rf"\b(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})\b"
    rf"|\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month>{_MONTHS})\.?,?\s+(?P<year>\d{{4}})\b"
    rf"|\b(?P<month2>{_MONTHS})\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year2>\d{{4}})\b",
    re.IGNORECASE,
)


def split_front_matter(text: str) -> tuple[str, str]:
    """Separate YAML front matter from the text that follows it, both unaltered.

    Returns ``("", text)`` where there is none.
    """
    match = FRONT_MATTER.match(text)
    return (match.group(1), text[match.end() :]) if match else ("", text)


def from_front_matter(header: str) -> Metadata:
    """The known fields of a YAML header; others are ignored.

    Raises:
        DocumentError: the header is not YAML, or its date is none.
    """
    import yaml

    try:
        # BaseLoader leaves every value a string: 2024-13-45 is to be our error, not YAML's.
        fields = yaml.load(header, Loader=yaml.BaseLoader)  # noqa: S506 (it makes strings only)
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise DocumentError(f"its front matter is not valid YAML ({reason}); mend it.") from error
    if not isinstance(fields, dict):
        return {}
    meta = {name: str(fields[name]) for name in FIELDS if fields.get(name) not in NOTHING}
    if "published" in meta:
        meta["published"] = _iso(meta["published"])
    return meta


def guess(text: str, stem: str, *, known: Metadata) -> Metadata:
    """Title and date that ``known`` lacks, from the first lines and the file's name.

    Args:
        text: the article.
        stem: its file name without the ending.
        known: what is already known.
    """
    lines = [line.strip() for line in text[:4000].splitlines() if line.strip()][:HEADER_LINES]
    found: Metadata = {}
    if "title" not in known:
        found["title"] = lines[0] if lines and _is_title(lines) else stem
    if "published" not in known:
        short = [line for line in lines if len(line) <= MAX_HEADER_LINE]
        stated = next((day for line in short if (day := find_date(line))), None)
        named = find_date(stem)
        if stated or named:
            found["published"] = stated or named
            found["published_basis"] = (
                "stated: in the first lines" if stated else "inferred: from the file name"
            )
    return found


def _is_title(lines: list[str]) -> bool:
    """Whether the first of some lines is a title: short, no sentence, no date, not alone."""
    first = lines[0]
    ends = (".", "…", ",", ";", "。", "।")
    return (
        len(lines) > 1
        and len(first) <= MAX_TITLE
        and not (first.endswith(ends) or DATE.search(first))
    )


def find_date(line: str) -> str | None:
    """The first full date in a line as ISO 8601, if there is one."""
    match = DATE.search(line)
    if match is None:
        return None
    if match["iso"]:
        day = match["iso"]
    else:
        month = MONTHS.index((match["month"] or match["month2"]).lower()) + 1
        day = (
            f"{match['year'] or match['year2']}-{month:02}-{int(match['day'] or match['day2']):02}"
        )
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        return None


def _iso(shown: str) -> str:
    if not re.fullmatch(r"\d{4}(-\d{2}){0,2}", shown):
        raise DocumentError(f"its published date {shown!r} is none; write YYYY-MM-DD or YYYY-MM.")
    try:
        date_range(shown)
    except ValueError as error:
        raise DocumentError(f"its published date {shown!r} does not exist ({error}).") from error
    return shown
