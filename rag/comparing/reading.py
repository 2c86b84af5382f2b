"""A sentence beside some words of an article: do they bear it out, deny it, or speak past it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import product
from typing import NamedTuple

from rag.checking.checker import Opinions
from rag.checking.claim import YEARS
from rag.checking.numbers import numbers_in
from rag.checking.opposites import OPPOSITES
from rag.checking.support import check_support
from rag.checking.text import compared
from rag.checking.verification import NEARBY, about
from rag.dates import MONTHS, date_range, overlap, spoken_date, spoken_dates
from rag.documents.terms import term_string
from rag.documents.times import When, find_times
from rag.findings import Finding
from rag.retrieval.query import Concept, covered
from rag.retrieval.readable import readable, stretch
from rag.retrieval.sentences import NEAR_SPELLING, Candidate
from rag.types import Article, Sentence, Support

READ = 12  # sentences of the articles, the nearest ones
# Flaws by which a source says otherwise, rather than nothing.
AGAINST = frozenset(("number", "date", "denial", "opposite", "quotation", "model"))
# Of what a sentence names, by how rare it is in the articles, the share that a source must hold:
# to contradict it, to bear out a part of it.
SAME_THING, A_PART, MOST = 0.6, 0.5, 0.75
# To contradict it by a name in another one's place, what a source holds must outweigh the rarest
# word of the sentence, or one that is about as rare as a name is.
SAME_BUT_NAME, TELLING = 1.2, 3.0
FORM = 0.3  # what a word counts that the articles have in another form only
TURNED = 0.45  # to contradict it by a denial or a word that says the opposite, which it lacks
BORNE_OUT = 0.57  # … and to bear all of it out
A_CLAUSE = 3  # meaningful words of a clause that can be borne out by itself
BEGINNING = 5  # letters that forms of one word share
NEW_PART = 2  # words of a clause of which the source has none: it says something more
_CLAUSE = re.compile(r"[,;:—–]\s+|\s+\b(?:and|but|which|who|while|whereas|after|because)\b\s*")
REPORTED = "as the article reports it from others"
FINDINGS: tuple[Finding, ...] = ("supported", "contradicted", "partial", "not_found")
CALENDAR = frozenset(
    (*MONTHS, *(f"{day}day" for day in "mon tues wednes thurs fri satur sun".split()))
)
_SAID = re.compile(r"\b(?:says?|said|told|according to)\b", re.IGNORECASE)


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
    beside = _Beside(claim, source, support, much, held, missing, article.published)
    clash = _other_time(find_times(claim, article.published), times)
    finding, reason = _finding(beside, clash)
    return Reading(article, start, end, finding, reason, much, support.score)


def _is_there(concept: Concept, terms: Sequence[str]) -> bool:
    """Whether a word is there: a name in a close spelling too, another word with one beginning.

    "Founded" is near to "Fouad", and says nothing of him.
    """
    if concept.word[0].isupper() or not any(option.distance for option in concept.alternatives):
        return True
    (wanted,) = concept.alternatives[0].terms
    return any(term.startswith(wanted[:BEGINNING]) for term in terms)


def _weight(held: Sequence[Concept]) -> float:
    """How much some concepts say; of a word in another form it is unknown how rare it is."""
    return sum(concept.weight * (FORM if concept.absent else 1.0) for concept in held)


def _is_turned(concept: Concept, terms: frozenset[str]) -> bool:
    """Whether the source has its opposite, so that it speaks of the same thing."""
    known = OPPOSITES.get(concept.alternatives[0].terms[0])
    return known is not None and bool(known.opposite & terms)


def _share(claim: str, held: Sequence[Concept], missing: Sequence[Concept]) -> float:
    """The share of a claim's concepts that are held, by rarity; a strange name counts once."""
    there = _weight(held)
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


class _Beside(NamedTuple):
    """A claim beside its source, with the concepts of it that the source holds and lacks."""

    claim: str
    source: str
    support: Support
    much: float
    held: Sequence[Concept]
    missing: Sequence[Concept]
    published: str | None


