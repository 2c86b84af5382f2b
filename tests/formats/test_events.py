"""Events of a calendar and cards of an address book are read field by field."""

from __future__ import annotations

import pytest

from rag.documents.loading import load
from rag.errors import DocumentError
from rag.formats.extracted import Extracted
from rag.formats.messages.events import read_calendar, read_cards


def event(*lines: str, around: str = "") -> Extracted:
    inside = "\r\n".join(lines)
    raw = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
        f"{around}BEGIN:VEVENT\r\n{inside}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    return read_calendar(raw.encode())


def card(*lines: str) -> list[str]:
    inside = "\r\n".join(lines)
    return read_cards(f"BEGIN:VCARD\r\n{inside}\r\nEND:VCARD\r\n".encode()).text.split("\n")


def test_an_event() -> None:
    """An event is a field a line, with times in the zone that they are stated in."""
    found = event(
        "DTSTAMP:20250102T080000Z",
        "DTSTART;TZID=Europe/Berlin:20250203T100000",
        "DTEND;TZID=Europe/Berlin:20250203T113000",
        "SUMMARY:Fire drill\\, depot",
        "LOCATION:Yard\\; gate 2",
        'ORGANIZER;CN="Ruhl, Ida":mailto:ida@example.org',
        "ATTENDEE;CN=Ole;PARTSTAT=ACCEPTED:MAILTO:ole@example.org",
        "ATTENDEE:mailto:eva@example.org",
        "DESCRIPTION:Everybody takes part",
        "  in it.",
        "BEGIN:VALARM",
        "DESCRIPTION:not shown",
        "END:VALARM",
    )
    assert found.text.split("\n") == [
        "Summary: Fire drill, depot",
        "Start: Monday, 3 February 2025, 10:00 (Europe/Berlin)",
        "End: Monday, 3 February 2025, 11:30 (Europe/Berlin)",
        "Location: Yard; gate 2",
        "Organizer: Ruhl, Ida <ida@example.org>",
        "Attendees: Ole <ole@example.org> (accepted); eva@example.org",
        "Description: Everybody takes part in it.",
    ]
    assert {block.kind for block in found.blocks} == {"field"}
    assert found.metadata["title"] == "Fire drill, depot"


def test_the_document_is_dated_by_its_change() -> None:
    """The date of an event is not the document's: that is when it was last changed."""
    changed = event(
        "DTSTART:20300203", "CREATED:20240101T000000Z", "LAST-MODIFIED:20240301T000000Z"
    )
    assert changed.metadata["published"] == "2024-03-01"
    assert changed.metadata["published_basis"] == "stated: in the calendar"
    assert not event("DTSTART:20300203").metadata["published"]


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        (["DTSTART:20250203T100000Z"], ["Start: Monday, 3 February 2025, 10:00 UTC"]),
        (["DTSTART:20250203T100030"], ["Start: Monday, 3 February 2025, 10:00:30"]),
        (
            ["DTSTART;TZID=/citadel.org/20190227_1/Europe/Oslo:20250203T100000"],
            ["Start: Monday, 3 February 2025, 10:00 (Europe/Oslo)"],
        ),
        (
            ["DTSTART;VALUE=DATE:20250203", "DTEND;VALUE=DATE:20250204"],
            ["Start: Monday, 3 February 2025 (all day)"],
        ),
        (
            ["DTSTART;VALUE=DATE:20250203", "DTEND;VALUE=DATE:20250206"],
            ["Start: Monday, 3 February 2025 (all day)", "End: Wednesday, 5 February 2025"],
        ),
        (["DURATION:PT1H30M"], ["Duration: 1 hour 30 minutes"]),
        (["EXDATE:20250203,20250210"], [
            "Not on: Monday, 3 February 2025; Monday, 10 February 2025"]),
        (["DTSTART:soon", "STATUS:CANCELLED"], ["Start: soon", "Status: cancelled"]),
        (["DTSTART:20259999"], ["Start: 20259999"]),
    ],
)  # fmt: skip
def test_times(lines: list[str], shown: list[str]) -> None:
    """Times are written as people do; what is no time is left as it stands."""
    assert event(*lines).text.split("\n") == shown


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY", "every day"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR;WKST=MO",
         "every 2 weeks on Monday, Wednesday and Friday"),
        ("FREQ=WEEKLY;UNTIL=20250630T220000Z", "every week, until 30 June 2025"),
        ("FREQ=MONTHLY;BYDAY=1MO;COUNT=10", "every month on the first Monday, 10 times"),
        ("FREQ=MONTHLY;BYMONTHDAY=22,-1", "every month on the 22nd and the last day"),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "every year in March on the last Sunday"),
        ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1"),
        ("FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=XX"),
        ("FREQ=YEARLY;BYMONTH=13", "FREQ=YEARLY;BYMONTH=13"),
        ("nonsense", "nonsense"),
    ],
)  # fmt: skip
def test_recurrence(rule: str, words: str) -> None:
    """A simple rule is put in words, another is shown as it stands."""
    assert event(f"RRULE:{rule}").text == f"Repeats: {words}"


