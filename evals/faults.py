"""Is the evaluation itself any good: good answers are spoilt, and the right figures must fall."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import rag
from evals import damage
from evals.cases import Case, cite
from evals.damage import Damage
from evals.metrics import METRICS, measure
from evals.show import table

STEM = 5  # letters; "America" and "American" are one name


class Fault(NamedTuple):
    """A way to spoil an answer, and the metrics that must fall."""

    damage: Damage
    lowers: tuple[str, ...]

    @property
    def name(self) -> str:
        """As the table shows it."""
        return self.damage.__name__.replace("_", " ")


SAID = ("faithfulness", "citation_recall", "citation_precision")
FAULTS = (
    Fault(damage.number_changed, SAID),
    Fault(damage.date_moved, SAID),
    Fault(damage.name_swapped, SAID),
    Fault(damage.negation_dropped, SAID),
    Fault(damage.negation_added, SAID),
    Fault(damage.attribution_removed, ("attribution",)),
    Fault(damage.citation_moved, ("evidence_cited", "citation_recall", "citation_precision")),
    Fault(damage.span_shifted, ("citation_validity", "citation_recall")),
    Fault(damage.span_out_of_range, ("citation_validity", "citation_recall", "evidence_cited")),
    Fault(damage.quote_forged, ("citation_validity", *SAID)),
    Fault(damage.citations_dropped, ("citation_validity", "citation_recall", "evidence_cited")),
    Fault(damage.sentence_invented, (*SAID, "answer_precision")),
    Fault(damage.everything_abstained, ("decision", "correctness", "evidence_cited")),
    Fault(damage.same_quote_thrice, ("answer_precision",)),
    Fault(damage.empty_answer, ("correctness", "faithfulness", "citation_recall", "attribution")),
    Fault(damage.question_repeated, ("correctness", *SAID)),
    Fault(damage.merely_yes, ("correctness", *SAID)),
    Fault(damage.passages_lost, ("recall@1", "recall@8", "mrr", "ndcg")),
)
OF_SILENCE = (Fault(damage.nothing_abstained, ("decision", "abstention_recall")),)
GOOD = ("decision", "correctness", "citation_validity", "citation_recall", "faithfulness")
GOOD_SILENCE = ("abstention_recall",)


class Finding(NamedTuple):
    """What a fault did to the means.

    ``cases`` is how many good answers were spoilt, ``caught`` the share of them of
    which one of the metrics that must fall fell; ``before`` and ``after`` are the
    means of each metric over them.
    """

    fault: Fault
    base: str
    cases: int
    caught: float
    before: dict[str, float]
    after: dict[str, float]

    @property
    def fell(self) -> bool:
        """Whether the mean of every metric that must fall fell."""
        return self.cases > 0 and all(
            self.after[name] < self.before[name] for name in self.fault.lowers
        )


def find_faults(cases: Sequence[Case]) -> list[Finding]:
    """Spoil the good ones among some answers in every way, and see what falls.

    Three bases: the answers as given (``answers``), the gold references with their
    evidence as a system that writes prose would give them (``prose``), and right
    abstentions (``silence``).
    """
    prose = [case for case in map(_in_prose, cases) if case is not None]
    bases = (
        ("answers", FAULTS, _good(cases, GOOD)),
        ("prose", FAULTS, _good(prose, GOOD)),
        ("silence", OF_SILENCE, _good(cases, GOOD_SILENCE)),
    )
    return [_try(fault, base, good) for base, faults, good in bases for fault in faults]


def fault_table(findings: Sequence[Finding]) -> list[str]:
    """Fault by metric, as Markdown: the change of the mean, what must fall in bold."""
    touched = [
        metric.name
        for metric in METRICS
        if any(found.before[metric.name] != found.after[metric.name] for found in findings)
    ]
    rows = [["fault", "in", "cases", "caught", *touched]]
    for found in findings:
        cells = [_change(found, name) for name in touched]
        shown = f"{found.caught:.3f}" if found.cases else "–"
        rows.append([found.fault.name, found.base, str(found.cases), shown, *cells])
    return table(rows)


def _try(fault: Fault, base: str, good: Sequence[Good]) -> Finding:
    pairs = []
    for case, before, foreign in good:
        spoilt = fault.damage(case, foreign)
        # Only where the metric was full can the fault be blamed.
        if spoilt is not None and any(before.get(name) == 1 for name in fault.lowers):
            pairs.append((before, _values(replace(case, answer=spoilt))))
    caught = sum(
        any(after.get(name, 0.0) < before.get(name, 0.0) for name in fault.lowers)
        for before, after in pairs
    )
    return Finding(
        fault,
        base,
        len(pairs),
        caught / len(pairs) if pairs else 0.0,
        _means(before for before, _ in pairs),
        _means(after for _, after in pairs),
    )


class Good(NamedTuple):
    """A case worth spoiling, its figures, and names that its sources do not mention."""

    case: Case
    values: dict[str, float]
    foreign: list[str]


def _good(cases: Iterable[Case], required: Sequence[str]) -> list[Good]:
    """The cases that are full on the metrics required."""
    good = []
    for case in cases:
        values = _values(case)
        if all(values.get(name) == 1 for name in required):
            good.append(Good(case, values, _foreign_names(case)))
    return good


def _values(case: Case) -> dict[str, float]:
    return {name: score.value for name, score in measure(case).items() if score is not None}


def _means(scores: Iterable[dict[str, float]]) -> dict[str, float]:
    """The mean of each metric; one that applies to no case is 0, nothing having been shown."""
    rows = list(scores)
    means = {}
    for metric in METRICS:
        values = [row[metric.name] for row in rows if metric.name in row]
        means[metric.name] = sum(values) / len(values) if values else 0.0
    return means


def _in_prose(case: Case) -> Case | None:
    """The case as if its reference had been the answer, citing the evidence."""
    if not case.wants_answer or case.answer is None or not case.pair.reference:
        return None
    citations = []
    for number, spans in enumerate(case.evidence, start=1):
        article = case.ground.articles[spans[0].article_id]
        start, end = spans[0].start, spans[0].end
        citations.append(cite(number, article, start, end))
    statement = rag.Statement(case.pair.reference, "supported", None, tuple(citations))
    answer = replace(
        case.answer, status="answered", statements=(statement,), citations=tuple(citations)
    )
    return replace(case, answer=answer)


def _foreign_names(case: Case) -> list[str]:
    """Names of the corpus that no cited article has, the most frequent first."""
    cited = {citation.article_id for s in case.statements for citation in s.citations}
    texts = {article.id: article.text for article in case.ground.articles.values()}
    found = Counter(name for text in texts.values() for name in damage.NAME.findall(text))
    here = " ".join(texts[name] for name in cited if name in texts).casefold()
    foreign = [name for name in found if name[:STEM].casefold() not in here]
    return sorted(foreign, key=lambda name: (-found[name], name))


def _change(found: Finding, name: str) -> str:
    change = found.after[name] - found.before[name]
    if not change:
        return "·"
    return f"**{change:+.2f}**" if name in found.fault.lowers else f"{change:+.2f}"
