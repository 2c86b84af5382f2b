"""A value contradicts or supports a claim only where it has the same part in what is said."""

from __future__ import annotations

import pytest

import rag

SOURCES = {
    "roof.txt": "Work on the chapel roof will begin in June 2024. Two slaters have been hired.",
    "bridge.txt": "The footbridge at Orm was once expected to cost 340,000 francs.",
    "arena.txt": "The price of the arena had been put at 75 million before the tender.",
    "trial.txt": "After ten weeks the cough had disappeared in 33 lambs of the clover group.",
    "cinema.txt": "The Marrow cinema closed in 1979. Its organ was sold to a school in Lund.",
}


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> rag.Corpus:
    """Four documents of one sentence or two."""
    folder = tmp_path_factory.mktemp("village")
    for name, text in SOURCES.items():
        (folder / name).write_text(f"{text}\n")
    return rag.open(folder)


@pytest.mark.timeout(60)  # the first claim loads the models
@pytest.mark.parametrize(
    ("claim", "verdicts"),
    [
        ("The work on the chapel roof ends in March 2025.", ("partial", "not_found")),
        ("Work on the chapel roof will begin in May 2023.", ("contradicted",)),
        ("The Marrow cinema opened in 1911.", ("partial", "not_found")),
        ("The Marrow cinema closed in 1983.", ("contradicted",)),
        ("The footbridge at Orm costs 340,000 francs.", ("partial",)),
        ("The footbridge at Orm was once expected to cost 340,000 francs.", ("supported",)),
        ("The arena costs 75 million.", ("partial",)),
        ("The cough disappeared in 33 clover lambs after ten weeks.", ("supported",)),
    ],
)
def test_a_value_has_its_event(village: rag.Corpus, claim: str, verdicts: tuple[str, ...]) -> None:
    """A beginning contradicts no end, and what was once expected is not so by that."""
    (checked,) = village.verify(claim).statements
    assert checked.verdict in verdicts, checked.reason


def test_what_was_once_to_be_is_shown(village: rag.Corpus) -> None:
    """The reason gives the words of the article that say that it was expected."""
    (checked,) = village.verify("The footbridge at Orm costs 340,000 francs.").statements
    assert "once expected to cost 340,000" in (checked.reason or "")
