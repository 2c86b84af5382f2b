"""Check a text against all articles: a verdict, a reason and evidence for each sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from rag.checking.citations import attribution_phrases, cite
from rag.checking.claim_reading import OTHER_TIME, OUTWEIGHED, ClaimReading
from rag.checking.evidence import SENTENCES_READ, held_share, read_evidence
from rag.checking.judgement import ALL_NAMED, CLEARLY_MORE, ask_model, judge_claim
from rag.checking.paraphrase.corrections import Correction, corrections_in
from rag.checking.rules import check_by_rules
from rag.checking.statement import YEARS, analyzed
from rag.models.entailment import Entailment, Opinions
from rag.retrieval.copies import is_copy
from rag.retrieval.lookup import Selection, Snapshot
from rag.retrieval.question import Question, outlets_named
from rag.retrieval.rank import Candidate
from rag.text.sentences import split_sentences
from rag.text.words.languages import is_english
from rag.types import Article, Checked, CheckedClaim, Scope, Verdict

_PASSAGES = 8  # looked through for each sentence
# A sentence with so much of what a claim names, and so near to it (cosine) as another at least, has
# the numbers of the claim for the same thing.
_MOST_NAMES, _AS_NEAR = 0.6, 0.05
# Share of what a claim names, by rarity, that a correction holds, with this weight of their cosine,
# from which it is about the same thing.
_SAME_CORRECTED, _NEAR_WEIGHT = 0.75, 0.5
_SAME_THING = 0.75  # cosine from which a sentence with all names is about the same thing
_MOST_EVIDENCE = 3  # quotes for one claim
_FEWEST_WORDS = 2  # meaningful ones; one alone, as in a heading, states nothing
_NOTHING = "no sentence was found that says it"
# What is said where no rule knows more.
_REASONS = {
    Verdict.SUPPORTED: None,
    Verdict.CONTRADICTED: "the document seems to say otherwise",
    Verdict.PARTIAL: "the document says only part of it",
    Verdict.NOT_FOUND: _NOTHING,
}


class _Judgement(NamedTuple):
    verdict: Verdict
    reason: str | None
    evidence: Sequence[ClaimReading] = ()
    independent: int = 0
    confidence: float | None = None
    signals: Mapping[str, float] = MappingProxyType({})


def check_text(
    snapshot: Snapshot,
    text: str,
    *,
    scope: Scope | None = None,
    opinions: Opinions | None = None,
) -> Checked:
    """Check each sentence of a text against the articles.

    Args:
        snapshot: the articles.
        text: what is checked.
        scope: only against articles within it; None for all.
        opinions: of models, for sentences in other words than their source.
    """
    snapshot.index.refresh()
    checked: list[CheckedClaim] = []
    number = 0
    for start, end, *_ in split_sentences(text, ()):
        judgement = _check_claim(snapshot, text[start:end], scope, opinions)
        snapshot.keep(reading.article for reading in judgement.evidence)
        evidence = tuple(
            cite(number + at, reading.article, reading.start, reading.end)
            for at, reading in enumerate(judgement.evidence, start=1)
        )
        number += len(evidence)
        claim = CheckedClaim(
            text[start:end],
            start,
            end,
            judgement.verdict,
            judgement.reason,
            judgement.independent,
            evidence,
            judgement.confidence,
            judgement.signals,
        )
        checked.append(claim)
    return Checked(text, tuple(checked))


def _check_claim(
    snapshot: Snapshot,
    claim: str,
    scope: Scope | None,
    opinions: Opinions | None,
) -> _Judgement:
    """Look up one sentence, read the nearest sentences of the articles, and judge it by them."""
    if claim.rstrip('”"’ ').endswith("?"):
        return _Judgement(Verdict.NOT_FOUND, "it asks and states nothing")
    if len(analyzed(claim).words) < _FEWEST_WORDS:
        return _Judgement(Verdict.NOT_FOUND, "it is too short to state anything")
    named = outlets_named(claim, snapshot.index.catalog.outlets())
    asked = Question(
        claim,
        kind=None,
        unit=None,
        times=(),
        newest=False,
        outlets=named,
        sides=True,
        several=False,
        asks=True,
    )
    selection = snapshot.look_up_part(asked, _PASSAGES, scope, read=False)
    corrections = _corrections(claim, selection)
    withdrawn = [each for each in corrections if _withdraws(each, claim)]
    if withdrawn:
        shown = _apart(_correcting(each, Verdict.CONTRADICTED) for each in withdrawn)
        return _Judgement(Verdict.CONTRADICTED, withdrawn[0].reason, shown)
    granted = [each for each in corrections if each.grants(claim)]
    nearest = [
        near
        for near in selection.candidates[:SENTENCES_READ]
        if not any(_is_overruled(near, each) for each in granted)
    ]
    readings = _settled(
        claim, (read_evidence(claim, near, selection.concepts, opinions) for near in nearest)
    )
    judged = _judge_by_rules(readings)
    model = opinions.entailment if opinions and is_english(claim) else None
    if readings and model:
        judged = _judge_with_model(claim, readings, model)
    judged = _also_contradicted(judged, readings)
    confirmed = [_correcting(each) for each in granted if _confirms(each, claim, model)]
    return _confirmed(judged, confirmed) if confirmed else judged


def _corrections(claim: str, selection: Selection) -> list[Correction]:
    """Return the corrections about what a claim is about, in the documents found for it."""
    articles = {near.article.id: near.article for near in selection.candidates}
    found = [each for article in articles.values() for each in corrections_in(article)]
    return [
        each
        for each in found
        if held_share(claim, selection.concepts, each.passage)
        + _NEAR_WEIGHT
        * max(
            (n.similarity for n in selection.candidates if each.holds(n.article, n.sentence.start)),
            default=0.0,
        )
        >= _SAME_CORRECTED
    ]


def _is_overruled(near: Candidate, correction: Correction) -> bool:
    """Return whether a sentence is of a correction, or says what it withdraws."""
    within = correction.holds(near.article, near.sentence.start)
    return within or correction.withdraws(_with_before(near))


def _with_before(near: Candidate) -> str:
    """Return the words of a sentence behind those of the one before, with which it is read."""
    before = near.article.text[near.before.start : near.before.end] if near.before else ""
    return f"{before} {near.in_context}"


def _withdraws(correction: Correction, claim: str) -> bool:
    """Return whether a correction withdraws what a claim says, and does not say it elsewhere."""
    if not correction.withdraws(claim):
        return False
    about = attribution_phrases(correction.article)
    rest = check_by_rules(claim, [correction.rest], about=about)
    return rest.verdict != Verdict.SUPPORTED


def _confirms(correction: Correction, claim: str, model: Entailment | None) -> bool:
    """Return whether a correction with the right value in place of the wrong supports a claim."""
    about = attribution_phrases(correction.article)
    if check_by_rules(claim, [correction.corrected], about=about).verdict != Verdict.SUPPORTED:
        return False
    opinions = model.judge([(correction.corrected, claim)]) if model else []
    return all(opinion.supported > opinion.contradicted for opinion in opinions)


def _correcting(correction: Correction, verdict: Verdict = Verdict.SUPPORTED) -> ClaimReading:
    """Return a correction as what shows a verdict."""
    article, start, end = correction.article, correction.start, correction.end
    texts = (correction.corrected,) * 2
    return ClaimReading(article, start, end, verdict, None, False, 1.0, 1.0, 1.0, texts, None)


def _confirmed(judged: _Judgement, confirmed: Sequence[ClaimReading]) -> _Judgement:
    """Return a judgement, changed to what corrections support, with others that say the same."""
    others = judged.evidence if judged.verdict == Verdict.SUPPORTED else ()
    evidence = _apart((*confirmed, *others))
    return judged._replace(
        verdict=Verdict.SUPPORTED,
        reason=None,
        evidence=evidence,
        independent=_count_independent(evidence),
        confidence=judged.confidence if others else None,
    )


def _settled(claim: str, readings: Iterable[ClaimReading]) -> list[ClaimReading]:
    """Return readings of which none contradicts by another number if one has all of the claim's.

    That one must be about as near to the claim, and name as much of it, or most. Nor does one by
    another date if such a one says what is claimed. ``values`` is set.
    """
    values = {each.value for each in analyzed(claim).quantities} - set(YEARS)
    counted = [
        each._replace(values=len(values)) if values <= analyzed(each.words).numbers.keys() else each
        for each in readings
    ]
    holding = {
        "number": [each for each in counted if each.values],
        OTHER_TIME: _readings(counted, Verdict.SUPPORTED),
    }
    return [
        each._replace(verdict=Verdict.NOT_FOUND, flaw=OUTWEIGHED)
        if each.verdict == Verdict.CONTRADICTED
        and any(_is_as_near(other, each) for other in holding.get(each.flaw or "", ()))
        else each
        for each in counted
    ]


def _also_contradicted(judged: _Judgement, readings: Sequence[ClaimReading]) -> _Judgement:
    """Return a judgement, with the value that another document gives in the claim's place."""
    articles = {each.article.id for each in judged.evidence}
    opposed = [
        each
        for each in readings
        if each.flaw == OUTWEIGHED
        and each.held_share >= ALL_NAMED
        and each.near >= _SAME_THING
        and each.article.id not in articles
    ]
    if judged.verdict not in (Verdict.SUPPORTED, Verdict.PARTIAL) or not opposed:
        return judged
    other = opposed[0]
    reason = f"but in “{other.article.title}” {other.reason}"
    return judged._replace(reason="; ".join(filter(None, (judged.reason, reason))))


