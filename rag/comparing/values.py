"""Read from sentences who did what is asked, or whether it is so, and tell which of them agree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

from rag.checking.polarity import ANTONYMS, HEDGE_CUES, NEGATION_CUES
from rag.checking.statement import AnalyzedText, analyzed, canonical
from rag.comparing.matching import QuestionMatcher, clause_around, is_verb
from rag.retrieval.rank import Candidate
from rag.text.names import actors_named
from rag.text.terms import Term, analyze
from rag.types import DifferenceKind


class GivenValue(NamedTuple):
    """A value that a sentence gives, how it is shown, and the sentence."""

    value: Any
    shown: str
    candidate: Candidate


class ValueReader(NamedTuple):
    """How values of a kind are read from the sentences for a question, and when two agree."""

    kind: DifferenceKind
    read: Callable[[QuestionMatcher, Sequence[Candidate]], Iterator[GivenValue]]
    agree: Callable[[Any, Any], bool]


_BY = re.compile(r"\bby (?:[a-z]+ ){0,3}$")


def _read_actors(matcher: QuestionMatcher, candidates: Sequence[Candidate]) -> Iterator[GivenValue]:
    """Read who did what was asked: the name before the verb, or behind "by", as its terms."""
    for candidate in candidates:
        text = analyzed(candidate.text)
        if not matcher.matches(text):
            continue
        for verb in text.words:
            if text.text[verb.start].isupper() or not matcher.is_predicate(text, verb):
                continue
            names = actors_named(text.text, *clause_around(text.text, verb.start, verb.end))
            behind = [n for n in names if n[0] >= verb.end and _BY.search(text.text[: n[0]])]
            before = [n for n in names if n[1] <= verb.start]
            for start, end in behind[:1] or before[-1:]:
                words = (w for w in text.words if start <= w.start < end and w.name)
                terms = frozenset(canonical(word) for word in words)
                if terms:
                    yield GivenValue(terms, text.text[start:end], candidate)


# What is to come is said with these as firmly as with "will".
_FIRM = frozenset(("would", "is to", "are to"))


def _read_stances(
    matcher: QuestionMatcher, candidates: Sequence[Candidate]
) -> Iterator[GivenValue]:
    for candidate in candidates:
        said = _stance(matcher, analyzed(candidate.text))
        if said is not None:
            yield GivenValue(said, said, candidate)


def _stance(matcher: QuestionMatcher, text: AnalyzedText) -> Literal["yes", "no"] | None:
    """Return whether a sentence says that what was asked is so.

    What is denied in any clause, or whose opposite is said, is not so: "it would end; in the
    end nothing ended". None where the sentence does not speak of it, or calls it possible.
    """
    if not matcher.predicate or not matcher.matches(text, opposites=True):
        return None
    is_said = is_possible = False
    for word in text.words:
        known = ANTONYMS.get(canonical(word))
        is_same = canonical(word) in matcher.predicate
        is_opposite = not is_same and known is not None and bool(known.opposite & matcher.predicate)
        low, high = clause_around(text.text, word.start, word.end)
        if not (is_same or is_opposite) or _is_by_another(matcher, text, word, low):
            continue
        is_denied = NEGATION_CUES.search(text.text, low, high) is not None
        if is_denied != is_opposite:
            return "no"
        if is_verb(text, word):
            is_said = True
            is_possible = is_possible or _is_hedged(matcher, text, low, high)
    return "yes" if is_said and not is_possible else None


def _is_by_another(matcher: QuestionMatcher, text: AnalyzedText, verb: Term, low: int) -> bool:
    """Return whether the doer is another of the question's names than its subject."""
    before = [w for w in text.words if w.end <= verb.start and w.name and w.start > 0]
    inside = [word for word in before if word.start >= low]
    doer = canonical(inside[-1] if inside else text.words[0])
    return doer in matcher.names and doer not in matcher.subject


def _is_hedged(matcher: QuestionMatcher, text: AnalyzedText, low: int, high: int) -> bool:
    """Return whether a clause calls it merely possible, but by the question's own verb."""
    return any(
        hedge.group() not in _FIRM and analyze(hedge.group())[-1].term not in matcher.predicate
        for hedge in HEDGE_CUES.finditer(text.text, low, high)
    )


def _is_equal(one: str, other: str) -> bool:
    return one == other


# By the kind of answer that a question wants.
VALUE_READERS: dict[str, ValueReader] = {
    # Two names may be of one where they share a part.
    "person": ValueReader("who", _read_actors, lambda one, other: bool(one & other)),
    "yes-no": ValueReader("whether", _read_stances, _is_equal),
}
