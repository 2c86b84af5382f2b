"""Letters, press releases and clippings: who wrote them, when, and what in them is a heading."""

from __future__ import annotations

import pytest

from rag.documents.loading import load
from rag.documents.metadata import guess

STORY = "The bridge of Rill is 340 metres long, and the mayor herself opened it.\n"
LETTERS = {
    "English": (
        "Harrow & Pike\n14 Canal Street\n\n17 May 2021\n\nMr Owen Trask\nMillbridge Hospital\n\n"
        "Dear Mr Trask,\n\n{}\nYours sincerely,\n\nDelia Farnham\nSenior Surveyor\n"
    ),
    "German": (
        "Sonnenweg e.V.\nAhornallee 7\n\nFrau\nDr. Karin Wessel\nJugendamt Bonn\n\n"
        "Bonn, den 17. Mai 2021\n\nSehr geehrte Frau Dr. Wessel,\n\n{}\n"
        "Mit freundlichen Grüßen\n\nDelia Farnham\nVorsitzende\n"
    ),
    "French": (
        "Cabinet Delmas\n12, rue des Tanneurs\n\nMadame Hélène Brossard\nMusée des Tissus\n\n"
        "Lyon, le 17 mai 2021\n\nMadame,\n\n{}\n"
        "Je vous prie d'agréer, Madame, mes salutations distinguées.\n\nDelia Farnham\n"
    ),
    "Spanish": (
        "Lorca, 17 de mayo de 2021\n\nSra. Dña. Carmen Robledo\nUniversidad de Murcia\n\n"
        "Estimada señora Robledo:\n\n{}\nAtentamente,\n\nDelia Farnham\n"
    ),
    "Dutch": (
        "De heer J. van Dalen\nDorpsstraat 8\n\nOudewater, 17 mei 2021\n\n"
        "Geachte heer Van Dalen,\n\n{}\nMet vriendelijke groet,\n\nDelia Farnham\nOpzichter\n"
    ),
    "a firm above the name": (
        "17 May 2021\n\nDr Ole Brandt\nTarn University\n\nDear Dr Brandt\n\n{}\n"
        "Yours faithfully\n(signature)\nEllis & Rowe\nDelia Farnham\n"
    ),
}


def author(text: str) -> str | None:
    """Return the author that is guessed."""
    return guess(text, "a", known={}).get("author")


@pytest.mark.parametrize("language", LETTERS)
def test_a_letter_is_by_who_signs_it(language: str) -> None:
    """The name below the closing is the author, in any language, and the date is found."""
    found = guess(LETTERS[language].format(STORY), "a", known={})
    assert (found.get("author"), found.get("published")) == ("Delia Farnham", "2021-05-17")


@pytest.mark.parametrize("closing", ["", "The tenants\n", "With kind regards,\nThe tenants\n"])
def test_whom_a_letter_greets_did_not_write_it(closing: str) -> None:
    """Without a signature nobody is the author, least of all the addressee."""
    head = "Block C\n\n17 May 2021\n\nMs Petra Olofsson\nManager, Larch School\n\nDear Ms Olofsson,"
    assert author(f"{head}\n\n{STORY}\n{closing}") is None
    assert author(f"Invoice 114\nMs Petra Olofsson\nManager, Larch School\n\n{STORY}") is None


def test_letters_of_several_are_nobodys() -> None:
    """Where two letters in one document have two writers, neither wrote it."""
    letters = [f"Dear Tom,\n{STORY}Yours truly,\n{name}\n" for name in ("Jo Vale", "Tom Vale")]
    assert author("\n".join(letters)) is None
    assert author(letters[0]) == "Jo Vale"


def test_a_byline_goes_before_a_first_name_below_a_letter() -> None:
    """A column that greets its readers and ends with a first name is by the byline's writer."""
    text = f"Otters\nBy Ana Lind\n\nDear readers,\n\n{STORY}\nBest wishes,\n{{}}\n"
    assert author(text.format("Ana")) == "Ana Lind"
    assert author(f"Dear Life\n\nR. Penhallow\n\n{STORY}") == "R. Penhallow"  # a title