def _is_as_near(one: ClaimReading, other: ClaimReading) -> bool:
    """Return whether one reading is at least as much about the claim as another."""
    least = min(_MOST_NAMES, other.held_share)
    return one.held_share >= least and one.near >= other.near - _AS_NEAR


def _judge_with_model(
    claim: str, readings: Sequence[ClaimReading], model: Entailment
) -> _Judgement:
    """Judge a claim by the rules and a model together, with the reason that the rules know."""
    opinions = ask_model(claim, readings, model)
    by_rules = _judge_by_rules(readings)
    verdict, probability, signals, shown = judge_claim(claim, opinions, readings, by_rules.verdict)
    found = [opinion.reading for opinion in shown]
    if by_rules.verdict == verdict:
        found += by_rules.evidence
    evidence = _apart(found)
    known = [r.reason for r in evidence if r.verdict == verdict and r.flaw != OUTWEIGHED]
    if verdict == Verdict.SUPPORTED:
        known = known[:1]
    reason = next(filter(None, known), _REASONS[verdict])
    independent = _count_independent(found) if verdict == Verdict.SUPPORTED else 0
    return _Judgement(verdict, reason, evidence, independent, probability, signals)


def _judge_by_rules(readings: Sequence[ClaimReading]) -> _Judgement:
    """Decide on a claim: supported, else contradicted, else supported in part, else not found."""
    contradicting = _readings(readings, Verdict.CONTRADICTED)
    # A sentence that contradicts supports nothing by being read together with the one beside it.
    supporting = [
        reading
        for reading in _readings(readings, Verdict.SUPPORTED)
        if not any(_contains(reading, other) for other in contradicting)
    ]
    support, contradiction = _best(supporting), _best(contradicting)
    if support and not _holds_more(contradiction, support, by=CLEARLY_MORE):
        count = _count_independent(supporting)
        return _Judgement(Verdict.SUPPORTED, support[0].reason, support, count)
    # Where one source supports all but what the claim adds, another value elsewhere says nothing.
    part = _best(_readings(readings, Verdict.PARTIAL))
    adding = [reading for reading in part if reading.adds]
    if contradiction and not _holds_more(adding, contradiction, by=0.0):
        return _Judgement(Verdict.CONTRADICTED, contradiction[0].reason, contradiction)
    if part:
        return _Judgement(Verdict.PARTIAL, part[0].reason, part)
    nearest = _best(readings)[:1]
    return _Judgement(Verdict.NOT_FOUND, _NOTHING, nearest)


