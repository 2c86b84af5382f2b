"""Title, author, outlet and date from the first lines and the name of the file."""

from __future__ import annotations

import pytest

from rag.documents.loading import load
from rag.documents.metadata import guess
from rag.text.written_dates import written_dates

STORY = "The bridge of Rill is 340 metres long, and the mayor herself opened it.\n"
LINES, NAME, HEADING = (
    "stated: in the first lines",
    "inferred: from the file name",
    "inferred: from the heading",
)


def dated(head: str, stem: str = "a") -> tuple[str | None, str | None]:
    """Return the date that is guessed, and its basis."""
    found = guess(f"{head}\n\n{STORY}", stem, known={})
    return found.get("published"), found.get("published_basis")


@pytest.mark.parametrize(
    "line",
    [
        *("5 March 2024", "March 5th, 2024", "Tuesday, March 5, 2024 10:30 AM", "5-Mar-2024"),
        *("2024-03-05", "2024/03/05", "2024-03-05T10:00:00Z", "5.3.2024", "05.03.2024"),
        *("Published: 5 March 2024", "Published on 5 March 2024 | 3 min read", "Date: 2024-03-05"),
        *("Posted by Ana Lind on 5 March 2024", "Released 5.3.24", "By Ana Lind, 5 March 2024"),
        *("Stand: 05.03.2024", "Veröffentlicht am 5. März 2024", "Lindental, den 5. März 2024"),
        *("Publié le 5 mars 2024", "Paris, le 5 mars 2024", "mardi 5 mars 2024", "1er mars 2024"),
        *("Fecha: 5 de marzo de 2024", "Madrid, 5 de marzo de 2024"),
        *("Pubblicato il 5 marzo 2024", "Publicado em 5 de março de 2024"),
        *("Gepubliceerd op 5 maart 2024", "Datum: 5 maart 2024", "Publicerad 5 mars 2024"),
        *("5 marca 2024", "5 марта 2024 г.", "Опубликовано: 05.03.2024", "5 березня 2024"),
        *("تاريخ النشر: 5 مارس 2024", "٥ مارس ٢٠٢٤", "5 mart 2024", "5 मार्च 2024"),
        *(
            "2024年3月5日",
            "发布日期：2024年3月5日",
            "二〇二四年三月五日",
            "令和6年3月5日",
            "2024年3月5日（火）",
        ),
        *("2024년 3월 5일", "ngày 5 tháng 3 năm 2024"),
        *("Date: Tue, 5 Mar 2024 10:12:00 +0000", "Published 5 March 2024, updated 7 March 2024"),
        *("Valley Times | 5 March 2024", "Oslo, Norway — 5 March 2024"),
        *("Conducted by R. Osei, 5 March 2024", "Réalisé par Luc Roy, le 5 mars 2024"),
        *("R. Osei, 5 March 2024", "Bad Larn, den 5. März 2024"),
        *("vom 5. März 2024", "Revision 4 (5 March 2024)", "Version 4.1 of 5 March 2024"),
    ],
)
def test_lines_that_date_a_document(line: str) -> None:
    """A date by itself, behind a label, a place or an author is the document's, in any language."""
    day = "2024-03-01" if line.startswith("1er") else "2024-03-05"
    assert dated(f"The new bridge\n{line}") == (day, LINES)


