"""Sentences are spans, whole, in order, and robust to what news text holds."""

from __future__ import annotations

import random

import pytest

import rag
from rag.documents.clutter import find_marks
from rag.text.sentences import MAX_SENTENCE, split_sentences


def sentences(text: str, **options: str) -> list[str]:
    return [text[s.start : s.end] for s in split_sentences(text, find_marks(text), **options)]


@pytest.mark.parametrize(
    "text",
    [
        "The U.S. Army left. It was late.",
        "According to Maj. Gen. Pat Ryder, the strike hit. He said no more.",
        "Prime Minister al-Sudani met Dr. J. R. Smith at 5 p.m. on Monday. They talked.",
        "It cost $3.5 million. That is 2,500 a head.",
        "“We are out,” al-Sudani said. “It is over.”",
        "Was it true? It was! They knew.",
        "The talks began on Jan. 24 in Baghdad. CNN reported them.",
        "It was Amb. Romanowski who came. They talked.",
        "It began at 9 a.m. on Monday. It ended late.",
        "Brig. Gen. A. B. al-Rubaie of the U.S. Army spoke. Nobody asked him anything.",
        "The rate rose by 0.5 % to 3.25 %. That was news.",
        "He left 😊 at noon. She stayed 🇮🇶.",
    ],
)
def test_sentence_count_is_right(text: str) -> None:
    """Abbreviations, initials, decimals and quotation marks end no sentence."""
    assert len(sentences(text)) == {"“We": 2, "Was": 3}.get(text.split()[0], 2)


@pytest.mark.parametrize(
    "text",
    [
        "It rose in 2023.³ The council agreed.",
        "It rose in 2023.[12] The council agreed.",
        "“It rose in 2023.”* The council agreed.",
        "See No. 5 and Art. 3 of the act. It is long.",
        "Siehe Abs. 3 und Ziff. 4 des Gesetzes. Es ist lang.",
        "Véase el núm. 5 y la pág. 12. Es largo.",
        "Boats, e.g. Those of Vik, left. It was late.",
        "It rose (see Fig. 2 and p. 14). It fell later.",
        "Er kam am 3. Mai zurück. Es war spät.",
        "2. The tenant pays the rent. It is 900 euros.",
        "Section 2. The fee is 25 pounds. It is due in May.",
        "They waited… and then left. It was late.",
        "(They left.) It was late.",
        "It cost 3.5 million, i.e. 2 a head. It was late.",
    ],
)
def test_a_sentence_has_its_number_and_its_notes(text: str) -> None:
    """What stands behind a full stop belongs before it; numbers, ordinals and such end none."""
    found = sentences(text)
    assert len(found) == 2
    assert found[0][-1] in ".³]*)”"
    assert found[1][0].isalpha()


@pytest.mark.parametrize(
    "units",
    [
        ["The tower was sold on 9 May.²⁰", "According to Lund, nobody wept."],
        ["It passed by 31 votes to 7.⁹", "According to Lund, nobody wept."],
        ["It passed by 31 votes to 7. ⁹", "According to Lund, nobody wept."],
        ["It was built in 1877.³ ⁴", "Later it was sold."],
        ["“It is ours.”³", "Nobody answered."],
        ["It passed by 31 votes to 7. [9]", "According to Lund, nobody wept."],
        ["It passed by 31 votes to 7.[a]", "According to Lund, nobody wept."],
        ["The boats left.12", "According to Lund, nobody wept."],
        ["So said³ Prof.⁴ K. Lund of Vik.", "Nobody answered."],
        ["The surface is 31 m².", "It was measured in 1990."],
        ["¹ Lund, History, p. 4.", "² Berg, Letters, fol. 9."],
    ],
)
def test_a_mark_of_a_note_ends_its_sentence(units: list[str]) -> None:
    """A mark behind a full stop belongs before it; in a run of notes each begins one."""
    assert sentences(" ".join(units)) == units


