"""Exports: what was asked, said and quoted, in three forms that can be opened again."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import docx
import pytest

import rag
from rag.errors import HistoryFault, NotKept
from rag.notebook.conversations import KeptConversation
from rag.notebook.export import (
    EXPORT_ENDINGS,
    check_export_ending,
    conversation_file,
    notebook_file,
    write_export,
)
from rag.notebook.pins import Pin
from rag.notebook.standing import GONE, Standing
from tests.support.places import ATTACK

BRIDGE = "How long is the Sella bridge?"
WORDS = "It is 340 metres long."


@pytest.fixture
def opened(folder: Path, tiny: str) -> rag.Corpus:
    return rag.open(folder, embedder=tiny)


@pytest.fixture
def conversation(opened: rag.Corpus) -> KeptConversation:
    kept = rag.Conversations(opened)
    id_ = kept.add(
        opened.ask(BRIDGE), {"since": "2024", "until": None, "outlets": ["Valley Times"]}
    )
    kept.add(opened.ask("What is the capital of Mongolia?"), conversation=id_)
    return kept.get(id_)


@pytest.mark.parametrize("ending", EXPORT_ENDINGS)
def test_an_export_is_read_by_our_own_reader(
    conversation: KeptConversation, tmp_path: Path, tiny: str, ending: str
) -> None:
    """Question, answer, filters, and of each quote source, date and exact words can be read."""
    exports = tmp_path / "exports"
    exports.mkdir()
    write_export(exports / f"talk{ending}", conversation_file(conversation, ending))
    (article,) = rag.open(exports, embedder=tiny).articles()
    for words in (
        *(BRIDGE, WORDS, "Valley Times", "10 February 2024", "The new bridge"),
        *("since 2024", "capital of Mongolia", "Nothing was found"),
    ):
        assert words in article.text, words


def test_footnotes_of_a_word_file_are_real(conversation: KeptConversation, tmp_path: Path) -> None:
    """Each mark is a footnote of Word's, whose text is the quote, in the order of the text."""
    path = tmp_path / "talk.docx"
    path.write_bytes(conversation_file(conversation, ".docx"))
    document = docx.Document(str(path))
    assert document.paragraphs[0].style.name == "Title"
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings == [BRIDGE, "What is the capital of Mongolia?"]
    marks = [
        int(value) for value in re.findall(r'footnoteReference w:id="(\d+)"', document.element.xml)
    ]
    part = next(p for p in document.part.package.iter_parts() if "footnotes" in str(p.partname))
    notes = part.blob.decode()
    assert marks == sorted(set(marks)) != []
    assert all(f'w:id="{mark}"' in notes for mark in marks)
    assert f"{WORDS}”" in notes
    assert conversation.turns[0].answer.citations[0].file in notes


def test_marks_of_a_web_page_lead_to_their_quotes(conversation: KeptConversation) -> None:
    """Each mark of the page leads to a quote, each quote back to its first mark."""
    page = conversation_file(conversation, ".html").decode()
    targets = set(re.findall(r'id="([^"]+)"', page))
    links = re.findall(r'href="#([^"]+)"', page)
    assert links
    assert set(links) <= targets
    assert "<script" not in page


def test_markdown_has_a_footnote_for_each_mark(conversation: KeptConversation) -> None:
    """Marks and footnotes belong to each other."""
    text = conversation_file(conversation, ".md").decode()
    notes = re.findall(r"^\[\^(\d+)\]: ", text, re.MULTILINE)
    marks = re.findall(r"\[\^(\d+)\](?!:)", text)
    assert notes == sorted(set(marks), key=int) != []


@pytest.mark.parametrize("ending", EXPORT_ENDINGS)
def test_a_quote_that_fell_is_told(
    opened: rag.Corpus, conversation: KeptConversation, tmp_path: Path, tiny: str, ending: str
) -> None:
    """An export says of a quote whose document is gone that it does not hold any more."""
    (opened.folder / "bridge.txt").unlink()
    opened.sync()
    again = rag.Conversations(opened).get(conversation.info.id)
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / f"talk{ending}").write_bytes(conversation_file(again, ending))
    (article,) = rag.open(exports, embedder=tiny).articles()
    assert "This does not hold any more" in article.text