@pytest.mark.parametrize(
    "head",
    [
        "On 5 March 2024 the bridge was closed.",
        "The bridge was closed on 5 March 2024",
        "The bridge was closed on\n5 March 2024\nand opened in May.",
        "Deadline: 5 March 2024",
        "Next meeting: 5 March 2024",
        "Valid until 5 March 2024",
        "Frist: 5. März 2024",
        "The flood of 5 March 2024",
        "Open day\n5–7 March 2024",
        "Open day\n5 and 6 March 2024",
        "5 March 2024 – 7 March 2024",
        "截止日期：2024年3月5日",
        "Born: 5 March 2024",
        "30 February 2024",
        "31.02.2024",
        "Version 5.3.2024.1",
        "Diary\n3 May 2022\nRain.\n4 May 2022\nSun.\n5 May 2022\nWind.",
        "Published 5 March 2024 in the hope of more",
        "Closing date: 5 March 2024",
        "Inspection date: 5 March 2024",
        "Notice of auction, 5 March 2024",
        "Report on the fire at Larn, 5 March 2024",
        "Bericht über das Hochwasser vom 5. März 2024",
        "Rapport sur la crue du 5 mars 2024",
        "Interview about the flood of 5 March 1953",
        "Report for the quarter ended March 2024",
        "Re: your letter of 5 March 2024",
        "Letter\nYour letter dated 5 March 2024",
        "Apologies for the meeting of 5 March 2024",
        "Review of the minutes dated 5 March 2024",
        "Changes to the report of 5 March 2024",
        "Meeting cancelled: 5 March 2024",
        "Newsletter\nSpring Fair, Saturday 5 March 2024",
        "Report\nFire at Larn, 5 March 2024",
        "In memoriam\nBen Roe, 5 March 1944",
    ],
)
def test_dates_of_something_else(head: str) -> None:
    """A date of the story, of an event, a deadline or a diary is not the document's."""
    assert dated(head) == (None, None)


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ("Notice\nPublished: 25/04/2024", "2024-04-25"),
        ("Notice\nPublished: 04/25/2024", "2024-04-25"),
        ("Notice\nPublished: 04/04/2024", "2024-04-04"),
        ("Avis à la population de la ville\nPublié le 03/04/2024 par le maire", None),
        ("Avis à la population de la ville et du village\nPublié le 03/04/2024", "2024-04-03"),
    ],
)
def test_which_of_two_numbers_is_the_month(head: str, day: str | None) -> None:
    """A date of numbers is read where it can be only one day, or the language has one order."""
    story = "" if day else STORY
    found = guess(f"{head}\n{story}", "a", known={})
    assert found.get("published") == day


def test_a_date_that_may_be_two_days_stays_open() -> None:
    """Of 03/04/2024 the basis says which two days it may be; a file's name settles it."""
    head = "Notice\nPublished: 03/04/2024"
    assert dated(head) == (None, "open: “03/04/2024” can be 2024-04-03 or 2024-03-04")
    assert dated(head, "2024-03-04 notice") == ("2024-03-04", NAME)
    assert dated(head, "2024-08-01 notice")[0] is None


def test_the_day_of_publication_goes_before_that_of_a_change() -> None:
    """Of several dates that first published counts; that of a change only by itself."""
    assert dated("Law\nUpdated: 7 March 2024\nPublished: 5 March 2024")[0] == "2024-03-05"
    assert dated("Law\nLast updated 7 March 2024")[0] == "2024-03-07"


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ("Minutes of the council meeting of 5 March 2024", "2024-03-05"),
        ("Protokoll der Sitzung vom 5. März 2024", "2024-03-05"),
        ("Compte rendu du 5 mars 2024", "2024-03-05"),
        ("Séance du 5 mars 2024", "2024-03-05"),
        ("Newsletter March 2024", "2024-03"),
        ("Issue 4 / March 2024", "2024-03"),
        ("Council meeting, 5 March 2024", "2024-03-05"),
        ("March 5, 2024 Meeting Notes", "2024-03-05"),
        ("Speech at the opening of the library, 5 March 2024", "2024-03-05"),
    ],
)
def test_headings_that_name_the_kind_of_document(head: str, day: str) -> None:
    """Minutes and letters are of the day in their heading, which stays their title."""
    found = guess(f"{head}\nPresent: Lind, Ek\n{STORY}", "a", known={})
    assert found == {"title": head, "published": day, "published_basis": HEADING}


def test_a_title_with_a_day_may_name_an_event() -> None:
    """A name with a day is a date line below a title or above a salutation, and no title is."""
    assert dated("Harvest Supper, 5 March 2024") == (None, None)
    assert dated("Ada Poe, 5 March 1944\nSailor and poet") == (None, None)
    assert dated("New Larn, 5 March 2024\nDear Mrs Sand,") == ("2024-03-05", LINES)
    assert dated("Larn, 5 March 2024") == ("2024-03-05", LINES)


def test_lines_that_differ_leave_the_date_open() -> None:
    """Days that differ, and have no label, are of none; the nearer is the exact one if they agree.

    What stands below the first paragraph, or the salutation, does not count against them.
    """
    assert dated("Derailment at Larn\n26 August 2020\nJanuary 2022") == (None, None)
    assert dated("Flood study\nMarch 2024\nVersion 2.0 – 5 March 2024") == ("2024-03-05", LINES)
    letter = f"Larn\n5 March 2024\nDear Mrs Sand,\n{STORY}Ada Poe, 6 March 2024"
    assert dated(letter) == ("2024-03-05", LINES)


