"""Messages of chats become turns that say who speaks, in logs and in exports."""

from __future__ import annotations

from typing import Any

import pytest

from rag.formats.extracted import Extracted
from rag.formats.speech.chats import read_chat, read_chat_text


def turns(chat: Extracted | None) -> list[tuple[str, str]]:
    """The speaker and the words of each turn; the text of a log is not altered."""
    assert chat is not None
    return [(b.label, chat.text[b.start : b.end]) for b in chat.blocks if b.kind == "turn"]


def others(chat: Extracted | None) -> list[tuple[str, str]]:
    assert chat is not None
    return [(b.kind, chat.text[b.start : b.end]) for b in chat.blocks if b.kind != "turn"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("[05.02.24, 10:15:03] Ana Ruhl: ", "[05.02.24, 10:16:40] ~\u202fBen: "),
        ("\u200e[05/02/2024, 10:15:03 PM] Ana Ruhl: ", "[05/02/2024, 10:16:40 PM] Ben: "),
        ("2/5/24, 10:15\u202fAM - Ana Ruhl: ", "2/5/24, 10:16\u202fAM - Ben: "),
        ("5/2/24, 10:15 a. m. - Ana Ruhl: ", "5/2/24, 10:16 a. m. - Ben: "),
        ("05.02.24, 10:15 - Ana Ruhl: ", "05.02.24, 10:16 - Ben: "),
        ("2024-02-05, 10.15 - Ana Ruhl: ", "2024-02-05, 10.16 - Ben: "),
        ("2024/2/5, 下午10:15 - Ana Ruhl: ", "2024/2/5, 下午10:16 - Ben: "),
        ("[10:15, 5/2/2024] Ana Ruhl: ", "[10:16, 5/2/2024] Ben: "),
        ("[2024-02-05 10:15] Ana Ruhl: ", "[2024-02-05 10:16] Ben: "),
        ("[Ana Ruhl] [오전 10:15] ", "[Ben] [오전 10:16] "),
        ("2024년 2월 5일 오전 10:15, Ana Ruhl : ", "2024년 2월 5일 오전 10:16, Ben : "),
    ],
)
def test_whatsapp_in_any_country(first: str, second: str) -> None:
    """A message is a turn with its time and speaker, over as many lines as it has."""
    text = f"{first}The key is\n\nunder the mat. It is blue.\r\n{second}Thanks!\r\n"
    chat = read_chat_text(text)
    assert turns(chat) == [
        ("Ana Ruhl", f"{first}The key is\n\nunder the mat. It is blue."),
        ("Ben", f"{second}Thanks!"),
    ]
    assert chat and chat.text == text


def test_stops_in_a_stamp_stay_outside() -> None:
    """A stamp that would be cut into sentences does not stand in the turn."""
    text = "5. 2. 2024, 10:15 - Ana: The key is here.\n5. 2. 2024, 10:16 - Ben: Thanks.\n"
    assert turns(read_chat_text(text)) == [
        ("Ana", "Ana: The key is here."),
        ("Ben", "Ben: Thanks."),
    ]


def test_lines_of_the_program_are_no_turns() -> None:
    """What the program says, such as who was added, belongs to nobody."""
    text = (
        "2/5/24, 10:14 - Ana added Ben\n2/5/24, 10:15 - Ana: Hello.\n"
        "2/5/24, 10:16 - Ben: Hello too.\n2/5/24, 10:17 - Ana left\n"
    )
    chat = read_chat_text(text)
    assert [who for who, _ in turns(chat)] == ["Ana", "Ben"]
    assert others(chat) == [("text", "Ana added Ben"), ("text", "Ana left")]


@pytest.mark.parametrize(
    "shown",
    [
        *("<Media omitted>", "<Medien ausgeschlossen>", "\u200eimage omitted"),
        *("\u200e<attached: 0003-PHOTO.jpg>", "\u200eIMG-20240205.jpg (file attached)"),
    ],
)
def test_media_are_named_as_unread(shown: str) -> None:
    """A picture that is not in the log is no message, and is told."""
    lines = ["Look at this:", shown, "It leaks."]
    chat = read_chat_text(
        "".join(f"[05.02.24, 10:15:0{at}] Ana: {x}\n" for at, x in enumerate(lines))
    )
    assert [words[26:] for _, words in turns(chat)] == ["Look at this:", "It leaks."]
    assert chat and chat.unread == (
        "has a message that is a picture or other media, which a chat's text does not hold",
    )
    assert shown in chat.text[chat.marks[0].start : chat.marks[0].end]


