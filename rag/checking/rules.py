"""Check by rules on text, without a model, that a sentence says no more than the words it cites.

What stands in quotation marks must be verbatim in a source; numbers and names
must be there; what the source denies or holds merely possible must stay so; and
most of the words that carry meaning must be the source's. Each rule that is broken
gives a reason that a reader understands.

What the rules cannot see: words of the source put together anew ("Iran attacked
Israel" for "Israel attacked Iran"). A true paraphrase in wholly other words is
called unsupported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from rag.checking.limits import other_limit, say_not_all
from rag.checking.paraphrase.number_pairs import told_alike, turned_round
from rag.checking.paraphrase.scopes import is_placed
from rag.checking.polarity import (
    ANTONYMS,
    DENYING,
    HEDGE_CUES,
    NEGATION_CUES,
    PASSIVELY_DENIED,
    PROPOSED,
)
from rag.checking.reasons import lacking, nearest_words, other_measure, other_number
from rag.checking.statement import (
    MEASURES,
    YEARS,
    AnalyzedText,
    SentencePair,
    analyzed,
    canonical,
    source_windows,
    without,
)
from rag.text.characters import disguised, undisguised
from rag.text.dates import CALENDAR
from rag.text.names import is_name
from rag.text.quotations import ASCRIBED, is_verbatim, quotations
from rag.text.terms import Term
from rag.types import Support, Verdict

# Share of a sentence's meaningful words that its source must hold.
_MOSTLY, _PARTLY = 0.6, 0.4
# New words and new pairs of words that make a sentence more than its source, and the share from
# which they do: hardly a faithful sentence of evals/written/dev.jsonl has as many.
_MUCH_NEW, _SHARE_NEW = 11, 0.3
# Words around a number that the source has around another number, more than around this one.
_MORE_AROUND = 2
_WORDS_TO_VERB = 3  # behind a number: what it counts, a word that describes it, what is said of it
_PART_OF = re.compile(r"\b(?:of|among) (?:[^\W\d]+(?:[’']s?)? ){0,3}$", re.IGNORECASE)
# What may stand between a number of others and what is said of them: "two of them had to be".
_OTHERS = re.compile(
    r"(?:\s|of (?:them|those|these|which|whom)\b"
    r"|(?:others|more|were|was|are|had|has|have|been|to|be|also|later|now)\b)*",
    re.IGNORECASE,
)
# Words on each side of an antonym, and the share of them that its source must have near the
# opposite word, for both to be about the same thing.
_WORDS_BESIDE, _SAME_PLACE = 2, 0.5
BROKEN = 0.25  # factor of the score where a rule is broken
_ITEM = re.compile(r"^\s*(?:[-*•]|\(?\d{1,2}[.)])\s+")
FORM, QUOTATION = "form", "quotation"  # flaws that no model can excuse
# Flaws that the rules see exactly, and small models miss.
EXACT_FLAWS = ("number", "date", "opposite")
_WORST_FIRST = (Verdict.UNSUPPORTED, Verdict.PARTIAL, Verdict.SUPPORTED)


def check_by_rules(
    statement: str, sources: Sequence[str], *, about: Sequence[str] = (), nearby: str = ""
) -> Support:
    """Check a sentence against the words that it cites, without a model.

    The arguments are those of :func:`rag.check_support`. The score is half the share of meaningful
    words that the source holds and half that of neighbouring pairs of them, cut to a quarter
    where a rule is broken. ``new`` counts the words, and the pairs of neighbouring words, that the
    source does not have, or has far apart; ``flaw`` is the kind of what is wrong, one of
    :data:`FLAWS`; it is ``words`` where the sentence is merely in other words.
    """
    for fails, reason in (
        (not any(source.strip() for source in sources), "it cites nothing"),
        (not statement.strip(), "it says nothing"),
        (statement.rstrip('”"’ ').endswith("?"), "it asks and states nothing"),
    ):
        if fails:
            return Support(Verdict.UNSUPPORTED, reason, 0.0, 0, FORM)
    plain = without_marker(undisguised(statement))
    sentence = analyzed(without(plain, about))
    known, around = analyzed(" ".join(about)), analyzed(nearby)
    texts = [undisguised(source) for source in sources]
    whole = analyzed("\n".join(texts))
    word = disguised(plain, whole.text)
    if word:
        reason = f"“{word}” has characters that look like others"
        return Support(Verdict.UNSUPPORTED, reason, 0.0, 0, FORM)
    attributed = sentence.text != plain
    results = [
        _judge(SentencePair(sentence, source, whole, known, around, attributed))
        for source in source_windows(sentence, texts)
    ]
    return max(results, key=lambda result: (_WORST_FIRST.index(result.verdict), result.score))


def in_full(statement: str, question: str) -> str:
    """Return a fragment behind the question that it answers; a sentence as it is.

    "2023." states nothing by itself, and a year stands in most sources. A fragment has a number,
    date, unit or name, and hardly another word: the words of the question alone, which most sources
    have, would support "Yes." and "On and on." as well.
    """
    said = analyzed(statement)
    values = [word for word in said.words if _is_value(said, word)]
    if not values or len(said.words) - len(values) > 1 or not question.strip():
        return statement
    return f"{question.rstrip(' ?.!')}? {statement}"


def _is_value(text: AnalyzedText, word: Term) -> bool:
    """Return whether a word is a number, date, unit or name."""
    known = text.word(word).lower() in CALENDAR or word.term in MEASURES
    return known or word.term[0].isdigit() or is_name(text.text, word)


def without_marker(sentence: str) -> str:
    """Return a sentence without the bullet or number of a list's item, which is no claim."""
    return _ITEM.sub("", sentence)


