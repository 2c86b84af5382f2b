"""Questions about the documents themselves: counted, listed and dated from the catalog."""

from __future__ import annotations

import pytest

import rag
from rag.answering.collection.asked import DocumentLimit
from rag.answering.collection.dated import DATE_LIMIT, Period
from rag.answering.collection.known import is_from
from rag.answering.collection.meant import unread_meant
from rag.answering.collection.told import count_told
from rag.index.passages import ListedArticle

# Path: title, author, date of publication, outlet, text.
DOCUMENTS = {
    "panels.md": ("A note on solar panels", "Ada Thorne", "2021-01-15", "Ostby Courier",
                  "Solar panels need sun. The council met on panels."),
    "bees.md": ("A note on bee keeping", "Bela Kiss", "2022-02-15", "Ostby Courier",
                "Bees are kept in hives. The bees live through winter."),
    "trams.md": ("The tram lines", "Ada Thorne", "2023-03-01", "Harbour Gazette",
                 "The trams run every ten minutes. The newest tram line opened in 2022."),
    "letters/mayor.md": ("Letter from the mayor", "Olga Brandt", "2023-05-09", "Town Hall",
                         "Dear council, the mill must be restored. The old mill is from 1850."),
    "letters/reply.md": ("Reply of the council", None, None, None,
                         "We thank the mayor for the letter on the mill."),
}  # fmt: skip


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> rag.Corpus:
    place = tmp_path_factory.mktemp("notes")
    (place / "letters").mkdir()
    for name, (title, author, published, outlet, text) in DOCUMENTS.items():
        facts = {"title": title, "author": author, "published": published, "outlet": outlet}
        head = "".join(f"{key}: {value}\n" for key, value in facts.items() if value)
        (place / name).write_text(f"---\n{head}---\n\n{text}\n")
    (place / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    return rag.open(place)


@pytest.mark.parametrize(
    ("question", "wanted", "unwanted"),
    [
        ("How many documents do you have?", "There are 5 documents.", "panels"),
        ("how many articles from the Ostby Courier are there", "2 of the 5", "panels"),
        ("Who wrote the note on bee keeping?", "is by Bela Kiss", "Ada Thorne"),
        ("Who is the author of panels.md?", "is by Ada Thorne", "Bela"),
        ("Who wrote the Harbour Gazette’s article?", "“The tram lines”", "panels"),
        ("Where was the note on bee keeping published?", "is from Ostby Courier", "trams"),
        ("Which outlet published The tram lines?", "is from Harbour Gazette", "Courier"),
        ("When was Bela Kiss’s article published?", "15 February 2022", "2023"),
        ("What is the date of the file trams.md?", "1 March 2023", "2021"),
        ("How many pages has the letter from the mayor?", "is a file without pages", "bee"),
        ("How long is the document on solar panels?", "has 9 words", "bee"),
        ("What is the title of bees.md?", "A note on bee keeping", "tram"),
        ("Who wrote “Reply of the council”?", "No author is known of “Reply", "Brandt"),
        ("Which articles did Ada Thorne write?", "The tram lines", "bee keeping"),
        ("What has Ada Thorne written?", "2 of the 5 documents are from Ada Thorne", "bee"),
        ("List all documents from 2022", "bee keeping", "tram"),
        ("Which documents are older than 2022?", "solar panels", "bee"),
        ("documents between 2021 and February 2022", "2 of the 5", "tram"),
        ("When was the note on solar panels published?", "15 January 2021", "2022"),
        ("What is the newest document?", "Letter from the mayor", "bee"),
        ("latest article from the Ostby Courier", "bee keeping", "panels"),
        ("Which is the longest text?", "Letter from the mayor", "bee"),
        ("Which sources do you have?", "Ostby Courier: 2 documents.", "Ada"),
        ("Who are the authors?", "Ada Thorne: 2 documents.", "Courier"),
        ("Which documents mention the mill?", "the mill must be restored", "tram"),
        ("Is the mill mentioned in any document?", "2 of the 5 documents mention", "tram"),
        ("Do you have anything on solar panels?", "Solar panels need sun", "tram"),
        ("What is in the folder letters?", "Reply of the council", "tram"),
        ("Which files could not be read?", "broken.pdf was not read", "tram"),
        ("How many Word files could not be read?", "Every such file was read", "broken"),
    ],
)
def test_documents_themselves_can_be_asked_about(
    notes: rag.Corpus, question: str, wanted: str, unwanted: str
) -> None:
    """What is known of documents answers, with each document cited, and a notice."""
    answer = notes.ask(question)
    assert wanted in answer.text
    assert unwanted not in answer.text
    assert all(s.citations for s in answer.statements) or "broken.pdf" in answer.text
    assert "Answered from what is known of the documents" in (answer.notice or "")


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote the note on sea birds?",
        "How many documents were leaked to the press?",
        "Which articles of the treaty mention fishing?",
        "What is the newest tram line?",
        "How many letters did the mayor receive?",
        "What did the mayor write to the council?",
        "Who are the authors of the study on bees?",
        "What could not be read from the meter?",
        "How many minutes does the journey take?",
        "When was the letter on the harbour published?",
        "Who wrote Hamlet?",
        "How long is the tram line?",
        "When was the mill written off?",
        "Where was the mill built?",
    ],
)
def test_what_texts_tell_is_no_question_about_documents(notes: rag.Corpus, question: str) -> None:
    """A question of which a word is not understood so is asked of the texts."""
    assert "what is known of the documents" not in (notes.ask(question).notice or "")