def test_irc() -> None:
    """In a log of IRC each line is a message; comings and goings are clutter."""
    text = (
        "--- Log opened Mon Feb 05 2024\n[10:14] -!- ana [~a@host] has joined #depot\n"
        "[10:15] <ana> the vans are here\n[10:16] <@ben> all six?\n[10:16] * ana nods\n"
        "[10:17] <ana> yes\n"
    )
    chat = read_chat_text(text)
    assert turns(chat) == [
        ("ana", "[10:15] <ana> the vans are here"),
        ("ben", "[10:16] <@ben> all six?"),
        ("ana", "[10:16] * ana nods"),
        ("ana", "[10:17] <ana> yes"),
    ]
    assert others(chat) == [("heading", "--- Log opened Mon Feb 05 2024")]
    assert chat and [mark.kind for mark in chat.marks] == ["clutter"]


@pytest.mark.parametrize(
    "head",
    [
        *("{who}, [05.02.24 10:15]\n", "{who}, [5 Feb 2024 at 10:15:03]:\n"),
        *("{who}  10:15 AM\n", "[10:15] {who}\n", "[05.02. 10:15] {who}\n", "{who}\t0:15\n"),
        *(
            "[05-Feb-24 10:15 AM] {who}\n",
            "{who} — Today at 10:15 AM\n",
            "{who} 2024-02-05 10:15\n",
        ),
        *("{who} — 05/02/2024 10:15\n", "2024-02-05 10:15:03 {who}(10015)\n"),
    ],
)
def test_words_below_the_speaker(head: str) -> None:
    """Where the speaker has a line of his own, the words below are the turn."""
    text = "".join(
        f"{head.format(who=who)}{words}\n\n"
        for who, words in (("Ana Ruhl", "One.\nTwo."), ("Ben", "Three."), ("Ana Ruhl", "Four."))
    )
    expected = [("Ana Ruhl", "One.\nTwo."), ("Ben", "Three."), ("Ana Ruhl", "Four.")]
    assert turns(read_chat_text(text)) == expected


@pytest.mark.parametrize("head", ["00:10:15 {who}\n", "{who} (10:15)\n", "{who} 0:15\n"])
def test_lines_of_a_time_and_a_name_are_speech_where_speakers_alternate(head: str) -> None:
    """Two who answer each other make a transcript; others may join once."""
    said = [("Ana Ruhl", "One."), ("Ben", "Two."), ("Ana Ruhl", "Three."), ("Ben", "Four.")]
    for talk in (said, [*said, ("Cem", "Five.")]):
        text = "".join(f"{head.format(who=who)}{words}\n\n" for who, words in talk)
        assert turns(read_chat_text(text)) == talk
    for other in (said[:3], said[::2] * 2, [*said[::2], *said[1::2]]):
        text = "".join(f"{head.format(who=who)}{words}\n\n" for who, words in other)
        assert read_chat_text(text) is None


def test_line() -> None:
    """A chat saved by LINE has its days as headings; what is above the first message is kept."""
    text = (
        "[LINE] Chat history with Ben\nSaved on: 2024/03/01 12:00\n\nMon, 02/05/2024\n"
        "10:15\tAna Ruhl\tThe key is here.\n10:16\tBen\tThanks.\n\n2024/02/06(火)\n"
        '08:03\tAna Ruhl\t"Yes.\nIt is blue."\n'
    )
    chat = read_chat_text(text)
    assert turns(chat) == [
        ("Ana Ruhl", "10:15\tAna Ruhl\tThe key is here."),
        ("Ben", "10:16\tBen\tThanks."),
        ("Ana Ruhl", '08:03\tAna Ruhl\t"Yes.\nIt is blue."'),
    ]
    assert [words for kind, words in others(chat) if kind == "heading"][-2:] == [
        "Mon, 02/05/2024",
        "2024/02/06(火)",
    ]
    assert "Saved on: 2024/03/01 12:00" in [words for _, words in others(chat)]


def test_a_chat_below_a_summary() -> None:
    """A transcript may begin below as much as a program writes above it, which is kept."""
    head = "".join(
        f"Point {at} was that the van is sold and the key is here.\n\n" for at in range(7)
    )
    said = "".join(
        f"{who}  0:1{at}\nThe van is sold.\n\n" for at, who in enumerate(("Ana", "Ben", "Ana"))
    )
    chat = read_chat_text(f"Board call\n\n{head}{said}")
    assert [who for who, _ in turns(chat)] == ["Ana", "Ben", "Ana"]
    assert len(others(chat)) == 8


