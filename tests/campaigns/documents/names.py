"""Hostile names and places: of files that are added, and of what lies in a folder."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import rag
from tests.campaigns.documents.files import GOOD, fault_in_reason
from tests.campaigns.documents.hostile import SECRET, SECRET_FILE
from tests.campaigns.documents.hostile.headers import alias_files
from tests.campaigns.documents.hostile.names import FOUND, UPLOADED
from tests.campaigns.documents.views import Views
from tests.campaigns.outcomes import Outcome

DEEP = 1_500  # folders in folders


def hostile_names() -> Iterator[Outcome]:
    """Each hostile name: of a file that is added, of one that is found, and odd places."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "documents")
        folder.mkdir()
        for name, text in GOOD.items():
            (folder / name).write_text(text, "utf-8")
        outside = Path(scratch, "outside")
        outside.mkdir()
        (outside / "secret.txt").write_text(f"{SECRET} is the secret of the vault.\n")
        (folder / "link").symlink_to(outside)
        corpus = rag.open(folder, index_dir=Path(scratch, "index"))
        try:
            yield from _uploads(corpus, outside)
            yield from _found(corpus)
            yield from _places(corpus, outside)
            yield from _aliases(corpus)
        finally:
            _level(folder)


def _outcome(campaign: str, name: str, result: str, wrong: list[str]) -> Outcome:
    shown = name.encode("unicode_escape").decode()
    shown = shown if len(shown) <= 60 else f"{shown[:57]}…"
    return Outcome(campaign, shown, "crashed" if wrong else result, not wrong, "; ".join(wrong))


def _uploads(corpus: rag.Corpus, outside: Path) -> Iterator[Outcome]:
    before = {path: path.read_bytes() for path in corpus.folder.glob("*.*")}
    waiting = outside / "upload.tmp"
    for number, given in enumerate(UPLOADED):
        name = given.replace("%s", f"n{number}")
        waiting.write_text(f"The vole number {number} was seen in Larnmouth.\n")
        result, wrong = "kept inside", []
        try:
            put = corpus.documents.add(waiting, name or " ")
        except rag.RagError as error:
            result, wrong = "rejected", list(fault_in_reason(str(error)))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            wrong = [repr(error)[:200]]
        else:
            wrong = list(_misplaced(corpus.folder, put))
        left = {path.name for path in outside.iterdir()} - {"secret.txt", "upload.tmp"}
        wrong += [f"wrote {name!r} outside" for name in left]
        wrong += [
            f"overwrote {path.name}" for path, raw in before.items() if path.read_bytes() != raw
        ]
        yield _outcome("hostile uploads", given, result, wrong)
    yield _all_indexed(corpus)


def _misplaced(folder: Path, put: str) -> Iterator[str]:
    place = folder / put
    if not place.is_file() or not place.resolve().is_relative_to(folder.resolve()):
        yield f"is not where it is said to be: {put[:80]!r}"
    if any(part.startswith(".") for part in Path(put).parts):
        yield f"is hidden, so that no sync finds it: {put[:80]!r}"
    if not put.isprintable():
        yield f"has a name with control characters: {put[:80]!r}"


def _all_indexed(corpus: rag.Corpus) -> Outcome:
    report = corpus.sync()
    files = [path for path in corpus.folder.rglob("*.[tTmM]*") if path.name not in GOOD]
    articles = corpus.articles()
    wrong = [f"{path}: {why}" for path, why in report.failed]
    if len(articles) != len(GOOD) + len(files):
        wrong.append(f"{len(files)} files were added, {len(articles) - len(GOOD)} are indexed")
    views = Views(corpus)
    wrong += [fault for article in articles for fault in views.faults(article)]
    return _outcome("hostile uploads", "all of them", "indexed", [*wrong, *views.faults_of_all()])


def _found(corpus: rag.Corpus) -> Iterator[Outcome]:
    placed = {}
    for number, name in enumerate(FOUND):
        path = corpus.folder / name
        with suppress(OSError):  # not every file system takes every name
            path.write_text(f"The shrew number {number} was seen in Larnmouth.\n")
            placed[name] = f"The shrew number {number} "
    failed, wrong = _synced(corpus)
    views = Views(corpus)
    articles = corpus.articles()
    for name, words in placed.items():
        shown = os.fsencode(name).decode("utf-8", "backslashreplace")
        article = next((a for a in articles if a.text.startswith(words)), None)
        if shown in failed:
            faults, result = list(fault_in_reason(failed[shown])), "rejected"
        elif article is None:
            hidden = name.startswith(".") or not name.lower().endswith(".txt")
            faults, result = [] if hidden else ["neither indexed nor reported"], "passed over"
        else:
            faults, result = views.faults(article), "rendered safely"
        yield _outcome("hostile names", name, result, wrong + faults)
    for name in placed:
        (corpus.folder / name).unlink()