@pytest.mark.parametrize("ending", EXPORT_ENDINGS)
def test_a_notebook_is_exported_in_its_order(
    opened: rag.Corpus, tmp_path: Path, tiny: str, ending: str
) -> None:
    """Pins with their quotes, and notes of one's own, of several lines too."""
    notebook = rag.Notebook(opened)
    notebook.pin(opened.ask(BRIDGE), 0, "for the report")
    notebook.move(notebook.write("My own thought\nin two lines"), 0)
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / f"notes{ending}").write_bytes(notebook_file(notebook.pins(), ending))
    (article,) = rag.open(exports, embedder=tiny).articles()
    text = article.text
    assert text.index("My own thought") < text.index("in two lines") < text.index(WORDS)
    assert "for the report" in text
    assert "Valley Times" in text


@pytest.mark.parametrize("ending", EXPORT_ENDINGS)
def test_hostile_words_are_only_text(opened: rag.Corpus, tmp_path: Path, ending: str) -> None:
    """Markup, control characters and halves of characters in a title harm no export."""
    notebook = rag.Notebook(opened)
    notebook.write(f"{ATTACK} ]]> & \x00\x1b[31m \ufffe\ud800 \\ [^1] end")
    content = notebook_file(notebook.pins(), ending)
    if ending == ".docx":
        path = tmp_path / "notes.docx"
        path.write_bytes(content)
        assert ATTACK in docx.Document(str(path)).paragraphs[1].text
    else:
        shown = content.decode()
        assert not re.search(r"(?<!\\)<script", shown)
        assert "\x1b" not in shown


def test_another_ending_is_refused(conversation: KeptConversation, tmp_path: Path) -> None:
    """The ending says what is written; others are refused, and so is a place that is none."""
    for path in ("talk.pdf", "talk"):
        with pytest.raises(NotKept, match=r"\.docx"):
            check_export_ending(path)
    assert check_export_ending("a/TALK.DOCX") == ".docx"
    with pytest.raises(HistoryFault):
        write_export(tmp_path / "missing" / "talk.md", b"")


def test_a_file_that_is_there_is_kept(tmp_path: Path) -> None:
    """An export takes the place of another file only where that is said."""
    path = tmp_path / "talk.md"
    path.write_bytes(b"mine")
    with pytest.raises(HistoryFault, match="--force"):
        write_export(path, b"export")
    assert path.read_bytes() == b"mine"
    write_export(path, b"export", force=True)
    assert path.read_bytes() == b"export"


@pytest.mark.parametrize(
    ("within", "said"),
    [
        ({"documents": ["a"]}, "Asked of 1 chosen document only."),
        ({"documents": ["a", "b"], "since": "2024"}, "Asked of 2 chosen documents since 2024 only"),
        ({"documents": ["a"], "documents_in_all": 29}, "Asked of 1 of 29 documents only."),
        ({"documents": None, "until": "2024"}, "Asked of documents until 2024 only."),
    ],
)
def test_limits_of_a_question_are_told(
    opened: rag.Corpus, within: dict[str, object], said: str
) -> None:
    """An export says of which documents a question was asked, those ticked too."""
    kept = rag.Conversations(opened)
    id_ = kept.add(opened.ask(BRIDGE), within)
    assert said in conversation_file(kept.get(id_), ".md").decode()


def test_only_the_quote_that_fell_is_told(opened: rag.Corpus) -> None:
    """Of a pin with two quotes, the one whose document is as it was still holds."""
    statement = opened.ask(BRIDGE).statements[0]
    cited = statement.citations[0]
    fallen = replace(cited, number=cited.number + 1)
    both = replace(statement, citations=(cited, fallen))
    held = {cited.number: Standing(cited.number), fallen.number: Standing(fallen.number, GONE)}
    pin = Pin("1", "2024-01-01", "", BRIDGE, both, standings=held)
    text = notebook_file([pin], ".md").decode()
    assert text.count("This does not hold any more") == 1
