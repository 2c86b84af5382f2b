"""A group of documents as a corpus, and which of its sentences an answer cites."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import rag
from evals.groups import Group, read_split

HELD_OUT = "-08"  # the end of the names of the train groups that no bundled model has seen


def unseen_groups() -> list[Group]:
    """Return the groups to choose parameters on: those of ``dev``, and those held out of train."""
    kept = [group for group in read_split("train") if group["group"].endswith(HELD_OUT)]
    return [*read_split("dev"), *kept]


def read_groups(folder: Path) -> list[Group]:
    """Return the groups of a folder outside the package, in order of their names."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]


@contextmanager
def group_corpus(group: Group) -> Iterator[rag.Corpus]:
    """Open a corpus of a group's documents, with outlet and date, in a temporary folder."""
    with TemporaryDirectory() as place:
        folder = Path(place) / "documents"
        folder.mkdir()
        for document in group["documents"]:
            keys = {"title": "title", "outlet": "outlet", "published": "date"}
            header = "".join(f"{k}: {json.dumps(document[of])}\n" for k, of in keys.items())
            text = "\n\n".join(document["sentences"])
            (folder / f"{document['id']}.txt").write_text(f"---\n{header}---\n{text}\n", "utf-8")
        yield rag.open(folder, index_dir=Path(place) / "index")


def right_sentences(group: Group, question: Group) -> list[str]:
    """Return the sentences of a group that answer one of its questions, on one line each."""
    by_id = {document["id"]: document for document in group["documents"]}
    evidence = [*question["evidence"], *question.get("also", [])]
    return [" ".join(by_id[id_]["sentences"][at].split()) for id_, at in evidence]


def is_right(quote: str, right: list[str]) -> bool:
    """Return whether a quote is of one of some sentences, or holds one."""
    line = " ".join(quote.split())
    return any(line in sentence or sentence in line for sentence in right)
