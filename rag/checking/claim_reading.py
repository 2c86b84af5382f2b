"""What a sentence of an article makes of a claim, as the rules read it."""

from __future__ import annotations

from typing import NamedTuple

from rag.checking.notation.rewriting import in_notation_of
from rag.models.entailment import evidence_text
from rag.retrieval.rank import Candidate
from rag.text.blocks import LISTED, in_context
from rag.types import Article, Verdict

# The flaws of a claim about another time than its source, and of one that gives a row of a table
# the value of another.
OTHER_TIME, OTHER_ROW = "time", "row"
# And those of a claim about another event than its source gives a time for, and of one about a
# number that its source gives as what was once to be.
OTHER_EVENT, OVERTAKEN = "event", "overtaken"
OUTWEIGHED = "outweighed"  # and of one whose value another source has for the same thing
OTHER_ITEM = "item"  # and of one about what another heading of the document names


class ClaimReading(NamedTuple):
    """A span of an article, and its verdict on a claim.

    ``held_share``, in 0..1, is the share of what the claim names that stands there, by rarity;
    ``score`` is that of the rules; ``adds`` is as in :class:`Finding`; ``near`` is the cosine of
    claim and sentence; ``texts`` are the sentence by itself and with those beside it, each behind
    outlet and date, as a model is to judge them; ``flaw`` is that of the rules, OTHER_TIME or
    OTHER_ROW; ``listed`` says that it is a row of a table or an entry of a list;
    ``values`` is how many numbers the claim has, if all stand there, else 0.
    """

    article: Article
    start: int
    end: int
    verdict: Verdict
    reason: str | None
    adds: bool
    held_share: float
    score: float
    near: float
    texts: tuple[str, str]
    flaw: str | None
    listed: bool = False
    values: int = 0

    @property
    def words(self) -> str:
        """The words of the span, with their label."""
        span = self.start, self.end
        return in_context(self.article.text[slice(*span)], *self.article.part(*span))


def evidence_texts(claim: str, candidate: Candidate) -> tuple[str, str]:
    """Return a sentence and its surroundings behind outlet and date, in the notation of a claim.

    What is beside an entry of a list or a row of a table speaks of something else.
    """
    article = candidate.article
    about = [part for part in (article.source, article.published) if part]
    is_listed = candidate.sentence.kind in LISTED
    beside = [
        article.text[each.start : each.end] if each and not is_listed else ""
        for each in (candidate.before, candidate.after)
    ]
    around = " ".join(filter(None, (beside[0], candidate.in_context, beside[1])))
    alone, whole = (in_notation_of(claim, text).text for text in (candidate.in_context, around))
    return evidence_text(alone, about), evidence_text(whole, about)