@pytest.mark.parametrize(
    "line",
    [
        "Thursday 5 March 2024, 19:30, Village Hall",
        "5 March 2024 in the Reading Room",
        "Held at Larn Hall on Tuesday 5 March 2024 at 7.30pm",
        "Meeting held on Tuesday 5 March 2024 at 7pm in the village hall",
    ],
)
def test_day_and_place_below_the_heading_of_minutes(line: str) -> None:
    """Below a heading that names the minutes a line with day and place is of the meeting."""
    assert dated(f"Board of Trustees — Minutes\n{line}") == ("2024-03-05", LINES)
    assert dated(f"The fair\n{line}") == (None, None)


def test_a_date_further_down_a_cover_or_above_a_salutation() -> None:
    """The first lines reach to the end of a cover and to a salutation, but over no sentence."""
    lines = [f"Office {letter}" for letter in "ABCDEFGHI"]
    letter = "\n".join([*lines, "5 March 2024", "Dear Mrs Sand,"])
    assert dated(letter) == ("2024-03-05", LINES)
    assert dated(letter.replace("Office B", "The office is open.")) == (None, None)
    cover = "\n".join([*lines, "March 2024", ""])
    assert guess(cover + STORY, "a", known={}, cover=len(cover))["published"] == "2024-03"
    assert "published" not in guess(cover + STORY, "a", known={})


@pytest.mark.parametrize(
    ("stated", "head", "doubted"),
    [
        ("2021-05-01", "Minutes of the board, 12 March 2020", True),
        ("2021-05-01", "Minutes of the board\n\n12 March 2020", True),
        ("2020-03-13", "Minutes of the board, 12 March 2020", False),
        ("2020-03", "Minutes of the board, 12 March 2020", False),
        ("2021-05-01", "The flood of 12 March 2020", False),
        ("2021-05-01", "The bridge\n\nLast updated 12 March 2022", False),
    ],
)
def test_a_heading_that_contradicts_the_metadata(stated: str, head: str, doubted: bool) -> None:
    """Where first lines give another date than metadata, that is told, and the date is kept."""
    raw = f"---\ndate: {stated}\n---\n# {head}\n\n{STORY}"
    article = load(raw.encode(), "board.md")
    assert article.published == stated
    assert any("12 March 2020 in its" in note for note in article.notes) == doubted


def test_the_dateline_of_a_report() -> None:
    """A report begins with its place and day before the first words."""
    line = f"BAGHDAD, March 5, 2024 (Reuters) — {STORY.strip()} {STORY.strip()}"
    assert dated(f"New bridge\n{line}") == ("2024-03-05", LINES)


@pytest.mark.parametrize(
    ("stem", "day"),
    [
        ("2024-02-05 call with the mayor", "2024-02-05"),
        ("report_20230517", "2023-05-17"),
        ("05.02.2024 Protokoll", "2024-02-05"),
        ("minutes-march-2024", "2024-03"),
        ("2024_03", "2024-03"),
        ("2024-03", "2024-03"),
        ("2024_03_05 log", "2024-03-05"),
        ("17 mai 2023 note", "2023-05-17"),
        ("2024年3月5日 公告", "2024-03-05"),
        ("25-04-2024 notes", "2024-04-25"),
        ("herald-2024-03-16-leak", "2024-03-16"),
        ("case-2019-11", None),
        ("covid-19-march-2020", "2020-03"),
        ("IMG_20240230", None),
        ("03-04-2024 notes", None),
        ("2023-2024 budget", None),
        ("2024-01-01_to_2024-03-31", None),
        ("invoice 2024031512", None),
        ("call 555-0100-2024", None),
        ("2024", None),
        ("v1.2.2024.5", None),
    ],
)
def test_dates_in_names_of_files(stem: str, day: str | None) -> None:
    """The one date in a file's name is taken, and said to be inferred; of two neither is."""
    assert dated("The new bridge", stem) == (day, NAME if day else None)


