"""Answers: cited, ascribed, honest, independent of each other."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import threading
from pathlib import Path

import pytest

import rag
from rag.checking.citations import check_citations, check_quotation, cite
from rag.errors import CitationError
from rag.index.vectors import VectorStore
from rag.models.embedder import Embedder
from rag.models.runtime import BUNDLED, Vectors
from rag.render import answer_html, answer_text, article_html

QUESTIONS = [
    "How many US troops are in Iraq?",
    "What should readers subscribe to?",
]
MORE = [
    "Is the US presence about fighting ISIS?",
    "What did al-Kadhimi say about foreign combat forces?",
    "What is said about Iran?",
    "Who pushed for US troops to leave Iraq in January 2024?",
    "Who was killed together with Soleimani?",
    "What did Biden and Kadhimi agree?",
    "What is the average rating of the article?",
]
ALL = [*QUESTIONS, *(pytest.param(question, marks=pytest.mark.campaign) for question in MORE)]
SILENT = [
    "What is the capital of Mongolia?",
    "How many French soldiers are stationed in Iraq?",
    pytest.param("How do I disable my ad blocker?", marks=pytest.mark.campaign),
    pytest.param(
        "What is planned for the sovereign fund?",
        marks=[
            pytest.mark.campaign,
            pytest.mark.xfail(
                strict=True, reason="the reader takes what is planned otherwise for an answer"
            ),
        ],
    ),
]


@pytest.mark.parametrize("question", ALL)
def test_every_citation_equals_its_words(corpus: rag.Corpus, question: str) -> None:
    """A citation is the article's own words at its place, and never clutter or an aside."""
    answer = corpus.ask(question)
    assert [citation.number for citation in answer.citations] == list(
        range(1, len(answer.citations) + 1)
    )
    for citation in answer.citations:
        article = corpus.article(citation.article_id)
        assert article.text[citation.start : citation.end] == citation.cited_text
        for mark in article.marks:
            assert mark.end <= citation.start or citation.end <= mark.start


@pytest.mark.parametrize("question", ALL)
def test_statements_quote_and_ascribe(corpus: rag.Corpus, question: str) -> None:
    """A statement names its source and quotes it to the letter; one to five make an answer."""
    answer = corpus.ask(question)
    if answer.status == "abstained":
        assert answer.reason
        return
    assert 1 <= len(answer.statements) <= 5
    for statement in answer.statements:
        (citation,) = statement.citations
        assert statement.verdict == "supported"
        assert statement.text.startswith(citation.outlet or citation.title)
        assert statement.text.endswith(f"“{citation.cited_text}”")
    assert len({s.citations[0].cited_text for s in answer.statements}) == len(answer.statements)


def test_the_date_stands_in_the_attribution(corpus: rag.Corpus) -> None:
    """An attribution gives the date, and says where it was inferred."""
    told = corpus.ask("What did Abu Ali al-Askari say?").statements[0].text
    assert told.startswith("ISWNews, 25 January 2024: “")
    told = corpus.ask("Who was killed together with Soleimani?").statements[0].text
    assert told.startswith("Conservative News Daily, January 2024 (date inferred): “")


def test_an_answer_draws_on_several_articles(corpus: rag.Corpus) -> None:
    """Where articles differ, the answer quotes more than one."""
    answer = corpus.ask("How many US troops are in Iraq?")
    assert "3,000" in answer.text
    assert "2500" in answer.text or "2,500" in answer.text
    assert len({citation.article_id for citation in answer.citations}) > 1


@pytest.mark.campaign
def test_the_aside_is_never_quoted(corpus: rag.Corpus) -> None:
    """The bracketed remark can be found by search, and is in no answer."""
    question = "What will happen again once the US is gone, after 2004 and ISIS?"
    assert any(hit.passage.kind == "aside" for hit in corpus.search(question))
    assert "Remember 2004" not in corpus.ask(question).text


@pytest.mark.campaign
def test_text_behind_the_paywall_is_not_made_up(corpus: rag.Corpus) -> None:
    """The sentence that breaks off at the paywall is not quoted."""
    answer = corpus.ask("What did both the US and Iraqi officials confirm?")
    assert not any(s.citations[0].cited_text.endswith("…") for s in answer.statements)


@pytest.mark.parametrize("question", SILENT)
def test_silence_is_admitted(corpus: rag.Corpus, question: str) -> None:
    """Where the articles are silent, the answer says so, cites nothing and shows what is near."""
    answer = corpus.ask(question)
    assert answer.status == "abstained"
    assert answer.statements == answer.citations == ()
    assert answer.text == answer.reason
    assert len(answer.passages) >= 3