def test_none_is_told_as_none(notes: rag.Corpus) -> None:
    """Where no document keeps to the limits, that is said with the number looked at."""
    answer = notes.ask("Which documents mention sea birds?")
    assert answer.status == "abstained"
    assert answer.text == "None of the 5 documents mentions “sea birds”."


def test_a_list_says_how_many_it_holds(notes: rag.Corpus) -> None:
    """The count stands before the list and cites what the list cites."""
    first, *others = notes.ask("Show me the documents since March 2023").statements
    assert first.text == "2 of the 5 documents are dated since March 2023."
    assert first.citations == tuple(each.citations[0] for each in others)


@pytest.mark.parametrize(
    "question",
    ["Which is the longest text?", "What is the newest document?", "Who wrote The tram lines?"],
)
def test_what_cited_words_do_not_say_is_not_called_supported(
    notes: rag.Corpus, question: str
) -> None:
    """Lengths, orders, authors and dates known from the catalog are told as that."""
    statement = notes.ask(question).statements[0]
    assert statement.verdict == "partial"
    assert "not said by" in (statement.reason or "")


def test_an_author_and_a_date_that_a_document_says_are_supported(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """The record of a document is borne out where its cited words name both."""
    place = tmp_path_factory.mktemp("byline")
    head = "title: The quay wall\nauthor: Ada Thorne\npublished: 2021-01-15"
    (place / "a.md").write_text(
        f"---\n{head}\n---\n\nBy Ada Thorne, 15 January 2021\n\nIt leaks.\n"
    )
    (statement,) = rag.open(place).ask("Who wrote the report on the quay wall?").statements
    assert statement.citations[0].cited_text == "By Ada Thorne, 15 January 2021"
    assert statement.verdict == "supported"


@pytest.mark.parametrize(
    ("words", "held"),
    [
        ("before 0001-01-01", ()),
        ("after 9999-12-31", ()),
        ("between 2022 and 2020", ("2020-01-01", "2021", "2022-12-31")),
        ("between 2020 and 2022", ("2020-01-01", "2021", "2022-12-31")),
        ("before 2021-01-01", ("0001-01-01", "2020-01-01")),
    ],
)
def test_periods_hold_what_is_within_them(words: str, held: tuple[str, ...]) -> None:
    """No date is too early or too late to be asked about, and two may stand in any order."""
    match = DATE_LIMIT.match(words)
    period = match and Period.of(match)
    assert period
    days = ("0001-01-01", "2020-01-01", "2021", "2022-12-31", "9999-12-31")
    assert tuple(day for day in days if period.holds(day)) == held


def test_a_name_without_words_is_nobody() -> None:
    """Signs that name nothing do not mean every document."""
    article = ListedArticle("1", "a.md", "A", "Courier", "Ada", None, None, None, 1, 1, 0)
    assert is_from(article, "ada")
    assert not is_from(article, "🙂")


def test_no_documents_are_told_as_none() -> None:
    """Where nothing is there to choose from, no document is spoken of."""
    assert count_told((), 0, 0) == "There are no documents."
    assert count_told((), 1, 1) == "There is 1 document."


def test_a_count_that_may_be_too_low_says_so() -> None:
    """Where more passages hold a word than were looked through, the count is the least."""
    limits = (DocumentLimit("words", "pier"),)
    assert count_told(limits, 5, 9, is_cut=True).startswith("At least 5 of the 9 documents")
    assert count_told(limits, 5, 9).startswith("5 of the 9 documents")


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("What does the harbour survey say?", "2019_harbour-survey_v2.pdf is a broken PDF"),
        ("According to the harbour survey, when does the tram run?", "harbour-survey_v2.pdf is"),
        ("When was the harbour built?", ""),
        ("How often do the trams run?", ""),
    ],
)
def test_a_file_that_is_named_and_was_not_read_is_told(question: str, meant: str) -> None:
    """By most words of its name, whatever number it has; one word of two names no file."""
    skipped = [("2019_harbour-survey_v2.pdf", "is a broken PDF; export it again.")]
    told = unread_meant(question, skipped)
    assert meant in told
    assert bool(told) is bool(meant)


def test_no_other_document_answers_in_silence_for_one_that_was_not_read(
    notes: rag.Corpus,
) -> None:
    """The answer names the file and the reason; no other names a list that it does not have."""
    notice = notes.ask("What does the file broken say of trams?").notice or ""
    assert "The question may mean a file that was not read, or not in full: broken.pdf is" in notice
    assert notes.ask("How often do the trams run?").notice == (
        "1 file not read, or not in full: broken.pdf."
    )
