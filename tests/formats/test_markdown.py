"""Markdown in its dialects: words without marks, in the blocks that are shown."""

from __future__ import annotations

import pytest

from rag.documents.loading import load
from rag.formats.markup.markdown import read_markdown


def parts(source: str) -> list[tuple[str, str]]:
    page = read_markdown(source.encode())
    return [(each.kind, page.text[each.start : each.end]) for each in page.blocks]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("A line that\nis *wrapped* here.", "A line that is wrapped here."),
        ("One.  \nTwo.\\\nThree.", "One.\nTwo.\nThree."),
        (
            "See [the plan](https://a.example) and <https://b.example>.",
            "See the plan and https://b.example.",
        ),
        ("![alt](a.png)\n\nWords `x <b>` &amp; more", "Words x <b> & more"),
        (
            "See [[Notes/Budget|the budget]], [[Plan]] and ![[map.png]].",
            "See the budget, Plan and .",
        ),
        ("Fees ==rise== soon %% not yet %% here. ^fee123", "Fees rise soon here."),
        (
            "Press <kbd>Q</kbd>, give <your name>, H<sub>2</sub>O 10<sup>9</sup>.",
            "Press Q, give <your name>, H₂O 10⁹.",
        ),
        ("<!-- draft -->\n\nWords<script>x()</script>", "Words"),
        ("    code\n      more", "code\n  more"),
        ("```py\na = 1\n\nb = [[2]]\n```", "a = 1\n\nb = [[2]]"),
        ("> quoted\n> words", "quoted words"),
        ("> [!warning]- Careful\n> Thin ice.", "Careful\n\nThin ice."),
        ("2 < 3 and a_b_c and 5 * 3 * 2", "2 < 3 and a_b_c and 5 * 3 * 2"),
        ("Term\n: Meaning", "Term: Meaning"),
        ("<div>\n\nInside **it**\n\n</div>", "Inside it"),
    ],
)
def test_words_stand_without_their_marks(source: str, text: str) -> None:
    """What is shown is read, in its lines; a wrapped line goes on in the next."""
    assert read_markdown(source.encode()).text == text


def test_struck_words_are_left_out_and_told() -> None:
    """Words between two tildes are no longer meant."""
    page = read_markdown(b"The fence is ~~green~~ white, ~~now~~ in June.")
    assert page.text == "The fence is white, in June."
    assert page.notes == ("has 2 struck-out passages, left out",)


def test_footnotes_are_raised_and_stand_at_the_end() -> None:
    """A note's number is not glued to the number before it, and its words are kept."""
    page = read_markdown(b"It cost 450[^a] and 7^[inline].\n\n[^a]: As of *May*.\n\nMore.")
    assert page.text == "It cost 450¹ and 7².\n\nMore.\n\n1. As of May.\n2. inline"


def test_lists_and_tables_are_items_and_rows() -> None:
    """Numbers, depth and done tasks are kept; rows have their header as label."""
    source = (
        "Open are:\n\n- Monday\n    1. morning\n    2. noon\n- [x] paid\n- [ ] sent\n\n"
        "| Day | Hours |\n|:--|--:|\n| Mon | 9 \\| 10 |\n| **Tue** | [[a\\|b]] |\n"
    )
    page = read_markdown(source.encode())
    shown = [(page.text[b.start : b.end], b.level, b.label) for b in page.blocks[1:]]
    assert shown == [
        ("Monday", 1, "Open are:"),
        ("1. morning", 2, "Monday"),
        ("2. noon", 2, "Monday"),
        ("☑ paid", 1, "Open are:"),
        ("☐ sent", 1, "Open are:"),
        ("Day | Hours", 6, ""),
        ("Mon | 9 | 10", 0, "Day | Hours"),
        ("Tue | b", 0, "Day | Hours"),
    ]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("Plumber:: Roar Hagen\nPhone:: 555", ["Plumber: Roar Hagen", "Phone: 555"]),
        ("**Claimant:** Vera\n**Filed:** 3 May", ["Claimant: Vera", "Filed: 3 May"]),
        ("Q: How far?\nA: Sixty\nkilometres.", ["Q: How far?\nA: Sixty\nkilometres."]),
        ("**Q:** How far?\n\n**A:** Sixty.", ["Q: How far?\nA: Sixty."]),
        ("Q1. Why?\nA1. So.\nQ2. When?\nA2. Now.", ["Q1. Why?\nA1. So.", "Q2. When?\nA2. Now."]),
    ],
)
def test_fields_and_questions_are_kept_whole(source: str, found: list[str]) -> None:
    """A name with its value, and a question with its answer, are a field each."""
    assert parts(source) == [("field", words) for words in found]


def test_a_bold_question_stays_with_its_answer() -> None:
    """A question in bold letters above its answer is read on with it."""
    assert parts("**How long?**\nTwo years.") == [("text", "How long? Two years.")]
    assert parts("### How long?\n\nTwo years.") == [
        ("heading", "How long?"),
        ("text", "Two years."),
    ]


def test_the_title_is_that_of_the_front_matter_or_the_first_heading() -> None:
    """Without a title in front, the first heading of the highest level is it."""
    assert load(b"---\ntitle: A\n---\n# B\n\nWords.", "c.md").title == "A"
    assert load(b"# The *new* B {#b}\n\nWords.", "c.markdown").title == "The new B"
    assert load(b"Words of it.\n\n## B\n\nMore.", "c.mdown").title != "B"


def test_what_front_matter_says_beyond_the_known_fields_is_read() -> None:
    """Keys of the note itself are fields at its top, as written; keys of its layout are not."""
    keys = "status: on hold\nclient: Vale Trust\nteam: [Ada, Bo]\ntags: [a]\nlayout: post\nuid: 7"
    assert parts(f"---\ntitle: Roof\n{keys}\ncssclass: wide\ndraft: true\n---\nWe wait.") == [
        ("field", "status: on hold"),
        ("field", "client: Vale Trust"),
        ("field", "team: Ada, Bo"),
        ("text", "We wait."),
    ]


def test_deep_lists_are_read_and_what_is_too_deep_is_told() -> None:
    """Thirty levels are read; what the parser drops is told."""
    deep = "".join(f"{'  ' * at}- level {at}\n" for at in range(30))
    assert "level 29" in read_markdown(deep.encode()).text
    found = read_markdown(b"Words.\n\n" + b"> " * 5_000 + b"deep")
    assert found.text == "Words."
    assert "nested over 100 deep" in found.unread[0]


@pytest.mark.parametrize(
    "source",
    [
        "> " * 90 + "words",
        "- " * 45 + "words",
        "[" * 20_000 + "words",
        "%% " * 20_000 + "words",
        "a[^1]" * 2_000 + "\n\n[^1]: words",
        "|" + "a|" * 3_000 + "\n|" + "-|" * 3_000 + "\n|words|\n",
        "**a** " * 5_000 + "words",
    ],
    ids=range(7),
)
def test_hostile_markdown_costs_little(source: str) -> None:
    """Marks without end are read in a second or two."""
    assert "words" in read_markdown(source.encode()).text
