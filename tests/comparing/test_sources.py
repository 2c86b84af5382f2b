"""What each document says side by side: values grouped, each cited, the newest first."""

from __future__ import annotations

import rag
from rag.render.compared.sources import NOTHING_SAID, comparison_html, comparison_text
from tests.support.browsing import TROOPS


def test_values_that_agree_stand_together(corpus: rag.Corpus) -> None:
    """Each saying is cited in its document's words, and an old value names the later one."""
    found = corpus.side_by_side(TROOPS)
    assert found.differs
    assert found.documents == 5
    values = {saying.value: saying for saying in found.sayings if saying.value}
    assert values["2500"].group == values["approximately 2,500"].group != values["3,000"].group
    assert values["2500"].overtaken_by == values["3,000"].citations[0].number
    assert values["3,000"].overtaken_by is None
    dates = [saying.published[:4] for saying in found.sayings if saying.published]
    assert dates == sorted(dates, reverse=True)
    for saying in found.sayings:
        for cited in saying.citations:
            text = corpus.article(cited.article_id).text
            assert text[cited.start : cited.end] == cited.cited_text


def test_a_topic_is_told_without_values(corpus: rag.Corpus) -> None:
    """Of a topic each document has its own sentences, and nothing is said to differ."""
    found = corpus.side_by_side("withdrawal of US troops")
    assert not found.differs
    assert len({saying.article_id for saying in found.sayings}) == len(found.sayings) == 5
    assert all(saying.value is None and saying.citations for saying in found.sayings)
    assert "What each document says" in comparison_html(found.to_dict())


def test_only_the_chosen_documents_are_compared(corpus: rag.Corpus) -> None:
    """A document that is not ticked says nothing, and is not counted."""
    one = corpus.side_by_side(TROOPS).sayings[0]
    found = corpus.side_by_side(TROOPS, documents=[one.article_id])
    assert found.documents == 1
    assert {saying.article_id for saying in found.sayings} == {one.article_id}


def test_the_comparison_is_written(corpus: rag.Corpus) -> None:
    """Every quote is a link to its words, the later value is named, and nothing has a message."""
    found = corpus.side_by_side(TROOPS).to_dict()
    quotes = sum(len(saying["citations"]) for saying in found["sayings"])
    assert comparison_html(found).count("data-article=") == quotes
    assert "Later: 3,000, World at Large" in comparison_html(found)
    assert "(later: 3,000, World at Large" in comparison_text(found)
    nothing = {**found, "sayings": []}
    assert comparison_text(nothing) == NOTHING_SAID
    assert NOTHING_SAID in comparison_html(nothing)


def test_a_value_of_another_part_of_the_question_is_not_lost(corpus: rag.Corpus) -> None:
    """A document that says something of the first part and gives a value for the second has it."""
    found = corpus.side_by_side(f"What is said of a withdrawal? {TROOPS}")
    assert "3,000" in {saying.value for saying in found.sayings}
