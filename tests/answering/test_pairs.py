"""Two documents that a question wants compared, and documents that are named by their record."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import rag

Ask = Callable[[str], rag.Answer]
DRAFT = "The ship Maren carries at most 40 guests. The captain is Ole Brandt."
FINAL = "The ship Maren carries at most 36 guests. The captain is Ole Brandt. Dogs stay ashore."
DOCUMENTS = {
    "draft.txt": ("Charter agreement, draft", "2020-09-01", DRAFT),
    "final.txt": ("Charter agreement, final", "2020-10-12", FINAL),
    "may.txt": ("Letter to the crew", "2021-05-03", "The mast is mended in Halden."),
    "july.txt": ("Letter to the crew", "2021-07-09", "The engine stopped for 3 hours."),
    "avis.txt": (
        "Avis aux passagers",
        "2021-06-01",
        "Les passagers doivent porter un gilet. Il est interdit de fumer sous le pont.",
    ),
}


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Return what asks some papers of a ship."""
    folder = tmp_path_factory.mktemp("ship")
    for name, (title, date, text) in DOCUMENTS.items():
        (folder / name).write_text(f"---\ntitle: {title}\npublished: {date}\n---\n{text}\n")
    (folder / "undated.txt").write_text("---\ntitle: Rules on board\n---\nMeals are at noon.\n")
    opened = rag.open(folder)
    return lambda question: opened.ask(question)


@pytest.mark.parametrize(
    "question",
    [
        "What changed between the draft and the final agreement?",
        "Compare the draft agreement with the final agreement.",
        "Compare the two agreements",
        "What are the differences between draft.txt and final.txt?",
        "How do the draft agreement and the final agreement differ?",
    ],
)
def test_two_documents_are_compared(ask: Ask, question: str) -> None:
    """Each change is told in both wordings, cited, and the answer leads to the whole of it."""
    answer = ask(question)
    said = [statement.text for statement in answer.statements]
    assert said == [
        "“Charter agreement, draft” and “Charter agreement, final”: 2 differences, 1 sentence"
        " the same.",
        "Changed: “The ship Maren carries at most 40 guests.” →"
        " “The ship Maren carries at most 36 guests.”",
        "Only in “Charter agreement, final”: “Dogs stay ashore.”",
    ]
    assert [len(statement.citations) for statement in answer.statements] == [3, 2, 1]
    assert answer.notice == "Compared word by word."


def test_of_more_than_two_the_reader_chooses(ask: Ask) -> None:
    """The refusal counts them and says where two can be chosen."""
    answer = ask("Compare the documents")
    assert not answer.statements
    assert (answer.reason or "").startswith("6 documents are meant")
    assert (answer.reason or "").endswith("name two of them.")


@pytest.mark.parametrize(
    "question",
    [
        "Compare the guests in the draft agreement and the final agreement",
        "What is the difference between the mast and the engine?",
        "What changed between May and July?",
        "Compare the agreements and the letters",
    ],
)
def test_what_names_no_two_documents_is_asked_of_the_texts(ask: Ask, question: str) -> None:
    """A thing that is to be compared is no document."""
    assert "word by word" not in (ask(question).notice or "")


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ("Summarise the French document", "avis.txt"),
        ("Summarise the French letter", "avis.txt"),
        ("Summarise the May letter", "may.txt"),
        ("Summarise the letter of July 2021", "july.txt"),
    ],
)
def test_a_document_is_named_by_its_record(ask: Ask, question: str, path: str) -> None:
    """Language, month and year need not stand in its title."""
    answer = ask(question)
    assert {cited.title for cited in answer.citations} == {DOCUMENTS[path][0]}
    assert {cited.published for cited in answer.citations} == {DOCUMENTS[path][1]}


@pytest.mark.parametrize("question", ["Summarise the German letter", "Summarise the May agreement"])
def test_what_the_record_does_not_say_names_no_document(ask: Ask, question: str) -> None:
    """No other document is taken for it."""
    assert "most central" not in (ask(question).notice or "")
