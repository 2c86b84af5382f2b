"""The words of the page: names, dates and quotes as a reader sees them, and what is told once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import rag
from rag.notebook.conversations import Conversations
from rag.notebook.export import conversation_file
from rag.packs import evidence_pack, pack_text
from rag.render import answer_text, checked_html, download_html, turn_html
from rag.render.naming import shorten_name, source_line, source_name, told_apart
from rag.text.dates import dated_name
from rag.text.quotations import in_quotes


@pytest.mark.parametrize(
    ("name", "published", "shown"),
    [
        ("Minutes of 14 March 2023", "2023-03-14", "Minutes of 14 March 2023"),
        ("Minutes, March 14, 2023", "2023-03-14", "Minutes, March 14, 2023"),
        ("Minutes, March 2023", "2023-03-14", "Minutes, March 2023, 14 March 2023"),
        ("Minutes, March 2023", "2023-03", "Minutes, March 2023"),
        ("Yearbook 2022", "2022", "Yearbook 2022"),
        ("Order 12022", "2022", "Order 12022, 2022"),
        ("Letter", None, "Letter, undated"),
    ],
)
def test_a_date_in_a_name_is_not_told_again(name: str, published: str | None, shown: str) -> None:
    """The month of a day says less than the day, and a number is no year."""
    assert dated_name(name, published) == shown


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("How many otters were seen in 2023?", "how-many-otters-were-seen-in-2023.md"),
        (
            "Wer hat die Brücke über die Örtze eröffnet?",
            "wer-hat-die-brücke-über-die-örtze-eröffnet.md",
        ),
        ("«¿…?»", "footnote.md"),
        (
            "Which of the two mills at Arlesford was the first to be driven by steam?",
            "which-of-the-two-mills-at-arlesford-was-the-first-to-be.md",
        ),
        ("../a\\b<c>", "a-b-c.md"),
    ],
)
def test_a_file_is_called_by_its_question(question: str, name: str) -> None:
    """Several answers that are saved can be told apart, and no name is half a word."""
    assert f'<a download="{name}"' in download_html(b"x", question, ".md")


def test_the_line_of_a_source_tells_its_date_once() -> None:
    """Also where the title holds it and the outlet does not."""
    cited = {"outlet": "Town Office", "title": "Notice of 2 May 2021", "published": "2021-05-02"}
    assert source_line(cited) == "Town Office, “Notice of 2 May 2021”"
    assert source_line(cited | {"outlet": None, "page": 3}) == "Notice of 2 May 2021, p. 3"
    assert source_line(cited | {"title": "A notice"}) == "Town Office, 2 May 2021, “A notice”"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("plain", "“plain”"),
        ("“All of it.”", "“All of it.”"),
        ("“We won,” he said.", "‘“We won,” he said.’"),
        ("He said “no”", "‘He said “no”’"),
        ("“a” and “b”", "‘“a” and “b”’"),
    ],
)
def test_no_two_double_marks_stand_together(words: str, shown: str) -> None:
    """Words keep their own marks as a whole; else the outer ones are single."""
    assert in_quotes(words) == shown


def test_a_statement_quotes_words_in_quotation_marks(folder: Path) -> None:
    """It stays checked, and the page still leaves out the source that its chip names."""
    said = "“The ferry to Arnholm sails at nine,” said the harbour master."
    (folder / "ferry.txt").write_text(f"---\ntitle: Ferry times\n---\n{said}\n")
    answer = rag.open(folder).ask("When does the ferry to Arnholm sail?")
    first = answer.statements[0]
    assert first.verdict == "supported"
    assert first.text.endswith(f"‘{said}’")
    assert "Ferry times: " not in turn_html(answer.to_dict(), 0, {}).split("data-copy")[0]


def test_what_tells_two_names_apart_is_not_cut_off() -> None:
    """The middle of a long name is left out, not its year."""
    name = "Minutes of the ordinary general meeting of the allotment society, {}"
    first, second = (shorten_name(name.format(year), 42) for year in (2022, 2023))
    assert first != second
    assert first.endswith("2022")
    assert first.startswith("Minutes of")
    assert len(first) <= 42


def test_unread_files_are_told_once_in_a_conversation(folder: Path) -> None:
    """A copy of the later answer says so all the same, in words that fit a saved file."""
    (folder / "torn.pdf").write_bytes(b"%PDF-1.7 torn")
    opened = rag.open(folder)
    answer = opened.ask("How many members has the club?")
    unread = opened.documents.unread_notice()
    assert unread and unread in (answer.notice or "")
    assert "`" not in unread
    shown, copied = turn_html(answer.to_dict(), 1, {}, unread).split('<div class="tools">')
    assert "not read" not in shown
    assert "not read" in copied
    assert "torn.pdf" in copied  # a name of a file is no address, and needs no backslash
    assert "not read" in turn_html(answer.to_dict(), 0, {}).split('<div class="tools">')[0]


def test_who_answered_is_told_in_words(folder: Path) -> None:
    """Whoever reads a saved answer need not know what extractive means."""
    opened = rag.open(folder)
    pack = evidence_pack(opened, opened.ask("Who?"), prompts=False)
    assert "Answered by: quotes from the documents" in pack_text(pack, ".md")
    written = replace(opened.ask("Who?"), answered_by="some-llm")
    assert "Answered by: some-llm" in pack_text(
        evidence_pack(opened, written, prompts=False), ".md"
    )


def test_only_an_answer_that_compares_two_documents_offers_to_show_both(folder: Path) -> None:
    """The notice, which a saved answer has too, names no button that only the page has."""
    (folder / "march.txt").write_text("The fee is 4 euros. Nobody objected.")
    (folder / "june.txt").write_text("The fee is 5 euros. Everybody objected.")
    opened = rag.open(folder)
    answer = opened.ask("Compare march.txt and june.txt")
    assert answer.notice == "Compared word by word."
    ids = [opened.article(name).id for name in ("march", "june")]
    shown = turn_html(answer.to_dict(), 0, {})
    assert all(f'"{id_}"' in shown.split('class="tools"')[1] for id_ in ids)
    assert "data-compare" not in turn_html(opened.ask("What is the fee?").to_dict(), 0, {})


MINUTES = "---\ntitle: Harbour board minutes\n---\nThe {} berth fee was {} euros a night.\n"
_TWIN = {"outlet": None, "title": "Board minutes", "published": None, "start": 0, "end": 9}


def _named(*documents: dict[str, str | None]) -> list[str]:
    """Return the names of documents that are shown together, those of which the date is told."""
    shown = [{**_TWIN, "article_id": str(at), **each} for at, each in enumerate(documents)]
    return [source_name(each, dated=False) for each in told_apart(shown)]


def test_documents_of_one_name_are_told_apart() -> None:
    """By date, else by title, else by file; what has a name of its own needs nothing."""
    march, may = {"published": "2024-03-05"}, {"published": "2024-05"}
    assert _named(march, may) == ["Board minutes, 5 March 2024", "Board minutes, May 2024"]
    assert _named(march) == ["Board minutes"]
    assert _named(march, {**may, "title": "Ferry list"}) == ["Board minutes", "Ferry list"]
    files = [{"file": "2023/minutes-1.md"}, {"file": "2023/minutes-2.md"}]
    assert _named(*files) == ["Board minutes, minutes-1.md", "Board minutes, minutes-2.md"]
    folders = [{"file": "old/minutes.md"}, {"file": "new/minutes.md"}]
    assert _named(*folders) == ["Board minutes, old/minutes.md", "Board minutes, new/minutes.md"]
    paper = [{"outlet": "Port Gazette", **march, "title": title} for title in ("Fees", "Ferries")]
    assert _named(*paper) == ["Port Gazette, Fees", "Port Gazette, Ferries"]


def test_all_forms_of_an_answer_tell_documents_of_one_title_apart(folder: Path) -> None:
    """On the page, copied, as text, in a saved pack, in an exported conversation, in Check."""
    names = ("north.md", "south.md")
    for name, side, fee in zip(names, ("northern", "southern"), (14, 19), strict=True):
        (folder / name).write_text(MINUTES.format(side, fee))
    opened = rag.open(folder)
    answer = opened.ask("How much was the berth fee a night?")
    assert len({citation.article_id for citation in answer.citations}) == len(names)
    kept = Conversations(opened)
    checked = opened.verify("The northern berth fee was 14 euros. The southern fee was 19 euros.")
    forms = {
        "page": turn_html(answer.to_dict(), 0, {}).split('class="tools"')[0],
        "copied": answer.to_markdown(),
        "text": answer_text(answer.to_dict()),
        "pack": pack_text(evidence_pack(opened, answer), ".md").split("## Quotes")[0],
        "footnotes": conversation_file(kept.get(kept.add(answer)), ".md").decode(),
        "check": checked_html(checked.to_dict()),
    }
    for form, shown in forms.items():
        for name in names:
            assert f"Harbour board minutes, undated, {name}" in shown.replace("\\", ""), form
    assert f"Harbour board minutes, {names[0]}</a>" in forms["page"]  # on the chip itself
