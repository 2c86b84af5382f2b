"""YAML front matter, as Markdown tools put it before a text."""

from __future__ import annotations

import re
from typing import Any

from rag.errors import DocumentError
from rag.formats.extracted import Metadata
from rag.text.characters import printable_line
from rag.text.dates import date_range

FIELDS = ("title", "outlet", "author", "published", "published_basis", "url", "language")
_NOTHING = (None, "", "~", "null")  # how YAML writes that there is no value
# Between rules that are further apart there is text.
_MAX_FRONT_MATTER = 20_000  # characters
_FRONT_MATTER = re.compile(
    rf"\A---[ \t]*\r?\n(.{{0,{_MAX_FRONT_MATTER}}}?\r?\n)??---[ \t]*(?:\r?\n|\Z)", re.DOTALL
)
_TIME_OF_DAY = re.compile(r"(?<=\d{4}-\d\d-\d\d)[T ]\d\d?:\d\d.{0,20}\Z")
_MAX_SHOWN = 40  # characters of a wrong value that are repeated to the user


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
