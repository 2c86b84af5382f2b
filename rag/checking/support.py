"""Does a sentence say no more than the words it cites: rules on text, no model.

What stands in quotation marks must be verbatim in a source; numbers and names
must be there; what the source denies or holds merely possible must stay so; and
most of the words that carry meaning must be the source's. Each rule that fails
gives a reason that a reader understands.

What the rules cannot see: words of the source put together anew ("Iran attacked
Israel" for "Israel attacked Iran"). A true paraphrase in wholly other words is
called unsupported rather than vouched for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from rag.checking.polarity import ANTONYMS, HEDGE_CUES
from rag.checking.statement import MEASURES, YEARS, Claim, analyzed, canonical, windows, without
from rag.models.entailment import Checker, Entailment
from rag.text.characters import disguised, undisguised
from rag.text.numbers import numbers_in
from rag.text.quotations import ASCRIBED, is_verbatim, quotations
from rag.text.terms import Term
from rag.text.times import CALENDAR
from rag.types import Support, Verdict

# Share of a sentence's meaningful words that its source must hold.
MOSTLY = 0.6
PARTLY = 0.4
# New words and new pairs of words that make a sentence more than its source, and the share from
# which they do: hardly a faithful sentence of evals/written/dev.jsonl has as many.
MUCH = 11
TOO_MUCH = 0.3
FEW = 2  # words that are no names; of so few each one matters
FOREIGN = 3  # words of a clause of which the source has none
_CLAUSE = re.compile(r"[,;:—–(]|\b(?:and|but|while|which|so)\b", re.IGNORECASE)


def is_mostly_foreign(claim: Claim) -> str | None:
    """Whether most of it is not the source's."""
    if claim.coverage < PARTLY:
        return "the source says little or nothing of it"
    return None


def is_partly_foreign(claim: Claim) -> str | None:
    """Whether much of it is not the source's."""
    new, of = claim.new
    if claim.coverage < MOSTLY or (new >= MUCH and new > of * TOO_MUCH):
        return "the source says only part of it"
    return None


def has_foreign_clause(claim: Claim) -> str | None:
    """Whether a clause is joined to it of which the source says nothing.

    However near the rest is to the source, that clause is no part of it.
    """
    text = claim.said.text
    edges = [0, *(at for found in _CLAUSE.finditer(text) for at in found.span()), len(text)]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        own = [term for term in claim.own if start <= term.start < end]
        if len(_common(claim, own)) >= FOREIGN and not any(map(claim.whole.holds, own)):
            return f"the source says nothing of “{text[start:end].strip()}”"
    return None


def shares_names_alone(claim: Claim) -> str | None:
    """Whether hardly more than names, of which anything may be said, is the source's."""
    common = _common(claim, claim.own)
    new = [term for term in common if not claim.whole.holds(term)]
    if new and len(new) == len(common):
        return "the source has no more of it than names"
    if new and len(common) <= FEW:
        return f"the source does not say “{claim.said.text[new[0].start : new[0].end]}”"
    return None


def _common(claim: Claim, terms: list[Term]) -> list[Term]:
    """Words that are neither names nor numbers."""
    numbers = numbers_in(claim.said.text)
    return [
        term
        for term in terms
        if not (claim.is_name(term) or any(n.start <= term.start < n.end for n in numbers))
    ]


CLEARLY = 2  # words around a number that the source has around another one, more than around it
# Cosine of sentence and source from which one may be the other in wholly other words. With the
# bundled model, no faithful dev sentence of evals/written comes as near to evidence not its own.
ALIKE = 0.7
# Words on each side of one that says the opposite, and the share of them that its source must
# have near the opposite word, for both to be said of the same thing.
BESIDE_IT, SAME_PLACE = 2, 0.5
LIKELY = 0.5  # of a model's opinion
FAILED = 0.25  # what the score keeps where a rule is broken
_ITEM = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")  # the number of an item is no claim
Similarity = Callable[[str, str], float]
VERDICTS: tuple[Verdict, ...] = (Verdict.UNSUPPORTED, Verdict.PARTIAL, Verdict.SUPPORTED)