def test_what_discord_puts_below_a_message() -> None:
    """Files of a message are told as unread, and reactions are no words of it."""
    at = "[05-Feb-24 10:15 AM] "
    chat = read_chat_text(
        f"Channel: depot\n\n{at}ana\nLook.\n\n{{Attachments}}\nhttps://a.org/b.png\n\n"
        f"{at}ben\nNice.\n\n{{Reactions}}\n+1 (2)\n\n{at}ana\nYes.\n"
    )
    assert turns(chat) == [("ana", "Look."), ("ben", "Nice."), ("ana", "Yes.")]
    assert chat and len(chat.marks) == 2 and len(chat.unread) == 1


def test_zoom() -> None:
    """A chat saved by Zoom names who wrote to whom."""
    text = "10:15:03 From Ana Ruhl to Everyone:\n\tSlides follow.\n10:16:00 From  Ben : Thanks.\n"
    assert turns(read_chat_text(text)) == [
        ("Ana Ruhl", "10:15:03 From Ana Ruhl to Everyone:\n\tSlides follow."),
        ("Ben", "10:16:00 From  Ben : Thanks."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The ferry runs daily.\nIt is blue.\n",
        "Programme\n10:15 Registration: in the hall\n10:30 Talk: boilers\n11:00 Break: coffee\n",
        "[2024-02-05 10:15:03] INFO: started\n[2024-02-05 10:15:04] ERROR: stopped\n",
        "10:15\tHolm\tGate 4\n10:30\tVik\tGate 5\n11:00\tAas\tGate 4\n",
        "9:00 Talk\nRoom 4\n9:30 Break\nHall\n10:00 Talk\nRoom 5\n10:30 Break\nHall\n",
        "10:10 Police\nOfficers reached the house.\n" * 4,
        "Police (10:10)\nOfficers reached the house.\n" * 4,
        "Police 2024-02-05 10:10\nOfficers reached the house.\n" * 4,
        "10:10\tPolice\tOfficers reached the house.\n" * 4,
        "9:10 Larnmouth\nThe train stops here.\n9:20 Aas\nIt stops.\n9:30 Larnmouth\nIt ends.\n",
        "1. Ana: treasurer\n2. Ben: secretary\n3. Cem: chair\n",
        "[10:15] Only one: line of this form\nand then a long story\nthat goes on.\n",
        "05.02.24, 10:15 - Ana: once\n" + "A line of a story that goes on and on.\n" * 30,
    ],
)
def test_other_texts_are_no_chats(text: str) -> None:
    """A programme, a log of a server, a list and a story are left to others."""
    assert read_chat_text(text) is None


