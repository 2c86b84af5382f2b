"""Passages are whole sentences of one article, near the size that the embedder reads."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import pytest

import rag
from rag.documents.clutter import find_marks
from rag.index.chunking import ChunkedArticle, chunk_article, context, make_passages
from rag.models.embedder import Embedder
from rag.models.runtime import BUNDLED
from rag.text.sentences import split_sentences


@pytest.fixture(scope="module")
def entries(corpus: rag.Corpus, cache: Path) -> list[ChunkedArticle]:
    """The bundled articles, cut as the index cuts them."""
    embedder = Embedder(BUNDLED, cache)
    return [chunk_article(article, embedder) for article in corpus.articles()]


def covered(text: str, spans: list[tuple[int, int]]) -> set[int]:
    return {at for start, end in spans for at in range(start, end) if not text[at].isspace()}


def test_passages_are_whole_sentences(entries: list[ChunkedArticle]) -> None:
    """A passage begins where a sentence begins and ends where one ends."""
    for entry in entries:
        starts = {s.start for s in entry.sentences}
        ends = {s.end for s in entry.sentences}
        assert all(p.start in starts and p.end in ends for p in entry.passages)
        assert len({p.id for p in entry.passages}) == len(entry.passages)


def test_every_sentence_is_in_a_passage(entries: list[ChunkedArticle]) -> None:
    """Nothing of an article is left out, but for headings that stand alone."""
    for entry in entries:
        for sentence in entry.sentences:
            holders = [p for p in entry.passages if p.start <= sentence.start < p.end]
            assert holders or sentence.kind == "heading"
            assert len(holders) <= 3


def test_passages_cover_no_clutter(entries: list[ChunkedArticle]) -> None:
    """No character of a passage is marked as clutter."""
    for entry in entries:
        text = entry.article.text
        clutter = [(m.start, m.end) for m in entry.article.marks if m.kind == "clutter"]
        own = [(p.start, p.end) for p in entry.passages]
        assert not covered(text, clutter) & covered(text, own)


def test_asides_have_passages_of_their_own(entries: list[ChunkedArticle]) -> None:
    """A passage lies within an aside or outside of all, and says which."""
    kinds = []
    for entry in entries:
        text = entry.article.text
        aside = covered(text, [(m.start, m.end) for m in entry.article.marks if m.kind == "aside"])
        for passage in entry.passages:
            places = covered(text, [(passage.start, passage.end)])
            assert places <= aside if passage.kind == "aside" else not places & aside
            kinds.append(passage.kind)
    assert kinds.count("aside") == 1


def test_passages_fit_the_embedder(entries: list[ChunkedArticle], cache: Path) -> None:
    """A passage in its context is read to its end, unless it is a single long sentence."""
    embedder = Embedder(BUNDLED, cache)
    for entry in entries:
        counts = embedder.count_tokens(entry.texts()[: len(entry.passages)])
        for passage, count in zip(entry.passages, counts, strict=True):
            inside = [s for s in entry.sentences if passage.start <= s.start < passage.end]
            assert count <= embedder.max_tokens or len(inside) == 1


def test_long_titles_and_outlets_leave_room(folder: Path, cache: Path) -> None:
    """However long title and outlet are, several sentences share a passage."""
    name = "A very long name of an outlet " * 40
    story = "The mayor came. He went home. Nobody saw him.\n"
    (folder / "long.txt").write_text(f"---\ntitle: {name}\noutlet: {name}\n---\n{story}")
    article = rag.open(folder).article("long.txt")
    (passage,) = chunk_article(article, Embedder(BUNDLED, cache)).passages
    assert article.text[passage.start : passage.end] == story.strip()
    assert len(context(article)) < 300


@pytest.mark.parametrize("seed", range(30))
def test_windows_overlap_and_keep_to_the_budget(seed: int) -> None:
    """Passages of any text are in order, overlap or adjoin, and keep to the budget of tokens."""
    chance = random.Random(seed)
    lines = ["The army left.", "A heading", "(This is a remark on it.)", "Share it:", ""]
    text = "\n".join(chance.choice(lines) for _ in range(80)) + "\nIt is over."
    marks = find_marks(text)
    sentences = split_sentences(text, marks)
    tokens = [chance.randint(1, 12) for _ in sentences]
    budget = chance.randint(8, 40)
    passages = make_passages("a", sentences, tokens, marks, max_tokens=budget)
    inside = [
        [at for at, s in enumerate(sentences) if p.start <= s.start < p.end] for p in passages
    ]
    for numbers in inside:
        assert sum(tokens[at] for at in numbers) <= budget or len(numbers) == 1
        assert len({sentences[at].kind == "aside" for at in numbers}) == 1
    for left, right in pairwise(inside):
        assert left[0] < right[0]
    held = {at for numbers in inside for at in numbers}
    assert all(at in held or s.kind == "heading" for at, s in enumerate(sentences))


def test_neighbours_share_a_sentence() -> None:
    """The last sentence of a passage is the first of the next, and none is cut."""
    text = " ".join(f"The army left town {n}." for n in range(9))
    sentences = split_sentences(text, [])
    passages = make_passages("a", sentences, [4] * 9, [], max_tokens=12)
    shared = [text[right.start : left.end] for left, right in pairwise(passages)]
    assert shared == [f"The army left town {n}." for n in (2, 4, 6)]
    assert passages[-1].end == len(text)


def test_a_document_of_short_lines_can_be_found(folder: Path) -> None:
    """A list without a single full stop is all headings, and is found all the same."""
    (folder / "list.txt").write_text("Herons of the lake\n\nGrey heron\n\nPurple heron\n")
    hits = rag.open(folder).search("purple heron")
    assert "Purple heron" in hits[0].text


def test_nodes_carry_their_places(corpus: rag.Corpus) -> None:
    """LlamaIndex gets the words, their offsets, and whose they are."""
    nodes = corpus.as_retriever(top_k=100).retrieve("US troops in Iraq")
    for node in nodes:
        article = corpus.article(node.node.metadata["article_id"])
        start, end = node.node.start_char_idx, node.node.end_char_idx
        assert node.node.get_content() == article.text[start:end]
        assert node.node.ref_doc_id == article.id
        assert node.node.metadata["title"] == article.title
        assert node.node.metadata["outlet"] == article.outlet
        assert node.node.metadata["published"] == article.published
        assert node.node.node_id == f"{article.id}:{start}-{end}"
    assert [node.score for node in nodes] == sorted((n.score for n in nodes), reverse=True)


def test_all_that_is_stored_can_be_retrieved(
    corpus: rag.Corpus, entries: list[ChunkedArticle]
) -> None:
    """As many nodes come back as passages were made: none is lost or doubled on the way."""
    made = {passage.id for entry in entries for passage in entry.passages}
    state = corpus.state()
    assert state["passages_in_chroma"] == state["passages_in_tantivy"] == len(made)
    hits = corpus.search("US troops in Iraq", top_k=100)
    assert {hit.passage.id for hit in hits} == made
    assert all(hit.text == hit.article.text[hit.passage.start : hit.passage.end] for hit in hits)
