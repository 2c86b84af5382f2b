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

from collections.abc import Callable, Sequence
from decimal import Decimal

from rag.checking.checker import Checker
from rag.checking.claim import Claim, compared, windows, without
from rag.checking.polarity import HEDGE
from rag.checking.quotations import is_verbatim, quotations
from rag.types import Support, Verdict

# Share of a sentence's meaningful words that its source must hold.
MOSTLY = 0.6
PARTLY = 0.4
FAILED = 0.25  # what the score keeps where a rule is broken
YEARS = range(1900, 2100)
VERDICTS: tuple[Verdict, ...] = ("unsupported", "partial", "supported")


def check_support(
    statement: str,
    sources: Sequence[str],
    *,
    about: Sequence[str] = (),
    nearby: str = "",
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

    Returns the verdict, the reason where it is not ``supported``, and a score in
    0..1, higher for better support: half the share of meaningful words that the
    source holds and half that of neighbouring pairs of them, cut to a quarter
    where a rule is broken.
    """
    if not any(source.strip() for source in sources):
        return Support("unsupported", "it cites nothing", 0.0)
    if not statement.strip():
        return Support("unsupported", "it says nothing", 0.0)
    if statement.rstrip('”"’ ').endswith("?"):
        return Support("unsupported", "it asks and states nothing", 0.0)
    said = compared(without(statement, about))
    known, around = compared(" ".join(about)), compared(nearby)
    pieces = windows(said, [compared(source).text for source in sources])
    results = [_judge(Claim(said, piece, known, around)) for piece in pieces]
    return max(results, key=lambda result: (VERDICTS.index(result.verdict), result.score))


def _judge(claim: Claim) -> Support:
    pairs = claim.said.bigrams
    neighbours = len(pairs & claim.source.bigrams) / len(pairs) if pairs else claim.coverage
    score = (claim.coverage + neighbours) / 2
    for verdict, rules in RULES:
        for rule in rules:
            reason = rule(claim)
            if reason:
                return Support(verdict, reason, round(score * FAILED, 4))
    return Support("supported", None, round(score, 4))


def _quotation_is_altered(claim: Claim) -> str | None:
    for quotation in {claim.said.text[start:end] for start, end in quotations(claim.said.text)}:
        if not is_verbatim(quotation, claim.source.plain):
            return "the words in quotation marks are not those of the source"
    return None


def _number_is_missing(claim: Claim) -> str | None:
    for value, words in claim.said.numbers.items():
        if value in claim.source.numbers or _is_the_known_year(value, claim):
            continue
        is_year = value in YEARS
        others = {v: said for v, said in claim.source.numbers.items() if (v in YEARS) == is_year}
        if not others:
            return f"the source has no number {words}"
        nearest = others[min(others, key=lambda other: abs(other - value))]
        return f"the source says {nearest}, not {words}"
    return None


def _is_the_known_year(value: Decimal, claim: Claim) -> bool:
    """The year of a cited article may be added where the source names no year itself."""
    years = {number for number in claim.source.numbers if number in YEARS}
    return value in YEARS and value in claim.about.numbers and not years


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
    return None


def _denial_differs(claim: Claim) -> str | None:
    said, source = claim.said.denials, claim.source.denials
    denied_there = (source.inside - source.outside) & said.outside
    if denied_there and not said.inside & (source.inside | source.outside):
        return "the source denies what it affirms"
    denied_here = (said.inside - said.outside) & source.outside
    if denied_here and not source.inside & (said.inside | said.outside):
        return "it denies what the source affirms"
    return None


def _possibility_became_fact(claim: Claim) -> str | None:
    hedged = claim.source.hedges.inside - claim.source.hedges.outside
    if hedged & claim.said.terms and not HEDGE.search(claim.said.text):
        return "the source holds possible or plans what it states as a fact"
    return None


def _is_mostly_foreign(claim: Claim) -> str | None:
    if claim.coverage < PARTLY:
        return "the source says little or nothing of it"
    return None


def _is_partly_foreign(claim: Claim) -> str | None:
    if claim.coverage < MOSTLY:
        return "the source says only part of it"
    return None


Rule = Callable[[Claim], str | None]
RULES: tuple[tuple[Verdict, tuple[Rule, ...]], ...] = (
    (
        "unsupported",
        (
            _quotation_is_altered,
            _number_is_missing,
            _name_is_missing,
            _denial_differs,
            _is_mostly_foreign,
        ),
    ),
    ("partial", (_name_is_only_near, _possibility_became_fact, _is_partly_foreign)),
)
