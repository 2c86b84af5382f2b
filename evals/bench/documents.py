"""Texts of a benchmark as a corpus: a document each, which can be asked alone by its name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import rag

LETTERS = str.maketrans("0123456789-", "abcdefghijk")


@contextmanager
def corpus_of(documents: Mapping[str, tuple[str, str]]) -> Iterator[rag.Corpus]:
    """A corpus of some texts, in a folder that is gone afterwards.

    Each document's outlet is its name in brackets, so that a question can be put
    to one document alone by filtering.

    Args:
        documents: title (may be empty) and text by name.
    """
    with TemporaryDirectory() as place:
        folder = Path(place) / "documents"
        folder.mkdir()
        for name, (title, text) in documents.items():
            keys = {"outlet": outlet(name)} | ({"title": title} if title else {})
            header = "".join(f"{key}: {json.dumps(value)}\n" for key, value in keys.items())
            (folder / f"{name}.txt").write_bytes(f"---\n{header}---\n{text}".encode())
        yield rag.open(folder, index_dir=Path(place) / "index")


def outlet(name: str) -> str:
    """What the outlet filter takes to reach one document, and no other.

    Letters, since a number might be taken for one that a question names.
    """
    return f"({name.translate(LETTERS)})"


def names_found(answer: rag.Answer) -> list[str]:
    """The documents of the passages that an answer was drawn from, best first."""
    return [Path(hit.article.path).stem for hit in answer.passages]
