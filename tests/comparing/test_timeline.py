"""The timeline: dated events of the articles, each with how its date was found, and its quotes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import rag
from rag.errors import FilterError, QuestionError
from tests.support.places import DATA

LEAST_PRECISION, LEAST_RECALL = 0.95, 0.85


def _expected() -> list[dict[str, str]]:
    """Events of the bundled articles as a reader of them found and dated them."""
    lines = (DATA / "timeline.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_events_of_the_bundled_articles(corpus: rag.Corpus) -> None:
    """Nearly all events that a reader finds are found, and hardly any others."""
    expected = _expected()
    assert len(expected) >= 30
    found = [
        (event.date, event.precision, corpus.article(c.article_id).path, _spaced(c.cited_text))
        for event in corpus.timeline()
        for c in event.citations
    ]

    def same(want: dict[str, str], have: tuple[str, str, str, str]) -> bool:
        date, precision, path, text = have
        return (date, precision, path) == (
            want["date"],
            want["precision"],
            want["article"],
        ) and want["words"] in text

    missed = [want for want in expected if not any(same(want, have) for have in found)]
    wrong = [have for have in found if not any(same(want, have) for want in expected)]
    assert 1 - len(wrong) / len(found) >= LEAST_PRECISION, wrong
    assert 1 - len(missed) / len(expected) >= LEAST_RECALL, missed


def test_quotes_of_events_are_the_articles_words(corpus: rag.Corpus) -> None:
    """An event's quote is the article's text at its offsets, and never clutter or an aside."""
    events = corpus.timeline()
    numbers = [citation.number for event in events for citation in event.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    for event in events:
        assert event.text == event.citations[0].cited_text
        assert event.expression in event.text
        for citation in event.citations:
            article = corpus.article(citation.article_id)
            assert article.text[citation.start : citation.end] == citation.cited_text
            assert all(m.end <= citation.start or citation.end <= m.start for m in article.marks)


def test_oldest_first(corpus: rag.Corpus) -> None:
    """A timeline is in chronological order."""
    begins = [f"{event.date}-01-01"[:10] for event in corpus.timeline()]
    assert begins == sorted(begins)


def test_articles_that_tell_of_one_event_stand_together(tmp_path: Path) -> None:
    """One event once, with all its sources; another event of that day stays apart."""
    for name, outlet, text in (
        ("a", "Valley Times", "Mayor Ana Kovic opened the Sella bridge on 10 February 2024."),
        ("b", "Port Gazette", "On February 10, the new Sella bridge was opened by Ana Kovic."),
        ("c", "Hill Post", "A fire destroyed the old mill of Larnmouth on 10 February 2024."),
    ):
        (tmp_path / f"{name}.txt").write_text(
            f"---\ntitle: News {name}\noutlet: {outlet}\npublished: 2024-02-12\n---\n{text}\n"
        )
    events = rag.open(tmp_path, index_dir=tmp_path / "index").timeline()
    assert [event.date for event in events] == ["2024-02-10", "2024-02-10"]
    by_size = sorted(events, key=lambda event: -len(event.citations))
    assert {c.outlet for c in by_size[0].citations} == {"Valley Times", "Port Gazette"}
    assert [c.outlet for c in by_size[1].citations] == ["Hill Post"]


def test_what_stands_in_no_sentence_is_an_event_only_as_a_heading(tmp_path: Path) -> None:
    """A meeting stands in the heading of its minutes; bylines, date lines, closings say nothing."""
    for name, text in (
        ("minutes", "# Minutes of the mill board, 14 March 2023\n\nThe roof was discussed.\n"),
        ("audit", "# Audit from 5 May 2020 to 6 June 2021\n\nThe books were in order.\n"),
        (
            "council",
            "# Larn\n\n## Minutes\n\nTuesday 4 April 2023, 19:30, Mill Hall\n\nAll came.\n",
        ),
        ("flood", "# The flood of 3 November 1951\n\nThe river rose by four metres.\n"),
        ("list", "# Chronology\n\n- 2 June 1960: the mill burns\n- It was rebuilt in 1961\n"),
        (
            "press",
            "# The mill\n\nPress release, 4 July 2022. For immediate release\n\nIt closes.\n",
        ),
        ("blog", "# The mill\n\nBy Ana Lind | 4 January 2022\n\nThe mill is old.\n"),
        (
            "letter",
            "Larn, 5 May 2021\n\nDear Mr Ek,\n\nThe mill closed on 3 May 1974.\n\n"
            "Yours sincerely,\nAda Poe, Larn, 6 May 2021\n",
        ),
    ):
        (tmp_path / f"{name}.md").write_text(text)
    events = rag.open(tmp_path, index_dir=tmp_path / "index").timeline()
    assert [(event.date, event.text) for event in events] == [
        ("1951-11-03", "The flood of 3 November 1951"),
        ("1960-06-02", "2 June 1960: the mill burns"),
        ("1961", "It was rebuilt in 1961"),
        ("1974-05-03", "The mill closed on 3 May 1974."),
        ("2023-03-14", "Minutes of the mill board, 14 March 2023"),
        ("2023-04-04", "Larn\n\nMinutes\n\nTuesday 4 April 2023, 19:30, Mill Hall"),
    ]


def test_an_event_that_one_dates_to_the_month_is_told_with_its_day(tmp_path: Path) -> None:
    """What two say in nearly the same words is one event, of the day that one of them gives."""
    (tmp_path / "a.txt").write_text("The old mill of Larn closed in May 1974.\n")
    (tmp_path / "b.txt").write_text("The old mill of Larn closed on 3 May 1974.\n")
    (tmp_path / "c.txt").write_text("A school was opened in May 1974.\n")
    events = rag.open(tmp_path, index_dir=tmp_path / "index").timeline()
    assert [(event.date, len(event.citations)) for event in events] == [
        ("1974-05", 1),
        ("1974-05-03", 2),
    ]


def test_a_topic_and_a_time_narrow_it(corpus: rag.Corpus) -> None:
    """A topic and a period select the events."""
    about = corpus.timeline("the killing of Soleimani")
    assert about
    assert len(about) < len(corpus.timeline())
    assert all("Soleimani" in event.text for event in about[:2])
    then = corpus.timeline(since="2023-11", until="2023-12")
    # What is known to the year may have been then.
    assert {event.date[:7] for event in then} == {"2023", "2023-11", "2023-12"}
    assert corpus.timeline("penguins in Antarctica") == []


def test_an_outlet_narrows_it(corpus: rag.Corpus) -> None:
    """An outlet selects the events that it reports."""
    events = corpus.timeline(outlets=["ISWNews"])
    assert {c.outlet for event in events for c in event.citations} == {"ISWNews"}


def test_a_document_narrows_it(corpus: rag.Corpus) -> None:
    """A document that is named selects the events that it reports."""
    (article, *_) = corpus.articles()
    events = corpus.timeline(documents=[article.path])
    assert {c.article_id for event in events for c in event.citations} == {article.id}


def test_bad_input_is_explained(corpus: rag.Corpus) -> None:
    """Invalid dates, dates in the wrong order and an empty topic are refused with a reason."""
    with pytest.raises(FilterError, match="2024-13"):
        corpus.timeline(since="2024-13")
    with pytest.raises(FilterError, match="swap"):
        corpus.timeline(since="2024", until="2021")
    with pytest.raises(QuestionError, match="empty"):
        corpus.timeline(" ")
