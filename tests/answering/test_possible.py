"""Quotes that may answer instead: given where it is not likely enough that the first ones do."""

from __future__ import annotations

from math import prod
from pathlib import Path

import pytest

import rag
from rag.render import answer_html, answer_text

COUNT = """# Eider counts on Ternholm

In 2020 there were 1,140 pairs of eider on the island. The tanker ran aground in January 2021.
This spring we counted 655. Most of the nests lay on the western shore.
The wardens thank the volunteers, who came from five towns.
"""
NOTES = """# Notes of the wardens' meeting

The chair opened the meeting at seven. The boat needs a new engine, which costs 4,300 crowns.
Ida Brekke said that the western shore should be closed until August.
She will write to the harbour office before the next meeting.
"""
QUESTIONS = [
    "How many pairs of eider were left after the grounding?",
    "What does the engine cost?",
    "What will be done about the shore?",
    "Who is to contact the port authority?",
    "Where did helpers come from?",
]


@pytest.fixture(scope="module")
def island(tmp_path_factory: pytest.TempPathFactory) -> rag.Corpus:
    """Return two documents about an island."""
    place = tmp_path_factory.mktemp("island")
    folder: Path = place / "documents"
    folder.mkdir()
    (folder / "count.md").write_text(COUNT, "utf-8")
    (folder / "notes.md").write_text(NOTES, "utf-8")
    return rag.open(folder, index_dir=place / "index")


def _chances(answer: rag.Answer) -> dict[tuple[str, int], float]:
    return {(each.article_id, each.start): each.probability for each in answer.considered}


def _missed(answer: rag.Answer, *, possible: bool) -> float:
    """Return the estimated probability that no quote answers, the possible ones counted or not."""
    chances = _chances(answer)
    quoted = [s.citations[0] for s in answer.statements if possible or not s.possible]
    return prod(1 - _chance(chances, citation) for citation in quoted)


def _chance(chances: dict[tuple[str, int], float], citation: rag.Citation) -> float:
    """Return the highest probability of the sentences that a citation holds."""
    inside = (
        chance
        for (article, start), chance in chances.items()
        if article == citation.article_id and citation.start <= start < citation.end
    )
    return max(inside, default=0.0)


def test_more_is_quoted_exactly_where_it_is_not_certain(island: rag.Corpus) -> None:
    """Others stand last, three in all at most, and only where those before are not likely."""
    answers = [island.ask(question) for question in QUESTIONS]
    answered = [answer for answer in answers if answer.status == "answered"]
    unsure = [answer for answer in answered if answer.statements[-1].possible]
    assert unsure, "no question is uncertain"
    assert len(unsure) < len(answered), "all questions are uncertain"
    for answer in answered:
        flags = [statement.possible for statement in answer.statements]
        assert flags == sorted(flags)
        assert not flags[0]
        if answer in unsure:
            assert len(flags) <= 3
            assert _missed(answer, possible=False) > 0.3
        else:
            assert _missed(answer, possible=True) <= 0.3


def test_a_possible_answer_says_so(island: rag.Corpus) -> None:
    """Text, page and JSON tell it from the quotes before it; it is cited like them."""
    answers = (island.ask(question) for question in QUESTIONS)
    answer = next(a for a in answers if a.statements and a.statements[-1].possible)
    last = answer.statements[-1]
    assert "or it may be this: “" in last.text
    assert last.verdict == "supported"
    assert last.text in " ".join(answer_text(answer.to_dict()).split())
    stored = answer.to_dict()
    assert [each["possible"] for each in stored["statements"]].count(True) >= 1
    shown = answer_html(stored).count('<span class="lead">Or it may be this')
    assert shown == sum(statement.possible for statement in answer.statements)
