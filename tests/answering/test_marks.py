"""What an LLM writes is read as it comes: sentences, their marks, whatever way the text is cut."""

from __future__ import annotations

import random

import pytest
import sentencex
from sentencex import segment

from rag.answering.marks import (
    LONGEST_SENTENCE,
    LOOK_AHEAD,
    MarkReader,
    WrittenSentence,
    read_marks,
)

CASES = [
    ("One [1]. Two [2].", [("One.", (1,)), ("Two.", (2,))]),
    ("One. [1] Two. [2]", [("One.", (1,)), ("Two.", (2,))]),
    ("One.[1][2] Two【3】.", [("One.", (1, 2)), ("Two.", (3,))]),
    ("One [1, 3] is two [2-4].", [("One is two.", (1, 3, 2, 4))]),
    ("One (Source 2). Two [Source 1].", [("One.", (2,)), ("Two.", (1,))]),
    ("It is long. Source 1. It is wide.", [("It is long.", (1,)), ("It is wide.", ())]),
    ("Source 1 says two. Three.", [("Source 1 says two.", (1,)), ("Three.", ())]),
    ("```\nOne [1].\n```", [("One.", (1,))]),
    ("One [1].\n```\nTwo [2].\n```\n", [("One.", (1,)), ("Two.", (2,))]),
    ("- One [1].\n- Two [2].", [("One.", (1,)), ("Two.", (2,))]),
    ("1. One [1]\n2. Two [2]", [("One", (1,)), ("Two", (2,))]),
    ("One [1]. Two [2", [("One.", (1,)), ("Two", ())]),
    ("In 2024 (1) it fell [1].", [("In 2024 (1) it fell.", (1,))]),
    ("[1] One. [2] Two.", [("One.", (1,)), ("Two.", (2,))]),
    ("One [1](http://x.invalid/). Two [[2]].", [("One.", (1,)), ("Two.", (2,))]),
    ("The U.S. troops left [1]. They stay [2].", [("The U.S. troops left.", (1,)),
                                                  ("They stay.", (2,))]),
    ("He said “we stay.” [1] He left [2].", [("He said “we stay.”", (1,)), ("He left.", (2,))]),
    ("It is **340 metres** long [1].", [("It is 340 metres long.", (1,))]),
    ("<think>So [9]. Hm.</think>One [1].", [("One.", (1,))]),
    ("<think>It never ends [1].", []),
    ("One\ngoes on [1].\n\nTwo [2].", [("One goes on.", (1,)), ("Two.", (2,))]),
    ("According to [1], it is long.", [("According to Source 1, it is long.", (1,))]),
    ("As reported in [1] and [2], it is.", [("As reported in Source 1 and 2, it is.", (1, 2))]),
    ("[1] says it is. It cost 3 [2].", [("Source 1 says it is.", (1,)), ("It cost 3.", (2,))]),
    ("24 [1].", [("24.", (1,))]),
    ("Answer: 24 [1]", [("24", (1,))]),
    ("**Cost:** It cost 3 [1].", [("Cost: It cost 3.", (1,))]),
    ("**Overview**\nOne [1].", [("One.", (1,))]),
    ("## Costs\nOne [1].\n\n## Length\n- Two [2].", [("One.", (1,)), ("Two.", (2,))]),
    ("| Ward | Beds |\n|:--|--:|\n| Heart | 24 [1] |\n| Lung | 12 [2] |",
     [("Ward: Heart · Beds: 24", (1,)), ("Ward: Lung · Beds: 12", (2,))]),
    ("| A | B | Source |\n|--|--|--|\n| x | 2 | [1] |\nOne [2].", [("A: x · B: 2", (1,)),
                                                                   ("One.", (2,))]),
    ("One.[^1] Two it is.[^2]\n\n[^1]: Valley Times.\n[^2]: Gazette.", [("One.", (1,)),
                                                                       ("Two it is.", (2,))]),
    ("One [1].\n\nSources:\n[1] Valley Times\n[2] Gazette", [("One.", (1,))]),
    ("One [1].\n\n**References**\n1. Valley Times\n\nSo two [2].", [("One.", (1,)),
                                                                  ("So two.", (2,))]),
    ("One [1].\nSources: Valley Times, Gazette", [("One.", (1,))]),
    ("Sources say that one is two [1].", [("Sources say that one is two.", (1,))]),
    ("One [1–3].", [("One.", (1, 2, 3))]),
    ("One ([1], [2]). Two [1], [3].", [("One.", (1, 2)), ("Two.", (1, 3))]),
    ("One (see [1]). Two [Doc 2; Doc 3].", [("One.", (1,)), ("Two.", (2, 3))]),
    ("> One [1].", [("One.", (1,))]),
    ("桥长340米[1]。造价三百万。[2]", [("桥长340米。", (1,)), ("造价三百万。", (2,))]),
    ("**The bridge cost 3 million euros [1].**", [("The bridge cost 3 million euros.", (1,))]),
    ("Evidence:\n- It cost 3 million [1].", [("Evidence:", ()), ("It cost 3 million.", (1,))]),
    ("Sources: two mayors said it cost 3 [1].", [("Sources: two mayors said it cost 3.", (1,))]),
    ("One [1].\n\nSources:\n- It also cost more than that [2].",
     [("One.", (1,)), ("It also cost more than that.", (2,))]),
    ("One it is.¹ Two metres long².", [("One it is.", (1,)), ("Two metres long.", (2,))]),
    ("It covers 3 km² and two square metres² [1].",
     [("It covers 3 km² and two square metres².", (1,))]),
    ("One <sup>1</sup>. Two is.<sup>2</sup>", [("One.", (1,)), ("Two is.", (2,))]),
    ("One [cite: 1, 2, and 4]. Two \\[3\\].", [("One.", (1, 2, 4)), ("Two.", (3,))]),
    ("One [1]–[3]. Two `[4]`.", [("One.", (1, 2, 3)), ("Two.", (4,))]),
    ("One [Valley Times, 1]. Two (Evidence [2]).", [("One.", (1,)), ("Two.", (2,))]),
    ("Bus line (No. 4) stops (line 3) [1].", [("Bus line (No. 4) stops (line 3).", (1,))]),
    ("Eins ist es (Quelle 1).", [("Eins ist es.", (1,))]),
    ("桥长340米（来源2）。", [("桥长340米。", (2,))]),
    ("Evidence [1] states that it is.", [("Source 1 states that it is.", (1,))]),
    ("Length: one [1]\nCost: two [2]", [("Length: one", (1,)), ("Cost: two", (2,))]),
    ("– One [1]\n– Two [2]", [("One", (1,)), ("Two", (2,))]),
    ("(a) One [1].\n(b) Two [2].", [("One.", (1,)), ("Two.", (2,))]),
    ("i. One [1].\nii. Two [2].", [("One.", (1,)), ("Two.", (2,))]),
    ("<p>One [1].</p><p>Two [2].</p>", [("One.", (1,)), ("Two.", (2,))]),
    ("One [1].<|im_end|>", [("One.", (1,))]),
    ("[1]: One is long.", [("One is long.", (1,))]),
    ("It is long (1).", [("It is long.", (1,))]),
    ("The answer is: 24 [1]", [("24", (1,))]),
    ("It is ~~430~~ 340 [1].", [("It is 340.", (1,))]),
    ("One [1].\n\n*Source: Valley Times, 3 May 2020*", [("One.", (1,))]),
    ("Let me see. It is 9.</think>One [1].", [("One.", (1,))]),
    ("[THINK]So [9].[/THINK]One [1].", [("One.", (1,))]),
    ("", []),
    ("[1]", []),
]  # fmt: skip
MOST_LOOKED_AT = 200  # characters for each; a sentence of LONGEST_SENTENCE may have that many stops
PARTS = (
    *("| a | b |\n", "|--|--|\n", "## ", "**b**", "\nSources:\n", "[^1]: ", "> ", "。"),
    *("One ", "Two. ", "[1]", " [2", "]", "\n", "\n\n", "U.S. ", "- ", "```\n", "Source 1 ", "! "),
    *(
        "Source: 2. ",
        "(",
        "<think>",
        "</think>",
        "<",
        "【1】",
        " a",
        "3.5",
        ". ",
        "“x.” ",
        "x" * 200,
    ),
)
HOSTILE = (
    *("[1", "[1]", "a. ", "U.S. ", "<think", "[", "\n", "(Source ", "**", "1-", "[1,", ". [1]\n"),
    *("Source 1,", "```\n", "Source 1. ", "【", "“", ".", "[1](http:", "</think>", "\t"),
    *("|", "|-", "|\n", "#", "**", "Sources:\n", "[^1]:", ">", "-- ", "。", "[1], ", "[1] and "),
)