SLACK = [
    {"type": "message", "user": "U1", "ts": "1707128103.0002",
     "text": "See <https://a.org|A &amp; B>",
     "user_profile": {"real_name": "Ana Ruhl"}},
    {"type": "message", "user": "U2", "ts": "1707128160.0", "text": "Thanks <@U1> &lt;3",
     "user_profile": {"real_name": "", "display_name": "ben"}, "files": [{"name": "plan.pdf"}]},
    {"type": "message", "user": "U1", "ts": "1707214503.0", "text": "Next day."},
]  # fmt: skip
DISCORD = {
    "channel": {"name": "depot"},
    "messages": [
        {"timestamp": "2024-02-05T10:15:03.123+00:00", "content": "See https://a.org",
         "author": {"name": "ana1", "nickname": "Ana Ruhl"}, "attachments": []},
        {"timestamp": "2024-02-05T10:16:00+00:00", "content": "Thanks",
         "author": {"name": "ben"}, "attachments": [{"fileName": "plan.pdf"}]},
    ],
}  # fmt: skip
TELEGRAM = {
    "name": "Depot", "type": "private_group",
    "messages": [
        {"type": "service", "actor": "Ana", "action": "create_group", "text": "",
         "date": "2024-02-05T10:00:00"},
        {"type": "message", "date": "2024-02-05T10:15:03", "from": "Ana Ruhl",
         "text": ["See ", {"type": "link", "text": "https://a.org"}, "."]},
        {"type": "message", "date": "2024-02-05T10:16:00", "from": "Ben", "text": "Thanks",
         "photo": "photos/a.jpg"},
    ],
}  # fmt: skip
TEAMS = {
    "value": [
        {"createdDateTime": "2024-02-05T10:16:00Z", "from": {"user": {"displayName": "Ben"}},
         "body": {"contentType": "html", "content": "<p>Thanks</p>"}},
        {"createdDateTime": "2024-02-05T10:15:03Z", "from": {"user": {"displayName": "Ana Ruhl"}},
         "body": {"contentType": "html", "content": "<div>5 &lt; 6<br>so</div>"}},
    ],
}  # fmt: skip
MESSENGER = {
    "participants": [{"name": "Ana"}], "title": "Ben",
    "messages": [
        {"sender_name": "Ben", "timestamp_ms": 1707128160000, "content": "Danke"},
        {"sender_name": "JosÃ©", "timestamp_ms": 1707128103000, "content": "SchÃ¶n"},
    ],
}  # fmt: skip
ASSISTANT = [
    {
        "title": "Boilers", "create_time": 1707128103.0, "current_node": "c",
        "mapping": {
            "a": {"parent": None, "message": None},
            "b": {"parent": "a", "message": {"author": {"role": "user"},
                  "create_time": 1707128103.0,
                  "content": {"content_type": "text", "parts": ["Why the noise?"]}}},
            "x": {"parent": "b", "message": {"author": {"role": "assistant"},
                  "content": {"content_type": "text", "parts": ["A dropped answer."]}}},
            "c": {"parent": "b", "message": {"author": {"role": "assistant"},
                  "create_time": 1707128160.0,
                  "content": {"content_type": "text", "parts": ["The vessel."]}}},
        },
    }
]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (SLACK, ["Ana Ruhl, 10:15 UTC: See A & B (https://a.org)",
                 "ben, 10:16 UTC: Thanks @Ana Ruhl <3", "Ana Ruhl, 10:15 UTC: Next day."]),
        (DISCORD, ["Ana Ruhl, 10:15 UTC: See https://a.org", "ben, 10:16 UTC: Thanks"]),
        (TELEGRAM, ["Ana Ruhl, 10:15: See https://a.org.", "Ben, 10:16: Thanks"]),
        (TEAMS, ["Ana Ruhl, 10:15 UTC: 5 < 6\nso", "Ben, 10:16 UTC: Thanks"]),
        (MESSENGER, ["José, 10:15 UTC: Schön", "Ben, 10:16 UTC: Danke"]),
        (ASSISTANT, ["User, 10:15 UTC: Why the noise?", "Assistant, 10:16 UTC: The vessel."]),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]},
         ["User: Hi"]),
        ({"chats": {"list": [TELEGRAM]}},
         ["Ana Ruhl, 10:15: See https://a.org.", "Ben, 10:16: Thanks"]),
    ],
)  # fmt: skip
def test_exports(data: Any, expected: list[str]) -> None:
    """Each message says who spoke and when, in order, as its program shows it."""
    found = turns(read_chat(data))
    assert [words for _, words in found] == expected
    assert all(words.startswith(who) for who, words in found)


def test_days_are_headings() -> None:
    """Messages stand under the day on which they were sent."""
    assert others(read_chat(SLACK)) == [
        ("heading", "Monday, 5 February 2024"),
        ("heading", "Tuesday, 6 February 2024"),
    ]


def test_what_an_export_says_about_itself() -> None:
    """The name of the chat is the title, the latest message dates it, files sent are told."""
    chat = read_chat(DISCORD)
    assert chat and chat.metadata == {
        "title": "depot",
        "published": "2024-02-05",
        "published_basis": "stated: in the latest message",
    }
    assert chat.unread == (
        "has a file sent with a message that was not read: plan.pdf; save it into the folder",
    )


def test_several_conversations_have_their_names() -> None:
    """Each conversation of an export of all stands under its name."""
    chat = read_chat({"chats": {"list": [TELEGRAM, {**TELEGRAM, "name": "Board"}]}})
    assert [words for kind, words in others(chat) if kind == "heading"][::2] == ["Depot", "Board"]


@pytest.mark.parametrize(
    "data",
    [
        *(None, 3, "text", [], {}, [1, 2], [[]], {"messages": []}, {"messages": "none"}),
        {"messages": [{"title": "A", "content": "b"}]},
        {"value": [{"user": "Ana", "text": "a row of a service"}]},
        [{"author": "Ana", "text": "A review.", "date": "2024-02-05"}],
        {"mapping": {"a": 3}},
        {"messages": [3, None, {"from": ["a"], "text": {"text": {}}}]},
    ],
)
def test_other_data_are_no_chats(data: Any) -> None:
    """Data that are not surely a chat are left to others."""
    assert read_chat(data) is None


def test_hostile_exports_end() -> None:
    """Loops and depth end, and odd times are passed over."""
    loop = {"mapping": {"a": {"parent": "a", "message": None}}, "current_node": "a"}
    assert read_chat(loop) is None
    deep: Any = "words"
    for _ in range(200):
        deep = {"text": deep}
    assert read_chat({"messages": [{"role": "user", "content": deep}]}) is None
    odd = [
        {"from": "Ana", "text": "a", "date": when} for when in (1e300, "nan", "0001-01-01", -1, [])
    ]
    assert len(turns(read_chat({"messages": odd}))) == 5
