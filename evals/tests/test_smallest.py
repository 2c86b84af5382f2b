"""What the smallest LLM writes is counted; the LLM itself is asked in the campaigns."""

from __future__ import annotations

import json
from pathlib import Path

import rag
from evals.smallest import Asked, Said, load_questions, passed_lines, smallest_table


def test_questions_are_of_the_articles_and_of_other_folders(tmp_path: Path) -> None:
    """Half of the questions are gold ones, half those of folders that are there."""
    (tmp_path / "here").mkdir()
    rows = [{"folder": "here", "question": "Who?"}, {"folder": "gone", "question": "What?"}]
    (tmp_path / "cases.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    asked = load_questions(tmp_path, 4)
    assert len(asked) == 4
    assert [each.question for each in asked if each.folder == tmp_path / "here"] == ["Who?"]
    assert len({each.folder for each in load_questions(None, 7)}) == 2
    assert len(set(load_questions(None, 60))) == 60


def test_sentences_are_counted_by_verdict() -> None:
    """The table says how many were written, and how many of them the check let through."""
    said = [
        rag.Statement("It is long.", rag.Verdict.SUPPORTED, None, ()),
        rag.Statement("It is short.", rag.Verdict.UNSUPPORTED, "no", ()),
    ]
    rows = [Said(Asked(Path(), "How long?"), "answered by the LLM", said)]
    table = smallest_table(rows)
    assert "| sentences written | 2 |" in table and "| … supported | 1 |" in table
    assert len(passed_lines(rows)) == 1
