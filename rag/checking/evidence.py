"""A sentence beside some words of an article: do they bear it out, deny it, or speak past it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import product
from typing import NamedTuple

from rag.checking.citations import attribution_phrases, text_before
from rag.checking.polarity import ANTONYMS
from rag.checking.statement import YEARS, analyzed
from rag.checking.support import check_support
from rag.models.entailment import Opinions
from rag.retrieval.concepts import Concept, covered
from rag.retrieval.quoting import readable, stretch
from rag.retrieval.rank import NEAR_SPELLING, Candidate
from rag.text.numbers import numbers_in
from rag.text.quotations import SAID
from rag.text.sentences import Sentence
from rag.text.terms import term_string
from rag.text.times import (
    CALENDAR,
    When,
    date_range,
    find_times,
    overlap,
    spoken_date,
    spoken_dates,
)
from rag.types import Article, Support, Verdict

# Flaws by which a source says otherwise, rather than nothing.
AGAINST = frozenset(("number", "date", "denial", "opposite", "quotation", "model"))
# All that follows is chosen on evals/claims/dev.jsonl. Of what a sentence names, by how rare it
# is in the articles, the share that a source must hold: to contradict it, to bear out a part of it.
SAME_THING, A_PART, MOST = 0.6, 0.5, 0.75
TURNED = 0.45  # to contradict it by a denial or a word that says the opposite, which it lacks
BORNE_OUT = 0.57  # … and to bear all of it out
# Cosine from which a claim and a source in other words are of one thing, and of all of it: hardly
# any claim on what the articles do not speak of comes as near.
NEAR, VERY_NEAR = 0.6, 0.7
# To contradict it by a name in another one's place, what a source holds must outweigh the rarest
# word of the sentence, or one that is about as rare as a name is.
SAME_BUT_NAME, TELLING = 1.2, 3.0
FORM = 0.3  # what a word counts that the articles have in another form only
A_CLAUSE = 3  # meaningful words of a clause that can be borne out by itself
BEGINNING = 5  # letters that forms of one word share
# Words of a clause, and the share of them from which a source that has no more of it says
# nothing of that clause: it is something more.
NEW_PART, KNOWN = 2, 0.34
_CLAUSE = re.compile(r"[,;:—–]\s+|\s+\b(?:and|but|which|who|while|whereas|after|because)\b\s*")
REPORTED = "as the article reports it from others"
NOT_SAID = "the article does not say"
ONLY_PART = "the article says only part of it"


class Beside(NamedTuple):
    """A claim beside its source.

    ``much``, in 0..1, is the share of what the claim names that the source holds, by
    rarity, ``held`` and ``missing`` are the concepts; ``near`` is the cosine of the two,
    and ``clash`` why they are of different times, if they are.
    """

    claim: str
    source: str
    support: Support
    much: float
    near: float
    held: Sequence[Concept]
    missing: Sequence[Concept]
    clash: str | None
    published: str | None


def finding_of(beside: Beside) -> tuple[Verdict, str | None]:
    """What a source makes of a claim, and the reason; the first rule that holds."""
    flaw, reason = beside.support.flaw, beside.support.reason
    if beside.clash and (beside.much >= A_PART or beside.near >= NEAR):
        return Verdict.CONTRADICTED, beside.clash
    reported = flaw == "claim" and SAID.search(beside.source) is not None
    borne_out = beside.much >= BORNE_OUT or beside.near >= VERY_NEAR
    if (beside.support.verdict == Verdict.SUPPORTED or reported) and borne_out:
        new = _new_part(beside)
        if new:
            return Verdict.PARTIAL, f"{NOT_SAID} “{new}”"
        return Verdict.SUPPORTED, REPORTED if reported else None
    if _says_otherwise(beside):
        return Verdict.CONTRADICTED, reason
    said = flaw in ("possibility", "claim", "name") and beside.much >= MOST
    if said or beside.near >= NEAR or _bears_out_a_part(beside):
        return Verdict.PARTIAL, reason or ONLY_PART
    return Verdict.NOT_FOUND, None


def _says_otherwise(beside: Beside) -> bool:
    """Whether a source speaks of the same thing, and says something else of it."""
    flaw = beside.support.flaw
    near = beside.near >= NEAR
    if flaw == "name":
        return beside.support.verdict == Verdict.UNSUPPORTED and _is_same_but_name(beside)
    enough = TURNED if flaw in ("denial", "opposite") else SAME_THING
    return flaw in AGAINST and (beside.much >= enough or near) and _is_of_the_same(beside)


def _is_same_but_name(beside: Beside) -> bool:
    """Whether only names are missing, and what is there says enough to be of one thing."""
    rarest = max((concept.weight for concept in (*beside.held, *beside.missing)), default=0.0)
    telling = weight(beside.held) >= SAME_BUT_NAME * max(rarest, TELLING)
    return telling and all(concept.word[0].isupper() for concept in beside.missing)


def _bears_out_a_part(beside: Beside) -> bool:
    """Whether the source holds nearly all of one clause of several."""
    clauses = [part for part in _CLAUSE.split(beside.claim) if part.strip()]
    there = analyzed(beside.source)
    for part in clauses if len(clauses) > 1 else ():
        words = [term for term in analyzed(part).words if not term.term[0].isdigit()]
        known = [
            there.holds(word) or _is_held(part[word.start : word.end], beside) for word in words
        ]
        names = all(k for k, word in zip(known, words, strict=True) if word.name)
        if len(words) >= A_CLAUSE and names and sum(known) >= MOST * len(words):
            return True
    return False


def _is_held(word: str, beside: Beside) -> bool:
    return any(word in concept.word for concept in beside.held)


def _is_of_the_same(beside: Beside) -> bool:
    """Whether a number that the source lacks stands where the source has another one."""
    said, there = analyzed(beside.claim), analyzed(beside.source)
    lacking = [value for value in said.numbers if value not in there.numbers]
    if beside.support.flaw != "number" or not lacking:
        return True
    # The day of a date counts nothing; the years of "four years after" do.
    dated = [when for when in find_times(there.text, beside.published) if not when.about]
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


def _new_part(beside: Beside) -> str | None:
    """A clause of which the source has hardly a word, as what is added to something true."""
    there = analyzed(beside.source)
    for part in _CLAUSE.split(beside.claim):
        words = [t for t in analyzed(part).words if not t.term[0].isdigit()]
        known = [
            there.holds(word) or _is_held(part[word.start : word.end], beside) for word in words
        ]
        if len(words) >= NEW_PART and sum(known) <= KNOWN * len(words):
            return part.strip(" .")
    return None


def weight(held: Sequence[Concept]) -> float:
    """How much some concepts say; of a word in another form it is unknown how rare it is."""
    return sum(concept.weight * (FORM if concept.absent else 1.0) for concept in held)


READ = 12  # sentences of the articles, the nearest ones
FINDINGS: tuple[Verdict, ...] = (
    Verdict.SUPPORTED,
    Verdict.CONTRADICTED,
    Verdict.PARTIAL,
    Verdict.NOT_FOUND,
)


class Reading(NamedTuple):
    """A sentence beside a stretch of an article, and what the one makes of the other.

    ``held``, in 0..1, is the share of what the sentence names that stands there, by rarity.
    """

    article: Article
    start: int
    end: int
    finding: Verdict
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
    if alone.finding in (Verdict.SUPPORTED, Verdict.CONTRADICTED):
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
    turned = analyzed(source).terms
    missing = [c for c in naming if c not in held and not _is_turned(c, turned)]
    much = _share(claim, held, missing)
    times = _times(article, candidate, start, end)
    support = check_support(
        claim,
        [source],
        about=[
            *attribution_phrases(article),
            *(phrase for when in times for phrase in spoken_dates(when.date)),
        ],
        nearby=f"{article.title}\n{text_before(article, start)}",
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
    known = ANTONYMS.get(concept.alternatives[0].terms[0])
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
