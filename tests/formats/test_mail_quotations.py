"""What a message quotes of others is told apart from its own words, and said of whom."""

from __future__ import annotations

import pytest

from rag.formats.messages.mail import read_eml
from tests.formats.test_mail import eml, parts


def test_replies_say_who_is_quoted() -> None:
    """What is quoted are turns of whoever the line above names, as deep as it goes."""
    text = (
        "We booked the barn.\n\nOn Mon, Jan 13, 2025 at 10:15 AM Runa Eide <runa@example.org>\n"
        "wrote:\n"
        "> Can we get the hall?\n>\n> Am 12.01.25 um 10:15 schrieb Jens Falk:\n>> Not this year.\n"
        "> Runa\n\nThat is all.\n"
    )
    assert parts(read_eml(eml(text))) == [
        ("text", "", "We booked the barn."),
        ("text", "", "On Mon, Jan 13, 2025 at 10:15 AM Runa Eide <runa@example.org> wrote:"),
        ("turn", "Runa Eide", "Can we get the hall?"),
        ("turn", "Runa Eide", "Am 12.01.25 um 10:15 schrieb Jens Falk:"),
        ("turn", "Jens Falk", "Not this year."),
        ("turn", "Runa Eide", "Runa"),
        ("text", "", "That is all."),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "On 1 March 2025 Runa Eide wrote:",
        "Runa Eide wrote:",
        "Runa Eide schrieb am 5. Februar 2024 um 10:15:",
        "Am Mo., 5. Feb. 2024 um 10:15 Uhr schrieb Runa Eide <runa@example.org>:",
        "Am 05.02.24 um 10:15 schrieb Runa Eide:",
        "On Monday, February 5, 2024 at 10:15:03 AM EST, Runa Eide <r@example.org> wrote:",
        "Le lun. 5 févr. 2024 à 10:15, Runa Eide <runa@example.org> a écrit\u00a0:",
        "El lun, 5 feb 2024 a las 10:15, Runa Eide (<runa@example.org>) escribió:",
        "2024-02-05 10:15 GMT+01:00 Runa Eide <runa@example.org>:",
        "Den mån 5 feb. 2024 kl 10:15 skrev Runa Eide <runa@example.org>:",
    ],
)
def test_lines_that_name_who_is_quoted(line: str) -> None:
    """The name is found in the line of any program and language, with or without an address."""
    assert parts(read_eml(eml(f"{line}\n> Can we get the hall?\n")))[1:] == [
        ("turn", "Runa Eide", "Can we get the hall?")
    ]


@pytest.mark.parametrize("marks", [">>", "> >", "> > "])
@pytest.mark.parametrize("flowed", [False, True])
def test_what_is_quoted_twice_is_not_of_whom_is_quoted_once(marks: str, flowed: bool) -> None:
    """Each depth of a quotation has its own person, and a signature is no part of a sentence."""
    head = "Content-Type: text/plain; charset=utf-8" + "; format=flowed" * flowed
    text = (
        "Yes.\r\n\r\nOn 3 May 2025 Runa Eide wrote:\r\n> Is it paid?\r\n>\r\n"
        f"{marks} We changed the lock in May.\r\n> It is new.\r\n> Runa\r\n\r\n"
        "It is paid.\r\nAll the best\r\nIda\r\n"
    )
    assert parts(read_eml(f"From: a@b\r\n{head}\r\n\r\n{text}".encode()))[2:] == [
        ("turn", "Runa Eide", "Is it paid?"),
        ("turn", "", "We changed the lock in May."),
        ("turn", "Runa Eide", "It is new."),
        ("turn", "Runa Eide", "Runa"),
        ("text", "", "It is paid."),
        ("text", "", "All the best\nIda"),
    ]


def test_depths_of_quotations_in_html() -> None:
    """Quotations in quotations are of whom a line above or in them names, else of nobody."""
    page = (
        "<p>Yes.</p><div>On 3 May 2025 Runa Eide wrote:</div><blockquote><p>Yes or no, is it paid?"
        "</p><blockquote><p>We pay in May.</p></blockquote><p>Please tell.<br>Runa</p>"
        "<blockquote><div>On 2 May 2025 Jens Falk wrote:</div><p>No.</p></blockquote></blockquote>"
        "<p>No.</p>"
    )
    found = read_eml(f"From: a@b\nContent-Type: text/html; charset=utf-8\n\n{page}".encode())
    assert parts(found)[-9:] == [
        ("text", "", "Yes."),
        ("text", "", "On 3 May 2025 Runa Eide wrote:"),
        ("turn", "Runa Eide", "Yes or no, is it paid?"),
        ("turn", "", "We pay in May."),
        ("turn", "Runa Eide", "Please tell."),
        ("turn", "Runa Eide", "Runa"),
        ("turn", "", "On 2 May 2025 Jens Falk wrote:"),
        ("turn", "Jens Falk", "No."),
        ("text", "", "No."),
    ]


