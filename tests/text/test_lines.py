"""The structure of plain text is what a reader of its lines sees."""

from __future__ import annotations

import random
import textwrap

import pytest

from rag.text.layout.pages import find_page_heads
from rag.text.layout.source import read_lines
from rag.text.lines import arrange, find_blocks
from rag.text.sentences import Sentence, split_sentences

PROSE = (
    "The storm reached the harbour of Vik shortly before midnight, and about 40 of the 90 boats "
    "were not lost. The harbour master had warned their owners on Friday afternoon. The cost of "
    "the damage was put at 3.5 million crowns, of which the state of Norway paid 2 million. "
)


def shown(text: str) -> list[tuple[str, str]]:
    """The kinds and the words of the blocks of a text, line ends as spaces."""
    return [(b.kind, " ".join(text[b.start : b.end].split())) for b in find_blocks(text)]


def heads_of_pages(text: str) -> list[tuple[int, int]]:
    lines = read_lines(text)
    return [(lines[at].start, lines[at].end) for at in sorted(find_page_heads(lines))]


def words(text: str, kind: str) -> list[str]:
    return [found for of, found in shown(text) if of == kind]


def labels(text: str, kind: str) -> list[str]:
    return [block.label for block in find_blocks(text) if block.kind == kind]


@pytest.mark.parametrize("width", [45, 60, 72, 76, 100])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028"])
def test_wrapped_lines_are_one_paragraph(width: int, end: str) -> None:
    """Where a word would not have fit, a line goes on, whatever the next begins with."""
    paragraphs = [PROSE.strip(), PROSE.strip()]
    text = "\n\n".join(textwrap.fill(paragraph, width) for paragraph in paragraphs)
    assert words(text.replace("\n", end), "text") == paragraphs


def test_a_line_that_begins_with_a_figure_goes_on() -> None:
    """A figure at the beginning of the second of two lines cuts no sentence."""
    text = "The crews found on Tuesday that about 40 of the\n90 boats were not lost.\n"
    assert [text[s.start : s.end] for s in split_sentences(text, [])] == [text.strip()]


def test_lines_of_verse_and_addresses_stay_apart() -> None:
    """Lines that end before the column does are lines of their own."""
    verse = "The boats come in at evening,\nTheir lamps are burning low,\nAnd all the men sing.\n"
    address = "Ole Brandt\n5 Long Road\n1234 Vik\n"
    prose = textwrap.fill(PROSE, 76)
    text = f"{prose}\n\n{verse}\n{address}\n{prose}\n"
    assert words(text, "text")[1:-1] == [*verse.splitlines(), *address.splitlines()]


def test_an_indent_begins_a_paragraph() -> None:
    """Paragraphs without blank lines are told by the indent of their first lines."""
    one = textwrap.fill(PROSE, 70, initial_indent="   ")
    assert len(words(f"{one}\n{one}\n{one}", "text")) == 3


def test_chinese_and_japanese_lines_go_on() -> None:
    """Columns of ideographs are wrapped within words."""
    line = "青河市の新しい橋は二〇二三年十月に完成し、総工費は三億二千万円である。" * 3
    text = "\n".join(line[at : at + 25] for at in range(0, len(line), 25))
    assert len(words(text, "text")) == 1


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("Title\n=====\n\nPart\n----\n\nThe text.", [1, 2]),
        ("THE STORM\n\nThe text.\n\nTHE COST\n\nThe text.", [1, 2]),
        ("Act\n\n1. Duties\n\nThe text.\n\n1.1 Fees\n\nThe text.\n\n2. End\n\nText.", [1, 2, 3, 2]),
        ("Act\n\nChapter IV\nOn boats\n\n§ 4 Fees\nThe fee is 25 pounds.\n", [1, 3, 4]),
        ("Gesetz\n\nArtikel 5\nDie Gebühr beträgt 25 Euro.\n", [1, 4]),
        ("法\n\n第3条 手数料\n登録料は二十五円とする。\n", [1, 4]),
        ("## The cost\n\nThe text.", [2]),
    ],
)
def test_headings(text: str, levels: list[int]) -> None:
    """Headings are underlined, numbered, in capitals, or short and set apart; with their level."""
    assert [block.level for block in find_blocks(text) if block.kind == "heading"] == levels