def test_a_mark_alone_is_no_unit() -> None:
    """What is nothing but the mark of a note says nothing, in a paragraph or as one."""
    from rag.text.blocks import Block

    text = "³ [12] The council met.⁴\n⁵"
    blocks = [Block(0, 24, "text"), Block(25, 26, "text")]
    found = split_sentences(text, [], blocks=blocks)
    assert [text[s.start : s.end] for s in found] == ["³ [12] The council met.⁴"]


@pytest.mark.parametrize(
    "units",
    [
        ["It is closed from 3 to 21 May.", "Readers were told."],
        ["He came in May.", "Readers were told in Sept. 1990 and on 3 Mar. 1991."],
        ["The hens weighed 910 g.", "Cocks were heavier by 80 g."],
        ["The vault is 8.25 m.", "Its walls are of brick."],
        ["The pump runs at 400 V.", "See the plate on its side."],
        ["It draws 16 A.", "Fuses are in the hall."],
        ["On page 4 A. Lund names the year 1920 J. Berg was born.", "He left."],
        ["Caesar starb 44 v. Chr. in Rom.", "Er war alt."],
        ["Es gilt § 5 a. F. des Gesetzes.", "Es ist alt."],
        ["Letters are in the archive, fol. 7–12, vol. II, ch. 3.", "They are old."],
        ["See p. 4, pp. 5–6, no. 7, fig. 9 and art. 12.", "It is long."],
        ["Siehe Nr. 5, S. 12 und Bd. 3, vgl. Meier.", "Es ist lang."],
        ["“So be it,” said Prof. K. Lund.", "Nobody answered."],
        ["It lies on Main St.", "The road is closed."],
        ["Eat vitamin C.", "The rest is of no use."],
        ["Copy the files to ../vault/Letters and ./Bills.", "They are old."],
    ],
)
def test_a_stop_behind_a_letter(units: list[str]) -> None:
    """A unit ends a sentence, as a month in full does; an initial and a counted part do not."""
    assert sentences(" ".join(units)) == units


@pytest.mark.parametrize(
    "units",
    [
        ["It was signed in 1819.", "“ A board of five met.”"],
        ["It was signed in 1819.", "“A board of five met.”", "All left."],
        ["Er sagte: „Es ist so.“", "Dann ging er."],
        ["Elle dit : « C’est vrai. »", "Puis elle partit."],
        ["Det var sent.", "”Han gick”, sade hon."],
        ["Det var sent.", "» Han gik, « sagde hun."],
        ['He said "It is so."', '"We know," they said.'],
        ["It was late.", "(The board had left.)", "Nobody came."],
    ],
)
def test_quotation_marks_stand_with_their_sentence(units: list[str]) -> None:
    """One that opens a sentence is at its beginning, one that closes it at its end."""
    assert sentences(" ".join(units)) == units


def test_initialism_at_the_end_of_a_sentence() -> None:
    """“U.S.” ends a sentence where the next one begins like one."""
    assert sentences("They left the U.S. The talks went on.") == [
        "They left the U.S.",
        "The talks went on.",
    ]


def test_headings_and_bylines_are_headings() -> None:
    """A short line without a full stop is a heading, and is told from a sentence."""
    text = "Serious Disagreement\n\nBy Elijah J. Magnier:\n\nThe talks failed on Monday.\n"
    kinds = [s.kind for s in split_sentences(text, [])]
    assert kinds == ["heading", "heading", "text"]
    title = "Would They Leave?"
    assert split_sentences(f"{title}\n\nThey did.", [], title=title)[0].kind == "heading"


def test_wrapped_lines_are_one_sentence() -> None:
    """A sentence that a program broke over lines is one sentence; a list is not."""
    words = "the council of the city met again on Monday in order to vote on the budget of " * 6
    lines = [words[at : at + 72].strip() for at in range(0, len(words), 72)]
    assert len(sentences("The end: " + "\n".join(lines) + " 2024.")) == 1
    assert len(sentences("First point.\nSecond point.\r\nThird point.")) == 3


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("قال الوزير إن القوات ستغادر. ثم صمت.", "ar", 2),
        ("Министр выступил. Он ушёл.", "ru", 2),
        ("大臣が話した。彼は去った。", "ja", 2),
        ("中国部长讲话。他离开了。", "zh", 2),
        ("मंत्री बोले। वे चले गए।", "hi", 2),
        ("Der Minister sprach z. B. am 3. Mai. Er ging.", "de", 2),
    ],
)
def test_other_languages(text: str, language: str, count: int) -> None:
    """The language of the article decides where its sentences end."""
    assert len(sentences(text, language=language)) == count