def test_several_events_stand_under_their_titles() -> None:
    """Each event of a calendar has its heading, the calendar's name is the title."""
    raw = (
        b"BEGIN:VCALENDAR\nX-WR-CALNAME:Depot\nBEGIN:VEVENT\nSUMMARY:Drill\nEND:VEVENT\n"
        b"BEGIN:VTODO\nDUE:20250203\nEND:VTODO\nEND:VCALENDAR\n"
    )
    found = load(raw, "depot.ics")
    assert found.title == "Depot"
    assert found.text == ("Drill\n\nSummary: Drill\n\n(no title)\n\nDue: Monday, 3 February 2025")


def test_long_descriptions_are_paragraphs() -> None:
    """A description of several lines is text, and markup in it goes."""
    found = event(
        "SUMMARY:Drill", "DESCRIPTION:<p>Bring a <b>coat</b>.</p>Use the stairs &amp; wait."
    )
    assert [(b.kind, found.text[b.start : b.end]) for b in found.blocks[1:]] == [
        ("heading", "Description:"),
        ("text", "Bring a coat."),
        ("text", "Use the stairs & wait."),
    ]


def test_a_card() -> None:
    """A card is a field a line, with what a number is for."""
    assert card(
        "VERSION:3.0",
        "FN:Ida Ruhl",
        "N:Ruhl;Ida;;;",
        "ORG:Depot Alder;Fleet",
        "TITLE:Manager",
        "item1.TEL;TYPE=CELL,VOICE:+49 170 1234",
        "TEL;type=WORK;type=FAX:030 12",
        "EMAIL:ida@example.org",
        "ADR;TYPE=home:;;Main St 1\\, left;Holm;;12345;Norway",
        "BDAY:--0503",
        "PHOTO;ENCODING=b:AAAA",
        "NOTE:Keeps the keys.",
    ) == [
        "Name: Ida Ruhl",
        "Organization: Depot Alder, Fleet",
        "Job title: Manager",
        "Phone (mobile): +49 170 1234",
        "Phone (work, fax): 030 12",
        "Email: ida@example.org",
        "Address (home): Main St 1, left, Holm, 12345, Norway",
        "Birthday: 3 May",
        "Note: Keeps the keys.",
    ]


def test_an_old_card() -> None:
    """Version 2.1 has bare kinds, and quoted-printable over several lines."""
    assert card(
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:R=C3=BChl;Ida=",
        " Maria",
        "TEL;CELL:0170",
        "BDAY:1980-05-03",
    ) == ["Name: IdaMaria Rühl", "Phone (mobile): 0170", "Birthday: 3 May 1980"]


def test_several_cards() -> None:
    """Each card stands under its name; a birthday does not date the file."""
    raw = (
        b"BEGIN:VCARD\nFN:Ida\nEND:VCARD\nBEGIN:VCARD\nORG:Depot\nREV:20240203T000000Z\nEND:VCARD\n"
    )
    found = load(raw, "people.vcf")
    assert (found.title, found.published) == ("Ida and 1 more", "2024-02-03")
    assert found.text == "Ida\n\nName: Ida\n\nDepot\n\nName: Depot\nOrganization: Depot"


def test_an_entry_without_its_end_swallows_none() -> None:
    """What begins within another is read by itself, as behind an end that was lost."""
    raw = b"BEGIN:VCARD\nFN:Ida\nBEGIN:VCARD\nFN:Ole\nTEL:13\nEND:VCARD\nTEL:12\nEND:VCARD\n"
    assert read_cards(raw).text == "Ida\n\nName: Ida\nPhone: 12\n\nOle\n\nName: Ole\nPhone: 13"
    assert read_cards(raw[: raw.index(b"TEL:12")]).text.endswith("Ole\n\nName: Ole\nPhone: 13")
    found = event("SUMMARY:Drill", "BEGIN:VEVENT", "SUMMARY:Feast", "LOCATION:Yard")
    assert found.text.split("\n\n") == [
        *("Drill", "Summary: Drill", "Feast", "Summary: Feast\nLocation: Yard"),
    ]


@pytest.mark.parametrize(
    "raw",
    [
        *(b"Just words.", b"BEGIN:VCALENDAR\nEND:VCALENDAR", b"END:VEVENT\n:\n"),
        *(b"BEGIN:VEVENT\nEND:VEVENT\n", b"BEGIN:VCARD\nEND:VCARD\n"),
    ],
)
def test_what_holds_nothing(raw: bytes) -> None:
    """A file without events or cards is an error that says so."""
    for name in ("a.ics", "a.vcf"):
        with pytest.raises(DocumentError, match="has no"):
            load(raw, name)


def test_hostile_lines_end() -> None:
    """Lines without end, quotes without end and nesting take no time."""
    for line in ('A;B="' * 50_000, "A;" * 100_000, "SUMMARY:" + "\\" * 200_000, "X" * 300_000):
        assert event(line, "LOCATION:Yard").text.endswith("Location: Yard")
    number = "9" * 5_000
    odd = event(
        "DTSTART:99999999T999999", f"RRULE:FREQ=DAILY;COUNT={number}", f"DURATION:P{number}"
    )
    assert odd.text.startswith("Start: 99999999T999999\nDuration: P999")
    deep = event(*["BEGIN:VEVENT"] * 5_000, "SUMMARY:x", around="SUMMARY:y\r\n" * 5_000)
    assert deep.text == "Summary: x"
