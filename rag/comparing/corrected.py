"""Find values for what was asked that one document gives and another, or the same one, corrects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag.checking.paraphrase.corrections import corrections_in, has_value
from rag.checking.statement import analyzed
from rag.retrieval.rank import Candidate
from rag.text.time_expressions import find_times
from rag.types import DifferenceKind

_BEST = 10  # sentences of the ranking that may be about what was asked
# Probability by the reader that a sentence answers, from which it is about what was asked, and its
# share of that of the best one. Those that were not were at 0.11 at most, in eight questions.
_LIKELY, _AS_LIKELY = 0.25, 0.5


class CorrectedValue(NamedTuple):
    """A value as it is shown, and the sentence that gives it."""

    shown: str
    candidate: Candidate


def corrected_values(
    kind: DifferenceKind, candidates: Sequence[Candidate]
) -> list[list[CorrectedValue]]:
    """Return the value that a correction gives and those that it withdraws; else nothing.

    Args:
        kind: what is asked for; a correction of something else does not count.
        candidates: what may be compared, ranked for the question, best first.

    Returns two groups: what is right, and what was said, once for each article. Nothing is
    returned where the sentences found do not give both. The correction of the best of them counts.
    """
    best = candidates[:_BEST]
    least = max(_LIKELY, _AS_LIKELY * max((each.answers for each in best), default=0.0))
    best = [each for each in best if each.answers >= least]
    for candidate in best:
        for correction in corrections_in(candidate.article):
            within = correction.holds(candidate.article, candidate.sentence.start)
            gives = within and has_value(candidate.text, correction.right)
            if not gives or _kind_of(correction.right) != kind:
                continue
            said = {
                each.article.id: CorrectedValue(correction.wrong, each)
                for each in reversed(best)
                if not correction.holds(each.article, each.sentence.start)
                and correction.withdraws(each.in_context)
            }
            if said:
                return [[CorrectedValue(correction.right, candidate)], list(said.values())[::-1]]
    return []


def _kind_of(value: str) -> DifferenceKind:
    if find_times(value, None):
        return "date"
    return "number" if analyzed(value).numbers else "who"
