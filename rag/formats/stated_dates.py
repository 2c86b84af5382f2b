"""Dates as documents state them about themselves, in any of the usual forms."""

from __future__ import annotations

import re

from rag.text.dates import ANY_MONTH, MONTHS
from rag.text.written_dates import iso_date

_MAX_DATE = 60  # characters; what is longer is no date
_TIME = (
    r"(?:(?:[T ,]|at |um )*\d{1,2}[:.h]\d\d(?:[:.]\d\d(?:[.,]\d{1,9})?)?"
    r"(?:\s*[ap]\.?m\.?)?(?:\s*(?:Z|UTC|GMT|[A-Z]{2,5}|[+-]\d\d:?\d\d))*(?:\s*\([\w ]+\))?)?"
)
_D, _M, _Y = r"(?P<d>[0-9]{1,2})", r"(?P<m>[0-9]{1,2})", r"(?P<y>[0-9]{4})"
_NAME = rf"(?P<name>{ANY_MONTH})"
_WEEKDAY = r"(?:[^\W\d_]{2,12}\.?,?\s+)?"
_NTH = r"(?:st|nd|rd|th)?"
_FORMS = tuple(
    re.compile(rf"{form}{_TIME}", re.IGNORECASE)
    for form in (
        rf"{_Y}(?:-{_M}(?:-{_D})?)?",
        rf"{_Y}/{_M}(?:/{_D})?",
        rf"{_Y}\.{_M}\.{_D}\.?",
        r"(?P<y>(?:19|20)[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})",
        rf"{_D}\.\s?{_M}\.\s?{_Y}",
        rf"{_WEEKDAY}{_D}{_NTH}\.?[\s-]+(?:of\s+)?{_NAME},?[\s-]+{_Y}",
        rf"{_WEEKDAY}{_NAME}\s+{_D}{_NTH},?\s+{_Y}",
        rf"{_NAME},?\s+{_Y}",
        rf"{_Y}[\s-]+{_NAME}(?:[\s-]+{_D})?",
        rf"{_Y}年{_M}月(?:{_D}日)?",
    )
)
# "Tue Mar 05 10:00:00 2024", as programs write it.
_PROGRAM = re.compile(
    rf"[^\W\d_]{{3}},?\s+{_NAME}\s+{_D}\s+(?:[0-9:]+\s+)?(?:[A-Z]{{2,5}}\s+)?{_Y}(?:\s.*)?",
    re.IGNORECASE,
)
_EITHER_WAY = re.compile(rf"([0-9]{{1,2}})([/-])([0-9]{{1,2}})\2([0-9]{{4}}){_TIME}", re.IGNORECASE)
_STAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].{0,40}")  # whatever the time behind it


def read_date(shown: str) -> tuple[str | None, str]:
    """Return a date as ISO 8601, to the day, month or year; else None, and what is wrong with it.

    A date of two numbers and a year, as 03/04/2024, is read where only one order makes a date.
    """
    shown = " ".join(shown.split())
    if len(shown) > _MAX_DATE or not shown:
        return None, "is not a date; write YYYY-MM-DD"
    either = _EITHER_WAY.fullmatch(shown)
    if either:
        one, two, year = int(either[1]), int(either[3]), int(either[4])
        days = {day for day in (iso_date(year, one, two), iso_date(year, two, one)) if day}
        if len(days) == 1:
            return days.pop(), ""
        why = "can be two days" if days else "does not exist"
        return None, f"{why}; write YYYY-MM-DD"
    if _STAMP.fullmatch(shown):
        shown = shown[:10]
    match = next((found for form in (*_FORMS, _PROGRAM) if (found := form.fullmatch(shown))), None)
    if match is None:
        return None, "is not a date; write YYYY-MM-DD"
    parts = match.groupdict()
    month = _named(parts["name"]) if parts.get("name") else int(parts.get("m") or 0) or None
    day = iso_date(int(parts["y"]), month, int(parts.get("d") or 0) or None)
    return day, "" if day else "does not exist; write YYYY-MM-DD"


def _named(name: str) -> int:
    return next(at for at, month in enumerate(MONTHS, 1) if month.startswith(name.lower()[:3]))