def test_what_is_stated_goes_before_the_name() -> None:
    """The date in the text counts more than that in the file's name; what is known most."""
    assert dated("Bridge\n5 March 2024", "2023-01-01 bridge") == ("2024-03-05", LINES)
    known = {"published": "2020", "title": "T", "author": "A", "outlet": "O"}
    assert guess("Bridge\nBy Ana Lind\n5 March 2024", "2023-01-01", known=known) == {}


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Ana Lind", "Ana Lind"),
        ("By Ana Lind and Bo Ek", "Ana Lind and Bo Ek"),
        ("By A. Writer, 3rd May 2021", "A. Writer"),
        ("By Ana Lind | Staff writer", "Ana Lind"),
        ("By Ana Lind, The Valley Times, 5 March 2024", "Ana Lind"),
        ("By Ana Lind in Oslo", "Ana Lind"),
        ("Von Käthe von der Brömmel", "Käthe von der Brömmel"),
        ("Bericht von Ana Lind", "Ana Lind"),
        ("Par Jean d’Aubin", "Jean d’Aubin"),
        ("Por Ana María Ruiz", "Ana María Ruiz"),
        ("Author: Madonna", "Madonna"),
        ("Autorin: Ana Lind", "Ana Lind"),
        ("Автор: Анна Львова", "Анна Львова"),
        ("بقلم: ليلى حداد", "ليلى حداد"),
        ("记者：陈怀远", "陈怀远"),
        ("By Popular Demand", None),
        ("By the river", None),
        ("By Monday", None),
        ("By 2030", None),
        ("Von Hamburg nach Berlin", None),
        ("Por España", None),
        ("By Ana Lind the bridge was closed for the day", None),
        ("Author: the one who knows", None),
    ],
)
def test_bylines(line: str, author: str | None) -> None:
    """The author is who a byline or a label names, and nobody where it may be no name."""
    assert guess(f"The bridge\n{line}\n\n{STORY}", "a", known={}).get("author") == author


def test_a_byline_is_no_title() -> None:
    """What stands above a title is read past; a first line that may be a title is one."""
    head = "Bericht von Ana Lind\n5. März 2024\nNeue Brücke"
    assert guess(f"{head}\n\n{STORY}", "a", known={})["title"] == "Neue Brücke"
    assert guess(f"By Land and Sea\nBy Ana Lind\n\n{STORY}", "a", known={})["title"] == (
        "By Land and Sea"
    )
    assert guess(f"Title: The bridge\n{STORY}", "a", known={})["title"] == "The bridge"
    assert guess(STORY, "bridge", known={})["title"] == "bridge"


def test_a_paper_stands_with_its_date_beside_the_author() -> None:
    """A name of the form of papers is the outlet there, and nowhere else."""
    paper = "The Aldmoor Gazette, 5 March 2024"
    named = {"author": "Ada Poe", "outlet": "The Aldmoor Gazette"}
    for head in (f"By Ada Poe\n{paper}", f"{paper}\nBy Ada Poe"):
        assert named.items() <= guess(f"The weir\n{head}\n{STORY}", "a", known={}).items()
    for head in (
        paper,
        "By Ada Poe\nThe Aldmoor Gazette told it",
        "By Ada Poe\nThe Weir, May 2024",
    ):
        assert "outlet" not in guess(f"The weir\n{head}\n{STORY}", "a", known={})


def test_outlet_only_where_it_is_stated() -> None:
    """An outlet is what a label calls one, and no other name near the top."""
    assert guess(f"Bridge\nNewspaper: Valley Times\n{STORY}", "a", known={})["outlet"] == (
        "Valley Times"
    )
    assert "outlet" not in guess(f"Valley Times\nBridge\n{STORY}", "a", known={})


def test_dates_in_a_text() -> None:
    """Each date stands where it says; the ends of a range mean no day."""
    text = "From 3 May 2021 to 4 June 2022; ٥ مارس ٢٠٢٤"
    found = [(text[each.start : each.end], each.day) for each in written_dates(text)]
    assert found == [
        ("3 May 2021", "2021-05-03"),
        ("4 June 2022", None),
        ("٥ مارس ٢٠٢٤", "2024-03-05"),
    ]


