"""Whatever a text holds, its parts are spans of it, and marks mean the same however it comes."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.answering.marks import MarkReader, read_marks
from rag.documents.aliases import parse_aliases
from rag.documents.clutter import find_marks
from rag.errors import CorpusError
from rag.index.chunking import make_passages
from rag.text.sentences import split_sentences
from rag.text.terms import analyze, is_near, is_stopword, spelling_distance, term_string

pytestmark = pytest.mark.fuzz

# What texts are made of, oftener than chance would have it.
PIECES = (
    *("The bridge is 340 metres long. ", "It was opened on 3 May 2021. ", "U.S. troops left. "),
    *("“So it is,” he said. ", "[ed. note: so it is] ", "(a remark of four words)\n", "\n", "\n\n"),
    *(
        "Share this:\n",
        "1 comment\n",
        "- ",
        "Mr. ",
        "A. B. ",
        "...",
        "\r\n",
        "\f",
        "\u2028",
        "\u00a0",
    ),
    *(
        "Heading\n",
        "Read more: a thing\n",
        "Close\n",
        "50%\n",
        "Happy\n",
        "\u200b",
        "\u202e",
        "é",
        "中。",
    ),
)
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=30).map("".join)
MARKED = (
    *(
        "[1]",
        " [2, 3]",
        "[1-3]",
        "【4†x】",
        "(Source: 1)",
        "Source 2 says ",
        ". ",
        "! ",
        "? ",
        "\n",
        "\n\n",
    ),
    *(
        "The bridge is long",
        "It is new",
        "U.S.",
        "Mr.",
        "<think>",
        "</think>",
        "<",
        "```\n",
        "- ",
        "1. ",
    ),
    *(
        "**",
        "”",
        "…",
        " ",
        "\t",
        "[",
        "[1",
        "(#cite-1)",
        "3.5 km",
        "Source",
        "So",
        "e.g. ",
        "word " * 30,
    ),
)
ANSWERS = st.lists(st.sampled_from(MARKED) | st.text(max_size=5), max_size=30).map("".join)
NAMES = st.text(max_size=20)


@given(TEXTS)
def test_sentences_are_spans_in_order(text: str) -> None:
    """Each has words, no white space around them, and begins behind the one before."""
    marks = find_marks(text)
    spans = split_sentences(text, marks)
    for start, end, *_ in spans:
        assert 0 <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
    assert all(one.end <= other.start for one, other in pairwise(spans))
    clutter = [mark for mark in marks if mark.kind == "clutter"]
    assert not any(s.start < m.end and m.start < s.end for s in spans for m in clutter)


@given(TEXTS)
def test_marks_of_clutter_are_spans_in_order(text: str) -> None:
    """They never overlap, and have no white space around them."""
    marks = find_marks(text)
    assert all(one.end <= other.start for one, other in pairwise(marks))
    assert all(text[m.start : m.end].strip() == text[m.start : m.end] != "" for m in marks)


@given(TEXTS, st.integers(1, 60))
def test_passages_are_whole_sentences(text: str, room: int) -> None:
    """Each begins and ends with a sentence, and every sentence of prose is in one."""
    marks = find_marks(text)
    sentences = split_sentences(text, marks)
    tokens = [len(text[s.start : s.end].split()) for s in sentences]
    passages = make_passages("a", sentences, tokens, marks, max_tokens=room)
    starts, ends = {s.start for s in sentences}, {s.end for s in sentences}
    assert all(p.start in starts and p.end in ends and p.start < p.end for p in passages)
    assert all(one.start < other.start for one, other in pairwise(passages))
    held = [s for s in sentences if any(p.start <= s.start and s.end <= p.end for p in passages)]
    assert {s for s in sentences if s.kind != "heading"} <= set(held)


@given(ANSWERS, st.lists(st.integers(0, 400), max_size=8))
@example(" " * 130 + "[1] The bridge is long. It is new.", [60, 125])
@example("\t" * 200 + "[2] word", [199])
def test_sentences_do_not_depend_on_how_an_answer_comes(text: str, cuts: list[int]) -> None:
    """Cut anywhere on its way, an answer has the same sentences with the same marks."""
    reader = MarkReader()
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    found = [item for low, high in pairwise(places) for item in reader.feed(text[low:high])]
    assert found + reader.close() == read_marks(text)


@given(st.text(max_size=200) | TEXTS)
@example("㐀")
@example("橋と橋梁")
def test_terms_are_words_of_the_text(text: str) -> None:
    """Each has its place, in order; indexed are they and the Chinese characters, each once."""
    terms = analyze(text)
    words = [term.term for term in terms]
    assert all(0 <= t.start < t.end <= len(text) for t in terms)
    assert all(one.start < other.start and one.end <= other.end for one, other in pairwise(terms))
    indexed = term_string(text).split(" ") if term_string(text) else []
    lone = indexed[len(words) :]
    assert indexed[: len(words)] == words
    assert len({*words, *lone}) == len(set(words)) + len(lone)
    assert all(len(char) == 1 and char in unicodedata.normalize("NFKC", text) for char in lone)
    assert all(isinstance(is_stopword(t.term), bool) for t in terms)


@given(st.text(min_size=1, max_size=14), st.text(min_size=1, max_size=14))
def test_near_spellings_are_mutual(one: str, other: str) -> None:
    """What is a spelling of another has that as a spelling, and every name is one of itself."""
    most = min(spelling_distance(one), spelling_distance(other))
    assert is_near(one, other, most) == is_near(other, one, most)
    assert is_near(one, one, most)


@given(st.text(max_size=60) | st.lists(st.lists(NAMES, max_size=4), max_size=4).map(str))
def test_aliases_are_groups_or_an_error(text: str) -> None:
    """Any text is groups of names as terms, or is refused by the name of its file."""
    try:
        groups = parse_aliases(text, Path("aliases.yaml"))
    except CorpusError as error:
        assert "aliases.yaml" in str(error)
        return
    assert all(term for group in groups for name in group for term in name)
    assert all(name for group in groups for name in group)
