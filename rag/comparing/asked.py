"""What a question is about, as sentences are held against it when they are compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from rag.checking.polarity import ANTONYMS
from rag.checking.statement import AnalyzedText, canonical
from rag.retrieval.concepts import Concept
from rag.retrieval.question import Question
from rag.text.dates import MONTHS, SEASONS
from rag.text.quotations import NAMED
from rag.text.terms import Term, analyze

# Of what a question names, its names aside, the share that a sentence must hold to speak of it.
ENOUGH = 0.6
COUNT_WITHIN = 5  # meaningful words behind a number in which what it counts is named
_ELIDED = re.compile(r"\s+(?:or so )?(?:in|across|on|at|near|over|from|to)\b", re.IGNORECASE)
_NOUN = ("al", "als", "ion", "ions", "ure", "ment")  # how a deed ends, as in "withdrawal"
BESIDE = 4  # meaningful words on each side of a number in which a name says of what it is
ADVERBS = ("ly",)  # "fully", "currently": said or not, the thing is the same
# As terms: what asks for the answer, and what says of a thing only that it is there.
SHAPING = frozenset(
    """mani much number long amount total count station deploy present locat remain exist still
    current happen occur take place do year date day month""".split()
)
VERBS = (
    "ask asked request demand require seek push urge propose initiate raise insist call",
    "describe label term view consider regard identify brand dub",
    "want wish",
    "attack strike bomb raid hit target",
    "order command direct authorise authorize",
    "kill die death dead martyrdom slain",
    "end finish conclude close terminate",
    "meet talk hold negotiate discuss",
    "head lead chair",
)
_WHO = re.compile(
    r"\bwho(?:m)?(?: (?:has|have|had|did|first|else))? (?!(?:is|are|was|were)\b)(\w+)",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:did|was|were|had)\b", re.IGNORECASE)


def _families() -> dict[str, frozenset[str]]:
    table: dict[str, frozenset[str]] = {}
    for words in VERBS:
        family = frozenset(term.term for term in analyze(words))
        for term in family:
            table[term] = table.get(term, frozenset()) | family
    return table


FAMILIES = _families()


@dataclass(frozen=True)
class Asked:
    """A question with what it names, each with the other ways to say it."""

    question: Question
    concepts: Sequence[Concept]

    @cached_property
    def _ways(self) -> list[tuple[Concept, frozenset[str]]]:
        """The concepts that make the thing, each with the terms that say it."""
        found = []
        for concept in self.concepts:
            word = concept.word.lower()
            stems = [t.term for t in analyze(concept.word)]
            skipped = word.isdigit() or word in MONTHS or word in SEASONS
            if skipped or word.endswith(ADVERBS) or set(stems) <= SHAPING:
                continue
            found.append((concept, ways(concept)))
        return found

    @property
    def names(self) -> frozenset[str]:
        """The terms of the names in the question."""
        return frozenset(
            term for concept, terms in self._ways if concept.word[0].isupper() for term in terms
        )

    @property
    def nouns(self) -> frozenset[str]:
        """The terms of what the question is about, its names and verb aside."""
        return frozenset(
            term
            for concept, terms in self._ways
            if concept.word[0].islower() and not terms & FAMILIES.keys()
            for term in terms
        )

    def is_of(
        self,
        text: AnalyzedText,
        low: int,
        high: int,
        elsewhere: Sequence[tuple[int, int]] = (),
        *,
        turned: bool = False,
    ) -> bool:
        """Whether a part of a sentence speaks of the thing, all names of the question included.

        Args:
            text: the sentence.
            low, high: the part, 0-based, end-exclusive.
            elsewhere: parts that speak of other things, whose words do not count.
            turned: whether a word that says the opposite will do.
        """
        seen = frozenset(
            canonical(word)
            for word in text.words
            if low <= word.start < high or not any(a <= word.start < b for a, b in elsewhere)
        )
        total = held = 0.0
        for concept, terms in self._ways:
            there = bool((terms | opposites(terms) if turned else terms) & seen)
            if concept.word[0].isupper() and not there:
                return False
            total += concept.weight
            held += concept.weight * there
        return bool(self._ways) and held >= ENOUGH * total

    def counts(self, text: AnalyzedText, start: int, end: int) -> bool:
        """Whether a number counts what the question counts; none does where it counts nothing.

        Its noun stands just behind it, or is left out: "3,000 troops here, and 900 in Syria".

        Args:
            text: the sentence.
            start, end: from behind the number to the end of its part.
        """
        if self.question.unit is None:
            return False
        unit = canonical(Term(self.question.unit, 0, 0, name=False))
        terms = next((t for _, t in self._ways if unit in t), frozenset((unit,)))
        behind = [word for word in text.words if word.start >= start]
        if any(canonical(word) in terms for word in behind[:COUNT_WITHIN] if word.start < end):
            return True
        said = any(canonical(word) in terms for word in text.words if word.end <= start)
        return said and _ELIDED.match(text.text, start) is not None

    def is_named(self, text: AnalyzedText) -> bool:
        """Whether a sentence holds the names of the question, if it has any."""
        seen = {canonical(word) for word in text.words}
        return all(bool(terms & seen) for c, terms in self._ways if c.word[0].isupper())

    def is_scoped(self, text: AnalyzedText, start: int, end: int) -> bool:
        """Whether the names beside a number are the question's: 3 in Jordan are not in Iraq."""
        behind = [word for word in text.words if word.start >= end][:BESIDE]
        before = [word for word in text.words if word.end <= start][-BESIDE:]
        return not any(
            word.name
            and word.start > 0
            and not word.term[0].isdigit()
            and canonical(word) not in self.names
            for word in (*before, *behind)
        )

    def says(self, text: AnalyzedText, low: int, high: int) -> bool:
        """Whether a clause says as its verb what the question's verb says."""
        return any(
            canonical(word) in self.predicate and self.is_deed(text, word)
            for word in text.words
            if low <= word.start < high
        )

    def is_deed(self, text: AnalyzedText, word: Term) -> bool:
        """Whether a word says that something is done; "the withdrawal" says nothing of it."""
        surface = text.text[word.start : word.end].lower()
        doer = surface.rstrip("s").endswith("er") and len(word.term) < len(surface.rstrip("s"))
        return not (surface.endswith(_NOUN) or doer)

    @property
    def is_past(self) -> bool:
        """Whether the question is about what has been."""
        return _PAST.search(self.question.text) is not None

    @cached_property
    def predicate(self) -> frozenset[str]:
        """The terms that say what the question's verb says, or nothing where none is known."""
        who = _WHO.search(self.question.text)
        if who:
            return meanings(term.term for term in analyze(who[1])) - SHAPING
        return next(
            (terms for _, terms in self._ways if terms & (FAMILIES.keys() | ANTONYMS.keys())),
            frozenset(),
        )

    @property
    def names_thing(self) -> bool:
        """Whether the question asks what something is called."""
        return NAMED.search(self.question.text) is not None and bool(self.nouns)

    @cached_property
    def subject(self) -> frozenset[str]:
        """The terms of the name that comes first: who is asked about."""
        return next((terms for c, terms in self._ways if c.word[0].isupper()), frozenset())


def ways(concept: Concept) -> frozenset[str]:
    """The terms that say a concept: its other names, and words that mean about the same."""
    terms = [option.terms[-1] for option in concept.alternatives if len(option.terms) == 1]
    return meanings([*terms, *(term.term for term in analyze(concept.word)[-1:])])


def opposites(terms: Iterable[str]) -> frozenset[str]:
    """The terms that say the opposite of some."""
    known = (ANTONYMS[term].opposite for term in terms if term in ANTONYMS)
    return frozenset(canonical(Term(t, 0, 0, name=False)) for side in known for t in side)


def meanings(terms: Iterable[str]) -> frozenset[str]:
    """Some terms with those that mean about the same."""
    found = set(terms)
    for term in tuple(found):
        found |= FAMILIES.get(term, frozenset())
        found |= ANTONYMS[term].alike if term in ANTONYMS else frozenset()
    return frozenset(canonical(Term(term, 0, 0, name=False)) for term in found)