def check_support(
    statement: str,
    sources: Sequence[str],
    *,
    about: Sequence[str] = (),
    nearby: str = "",
    similarity: Similarity | None = None,
    checker: Checker | None = None,
) -> Support:
    """Check a sentence against the words that it cites.

    Args:
        statement: one sentence, without citation marks.
        sources: the words it cites, one text a citation.
        about: phrases that may be said of the sources without standing in them,
            as outlet, author and date.
        nearby: what stands around the sources; a name found only there leaves
            the sentence partly supported.
        similarity: the cosine of two texts by an embedding model; where it is high, a
            sentence in other words than its source's is supported if no rule is broken.
        checker: a model for entailment, for a second opinion.

    Returns the verdict, the reason where it is not ``supported``, and a score in
    0..1, higher for better support: half the share of meaningful words that the
    source holds and half that of neighbouring pairs of them, cut to a quarter
    where a rule is broken. ``new`` counts the words, and the pairs of neighbouring
    words, that the source does not have, or has far apart; ``flaw`` is what is wrong:
    ``quotation``, ``number``, ``date``, ``name``, ``denial``, ``opposite``, ``possibility``,
    ``claim``, ``clause``, ``words`` or ``model``.
    """
    if not any(source.strip() for source in sources):
        return Support(Verdict.UNSUPPORTED, "it cites nothing", 0.0)
    if not statement.strip():
        return Support(Verdict.UNSUPPORTED, "it says nothing", 0.0)
    if statement.rstrip('”"’ ').endswith("?"):
        return Support(Verdict.UNSUPPORTED, "it asks and states nothing", 0.0)
    plain = _ITEM.sub("", undisguised(statement))
    said = analyzed(without(plain, about))
    known, around = analyzed(" ".join(about)), analyzed(nearby)
    texts = [undisguised(source) for source in sources]
    whole = analyzed("\n".join(texts))
    odd = disguised(plain, whole.text)
    if odd:
        return Support(Verdict.UNSUPPORTED, f"“{odd}” has characters that look like others", 0.0)
    results = [
        _judge(Claim(said, piece, whole, known, around, ascribed=said.text != plain))
        for piece in windows(said, texts)
    ]
    best = max(results, key=lambda result: (VERDICTS.index(result.verdict), result.score))
    if best.flaw == "words" and similarity and similarity(plain, whole.text) >= ALIKE:
        best = best._replace(verdict=Verdict.SUPPORTED, reason=None, flaw=None)
    return _sharpened(best, checker(whole.text, plain)) if checker else best


def _judge(claim: Claim) -> Support:
    pairs = claim.said.bigrams
    neighbours = len(pairs & claim.source.bigrams) / len(pairs) if pairs else claim.coverage
    score = (claim.coverage + neighbours) / 2
    new, _ = claim.new
    for verdict, flaw, rule in RULES:
        reason = rule(claim)
        if reason:
            return Support(verdict, reason, round(score * FAILED, 4), new, flaw)
    return Support(Verdict.SUPPORTED, None, round(score, 4), new)


def _sharpened(support: Support, opinion: Entailment) -> Support:
    """A verdict after a second opinion, which has no say in what rules can see for themselves."""
    entailed = opinion.entailed >= LIKELY
    if opinion.contradicted >= LIKELY and support.verdict != Verdict.UNSUPPORTED:
        reason = "the checking model finds that the source says otherwise"
        return support._replace(verdict=Verdict.UNSUPPORTED, reason=reason, flaw="model")
    if support.flaw == "words" and entailed:
        return support._replace(verdict=Verdict.SUPPORTED, reason=None, flaw=None)
    if support.verdict == Verdict.SUPPORTED and not entailed:
        reason = "the checking model does not find it in the source"
        return support._replace(verdict=Verdict.PARTIAL, reason=reason, flaw="model")
    return support


def _quotation_is_altered(claim: Claim) -> str | None:
    for quotation in {claim.said.text[start:end] for start, end in quotations(claim.said.text)}:
        if not is_verbatim(quotation, claim.whole.plain):
            return "the words in quotation marks are not those of the source"
    return None


def _number_is_missing(claim: Claim) -> str | None:
    for value, words in claim.said.numbers.items():
        if value in claim.whole.numbers or _is_the_known_year(value, claim):
            continue
        if claim.counts(value):
            continue
        is_year = value in YEARS
        others = {v: said for v, said in claim.source.numbers.items() if (v in YEARS) == is_year}
        if not others:
            return f"the source has no number {words}"
        nearest = others[min(others, key=lambda other: abs(other - value))]
        return f"the source says {nearest}, not {words}"
    return None


def _number_is_of_another(claim: Claim) -> str | None:
    """Whether the sentence has a number of the source where the source has another one.

    Of a long source, the part beside the sentence alone says so: elsewhere in it the same
    words may stand around any number.
    """
    there = claim.source.settings
    for value, here in claim.said.settings.items():
        if value not in there:
            continue
        own = _shared(here, there[value])
        for other, places in there.items():
            # Years stand around each other; whether one is there at all is all that can be said.
            alike = other != value and not {other, value} & set(YEARS)
            if alike and _shared(here, places) >= own + CLEARLY:
                words = claim.source.numbers[other]
                return f"the source says {words} of that, not {claim.said.numbers[value]}"
    return None