def test_filters_hold(corpus: rag.Corpus) -> None:
    """Dates and outlets limit what is cited and what is shown; a month-dated article overlaps."""
    question = "How many US troops are in Iraq?"
    outlets = {h.article.outlet for h in corpus.ask(question, outlets=["iswnews"]).passages}
    assert outlets == {"ISWNews"}
    old = corpus.ask("Will US troops withdraw?", until="2021").passages
    assert {hit.article.published for hit in old} == {"2021-07"}
    assert {h.article.published for h in corpus.search(question, since="2024-07-20")} == {"2024-07"}
    none = corpus.ask(question, until="1999")
    assert none.status == "abstained"
    assert none.passages == ()


def test_the_same_question_gets_the_same_answer(folder: Path, tmp_path: Path) -> None:
    """Answers do not depend on what was asked before, nor on the index they come from."""
    asked = ("Who opened the Sella bridge?", "When was the harbour dredged?", "What is a ferry?")
    corpus = rag.open(folder)
    first = {q: _without_seconds(corpus.ask(q)) for q in asked}
    fresh = rag.open(folder, index_dir=tmp_path / "index")
    for question in reversed(asked):
        assert _without_seconds(fresh.ask(question)) == first[question]


def _without_seconds(answer: rag.Answer) -> dict[str, object]:
    return answer.to_dict() | {"seconds": None}


