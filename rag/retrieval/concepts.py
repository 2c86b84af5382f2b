"""Find the concepts that a question names, and how far a text holds them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from rag.index.lexical import Alternative
from rag.text.dates import DAY, MONTH_NAMES, MONTHS, YEAR
from rag.text.terms import (
    AliasGroups,
    Term,
    TermTuple,
    is_near,
    is_stopword,
    question_terms,
    spelling_distance,
)
from rag.text.words.abbreviations import TITLES
from rag.text.words.languages import language_of
from rag.text.words.segmentation import loose_terms
from rag.text.words.stems import inflections

# "12 July 2022", "July 12, 2022", "July 2022"
_DATE = re.compile(
    rf"\b(?:(?P<before>{DAY})(?: of)? )?(?P<month>{MONTH_NAMES})(?: (?P<behind>{DAY})\b)?"
    rf"(?:,| of)? (?P<year>{YEAR})\b",
    re.IGNORECASE,
)
# The codes that the heads of tables have for currencies, as terms.
_CODES: dict[str, tuple[TermTuple, ...]] = {
    name: ((code,),)
    for name, code in (("euro", "eur"), ("dollar", "usd"), ("pound", "gbp"), ("franc", "chf"))
}


class Concept(NamedTuple):
    """Something a question names: the ways to write it, and how rare it is.

    ``weight`` is the inverse document frequency of BM25 (Robertson and Zaragoza 2009, equation
    3.5) of the most common way to write it. ``absent`` marks a word that is in no passage as
    it is written, ``unknown`` such a word that is a name.
    """

    alternatives: tuple[Alternative, ...]
    weight: float
    word: str
    absent: bool
    unknown: bool


def find_concepts(
    question: str,
    aliases: AliasGroups,
    document_frequency: Callable[[str], int],
    total: int,
    ignored: frozenset[str] = frozenset(),
) -> list[Concept]:
    """Return the concepts of a question, in order, each once.

    Args:
        question: the question as asked.
        aliases: groups of names that mean the same.
        document_frequency: in how many passages a term occurs.
        total: the number of passages.
        ignored: terms that name nothing in this question.
    """
    terms, language = question_terms(question), language_of(question)
    joints = loose_terms(question)
    concepts: dict[frozenset[Alternative], Concept] = {}
    dates = list(_dates_in_figures(question))
    at = 0
    while at < len(terms):
        term = terms[at].term
        group, length = _longest_alias([each.term for each in terms[at:]], aliases)
        names_nothing = (
            is_stopword(term, language)
            or term in ignored
            or (not document_frequency(term) and _is_joint(terms[at], joints))
            or _is_title(question, terms[at : at + 2])
        )
        if group is None and names_nothing:
            at += 1
            continue
        options = _alternatives(terms[at], group, document_frequency)
        if group is None:
            forms = inflections(question[terms[at].start : terms[at].end], language)
            others = [*((form,) for form in forms), *_CODES.get(term, ())]
            others += [form for a, b, form in dates if a <= terms[at].start < b]
            options += tuple(
                Alternative(form) for form in others if all(map(document_frequency, form))
            )
        frequency = max(min(map(document_frequency, option.terms)) for option in options)
        weight = math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))
        word = question[terms[at].start : terms[at + length - 1].end]
        absent = not frequency
        unknown = absent and terms[at].name and at > 0  # the first word has a capital in any case
        concept = Concept(options, max(weight, 0.0), word, absent, unknown)
        concepts.setdefault(frozenset(options), concept)
        at += length
    return list(concepts.values())


def _dates_in_figures(question: str) -> Iterator[tuple[int, int, TermTuple]]:
    """Yield where a question has a date in words, with the terms of each way to write it as one.

    A text may have "2022-07-12" or "12.07.2022" for a day, and of a month any day.
    """
    for match in _DATE.finditer(question):
        month, year = MONTHS.index(match["month"].casefold()) + 1, match["year"]
        day = re.sub(r"\D", "", match["before"] or match["behind"] or "")
        forms: list[TermTuple] = [
            (year, f"{month:02}", day.zfill(2)) if day else (year, f"{month:02}")
        ]
        for each in [int(day)] if day else range(1, 32):
            forms += [(f"{each:02}.{month:02}.{year}",), (f"{each}.{month}.{year}",)]
        yield from ((*match.span(), form) for form in dict.fromkeys(forms))


def _is_title(question: str, terms: Sequence[Term]) -> bool:
    """Return whether the first of two terms is the title of the name that follows: "Mr Lund"."""
    word = question[terms[0].start : terms[0].end]
    return word in TITLES and len(terms) == 2 and terms[1].name


def _is_joint(term: Term, joints: frozenset[int]) -> bool:
    """Return whether characters stand over the joint of two words, in a script without spaces."""
    return term.start in joints and len(term.term) > 1


def covered(concepts: Sequence[Concept], terms: Sequence[str], *, near: float) -> tuple[float, ...]:
    """Return how far a text holds each concept: 1 as written, ``near`` in a close spelling, or 0.

    Args:
        concepts: what to look for.
        terms: the terms of the text, in order.
        near: what a close spelling counts.
    """
    vocabulary = frozenset(terms)
    return tuple(
        max(_matches(option, terms, vocabulary, near) for option in concept.alternatives)
        for concept in concepts
    )


def weighted_coverage(concepts: Sequence[Concept], coverages: Sequence[float]) -> float:
    """Return how far concepts are covered, by their weights: 0..1, and 1 for no concepts.

    Args:
        concepts: what was looked for.
        coverages: how far each is held, 0..1, as of :func:`covered`.
    """
    total = sum(concept.weight for concept in concepts)
    if not total:
        return 1.0
    return sum(c.weight * part for c, part in zip(concepts, coverages, strict=True)) / total


def _longest_alias(
    terms: Sequence[str], aliases: AliasGroups
) -> tuple[frozenset[TermTuple] | None, int]:
    """Return the group of the longest name that the terms begin with, and its length."""
    best: frozenset[TermTuple] | None = None
    length = 1
    for group in aliases:
        for name in group:
            if tuple(terms[: len(name)]) == name and (best is None or len(name) > length):
                best, length = group, len(name)
    return best, length


def _alternatives(
    term: Term, group: frozenset[TermTuple] | None, document_frequency: Callable[[str], int]
) -> tuple[Alternative, ...]:
    """Return the group's names, or the term, with close spellings of a name or an absent word."""
    if group is not None:
        return tuple(Alternative(name) for name in sorted(group) if name)
    close = term.term.isalpha() and (term.name or not document_frequency(term.term))
    distance = spelling_distance(term.term) if close else 0
    return (Alternative((term.term,), distance),)


def _matches(
    option: Alternative, terms: Sequence[str], vocabulary: frozenset[str], near: float
) -> float:
    if len(option.terms) > 1:
        first, size = option.terms[0], len(option.terms)
        if first not in vocabulary:
            return 0.0
        places = (i for i, term in enumerate(terms) if term == first)
        return float(any(tuple(terms[i : i + size]) == option.terms for i in places))
    (wanted,) = option.terms
    if wanted in vocabulary:
        return 1.0
    if not option.distance:
        return 0.0
    return near if any(is_near(wanted, term, option.distance) for term in vocabulary) else 0.0