def test_numbered_paragraphs_keep_their_number() -> None:
    """A numbered sentence is no heading, and its number is quoted with it."""
    text = "Dog Act\n\nSection 1\n(1) The fee is 25 pounds.\n(2) Guide dogs are exempt.\n"
    text += "\nSection 2. Dogs are registered.\n"
    assert words(text, "heading") == ["Dog Act", "Section 1"]
    quoted = [text[s.start : s.end] for s in split_sentences(text, []) if s.kind != "heading"]
    assert quoted[0] == "(1) The fee is 25 pounds."
    assert quoted[2] == "Section 2. Dogs are registered."


def test_items_know_what_they_hang_on() -> None:
    """An entry has the line that the list hangs on, and one within another the one above it."""
    text = (
        "The board has three tasks. They are set by law:\n"
        "  - to keep the piers\n"
        "  - to collect dues\n"
        "    of all boats:\n"
        "      a) by month\n"
        "      b) by year\n"
        "  - to dredge\n"
    )
    items = [block for block in find_blocks(text) if block.kind == "item"]
    assert [block.level for block in items] == [1, 1, 2, 2, 1]
    lead, deep = "They are set by law:", "to collect dues of all boats:"
    assert [block.label for block in items] == [lead, lead, deep, deep, lead]
    assert words(text, "item")[1:3] == ["to collect dues of all boats:", "a) by month"]


@pytest.mark.parametrize(
    "marks",
    [
        *("-- ", "•• ", "–– ", "** "),
        *(("1. ", "2. "), ("1) ", "2) "), ("(a) ", "(b) "), ("iii. ", "iv. "), ("A. ", "B. ")),
        *(("一、", "二、"), ("① ", "② "), ("١. ", "٢. "), ("[ ] ", "[x] ")),
    ],
)
def test_lists_of_every_mark(marks: str | tuple[str, str]) -> None:
    """Bullets are left out of what is quoted, numbers and letters are not."""
    one, other = (marks[0] + " ", marks[1] + " ") if isinstance(marks, str) else marks
    text = f"They are:\n\n{one}Arne Vik\n{other}Berit Dahl\n"
    if one.startswith("["):
        text = text.replace("[", "- [")
    found = words(text, "item")
    assert len(found) == 2
    assert found[1] == ("Berit Dahl" if isinstance(marks, str) else f"{other}Berit Dahl")
    assert labels(text, "item") == ["They are:"] * 2


def test_names_below_a_lead_are_items() -> None:
    """A list needs no bullets where a line with a colon or a heading leads to it."""
    text = "Members of the committee:\nArne Vik\nBerit Dahl\n3 others\n\nThe text goes on.\n"
    assert words(text, "item") == ["Arne Vik", "Berit Dahl", "3 others"]


def test_a_date_or_a_dash_amid_prose_is_no_item() -> None:
    """A wrapped line may begin with what marks an item elsewhere."""
    first = "The council agreed on the new plan of the harbour master, Ole Brandt, on the"
    for cut in ("12. May it was signed and sent to", "- once so proud - owners of the boats"):
        text = f"{first}\n{cut} the\nminister, who had waited for it since May.\n"
        text = f"{textwrap.fill(PROSE, 76)}\n\n{text}"
        assert words(text, "item") == []


def test_an_entry_is_quoted_whole() -> None:
    """An entry of a list is one unit, whatever stops are in it, unless it is a long text."""
    entries = ["Dr. A. Berg, chair (since 2019). Also treasurer", "He left. She stayed."]
    text = "Members:\n" + "".join(f"- {entry}\n" for entry in entries)
    units = [(text[s.start : s.end], s.kind, s.label) for s in split_sentences(text, [])][1:]
    assert units == [(entry, "item", "Members:") for entry in entries]
    text = f"- {PROSE * 2}\n- He left.\n"
    assert len(split_sentences(text, [])) == 7


def test_fields_are_whole() -> None:
    """Labels with their values are quoted together, by a colon, dots or at a memo's head."""
    text = (
        "Harbour\nPublished: 03/04/2024\n\nThe harbour is open. It said: no.\n\n"
        "Opening hours: 9–17\nAddress: 5 Long\n   Road\n\nCapacity ........ 300\nSeats .... 120\n"
    )
    assert words(text, "field") == [
        *("Published: 03/04/2024", "Opening hours: 9–17", "Address: 5 Long Road"),
        *("Capacity ........ 300", "Seats .... 120"),
    ]
    memo = "MEMO\n\nTO:      All staff\nFROM:    Ole Brandt\nSUBJECT: Keys\n\nRuhl has them.\n"
    assert len(words(memo, "field")) == 3


