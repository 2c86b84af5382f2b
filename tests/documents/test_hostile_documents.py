"""Hostile documents that once did harm: giant tables, front matter, aliases, folders, names."""

from __future__ import annotations

from pathlib import Path

import pytest

import rag
from rag.errors import CorpusError
from rag.folder import safe_name
from tests.campaigns.documents.archives import docx, paragraph
from tests.campaigns.documents.hostile import make_deep, remove
from tests.support.messages import one_sentence

CELL = "<w:tc><w:tcPr>{}</w:tcPr><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"


def test_a_cell_is_as_wide_as_tables_are(folder: Path) -> None:
    """A cell that claims a million columns stands at most as often as a table has columns."""
    wide = CELL.format('<w:gridSpan w:val="100000000"/>', "yak")
    raw = docx(f"{paragraph('Words.')}<w:tbl><w:tr>{wide}</w:tr></w:tbl>")
    (folder / "wide.docx").write_bytes(raw)
    text = rag.open(folder).article("wide.docx").text
    assert 1 <= text.count("yak") <= 63


@pytest.mark.campaign
def test_a_merged_cell_stands_in_each_of_its_rows(folder: Path) -> None:
    """A merged cell is repeated in each of its rows; one that continues nothing is empty."""
    first = CELL.format('<w:vMerge w:val="restart"/>', "Anbar") + CELL.format("", "one")
    below = CELL.format("<w:vMerge/>", "") + CELL.format("", "two")
    rows = f"<w:tr>{first}</w:tr>" + f"<w:tr>{below}</w:tr>" * 3_000
    lone = f"<w:tbl><w:tr>{CELL.format('<w:vMerge/>', '')}</w:tr></w:tbl>"
    (folder / "high.docx").write_bytes(docx(f"<w:tbl>{rows}</w:tbl>{lone}{paragraph('Words.')}"))
    text = rag.open(folder).article("high.docx").text
    assert text.startswith("Anbar | one\nAnbar | two\nAnbar | two")
    assert text.count("Anbar") == 3_001


def test_fields_of_an_article_are_lines(folder: Path) -> None:
    """Metadata fields contain no control characters or line ends and have a maximum length."""
    head = 'title: "one\\n\\e[2Jtwo"'
    head += f"\noutlet: {'word ' * 1_000}\nurl: https://a.example/{'b' * 5_000}"
    (folder / "head.txt").write_text(f"---\n{head}\n---\nWords.")
    article = rag.open(folder).article("head.txt")
    assert article.title == "one [2Jtwo"
    assert len(article.outlet or "") <= 1_000
    assert not article.url


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[" * 50_000, "nested too deep"),
        ("- [" + "a, " * 200_000 + "b]", "larger than"),
        ("- &a [x]\n- [*a]", "list of lists"),
    ],
)
def test_hostile_aliases_are_named(folder: Path, text: str, reason: str) -> None:
    """An aliases file that breaks the YAML parser is an error of one sentence."""
    (folder / "aliases.yaml").write_text(text)
    with pytest.raises(CorpusError, match=r"aliases\.yaml") as caught:
        rag.open(folder)
    assert reason in one_sentence(caught.value)


def test_aliases_are_read_as_they_are_written(folder: Path) -> None:
    """An alias that YAML would read as a date or a boolean is a name."""
    (folder / "aliases.yaml").write_text("- [2024-13-45, NO, Norway]\n")
    ((group,),) = [rag.open(folder).documents.aliases]
    assert {("no",), ("norway",)} <= group


def test_aliases_from_elsewhere_are_not_read(folder: Path, tmp_path: Path) -> None:
    """An aliases file that links out of the folder is refused, and its content is not shown."""
    (tmp_path / "secret").write_text("{swordfish")
    (folder / "aliases.yaml").symlink_to(tmp_path / "secret")
    with pytest.raises(CorpusError, match="out of the folder") as caught:
        rag.open(folder)
    assert "swordfish" not in str(caught.value)


def test_folders_may_be_deeper_than_calls(folder: Path) -> None:
    """A document fifteen hundred folders down is read or reported, and stops no other."""
    make_deep(folder / "deep")
    try:
        corpus = rag.open(folder)
        assert corpus.documents.report is not None
        ((_, why),) = corpus.documents.report.failed
        assert "empty" in why
        assert len(corpus.articles()) == 3
    finally:
        remove(folder / "deep")


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        (". .a.txt", "a.txt"),
        (" . ..a.txt", "a.txt"),
        ("CON.txt", "CON_.txt"),
        ("nul.old.txt", "nul.old_.txt"),
        ("a/" * 3_000 + "b.txt", "a/a/a/a/a/a/a/a/a/b.txt"),
        ("x" * 2_000_000 + ".txt", "x" * 196 + ".txt"),
        ("é" * 150 + ".txt", "é" * 98 + ".txt"),
    ],
)
def test_names_that_hide_or_name_a_device(given: str, safe: str) -> None:
    """File names that hide or name a device are made harmless, whatever their length."""
    assert safe_name(given).as_posix() == safe


def test_a_file_in_folders_without_end_is_added(folder: Path, tmp_path: Path) -> None:
    """A file with very many parent folders is stored below the last few of them."""
    corpus = rag.open(folder)
    (tmp_path / "new.txt").write_text("A new story of the harbour.\n")
    put = corpus.documents.add(tmp_path / "new.txt", "a/" * 1_500 + "new.txt")
    assert corpus.sync().added == (put,)