def _readings(readings: Iterable[ClaimReading], verdict: Verdict) -> list[ClaimReading]:
    return [reading for reading in readings if reading.verdict == verdict]


def _contains(reading: ClaimReading, other: ClaimReading) -> bool:
    """Return whether the span of one reading contains that of the other."""
    same = reading.article.id == other.article.id
    return same and reading.start <= other.start and other.end <= reading.end


def _overlaps(one: ClaimReading, other: ClaimReading) -> bool:
    return one.article.id == other.article.id and one.start < other.end and other.start < one.end


def _best(readings: Iterable[ClaimReading]) -> list[ClaimReading]:
    """Return the best readings, best first, each stretch of an article once."""
    best: list[ClaimReading] = []
    for reading in sorted(readings, key=lambda r: (-r.held_share, -r.score, r.end - r.start)):
        apart = not any(_overlaps(reading, other) for other in best)
        near = not best or reading.held_share >= best[0].held_share - CLEARLY_MORE
        if apart and near and len(best) < _MOST_EVIDENCE:
            best.append(reading)
    return best


def _apart(readings: Iterable[ClaimReading]) -> list[ClaimReading]:
    """Return the first readings of different stretches of the articles."""
    kept: list[ClaimReading] = []
    for reading in readings:
        if len(kept) < _MOST_EVIDENCE and not any(_overlaps(reading, other) for other in kept):
            kept.append(reading)
    return kept


def _holds_more(some: Sequence[ClaimReading], others: Sequence[ClaimReading], *, by: float) -> bool:
    """Return whether the first of some readings holds more of the claim than that of others."""
    return bool(some and others) and some[0].held_share >= others[0].held_share + by


def _count_independent(supporting: Sequence[ClaimReading]) -> int:
    """Count the sources that support a claim and are not copies of one another."""
    counted: list[Article] = []
    for reading in supporting:
        if all(
            reading.article.source != known.source and not is_copy(reading.article.text, known.text)
            for known in counted
        ):
            counted.append(reading.article)
    return len(counted)