@pytest.mark.parametrize(
    "text",
    [
        "Q: Who repairs it?\nA: Only Leven.\n\nQ: Is it dear?\nA: No.\n",
        "Frage: Wer zahlt?\nAntwort: Das Land.\n\nFrage: Wie viel?\nAntwort: Alles.\n",
        "問：いつですか。\n答：五月です。\n\n問：どこですか。\n答：橋です。\n",
        "Bike\n\nWho repairs it?\nOnly Leven.\n\nIs it dear?\nNo.\n",
        "Bike\n\nWho repairs it?\n\nOnly Leven.\n\nIs it dear?\n\nNo.\n",
    ],
)
def test_questions_are_quoted_with_their_answers(text: str) -> None:
    """A question and its answer are one field, marked or not."""
    assert [found.count("\n") + 1 for found in words(text, "field")] == [1, 1]
    assert len(words(text, "text")) == 0


def test_turns_have_speakers() -> None:
    """What is said has its speaker, to the next one; labels return, and a remark has none."""
    text = (
        "Anna Lind: When is it built?\n\nMAYOR: In May. It takes\ntwo years.\n\nIt costs 3 million."
        "\n\n(Laughter)\n\nAnna Lind: Who pays?\nMAYOR: The state pays.\n"
    )
    who = ["Anna Lind", "MAYOR", "MAYOR", "Anna Lind", "MAYOR"]
    assert labels(text, "turn") == who
    assert words(text, "text") == ["(Laughter)"]
    said = split_sentences(text, [])
    assert said[2] == Sentence(text.index("It takes"), text.index("\n\nIt costs"), "text", "MAYOR")
    timed = "Bo Lund (00:01):\nIt is old.\n\nAnna (00:09):\nWhy?\n\nBo Lund (00:12):\nSo.\n"
    assert labels(timed, "turn") == ["Bo Lund", "Anna", "Bo Lund"]
    court = "THE COURT\nStep down.\n\nMS RUHL\nThank you.\n\nTHE COURT\nWe adjourn.\n"
    assert labels(court, "turn") == ["THE COURT", "MS RUHL", "THE COURT"]


def test_what_is_said_goes_on_in_the_next_line() -> None:
    """Where blank lines part the turns, a line directly below goes on, but no remark."""
    text = (
        "ANNA: When is it built?\n\nBO: In May. The rest comes later;\nI will be old by then.\n\n"
        "There are\nTwo years yet.\n\nANNA: Who\nBo Lund\npays?\n(Laughter)\n"
    )
    assert words(text, "turn") == [
        "ANNA: When is it built?",
        "BO: In May. The rest comes later; I will be old by then.",
        "There are Two years yet.",
        "ANNA: Who Bo Lund pays?",
    ]
    assert words(text, "text") == ["(Laughter)"]


def test_a_line_may_end_with_an_abbreviation() -> None:
    """Behind "Dr." or "no." at the end of a line its sentence goes on in the next."""
    text = (
        "He came to the house with Dr.\nBerg, who lives at no.\n7 of the lane. He left the U.S.\n"
    )
    text += "army in 1990.\n"
    found = [" ".join(text[s.start : s.end].split()) for s in split_sentences(text, [])]
    assert found == [
        "He came to the house with Dr. Berg, who lives at no. 7 of the lane.",
        "He left the U.S. army in 1990.",
    ]


def test_the_lead_of_a_list_is_a_whole_sentence() -> None:
    """It begins where its sentence does, and a paragraph of several sentences leads to nothing."""
    text = "The board met. Ms. Kern and Dr. B. Lund ask for:\n\n- a new rope\n- two lamps\n"
    assert labels(text, "item") == ["Ms. Kern and Dr. B. Lund ask for:"] * 2
    text = "It is dear. We paid much (1990: 40 crowns). No one came.\n\n1. Be kind.\n2. Be early.\n"
    assert labels(text, "item") == ["", ""]
    text = "There are two rules.\n\n1. Be kind.\n2. Be early.\n"
    assert labels(text, "item") == ["There are two rules."] * 2


