"""Title and date of an article, guessed from its first lines and the name of its file."""

from __future__ import annotations

import re
from datetime import date

from rag.formats.extracted import Metadata
from rag.text.characters import printable_line
from rag.text.dates import ANY_MONTH, MONTHS

_HEADER_LINES = 6  # a dateline stands near the top; further down a date belongs to the story
_MAX_HEADER_LINE = 90  # characters; a longer line is a sentence of the story
_MAX_TITLE = 200  # characters

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