def test_an_answer_does_not_hang_on_what_the_graph_overlooks(
    corpus: rag.Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A passage that the approximate vector search misses is found by its words."""
    question = "How many US troops are in Iraq?"
    whole = corpus.ask(question)
    found = VectorStore.query

    def overlooks(self: VectorStore, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        best, *others = found(self, vector, limit)
        assert best[0] == nearest
        return others

    nearest = max(whole.passages, key=lambda hit: hit.similarity).passage.id
    monkeypatch.setattr(VectorStore, "query", overlooks)
    again = corpus.ask(question)
    assert again.text == whole.text
    for hit, same in zip(again.passages, whole.passages, strict=True):
        assert hit.passage == same.passage
        assert hit.similarity == pytest.approx(same.similarity, abs=0.001)


def test_threads_share_a_corpus(corpus: rag.Corpus) -> None:
    """Questions asked at the same time get the answers they get alone."""
    alone = {q: corpus.ask(q).text for q in QUESTIONS}
    found: dict[str, str] = {}
    threads = [
        threading.Thread(target=lambda q=q: found.update({q: corpus.ask(q).text}))
        for q in QUESTIONS
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == alone


def test_an_answer_cannot_be_changed(corpus: rag.Corpus) -> None:
    """An answer is frozen, and its dictionary is JSON of the documented keys."""
    answer = corpus.ask(QUESTIONS[0])
    with pytest.raises(dataclasses.FrozenInstanceError):
        answer.status = "abstained"  # type: ignore[misc]
    given = json.loads(json.dumps(answer.to_dict()))
    assert list(given) == [
        *("schema", "question", "understood_as", "status", "reason", "text", "statements"),
        *("citations", "differences", "passages", "answered_by", "notice", "seconds"),
    ]
    assert given["statements"][0]["citations"] == [1]
    assert given["answered_by"] == "extractive"


def test_streams_end_with_the_answer(corpus: rag.Corpus) -> None:
    """A stream drafts and verifies each statement, and ends with what ask gives."""
    events = list(corpus.stream(QUESTIONS[0]))
    answer = events[-1].answer
    assert answer is not None
    assert answer.text == corpus.ask(QUESTIONS[0]).text
    kinds = [event.kind for event in events]
    assert kinds == ["draft", "verified"] * len(answer.statements) + ["done"]


def test_async_methods_give_the_same(corpus: rag.Corpus) -> None:
    """`aask` and `astream` give what `ask` and `stream` give."""

    async def both() -> tuple[rag.Answer, list[str]]:
        kinds = [event.kind async for event in corpus.astream(QUESTIONS[0])]
        return await corpus.aask(QUESTIONS[0]), kinds

    answer, kinds = asyncio.run(both())
    assert answer.text == corpus.ask(QUESTIONS[0]).text
    assert kinds[-1] == "done"


def test_a_false_citation_is_caught(corpus: rag.Corpus) -> None:
    """Moved, altered, misnumbered citations and citations of clutter do not pass the check."""
    article = corpus.article("2024-01-25-iswnews-us-important-message-to-iraq.txt")
    good = cite(1, article, 200, 300)
    check_citations([good], corpus.article)
    share = article.text.index("Share it:")
    for bad in (
        dataclasses.replace(good, start=201, end=301),
        dataclasses.replace(good, cited_text=good.cited_text.upper()),
        dataclasses.replace(good, number=2),
        cite(1, article, share, share + 5),
    ):
        with pytest.raises(CitationError):
            check_citations([bad], corpus.article)
    with pytest.raises(CitationError):
        cite(1, article, 5, len(article.text) + 1)


def test_a_statement_must_be_its_quote(corpus: rag.Corpus) -> None:
    """A statement with a changed number, a lost source or no citation is not supported."""
    statement = corpus.ask("How many joint operations took place in November 2023?").statements[0]
    source = statement.citations[0].outlet or ""
    assert check_quotation(statement.text, source, statement.citations) == ("supported", None)
    for text, citations in (
        (statement.text.replace("24", "42"), statement.citations),
        (statement.text.removeprefix(source), statement.citations),
        (statement.text, ()),
    ):
        verdict, reason = check_quotation(text, source, citations)
        assert verdict == "unsupported"
        assert reason


def test_rendering_shows_the_same_citations(corpus: rag.Corpus) -> None:
    """Text, Markdown and HTML show each citation once, by its number, and escape what they show."""
    answer = corpus.ask(QUESTIONS[0])
    for shown in (answer_text(answer.to_dict()), answer_html(answer.to_dict()), answer.text):
        for citation in answer.citations:
            assert f"[{citation.number}]" in shown
    notes = answer.to_markdown()
    assert [f"[^{c.number}]: " in notes for c in answer.citations] == [True] * len(answer.citations)
    hostile = dataclasses.replace(answer, question="<b>*x* [a](javascript:b)", notice="<i>")
    assert "<i>" not in answer_html(hostile.to_dict())
    assert r"\<b\>\*x\* \[a\](javascript:b)" in hostile.to_markdown()
    article = {**corpus.articles()[0].to_dict(), "title": "<b>", "url": "javascript:alert(1)"}
    assert "<b>" not in article_html(article)
    assert "javascript" not in article_html(article)


def test_llamaindex_parts(corpus: rag.Corpus) -> None:
    """The retriever gives nodes with offsets and metadata, the query engine the whole answer."""
    from llama_index.core.base.base_query_engine import BaseQueryEngine
    from llama_index.core.retrievers import BaseRetriever

    retriever = corpus.as_retriever(top_k=3)
    assert isinstance(retriever, BaseRetriever)
    found = retriever.retrieve(QUESTIONS[0])
    assert len(found) == 3
    for scored in found:
        node = scored.node
        text = corpus.article(node.metadata["article_id"]).text
        assert text[node.start_char_idx : node.end_char_idx] == node.get_content()
        assert {"title", "outlet", "published", "path"} <= set(node.metadata)
    engine = corpus.as_query_engine()
    assert isinstance(engine, BaseQueryEngine)
    response = engine.query(QUESTIONS[0])
    assert str(response) == corpus.ask(QUESTIONS[0]).text
    assert response.metadata["answer"]["status"] == "answered"
    assert response.source_nodes
    assert str(asyncio.run(engine.aquery(QUESTIONS[0]))) == str(response)


def test_passages_are_whole_sentences_without_clutter(corpus: rag.Corpus, cache: Path) -> None:
    """A stored passage is whole sentences, in the embedder's reach, free of clutter."""
    from rag.text.sentences import split_sentences

    stored = [hit.passage for hit in corpus.search("US troops in Iraq", top_k=100)]
    assert len(stored) == corpus.state()["passages"]
    embedder = Embedder(BUNDLED, cache)
    lengths = embedder.count_tokens(
        [corpus.article(p.article_id).text[p.start : p.end] for p in stored]
    )
    assert max(lengths) <= embedder.max_tokens
    for passage in stored:
        article = corpus.article(passage.article_id)
        sentences = split_sentences(article.text, article.marks, title=article.title)
        assert passage.start in {sentence.start for sentence in sentences}
        assert passage.end in {sentence.end for sentence in sentences}
        for mark in article.marks:
            overlaps = mark.start < passage.end and passage.start < mark.end
            assert not overlaps or (mark.kind == passage.kind == "aside")


def test_a_quote_takes_no_sentence_that_it_does_not_need(corpus: rag.Corpus) -> None:
    """“It’s generally reported that …” says all by itself: nothing before it is meant by “it”."""
    cited = corpus.ask("How many US troops are in Syria?").citations[0].cited_text
    assert cited.startswith("It’s generally reported")