def test_a_list_at_the_top_is_no_title() -> None:
    """Entries below the first line are entries."""
    assert words("These are wanted:\n\n- a new rope\n- two lamps\n", "item") == [
        "a new rope",
        "two lamps",
    ]


@pytest.mark.parametrize("number", ["- 7 -", "– 7 –", "Page 7", "Page 7 of 9", "Seite 7"])
def test_a_lone_number_of_a_page_is_its_foot(number: str) -> None:
    """A line that only numbers a page belongs to no part, and no list hangs on what is above."""
    text = f"{PROSE}\n\n{' ' * 30}{number}\n\n1. Be kind.\n2. Be early.\n"
    assert [text[low:high] for low, high in heads_of_pages(text)] == [number]
    assert labels(text, "item") == ["", ""]
    assert number not in [found for _, found in shown(text)]


def test_the_last_answer_goes_on() -> None:
    """Paragraphs behind the last label are the speaker's, to a heading, a rule or their name."""
    talk = "ANNA KERN: When?\n\nBO LUND: In May.\n\nANNA KERN: And now?\n\nBO LUND: I rest.\n\n"
    talk += "My boat is old.\n\n"
    ends = ("* * *\n\nHe was asked in May.\n", "About us\n\nWe are a weekly.\n")
    for end in (*ends, "Bo Lund lives in Vik.\n\nHe was asked in May.\n"):
        assert labels(talk + end, "turn")[-2:] == ["BO LUND", "BO LUND"]
        assert words(talk + end, "turn")[-1] == "My boat is old."
    assert words(f"{talk}Q: Who pays?\nA: The state.\n", "turn")[-1] == "My boat is old."


def test_forms_filled_in_twice_are_no_turns() -> None:
    """Labels that return before values, not sentences, are fields."""
    text = "Name: Anna\nAge: 30\n\nName: Bert\nAge: 31\n\nName: Carl\nAge: 32\n"
    assert labels(text, "turn") == []
    assert len(words(text, "field")) == 6


@pytest.mark.parametrize(
    "text",
    [
        "Town          Boats   Built\nVik          12,300    1953\nOld Harbour     900    1874\n",
        "+---+\n| Town | Boats |\n+---+\n| Vik  | 40    |\n| Moss | 12    |\n+---+\n",
        "| Town | Boats |\n|---|---|\n| Vik | 40 |\n| Moss | 12 |\n",
        "Town\tBoats\nVik\t40\nMoss\t12\n",
        "          2022    2023\nVik         40      52\nMoss        12\n",
    ],
)
def test_rows_know_their_header(text: str) -> None:
    """Rows are lines as they stand, with the cells of the header as their label."""
    rows = [block for block in find_blocks(text) if block.kind == "row"]
    assert len(rows) == 2
    assert all(block.label.count(" | ") >= 1 for block in rows)
    assert all("\n" not in text[block.start : block.end] for block in rows)
    assert text[rows[0].start :].startswith("Vik")


def test_justified_prose_is_no_table() -> None:
    """Two spaces here and there, or behind full stops, make no columns."""
    text = textwrap.fill(PROSE.replace(". ", ".  ") * 2, 72).replace(" the ", "  the ", 2)
    assert words(text, "row") == []


def test_quotation_in_messages_is_apart() -> None:
    """What is quoted in a message is not mixed with what is new; its marks begin no block."""
    text = "I agree with\n> the plan of the harbour\n> master.\nthat he made.\n"
    assert [text[b.start : b.end] for b in find_blocks(text)][1] == (
        "the plan of the harbour\n> master."
    )


def test_heads_of_pages_are_no_part_of_the_text() -> None:
    """What returns at the top and bottom of pages is clutter, as are the page numbers."""
    pages = [f"The Harbour{' ' * 20}May\n\n{PROSE}\n\n  Page {n}\n" for n in range(1, 5)]
    text = "\f".join(pages)
    heads = [" ".join(text[low:high].split()) for low, high in heads_of_pages(text)]
    assert heads == [head for n in range(1, 5) for head in ("The Harbour May", f"Page {n}")]
    assert {found for _, found in shown(text)} == {PROSE.strip()}


