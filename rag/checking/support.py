"""Check that a sentence says no more than the words it cites, by rules and by a model together.

The rules see numbers, dates, names and quotations exactly, and words; the entailment model
sees what is meant. A logistic regression over both gives the probability that the source supports
the sentence. It is in ``fitted.toml``, which ``python -m evals fit checking`` writes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from rag.checking.limits import BOUND, lost_bound
from rag.checking.notation.rewriting import in_notation_of
from rag.checking.paraphrase.alignment import Alignment
from rag.checking.paraphrase.exchanges import EXCHANGED, exchanged, passages_of
from rag.checking.paraphrase.signals import paraphrase_signals
from rag.checking.reasons import not_clearly, otherwise, row_lacks
from rag.checking.rules import (
    BROKEN,
    EXACT_FLAWS,
    FLAWS,
    FORM,
    QUOTATION,
    check_by_rules,
    in_full,
    without_marker,
)
from rag.checking.statement import AnalyzedText, analyzed, source_windows, without
from rag.checking.tables.cells import CellFinding, check_cells
from rag.models.bundled import BUNDLED_MODEL
from rag.models.cross_encoder import Judgement
from rag.models.entailment import Entailment, evidence_text, load_entailment
from rag.models.fitted import load_fitted, log_odds
from rag.text.characters import undisguised
from rag.text.words.languages import is_english
from rag.types import Support, Verdict

FITTED = Path(__file__).with_name("fitted.toml")
# Cosine of sentence and source from which one may be the other in wholly other words. With the
# bundled model, no faithful dev sentence of evals/written comes as near to evidence not its own.
_SAME_MEANING = 0.7
_LIKELY = 0.5  # probability by the model
_WEIGHED = ("bare", "headed")  # opinions whose weight hangs on what the rules find
_WINDOWS_JUDGED = 3  # of a long source, those that share most words with the sentence
# A sentence that shares so little with its source must be surer: its citation may be a wrong one.
_LITTLE, _SURE = 0.2, 0.6
_SURE_OF_NAME = 0.9  # and so must one with a name that its source does not have
# Score by the rules of a sentence whose words all stand in its source, each beside the same ones.
_COPIED = 1.0
_UNSURE = 0.49  # the highest probability of a sentence that is not passed for one of these reasons
_NO_STATEMENT = (FORM, QUOTATION)  # flaws for which no model is asked


def check_support(
    statement: str,
    sources: Sequence[str] | str,
    *,
    about: Sequence[str] | str = (),
    nearby: str = "",
    question: str = "",
    similarity: Callable[[str, str], float] | None = None,
    entailment: Entailment | str | None = BUNDLED_MODEL,
) -> Support:
    """Check a sentence against the words that it cites.

    Args:
        statement: one sentence, without citation marks.
        sources: the words it cites, one text a citation; a single text is one citation.
        about: phrases about the sources that they need not hold themselves, as outlet,
            author and date.
        nearby: what stands around the sources; a name found only there leaves
            the sentence partly supported.
        question: what the sentence answers; a fragment is checked together with it.
        similarity: the cosine of two texts by an embedding model. It is asked where no model for
            entailment is: where it is high, a sentence in other words than its source's is
            supported if no rule is broken.
        entailment: the model that judges beside the rules, or its name as in RAG_ENTAILMENT; None
            for the rules alone. It is asked about English sentences.

    Returns the verdict, the reason where it is not ``supported``, and a score in 0..1: the
    probability that the sources support the sentence, or by the rules alone that of
    :func:`rag.checking.rules.check_by_rules`, which also says what ``new`` and ``flaw`` are. The
    flaw is ``model`` where no rule is broken and the model does not find the sentence there.

    Raises:
        ModelError: the model cannot be loaded.
    """
    # A text is a sequence too, of letters, none of which supports anything.
    sources, about = ((x,) if isinstance(x, str) else x for x in (sources, about))
    full = in_full(statement, question)
    models = similarity, entailment
    found = _check(full, statement, sources, (about, nearby), models)
    if found.verdict == Verdict.SUPPORTED or found.flaw in _NO_STATEMENT:
        return found
    rewritten = [in_notation_of(full, source) for source in sources]
    if not any(each.replaced for each in rewritten):
        return found
    found = _check(full, statement, [each.text for each in rewritten], (about, nearby), models)
    for each in rewritten:
        found = found._replace(reason=each.restore(found.reason) if found.reason else None)
    return found


def _check(
    full: str,
    statement: str,
    sources: Sequence[str],
    known: tuple[Sequence[str], str],
    models: tuple[Callable[[str, str], float] | None, Entailment | str | None],
) -> Support:
    """Check a sentence, or with its question in front if it is a fragment, against sources.

    ``known`` are what is known about the sources and what stands around them, ``models`` those for
    likeness and entailment, as of :func:`check_support`.
    """
    (about, nearby), (similarity, entailment) = known, models
    found = check_by_rules(full, sources, about=about, nearby=nearby)
    in_cells = check_cells(without_marker(full), sources, "\n".join((*about, nearby)))
    if in_cells.support and found.flaw not in _NO_STATEMENT:
        found = in_cells.support._replace(new=found.new)
        is_whole = found.verdict == Verdict.SUPPORTED
        return (
            _hold_values(found, full, "\n".join(map(undisguised, sources))) if is_whole else found
        )
    # To the model every source seems to support a question with what may be an answer to it.
    if found.flaw not in _NO_STATEMENT and full == statement:
        found = _ask_models(found, statement, (sources, about), similarity, entailment)
        found = _hold_cells(found, in_cells, (analyzed(statement), analyzed("\n".join(sources))))
    whole = "\n".join(map(undisguised, sources))
    return found if found.flaw in _NO_STATEMENT else _hold_values(found, full, whole)


def _hold_cells(
    found: Support, in_cells: CellFinding, texts: tuple[AnalyzedText, AnalyzedText]
) -> Support:
    """Return a verdict, changed where a sentence adds to the rows of a table, or has their values.

    The values of a row may be scaled by its header, which other rules do not see. ``texts`` are the
    sentence and its sources.
    """
    score = min(found.score, _UNSURE)
    if found.verdict == Verdict.SUPPORTED and in_cells.lacking:
        reason = row_lacks(in_cells.lacking)
        return found._replace(verdict=Verdict.PARTIAL, reason=reason, score=score, flaw="words")
    if found.flaw == "number" and in_cells.has_values:
        reason = not_clearly(*texts)
        return found._replace(verdict=Verdict.PARTIAL, reason=reason, flaw="words")
    return found


def _hold_values(found: Support, statement: str, source: str) -> Support:
    """Return a verdict, changed where a sentence exchanges values or leaves out their bounds."""
    reason = exchanged(statement, passages_of(source))
    if reason:
        score = min(found.score, _UNSURE)
        return found._replace(
            verdict=Verdict.UNSUPPORTED, reason=reason, score=score, flaw=EXCHANGED
        )
    bound = found.verdict == Verdict.SUPPORTED and lost_bound(analyzed(statement), analyzed(source))
    if bound:
        score = min(found.score, _UNSURE)
        return found._replace(verdict=Verdict.PARTIAL, reason=bound, score=score, flaw=BOUND)
    return found


def _ask_models(
    by_rules: Support,
    statement: str,
    cited: tuple[Sequence[str], Sequence[str]],
    similarity: Callable[[str, str], float] | None,
    entailment: Entailment | str | None,
) -> Support:
    """Return what rules and models find together; ``cited`` are the sources and their phrases."""
    sources, about = cited
    model = load_entailment(entailment) if isinstance(entailment, str) else entailment
    plain = _without_lead(without_marker(undisguised(statement)), about)
    whole = "\n".join(map(undisguised, sources))
    if model is None or not is_english(plain):
        same = by_rules.flaw == "words" and similarity and similarity(plain, whole) >= _SAME_MEANING
        if same:
            return by_rules._replace(verdict=Verdict.SUPPORTED, reason=None, flaw=None)
        return by_rules
    pieces = source_windows(analyzed(plain), [whole])[:_WINDOWS_JUDGED]
    laid = Alignment(analyzed(without(plain, about)), pieces[0])
    texts = [*(piece.text for piece in pieces), *(evidence_text(p.text, about) for p in pieces)]
    # The other way round as well: a sentence of which the source says the opposite, or nothing,
    # does not support the source either.
    *judged, one, back = model.judge(
        [*((text, plain) for text in texts), (laid.nearest_text, plain), (plain, laid.nearest_text)]
    )
    # With and without source and date: what is nearly the source's words is told better without.
    bare, headed = judged[: len(pieces)], judged[len(pieces) :]
    best = [max(each, key=lambda opinion: opinion.supported) for each in (bare, headed)]
    opinions = dict(
        zip(("bare", "headed", "one sentence", "back"), (*best, one, back), strict=True)
    )
    signals = support_signals(by_rules, opinions)
    signals |= paraphrase_signals(laid)
    return _decide(by_rules, best, signals, (analyzed(plain), pieces[0]))


def _without_lead(statement: str, about: Sequence[str]) -> str:
    """Return a sentence without the source and date that it begins with, as "Gazette, May 2024:".

    The rules hold them against what is known of the source; to the model they are a second date.
    """
    known = "|".join(re.escape(phrase) for phrase in sorted(about, key=len, reverse=True) if phrase)
    lead = re.match(rf"(?:{known})(?:, (?:{known}))*:\s+(?=\w)", statement) if known else None
    return statement[lead.end() :] if lead else statement


def support_signals(by_rules: Support, opinions: Mapping[str, Judgement]) -> dict[str, float]:
    """Return what the regression is over: the rules' findings, the model's, and both together."""
    passed = float(by_rules.flaw is None)
    shared = by_rules.score if passed else min(1.0, by_rules.score / BROKEN)
    signals = {
        "shared": shared,
        "passed": passed,
        "passed, shared": passed * shared,
        "new": float(by_rules.new),
    }
    for name, opinion in opinions.items():
        supported, contradicted = log_odds(opinion.supported), log_odds(opinion.contradicted)
        signals |= {f"supported, {name}": supported, f"contradicted, {name}": contradicted}
        if name not in _WEIGHED:
            continue
        signals |= {
            f"passed, supported, {name}": passed * supported,
            f"passed, contradicted, {name}": passed * contradicted,
            f"shared, supported, {name}": shared * supported,
            f"shared, contradicted, {name}": shared * contradicted,
        }
    unexcused = (flaw for flaw in FLAWS if flaw not in _NO_STATEMENT)
    return signals | {flaw: float(by_rules.flaw == flaw) for flaw in unexcused}


def _decide(
    by_rules: Support,
    opinions: Sequence[Judgement],
    signals: dict[str, float],
    texts: tuple[AnalyzedText, AnalyzedText],
) -> Support:
    """Return the verdict of rules and model together, with the reason that the rules know.

    Where the rules know none, the reason shows the words of the source: ``texts`` are the sentence
    and the part of the source that is nearest to it.
    """
    fitted = load_fitted(FITTED)["support"]
    probability = fitted.probability(signals)
    contradicted = min(opinion.contradicted for opinion in opinions) >= _LIKELY
    little = signals["shared"] < _LITTLE and probability < _SURE
    unnamed = by_rules.flaw == "name" and probability < _SURE_OF_NAME
    if by_rules.flaw in EXACT_FLAWS or little or unnamed:
        probability = min(probability, _UNSURE)
    found = by_rules._replace(score=round(probability, 4), signals=signals)
    copied = by_rules.flaw is None and by_rules.score >= _COPIED
    if copied or probability >= fitted.threshold:
        found = found._replace(score=max(found.score, fitted.threshold))
        return found._replace(verdict=Verdict.SUPPORTED, reason=None, flaw=None)
    if contradicted and by_rules.verdict != Verdict.UNSUPPORTED:
        reason = otherwise(*texts)
        return found._replace(verdict=Verdict.UNSUPPORTED, reason=reason, flaw="model")
    if by_rules.verdict != Verdict.SUPPORTED:
        return found
    reason = not_clearly(*texts)
    return found._replace(verdict=Verdict.PARTIAL, reason=reason, flaw="model")
