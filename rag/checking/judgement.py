"""Judge a claim by the sentences nearest to it: the rules' findings and a model's, together.

Three logistic regressions over both, in ``fitted.toml``, give the probabilities that the articles
support the claim, that they contradict it, and, where they do neither, that they support a part.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from rag.checking.claim_reading import (
    OTHER_EVENT,
    OTHER_ITEM,
    OTHER_ROW,
    OUTWEIGHED,
    OVERTAKEN,
    ClaimReading,
)
from rag.checking.limits import BOUND
from rag.checking.polarity import NEGATION_CUES
from rag.checking.rules import EXACT_FLAWS
from rag.checking.support import FITTED
from rag.models.cross_encoder import Judgement
from rag.models.entailment import Entailment
from rag.models.fitted import load_fitted, log_odds
from rag.types import Verdict

READINGS_JUDGED = 5  # the most relevant, which hold the evidence of nine claims in ten
_HELD_WEIGHT = 0.5  # of the share of the claim's names that a source holds, beside the cosine
_SHARPNESS = 8.0  # how much more the more relevant of two readings counts
_BY_RULES = (Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.PARTIAL)
_MOST_WORDS, ALL_NAMED = 0.7, 0.9  # score by the rules, and share of what the claim names
# Share of the claim's names, or cosine, from which a sentence is about it.
_SAME_NAMES, _SAME_MEANING = 0.4, 0.55
# Numbers of a claim from which a sentence that the rules pass, and that has them all, is certain.
_SEVERAL = 2
# The highest probability that the date of another event contradicts, or another item supports.
_ELSEWHERE = 0.1
# A source that holds so much more of the claim (of 1) is the one that the claim is about.
CLEARLY_MORE = 0.15
_LIKELY = 0.5  # probability by the model from which a reading is shown as evidence


class Opinion(NamedTuple):
    """A reading of a claim with what the model finds.

    ``alone`` is the opinion on the sentence of the article by itself, ``around`` that on it
    with the sentences beside it.
    """

    reading: ClaimReading
    alone: Judgement
    around: Judgement

    @property
    def supported(self) -> float:
        """How likely the sentence supports the claim, by itself or with those beside it."""
        return max(self.alone.supported, self.around.supported)

    @property
    def contradicted(self) -> float:
        """How likely the sentence contradicts the claim, by itself or with those beside it."""
        return max(self.alone.contradicted, self.around.contradicted)


class ClaimJudgement(NamedTuple):
    """A verdict with the signals and the probability that it was reached by.

    Attributes:
        verdict: on the claim.
        probability: of the verdict, 0..1; where an exact rule decides, at least the threshold.
        signals: by name.
        opinions: those that show it, best first.
    """

    verdict: Verdict
    probability: float
    signals: dict[str, float]
    opinions: Sequence[Opinion]


def ask_model(claim: str, readings: Sequence[ClaimReading], model: Entailment) -> list[Opinion]:
    """Return the most relevant readings of a claim with what the model finds, best first.

    The one that the rules pass with the highest score is among them.
    """
    nearest = sorted(readings, key=lambda reading: -_relevance(reading))[:READINGS_JUDGED]
    passed = [reading for reading in readings if reading.verdict == Verdict.SUPPORTED]
    surest = max(passed, key=lambda reading: reading.score, default=None)
    if surest is not None and surest not in nearest:
        nearest[-1] = surest
    pairs = [(text, claim) for reading in nearest for text in reading.texts]
    judged = iter(model.judge(pairs))
    found = [Opinion(reading, next(judged), next(judged)) for reading in nearest]
    # To the model any other date contradicts, whatever it is the date of.
    # And what is said of one item of an agenda supports the same of another.
    return [_without_other(each) for each in found]


def _without_other(opinion: Opinion) -> Opinion:
    """Return an opinion without what the model could not know: another event, another item."""
    limits = dict.fromkeys((OTHER_EVENT, OUTWEIGHED), "contradicted") | {OTHER_ITEM: "supported"}
    limited = limits.get(opinion.reading.flaw or "")
    if limited is None:
        return opinion
    alone, around = (
        each._replace(**{limited: min(getattr(each, limited), _ELSEWHERE)}) for each in opinion[1:]
    )
    return opinion._replace(alone=alone, around=around)


def judge_claim(
    claim: str, opinions: Sequence[Opinion], readings: Sequence[ClaimReading], by_rules: Verdict
) -> ClaimJudgement:
    """Judge a claim.

    Args:
        claim: the sentence.
        opinions: on its most relevant readings, best first; at least one.
        readings: all readings, by the rules.
        by_rules: the verdict that the rules alone would give.
    """
    signals = _signals(opinions) | _rule_signals(readings)
    signals |= {f"by rules {each}": float(by_rules == each) for each in _BY_RULES}
    fitted = load_fitted(FITTED)
    support, contradiction, part = (
        fitted[name].probability(signals)
        for name in ("claim supported", "claim contradicted", "claim in part")
    )
    supported = support >= max(contradiction, fitted["claim supported"].threshold)
    if _is_plain(opinions):
        supported, support = True, max(support, fitted["claim supported"].threshold)
    mixed = any(reading.flaw == OTHER_ROW for reading in readings)
    rival = _has_rival(readings, by_rules, surely=not (supported or mixed))
    backing = [] if rival or not supported else _supporting(opinions)
    overtaken = _overtaken(opinions)
    if backing and overtaken:
        return ClaimJudgement(Verdict.PARTIAL, support, signals, overtaken)
    if backing:
        return ClaimJudgement(Verdict.SUPPORTED, support, signals, backing)
    if rival:
        contradiction = max(contradiction, fitted["claim contradicted"].threshold)
    elif by_rules != Verdict.CONTRADICTED and not _may_contradict(claim, readings):
        contradiction = min(contradiction, _ELSEWHERE)
    if contradiction >= fitted["claim contradicted"].threshold:
        return ClaimJudgement(Verdict.CONTRADICTED, contradiction, signals, _opposing(opinions))
    neither = max(0.0, 1 - support - contradiction)
    if part >= fitted["claim in part"].threshold:
        partly = [each for each in opinions if each.reading.verdict == Verdict.PARTIAL]
        shown = partly or sorted(opinions, key=_supported)[-1:]
        return ClaimJudgement(Verdict.PARTIAL, neither * part, signals, shown)
    return ClaimJudgement(Verdict.NOT_FOUND, neither * (1 - part), signals, opinions[:1])


def _overtaken(opinions: Sequence[Opinion]) -> list[Opinion]:
    """Return the opinions on what was once to be, if nothing says that it is so."""
    if any(each.reading.verdict == Verdict.SUPPORTED for each in opinions):
        return []
    return [each for each in opinions if each.reading.flaw == OVERTAKEN]


def _is_plain(opinions: Sequence[Opinion]) -> bool:
    """Return whether the rules and the model find a sentence that says nearly the same.

    It has most of the claim's words in their order, or all that the claim names; of the claims of
    groups and of evals/claims/dev for which there is such a sentence, all are supported. Or the
    rules alone find one that has the several numbers of the claim.

    About a row that holds all of the claim's names, numbers and dates the model is not asked: to
    "year: 2022 · cost: 529000" it says that the cost of 2022 was not 529,000.
    """
    passed = [each for each in opinions if each.reading.verdict == Verdict.SUPPORTED]
    return any(
        each.reading.values >= _SEVERAL or _is_row_of(each.reading) or _is_same(each)
        for each in passed
    )


def _is_same(opinion: Opinion) -> bool:
    reading = opinion.reading
    enough = reading.score >= _MOST_WORDS or reading.held_share >= ALL_NAMED
    return enough and opinion.supported >= _LIKELY


def _is_row_of(reading: ClaimReading) -> bool:
    """Return whether a row of a table holds all that a claim names."""
    return reading.listed and reading.held_share >= ALL_NAMED


def _has_rival(readings: Sequence[ClaimReading], by_rules: Verdict, *, surely: bool) -> bool:
    """Return whether the nearest source has another number, date or cell, and none the claim's.

    That is exact, and small models miss it. ``surely`` wants it to hold all that the claim names.
    """
    if by_rules != Verdict.CONTRADICTED:
        return False
    opposed = [each for each in readings if each.verdict == Verdict.CONTRADICTED]
    nearest = max(opposed, key=lambda each: (each.held_share, each.score))
    passes = any(each.verdict == Verdict.SUPPORTED for each in readings)
    near = not surely or nearest.held_share >= ALL_NAMED
    return nearest.flaw in (*EXACT_FLAWS, OTHER_ROW) and not passes and near


def _may_contradict(claim: str, readings: Sequence[ClaimReading]) -> bool:
    """Return whether the model alone may find that a claim is contradicted.

    No sentence that is about the claim may have all of its numbers. Nor may the claim deny: of 19
    such claims of unseen groups and folders that the model alone opposed, nine were true.
    """
    return not NEGATION_CUES.search(claim) and not any(
        each.values and (_is_about(each) or each.verdict == Verdict.SUPPORTED) for each in readings
    )


def _is_about(reading: ClaimReading) -> bool:
    return reading.held_share >= _SAME_NAMES or reading.near >= _SAME_MEANING


def _supporting(opinions: Sequence[Opinion]) -> list[Opinion]:
    """Return the opinions that speak for a claim, those that the rules back first; perhaps none.

    What has another number, date or name by the rules is no support, whatever the model finds,
    nor is a row of a table that the claim mixes with another, nor what holds clearly less of what
    the claim names than the best, or lacks its numbers where another has them.
    """
    kept = [
        each
        for each in opinions
        if each.reading.verdict != Verdict.CONTRADICTED
        and each.reading.flaw not in (OTHER_ROW, OTHER_ITEM, BOUND)
    ]
    backed = [each for each in kept if each.reading.verdict == Verdict.SUPPORTED]
    others = [each for each in kept if each not in backed]  # the most relevant first
    likely = [*backed, *(each for each in others if each.supported >= _LIKELY)]
    likely = likely or sorted(others, key=_supported)[-1:]
    least = max((each.reading.held_share for each in likely), default=0.0) - CLEARLY_MORE
    near = [each for each in likely if each in backed or each.reading.held_share >= least]
    return [each for each in near if each.reading.values] or near


def _opposing(opinions: Sequence[Opinion]) -> list[Opinion]:
    """Return the opinions against a claim: those that the rules back, or else the likely ones."""
    backed = [each for each in opinions if each.reading.verdict == Verdict.CONTRADICTED]
    ranked = sorted(opinions, key=lambda each: -each.contradicted)
    return backed or [each for each in ranked if each.contradicted >= _LIKELY] or ranked[:1]


def _supported(opinion: Opinion) -> float:
    return opinion.supported


def _relevance(reading: ClaimReading) -> float:
    return reading.near + _HELD_WEIGHT * reading.held_share


def _signals(opinions: Sequence[Opinion]) -> dict[str, float]:
    """Return what the regressions are over: of the model's findings, the rules', and of both."""
    signals: dict[str, float] = {}
    relevance = [_relevance(opinion.reading) for opinion in opinions]
    weights = [math.exp(_SHARPNESS * (each - relevance[0])) for each in relevance]
    for place in ("alone", "around"):
        judged: list[Judgement] = [getattr(opinion, place) for opinion in opinions]
        for side in ("supported", "contradicted"):
            shares = [getattr(each, side) for each in judged]
            mean = sum(w * s for w, s in zip(weights, shares, strict=True)) / sum(weights)
            signals[f"{side} {place}, best"] = log_odds(max(shares))
            signals[f"{side} {place}, nearest"] = log_odds(shares[0])
            signals[f"{side} {place}, mean"] = log_odds(mean)
    signals["relevance"] = relevance[0]
    signals["held"] = max(opinion.reading.held_share for opinion in opinions)
    for name, verdict in (("passed", Verdict.SUPPORTED), ("opposed", Verdict.CONTRADICTED)):
        own = [opinion for opinion in opinions if opinion.reading.verdict == verdict]
        for side in ("supported", "contradicted"):
            best = max((log_odds(getattr(opinion, side)) for opinion in own), default=0.0)
            signals[f"{name}, {side}"] = best
            signals[f"{name}, {side} anywhere"] = bool(own) * max(
                log_odds(getattr(opinion, side)) for opinion in opinions
            )
        signals[f"nearest {name}"] = float(opinions[0].reading.verdict == verdict)
    return signals


def _rule_signals(readings: Sequence[ClaimReading]) -> dict[str, float]:
    """Return what the rules find."""
    signals: dict[str, float] = {}
    for name, verdict in (("passed", Verdict.SUPPORTED), ("opposed", Verdict.CONTRADICTED)):
        own = [reading for reading in readings if reading.verdict == verdict]
        signals[name] = float(bool(own))
        signals[f"{name}, held"] = max((reading.held_share for reading in own), default=0.0)
        signals[f"{name}, shared"] = max((reading.score for reading in own), default=0.0)
    partly = [reading for reading in readings if reading.verdict == Verdict.PARTIAL]
    return signals | {
        "partly": float(bool(partly)),
        "adding": float(any(reading.adds for reading in partly)),
        "passed, opposed": signals["passed"] * signals["opposed"],
        "passed, opposed, held": signals["passed, held"] - signals["opposed, held"],
    }