def _judge(pair: SentencePair) -> Support:
    """Give the verdict of the first rule that is broken, or ``supported``."""
    bigrams = pair.sentence.bigrams
    neighbours = len(bigrams & pair.source.bigrams) / len(bigrams) if bigrams else pair.coverage
    score = (pair.coverage + neighbours) / 2
    new, _ = pair.new
    for verdict, flaw, rule in _RULES:
        reason = rule(pair)
        if reason:
            return Support(verdict, reason, round(score * BROKEN, 4), new, flaw)
    return Support(Verdict.SUPPORTED, None, round(score, 4), new)


def _altered_quotation(pair: SentencePair) -> str | None:
    for start, end in quotations(pair.sentence.text):
        if not is_verbatim(pair.sentence.text[start:end], pair.whole.plain):
            return "the words in quotation marks are not those of the source"
    return None


def _missing_number(pair: SentencePair) -> str | None:
    for value, words in pair.sentence.numbers.items():
        if value in pair.whole.numbers or _is_known_year(pair, value) or pair.counts(value):
            continue
        named = pair.sentence.identifiers.get(value)
        if named and named not in pair.whole.identifiers.values():
            continue  # the source does not say which one it is about
        excuses = (pair.is_share, pair.is_rounded, pair.is_reckoned, pair.is_loose_count)
        if any(excuses_it(value) for excuses_it in excuses):
            continue
        others = {
            other: written
            for other, written in pair.source.numbers.items()
            if (other in YEARS) == (value in YEARS)
        }
        if not others:
            return f"the source has no number {words}"
        nearest = others[min(others, key=lambda other: abs(other - value))]
        return f"the source says {nearest}, not {words}"
    return None


def _is_known_year(pair: SentencePair, value: Decimal) -> bool:
    """Return whether it is the year of a cited article, whose text itself names no year."""
    names_year = any(number in YEARS for number in pair.whole.numbers)
    return value in YEARS and value in pair.about.numbers and not names_year


def _swapped_number(pair: SentencePair) -> str | None:
    """Find a number of the source that stands where the source has another one.

    Of a long source only the part beside the sentence is looked at: elsewhere in it the same
    words may stand around any number.
    """
    settings = pair.source.settings
    texts = (pair.sentence.text, pair.source.text)
    told = told_alike(*texts)
    for value, here in pair.sentence.settings.items():
        if value not in settings:
            continue
        own = _most_shared(here, settings[value])
        for other, places in settings.items():
            # Years stand around each other; only that a year is there at all can be checked.
            comparable = other != value and not {other, value} & set(YEARS)
            more = comparable and _most_shared(here, places) >= own + _MORE_AROUND
            if more and {value, other} not in told and not is_placed(*texts):
                return other_number(pair, value, other)
    return None


