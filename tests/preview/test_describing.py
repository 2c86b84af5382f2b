"""What a user says of a document is written beside what is stated already, and read at once."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import rag
from rag.documents.documents_toml import parse_stated, stated_for
from rag.errors import CorpusError
from rag.preview.describing import describe_in

STATED = """# My notes on the folder
["harbour.txt"]   # from the archive
outlet = "Old Gazette" # bought in 2020
published = 2021-01-02

# minutes come last
["minutes/*.pdf"]
outlet = "Town council"
"""


def state(folder: Path, path: str, said: dict[str, str]) -> None:
    """State facts of a document, as a corpus does with its index beside the folder."""
    describe_in(folder, path, said, lock=folder.parent / "documents.lock")


def test_what_is_said_is_read_at_once(folder: Path, tmp_path: Path, tiny: str) -> None:
    """A new file of facts is made, and the document has them without being embedded anew."""
    corpus = rag.open(folder, index_dir=tmp_path / "index", embedder=tiny)
    owls = corpus.article("owls.txt")
    report = corpus.documents.describe(
        owls.id, title="On “owls”", outlet="The Owl", published="2020-05"
    )
    assert report.embedded <= 1  # the title is embedded with a passage
    found = corpus.article(owls.id)
    assert (found.title, found.outlet, found.published) == ("On “owls”", "The Owl", "2020-05")
    assert "documents.toml" in (found.published_basis or "")
    facts = {fact.field: fact.basis for fact in corpus.documents.overview(owls.id).facts}
    assert "documents.toml" in facts["outlet"]
    corpus.documents.describe(owls.id, outlet="")
    assert corpus.article(owls.id).outlet is None
    assert not [path.name for path in folder.iterdir() if path.name.startswith(".")]


def test_comments_and_order_stay(folder: Path) -> None:
    """Only the lines of what is said change."""
    facts = folder / "documents.toml"
    facts.write_text(STATED)
    state(folder, "harbour.txt", {"outlet": "Port Gazette", "author": 'Ana "A" Kovic'})
    written = facts.read_text()
    kept = [line for line in STATED.splitlines() if "Old Gazette" not in line]
    assert [line for line in written.splitlines() if line in kept] == kept
    assert tomllib.loads(written)["harbour.txt"] == {
        **{"outlet": "Port Gazette", "author": 'Ana "A" Kovic'},
        "published": tomllib.loads(STATED)["harbour.txt"]["published"],
    }
    state(folder, "bridge.txt", {"published": "2024"})
    assert facts.read_text().startswith(written)


@pytest.mark.parametrize("said", [{"published": "in May"}, {"url": "evil"}, {"outlet": "\x00\n"}])
def test_what_is_no_fact_is_refused(folder: Path, said: dict[str, str]) -> None:
    """A value that the file may not hold is not written to it."""
    (folder / "documents.toml").write_text(STATED)
    if said.get("outlet"):
        state(folder, "owls.txt", said)  # nothing is left of it, so nothing is said
    else:
        with pytest.raises(CorpusError):
            state(folder, "owls.txt", said)
    assert (folder / "documents.toml").read_text() == STATED


@pytest.mark.parametrize(
    "odd",
    [
        '"owls.txt" = {outlet = "A"}\n',
        '"owls.txt".outlet = "A"\n',
        '["owls.txt"]\noutlet = """A\nauthor = 1\n"""\n',
    ],
)
def test_a_file_that_is_written_in_another_way_is_left_alone(folder: Path, odd: str) -> None:
    """What cannot be changed line by line is not changed at all."""
    (folder / "documents.toml").write_text(odd)
    with pytest.raises(CorpusError, match="by hand"):
        state(folder, "owls.txt", {"author": "B", "outlet": "C"})
    assert (folder / "documents.toml").read_text() == odd


@pytest.mark.parametrize("day", ["2024-13-01", "2024-02-30"])
def test_a_day_that_does_not_exist_is_told(folder: Path, day: str) -> None:
    """The message is about the date that was typed, and not about the file."""
    with pytest.raises(CorpusError, match=f"“{day}” does not exist"):
        state(folder, "owls.txt", {"published": day})
    assert not (folder / "documents.toml").exists()


@pytest.mark.parametrize(
    ("typed", "day"),
    [("4 March 2024", "2024-03-04"), ("May 2020", "2020-05"), ("25/04/2024", "2024-04-25")],
)
def test_a_date_is_typed_as_the_page_writes_it(folder: Path, typed: str, day: str) -> None:
    """Dates are read in the forms that documents have; one that may be two days is refused."""
    state(folder, "owls.txt", {"published": typed})
    assert read_published(folder) == day
    with pytest.raises(CorpusError, match="can be two days"):
        state(folder, "owls.txt", {"published": "03/04/2024"})
    assert read_published(folder) == day


def read_published(folder: Path) -> str:
    """Return the date that the file of facts states of a document."""
    facts = tomllib.loads((folder / "documents.toml").read_text())
    return str(facts["owls.txt"]["published"])


def test_a_name_that_is_a_pattern_is_refused(folder: Path) -> None:
    """What is said of one is not read for another; the message has the pattern for it alone."""
    with pytest.raises(CorpusError, match="by hand") as told:
        state(folder, "report[1].pdf", {"author": "B"})
    header = str(told.value).split("write ")[1].split(" there")[0]
    stated = parse_stated(f'{header}\nauthor = "B"\n', Path("documents.toml"))
    assert stated_for(stated, "report[1].pdf") == {"author": "B"}
    assert stated_for(stated, "report1.pdf") == {}


@pytest.mark.parametrize(("path", "author"), [("owls.txt", "B\ud800"), ("ow\udcffls.txt", "B")])
def test_halves_of_characters_are_refused(folder: Path, path: str, author: str) -> None:
    """What cannot be encoded is refused, and nothing is left behind."""
    before = sorted(folder.iterdir())
    with pytest.raises(CorpusError, match="no file can hold") as told:
        state(folder, path, {"author": author})
    assert str(told.value).encode()
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("path", ["harbour.txt", "bridge.txt"])
def test_ends_of_lines_stay(folder: Path, path: str) -> None:
    """A file that was written on Windows keeps its ends of lines, and new lines have them."""
    facts = folder / "documents.toml"
    facts.write_bytes(STATED.replace("\n", "\r\n").encode())
    state(folder, path, {"author": "B"})
    written = facts.read_bytes()
    assert b'author = "B"\r\n' in written
    assert written.count(b"\n") == written.count(b"\r\n")


def test_a_link_is_not_written_through(folder: Path, tmp_path: Path) -> None:
    """A file of facts that is a link is left to its owner."""
    (folder / "facts").write_text(STATED)
    (folder / "documents.toml").symlink_to(folder / "facts")
    with pytest.raises(CorpusError, match="link"):
        state(folder, "owls.txt", {"author": "B"})
    assert (folder / "facts").read_text() == STATED


def test_a_folder_that_cannot_be_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user is told which file cannot be written, and nothing is left behind."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("rag.preview.describing.tempfile.mkstemp", refuse)
    with pytest.raises(CorpusError, match=r"documents\.toml cannot be written"):
        state(folder, "owls.txt", {"author": "B"})
    assert not (folder / "documents.toml").exists()
