"""What is measured of a case, each figure in 0..1, more is better.

A metric gives a score and, where it is not full, the reason; None where it does
not apply. An empty answer, an error and a citation out of range are scored, not
skipped. The mean of a metric over the cases that it applies to is what the
report shows.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from evals.cases import Case
from evals.metrics.answers import (
    abstention_precision,
    abstention_recall,
    answer_precision,
    attribution,
    correctness,
    decision,
)
from evals.metrics.citations import (
    citation_precision,
    citation_recall,
    citation_validity,
    evidence_cited,
    faithfulness,
)
from evals.metrics.retrieval import DEEPEST, mrr, ndcg, recall_at
from evals.metrics.score import Score


class Metric(NamedTuple):
    """A name and what it measures."""

    name: str
    measure: Callable[[Case], Score | None]

    @property
    def definition(self) -> str:
        """The first paragraph of its docstring, on one line."""
        documented = getattr(self.measure, "func", self.measure).__doc__ or ""
        return " ".join(documented.split("\n\n")[0].split())


METRICS = (
    Metric("recall@1", partial(recall_at, k=1)),
    Metric("recall@3", partial(recall_at, k=3)),
    Metric(f"recall@{DEEPEST}", partial(recall_at, k=DEEPEST)),
    Metric("mrr", mrr),
    Metric("ndcg", ndcg),
    Metric("decision", decision),
    Metric("abstention_precision", abstention_precision),
    Metric("abstention_recall", abstention_recall),
    Metric("correctness", correctness),
    Metric("answer_precision", answer_precision),
    Metric("evidence_cited", evidence_cited),
    Metric("citation_validity", citation_validity),
    Metric("citation_recall", citation_recall),
    Metric("citation_precision", citation_precision),
    Metric("faithfulness", faithfulness),
    Metric("attribution", attribution),
)


def measure(case: Case) -> dict[str, Score | None]:
    """Every metric of a case, by name."""
    return {metric.name: metric.measure(case) for metric in METRICS}
