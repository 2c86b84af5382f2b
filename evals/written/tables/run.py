"""Sentences about tables: true ones, ones with a wrong value, and ones that add to their rows.

Each line of ``dev/sentences.jsonl`` and ``test/sentences.jsonl`` names a document there, rows of
its table, counted from 1, and what is said of them. The writer had not seen the check. Each
sentence is checked with its rows as what it cites.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import rag
from evals.pairs import GoldError
from evals.report import table
from evals.written.free.run import quote_citation

PLACE = Path(__file__).resolve().parent
ROW_KINDS = ("true", "wrong", "more")


class RowSaying(NamedTuple):
    """A sentence about rows of a table; ``kind`` is one of ROW_KINDS."""

    id: str
    article: str
    rows: tuple[int, ...]
    text: str
    kind: str


class RowFinding(NamedTuple):
    """What the check makes of a sentence."""

    said: RowSaying
    support: rag.Support


def load_rows(split: str) -> list[RowSaying]:
    """Return the sentences of a split, ``dev`` or ``test``.

    Raises:
        GoldError: a line is malformed.
    """
    path = PLACE / split / "sentences.jsonl"
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            if row["kind"] not in ROW_KINDS:
                raise ValueError(f"no kind is called {row['kind']!r}")
            rows = tuple(map(int, row["rows"]))
            found.append(RowSaying(row["id"], row["article"], rows, row["text"], row["kind"]))
        except (ValueError, KeyError, TypeError) as error:
            raise GoldError(f"{path}, line {number}: is malformed ({error}).") from error
    return found


def check_rows(split: str, all_said: Sequence[RowSaying]) -> Iterator[RowFinding]:
    """Check sentences of a split, each with its rows as what it cites."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "documents"
        shutil.copytree(PLACE / split / "documents", folder)
        corpus = rag.open(folder, index_dir=Path(place) / "index")
        articles = {article.path: article for article in corpus.articles()}
        for said in all_said:
            article = articles[said.article]
            rows = [block for block in article.blocks if block.kind == "row"]
            cited = [rows[at - 1] for at in said.rows]
            quotes = [article.text[block.start : block.end] for block in cited]
            citations = [quote_citation(article, quote) for quote in quotes]
            yield RowFinding(said, corpus.check(said.text, citations))


def row_table(found: Sequence[RowFinding], split: str) -> list[str]:
    """Return, as Markdown, the verdicts on the sentences of each kind."""
    verdicts = ("supported", "partial", "unsupported")
    rows = [["split", "sentences", "cases", *verdicts]]
    for kind in ROW_KINDS:
        mine = [each.support.verdict for each in found if each.said.kind == kind]
        shares = (f"{sum(v == verdict for v in mine) / len(mine):.3f}" for verdict in verdicts)
        rows.append([split, kind, str(len(mine)), *shares])
    return table(rows)
