"""Whether the evaluation is any good: good answers are spoilt, and the right metrics must fall.

Each way to spoil an answer is the mistake of a real system. It takes a case and names that are
foreign to it, and returns the spoilt answer, or None where there is nothing to spoil.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import rag
from evals.cases import Case, cite
from evals.metrics import METRICS, measure
from evals.pairs import contains
from evals.report import table

INVENTED = "Officials later praised the decision as a turning point for the whole region."
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
NUMBER = re.compile(r"\d[\d,]*")
MONTH = re.compile(rf"\b({'|'.join(MONTHS)})\b")
NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}\b")
DENIAL = re.compile(r"\b(?:no|not|never|nothing|neither)\b |n[’']t\b|\b(?:denied|rejected) ", re.I)
AUXILIARY = re.compile(r"\b(?:is|are|was|were|will|has|have|had)\b(?! not?\b| n)")
ASCRIBED = re.compile(
    r"^.*?(?:: (?=“)|\b(?:says?|said|reports?|reported|writes?|wrote|announced|confirmed|stated|"
    r"suggest|denied)\b(?: that)? )"
)

Damage = Callable[[Case, Sequence[str]], rag.Answer | None]


def number_changed(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """Raise the last number of each statement by one."""
    return _rewrite(
        case, lambda text: _replace_last(NUMBER, text, lambda n: str(int(n.replace(",", "")) + 1))
    )


def date_moved(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """Change the last month that a statement names to one that its sources do not name."""
    return _rewrite(
        case,
        lambda text: _replace_last(
            MONTH, text, lambda month: next(m for m in _other_months(month) if m not in text)
        ),
    )


def name_swapped(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """Change the last name in each statement to that of someone else."""
    return _rewrite(
        case,
        lambda text: _replace_last(
            NAME, text, lambda own: next((name for name in names if name not in text), own)
        ),
    )


def negation_dropped(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """Affirm what was denied."""
    return _rewrite(case, lambda text: DENIAL.sub("", text.replace("won’t", "will"), count=1))


def negation_added(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """Deny what was affirmed."""
    return _rewrite(case, lambda text: AUXILIARY.sub(lambda m: f"{m[0]} not", text, count=1))


def attribution_removed(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """State as a fact what someone says; not where the quote itself names the speaker."""
    spoilt = _rewrite(case, lambda text: ASCRIBED.sub("", text, count=1))
    left = " ".join(s.text for s in spoilt.statements) if spoilt else ""
    return None if any(contains(left, speaker) for speaker in case.pair.speaker) else spoilt


def citation_moved(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """Point every citation, validly, at other words of the same article."""
    return _recite(case, lambda c: _elsewhere(case, c))


def span_shifted(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """Begin and end every citation one character too late."""
    return _recite(case, lambda c: replace(c, start=c.start + 1, end=c.end + 1))


def span_out_of_range(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """Point every citation behind the end of its article."""
    return _recite(case, lambda c: replace(c, start=c.start + 10**9, end=c.end + 10**9))


def quote_forged(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """Change the quoted words in the statement and in its citation alike."""
    answer = _recite(case, lambda c: replace(c, cited_text=f"{c.cited_text} {INVENTED}"))
    return answer and _with_statements(
        answer, [replace(s, text=f"{s.text} “{INVENTED}”") for s in answer.statements]
    )


def citations_dropped(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """Keep the statements without citations."""
    return _with_statements(
        case.answer, [replace(statement, citations=()) for statement in case.statements]
    )


def sentence_invented(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """Add a fluent sentence with a citation."""
    first = case.statements[0]
    return _with_statements(case.answer, [*case.statements, replace(first, text=INVENTED)])


def everything_abstained(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """Abstain, whatever was found."""
    answer = _with_statements(case.answer, [])
    return answer and replace(answer, status="abstained", reason="The articles do not say.")


def nothing_abstained(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """Where the articles are silent, answer with the first passage found."""
    answer = case.answer
    if answer is None or not answer.passages:
        return None
    hit = answer.passages[0]
    citation = cite(1, hit.article, hit.passage.start, hit.passage.end)
    statement = rag.Statement(f"{hit.article.source}: “{hit.text}”", "supported", None, (citation,))
    return replace(_with_statements(answer, [statement]) or answer, status="answered", reason=None)


def same_quote_thrice(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """Give the first statement three times."""
    return _with_statements(case.answer, [case.statements[0]] * 3)


def empty_answer(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """Answer with nothing and do not say so."""
    return _with_statements(case.answer, [])


def question_repeated(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """Answer with the question."""
    first = case.statements[0]
    text = f"You ask: {case.pair.question}"
    return _with_statements(case.answer, [replace(first, text=text)])


def merely_yes(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """Answer "Yes."."""
    return _with_statements(case.answer, [replace(case.statements[0], text="Yes.")])


def passages_lost(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """Find nothing."""
    return case.answer and replace(case.answer, passages=())


def _rewrite(case: Case, change: Callable[[str], str]) -> rag.Answer | None:
    """Return the answer with every statement changed; None where nothing changes."""
    statements = [replace(s, text=change(s.text)) for s in case.statements]
    if statements == list(case.statements):
        return None
    return _with_statements(case.answer, statements)


def _recite(case: Case, change: Callable[[rag.Citation], rag.Citation]) -> rag.Answer | None:
    statements = [
        replace(s, citations=tuple(change(citation) for citation in s.citations))
        for s in case.statements
    ]
    return _with_statements(case.answer, statements)


def _with_statements(
    answer: rag.Answer | None, statements: Sequence[rag.Statement]
) -> rag.Answer | None:
    if answer is None:
        return None
    citations = dict.fromkeys(citation for s in statements for citation in s.citations)
    return replace(answer, statements=tuple(statements), citations=tuple(citations))


def _replace_last(pattern: re.Pattern[str], text: str, change: Callable[[str], str]) -> str:
    found = list(pattern.finditer(text))
    if not found:
        return text
    return text[: found[-1].start()] + change(found[-1].group()) + text[found[-1].end() :]


def _other_months(month: str) -> list[str]:
    at = MONTHS.index(month)
    return [*MONTHS[at + 1 :], *MONTHS[:at]]


def _elsewhere(case: Case, citation: rag.Citation) -> rag.Citation:
    """Return a citation of as many characters at the end of the article that is farther away."""
    text = case.ground.articles[citation.article_id].text
    length = citation.end - citation.start
    start = 0 if citation.start > len(text) - citation.end else len(text) - length
    return replace(
        citation, start=start, end=start + length, cited_text=text[start : start + length]
    )


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
    Fault(number_changed, SAID),
    Fault(date_moved, SAID),
    Fault(name_swapped, SAID),
    Fault(negation_dropped, SAID),
    Fault(negation_added, SAID),
    Fault(attribution_removed, ("attribution",)),
    Fault(citation_moved, ("evidence_cited", "citation_recall", "citation_precision")),
    Fault(span_shifted, ("citation_validity", "citation_recall")),
    Fault(span_out_of_range, ("citation_validity", "citation_recall", "evidence_cited")),
    Fault(quote_forged, ("citation_validity", *SAID)),
    Fault(citations_dropped, ("citation_validity", "citation_recall", "evidence_cited")),
    Fault(sentence_invented, (*SAID, "answer_precision")),
    Fault(everything_abstained, ("decision", "correctness", "evidence_cited")),
    Fault(same_quote_thrice, ("answer_precision",)),
    Fault(empty_answer, ("correctness", "faithfulness", "citation_recall", "attribution")),
    Fault(question_repeated, ("correctness", *SAID)),
    Fault(merely_yes, ("correctness", *SAID)),
    Fault(passages_lost, ("recall@1", "recall@8", "mrr", "ndcg")),
)
OF_SILENCE = (Fault(nothing_abstained, ("decision", "abstention_recall")),)
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
    """Spoil the good ones among some answers in every way, and see which metrics fall.

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
    """Return fault by metric, as Markdown: the change of the mean; bold is what must fall."""
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
    """Return the cases that are full on the metrics required."""
    good = []
    for case in cases:
        values = _values(case)
        if all(values.get(name) == 1 for name in required):
            good.append(Good(case, values, _foreign_names(case)))
    return good