def test_endless_sentences_are_cut() -> None:
    """Text without a full stop is cut to pieces that the embedder can read."""
    for text in ("word " * 2_000, "x" * 5_000):
        pieces = sentences(text)
        assert max(map(len, pieces)) <= MAX_SENTENCE
        assert "".join(pieces).replace(" ", "") == text.replace(" ", "")


def test_line_ends_of_all_kinds() -> None:
    """Wrapped text means the same with the line ends of any system."""
    text = (
        "The council of the city met again on Monday in order to vote on\n" * 3 + "the law.\n\nOK."
    )
    found = {end: sentences(text.replace("\n", end)) for end in ("\n", "\r\n")}
    assert [" ".join(s.split()) for s in found["\n"]] == [
        " ".join(s.split()) for s in found["\r\n"]
    ]
    assert len(found["\n"]) == 2


def test_sentences_stop_at_clutter() -> None:
    """What stands above and below a share button is never one sentence."""
    text = "The troops that came in\nShare it:\nmay of last year have left.\n"
    assert sentences(text) == ["The troops that came in", "may of last year have left."]


def test_a_sentence_with_an_aside_is_an_aside() -> None:
    """The sentence that an editor's note stands in is an aside, its neighbours are not."""
    text = "The army left. It went home (Ed. note: not all of it). Nobody saw it.\n"
    kinds = [s.kind for s in split_sentences(text, find_marks(text))]
    assert kinds == ["text", "aside", "text"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("“" * 100_000, id="quotes"),
        pytest.param("A. " * 150_000, id="initials"),
        pytest.param("Word. " * 50_000, id="sentences", marks=pytest.mark.campaign),
        pytest.param("(Ed. note: x) Yes.\n" * 10_000, id="notes", marks=pytest.mark.campaign),
        pytest.param("a\n" * 30_000, id="lines", marks=pytest.mark.campaign),
    ],
)
def test_hostile_text_comes_to_an_end(text: str) -> None:
    """Text that no one wrote is split in linear time, and no letter of it is lost."""
    found = split_sentences(text, find_marks(text))
    letters = sum(char.isalpha() for char in text)
    assert sum(char.isalpha() for s in found for char in text[s.start : s.end]) == letters


def check_spans(text: str, marks: list[rag.Mark]) -> None:
    covered: list[int] = []
    clutter = {at for m in marks if m.kind == "clutter" for at in range(m.start, m.end)}
    for sentence in split_sentences(text, marks):
        words = text[sentence.start : sentence.end]
        assert words
        assert words == words.strip()
        covered += range(sentence.start, sentence.end)
    assert covered == sorted(set(covered))
    assert not clutter.intersection(covered)
    letters = {at for at, char in enumerate(text) if char.isalnum()} - clutter
    assert letters <= set(covered)


def test_every_letter_of_the_articles_is_in_one_sentence(corpus: rag.Corpus) -> None:
    """Sentences are in order, do not overlap, and hold all but the clutter."""
    for article in corpus.articles():
        check_spans(article.text, list(article.marks))


@pytest.mark.parametrize("seed", range(40))
def test_every_letter_of_random_text_is_in_one_sentence(seed: int) -> None:
    """Sentences of random text are in order, do not overlap and hold every letter."""
    chance = random.Random(seed)
    parts = ["U.S.", "Gen.", "a", "Iraq", "“", "”", ".", "!", "?", "…", "\n", "\n\n", "\r\n", " "]
    parts += ["😊", "é", "ى", "。", "Share it:", "Leave a Reply", "0 %", "(", ")", "\u00a0", "\t"]
    text = " ".join(chance.choice(parts) for _ in range(300))
    check_spans(text, find_marks(text))
