"""Match sentences against what a question asks about, in other words too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from rag.checking.polarity import ANTONYMS, CLAUSE_END
from rag.checking.statement import AnalyzedText, canonical
from rag.retrieval.concepts import Concept
from rag.retrieval.question import Question
from rag.text.dates import MONTHS, SEASONS
from rag.text.terms import Term, analyze

# Of what a question names, its names aside, the share that a sentence must hold to speak of it.
_ENOUGH_HELD = 0.6
_CLAUSE_BREAK = re.compile(rf"{CLAUSE_END.pattern}|\band\b", re.IGNORECASE)
_NOUN_ENDINGS = ("al", "als", "ion", "ions", "ure", "ment")  # of a deed, as in "withdrawal"
_ADVERB_ENDING = "ly"  # "fully", "currently": said or not, the thing is the same
# As terms: what asks for the answer, and what says of a thing only that it is there.
_SHAPING = frozenset(
    """mani much number long amount total count station deploy present locat remain exist still
    current happen occur take place do year date day month""".split()
)
_VERB_FAMILIES = (
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
    for words in _VERB_FAMILIES:
        family = frozenset(term.term for term in analyze(words))
        for term in family:
            table[term] = table.get(term, frozenset()) | family
    return table


_FAMILIES = _families()


@dataclass(frozen=True)
class QuestionMatcher:
    """A question with what it names, each with the other ways to say it."""

    question: Question
    concepts: Sequence[Concept]

    @cached_property
    def _ways(self) -> list[tuple[Concept, frozenset[str]]]:
        """The concepts that make up what is asked about, each with the terms that say it."""
        found = []
        for concept in self.concepts:
            word = concept.word.lower()
            stems = [term.term for term in analyze(concept.word)]
            is_time = word.isdigit() or word in MONTHS or word in SEASONS
            if is_time or word.endswith(_ADVERB_ENDING) or set(stems) <= _SHAPING:
                continue
            single = [option.terms[-1] for option in concept.alternatives if len(option.terms) == 1]
            found.append((concept, synonyms([*single, *stems[-1:]])))
        return found

    @cached_property
    def names(self) -> frozenset[str]:
        """The terms of the names in the question."""
        return frozenset(
            term for concept, terms in self._ways if concept.word[0].isupper() for term in terms
        )

    @cached_property
    def subject(self) -> frozenset[str]:
        """The terms of the name that comes first: who is asked about."""
        return next((terms for c, terms in self._ways if c.word[0].isupper()), frozenset())

    @cached_property
    def predicate(self) -> frozenset[str]:
        """The terms that say what the question's verb says; none where no verb is known."""
        who = _WHO.search(self.question.text)
        if who:
            return synonyms(term.term for term in analyze(who[1])) - _SHAPING
        known = _FAMILIES.keys() | ANTONYMS.keys()
        return next((terms for _, terms in self._ways if terms & known), frozenset())

    @property
    def is_past(self) -> bool:
        """Whether the question is about what has been."""
        return _PAST.search(self.question.text) is not None

    def matches(
        self,
        text: AnalyzedText,
        *,
        opposites: bool = False,
    ) -> bool:
        """Return whether a sentence speaks of what is asked, all of its names included.

        Args:
            text: the sentence.
            opposites: whether a word that says the opposite will do.
        """
        seen = text.terms
        total = held = 0.0
        for concept, terms in self._ways:
            is_held = bool((terms | antonyms(terms) if opposites else terms) & seen)
            if concept.word[0].isupper() and not is_held:
                return False
            total += concept.weight
            held += concept.weight * is_held
        return bool(self._ways) and held >= _ENOUGH_HELD * total

    def is_predicate(self, text: AnalyzedText, word: Term) -> bool:
        """Return whether a word says as a verb what the question's verb says."""
        return canonical(word) in self.predicate and is_verb(text, word)


def is_verb(text: AnalyzedText, word: Term) -> bool:
    """Return whether a word says that something is done, unlike "withdrawal" and "attackers"."""
    surface = text.text[word.start : word.end].lower()
    is_doer = surface.rstrip("s").endswith("er") and len(word.term) < len(surface.rstrip("s"))
    return not (surface.endswith(_NOUN_ENDINGS) or is_doer)


def antonyms(terms: Iterable[str]) -> frozenset[str]:
    """Return the terms that say the opposite of one of the given terms."""
    known = (ANTONYMS[term].opposite for term in terms if term in ANTONYMS)
    return _canonical_terms(term for side in known for term in side)


def synonyms(terms: Iterable[str]) -> frozenset[str]:
    """Return the given terms and those that mean about the same."""
    found = set(terms)
    for term in tuple(found):
        found |= _FAMILIES.get(term, frozenset())
        found |= ANTONYMS[term].alike if term in ANTONYMS else frozenset()
    return _canonical_terms(found)


def _canonical_terms(terms: Iterable[str]) -> frozenset[str]:
    return frozenset(canonical(Term(term, 0, 0, name=False)) for term in terms)


def clause_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span of the clause in which a stretch of a sentence stands."""
    low = max((match.end() for match in _CLAUSE_BREAK.finditer(text, 0, start)), default=0)
    after = _CLAUSE_BREAK.search(text, end)
    return low, after.start() if after else len(text)
