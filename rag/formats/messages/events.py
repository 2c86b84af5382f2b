"""Calendars and address cards: what each event and each person's card states, field by field.

The date of an event is not the document's: that is when it was last changed or sent.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from rag.errors import DocumentError
from rag.formats.extracted import Builder, Extracted, Metadata
from rag.formats.messages.properties import Property, properties
from rag.formats.messages.recurrence import recurrence
from rag.text.dates import MONTHS, day_in_words, spoken_date

_MAX_ENTRIES = 20_000  # events or cards of a file
_COMPONENTS = ("VEVENT", "VTODO", "VJOURNAL")
_CHANGED = ("LAST-MODIFIED", "DTSTAMP", "CREATED", "REV")
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z)?)?")
_LENGTH = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_LENGTHS = ("week", "day", "hour", "minute", "second")
_DAY = re.compile(r"(\d{4}|--)-?(\d\d)-?(\d\d)(?:T.*)?")
_MARKUP = re.compile(r"</?(?:a|b|br|div|em|html|i|li|ol|p|span|strong|u|ul)\b[^<>]{0,500}>", re.I)
_LINE_MARKUP = re.compile(r"<(?:br|/p|/div|/li|/ul|/ol)\b[^<>]{0,500}>", re.IGNORECASE)
_ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "may come"}
_TYPES = {"HOME": "home", "WORK": "work", "CELL": "mobile", "FAX": "fax", "PAGER": "pager"}
_MAX_FIELD = 300  # characters of a description that is one field; a longer one is a text

Fields = Callable[[str], Sequence[Property]]  # the properties of a name


def read_calendar(raw: bytes) -> Extracted:
    """Read the events, tasks and journals of an iCalendar file.

    Raises:
        DocumentError: it has none.
    """
    events, outside = _components(raw, _COMPONENTS)
    if not events:
        raise DocumentError("has no events; export it from the calendar again or remove it.")
    named = next((one.words for one in outside if one.name == "X-WR-CALNAME"), "")
    builder = Builder()
    for event in events[:_MAX_ENTRIES]:
        fields = _by_name(event)
        if len(events) > 1:
            title = " ".join(_first(fields("SUMMARY")).split())
            builder.add(title or "(no title)", "heading", level=2)
        _add_fields(builder, _event_fields(fields))
        _add_description(builder, _first(fields("DESCRIPTION")))
    title = _first(_by_name(events[0])("SUMMARY"))
    basis = "stated: in the calendar"
    return _finished(builder, events, title if len(events) == 1 else named or title, named, basis)


def read_cards(raw: bytes) -> Extracted:
    """Read the cards of a vCard file.

    Raises:
        DocumentError: it has none.
    """
    cards, _ = _components(raw, ("VCARD",))
    if not cards:
        raise DocumentError("has no cards; export it from the address book again or remove it.")
    builder = Builder()
    for card in cards[:_MAX_ENTRIES]:
        fields = _by_name(card)
        if len(cards) > 1:
            builder.add(_card_name(fields) or "(no name)", "heading", level=2)
        _add_fields(builder, _card_fields(fields))
        _add_description(builder, _first(fields("NOTE")), "Note")
    return _finished(builder, cards, _card_name(_by_name(cards[0])), "", "stated: in the card")


def _finished(
    builder: Builder, entries: list[list[Property]], title: str, named: str, basis: str
) -> Extracted:
    """Return what was read, dated by its latest change."""
    more = len(entries) - _MAX_ENTRIES
    if more > 0:
        builder.unread.append(f"has {more:,} more entries than the {_MAX_ENTRIES:,} that are read")
    if len(entries) > 1 and title != named:
        title = f"{title} and {len(entries) - 1:,} more"
    changed = [one.value for entry in entries for one in entry if one.name in _CHANGED]
    days = [day.isoformat() for day in map(_day_of, changed) if day]
    metadata: Metadata = {"title": title, "published": max(days, default="")}
    return builder.extracted(metadata | {"published_basis": basis if days else ""})


def _components(raw: bytes, wanted: Sequence[str]) -> tuple[list[list[Property]], list[Property]]:
    """Return the properties of each component of a kind, and those outside of all.

    One that begins within another is one of its own: the end of the first was lost, or the card
    of an agent stands within that of a person.
    """
    found: list[list[Property]] = []
    outside: list[Property] = []
    inside: list[list[Property]] = []  # the components that are open, of the wanted one inwards
    for one in properties(raw):
        kind = one.value.strip().upper()
        if one.name == "BEGIN":
            if inside or kind in wanted:
                inside.append([])
            if kind in wanted:
                found.append(inside[-1])
        elif one.name == "END":
            inside = inside[:-1]
        else:
            (inside[-1] if inside else outside).append(one)
    return [component for component in found if component], outside


def _by_name(entry: list[Property]) -> Fields:
    return lambda name: [one for one in entry if one.name == name and one.value.strip()]


def _first(found: Sequence[Property]) -> str:
    return found[0].words if found else ""


def _add_fields(builder: Builder, fields: Iterator[tuple[str, str]]) -> None:
    for label, value in fields:
        if value:
            builder.add(f"{label}: {' '.join(value.split())}", "field")


def _add_description(builder: Builder, text: str, label: str = "Description") -> None:
    """Add a description as a field, or as paragraphs where it is long."""
    if _MARKUP.search(text):
        text = html.unescape(_MARKUP.sub("", _LINE_MARKUP.sub("\n", text)))
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if len(lines) == 1 and len(lines[0]) <= _MAX_FIELD:
        builder.add(f"{label}: {lines[0]}", "field")
    elif lines:
        builder.add(f"{label}:", "heading", level=6)
        for line in lines:
            builder.add(line)


def _event_fields(fields: Fields) -> Iterator[tuple[str, str]]:
    """Yield what an event states, by the label of each field."""
    start = next(iter(fields("DTSTART")), None)
    yield "Summary", _first(fields("SUMMARY"))
    yield "Start", _when(start, " (all day)") if start else ""
    yield "End", _end(start, next(iter(fields("DTEND")), None))
    yield "Due", "; ".join(map(_when, fields("DUE")))
    yield "Duration", _duration(_first(fields("DURATION")))
    yield "Repeats", "; ".join(recurrence(one.value.strip()) for one in fields("RRULE"))
    yield "Also on", _dates(fields("RDATE"))
    yield "Not on", _dates(fields("EXDATE"))
    yield "Instead of", _dates(fields("RECURRENCE-ID"))
    yield "Location", _first(fields("LOCATION"))
    yield "Organizer", "; ".join(map(_person, fields("ORGANIZER")))
    yield "Attendees", "; ".join(map(_person, fields("ATTENDEE")))
    yield "Status", _first(fields("STATUS")).lower().replace("-", " ")
    yield "Categories", ", ".join(one.words for one in fields("CATEGORIES"))
    yield "URL", _first(fields("URL"))
    yield "Comment", "; ".join(one.words for one in fields("COMMENT"))


def _card_fields(fields: Fields) -> Iterator[tuple[str, str]]:
    """Yield what a card states, by the label of each field."""
    yield "Name", _card_name(fields)
    yield "Nickname", _first(fields("NICKNAME"))
    yield "Organization", "; ".join(", ".join(filter(None, o.split(";"))) for o in fields("ORG"))
    yield "Job title", "; ".join(one.words for one in fields("TITLE"))
    yield "Role", "; ".join(one.words for one in fields("ROLE"))
    for name, label in (("TEL", "Phone"), ("EMAIL", "Email"), ("IMPP", "Chat"), ("URL", "Website")):
        for one in fields(name):
            yield label + _kind(one), re.sub(r"^(?:tel|mailto):", "", one.words)
    for one in fields("ADR"):
        yield "Address" + _kind(one), ", ".join(filter(None, one.split(";")))
    for name, label in (("BDAY", "Birthday"), ("ANNIVERSARY", "Anniversary")):
        yield label, "; ".join(_written(one.words) for one in fields(name))
    yield "Categories", ", ".join(one.words for one in fields("CATEGORIES"))


def _card_name(fields: Fields) -> str:
    """Return the name of a card, else what it is put together of, else the organization."""
    shown = _first(fields("FN"))
    if shown:
        return shown
    parts = fields("N")[0].split(";") if fields("N") else []
    parts += [""] * (5 - len(parts))
    family, given, middle, before, behind = parts[:5]
    name = " ".join(filter(None, (before, given, middle, family, behind)))
    return name or (_first(fields("ORG")).strip(";"))


def _kind(one: Property) -> str:
    """Return " (work)" and the like, of what a phone, an address or a page is for."""
    stated = one.parameters.get("TYPE", "").upper().split(",")
    kinds = [_TYPES[kind.strip()] for kind in stated if kind.strip() in _TYPES]
    return f" ({', '.join(dict.fromkeys(kinds))})" if kinds else ""


def _person(one: Property) -> str:
    address = re.sub(r"^mailto:", "", one.words, flags=re.IGNORECASE)
    name = one.parameters.get("CN", "").strip()
    shown = f"{name} <{address}>" if name and name != address else address
    answer = _ANSWERS.get(one.parameters.get("PARTSTAT", "").upper())
    return f"{shown} ({answer})" if answer else shown


def _when(one: Property, whole_day: str = "") -> str:
    """Return a time as people write it, in the zone that it is stated in."""
    zone = re.split(r"/(?=[A-Z][\w+-]*/[A-Z])", one.parameters.get("TZID", ""))[-1].strip("/")
    return _written_time(one.value.strip(), zone, whole_day)


def _written_time(value: str, zone: str, whole_day: str = "") -> str:
    match, day = _TIME.fullmatch(value), _day_of(value)
    if match is None or day is None:
        return value
    if match[4] is None:
        return day_in_words(day) + whole_day
    seconds = f":{match[6]}" if match[6] not in (None, "00") else ""
    behind = " UTC" if match[7] else f" ({zone})" if zone else ""
    return f"{day_in_words(day)}, {match[4]}:{match[5]}{seconds}{behind}"


def _end(start: Property | None, end: Property | None) -> str:
    """Return when an event ends; one of whole days ends on the day before the one stated."""
    if end is None:
        return ""
    first, behind = (_day_of(one.value.strip()) if one else None for one in (start, end))
    if "T" in end.value or first is None or behind is None:
        return _when(end)
    last = max(behind - timedelta(days=1), first)
    return day_in_words(last) if last > first else ""


def _dates(found: Sequence[Property]) -> str:
    times = [one._replace(value=value) for one in found for value in one.value.split(",")]
    return "; ".join(map(_when, times))


def _day_of(value: str) -> date | None:
    match = re.match(r"(\d{4})-?(\d\d)-?(\d\d)", value.strip())
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _duration(stated: str) -> str:
    match = _LENGTH.fullmatch(stated.lstrip("+"))
    if match is None:
        return stated
    counted = [(int(n[:9]), unit) for n, unit in zip(match.groups(), _LENGTHS, strict=True) if n]
    return " ".join(f"{n} {unit}" if n == 1 else f"{n} {unit}s" for n, unit in counted if n)


def _written(stated: str) -> str:
    """Return a birthday, which may lack the year, as people write it."""
    match = _DAY.fullmatch(stated)
    if match is None:
        return stated
    if match[1] != "--":
        day = _day_of(stated)
        return (spoken_date(day.isoformat()) if day else None) or stated
    month = int(match[2])
    return f"{int(match[3])} {MONTHS[month - 1].title()}" if 1 <= month <= len(MONTHS) else stated
