"""Hostile names of files that are added or found, odd places in a folder, and alias files."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

import rag
from tests.campaigns.documents.fields import alias_files
from tests.campaigns.documents.hostile import (
    GOOD,
    SECRET,
    SECRET_FILE,
    faults_in_lists,
    faults_in_reason,
    faults_in_views,
    make_deep,
    remove,
    write_good,
)
from tests.campaigns.outcomes import Outcome, Record

NAMES = json.loads(Path(__file__).with_name("names.json").read_text("utf-8"))
LONG = 300  # characters of a name
# Names of files that anybody may send; %s is where a number is put.
UPLOADED = (
    *NAMES["uploaded"],
    "a" * LONG + "%s.txt",
    "\u0301" * LONG + "%s.txt",
    "%s." + "a" * LONG,
    "a/" * 2_000 + "%s.txt",
    "/".join("a" * 250 for _ in range(20)) + "%s.txt",
    "x" * 1_000_000 + "%s.txt",
)
# Names as they may lie in a folder; a byte that is no text is written as its escape.
FOUND = (*NAMES["found"], "a" * 250 + ".txt")


def outcome(campaign: str, name: str, result: str, faults: list[str]) -> Outcome:
    shown = name.encode("unicode_escape").decode()
    shown = shown if len(shown) <= 60 else f"{shown[:57]}…"
    return Outcome(campaign, shown, "crashed" if faults else result, "; ".join(faults))


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """Make a folder with a secret, to which a link leads."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text(f"{SECRET} is the secret of the vault.\n")
    return outside


@pytest.fixture
def corpus(tmp_path: Path, outside: Path) -> Iterator[rag.Corpus]:
    """Open a corpus of good documents, whose folder holds a link to the folder outside."""
    folder = tmp_path / "documents"
    write_good(folder)
    (folder / "link").symlink_to(outside)
    yield rag.open(folder, index_dir=tmp_path / "index")
    remove(folder)


def test_no_upload_leads_out_or_is_lost(corpus: rag.Corpus, outside: Path, record: Record) -> None:
    """A file that is added lies in the folder, visibly, overwrites nothing, and is indexed."""
    before = {path: path.read_bytes() for path in corpus.folder.glob("*.*")}
    waiting = outside / "upload.tmp"
    for number, given in enumerate(UPLOADED):
        name = given.replace("%s", f"n{number}")
        waiting.write_text(f"The vole number {number} was seen in Larnmouth.\n")
        result = "kept inside"
        try:
            faults = list(misplaced(corpus.folder, corpus.documents.add(waiting, name or " ")))
        except rag.RagError as error:
            result, faults = "rejected", list(faults_in_reason(str(error)))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            faults = [repr(error)[:200]]
        left = {path.name for path in outside.iterdir()} - {"secret.txt", "upload.tmp"}
        faults += [f"wrote {name!r} outside" for name in left]
        changed = [path.name for path, raw in before.items() if path.read_bytes() != raw]
        faults += [f"overwrote {name}" for name in changed]
        record([outcome("hostile uploads", given, result, faults)])
    report = corpus.sync()
    unread = {path for path, _ in corpus.skipped()}
    files = [
        path
        for path in corpus.folder.rglob("*")
        if path.is_file() and path.name not in GOOD
        if path.relative_to(corpus.folder).as_posix() not in unread
        if ".footnote" not in path.parts
    ]
    articles = corpus.articles()
    faults = [f"{path}: {why}" for path, why in report.failed]
    if len(articles) != len(GOOD) + len(files):
        faults.append(f"{len(files)} files were added, {len(articles) - len(GOOD)} are indexed")
    faults += [fault for article in articles for fault in faults_in_views(corpus, article)]
    faults += faults_in_lists(corpus)
    record([outcome("hostile uploads", "all of them", "indexed", faults)])


def misplaced(folder: Path, added: str) -> Iterator[str]:
    """Yield what is wrong with the place where a file was put."""
    place = folder / added
    if not place.is_file() or not place.resolve().is_relative_to(folder.resolve()):
        yield f"is not where it is said to be: {added[:80]!r}"
    if any(part.startswith(".") for part in Path(added).parts):
        yield f"is hidden, so that no sync finds it: {added[:80]!r}"
    if not added.isprintable():
        yield f"has a name with control characters: {added[:80]!r}"