def test_a_foot_that_counts_and_the_head_below_it_part_no_sentence() -> None:
    """On the first two pages of a memo nothing returns, yet "[Page 1]" is a foot."""
    text = (
        "The pigeons bring the mail of the islands, and a second flight is\n\n\n"
        f"Imre{' ' * 60}[Page 1]\n\fNote 88{' ' * 12}The Pigeons{' ' * 12}March 1986\n\n\n"
        "impossible after dusk. They rest at night.\n"
    )
    spans = [" ".join(text[low:high].split()) for low, high in heads_of_pages(text)]
    assert spans == ["Imre [Page 1]", "Note 88 The Pigeons March 1986"]
    read = arrange(text)[0]
    assert "a second flight is\n\fimpossible after dusk." in read


def test_blocks_decide_where_they_are_given() -> None:
    """No sentence crosses a block, and a row is one unit with its label."""
    from rag.text.blocks import Block

    text = "The bridge\nis long. It is new.\nVik | 40"
    blocks = [Block(0, 10, "text"), Block(11, 30, "text"), Block(31, 39, "row", 0, "Town | Boats")]
    assert split_sentences(text, [], blocks=blocks) == [
        Sentence(0, 10, "text"),
        Sentence(11, 19, "text"),
        Sentence(20, 30, "text"),
        Sentence(31, 39, "row", "Town | Boats"),
    ]


@pytest.mark.parametrize("seed", range(30))
def test_no_word_is_lost_where_pages_are_arranged(seed: int) -> None:
    """Heads change their place and nothing else; no part of the text holds one."""
    chance = random.Random(seed)
    parts = [
        "It was said\n",
        "that all of\nthem",
        " left.\n",
        "\n",
        "\n\n",
        "\r\n",
        "- 3 -\n",
    ]
    pages = ["".join(chance.choice(parts) for _ in range(12)) for _ in range(6)]
    text = "\f".join(f"The Guild {n}\n\n{page}\n" for n, page in enumerate(pages))
    arranged, heads, blocks = arrange(text)
    assert sorted(arranged.split()) == sorted(text.split())
    assert arranged.count("\f") == text.count("\f")
    assert [arranged[low:high] for low, high in heads if "Guild" in arranged[low:high]] == [
        f"The Guild {n}" for n in range(6)
    ]
    assert not any("Guild" in arranged[block.start : block.end] for block in blocks)


@pytest.mark.parametrize("seed", range(30))
def test_every_letter_is_in_one_block(seed: int) -> None:
    """Blocks of random text are in order, without white space around them, and hold all words."""
    chance = random.Random(seed)
    parts = ["Q: ", "A: ", "MAYOR: ", "1. ", "2. ", "a) ", "- ", "• ", "| ", "\t", "  ", "> ", "\f"]
    parts += [
        "The boats came.",
        "boats",
        "Vik",
        "Who?",
        "\n",
        "\n",
        "\n\n",
        "----",
        "===",
        "Name: x",
    ]
    text = "".join(chance.choice(parts) for _ in range(400))
    covered: list[int] = []
    for block in find_blocks(text):
        assert text[block.start : block.end].strip() == text[block.start : block.end] != ""
        covered += range(block.start, block.end)
    assert covered == sorted(set(covered))
    heads = {at for low, high in heads_of_pages(text) for at in range(low, high)}
    assert {at for at, char in enumerate(text) if char.isalnum()} <= set(covered) | heads


# A great many of one line cost a third of a second: every day one of each family is read.
HOSTILE = ("| a |\n", "Q: a?\n", "- a\n", "a .... b\n", "THE COURT\n", ">" * 900 + "\n")
MORE_HOSTILE = (
    *("a  b  c\n", "  a  b\n", "-----\n", "+--+--+\n| a | b |\n", "A: b\n", "X: y.\nZ: y.\n"),
    *("1. a\n", "(i) a\n", "> a\n", "a\fb\n", "....\n", "a\t\n", "a:\n"),
    *("x" * 5_000 + "\n", "  " * 3_000 + "a\n"),
)


@pytest.mark.parametrize(
    "line", [*HOSTILE, *(pytest.param(line, marks=pytest.mark.campaign) for line in MORE_HOSTILE)]
)
def test_hostile_lines_take_linear_time(line: str) -> None:
    """A great many lines of any kind are read: time that grew with their square would not end."""
    text = line * (50_000 // len(line))
    find_blocks(text)