def _measure_differs(claim: Claim) -> str | None:
    """Whether a number of the source measures in other units: metres, and not kilometres."""
    for value, here in claim.said.counted.items():
        there = claim.whole.counted.get(value, frozenset())
        own, known = (
            {MEASURES[term] for term in terms & MEASURES.keys()} for terms in (here, there)
        )
        if own and known and not own & known:
            words = claim.said.numbers[value]
            return f"the source gives {words} in another unit"
    return None


def _shared(first: list[frozenset[str]], second: list[frozenset[str]]) -> int:
    return max(len(one & other) for one in first for other in second)


def _is_the_known_year(value: Decimal, claim: Claim) -> bool:
    """The year of a cited article may be added where the source names no year itself."""
    years = {number for number in claim.whole.numbers if number in YEARS}
    return value in YEARS and value in claim.about.numbers and not years


def _date_is_missing(claim: Claim) -> str | None:
    for term in claim.foreign_names:
        word = claim.said.text[term.start : term.end]
        if word.lower() in CALENDAR:
            return f"the source does not say “{word}”"
    return None


def _name_is_missing(claim: Claim) -> str | None:
    for term in claim.foreign_names:
        if not claim.nearby.holds(term):
            word = claim.said.text[term.start : term.end]
            return f"the source does not mention “{word}”"
    return None


def _name_is_only_near(claim: Claim) -> str | None:
    for term in claim.foreign_names:
        word = claim.said.text[term.start : term.end]
        return f"“{word}” stands near the cited words, not in them"
    for term in claim.misplaced_names:
        word = claim.said.text[term.start : term.end]
        return f"the source speaks of “{word}” elsewhere, not here"
    return None


def _denial_differs(claim: Claim) -> str | None:
    said, source = claim.said.denials, claim.source.denials
    denied_there = (source.inside - source.outside) & said.outside
    if denied_there and not (said.inside - said.outside) & (source.inside | source.outside):
        excused = claim.said.negates(denied_there, unlike=claim.source)
        return None if excused else "the source denies what it affirms"
    denied_here = (said.inside - said.outside) & source.outside
    if denied_here and not (source.inside - source.outside) & (said.inside | said.outside):
        excused = claim.source.negates(denied_here, unlike=claim.said)
        return None if excused else "it denies what the source affirms"
    return None


def _opposite_is_said(claim: Claim) -> str | None:
    """Whether a word stands where its source has one that says the opposite."""
    own = [canonical(term) for term in claim.own]
    denied = claim.said.denials.inside | claim.source.denials.inside
    for at, term in enumerate(claim.own):
        known = ANTONYMS.get(term.term)
        if known is None or term.term in denied or known.alike & claim.whole.terms:
            continue
        beside = [*own[max(0, at - BESIDE_IT) : at], *own[at + 1 : at + 1 + BESIDE_IT]]
        for other in claim.source.words:
            if other.term not in known.opposite or other.term in denied:
                continue
            near = sum(claim.source.joins(canonical(other), word) for word in beside)
            if near and near >= SAME_PLACE * len(beside):
                there = claim.source.text[other.start : other.end]
                here = claim.said.text[term.start : term.end]
                return f"the source says “{there}”, not “{here}”"
    return None


def _possibility_became_fact(claim: Claim) -> str | None:
    hedged = claim.source.hedges.inside - claim.source.hedges.outside
    if hedged & claim.said.terms and not HEDGE_CUES.search(claim.said.text):
        return "the source holds possible or plans what it states as a fact"
    return None


def _claim_became_fact(claim: Claim) -> str | None:
    if claim.is_claimed_there and not (claim.ascribed or ASCRIBED.search(claim.said.text)):
        return "the source reports it as someone's claim, the sentence states it as a fact"
    return None


Rule = Callable[[Claim], str | None]
# In order: the first that is broken gives verdict, flaw and reason.
RULES: tuple[tuple[Verdict, str, Rule], ...] = (
    (Verdict.UNSUPPORTED, "quotation", _quotation_is_altered),
    (Verdict.UNSUPPORTED, "number", _number_is_missing),
    (Verdict.UNSUPPORTED, "number", _number_is_of_another),
    (Verdict.UNSUPPORTED, "number", _measure_differs),
    (Verdict.UNSUPPORTED, "date", _date_is_missing),
    (Verdict.UNSUPPORTED, "name", _name_is_missing),
    (Verdict.UNSUPPORTED, "denial", _denial_differs),
    (Verdict.UNSUPPORTED, "opposite", _opposite_is_said),
    (Verdict.UNSUPPORTED, "words", is_mostly_foreign),
    (Verdict.PARTIAL, "clause", has_foreign_clause),
    (Verdict.PARTIAL, "name", _name_is_only_near),
    (Verdict.PARTIAL, "possibility", _possibility_became_fact),
    (Verdict.PARTIAL, "claim", _claim_became_fact),
    (Verdict.PARTIAL, "words", shares_names_alone),
    (Verdict.PARTIAL, "words", is_partly_foreign),
)
