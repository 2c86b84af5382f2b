"""Questions to suggest: each has an answer, and they are looked for once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import rag
from rag.suggesting.questions import possible_questions
from rag.suggesting.suggestions import LEAST_CONFIDENCE, SUGGESTIONS_FILE, kept_suggestions


def test_what_is_suggested_has_an_answer_and_is_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Questions come from the words of the documents, are answered well, and are asked once."""
    from rag.ui.examples import Examples

    opened = rag.open(folder)
    assert rag.suggest(opened, stopped=lambda: True) == []
    assert kept_suggestions(opened) is None
    first = list(Examples(opened).welcome())
    asked = rag.suggest(opened)
    assert 0 < len(asked) == len(set(asked)) <= 4
    assert 'class="example"' not in first[0]
    assert all(question in first[-1] for question in asked)
    answers = [opened.ask(question) for question in asked]
    assert all(answer.status == "answered" for answer in answers)
    assert all(answer.confidence >= LEAST_CONFIDENCE for answer in answers)

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a question is asked again")

    monkeypatch.setattr(rag.Corpus, "ask", refuse)
    again = rag.open(folder, sync=False)  # which would read files of this very second again
    assert rag.suggest(again) == asked
    shown = list(Examples(again).welcome())
    assert shown[-1:] == first[-1:]
    assert all(question in each for each in shown for question in asked)
    assert kept_suggestions(rag.open(folder, sync=False, reader="none")) is None
    (folder / "zoo.txt").write_text("The zoo of Larnmouth has 14 owls.")
    again.sync()
    assert kept_suggestions(again) is None


def test_no_two_suggestions_ask_the_same(tmp_path: Path) -> None:
    """Of two questions of which one names all that the other does, one is suggested."""
    (tmp_path / "a.txt").write_text("The pump of Arnholm was built in 1912 by the council.\n")
    (tmp_path / "b.txt").write_text("The pump was built in 1912, as the council reports.\n")
    asked = rag.suggest(rag.open(tmp_path))
    assert len([question for question in asked if "pump" in question]) == 1


def test_no_suggestion_is_answered_by_a_date_line(tmp_path: Path) -> None:
    """A line that is no sentence holds the words of a question and tells nothing of it."""
    (tmp_path / "a.md").write_text(
        "# Arnholm Town Council: Minutes of the Education Committee\n\n"
        "Tuesday 11 March 2025, 19:00, Guildhall, Room 2\n\n"
        "Present: Cllr Maud Prentiss (chair), Cllr Owen Hartley.\n\n"
        "## 1. Merger\n\nMs Sorrel presented the proposal. The clerk read the last minutes.\n"
    )
    corpus, asked = rag.open(tmp_path), "What happened in March 2025?"
    assert corpus.ask(asked).citations[0].cited_text.startswith("Tuesday 11 March")
    assert asked not in rag.suggest(corpus)


def test_a_date_line_with_a_stop_answers_no_suggestion_either(tmp_path: Path) -> None:
    """A transcript may say when it was broadcast as if in a sentence."""
    (tmp_path / "a.txt").write_text(
        "“The geese noticed first”\nInterview with Ada Poe, ferrywoman at Arnholm\n"
        "Radio Arnholm, transcript, broadcast on 27 April 2024. Interviewer: Ben Roe\n\n"
        "Q: Mrs Poe, who rows it?\n\nA: My sister rows it, and nobody pays her for that.\n"
    )
    corpus, asked = rag.open(tmp_path), "What happened in April 2024?"
    assert corpus.ask(asked).citations[0].cited_text.endswith("broadcast on 27 April 2024.")
    assert asked not in rag.suggest(corpus)


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ("The form that was filed on 29 February asks for more.", None),
        ("The men arrested were held in May. The mill was sold in June.", "the mill sold"),
        ("The disused mill was sold in June.", "the disused mill sold"),
    ],
)
def test_what_is_asked_about_is_a_noun(tmp_path: Path, told: str, asked: str | None) -> None:
    """A relative word or a participle before the verb makes no question, and hides no other."""
    (tmp_path / "a.txt").write_text(f"{told}\n")
    article = rag.open(tmp_path).documents.page(limit=1)[0][0]
    made = possible_questions([rag.open(tmp_path, sync=False).article(article.id)])
    when = [question for question in made if question.startswith("When ")]
    assert when == ([f"When was {asked}?"] if asked else [])


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"key": 1, "questions": [1]}', "\ufffd"])
def test_a_damaged_file_is_as_none(folder: Path, content: str) -> None:
    """What no version of this has written is not shown, and not in the way."""
    opened = rag.open(folder)
    (opened.settings.index_root / SUGGESTIONS_FILE).write_text(content)
    assert kept_suggestions(opened) is None
