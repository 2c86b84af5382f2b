"""A sentence beside some words of an article: do they bear it out, deny it, or speak past it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag.checking.checker import Opinions
from rag.checking.numbers import numbers_in
from rag.checking.opposites import OPPOSITES
from rag.checking.support import check_support
from rag.checking.text import compared
from rag.checking.verification import NEARBY, about
from rag.comparing.beside import A_PART, BEGINNING, Beside, finding_of, weight
from rag.dates import MONTHS, date_range, overlap, spoken_date, spoken_dates
from rag.documents.terms import term_string
from rag.documents.times import When, find_times
from rag.findings import Finding
from rag.retrieval.query import Concept, covered
from rag.retrieval.readable import readable, stretch
from rag.retrieval.sentences import NEAR_SPELLING, Candidate
from rag.types import Article, Sentence

READ = 12  # sentences of the articles, the nearest ones
FINDINGS: tuple[Finding, ...] = ("supported", "contradicted", "partial", "not_found")
CALENDAR = frozenset(
    (*MONTHS, *(f"{day}day" for day in "mon tues wednes thurs fri satur sun".split()))
)


class Reading(NamedTuple):
    """A sentence beside a stretch of an article, and what the one makes of the other.

    ``held``, in 0..1, is the share of what the sentence names that stands there, by rarity.
    """

    article: Article
    start: int
    end: int
    finding: Finding
    reason: str | None
    held: float
    score: float


def read_beside(
    claim: str, candidate: Candidate, concepts: Sequence[Concept], opinions: Opinions | None
) -> Reading:
    """Read a sentence beside one of an article, alone and behind the one before it.

    Args:
        claim: the sentence that is checked.
        candidate: the one of the article.
        concepts: what the claim names.
        opinions: of models, where the two are in other words.
    """
    numbered = [(n.start, n.end) for n in numbers_in(claim)]
    at = {word: claim.find(word) for word in (concept.word for concept in concepts)}
    naming = [
        concept
        for concept in concepts
        if concept.word.lower() not in CALENDAR
        and not any(start <= at[concept.word] < end for start, end in numbered)
    ]
    alone = _read(claim, candidate, readable(candidate), naming, opinions)
    if alone.finding in ("supported", "contradicted"):
        return alone
    behind = _read(claim, candidate, _behind(candidate), naming, opinions)
    return min(alone, behind, key=lambda reading: FINDINGS.index(reading.finding))


def _behind(candidate: Candidate) -> tuple[int, int]:
    return stretch(
        candidate.article, candidate.sentence, candidate.before, candidate.after, leans=True
    )


def _read(
    claim: str,
    candidate: Candidate,
    span: tuple[int, int],
    naming: Sequence[Concept],
    opinions: Opinions | None,
) -> Reading:
    article = candidate.article
    start, end = span
    source = article.text[start:end]
    terms = term_string(source).split()
    found = covered(naming, terms, near=NEAR_SPELLING)
    held = [c for c, part in zip(naming, found, strict=True) if part and _is_there(c, terms)]
    turned = compared(source).terms
    missing = [c for c in naming if c not in held and not _is_turned(c, turned)]
    much = _share(claim, held, missing)
    times = _times(article, candidate, start, end)
    support = check_support(
        claim,
        [source],
        about=[*about(article), *(phrase for when in times for phrase in spoken_dates(when.date))],
        nearby=f"{article.title}\n{article.text[max(0, start - NEARBY) : start]}",
        # A sentence in wholly other words may be alike and say something else.
        similarity=opinions.similarity if opinions and much >= A_PART else None,
        checker=opinions.checker if opinions else None,
    )
    finding, reason = finding_of(
        Beside(
            claim,
            source,
            support,
            much=much,
            near=candidate.similarity,
            held=held,
            missing=missing,
            clash=_other_time(find_times(claim, article.published), times),
            published=article.published,
        )
    )
    return Reading(article, start, end, finding, reason, much, support.score)


def _is_there(concept: Concept, terms: Sequence[str]) -> bool:
    """Whether a word is there: a name in a close spelling too, another word with one beginning.

    "Founded" is near to "Fouad", and says nothing of him.
    """
    if concept.word[0].isupper() or not any(option.distance for option in concept.alternatives):
        return True
    (wanted,) = concept.alternatives[0].terms
    return any(term.startswith(wanted[:BEGINNING]) for term in terms)


def _is_turned(concept: Concept, terms: frozenset[str]) -> bool:
    """Whether the source has its opposite, so that it speaks of the same thing."""
    known = OPPOSITES.get(concept.alternatives[0].terms[0])
    return known is not None and bool(known.opposite & terms)


def _share(claim: str, held: Sequence[Concept], missing: Sequence[Concept]) -> float:
    """The share of a claim's concepts that are held, by rarity; a strange name counts once."""
    there = weight(held)
    lacking: list[float] = []
    last = -1
    for concept in missing:
        at, is_name = claim.find(concept.word), concept.word[0].isupper()
        if is_name and last >= 0 and not claim[last:at].strip(" -’'"):
            lacking[-1] = max(lacking[-1], concept.weight)
        else:
            lacking.append(concept.weight)
        last = at + len(concept.word) if is_name else -1
    return there / (there + sum(lacking)) if there else 0.0


def _other_time(said: Sequence[When], there: Sequence[When]) -> str | None:
    """Why a claim is of another time than its source, where both give one."""
    spans = [date_range(when.date) for when in said]
    known = [date_range(when.date) for when in there]
    if not spans or not known or overlap(filter(None, spans), filter(None, known)):
        return None
    given = " or ".join(dict.fromkeys(spoken_date(when.date) or "" for when in there))
    return f"the article gives {given}, not {spoken_date(said[0].date)}"


def _times(article: Article, candidate: Candidate, start: int, end: int) -> list[When]:
    """The times that a stretch gives, "at the time" read behind the sentence before."""
    before = candidate.before
    known = find_times(_text(article, before), article.published) if before else []
    return find_times(
        article.text[start:end], article.published, before=known[0] if known else None
    )


def _text(article: Article, sentence: Sentence) -> str:
    return article.text[sentence.start : sentence.end]