def test_a_quotation_of_nobody_known() -> None:
    """What is quoted without saying of whom is a turn all the same."""
    assert parts(read_eml(eml("> Can we get the hall?\n\nNo.\n"))) == [
        ("turn", "", "Can we get the hall?"),
        ("text", "", "No."),
    ]


@pytest.mark.parametrize(
    "line", ["-----Original Message-----", "---------- Forwarded message ---------", "", "_" * 32]
)
def test_messages_below_the_answer(line: str) -> None:
    """A message that is quoted whole has its header, and is a turn of its sender."""
    text = (
        f"Yes, please.\n\n{line}\nFrom: Runa Eide [mailto:runa@example.org]\nSent: Monday\n"
        "To: Jens Falk; Ole Brandt;\nIda Ruhl\nSubject: Hall\n\nCan we get the hall?\n\nRuna\n"
    )
    found = parts(read_eml(eml(text)))
    assert ("turn", "Runa Eide", "Can we get the hall?") in found
    assert found[-1] == ("turn", "Runa Eide", "Runa")
    shown = read_eml(eml(text))
    fields = [shown.text[b.start : b.end] for b in shown.blocks if b.kind == "field"]
    assert fields[4:] == [
        "From: Runa Eide [mailto:runa@example.org]",
        "Sent: Monday",
        "To: Jens Falk; Ole Brandt; Ida Ruhl",
        "Subject: Hall",
    ]
    assert (line in shown.text) is not line.startswith("_")  # a rule is no words


def test_what_a_mailing_list_adds_is_nobodys() -> None:
    """The foot that a list puts below a message that is quoted whole is not its sender's."""
    text = (
        f"Yes.\n\n{'_' * 32}\nFrom: Runa Eide\nSent: Monday\nSubject: Hall\n\nCan we?\n"
        f"{'_' * 47}\nReunion mailing list\n"
    )
    assert parts(read_eml(eml(text)))[-2:] == [
        ("turn", "Runa Eide", "Can we?"),
        ("text", "", "Reunion mailing list"),
    ]


def test_words_that_only_look_like_a_header() -> None:
    """A line that begins like a header, and a "wrote" in a sentence, stay the writer's own."""
    text = "From: the depot\nwe go to town.\n\nThe mayor wrote:\n\nNothing.\n"
    assert {kind for kind, _, _ in parts(read_eml(eml(text)))} == {"text"}


def test_html_alone() -> None:
    """A body in HTML is decoded as its header says, and its quotations are turns."""
    page = (
        '<html><head><meta charset="utf-8"></head><body><div>Wir haben die Scheune für Juni '
        "gebucht, sie kostet 600 Euro.</div><div>Am Mo., 13. Jan. 2025 um 10:15 Uhr schrieb Runa "
        "Eide &lt;runa@example.org&gt;:</div><blockquote><p>Bekommen wir die Halle in Moss für das "
        "Treffen im Sommer?</p></blockquote></body></html>"
    )
    head = b"From: a@b\nContent-Type: text/html; charset=iso-8859-1\n\n"
    found = read_eml(head + page.encode("latin-1"))
    assert "Scheune für Juni" in found.text
    assert "<" not in found.text.replace("<runa@example.org>", "")
    turns = [(b.label, found.text[b.start : b.end]) for b in found.blocks if b.kind == "turn"]
    assert turns == [("Runa Eide", "Bekommen wir die Halle in Moss für das Treffen im Sommer?")]


def test_a_message_below_the_answer_in_html() -> None:
    """Outlook's header above what it quotes names who speaks below, in HTML too."""
    page = (
        "<html><body><p>Dear Runa, we booked the barn in Hobol for the fourteenth.</p>"
        '<div style="border-top:solid"><p><b>From:</b> Runa Eide &lt;runa@example.org&gt;<br>'
        "<b>Sent:</b> Monday<br><b>To:</b> Ida<br><b>Subject:</b> Hall</p></div>"
        "<p>Can we get the hall in Moss for the reunion in summer?</p></body></html>"
    )
    found = read_eml(f"Content-Type: text/html; charset=utf-8\n\n{page}".encode())
    assert parts(found)[0] == (
        "text",
        "",
        "Dear Runa, we booked the barn in Hobol for the fourteenth.",
    )
    assert parts(found)[-1] == (
        "turn",
        "Runa Eide",
        "Can we get the hall in Moss for the reunion in summer?",
    )
