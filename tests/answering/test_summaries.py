"""Summaries and timelines without an LLM: central sentences, each cited, in the wanted number."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import rag
from rag.answering.summaries.asked import read_summary
from rag.answering.summaries.central import Unit, choose_central
from rag.retrieval.quoting import is_statement

BRIDGE = (
    "The Orrin bridge must be closed because its steel is corroded. Inspectors found corroded "
    "steel in all four piers of the bridge. The steel of the Orrin bridge is corroded, inspectors "
    "found. The council will decide on the repair of the bridge on 4 May 2021. The canteen served "
    "soup on that day. Repairing the bridge would cost two million euros."
)
FERRY = (
    "While the bridge is closed, a ferry carries people over the Orrin. The ferry to the far bank "
    "runs every twenty minutes. It has carried passengers since 1 June 2021. A ticket for the "
    "ferry costs two euros."
)


@pytest.fixture(scope="module")
def crossing(tmp_path_factory: pytest.TempPathFactory) -> rag.Corpus:
    place: Path = tmp_path_factory.mktemp("crossing")
    texts = {"bridge": ("Survey of the bridge", "Board of Works", "2021-04-01", BRIDGE),
             "ferry": ("The ferry", "Vire Courier", "2021-07-01", FERRY)}  # fmt: skip
    for name, (title, outlet, published, text) in texts.items():
        head = f"title: {title}\noutlet: {outlet}\npublished: {published}"
        (place / f"{name}.md").write_text(f"---\n{head}\n---\n\n{text}\n")
    return rag.open(place)


@pytest.mark.parametrize(
    ("question", "form", "of", "size"),
    [
        ("Summarise the report in three sentences", "summary", "the report", 3),
        ("Please give me a short overview of the bridge.", "summary", "the bridge", None),
        ("summary", "summary", "", None),
        ("Summarize everything", "summary", "", None),
        ("What do we know about Lena Wirth?", "summary", "Lena Wirth", None),
        ("the 5 key points", "summary", "", 5),
        ("Timeline of the strike", "timeline", "the strike", None),
        ("What are these documents about?", "summary", "", None),
        ("What was the summary that the judge read?", None, None, None),
        ("How long was the timeline of the plan?", None, None, None),
        ("Summarized results show what profit?", None, None, None),
        ("Recapitalization of the bank: how much was paid?", None, None, None),
        ("Timeline Inc reported what revenue in 2020?", None, None, None),
        ("Main points scorer in the 2020 season?", None, None, None),
    ],
)
def test_what_is_to_be_summarised(
    question: str, form: str | None, of: str | None, size: int | None
) -> None:
    """A wish for a summary is known by its beginning, with what it is of and how long."""
    read = read_summary(question)
    assert (read.form, read.of, read.size) == (form, of, size) if read else form is None


def test_a_summary_repeats_nothing(crossing: rag.Corpus) -> None:
    """Of sentences that say the same, one is quoted; each document speaks, in its own words."""
    answer = crossing.ask("Summarise the documents")
    assert {citation.title for citation in answer.citations} == {
        "Survey of the bridge",
        "The ferry",
    }
    assert answer.text.count("corroded") <= 2
    assert all(statement.verdict == "supported" for statement in answer.statements)
    assert "the documents say more" in (answer.notice or "")


def test_a_summary_of_the_shortest_is_of_it_alone(crossing: rag.Corpus) -> None:
    """Longest and shortest are told by the documents' words."""
    answer = crossing.ask("Summarise the shortest document")
    assert {citation.title for citation in answer.citations} == {"The ferry"}


def test_what_is_said_twice_is_chosen_once() -> None:
    """A unit with the meaning of one that is chosen has no place, however central it is."""
    article = rag.Article(id="a", path="a.txt", title="A", text="One. Uno. Two.")
    axes = np.eye(2, dtype=np.float32)
    same = axes[0] * np.float32(0.999)
    units = [
        Unit(article, 0, 4, axes[0], 0.9),
        Unit(article, 5, 9, same, 0.9),
        Unit(article, 10, 14, axes[1], 0.1),
    ]
    assert [(unit.start, unit.end) for unit in choose_central(units, 3)] == [(0, 4), (10, 14)]


def test_a_summary_is_as_long_as_asked(crossing: rag.Corpus) -> None:
    """The number of sentences is that of the question, and only what is asked about speaks."""
    answer = crossing.ask("Summarise the survey of the bridge in two sentences")
    assert len(answer.statements) == 2
    assert {citation.title for citation in answer.citations} == {"Survey of the bridge"}
    (one,) = crossing.ask("Sum up the article from the Vire Courier in one sentence").statements
    assert one.citations[0].outlet == "Vire Courier"


def test_a_subject_is_summarised_from_what_speaks_of_it(crossing: rag.Corpus) -> None:
    """What is known about a subject is told by sentences on it; of none there is no summary."""
    answer = crossing.ask("What do we know about the ferry?")
    assert len(answer.statements) > 1
    assert "soup" not in answer.text
    assert crossing.ask("What do we know about volcanoes?").status == "abstained"


def test_a_timeline_is_in_order(crossing: rag.Corpus) -> None:
    """Dated events are told oldest first, each with its date in front."""
    texts = [statement.text for statement in crossing.ask("timeline of the crossing").statements]
    told = [statement.text for statement in crossing.ask("Give me a timeline").statements]
    assert [text[:10] for text in told][:2] == ["4 May 2021", "1 June 202"]
    assert all(text in told for text in texts if text[0].isdigit())


def test_an_event_cites_only_who_says_it_so(tmp_path: Path) -> None:
    """Notes that are alike but name another hall are not cited for the hall that is quoted."""
    for number, hall in enumerate(("the north hall", "the south hall", "the north hall")):
        text = f"The pump in {hall} was repaired in May 2021 and works again."
        (tmp_path / f"{number}.md").write_text(f"---\ntitle: Note {number}\n---\n\n{text}\n")
    for statement in rag.open(tmp_path).ask("Timeline of the pump").statements:
        assert {c.cited_text for c in statement.citations} == {statement.citations[0].cited_text}


def test_a_caption_is_no_statement() -> None:
    """Words below a picture say what it shows, which no summary needs."""
    assert not is_statement("PICTURED ABOVE: The mayor and her deputy at the pier.", 7)
    assert is_statement("Pictured or not, the mayor opened the pier in May.", 7)


def test_the_head_of_a_text_is_no_summary(tmp_path: Path) -> None:
    """A byline, a date line and who was present say nothing of what a text is about."""
    (tmp_path / "column.md").write_text(
        "# Mend the weir\n\nBy Ana Kovic, Vire Courier, 28 June 2023\n\nThe weir leaks. Fish die "
        "below the weir every summer, and the mill stands still.\n"
    )
    (tmp_path / "minutes.md").write_text(
        "# Minutes of the weir board\n\nTuesday 6 June 2023, 19:00, Mill Room\n\nPresent: Ana "
        "Kovic, Bo Ek, Cy Lund.\n\nThe board ordered a survey of the weir.\n"
    )
    told = rag.open(tmp_path).ask("Summarise the documents").text
    assert "Fish die" in told
    assert "ordered a survey" in told
    assert not any(words in told for words in ("By Ana", "Mill Room", "Present"))