def test_lines_of_an_address_and_a_signature_are_no_headings() -> None:
    """Of a letter the first line is the title, and a line by itself the subject."""
    subject = "Survey of the roof"
    letter = LETTERS["English"].replace("\n{}", f"\n{subject}\n\n{{}}").format(STORY)
    article = load(letter.encode(), "roof.txt")
    kinds = {article.text[b.start : b.end].strip(): b.kind for b in article.blocks}
    assert [words for words, kind in kinds.items() if kind == "heading"] == [
        "Harrow & Pike",
        subject,
    ]
    assert "item" not in kinds.values()
    assert kinds["Mr Owen Trask"] == kinds["Senior Surveyor"] == "text"


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ("Bridge to close\nPress release, 5 March 2024. For immediate release", "2024-03-05"),
        ("Bridge to close\nMedia release | 5 March 2024 | For immediate release", "2024-03-05"),
        ("FOR IMMEDIATE RELEASE: 5 March 2024\nBridge to close", "2024-03-05"),
        ("Pressemitteilung vom 5. März 2024 – Sperrfrist: keine\nBrücke zu", "2024-03-05"),
        ("Rill Gazette, 5 March 2024, page 2\nBRIDGE TO CLOSE", "2024-03-05"),
        ("Rill Gazette\n5 March 2024, p. 2", "2024-03-05"),
        ("Bridge to close\nA press release, 5 March 2024, was wrong", None),
        ("Bridge week\nSaturday 5 March 2024, page boys wanted", None),
        ("Bridge week\nSaturday, 5 March 2024. Entrance free", None),
        ("The archive\nSee also Rill Gazette, 5 March 2024, page 2", None),
        ("Bridge to close\nPress release. Embargoed until 5 March 2024, 10:00", None),
    ],
)
def test_press_releases_and_clippings_are_dated(head: str, day: str | None) -> None:
    """A label or a paper's name with its page dates a document; an event beside a date does not."""
    assert guess(f"{head}\n\n{STORY}", "a", known={}).get("published") == day


def test_a_paper_with_its_page_is_the_outlet() -> None:
    """A clipping names its paper by the page, and is called by the line below."""
    found = guess(f"Rill Gazette, 5 March 2024, page 2\nBridge\n\n{STORY}", "a", known={})
    assert (found["outlet"], found["title"]) == ("Rill Gazette", "Bridge")
    assert "outlet" not in guess(f"Bridge\nRill Gazette, 5 March 2024\n\n{STORY}", "a", known={})


def test_lines_of_a_byline_stay_apart_in_markdown() -> None:
    """Bare lines below each other are no sentence that was wrapped, and name two things."""
    article = load(
        f"# Wolves\n\nBy Tilde Amsel\nRill Gazette, 5 March 2024\n\n{STORY}".encode(), "a.md"
    )
    assert (article.author, article.outlet) == ("Tilde Amsel", "Rill Gazette")
    wrapped = load(b"# Wolves\n\nThe wolves came over\nthe pass in May\n\nThey left.\n", "a.md")
    assert "came over the pass" in wrapped.text


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("SARN COUNCIL\nROADS COMMITTEE\n\nMinutes of 4 May 2021", "SARN COUNCIL: ROADS COMMITTEE"),
        (
            "Ferry Board\nMinutes of the meeting of 4 May",
            "Ferry Board: Minutes of the meeting of 4 May",
        ),
        ("Minutes of the Ferry Board\nMeeting held on 4 May 2021", "Minutes of the Ferry Board"),
        ("Ferry Board\nPresent: Ada Poe\nMinutes of the last meeting", "Ferry Board"),
        ("The ferry\nBy Ada Poe\nA meeting of minds", "The ferry"),
    ],
)
def test_minutes_are_titled_with_their_committee(head: str, title: str) -> None:
    """The name of a body alone is the title of no minutes."""
    assert guess(f"{head}\n\n{STORY}", "a", known={})["title"] == title