def _turned_numbers(pair: SentencePair) -> str | None:
    """Find "two votes to nine" where the source says "nine votes to two" alone."""
    found = turned_round(pair.sentence.text, pair.source.text)
    return f"the source says “{found[1].text}”, not “{found[0].text}”" if found else None


def _most_shared(some: list[frozenset[str]], others: list[frozenset[str]]) -> int:
    return max(len(one & other) for one in some for other in others)


def _number_of_others(pair: SentencePair) -> str | None:
    """Find a number that is said to do what the source says of another, smaller number of them.

    "12 boats were damaged and two sank" does not say that 12 boats sank. Only where the word
    stands once in the source, directly behind that other number, and the sentence does not
    count a part: "two of the 12 boats sank" does say so.
    """
    for (value, start, end), _, high in pair.sentence.parts:
        given = pair.source.settings.get(value, ())
        words = [canonical(t) for t in pair.sentence.words if end <= t.start < high]
        said = words[:_WORDS_TO_VERB]
        if not given or value in YEARS or _PART_OF.search(pair.sentence.text, 0, start):
            continue
        if not said or not any(said[0] in terms for terms in given):
            continue
        for (other, _, behind), _, edge in pair.source.parts:
            if other >= value or other in pair.sentence.numbers:
                continue
            between = _OTHERS.match(pair.source.text, behind)
            done = next((t for t in pair.source.words if behind <= t.start < edge), None)
            if done is None or between is None or between.end() != done.start:
                continue
            if pair.source.word(done).lower() in CALENDAR:
                continue  # "1 January" tells a day, and nothing of one
            word = canonical(done)
            once = len(pair.whole.places.get(word, ())) == 1
            if once and word in said[1:] and not any(word in terms for terms in given):
                return other_number(pair, value, other)
    return None


def _other_unit(pair: SentencePair) -> str | None:
    """Find a number that measures in other units than in the source: kilometres, not metres."""
    for value, units in pair.sentence.units.items():
        known = pair.whole.units.get(value)
        if units and known and units[0] not in known:
            return other_measure(pair, value)
    return None


def _missing_date(pair: SentencePair) -> str | None:
    for term in pair.foreign_names:
        if pair.sentence.word(term).lower() in CALENDAR:
            return f"the source does not say “{pair.sentence.word(term)}”"
    return None


def _missing_name(pair: SentencePair) -> str | None:
    for term in pair.foreign_names:
        if not pair.nearby.holds(term):
            return f"the source does not mention “{pair.sentence.word(term)}”"
    return None


def _distant_name(pair: SentencePair) -> str | None:
    for term in pair.foreign_names:
        return f"“{pair.sentence.word(term)}” stands near the cited words, not in them"
    for term in pair.misplaced_names:
        return f"the source mentions “{pair.sentence.word(term)}” elsewhere, not about this"
    return None


def _other_denial(pair: SentencePair) -> str | None:
    said, source = pair.sentence.denials, pair.source.denials
    denied_there = (source.inside - source.outside) & said.outside
    if _is_turned(pair) or _is_proposal(pair) or say_not_all(pair.sentence, pair.source):
        return None
    if denied_there and not (said.inside - said.outside) & (source.inside | source.outside):
        excused = pair.sentence.negates(denied_there, unlike=pair.source)
        return None if excused else f"the source says “{_nearest(pair)}”, which denies this"
    denied_here = (said.inside - said.outside) & source.outside
    if denied_here and not (source.inside - source.outside) & (said.inside | said.outside):
        excused = pair.source.negates(denied_here, unlike=pair.sentence)
        return None if excused else f"the source says “{_nearest(pair)}”, and this denies it"
    return None


def _is_turned(pair: SentencePair) -> bool:
    """Return whether one text has in the passive what the other refuses: "were rejected".

    Neither may deny anything else: "did not refuse" is no refusal.
    """
    texts = (pair.sentence.text, pair.source.text)
    passive = [PASSIVELY_DENIED.search(text) is not None for text in texts]
    cues = [[cue[0] for cue in NEGATION_CUES.finditer(text)] for text in texts]
    return passive[0] != passive[1] and all(
        found and all(DENYING.fullmatch(cue) for cue in found) for found in cues
    )


