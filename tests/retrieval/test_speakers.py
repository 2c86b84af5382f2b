"""Who is asked for by name is quoted with their own words, and never with another's."""

from __future__ import annotations

from pathlib import Path

import pytest

import rag

HEARING = """Hearing on the spring storm

CHAIR: We will hear two farmers today.

MR. PETROVIC: The maize was flattened in one night, and that of Mr. Yusuf as well. Of forty \
hectares we will harvest nine.

MR. YUSUF: Our concern is the road. Without the bridge the milk turns sour.

MR. PETROVIC: I would rather have the money than a bridge.

CHAIR: Thank you both.
"""
PAPER = """The ferry stops in winter

"We lose money on each crossing," said Ragnhild Moe, who heads the line. She added that the crew \
would be kept on half pay.

Henrik Dahl, who keeps the shop, was calm. He believes that the helicopter will carry the sick.

The school is another matter. "When the ferry stops, the school stops," Tobias Krag said. Kari \
Dahl warned that children belong at home at night.

Odd Larsen offered his trawler. "I go over twice a week," he said. His neighbour Berit Sund \
doubted that it was legal: "A trawler has no lifeboats for passengers."
"""
LETTER = """To the bridge committee

I ask you not to pull the bridge down. The beams are of oak and will last a century.

Ana Kovic
"""


SIGNED = """The Mill Street Tenants

To the housing office

Dear Mr Oduya,

The boiler in the north block has failed four times since October. Nobody has told us when it will \
be replaced.

With kind regards,

Freya Lindgren
Secretary, Mill Street Tenants
"""
MINUTES = """# Minutes of the housing panel

Present: Salma Oduya (chair), Piet Hagen, Noor Aziz, Bea Thornton.

Ms Oduya said that the boiler will be replaced in spring. Mr Hagen asked for a written date.

Apologies: Freya Lindgren.
"""
COLUMN = """# Cold in the north block

By Marek Dvorak, The Mill Street Echo, 3 February 2024

The panel needs a report on everything. A new boiler is cheaper than ten repairs.
"""
MAIL = """From: Imke Brandt <imke@heating.example>
To: Salma Oduya <oduya@housing.example>
Subject: Your boiler
Date: Mon, 12 Feb 2024 08:30:00 +0000
Content-Type: text/plain; charset=utf-8

Dear Salma,

I am sorry to tell you that the burner is no longer made. The flue is sound.

Regards,
Imke
"""


ENGINEER = """Dear Mr Oduya

The pipes in the cellar are worn to 2 millimetres.

Yours faithfully

Ivor Penhale
Heating engineer
"""


