"""How often an event takes place, in words: "every 2 weeks on Monday, until 30 June 2025"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.text.dates import MONTHS, WEEKDAYS, spoken_date

_UNITS = {
    **{"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"},
    **{"HOURLY": "hour", "MINUTELY": "minute", "SECONDLY": "second"},
}
_DAYS = {name[:2].upper(): name.title() for name in WEEKDAYS}
_ORDER = {
    **{1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth"},
    **{-1: "last", -2: "second to last"},
}
_SAID = frozenset(("FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "COUNT", "UNTIL", "WKST"))
_BY_DAY = re.compile(r"([+-]?\d)?([A-Z]{2})")
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T\d{6}Z?)?")


def recurrence(rule: str) -> str:
    """Return a rule of iCalendar in words where it is simple, else the rule itself."""
    parts = dict(part.upper().split("=", 1) for part in rule.split(";") if "=" in part)
    try:
        return _in_words(parts) if parts.keys() <= _SAID else rule
    except (KeyError, ValueError, IndexError):
        return rule


def _in_words(parts: dict[str, str]) -> str:
    unit, every = _UNITS[parts["FREQ"]], int(parts.get("INTERVAL", "1"))
    words = f"every {unit}" if every == 1 else f"every {every} {unit}s"
    if "BYMONTH" in parts:
        words += " in " + _listed(
            [MONTHS[int(at) - 1].title() for at in parts["BYMONTH"].split(",")]
        )
    if "BYMONTHDAY" in parts:
        words += " on " + _listed([_month_day(int(at)) for at in parts["BYMONTHDAY"].split(",")])
    if "BYDAY" in parts:
        words += " on " + _listed([_week_day(shown) for shown in parts["BYDAY"].split(",")])
    if "COUNT" in parts:
        count = int(parts["COUNT"])
        words += ", once" if count == 1 else f", {count} times"
    if "UNTIL" in parts:
        stamp = _STAMP.fullmatch(parts["UNTIL"])
        if stamp is None:
            raise ValueError(parts["UNTIL"])
        words += f", until {spoken_date('-'.join(stamp.groups()))}"
    return words


def _month_day(day: int) -> str:
    if day < 0:
        return f"the {_ORDER[day]} day"
    ending = "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"the {day}{ending}"


def _week_day(shown: str) -> str:
    match = _BY_DAY.fullmatch(shown)
    if match is None:
        raise ValueError(shown)
    day = _DAYS[match[2]]
    return f"the {_ORDER[int(match[1])]} {day}" if match[1] else day


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