def _values(case: Case) -> dict[str, float]:
    return {name: score.value for name, score in measure(case).items() if score is not None}


def _means(scores: Iterable[dict[str, float]]) -> dict[str, float]:
    """Return the mean of each metric; 0 of no case, since nothing was shown to be right."""
    rows = list(scores)
    means = {}
    for metric in METRICS:
        values = [row[metric.name] for row in rows if metric.name in row]
        means[metric.name] = sum(values) / len(values) if values else 0.0
    return means


def _in_prose(case: Case) -> Case | None:
    """Return the case as if its reference had been the answer, citing the evidence."""
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
    """Return names of the corpus that no cited article has, the most frequent first."""
    cited = {citation.article_id for s in case.statements for citation in s.citations}
    texts = {article.id: article.text for article in case.ground.articles.values()}
    found = Counter(name for text in texts.values() for name in NAME.findall(text))
    here = " ".join(texts[name] for name in cited if name in texts).casefold()
    foreign = [name for name in found if name[:STEM].casefold() not in here]
    return sorted(foreign, key=lambda name: (-found[name], name))


def _change(found: Finding, name: str) -> str:
    change = found.after[name] - found.before[name]
    if not change:
        return "·"
    return f"**{change:+.2f}**" if name in found.fault.lowers else f"{change:+.2f}"