def test_names_of_files_that_are_found(corpus: rag.Corpus, record: Record) -> None:
    """Each file is indexed and its name shown as words, or it is reported or passed over."""
    placed = {}
    for number, name in enumerate(FOUND):
        with suppress(OSError):  # not every file system takes every name
            (corpus.folder / name).write_text(f"The shrew number {number} was seen in Larnmouth.\n")
            placed[name] = f"The shrew number {number} "
    failed, faults_of_sync = synced(corpus)
    articles = corpus.articles()
    for name, words in placed.items():
        shown = os.fsencode(name).decode("utf-8", "backslashreplace")
        article = next((a for a in articles if a.text.startswith(words)), None)
        if shown in failed:
            faults, result = list(faults_in_reason(failed[shown])), "rejected"
        elif article is None:
            hidden = name.startswith(".") or not name.lower().endswith(".txt")
            faults, result = [] if hidden else ["neither indexed nor reported"], "passed over"
        else:
            faults, result = faults_in_views(corpus, article), "rendered safely"
        record([outcome("hostile names", name, result, faults_of_sync + faults)])


def synced(corpus: rag.Corpus) -> tuple[dict[str, str], list[str]]:
    """Sync; return the reasons of what failed, by path, and what is wrong with the sync itself."""
    try:
        report = corpus.sync()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
        return {}, [repr(error)[:200]]
    paths = {article.path for article in corpus.articles()}
    return dict(report.failed), [f"lost {name}" for name in GOOD if name not in paths]


def make_hollow(place: Path) -> None:
    """Make a file that claims to be large and takes no room."""
    place.touch()
    os.truncate(place, 10**12)


PLACES: dict[str, Callable[[Path, Path], object]] = {
    "a link out of the folder": lambda path, outside: path.symlink_to(outside / "secret.txt"),
    "a link to a file of the system": lambda path, _: path.symlink_to(SECRET_FILE),
    "a link by way of a folder": lambda path, _: path.symlink_to("link/secret.txt"),
    "a link to itself": lambda path, _: path.symlink_to(path.name),
    "a link to nothing": lambda path, _: path.symlink_to("nowhere.txt"),
    "a link to a device": lambda path, _: path.symlink_to("/dev/zero"),
    "a link to a process": lambda path, _: path.symlink_to("/proc/self/environ"),
    "a link to the folder": lambda path, _: path.symlink_to("."),
    "a link to a good file": lambda path, _: path.symlink_to("harbour.txt"),
    "a second name of a file": lambda path, _: path.hardlink_to(path.parent / "harbour.txt"),
    "a pipe": lambda path, _: os.mkfifo(path),
    "a folder": lambda path, _: path.mkdir(),
    "a file of holes": lambda path, _: make_hollow(path),
    "folders in folders": lambda path, _: make_deep(path),
}


def test_what_is_no_plain_file(corpus: rag.Corpus, outside: Path, record: Record) -> None:
    """A place that is no plain file is reported or passed over, and no link is followed out."""
    for idea, make in PLACES.items():
        place = corpus.folder / "odd.txt"
        make(place, outside)
        failed, faults = synced(corpus)
        faults += [fault for why in failed.values() for fault in faults_in_reason(why)]
        if any(SECRET in article.text for article in corpus.articles()):
            faults.append("the words of a file from elsewhere are indexed")
        result = "rejected" if failed else "passed over"
        record([outcome("hostile places", idea, result, faults)])
        remove(place)


def test_alias_files(corpus: rag.Corpus, record: Record) -> None:
    """A hostile file of aliases is an error that names it, or groups that a question survives."""
    place = corpus.folder / "aliases.yaml"
    for hostile in alias_files():
        place.write_bytes(hostile.raw)
        result, faults = "rejected", []
        try:
            corpus.sync()
            corpus.ask("When was the harbour of Larnmouth dredged?")
            result = "read"
        except rag.RagError as error:
            faults = list(faults_in_reason(str(error)))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            faults = [repr(error)[:200]]
        record([outcome("hostile aliases", hostile.idea, result, faults)])
    place.unlink()
    place.symlink_to(SECRET_FILE)
    with pytest.raises(rag.RagError) as caught:
        corpus.sync()
    faults = list(faults_in_reason(str(caught.value)))
    record([outcome("hostile aliases", "a link out of the folder", "rejected", faults)])
