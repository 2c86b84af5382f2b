"""The syncs that are killed, what they start from, and what a reader may see afterwards."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rag

LONG_AGO = 1_600_000_000  # when all files were written, so that an unchanged one is not read again
FORGOTTEN = "Quillfeather"  # a word of a document that was removed before a rebuild

DOCUMENTS = {
    "harbour.txt": "---\ntitle: Harbour news\noutlet: Port Gazette\npublished: 2023-05-02\n---\n"
    "The harbour of Larnmouth was dredged in April 2023. The work cost 12 million crowns.\n",
    "bridge.txt": "---\ntitle: The new bridge\noutlet: Valley Times\npublished: 2024-02-10\n---\n"
    "Mayor Ana Kovic opened the Sella bridge on Saturday. It is 340 metres long.\n",
    "owls.txt": "Barn owls hunt at night. A barn owl eats about four voles a day.\n",
    "mill.txt": "The mill of Ostrava burned down in 1911. It was rebuilt by the Hansen brothers.\n",
}
OWLS = "Barn owls hunt at dusk. A barn owl eats about nine voles a day. It sleeps in barns.\n"
HERON = "Herons nest in the old elms of Dunmore. They come back in March.\n"
QUESTIONS = {
    "harbour.txt": ("How much did the dredging of Larnmouth harbour cost?", ("12 million",)),
    "owls.txt": ("How many voles does a barn owl eat a day?", ("four voles", "nine voles")),
}


def _add(folder: Path) -> None:
    (folder / "heron.txt").write_text(HERON)
    (folder / "newt.txt").write_text("Seventeen newts live in the pond of Brill.\n")


def _change(folder: Path) -> None:
    (folder / "owls.txt").write_text(OWLS)


def _remove(folder: Path) -> None:
    (folder / "bridge.txt").unlink()


def _all(folder: Path) -> None:
    _change(folder)
    _remove(folder)
    (folder / "mill.txt").rename(folder / "a-mill.txt")
    (folder / "heron.txt").write_text(HERON)


@dataclass(frozen=True)
class Sync:
    """A kind of sync: how the folder changes before it, and how the index is opened for it.

    ``single`` is a sync of an existing index for one change; the others are tried at their
    steps only.
    """

    name: str
    change: Callable[[Path], None] | None = None
    rebuild: bool = False
    first: bool = False
    other_embedder: bool = False
    single: bool = True


SYNCS = (
    Sync("add", _add),
    Sync("change", _change),
    Sync("remove", _remove),
    Sync("rebuild", rebuild=True),
    Sync("embedder change", other_embedder=True),
    Sync("all at once", _all, single=False),
    Sync("first sync", first=True, single=False),
)


def write_documents(folder: Path) -> None:
    """Write the documents that every sync starts from into a new folder."""
    folder.mkdir()
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text)
    age(folder)


def age(folder: Path) -> None:
    """Make all files look as if they were written long ago."""
    for path in folder.glob("*.*"):
        os.utime(path, (LONG_AGO, LONG_AGO))


def texts(folder: Path) -> dict[str, str]:
    """Return what a reader may see of each document: its text without front matter, by path."""
    return {
        path.name: path.read_text().rpartition("---\n")[2].strip() for path in folder.glob("*.txt")
    }


def look(folder: Path, questions: Mapping[str, str], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a reader of an index sees: articles, an answer to each question, wrong quotes."""
    misquoted: list[str] = []
    try:
        reader = rag.open(folder, sync=False, **options)
    except rag.RagError as error:
        return {"error": str(error)}
    answers = {name: reader.ask(question) for name, question in questions.items()}
    for answer in answers.values():
        for cited in answer.citations:
            article = reader.article(cited.article_id)
            if article.text[cited.start : cited.end] != cited.cited_text:
                misquoted.append(f"{article.path} does not say {cited.cited_text!r} there")
    return {
        "indexed": reader.documents.page()[1],
        "articles": {article.path: article.text.strip() for article in reader.articles()},
        "answers": {name: answer.text for name, answer in answers.items()},
        "misquoted": misquoted,
    }


def find_loss(
    seen: Mapping[str, Any], old: Mapping[str, str], new: Mapping[str, str]
) -> str | None:
    """Return what a reader saw that is of neither the old nor the new state, or has missed.

    Args:
        seen: what :func:`look` returned.
        old, new: what each document says, by path, before the sync and after it.
    """
    if "error" in seen:  # which is right where nothing was indexed before
        return str(seen["error"]) if old else None
    found = seen["articles"]
    for path, text in found.items():
        if text not in (old.get(path), new.get(path)):
            return f"{path} is neither old nor new"
    for path in old.keys() & new.keys() - found.keys():
        return f"{path} is missing"
    for text in set(old.values()) & set(new.values()) - set(found.values()):
        return f"a document that was renamed is missing: {text[:40]!r}"
    # Where nothing is indexed yet, the articles come from the folder.
    if seen["indexed"] != len(found) and (old or seen["indexed"]):
        return f"{seen['indexed']} of {len(found)} articles are indexed"
    for path, answer in seen["answers"].items() if seen["indexed"] else ():
        facts = [fact for fact in QUESTIONS[path][1] if fact in found.get(path, "")]
        said = [fact for fact in QUESTIONS[path][1] if fact in answer]
        if said != facts:
            return f"{path} says {facts}, and the answer says {said}"
    return next(iter(seen["misquoted"]), None)
