"""Say which parts of a question stay open where others are answered."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.decide import Decision
from rag.answering.sought import nothing_found
from rag.retrieval.lookup import Selection

_END = " ?.!,"


def open_notice(parts: Sequence[Selection], decisions: Sequence[Decision]) -> str | None:
    """Return a sentence for each part that nothing answers; None unless another is answered.

    A comparison of which one side is missing says so: what is shown of the other is no result. So
    is a part open whose best sentence is shown for another, and gives no value of its kind.

    Args:
        parts: the parts of a question.
        decisions: whether each of them is answered, in the same order.
    """
    if not any(decision.answer for decision in decisions):
        return None
    told, places = [], set()
    for part, decision in zip(parts, decisions, strict=True):
        place = _best_place(part)
        if not decision.answer or (place in places and not part.candidates[0].wanted):
            told.append(_told(part))
        places.add(place)
    return " ".join(told) or None


def _best_place(part: Selection) -> tuple[str, int] | None:
    """Return where the best sentence for a part stands."""
    if not part.candidates:
        return None
    best = part.candidates[0]
    return best.article.id, best.sentence.start


def _told(part: Selection) -> str:
    words = part.question.text.strip(_END)
    if part.question.is_side:
        return f"Nothing was found on “{words}”, so only one side is shown."
    return nothing_found(words)
