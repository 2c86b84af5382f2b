"""One term for every way of writing a word."""

from __future__ import annotations

import pytest

import rag
from rag.text.terms import analyze, is_stopword, term_string


@pytest.mark.parametrize(
    "variants",
    [
        ("Sudani", "al-Sudani", "Al Sudani", "Al-Sudani", "al-Sudani’s", "SUDANI"),
        ("Kata'ib", "Kata’ib", "Kataib", "Kataʿib"),
        ("Shi'ite", "Shi’ite", "Shiite"),
        ("2,500", "2500"),
        ("US", "U.S.", "USA", "US’s", "US's"),
        ("Café", "cafe", "Cafe\u0301"),
        ("Muhándis", "Muha\u0301ndis", "Muhandis"),
        ("withdrawal", "with\u00addrawal", "with\u200bdrawal"),
        ("يوم", "يَوْم"),
        ("withdrawal", "withdraw", "Withdrawals"),
    ],
)
def test_variants_meet(variants: tuple[str, ...]) -> None:
    """Apostrophes, accents, case, the Arabic article and endings make no difference."""
    assert len({term_string(variant) for variant in variants}) == 1


def test_different_things_stay_apart() -> None:
    """The country is not the pronoun, Iraq is not Iran, 2.5 is not 25."""
    assert term_string("US") != term_string("us")
    assert is_stopword(term_string("us"))
    assert term_string("Iraq") != term_string("Iran")
    assert term_string("2.5") != term_string("25")
    assert term_string("3,000m").split()[0] == term_string("3000")
    assert not term_string("the US’s intention").startswith("the us ")


def test_offsets_of_terms() -> None:
    """A term starts and ends where its word does, whatever was dropped or folded before it."""
    text = "The US’s troops, al-Sudani said: 2,500 (Kata’ib)."
    words = [text[term.start : term.end] for term in analyze(text)]
    assert words == ["The", "US’s", "troops", "Sudani", "said", "2,500", "Kata’ib"]


def test_terms_point_at_their_words(corpus: rag.Corpus) -> None:
    """The offsets of a term are those of the word that it stands for."""
    for article in corpus.articles():
        for term in analyze(article.text):
            word = article.text[term.start : term.end]
            assert word == word.strip()
            assert term_string(word) in (term.term, "")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("Kadhimi", "al-Kadhemi"),
        ("Kazemi", "al-Kadhemi"),
        ("Daesh insurgency remnants", "Islamic State"),
        ("Hashd al-Shaabi bases", "Popular Mobilization Units"),
        ("Kataib Hezbollah security official", "Kata’ib Hezbollah"),
        ("Fuad Hussein full cooperation", "Fouad Hussein"),
        ("al Muhandes", "al-Muhandis"),
    ],
)
def test_names_are_found_in_every_spelling(query: str, words: str, corpus: rag.Corpus) -> None:
    """A name is found by close spelling and by alias."""
    assert any(words in hit.text for hit in corpus.search(query, top_k=3))
