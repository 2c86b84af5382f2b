"""What the benchmarks share: texts as a corpus, the figures, and how they are printed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import rag
from evals.report import table

LETTERS = str.maketrans("0123456789-", "abcdefghijk")


class DataError(OSError):
    """Data of a benchmark that is missing or malformed; the message says what is expected."""


@contextmanager
def corpus_of(documents: Mapping[str, tuple[str, str]]) -> Iterator[rag.Corpus]:
    """Open a corpus of some texts, in a temporary folder.

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
    """Return what the outlet filter takes to reach this one document.

    Letters, since a number might be taken for one that a question names.
    """
    return f"({name.translate(LETTERS)})"


def names_found(answer: rag.Answer) -> list[str]:
    """Return the documents of the passages that an answer was drawn from, best first."""
    return [Path(hit.article.path).stem for hit in answer.passages]


def hits(ranks: Sequence[int | None], ks: Sequence[int] = (1, 3, 5)) -> list[float]:
    """Return the share of ranks that are at most k, for each k, and the mean reciprocal rank.

    Args:
        ranks: of what was looked for, None where it was not found.
        ks: the depths.
    """
    shares = [sum(rank is not None and rank <= k for rank in ranks) / len(ranks) for k in ks]
    return [*shares, sum(1 / rank for rank in ranks if rank is not None) / len(ranks)]


def rank_of(wanted: str, found: Sequence[str]) -> int | None:
    """Return the rank from 1 of a document among those found, each counted once, or None."""
    unique = list(dict.fromkeys(found))
    return unique.index(wanted) + 1 if wanted in unique else None


def separation(labels: Sequence[bool], scores: Sequence[float]) -> list[float]:
    """Return the AUROC, and the best balanced accuracy that any cut-off of the scores reaches.

    The area under the ROC curve after Fawcett (2006); the balanced accuracy is the
    mean of the two classes' recalls.

    Raises:
        DataError: the labels are all of one kind, so that nothing is to be told apart.
    """
    from sklearn.metrics import roc_auc_score, roc_curve

    if len(set(labels)) < 2:
        raise DataError("The data is all of one kind; a benchmark needs what holds and what not.")
    false, true, _ = roc_curve(labels, scores)
    return [float(roc_auc_score(labels, scores)), float(((true + 1 - false) / 2).max())]


def balanced_accuracy(labels: Sequence[bool], decisions: Sequence[bool]) -> float:
    """Return the mean of the recalls of the two classes."""
    from sklearn.metrics import balanced_accuracy_score

    return float(balanced_accuracy_score(labels, decisions))


def print_table(
    title: str, header: Sequence[str], rows: Mapping[str, Sequence[float | None]]
) -> None:
    """Print figures as a Markdown table under a heading; None becomes a dash."""
    shown = [
        [name, *("–" if value is None else f"{value:.3f}" for value in row)]
        for name, row in rows.items()
    ]
    print(f"\n{title}\n")
    print("\n".join(table([list(header), *shown])))
