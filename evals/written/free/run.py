"""Sentences in free paraphrase, and sentences with one fault of eleven kinds, against their quotes.

Each line of ``dev/sentences.jsonl`` and ``test/sentences.jsonl`` holds a quote of one of the
documents there and what is said of it: true sentences worded freely, and others with one fault. The
writers had not seen the check. Each sentence is checked with its quote as what it cites.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import rag
from evals.pairs import GoldError
from evals.report import table

SPLITS = ("dev", "test")
PLACE = Path(__file__).resolve().parent
FAULT_KINDS = (
    *("number", "unit", "date", "roles", "merged", "speaker"),
    *("negation", "certainty", "scope", "cause", "invented"),
)
TRUE = "true"
LEAST_TRUE, LEAST_CAUGHT = 0.70, 0.75  # of dev, so far; the aims are 0.95 and 0.85


class Said(NamedTuple):
    """A sentence about a quote, and what is wrong with it: one of FAULT_KINDS, or TRUE."""

    id: str
    article: str
    quote: str
    text: str
    kind: str


class FreeFinding(NamedTuple):
    """What the check makes of a sentence."""

    said: Said
    support: rag.Support

    @property
    def passed(self) -> bool:
        """Whether it is shown as supported."""
        return self.support.verdict == rag.Verdict.SUPPORTED


def load_said(split: str) -> list[Said]:
    """Return the sentences of a split, ``dev`` or ``test``.

    Raises:
        GoldError: a line is malformed.
    """
    path = PLACE / split / "sentences.jsonl"
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            for at, said in enumerate(row["said"]):
                kind = said.get("fault", TRUE)
                if kind not in (*FAULT_KINDS, TRUE):
                    raise ValueError(f"no fault is called {kind!r}")
                id_ = f"{row['id']}.{at}"
                found.append(Said(id_, row["article"], row["quote"], said["text"], kind))
        except (ValueError, KeyError, TypeError) as error:
            raise GoldError(f"{path}, line {number}: is malformed ({error}).") from error
    return found


@contextmanager
def free_corpus(split: str) -> Iterator[rag.Corpus]:
    """Open a corpus of the documents of a split, in a temporary folder."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "documents"
        shutil.copytree(PLACE / split / "documents", folder)
        yield rag.open(folder, index_dir=Path(place) / "index")


def check_said(split: str, all_said: Sequence[Said]) -> Iterator[FreeFinding]:
    """Check sentences of a split, each with its quote as what it cites."""
    with free_corpus(split) as corpus:
        articles = {article.path: article for article in corpus.articles()}
        for said in all_said:
            citation = quote_citation(articles[said.article], said.quote)
            yield FreeFinding(said, corpus.check(said.text, [citation]))


def quote_citation(article: rag.Article, quote: str) -> rag.Citation:
    """Return a quote of an article as a citation of it."""
    start = article.text.index(quote)
    end = start + len(quote)
    about = (article.title, article.outlet, article.published, article.published_basis, article.url)
    kind, label = article.part(start, end)
    return rag.Citation(1, quote, article.id, *about, start, end, kind=kind, label=label)


def free_table(found: Sequence[FreeFinding], split: str) -> list[str]:
    """Return, as Markdown, how many sentences of each kind are shown as supported, or are not."""
    rows = [["split", "sentences", "cases", "supported", "not supported"]]
    groups = [(kind, [f for f in found if f.said.kind == kind]) for kind in FAULT_KINDS]
    groups += [("all with a fault", [f for f in found if f.said.kind != TRUE])]
    groups += [(TRUE, [f for f in found if f.said.kind == TRUE])]
    for name, group in groups:
        if group:
            share = sum(each.passed for each in group) / len(group)
            rows.append([split, name, str(len(group)), f"{share:.3f}", f"{1 - share:.3f}"])
    return table(rows)