def _is_proposal(pair: SentencePair) -> bool:
    """Return whether one text says only that something was refused, the other that it was proposed.

    "The board rejected a charge" and "Mr Speight proposed a charge" may both be true.
    """
    for refusing, proposing in ((pair.sentence, pair.source), (pair.source, pair.sentence)):
        cues = [cue[0] for cue in NEGATION_CUES.finditer(refusing.text)]
        refuses = cues and all(DENYING.fullmatch(cue) for cue in cues)
        if refuses and PROPOSED.search(proposing.text) and not NEGATION_CUES.search(proposing.text):
            return True
    return False


def _nearest(pair: SentencePair) -> str:
    return nearest_words(pair.sentence, pair.source)


def _antonym(pair: SentencePair) -> str | None:
    """Find a word where its source has one that says the opposite."""
    own = [canonical(term) for term in pair.own]
    denied = pair.sentence.denials.inside | pair.source.denials.inside
    for at, term in enumerate(pair.own):
        known = ANTONYMS.get(term.term)
        if known is None or term.term in denied or known.alike & pair.whole.terms:
            continue
        beside = [*own[max(0, at - _WORDS_BESIDE) : at], *own[at + 1 : at + 1 + _WORDS_BESIDE]]
        for other in pair.source.words:
            if other.term not in known.opposite or other.term in denied:
                continue
            near = sum(pair.source.joins(canonical(other), word) for word in beside)
            if near and near >= _SAME_PLACE * len(beside):
                there, here = pair.source.word(other), pair.sentence.word(term)
                return f"the source says “{there}”, not “{here}”"
    return None


def _other_limit(pair: SentencePair) -> str | None:
    return other_limit(pair.sentence, pair.source, pair.whole)


def _lost_possibility(pair: SentencePair) -> str | None:
    hedged = pair.source.hedges.inside - pair.source.hedges.outside
    if hedged & pair.sentence.terms and not HEDGE_CUES.search(pair.sentence.text):
        shown = _nearest(pair)
        return f"the source holds possible or plans what this states as a fact: “{shown}”"
    return None


def _lost_attribution(pair: SentencePair) -> str | None:
    attributed = pair.attributed or ASCRIBED.search(pair.sentence.text)
    if pair.is_claimed_in_source and not attributed:
        shown = _nearest(pair)
        return f"the source reports as someone's claim what this states as a fact: “{shown}”"
    return None


def _mostly_other_words(pair: SentencePair) -> str | None:
    if pair.coverage < _PARTLY:
        return f"the source says little or nothing about it{lacking(pair, pair.own)}"
    return None


def _partly_other_words(pair: SentencePair) -> str | None:
    new, of = pair.new
    if pair.coverage < _MOSTLY or (new >= _MUCH_NEW and new > of * _SHARE_NEW):
        return f"the source says only part of it{lacking(pair, pair.own)}"
    return None


# Each rule returns the reason if it is broken. In this order, the first that is broken gives the
# verdict and the flaw.
_RULES: tuple[tuple[Verdict, str, Callable[[SentencePair], str | None]], ...] = (
    (Verdict.UNSUPPORTED, QUOTATION, _altered_quotation),
    (Verdict.UNSUPPORTED, "number", _missing_number),
    (Verdict.UNSUPPORTED, "number", _turned_numbers),
    (Verdict.UNSUPPORTED, "number", _swapped_number),
    (Verdict.UNSUPPORTED, "number", _number_of_others),
    (Verdict.UNSUPPORTED, "number", _other_unit),
    (Verdict.UNSUPPORTED, "date", _missing_date),
    (Verdict.UNSUPPORTED, "name", _missing_name),
    (Verdict.UNSUPPORTED, "denial", _other_denial),
    (Verdict.UNSUPPORTED, "opposite", _antonym),
    (Verdict.UNSUPPORTED, "opposite", _other_limit),
    (Verdict.UNSUPPORTED, "words", _mostly_other_words),
    (Verdict.PARTIAL, "name", _distant_name),
    (Verdict.PARTIAL, "possibility", _lost_possibility),
    (Verdict.PARTIAL, "claim", _lost_attribution),
    (Verdict.PARTIAL, "words", _partly_other_words),
)
FLAWS = tuple(dict.fromkeys((FORM, *(flaw for _, flaw, _ in _RULES))))
