"""A question is looked up once, whatever is made of what was found."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

import rag
from rag.index.lexical import LexicalIndex
from rag.index.vectors import VectorStore
from rag.retrieval.lookup import Retrieval


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
    assert queries == {"LexicalIndex": 1, "VectorStore": 1, "selections": 2}


def test_nothing_is_compared_without_an_answer(corpus: rag.Corpus, queries: Counter[str]) -> None:
    """An abstention selects once."""
    assert corpus.ask("How many French soldiers are stationed in Iraq?").status == "abstained"
    assert queries == {"LexicalIndex": 1, "VectorStore": 1, "selections": 1}


def test_another_spelling_is_looked_up_again(corpus: rag.Corpus, queries: Counter[str]) -> None:
    """A name that the articles spell otherwise is looked for as they spell it, and once only."""
    assert "Revolutionary Guard" in corpus.ask("Who was Qasem Sulaimani?").text
    assert queries == {"LexicalIndex": 2, "VectorStore": 2, "selections": 3}


def test_each_part_of_a_question_is_looked_up(corpus: rag.Corpus, queries: Counter[str]) -> None:
    """Two questions in one are two looks."""
    corpus.ask("Who was killed together with Soleimani, and how many US troops are in Syria?")
    assert queries["LexicalIndex"] == queries["VectorStore"] == 2