HOSTILE_TOO = [unit for at, unit in enumerate(HOSTILE) if at % 3]


def in_pieces(text: str, sizes: list[int]) -> list[WrittenSentence]:
    reader = MarkReader()
    found, at = [], 0
    while at < len(text):
        size = sizes.pop()
        new = reader.feed(text[at : at + size])
        found = [*([] if reader.was_thinking else found), *new]
        at += size
    return found + reader.close()


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_marks_are_read(text: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    """Citation marks are read in every form that models write, before or after the full stop."""
    assert [tuple(written) for written in read_marks(text)] == expected


def test_the_way_a_text_is_cut_makes_no_difference() -> None:
    """A text read piece by piece has the same sentences as the whole text."""
    chance = random.Random(7)
    texts = [text for text, _ in CASES] * 5
    texts += ["".join(chance.choices(PARTS, k=chance.randint(1, 25))) for _ in range(500)]
    for text in texts:
        sizes = [chance.randint(1, 9) for _ in range(len(text) + 1)]
        assert in_pieces(text, sizes) == read_marks(text), text


def test_a_sentence_is_there_as_soon_as_the_next_has_begun() -> None:
    """A sentence is emitted before the text ends."""
    reader = MarkReader()
    assert reader.feed("One is a number [1]. " + "The next " * (LOOK_AHEAD // 9)) == [
        WrittenSentence("One is a number.", (1,))
    ]


@pytest.mark.parametrize(
    "unit",
    [*HOSTILE[::3], *(pytest.param(unit, marks=pytest.mark.campaign) for unit in HOSTILE_TOO)],
)
def test_hostile_text_takes_linear_work(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work grows linearly with the text, and a sentence has a maximum length."""
    looked_at: list[int] = []

    def counted(language: str, text: str) -> list[str]:
        looked_at.append(len(text))
        return segment(language, text)

    monkeypatch.setattr(sentencex, "segment", counted)
    for length in (2_000, 16_000):
        looked_at.clear()
        found = read_marks(unit * (length // len(unit)))
        assert sum(looked_at) <= MOST_LOOKED_AT * length
        assert all(len(written.text) <= LONGEST_SENTENCE + LOOK_AHEAD for written in found)
