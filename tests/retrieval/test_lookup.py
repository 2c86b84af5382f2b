"""A question is looked up once, whatever is made of what was found."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import rag
from rag.checking.claims import check_text
from rag.index.lexical import LexicalIndex
from rag.index.vectors import VectorStore
from rag.retrieval.lookup import Retrieval, Snapshot


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each index was asked, and how many passages were selected at most."""
    counted: Counter[str] = Counter()
    select = Retrieval.select

    def count(kind: type[Any]) -> None:
        query = kind.query

        def counting(self: Any, *args: Any) -> Any:
            counted[kind.__name__] += 1
            return query(self, *args)

        monkeypatch.setattr(kind, "query", counting)

    def selecting(self: Retrieval, limit: int) -> Any:
        counted["selections"] += 1
        return select(self, limit)

    count(LexicalIndex)
    count(VectorStore)
    monkeypatch.setattr(Retrieval, "select", selecting)
    return counted


def test_an_answer_and_what_is_compared_come_of_one_look(
    corpus: rag.Corpus, queries: Counter[str]
) -> None:
    """The passages for differences and sources are selected from those fetched for the answer."""
    answer = corpus.ask("How many US troops are in Iraq?")
    assert answer.differences
    assert answer.statements[0].backing is not None
    assert queries == {"LexicalIndex": 1, "VectorStore": 1, "selections": 4}


def test_nothing_is_compared_without_an_answer(corpus: rag.Corpus, queries: Counter[str]) -> None:
    """An abstention selects what is read, and nothing more."""
    assert corpus.ask("How many French soldiers are stationed in Iraq?").status == "abstained"
    assert queries == {"LexicalIndex": 1, "VectorStore": 1, "selections": 2}


def test_another_spelling_is_looked_up_again(corpus: rag.Corpus, queries: Counter[str]) -> None:
    """A name that the articles spell otherwise is looked for as they spell it, and once only."""
    assert "Revolutionary Guard" in corpus.ask("Who was Qasem Sulaimani?").text
    assert queries == {"LexicalIndex": 2, "VectorStore": 2, "selections": 4}


def test_a_word_that_is_known_is_no_misspelt_name(folder: Path) -> None:
    """In a question without capitals, "contract" is not the "Contact" of a document."""
    (folder / "press.txt").write_text("Harbour news\n\nContact: Leonie Hart, 01632 960 417\n")
    answer = rag.open(folder).ask("Who won the contract for the roof of the school?")
    assert "ontact" not in (answer.reason or answer.text)


def test_each_part_of_a_question_is_looked_up(corpus: rag.Corpus, queries: Counter[str]) -> None:
    """Two questions in one are two looks."""
    corpus.ask("Who was killed together with Soleimani, and how many US troops are in Syria?")
    assert queries["LexicalIndex"] == queries["VectorStore"] == 2


def test_what_is_compared_is_of_one_state(tmp_path: Path) -> None:
    """An article renamed while a question is answered is not found under both of its names."""
    for name in ("2024-01-25-first.txt", "2024-02-25-second.txt"):
        text = " ".join(
            f"The {n}th ferry of the {name[11:-4]} line has {n} decks." for n in range(90)
        )
        (tmp_path / name).write_text(text, "utf-8")
    corpus = rag.open(tmp_path)
    snapshot = Snapshot(corpus._index, corpus.documents.aliases)
    found = snapshot.look_up("How many decks has the ferry?", 2)
    more = snapshot.select_more(found, 20)
    assert len(more[0].hits) > len(found[0].hits)
    found = snapshot.look_up("How many decks has the ferry of the line?", 2)
    (tmp_path / name).rename(tmp_path / "2020-02-25-second.txt")
    corpus.sync()
    assert snapshot.select_more(found, 20) == found


def test_a_check_keeps_what_it_cites_alone(corpus: rag.Corpus) -> None:
    """A long text that is checked must not bring all articles into memory."""
    snapshot = Snapshot(corpus._index, corpus.documents.aliases)
    checked = check_text(snapshot, "The US has 900 troops in Iraq. Bananas are yellow fruit.")
    cited = {cited.article_id for claim in checked.statements for cited in claim.evidence}
    assert snapshot._articles.keys() == cited
