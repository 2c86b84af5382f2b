"""Hold a claim against one sentence of an article: supported, contradicted, partial, not found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rag.checking.citations import attribution_phrases, text_before
from rag.checking.claim_reading import (
    OTHER_EVENT,
    OTHER_ITEM,
    OTHER_ROW,
    OTHER_TIME,
    OVERTAKEN,
    ClaimReading,
    evidence_texts,
)
from rag.checking.paraphrase.events import is_of_another, is_overtaken
from rag.checking.paraphrase.exchanges import EXCHANGED, exchanged
from rag.checking.paraphrase.items import is_of_other_item
from rag.checking.paraphrase.rivals import has_rival_number
from rag.checking.polarity import ANTONYMS
from rag.checking.statement import analyzed
from rag.checking.support import check_support
from rag.checking.tables.cells import check_cells
from rag.checking.tables.rows import OtherRow, other_row, rows_together
from rag.models.entailment import Opinions, evidence_text
from rag.retrieval.concepts import Concept, covered
from rag.retrieval.quoting import readable, stretch
from rag.retrieval.rank import NEAR_SPELLING, Candidate
from rag.text.blocks import LISTED, in_context
from rag.text.dates import CALENDAR, date_range, overlap, spoken_date, spoken_dates
from rag.text.numbers import numbers_in
from rag.text.quotations import SAID
from rag.text.terms import Term, term_string
from rag.text.time_expressions import When, find_times
from rag.types import Support, Verdict

SENTENCES_READ = 12  # sentences of the articles, the nearest ones
# All figures below are chosen on evals/claims/dev.jsonl. The first are shares of what a claim
# names, by how rare that is in the articles, which a source must hold …
_SAME_THING = 0.6  # … to contradict the claim by another number, date or name,
_TURNED = 0.45  # to contradict it by a denial or an antonym, since it lacks that word,
_WHOLE = 0.57  # to support all of it,
_PART = 0.5  # and to be worth a closer look: at its times, at its meaning.
_MOST = 0.75  # Also the share of the words of a clause.
# Cosine from which a claim and a source in other words are about one thing, and say the same:
# hardly any claim about what the articles do not mention comes as near.
_NEAR, _VERY_NEAR = 0.6, 0.7
# To contradict a claim by another name, what the source holds must outweigh, by this factor, the
# rarest word of the claim, and a word that is about as rare as a name.
_SAME_BUT_NAME, _NAME_WEIGHT = 1.2, 3.0
_OTHER_FORM = 0.3  # what a word counts that the articles have in another form only
_CLAUSE_WORDS = 3  # meaningful words of a clause that can be supported by itself
_STEM = 5  # letters that the forms of one word share
# A clause of so many words, of which the source has at most this share, adds something.
_ADDED_WORDS, _ADDED_KNOWN = 2, 0.34
_CLAUSE = re.compile(r"[,;:—–]\s+|\s+\b(?:and|but|which|who|while|whereas|after|because)\b\s*")
# Flaws by which a source says otherwise, rather than nothing.
_CONTRADICTING = frozenset(("number", "date", "denial", "opposite", "quotation", "model"))
_VALUES = ("number", "date", "time")  # flaws by another value
_ELSEWHERE = "the article gives another time or number, of something else"
_BEST_FIRST = (Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.PARTIAL, Verdict.NOT_FOUND)


class Finding(NamedTuple):
    """A verdict on a claim by one source, and the reason.

    ``adds`` says that the source supports the claim but for a clause of which it has nothing.
    """

    verdict: Verdict
    reason: str | None = None
    adds: bool = False


class _Match(NamedTuple):
    """A claim beside the words of a source.

    ``held`` and ``missing`` are the concepts of the claim that the source has and has not,
    ``held_share``, in 0..1, is the share held, by rarity. ``near`` is the cosine of the two, and
    ``other_time`` the reason if they are of different times. ``published`` is the date of the
    article.
    """

    claim: str
    source: str
    support: Support
    held_share: float
    near: float
    held: Sequence[Concept]
    missing: Sequence[Concept]
    other_time: str | None
    published: str | None


def read_evidence(
    claim: str, candidate: Candidate, concepts: Sequence[Concept], opinions: Opinions | None
) -> ClaimReading:
    """Read a claim beside a sentence of an article, by itself and with the sentence before it.

    Args:
        claim: the sentence that is checked.
        candidate: the sentence of the article.
        concepts: what the claim names.
        opinions: of models, where the two are in other words.
    """
    return _with_its_event(claim, _read_nearest(claim, candidate, concepts, opinions))


def _read_nearest(
    claim: str, candidate: Candidate, concepts: Sequence[Concept], opinions: Opinions | None
) -> ClaimReading:
    naming = _naming(claim, concepts)
    span = candidate.sentence.start, candidate.sentence.end
    rows = rows_together(claim, candidate.article, *span)
    reason = exchanged(claim, rows, published=candidate.article.published)
    if reason:
        crossed = OtherRow(*span, reason, clear=True)
        return _read_row(claim, candidate, crossed, naming)._replace(flaw=EXCHANGED)
    mixed = other_row(claim, candidate.article, candidate.sentence.start, candidate.sentence.end)
    if mixed:
        return _read_row(claim, candidate, mixed, naming)
    told = _read_cells(claim, candidate)
    if told:
        return told
    alone = _read(claim, candidate, readable(candidate), naming, opinions)
    if alone.verdict in (Verdict.SUPPORTED, Verdict.CONTRADICTED):
        return alone
    span = stretch(
        candidate.article, candidate.sentence, candidate.before, candidate.after, leans=True
    )
    with_before = _read(claim, candidate, span, naming, opinions)
    return min(alone, with_before, key=lambda reading: _BEST_FIRST.index(reading.verdict))


def _with_its_event(claim: str, reading: ClaimReading) -> ClaimReading:
    """Return a reading, changed if its number or date is of another event, or was overtaken."""
    source = reading.words
    if reading.verdict != Verdict.CONTRADICTED and is_of_other_item(
        claim, reading.article, reading.start
    ):
        return reading._replace(verdict=Verdict.NOT_FOUND, reason=None, flaw=OTHER_ITEM)
    if reading.flaw in _VALUES and is_of_another(claim, source):
        flaw = reading.flaw if reading.flaw == "number" else OTHER_EVENT
        if reading.verdict != Verdict.CONTRADICTED:
            return reading._replace(flaw=flaw)
        verdict = Verdict.PARTIAL if reading.near >= _NEAR else Verdict.NOT_FOUND
        return reading._replace(verdict=verdict, reason=_ELSEWHERE, flaw=flaw)
    partly = reading.verdict in (Verdict.SUPPORTED, Verdict.PARTIAL)
    if partly and is_overtaken(claim, source):
        reason = f"the article gives it as what was once to be: “{' '.join(source.split())}”"
        return reading._replace(verdict=Verdict.PARTIAL, reason=reason, flaw=OVERTAKEN)
    return reading


def held_share(claim: str, concepts: Sequence[Concept], words: str) -> float:
    """Return the share of what a claim names that some words hold, by rarity, in 0..1."""
    return _measure_held_share(claim, *_held_and_missing(_naming(claim, concepts), words))


def _naming(claim: str, concepts: Sequence[Concept]) -> list[Concept]:
    """Return the concepts that say what a claim is about: no times and no numbers."""
    numbers = [(number.start, number.end) for number in numbers_in(claim)]
    return [
        concept
        for concept in concepts
        if concept.word.lower() not in CALENDAR
        and not any(start <= claim.find(concept.word) < end for start, end in numbers)
    ]


def _read_row(
    claim: str, candidate: Candidate, mixed: OtherRow, naming: Sequence[Concept]
) -> ClaimReading:
    """Read a claim that gives a row of a table the value of another beside the row it names."""
    article, span = candidate.article, (mixed.start, mixed.end)
    source = in_context(article.text[mixed.start : mixed.end], *article.part(*span))
    about = [part for part in (article.source, article.published) if part]
    return ClaimReading(
        article,
        *span,
        Verdict.CONTRADICTED if mixed.clear else Verdict.PARTIAL,
        mixed.reason,
        False,
        _measure_held_share(claim, *_held_and_missing(naming, source)),
        _check(claim, candidate, span, (), None).score,
        candidate.similarity,
        (evidence_text(source, about),) * 2,
        OTHER_ROW,
    )


def _read_cells(claim: str, candidate: Candidate) -> ClaimReading | None:
    """Read a claim beside the cells of a row; None where they leave open whether it is so."""
    if candidate.sentence.kind != "row":
        return None
    article, span = candidate.article, (candidate.sentence.start, candidate.sentence.end)
    above = [*attribution_phrases(article), article.title, text_before(article, span[0])]
    found = check_cells(claim, [candidate.in_context], "\n".join(above)).support
    if found is None:
        return None
    verdict = Verdict.CONTRADICTED if found.verdict == Verdict.UNSUPPORTED else found.verdict
    return ClaimReading(
        article,
        *span,
        verdict,
        found.reason,
        False,
        1.0,
        found.score,
        candidate.similarity,
        evidence_texts(claim, candidate),
        found.flaw,
        listed=True,
    )


def _read(
    claim: str,
    candidate: Candidate,
    span: tuple[int, int],
    naming: Sequence[Concept],
    opinions: Opinions | None,
) -> ClaimReading:
    """Read a claim beside one span of the article of a candidate."""
    article = candidate.article
    start, end = span
    source = in_context(article.text[start:end], *article.part(start, end))
    # What a claim says of who says so is known of the article.
    held, missing = _held_and_missing(
        naming, "\n".join(filter(None, (source, article.outlet, article.author)))
    )
    held_share = _measure_held_share(claim, held, missing)
    times = _times(candidate, start, end)
    support = _check(claim, candidate, span, times, opinions if held_share >= _PART else None)
    match = _Match(
        claim,
        source,
        support,
        held_share=held_share,
        near=candidate.similarity,
        held=held,
        missing=missing,
        other_time=_other_time(find_times(claim, article.published), times),
        published=article.published,
    )
    return ClaimReading(
        article,
        start,
        end,
        *_decide(match),
        held_share,
        support.score,
        candidate.similarity,
        evidence_texts(claim, candidate),
        OTHER_TIME if match.other_time and support.flaw != EXCHANGED else support.flaw,
        candidate.sentence.kind in LISTED,
    )


def _check(
    claim: str,
    candidate: Candidate,
    span: tuple[int, int],
    times: Sequence[When],
    opinions: Opinions | None,
) -> Support:
    """Check a claim by the rules against one span; times that it speaks of may be named."""
    article, (start, end) = candidate.article, span
    return check_support(
        claim,
        [in_context(article.text[start:end], *article.part(start, end))],
        about=[
            *attribution_phrases(article),
            *(phrase for when in times for phrase in spoken_dates(when.date)),
        ],
        nearby=f"{article.title}\n{text_before(article, start)}",
        # A sentence in wholly other words may be alike and say something else.
        similarity=opinions.similarity if opinions else None,
        entailment=None,
    )


def _held_and_missing(
    naming: Sequence[Concept], source: str
) -> tuple[list[Concept], list[Concept]]:
    """Return the concepts that a source holds, and those of which it has not even the opposite."""
    terms = term_string(source).split()
    found = covered(naming, terms, near=NEAR_SPELLING)
    held = [c for c, part in zip(naming, found, strict=True) if part and _is_there(c, terms)]
    known = analyzed(source).terms
    return held, [c for c in naming if c not in held and not _has_antonym(c, known)]


def _decide(match: _Match) -> Finding:
    """Decide what a source makes of a claim, by the first rule that holds."""
    flaw, reason = match.support.flaw, match.support.reason
    near = match.near >= _NEAR
    if flaw == EXCHANGED:
        return Finding(Verdict.CONTRADICTED, reason)
    if match.other_time and (match.held_share >= _PART or near):
        return Finding(Verdict.CONTRADICTED, match.other_time)
    reported = flaw == "claim" and SAID.search(match.source) is not None
    whole = match.held_share >= _WHOLE or match.near >= _VERY_NEAR
    if (match.support.verdict == Verdict.SUPPORTED or reported) and whole:
        added = _added_clause(match)
        if added:
            return Finding(Verdict.PARTIAL, f"the document does not say “{added}”", adds=True)
        return Finding(
            Verdict.SUPPORTED, "as the document reports it from others" if reported else None
        )
    if _says_otherwise(match):
        return Finding(Verdict.CONTRADICTED, reason)
    mostly = flaw in ("possibility", "claim", "name") and match.held_share >= _MOST
    if mostly or near or _supports_a_clause(match):
        return Finding(Verdict.PARTIAL, reason or "the document says only part of it")
    return Finding(Verdict.NOT_FOUND)


def _says_otherwise(match: _Match) -> bool:
    """Return whether a source is about the same thing, and says something else about it."""
    flaw = match.support.flaw
    if flaw == "name":
        differs = match.support.verdict == Verdict.UNSUPPORTED and _differs_in_name_only(match)
        return differs and _names_another(match)
    enough = _TURNED if flaw in ("denial", "opposite") else _SAME_THING
    same_thing = match.held_share >= enough or match.near >= _NEAR
    return flaw in _CONTRADICTING and same_thing and _has_rival(match)


def _has_rival(match: _Match) -> bool:
    """Return whether a missing number has another in its place; True if no number is at fault."""
    if match.support.flaw != "number":
        return True
    return has_rival_number(match.claim, match.source, match.published)


def _differs_in_name_only(match: _Match) -> bool:
    """Return whether only names are missing, and the rest says enough to be about one thing."""
    rarest = max((concept.weight for concept in (*match.held, *match.missing)), default=0.0)
    enough = _weight(match.held) >= _SAME_BUT_NAME * max(rarest, _NAME_WEIGHT)
    return enough and all(concept.word[0].isupper() for concept in match.missing)


def _names_another(match: _Match) -> bool:
    """Return whether a source has a name inside a sentence that the claim does not have.

    "The company has been fined" leaves open which one, "Lund has been fined" does not.
    """
    claim, source = analyzed(match.claim), analyzed(match.source)
    return any(
        term.name and term.start and term.term.isalpha() and not claim.holds(term)
        for term in source.words
        if source.word(term).lower() not in CALENDAR
    )


def _clauses(match: _Match) -> Iterator[tuple[str, list[Term], list[bool]]]:
    """Yield the clauses of a claim, each with its words, and whether the source has them."""
    source = analyzed(match.source)
    for clause in filter(str.strip, _CLAUSE.split(match.claim)):
        words = [term for term in analyzed(clause).words if not term.term[0].isdigit()]
        known = [
            source.holds(word)
            or any(clause[word.start : word.end] in concept.word for concept in match.held)
            for word in words
        ]
        yield clause, words, known


def _supports_a_clause(match: _Match) -> bool:
    """Return whether the source has nearly all of one clause of several, its names included."""
    clauses = list(_clauses(match))
    return len(clauses) > 1 and any(
        len(words) >= _CLAUSE_WORDS
        and sum(known) >= _MOST * len(words)
        and all(there for word, there in zip(words, known, strict=True) if word.name)
        for _, words, known in clauses
    )


def _added_clause(match: _Match) -> str | None:
    """Return a clause of which the source has hardly a word, if there is one."""
    for clause, words, known in _clauses(match):
        if len(words) >= _ADDED_WORDS and sum(known) <= _ADDED_KNOWN * len(words):
            return clause.strip(" .")
    return None


def _weight(held: Sequence[Concept]) -> float:
    """Add up how rare concepts are; how rare a word is in another form is unknown."""
    return sum(concept.weight * (_OTHER_FORM if concept.absent else 1.0) for concept in held)


def _measure_held_share(claim: str, held: Sequence[Concept], missing: Sequence[Concept]) -> float:
    """Return the share of a claim's concepts that is held, by rarity, in 0..1.

    A missing name of several words counts once, by its rarest word.
    """
    weight = _weight(held)
    lacking: list[float] = []
    last = -1  # where in the claim the name before ends
    for concept in missing:
        at, is_name = claim.find(concept.word), concept.word[0].isupper()
        if is_name and last >= 0 and not claim[last:at].strip(" -’'"):
            lacking[-1] = max(lacking[-1], concept.weight)
        else:
            lacking.append(concept.weight)
        last = at + len(concept.word) if is_name else -1
    return weight / (weight + sum(lacking)) if weight else 0.0


def _is_there(concept: Concept, terms: Sequence[str]) -> bool:
    """Return whether a concept that was found is really there.

    A name may be there in a close spelling; of another word the beginning must be the same,
    since "founded" is near to "Fouad" and has nothing to do with him.
    """
    if concept.word[0].isupper() or not any(option.distance for option in concept.alternatives):
        return True
    (wanted,) = concept.alternatives[0].terms
    return any(term.startswith(wanted[:_STEM]) for term in terms)


def _has_antonym(concept: Concept, terms: frozenset[str]) -> bool:
    """Return whether terms hold the opposite of a concept, and so are about the same thing."""
    known = ANTONYMS.get(concept.alternatives[0].terms[0])
    return known is not None and bool(known.opposite & terms)


def _other_time(said: Sequence[When], given: Sequence[When]) -> str | None:
    """Return why a claim is of another time than its source, where both give one."""
    spans = [date_range(when.date) for when in said]
    known = [date_range(when.date) for when in given]
    if not spans or not known or overlap(filter(None, spans), filter(None, known)):
        return None
    dates = " or ".join(dict.fromkeys(spoken_date(when.date) or "" for when in given))
    return f"the document gives {dates}, not {spoken_date(said[0].date)}"


def _times(candidate: Candidate, start: int, end: int) -> list[When]:
    """Return the times of a span; "at the time" means that of the sentence before."""
    article, before = candidate.article, candidate.before
    known = find_times(article.text[before.start : before.end], article.published) if before else []
    return find_times(
        article.text[start:end], article.published, before=known[0] if known else None
    )