def _synced(corpus: rag.Corpus) -> tuple[dict[str, str], list[str]]:
    """What failed, by path; and what is wrong with the sync as a whole."""
    try:
        report = corpus.sync()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
        return {}, [repr(error)[:200]]
    paths = {article.path for article in corpus.articles()}
    return dict(report.failed), [f"lost {name}" for name in GOOD if name not in paths]


def _places(corpus: rag.Corpus, outside: Path) -> Iterator[Outcome]:
    """What is no plain file, one after the other."""
    makers: dict[str, Callable[[Path], object]] = {
        "a link out of the folder": lambda path: path.symlink_to(outside / "secret.txt"),
        "a link to a file of the system": lambda path: path.symlink_to(SECRET_FILE),
        "a link by way of a folder": lambda path: path.symlink_to("link/secret.txt"),
        "a link to itself": lambda path: path.symlink_to(path.name),
        "a link to nothing": lambda path: path.symlink_to("nowhere.txt"),
        "a link to a device": lambda path: path.symlink_to("/dev/zero"),
        "a link to a process": lambda path: path.symlink_to("/proc/self/environ"),
        "a link to the folder": lambda path: path.symlink_to("."),
        "a link to a good file": lambda path: path.symlink_to("harbour.txt"),
        "a second name of a file": lambda path: path.hardlink_to(corpus.folder / "harbour.txt"),
        "a pipe": os.mkfifo,
        "a folder": lambda path: path.mkdir(),
        "a file of holes": _hollow,
        "folders in folders": _dig,
    }
    for idea, make in makers.items():
        place = corpus.folder / "odd.txt"
        make(place)
        failed, wrong = _synced(corpus)
        wrong += [fault for why in failed.values() for fault in fault_in_reason(why)]
        if any(SECRET in article.text for article in corpus.articles()):
            wrong.append("the words of a file from elsewhere are indexed")
        yield _outcome("hostile places", idea, "rejected" if failed else "passed over", wrong)
        _level(place)


def _hollow(place: Path) -> None:
    """A file that says it is large, and takes no room."""
    place.touch()
    os.truncate(place, 10**12)


def _dig(place: Path) -> None:
    """Folders in folders, deeper than Python calls functions, with a document in the last."""
    here = os.open(place.parent, os.O_RDONLY)
    for name in (place.name, *("d" * 1 for _ in range(DEEP))):
        os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("deep.txt", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)


def _level(place: Path) -> None:
    """Remove what is there, however deep; the library's own way calls itself for each level."""
    if place.is_symlink() or not place.is_dir():
        place.unlink(missing_ok=True)
        return
    found = [str(place)]
    for where in found:
        with os.scandir(where) as entries:
            for entry in entries:
                if entry.is_symlink() or not entry.is_dir(follow_symlinks=False):
                    Path(entry.path).unlink()
                else:
                    found.append(entry.path)
    for where in reversed(found):
        Path(where).rmdir()


def _aliases(corpus: rag.Corpus) -> Iterator[Outcome]:
    """Files of aliases: an error that names the file, or groups that a question goes through."""
    place = corpus.folder / "aliases.yaml"
    for hostile in alias_files():
        place.write_bytes(hostile.raw)
        result, wrong = "rejected", []
        try:
            corpus.sync()
            corpus.ask("When was the harbour of Larnmouth dredged?")
            result = "read"
        except rag.RagError as error:
            wrong = list(fault_in_reason(str(error)))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            wrong = [repr(error)[:200]]
        yield _outcome("hostile aliases", hostile.idea, result, wrong)
    place.unlink()
    place.symlink_to(SECRET_FILE)
    try:
        corpus.sync()
    except rag.RagError as error:
        wrong = list(fault_in_reason(str(error)))
    else:
        wrong = ["it is followed"]
    yield _outcome("hostile aliases", "a link out of the folder", "rejected", wrong)
    place.unlink()
