"""Whether each claim gets the verdict that a reader of the articles gives it.

``dev.jsonl`` and ``test.jsonl`` hold claims on the bundled articles: ``supported``,
``contradicted`` (with the ``fault`` that makes it so: a number, a date, a name or a
negation), ``partial`` (something is added to what is true, or what is possible is said to
be so) and ``not_found``.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import rag
from evals.groups import read_split
from evals.groups.corpora import group_corpus
from evals.pairs import GoldError
from evals.report import table

HERE = Path(__file__).resolve().parent
CORPUS = HERE.parent.parent / "corpus"
SPLITS = ("dev", "test")
VERDICTS = ("supported", "contradicted", "partial", "not_found")
FAULTS = ("number", "date", "name", "negation")
HARD = ("number", "date")  # a claim with one of these changed may never pass
_THREE = ("supported", "contradicted", "neither")
LEAST_RIGHT = 0.85  # of the claims of a split


class Claim(NamedTuple):
    """A claim, the verdict that it should get, and what makes it wrong, if anything."""

    id: str
    text: str
    verdict: str
    fault: str | None


class Judged(NamedTuple):
    """A claim with the verdict and reason that it got, and the signals it was reached by."""

    claim: Claim
    verdict: str
    reason: str | None
    signals: Mapping[str, float] = MappingProxyType({})


def load(split: str) -> list[Claim]:
    """Return the claims of a split.

    Raises:
        GoldError: a line is malformed.
    """
    path = HERE / f"{split}.jsonl"
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            claim = Claim(row["id"], row["claim"], row["verdict"], row.get("fault"))
            if claim.verdict not in VERDICTS or claim.fault not in (None, *FAULTS):
                raise ValueError(f"no verdict {claim.verdict!r} or fault {claim.fault!r}")
        except (ValueError, KeyError, TypeError) as error:
            raise GoldError(f"{path}, line {number}: is malformed ({error}).") from error
        found.append(claim)
    return found


def judge(claims: Sequence[Claim]) -> Iterator[Judged]:
    """Check each claim against the bundled articles."""
    with tempfile.TemporaryDirectory() as place:
        corpus = rag.open(CORPUS, index_dir=Path(place) / "index")
        for claim in claims:
            (checked,) = corpus.verify(claim.text).statements
            yield Judged(claim, checked.verdict, checked.reason, dict(checked.signals))


def tables(judged: Sequence[Judged]) -> list[str]:
    """Return, as Markdown, by split and verdict how many claims get which, and the share right."""
    rows = [["split", "claims", "cases", *(v.replace("_", " ") for v in VERDICTS), "right"]]
    for split in SPLITS:
        mine = [found for found in judged if found.claim.id.startswith(split)]
        groups = [
            (verdict, [f for f in mine if f.claim.verdict == verdict]) for verdict in VERDICTS
        ]
        groups.append(("all", mine))
        rows += [
            [split, name.replace("_", " "), *_figures(group)] for name, group in groups if group
        ]
    return table(rows)


def group_table(split: str) -> list[str]:
    """Return, as Markdown, what verdicts the claims of groups get, each looked up in its group.

    Partial and not found count as one: a claim of a group is hardly ever partly stated by words.
    """
    counts = {(label, verdict): 0 for label in _THREE for verdict in _THREE}
    for group in read_split(split):
        with group_corpus(group) as corpus:
            for claim in group["claims"]:
                (checked,) = corpus.verify(claim["claim"]).statements[:1]
                counts[_as_three(claim["label"]), _as_three(checked.verdict)] += 1
    rows = [["claims of groups", "cases", *_THREE, "right"]]
    for label in _THREE:
        own = [counts[label, verdict] for verdict in _THREE]
        right = counts[label, label] / max(1, sum(own))
        rows.append([label, str(sum(own)), *map(str, own), f"{right:.3f}"])
    every = [sum(counts[label, verdict] for label in _THREE) for verdict in _THREE]
    right = sum(counts[label, label] for label in _THREE) / sum(every)
    rows.append(["all", str(sum(every)), *map(str, every), f"{right:.3f}"])
    return table(rows)


def _as_three(verdict: str) -> str:
    return verdict if verdict in _THREE else _THREE[-1]


def shortfalls(judged: Sequence[Judged]) -> list[str]:
    """Return what fails: too few right verdicts, or a changed number or date called supported."""
    found = []
    for split in SPLITS:
        mine = [f for f in judged if f.claim.id.startswith(split)]
        right = sum(f.verdict == f.claim.verdict for f in mine)
        if right < LEAST_RIGHT * len(mine):
            found.append(f"{split}: {right} of {len(mine)} claims get the right verdict")
    passed = [f for f in judged if f.claim.fault in HARD and f.verdict == "supported"]
    return found + [f"{f.claim.id} is called supported: {f.claim.text}" for f in passed]


def _figures(found: Sequence[Judged]) -> list[str]:
    counts = [str(sum(f.verdict == verdict for f in found)) for verdict in VERDICTS]
    right = sum(f.verdict == f.claim.verdict for f in found) / len(found)
    return [str(len(found)), *counts, f"{right:.3f}"]
