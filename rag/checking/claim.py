"""A sentence beside the words that it cites, as terms, numbers, denials and possibilities."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import pairwise

from rag.checking.numbers import numbers_in
from rag.checking.polarity import DENIAL, HEDGE, Reach, reach
from rag.checking.quotations import plain, quotations
from rag.dates import MONTHS
from rag.documents.spelling import is_near, spelling_distance
from rag.documents.terms import Term, analyze, is_stopword

# Of a source longer than this (characters), some three sentences in a row must support by
# themselves: words picked from all over an article support anything.
ONE_PIECE = 1_500
WINDOW = 3  # sentences
LOOK_BACK = 4  # characters
TRIED = 5  # windows that share the most words with the sentence
# Verbs that ascribe, as terms: they need not be the source's own.
ASCRIBING = frozenset(
    """accord ad add announc argu ask assert claim confirm declar describ explain articl maintain
    mention note quot read report repeat said say sourc state statement stress tell told warn
    write wrote""".split()
)
# Words that begin a sentence, name nothing, and are no stop words.
OPENERS = frozenset(
    """additionally although another because clearly currently despite even every finally however
    instead indeed later likewise many maybe meanwhile moreover nearly neither nevertheless nothing
    once perhaps recently several since soon still then therefore though thus today together
    tomorrow two three four five six seven eight nine ten unlike whoever within without yes yet
    yesterday""".split()
)
COMMON_ENDINGS = ("s", "ed", "ing", "ly", "ion", "ment", "ence", "ance", "ity", "ness")
# Terms that English texts use for one another without a second thought.
SAME = {"american": "usa", "america": "usa", "iraqi": "iraq", "iranian": "iran"}
SAME |= {"syrian": "syria", "kurdish": "kurd", "kurdistan": "kurd", "israeli": "isra"}
SAME |= {"soldier": "troop", "forc": "troop", "militari": "troop", "serviceman": "troop"}
_COUNTRY = re.compile(r"\bUnited States(?: of America)?\b")  # two words where "US" is one
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’)]*\s+|\n+")
_SENTENCE_START = re.compile(r"^$|(?:[.!?:]\s+|[“\"]\s*)$")


@dataclass(frozen=True)
class Text:
    """A text with what the rules compare, each computed once and only when asked for."""

    text: str

    @cached_property
    def words(self) -> list[Term]:
        """Its words that carry meaning, in order."""
        return [term for term in analyze(self.text) if not is_stopword(term.term)]

    @cached_property
    def terms(self) -> frozenset[str]:
        """Those words as terms."""
        return frozenset(_canonical(term) for term in self.words)

    @cached_property
    def bigrams(self) -> frozenset[tuple[str, str]]:
        """Neighbouring pairs of those terms."""
        return frozenset(pairwise(_canonical(term) for term in self.words))

    @cached_property
    def plain(self) -> str:
        """It in one kind of white space and of quotation marks."""
        return plain(self.text)

    @cached_property
    def numbers(self) -> dict[Decimal, str]:
        """Its numbers by value, each as it is written."""
        return {n.value: self.text[n.start : n.end] for n in numbers_in(self.text)}

    @cached_property
    def denials(self) -> Reach:
        """What it denies."""
        return reach(self.text, DENIAL)

    @cached_property
    def hedges(self) -> Reach:
        """What it holds merely possible."""
        return reach(self.text, HEDGE)

    def holds(self, term: Term) -> bool:
        """Whether the text has a term, a name also in a close spelling."""
        wanted = _canonical(term)
        if wanted in self.terms:
            return True
        distance = spelling_distance(wanted) if term.name else 0
        return bool(distance) and any(is_near(wanted, other, distance) for other in self.terms)


@dataclass(frozen=True)
class Claim:
    """A sentence, what it may rest on, and what is known without it being said there."""

    said: Text
    source: Text
    about: Text
    nearby: Text

    @cached_property
    def own(self) -> list[Term]:
        """The sentence's words that its source must account for."""
        return [
            term
            for term in self.said.words
            if not (term.term in ASCRIBING or term.term.isdigit() or self._is_about(term))
        ]

    def _is_about(self, term: Term) -> bool:
        """Part of a name that is known, as "Magnier"; a month is known as part of a date only."""
        word = self.said.text[term.start : term.end].lower()
        return word not in MONTHS and self.about.holds(term)

    @cached_property
    def foreign_names(self) -> list[Term]:
        """Names that its source does not have."""
        return [term for term in self.own if self._is_name(term) and not self.source.holds(term)]

    def _is_name(self, term: Term) -> bool:
        """Written with a capital; at the start of a sentence only what looks like a name there.

        A sentence hardly begins with a common noun in the singular and without an
        article, so "Austin" is a name there, "Officials" and "Negotiation" are not.
        """
        # Looking no farther back keeps long texts linear.
        before = self.said.text[max(0, term.start - LOOK_BACK) : term.start]
        if not before.strip(' “"') and term.start < LOOK_BACK:
            before = ""
        if not term.name or not _SENTENCE_START.search(before):
            return term.name
        word = self.said.text[term.start : term.end].lower()
        return word not in OPENERS and not word.endswith(COMMON_ENDINGS)

    @cached_property
    def coverage(self) -> float:
        """The share of the sentence's own words that its source holds, 0..1."""
        if not self.own:
            return 1.0 if set(self.said.numbers) & set(self.source.numbers) else 0.0
        return sum(self.source.holds(term) for term in self.own) / len(self.own)


def without(text: str, phrases: Sequence[str]) -> str:
    """The text without some phrases, whatever their case; what it quotes is left as it is."""
    known = "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))
    if not known:
        return text
    parts, at = [], 0
    for start, end in [*quotations(text), (len(text), len(text))]:
        outside = text[at:start]
        parts += [re.sub(rf"(?<!\w)(?:{known})(?!\w)", " ", outside, flags=re.I), text[start:end]]
        at = end
    return "".join(parts)


@lru_cache(maxsize=4_096)  # the same passages are held against one sentence after another
def compared(text: str) -> Text:
    """A text ready to be compared."""
    return Text(_COUNTRY.sub("US", text))


def windows(said: Text, sources: Sequence[str]) -> Sequence[Text]:
    """The source in one piece, or of a long one the windows that share most with the sentence."""
    pieces = _pieces("\n".join(sources))
    return sorted(pieces, key=lambda piece: -len(said.terms & piece.terms))[:TRIED]


@lru_cache(maxsize=256)  # as above
def _pieces(source: str) -> tuple[Text, ...]:
    if len(source) <= ONE_PIECE:
        return (Text(source),)
    sentences = [part for part in _SENTENCE_END.split(source) if part.strip()]
    starts = range(max(1, len(sentences) - WINDOW + 1))
    return tuple(Text(" ".join(sentences[at : at + WINDOW])) for at in starts)


def _canonical(term: Term) -> str:
    return SAME.get(term.term, term.term)