@pytest.mark.parametrize(
    "head",
    [
        "Aldous v. The Ferry Board\nDecided March 5, 2024.",
        "Aldous v. The Ferry Board\nArgued November 1, 2023—Decided March 5, 2024",
        "Aldous v. The Ferry Board\nJudgment of 5 March 2024",
        "Aldous gegen Fähramt\nUrteil vom 5. März 2024",
        "Minutes of the Weir Committee\nHeld on 5 March 2024 in the Reading Room",
        "Minutes of the Weir Committee\nMeeting held on 5 March 2024 at 7 p.m.",
        "Interview with Ada Poe, 5 March 2024",
        "議事録\n日時：2024年3月5日",
        "The Aldmoor Post\nTuesday 5 March 2024 · No. 7,114 · Price £1.20",
        "The Aldmoor Post\nVol. 12, No. 3, 5 March 2024",
        "Weir call\nTue, Mar 5, 2024 9:02AM • 12:41",
        "Weir reopens\nBy Ada Poe\nThe Aldmoor Gazette, 5 March 2024",
        "Weir reopens\nAldmoor Gazette, Tuesday, 5 March 2024\nBy Ada Poe",
        "Weir Committee\n**Minutes of the meeting of 5 March 2024, Town Hall, Larn, 18:30-22:41**",
        "Weir Committee\nBoard meeting of 5 March 2024, Room 2, 17:30",
        "The weir\nRadio Aldmoor, transcript, broadcast on 5 March 2024. Interviewer: Ben Roe",
        "The weir\nFirst aired 5 March 2024",
        "The weir\nReport to the Weir Committee. Dr Ada Poe, Weir Institute. 5 March 2024",
    ],
)
def test_what_courts_meetings_papers_and_recorders_state(head: str) -> None:
    """The day of a ruling, a meeting, an issue or a recording is that of its document."""
    assert dated(head)[0] == "2024-03-05"


@pytest.mark.parametrize(
    "head",
    [
        "An appeal against the judgment of 5 March 2024",
        "Held on 5 March 2024 in the Reading Room",
        "Minutes\nHeld on 5 March 2024 in the Reading Room, the fair drew a crowd.",
        "Minutes\nThe fair held on 5 March 2024 in the Reading Room",
        "The fair\nTuesday 5 March 2024, entrance on the quay, free",
        "Invitation to the lecture of 5 March 2024",
        "The weir\nThe Grand Gazette, 5 March 2024",
        "The weir\nBy Ada Poe\nThe Grand Philharmonic, 5 March 2024",
        "Weir Committee\nApproval of the minutes of the meeting of 5 March 2024, Reading Room",
        "Weir Committee\nThe minutes of the meeting of 5 March 2024, Reading Room, were approved",
        "Weir Committee\nMeeting of the kings of 5 March 1624, Aldmoor",
        "The king\nThe speech that was broadcast on 5 March 1944. Listeners: all",
        "Village Fair\nBig Market. 5 March 2024",
        "Street | Tenant | Since\nQuay 4 | Ada Poe | 5 March 2024\nQuay 5 | Ben Roe | 7 May 2024",
        "Street | Since\nQuay 4 | 5 March 2024\nQuay 5 | 7 May 2024",
    ],
)
def test_days_of_fairs_and_in_tables_are_not_the_documents(head: str) -> None:
    """A day in a cell, in a sentence or of another document says nothing of this one."""
    assert dated(head) == (None, None)


@pytest.mark.parametrize(
    ("head", "author"),
    [
        ("Heat in an Oven\nR. Penhallow", "R. Penhallow"),
        ("Heat in an Oven\nUsed for Clay\nJ. K. Roe and Ada Poe", "J. K. Roe and Ada Poe"),
        ("Heat in an Oven\nAda Poe\nUniversity of Aldmoor", "Ada Poe"),
        ("Heat in an Oven\nAda Poe\nAbstract", "Ada Poe"),
        ("Heat in an Oven\nAda Poe\nada@aldmoor.example", "Ada Poe"),
        ("A. Poe: Heat in an Oven\nHeat in an Oven\nAda Poe", "Ada Poe"),
        ("Heat in an Oven\nAnnual Report", None),
        ("Heat in an Oven\nAldmoor University\nAbstract", None),
        ("R. Penhallow\nHeat in an Oven", None),
        ("Heat in an Oven\nSee R. Penhallow for more", None),
    ],
)
def test_a_name_alone_under_a_title_needs_a_sign(head: str, author: str | None) -> None:
    """Two words with capitals are a name where an initial or what stands below shows it."""
    assert guess(f"{head}\n\n{STORY}", "a", known={}).get("author") == author


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("27\nThe ferry", "The ferry"),
        ("- 3 -\nThe ferry", "The ferry"),
        ("Page 3 of 12\nThe ferry", "The ferry"),
        ("1984\nA novel", "1984"),
        ("Aldmoor Notes          A. Poe\nNote 88          March 1986\nThe ferry", "The ferry"),
        ("14:02:11 From Ada Poe : Can you see it?", "a"),
        ("[14:02] Ada: Can you see it?", "a"),
    ],
)
def test_page_numbers_heads_of_pages_and_messages_are_no_title(head: str, title: str) -> None:
    """What stands on every page, or is said at a time of day, does not name a document."""
    assert guess(f"{head}\n\n{STORY}", "a", known={})["title"] == title
