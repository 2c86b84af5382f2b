"""Copies of one report count once, and crowd nobody out."""

from __future__ import annotations

from pathlib import Path

import pytest

import rag
from rag.render import answer_text

REPORT = (
    "The dam of Larnmouth broke on Monday after three days of rain, the fire service said. Water "
    "stood two metres high in the market square. Some 1,400 people were brought to safety in "
    "boats, and nobody was killed. The mayor, Ana Kovic, asked the government for help. "
    "Engineers had warned of cracks in the dam since 2019, but the money for repairs never came."
)
OTHER = (
    "For a whole night the water in the market square stood two metres high, as our reporter "
    "measured with a rod of her own. The church tower fell a week later."
)
QUESTION = "How high did the water stand in the market square?"


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> rag.Corpus:
    """A report, four copies of it with other headlines or a sentence more, and one of its own."""
    place = tmp_path_factory.mktemp("copies")
    for number, more in enumerate(("", " More follows.", "", " Read on.", " Weather, page 4.")):
        (place / f"wire-{number}.txt").write_text(
            f"---\ntitle: Flood {number}\noutlet: Outlet {number}\npublished: 2024-03-0{number + 1}"
            f"\n---\n{REPORT}{more}\n"
        )
    (place / "own.txt").write_text(
        f"---\ntitle: A week later\noutlet: Port Gazette\npublished: 2024-03-12\n---\n{OTHER}\n"
    )
    return rag.open(place, index_dir=place / "index")


def test_copies_are_found(copied: rag.Corpus, corpus: rag.Corpus) -> None:
    """Nearly the same words are one report; articles on one subject are not."""
    (group,) = copied.copies()
    assert {article.outlet for article in group} == {f"Outlet {number}" for number in range(5)}
    assert corpus.copies() == []


def test_a_copy_is_shown_once_with_the_rest_listed(copied: rag.Corpus) -> None:
    """Of five near-copies one passage is shown, and the others are listed with it."""
    hits = copied.search(QUESTION, top_k=5)
    wires = [hit for hit in hits if "fire service" in hit.text]
    assert len(wires) == 1
    assert len(wires[0].copies) == 4
    assert len(wires[0].to_dict()["copies"]) == 4
    assert any(hit.article.outlet == "Port Gazette" for hit in hits)


def test_an_answer_says_how_many_independent_sources_there_are(copied: rag.Corpus) -> None:
    """Five copies and one report of its own count as two sources."""
    answer = copied.ask(QUESTION)
    statement = answer.statements[0]
    backing = statement.backing
    assert backing is not None
    assert backing.independent == 2
    assert len(backing.also) == 1
    outlets = {cited.outlet for cited in (*backing.copies, *backing.also, *statement.citations)}
    assert outlets == {*(f"Outlet {number}" for number in range(5)), "Port Gazette"}
    for cited in (*backing.also, *backing.copies):
        article = copied.article(cited.article_id)
        assert article.text[cited.start : cited.end] == cited.cited_text
    shown = answer_text(answer.to_dict())
    assert "2 independent sources" in shown
    assert "repeated in nearly the same words" in shown


def test_a_sentence_taken_over_is_no_source_of_its_own(tmp_path: Path) -> None:
    """An article that repeats one sentence of another is no second source for it."""
    texts = (
        ("Valley Times", f"Water stood two metres high in the market square of Larnmouth. {OTHER}"),
        (
            "Hill Post",
            "Water stood two metres high in the market square of Larnmouth. We think "
            "that the dam was badly built, and that the council knew of it for many years.",
        ),
    )
    for number, (outlet, text) in enumerate(texts):
        (tmp_path / f"{number}.txt").write_text(
            f"---\ntitle: {outlet}\noutlet: {outlet}\n---\n{text}\n"
        )
    opened = rag.open(tmp_path, index_dir=tmp_path / "index")
    answer = opened.ask("How high did the water stand in the market square of Larnmouth?")
    statement = next(s for s in answer.statements if "of Larnmouth" in s.text)
    assert statement.backing is not None
    assert statement.backing.independent == 1
    assert len(statement.backing.copies) == 1


def test_one_source_is_one(corpus: rag.Corpus) -> None:
    """A statement of one article has one source."""
    answer = corpus.ask("What did Romanowski deliver?")
    backing = answer.statements[0].backing
    assert backing is not None
    assert backing.independent == 1
    assert backing.copies == ()


def test_a_claim_borne_out_by_copies_has_one_source(copied: rag.Corpus) -> None:
    """Copies count as one source of a claim."""
    (checked,) = copied.verify("Engineers had warned of cracks in the dam since 2019.").statements
    assert checked.verdict == "supported"
    assert checked.independent == 1


def test_what_speaks_of_something_else_is_no_source(corpus: rag.Corpus) -> None:
    """Articles with the words of a statement that say another thing do not stand behind it."""
    statement = corpus.ask("Is the US presence about fighting ISIS?").statements[0]
    assert "ISIS has nothing to do with the US presence in Iraq" in statement.text
    assert statement.backing is not None
    assert statement.backing.independent == 1
    assert statement.backing.also == ()