@pytest.fixture(scope="module")
def housed(tmp_path_factory: pytest.TempPathFactory) -> rag.Corpus:
    """A corpus of a letter, minutes, a column and a mail; for reading only."""
    folder = tmp_path_factory.mktemp("housed")
    (folder / "letter.txt").write_text(SIGNED)
    (folder / "minutes.md").write_text(MINUTES)
    (folder / "engineer.txt").write_text(ENGINEER)
    (folder / "column.md").write_text(COLUMN)
    (folder / "mail.eml").write_text(MAIL)
    return rag.open(folder, index_dir=tmp_path_factory.mktemp("index"))


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> rag.Corpus:
    """A corpus of a transcript, a report and a letter; for reading only."""
    folder = tmp_path_factory.mktemp("spoken")
    for name, text in {"hearing": HEARING, "paper": PAPER, "letter": LETTER}.items():
        (folder / f"{name}.txt").write_text(text)
    return rag.open(folder, index_dir=tmp_path_factory.mktemp("index"))


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What did Petrovic say about the maize?", "maize was flattened"),
        ("What did Mr. Petrovic say about the bridge?", "rather have the money"),
        ("What did Yusuf say about the bridge?", "milk turns sour"),
        ("What did Ragnhild Moe say about the crew?", "half pay"),
        ("What does Henrik Dahl think of the helicopter?", "carry the sick"),
        ("What did Krag say about the school?", "the school stops"),
        ("What did Kari Dahl say about the children?", "belong at home"),
        ("What did Ana Kovic say about the beams?", "of oak"),
        ("What does Ana Kovic's letter say about the beams?", "of oak"),
        ("What does the letter from Ana Kovic say about the beams?", "of oak"),
    ],
)
def test_the_words_of_the_one_asked_for_are_quoted(
    spoken: rag.Corpus, question: str, words: str
) -> None:
    """By the label of a turn, by what attributes a sentence, by a pronoun, by a signature."""
    answer = spoken.ask(question)
    assert answer.status == "answered"
    assert words in answer.citations[0].cited_text


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What did Yusuf say about the maize?", "that Yusuf says on the maize"),
        ("What did Henrik Dahl say about the school?", "that Henrik Dahl says on the school"),
        ("What did Moe say about the helicopter?", "that Moe says on the helicopter"),
        ("What did Odd Larsen say about lifeboats?", "that Odd Larsen says on lifeboats"),
        ("What did Ana Kovic say about the money?", "that Ana Kovic says on the money"),
    ],
)
def test_the_words_of_others_are_no_answer(spoken: rag.Corpus, question: str, told: str) -> None:
    """Nobody is given another's words; the answer says that there are none, with passages."""
    answer = spoken.ask(question)
    assert answer.status == "abstained"
    assert answer.reason is not None
    assert told in answer.reason
    assert answer.passages


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What did Freya Lindgren say about the north block?", "failed four times"),
        ("What did Marek Dvorak say about repairs?", "cheaper than ten repairs"),
        ("What did Marek Dvorak say about a report?", "needs a report"),
        ("What did Imke Brandt say about the burner?", "no longer made"),
        ("What did Ivor Penhale say about the pipes?", "worn to 2 millimetres"),
        ("What did Piet Hagen say?", "asked for a written date"),
        ("What did Salma Oduya say?", "replaced in spring"),
    ],
)
def test_who_wrote_a_text_says_its_sentences(housed: rag.Corpus, question: str, words: str) -> None:
    """By a signature with an office below it, a byline, the head of a mail."""
    answer = housed.ask(question)
    assert words in answer.text
    assert "Present" not in answer.text


@pytest.mark.parametrize(
    ("question", "words", "unsaid"),
    [
        ("What did Freya Lindgren say?", "failed four times", ("“Freya", "Secretary", "Dear")),
        ("What did Marek Dvorak say?", "ten repairs", ("By Marek",)),
        ("What did Imke Brandt say?", "flue", ("From:", "Regards")),
    ],
)
def test_all_that_somebody_says_is_their_sentences(
    housed: rag.Corpus, question: str, words: str, unsaid: tuple[str, ...]
) -> None:
    """Neither the byline nor the greeting, the head or the signature."""
    answer = housed.ask(question)
    assert words in answer.text
    assert not any(each in answer.text for each in unsaid)


@pytest.mark.parametrize("name", ["Noor Aziz", "Bea Thornton"])
def test_who_is_only_present_says_nothing(housed: rag.Corpus, name: str) -> None:
    """A list of those present is no saying of anybody."""
    answer = housed.ask(f"What did {name} say?")
    assert answer.reason == f"Nothing was found that {name} says."


def test_speech_takes_no_sentence_of_another_paragraph(tmp_path: Path) -> None:
    """What “this” means that somebody says is not told by the paragraph before; “he” may be."""
    this = "“This is the right decision, and it comes late,” said Judith Marsh, head of the museum."
    he = "She said that the decision was right and came late."
    before = "Judith Marsh took the picture down on 6 June 2023."
    cases = ((this, "\n\n", False), (this, " ", True), (he, "\n\n", True))
    for at, (said, gap, whole) in enumerate(cases):
        folder = tmp_path / str(at)
        folder.mkdir()
        text = f"# The picture goes\n\nThe museum returns a picture. {before}{gap}{said}\n"
        (folder / "a.md").write_text(text)
        answer = rag.open(folder).ask("What did Judith Marsh say about the decision?")
        cited = f"{before}{gap}{said}" if whole else said
        assert cited in [citation.cited_text for citation in answer.citations]
