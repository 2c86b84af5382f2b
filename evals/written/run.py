"""A scripted LLM says faithful and altered sentences; the altered ones must be flagged.

``dev.jsonl`` and ``test.jsonl`` hold pieces of evidence, each with sentences that say
what it says and sentences with one thing altered. Each is written by an LLM that does
as scripted, to a question that finds the evidence, and goes the whole way of an answer.
A faithful sentence is also said with the mark of other evidence: a moved citation.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import rag
from evals.pairs import GoldError
from evals.report import table

HERE = Path(__file__).resolve().parent
CORPUS = HERE.parent.parent / "corpus"
SPLITS = ("dev", "test")
FAULTS = ("number", "date", "name", "negation")
MOVED = "citation"
FAITHFUL = "faithful"
CORRECTED = "corrected"  # a moved citation that was put right, of which a notice tells
LEAST_FLAGGED = 0.95  # of the altered ones
MOST_FLAGGED = 0.07  # of the faithful ones; the aim is 0.05, and `test` is not there yet


class Saying(NamedTuple):
    """A sentence that an LLM says to a question, and the evidence that it cites."""

    id: str
    question: str
    article: str
    quote: str
    text: str
    kind: str  # one of FAULTS, MOVED or FAITHFUL


class Finding(NamedTuple):
    """What became of a sentence; ``given`` says whether the LLM was given its evidence."""

    saying: Saying
    verdict: str
    reason: str | None
    given: bool

    @property
    def flagged(self) -> bool:
        """Whether a reader is told that something is wrong with it, or was and is put right."""
        return self.verdict != "supported"


def load(split: str) -> list[Saying]:
    """Return the sentences of a split, and the faithful ones again with their citation moved.

    Raises:
        GoldError: a line is malformed.
    """
    path = HERE / f"{split}.jsonl"
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            evidence = (row["question"], row["article"], row["quote"])
            for at, said in enumerate(row["said"]):
                id_ = f"{row['id']}.{at}"
                kind = said.get("fault", FAITHFUL)
                if kind not in (*FAULTS, FAITHFUL):
                    raise ValueError(f"no fault is called {kind!r}")
                found.append(Saying(id_, *evidence, said["text"], kind))
                if kind == FAITHFUL:
                    found.append(Saying(f"{id_}m", *evidence, said["text"], MOVED))
        except (ValueError, KeyError, TypeError) as error:
            raise GoldError(f"{path}, line {number}: is malformed ({error}).") from error
    return found


@contextmanager
def opened() -> Iterator[rag.Corpus]:
    """Open a corpus of the bundled articles and the documents here, in a temporary folder."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "documents"
        shutil.copytree(HERE / "documents", folder)
        for path in CORPUS.glob("*.txt"):
            shutil.copy(path, folder)
        yield rag.open(folder, index_dir=Path(place) / "index")


def judge(sayings: Sequence[Saying]) -> Iterator[Finding]:
    """Have each sentence said and checked, over the bundled articles and the documents here."""
    with opened() as corpus:
        for saying in sayings:
            yield _judge(corpus, saying)


def _judge(corpus: rag.Corpus, saying: Saying) -> Finding:
    def script(prompt: str) -> str:
        number = _number(prompt, saying)
        return (
            f"{saying.text} [{number}]" if number else "The articles do not answer this question."
        )

    answer = corpus.ask(saying.question, llm=rag.scripted_llm(script))
    statement = next((s for s in answer.statements if s.text == saying.text), None)
    if statement is not None and answer.asked:
        own = any(saying.quote in cited.cited_text for cited in statement.citations)
        if saying.kind == MOVED and own and "now cite words that do" in (answer.notice or ""):
            return Finding(saying, CORRECTED, "it now cites the words that say so", given=True)
        return Finding(saying, statement.verdict, statement.reason, given=True)
    support = corpus.check(saying.text, [citation(corpus, saying)])
    return Finding(saying, support.verdict, support.reason, given=False)


def _number(prompt: str, saying: Saying) -> int | None:
    """Return the number of the evidence in the prompt; for a moved citation, of the last other."""
    evidence = dict(re.findall(r"^\[(\d+)\] (.*)$", prompt, re.MULTILINE))
    quote = " ".join(saying.quote.split())
    own = next((int(number) for number, line in evidence.items() if quote in line), None)
    if saying.kind != MOVED or own is None:
        return own
    others = [int(number) for number in evidence if int(number) != own]
    return others[-1] if others else None


def citation(corpus: rag.Corpus, saying: Saying) -> rag.Citation:
    """Return the evidence as a citation; a moved one cites the words that come after it."""
    article = corpus.article(saying.article)
    start = article.text.index(saying.quote)
    end = start + len(saying.quote)
    if saying.kind == MOVED:
        start, end = (end, 2 * end - start) if 2 * end - start < len(article.text) else (0, start)
    about = (article.title, article.outlet, article.published, article.published_basis, article.url)
    return rag.Citation(1, article.text[start:end], article.id, *about, start, end)


def tables(findings: Sequence[Finding]) -> list[str]:
    """Return, as Markdown, by split and kind the shares flagged, put right, unsupported."""
    rows = [
        ["split", "sentences", "cases", "flagged", "put right", "unsupported", "evidence given"]
    ]
    for split in SPLITS:
        mine = [found for found in findings if found.saying.id.startswith(split)]
        altered = [found for found in mine if found.saying.kind != FAITHFUL]
        groups = [(kind, [f for f in mine if f.saying.kind == kind]) for kind in (*FAULTS, MOVED)]
        groups += [("words altered", [f for f in altered if f.saying.kind != MOVED])]
        groups += [("all altered", altered)]
        groups += [(FAITHFUL, [f for f in mine if f.saying.kind == FAITHFUL])]
        rows += [[split, name, *_figures(group)] for name, group in groups if group]
    return table(rows)


def shortfalls(findings: Sequence[Finding]) -> list[str]:
    """Return what fails: too few altered sentences flagged, or too many faithful ones."""
    found = []
    for split in SPLITS:
        mine = [f for f in findings if f.saying.id.startswith(split)]
        altered = [f.flagged for f in mine if f.saying.kind != FAITHFUL]
        faithful = [f.flagged for f in mine if f.saying.kind == FAITHFUL]
        if sum(altered) < LEAST_FLAGGED * len(altered):
            found.append(f"{split}: {sum(altered)} of {len(altered)} altered sentences flagged")
        if sum(faithful) > MOST_FLAGGED * len(faithful):
            found.append(f"{split}: {sum(faithful)} of {len(faithful)} faithful sentences flagged")
    return found


def _figures(found: Sequence[Finding]) -> list[str]:
    shares = (
        sum(f.flagged for f in found),
        sum(f.verdict == CORRECTED for f in found),
        sum(f.verdict == "unsupported" for f in found),
        sum(f.given for f in found),
    )
    return [str(len(found)), *(f"{share / len(found):.3f}" for share in shares)]
