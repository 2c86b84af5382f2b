"""Is a text borne out by the articles: sentence by sentence, with the evidence and the reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rag.checking.citations import cite
from rag.checking.evidence import NOT_SAID, READ, Reading, read_beside
from rag.checking.statement import analyzed
from rag.models.entailment import Opinions
from rag.retrieval.copies import is_copy
from rag.retrieval.lookup import Snapshot
from rag.retrieval.question import Question, outlets_named
from rag.text.sentences import split_sentences
from rag.types import Article, Checked, CheckedClaim, Scope, Verdict

PASSAGES = 8  # looked through for each sentence
ORDER: tuple[Verdict, ...] = (Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.PARTIAL)
CLEARLY = 0.15  # more that a source holds which says otherwise, from which it is the one meant
SHOWN = 3  # pieces of evidence
FEWEST = 2  # meaningful words; one alone, as in a heading, states nothing
TOO_SHORT = "it is too short to state anything"
ASKS = "it asks and states nothing"
NOTHING = "the articles say nothing of it"


class _Judged(NamedTuple):
    verdict: Verdict
    reason: str | None
    evidence: Sequence[Reading]
    independent: int = 0


def check_text(
    snapshot: Snapshot,
    text: str,
    *,
    scope: Scope | None = None,
    opinions: Opinions | None = None,
) -> Checked:
    """Hold each sentence of a text against the articles.

    Args:
        snapshot: the articles.
        text: what is checked.
        scope: only against articles within it; None for all.
        opinions: of models, where a sentence is in other words than its source.
    """
    snapshot.index.refresh()
    checked: list[CheckedClaim] = []
    number = 0
    for start, end, _ in split_sentences(text, ()):
        claim = _check(snapshot, text[start:end], scope, opinions)
        evidence = tuple(
            cite(number + at, reading.article, reading.start, reading.end)
            for at, reading in enumerate(claim.evidence, start=1)
        )
        number += len(evidence)
        checked.append(
            CheckedClaim(
                text[start:end],
                start,
                end,
                claim.verdict,
                claim.reason,
                claim.independent,
                evidence,
            )
        )
    return Checked(text, tuple(checked))


def _check(
    snapshot: Snapshot,
    claim: str,
    scope: Scope | None,
    opinions: Opinions | None,
) -> _Judged:
    if claim.rstrip('”"’ ').endswith("?"):
        return _Judged(Verdict.NOT_FOUND, ASKS, ())
    if len(analyzed(claim).words) < FEWEST:
        return _Judged(Verdict.NOT_FOUND, TOO_SHORT, ())
    named = outlets_named(claim, snapshot.index.catalog.outlets())
    asked = Question(
        claim, kind=None, unit=None, times=(), newest=False, outlets=named, sides=True, asks=True
    )
    found = snapshot.look_up_part(asked, PASSAGES, scope)
    return _judge(
        [read_beside(claim, c, found.concepts, opinions) for c in found.candidates[:READ]]
    )


def _judge(readings: Sequence[Reading]) -> _Judged:
    """What the readings come to: what bears it out first, then what says otherwise."""
    against = [reading for reading in readings if reading.finding == Verdict.CONTRADICTED]
    # What says otherwise is not borne out by being read together with the sentence beside it.
    readings = [
        reading
        for reading in readings
        if reading.finding != Verdict.SUPPORTED
        or not any(_holds(reading, other) for other in against)
    ]
    found: dict[Verdict, list[Reading]] = {
        verdict: _best(r for r in readings if r.finding == verdict) for verdict in ORDER
    }
    for verdict in ORDER:
        best = found[verdict]
        if verdict == Verdict.SUPPORTED and _is_beaten(
            best, found[Verdict.CONTRADICTED], by=CLEARLY
        ):
            continue
        # One source bears out all but what is added; that another gives another value is no news.
        adding = [reading for reading in found[Verdict.PARTIAL] if _adds(reading)]
        if verdict == Verdict.CONTRADICTED and _is_beaten(best, adding, by=0.0):
            continue
        if best:
            backing = [r for r in readings if r.finding == verdict == Verdict.SUPPORTED]
            return _Judged(verdict, best[0].reason, best, _independent(backing))
    return _Judged(Verdict.NOT_FOUND, NOTHING, _best(readings)[:1])


def _holds(reading: Reading, other: Reading) -> bool:
    """Whether the words of one are those of another and more."""
    return (
        reading.article.id == other.article.id
        and reading.start <= other.start
        and other.end <= reading.end
    )


def _best(readings: Iterable[Reading]) -> list[Reading]:
    """The best of some readings, each stretch of an article once."""
    best: list[Reading] = []
    for reading in sorted(readings, key=lambda r: (-r.held, -r.score, r.end - r.start)):
        apart = all(not _overlap(reading, other) for other in best)
        if apart and len(best) < SHOWN and (not best or reading.held >= best[0].held - CLEARLY):
            best.append(reading)
    return best


def _is_beaten(best: Sequence[Reading], others: Sequence[Reading], *, by: float) -> bool:
    """Whether another reading holds so much more of the claim that it is the one meant."""
    return bool(best and others) and others[0].held >= best[0].held + by


def _adds(reading: Reading) -> bool:
    return (reading.reason or "").startswith(NOT_SAID)


def _independent(backing: Sequence[Reading]) -> int:
    """How many sources say it that are not copies of one another."""
    heard: list[Article] = []
    for reading in backing:
        new = all(
            reading.article.source != known.source and not is_copy(reading.article.text, known.text)
            for known in heard
        )
        heard += [reading.article] if new else []
    return len(heard)


def _overlap(one: Reading, other: Reading) -> bool:
    return one.article.id == other.article.id and one.start < other.end and other.start < one.end
