"""Facts of documents that the user states in a file beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.documents.documents_toml import (
    FACTS_FILE,
    find_unused,
    parse_stated,
    read_stated,
    stated_for,
)
from rag.errors import CorpusError

TOML = """
["2024-02-05 call.txt"]
title = "Call with the mayor"
author = "Ana Lind"
published = "2024-02-05"

["minutes/*.pdf"]
outlet = "Town council"
language = "de"

["minutes/march.pdf"]
title = "March"
published = 2024-03-01

["**/notes [[]v?].md"]
url = "https://example.org/notes"
published = 2023

["minutes/m*.pdf"]
outlet = "Council of Rill"
"""
PATH = Path("corpus") / FACTS_FILE


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        (
            "2024-02-05 call.txt",
            {"title": "Call with the mayor", "author": "Ana Lind", "published": "2024-02-05"},
        ),
        ("minutes/april.pdf", {"outlet": "Town council", "language": "de"}),
        (
            "minutes/march.pdf",
            {
                "outlet": "Council of Rill",
                "language": "de",
                "title": "March",
                "published": "2024-03-01",
            },
        ),
        ("minutes/old/march.pdf", {}),
        ("a/b/notes [v2].md", {"url": "https://example.org/notes", "published": "2023"}),
        ("notes [v2].md", {"url": "https://example.org/notes", "published": "2023"}),
        ("call.txt", {}),
    ],
)
def test_facts_of_a_document(name: str, fields: dict[str, str]) -> None:
    """A document has what is stated of its path, and of patterns that mean it, the later first."""
    found = stated_for(parse_stated(TOML, PATH), name)
    basis = found.pop("published_basis", None)
    assert found == fields
    assert basis == ("stated: in documents.toml" if "published" in fields else None)


def test_a_path_goes_before_a_later_pattern() -> None:
    """What is stated of one file counts more than what is stated of many."""
    text = '["a.txt"]\ntitle = "One"\n["*.txt"]\ntitle = "Many"\nauthor = "Ek"\n'
    stated = parse_stated(text, PATH)
    assert stated_for(stated, "a.txt") == {"title": "One", "author": "Ek"}
    assert stated_for(stated, "b.txt") == {"title": "Many", "author": "Ek"}


def test_a_name_with_the_signs_of_a_pattern() -> None:
    """A file whose name has brackets is meant by that very name."""
    stated = parse_stated('["plan [v2].txt"]\ntitle = "Plan"', PATH)
    assert stated_for(stated, "plan [v2].txt") == {"title": "Plan"}
    assert stated_for(stated, "plan v.txt") == {"title": "Plan"}


def test_a_name_in_another_normal_form() -> None:
    """A name means the file whether its accents are letters of their own or not."""
    stated = parse_stated('["r\u00e9sum\u00e9.txt"]\ntitle = "Summary"', PATH)
    assert stated_for(stated, "re\u0301sume\u0301.txt") == {"title": "Summary"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('["a.txt"]\ntitel = "A"', r"line 2: “a.txt” has a field “titel” .* use title, author"),
        ('["b.txt"]\n\n["a.txt"]\npublished = "5.2.2024"', r"line 4: “a.txt” has the date “5.2.2"),
        ('["a.txt"]\npublished = "2024-02-30"', "line 2: .*does not exist"),
        ('["a.txt"]\npublished = true', "line 2: .*write it as 2024-02-05"),
        ('["a.txt"]\npublished = "٢٠٢٤"', "line 2: .*write it as 2024-02-05"),
        ('["a.txt"]\npublished = 0', "line 2: .*write it as 2024-02-05"),
        ('["a.txt"]\npublished = "0000"', "line 2: .*does not exist"),
        ('["a.txt"]\ntitle = 5', 'line 2: .*title = "…"'),
        ('["a.txt"]\ntitle = " "', 'line 2: .*title = "…"'),
        ('["a.txt"]\nauthor = ["Ek"]', 'line 2: .*author = "…"'),
        ('["a.txt"]\nurl = "javascript:x"', "line 2: .*https://"),
        ('["a.txt"]\nlanguage = "German"', "line 2: .*en, de or zh"),
        ('title = "A"', r'line 1: .*begin with the file, as \["call.txt"\]'),
        ("[a.txt]\ntitle = 'A'", r'quotation marks around the whole name, as \["a.txt"\]'),
        ("[call with her.txt]\ntitle = 'A'", "cannot be read .*line 1.*quotation marks"),
        ('["a.txt"\ntitle = "A"', "cannot be read .*line 1"),
        ('["../a.txt"]\ntitle = "A"', "line 1: .*no path in the folder"),
        ("['a\\b.txt']\ntitle = \"A\"", "line 1: .*no path in the folder"),
        ('["**/**/a/**/**"]\ntitle = "A"', r"line 1: .*more than 3 “\*\*”"),
        ("x = " + "[" * 5_000, "cannot be read"),
    ],
)
def test_what_is_no_fact(text: str, message: str) -> None:
    """A slip is told with the file, the line and what to do; nothing is passed over."""
    with pytest.raises(CorpusError, match=message) as caught:
        parse_stated(text, PATH)
    assert str(PATH) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_reading_the_file(tmp_path: Path) -> None:
    """A folder without the file states nothing; one with it is read, its byte order mark aside."""
    assert read_stated(tmp_path) == ""
    assert parse_stated("", PATH) == ()
    (tmp_path / FACTS_FILE).write_bytes(b"\xef\xbb\xbf" + TOML.encode())
    assert read_stated(tmp_path) == TOML


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"\xff\xfe", "cannot be read"),
        (b"#" * 2_000_001, "larger than 2 MB"),
        (b"x", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, raw: bytes, message: str) -> None:
    """What is no text, too large or no TOML is refused with its path."""
    (tmp_path / FACTS_FILE).write_bytes(raw)
    with pytest.raises(CorpusError, match=message):
        read_stated(tmp_path)


def test_a_link_out_of_the_folder(tmp_path: Path) -> None:
    """A link to a file elsewhere is not followed."""
    outside, folder = tmp_path / "outside.toml", tmp_path / "corpus"
    outside.write_text(TOML)
    folder.mkdir()
    (folder / FACTS_FILE).symlink_to(outside)
    with pytest.raises(CorpusError, match="leads out of the folder"):
        read_stated(folder)


def test_what_means_no_document() -> None:
    """Paths and patterns without a document are found, so that a slip in a name is seen."""
    stated = parse_stated(TOML, PATH)
    names = ["minutes/march.pdf", "2024-02-05 call.txt"]
    assert find_unused(stated, names) == ["**/notes [[]v?].md"]
    assert find_unused(stated, []) == [entry.name for entry in stated]