def _finding(beside: _Beside, clash: str | None) -> tuple[Finding, str | None]:
    flaw, reason = beside.support.flaw, beside.support.reason
    if clash and beside.much >= A_PART:
        return "contradicted", clash
    reported = flaw == "claim" and _SAID.search(beside.source)
    if (beside.support.verdict == "supported" or reported) and beside.much >= BORNE_OUT:
        new = _new_part(beside)
        if new:
            return "partial", f"the article does not say “{new}”"
        return "supported", REPORTED if reported else None
    enough = TURNED if flaw in ("denial", "opposite") else SAME_THING
    if flaw in AGAINST and beside.much >= enough and _is_of_the_same(beside):
        return "contradicted", reason
    if flaw == "name" and beside.support.verdict == "unsupported" and _is_same_but_name(beside):
        return "contradicted", reason
    if flaw in ("possibility", "claim", "name") and beside.much >= MOST:
        return "partial", reason
    if _bears_out_a_part(beside):
        return "partial", reason or "the article says only part of it"
    return "not_found", None


def _is_same_but_name(beside: _Beside) -> bool:
    """Whether only names are missing, and what is there says enough to be of one thing."""
    rarest = max((concept.weight for concept in (*beside.held, *beside.missing)), default=0.0)
    telling = _weight(beside.held) >= SAME_BUT_NAME * max(rarest, TELLING)
    return telling and all(concept.word[0].isupper() for concept in beside.missing)


def _bears_out_a_part(beside: _Beside) -> bool:
    """Whether the source holds nearly all of one clause of several."""
    clauses = [part for part in _CLAUSE.split(beside.claim) if part.strip()]
    there = compared(beside.source)
    for part in clauses if len(clauses) > 1 else ():
        words = [term for term in compared(part).words if not term.term[0].isdigit()]
        known = [
            there.holds(word) or _is_held(part[word.start : word.end], beside) for word in words
        ]
        names = all(k for k, word in zip(known, words, strict=True) if word.name)
        if len(words) >= A_CLAUSE and names and sum(known) >= MOST * len(words):
            return True
    return False


def _is_held(word: str, beside: _Beside) -> bool:
    return any(word in concept.word for concept in beside.held)


def _is_of_the_same(beside: _Beside) -> bool:
    """Whether a number that the source lacks stands where the source has another one."""
    said, there = compared(beside.claim), compared(beside.source)
    lacking = [value for value in said.numbers if value not in there.numbers]
    if beside.support.flaw != "number" or not lacking:
        return True
    dated = find_times(there.text, beside.published)
    rivals = [
        number.value
        for number in numbers_in(there.text)
        if not any(when.start <= number.start < when.end for when in dated)
    ]
    return any(
        _meet(said.settings[value], there.settings[rival])
        for value in lacking
        for rival in rivals
        if not {value, rival} & set(YEARS)
    )


def _meet(some: Iterable[frozenset[str]], others: Iterable[frozenset[str]]) -> bool:
    """Whether two numbers stand beside forms of one word."""
    return any(
        one[:BEGINNING] == other[:BEGINNING]
        for here, there in product(some, others)
        for one, other in product(here, there)
    )


def _new_part(beside: _Beside) -> str | None:
    """A clause of which the source has no word, as what is added to something true."""
    there = compared(beside.source)
    for part in _CLAUSE.split(beside.claim):
        words = [t for t in compared(part).words if not t.term[0].isdigit()]
        known = [
            there.holds(word) or _is_held(part[word.start : word.end], beside) for word in words
        ]
        if len(words) >= NEW_PART and not any(known):
            return part.strip(" .")
    return None


def _times(article: Article, candidate: Candidate, start: int, end: int) -> list[When]:
    """The times that a stretch gives, "at the time" read behind the sentence before."""
    before = candidate.before
    known = find_times(_text(article, before), article.published) if before else []
    return find_times(
        article.text[start:end], article.published, before=known[0] if known else None
    )


def _text(article: Article, sentence: Sentence) -> str:
    return article.text[sentence.start : sentence.end]
