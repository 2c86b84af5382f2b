"""Tell whether two documents that give different values speak of the same thing.

What is exact rules out: another year, another ordinal ("the second round"), a name that the
question does not have in place of one that it has. Beyond that the models decide: the reader must
take both sentences for answers, and the entailment model one to contradict the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.checking.statement import analyzed, canonical
from rag.comparing.answers import GivenQuantity, values_by_document
from rag.comparing.matching import clause_around
from rag.models.cross_encoder import Judgement
from rag.models.entailment import Entailment, evidence_text
from rag.retrieval.concepts import Concept
from rag.retrieval.question import Question
from rag.retrieval.rank import Candidate
from rag.text.dates import CALENDAR, YEAR
from rag.text.terms import Term, analyze
from rag.text.time_expressions import When, find_times

# Chosen on 142 pairs of differing values, 34 of them of one thing, from 36 invented groups of
# documents. Two sentences whose cosine is no less than _NEAR are of one thing if both likely answer
# and one contradicts the other, if both may answer and each contradicts the other or they are
# nearly one, …
_NEAR = 0.45
_LIKELY_ANSWERS, _CONTRADICTED = 0.4, 0.6
_MAY_ANSWER, _BOTH_CONTRADICTED, _NEARLY_THE_SAME = 0.1, 0.57, 0.85
_ALIKE = 0.54  # … or if they answer as surely as they are alike: this product of both
_YEARS = re.compile(rf"(?<![\d.,]){YEAR}(?![\d,.]*\d)(?!\s+[a-z]+s\b)")
_ORDINAL_WORDS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_IN_DIGITS = {word: str(at) for at, word in enumerate(_ORDINAL_WORDS, start=1)}
# "The second half of 2036" is a time.
_ORDINALS = re.compile(
    rf"\b(?:(?P<words>{'|'.join(_ORDINAL_WORDS)}|last)|(?P<digits>\d{{1,2}})(?:st|nd|rd|th))\b"
    r"(?! (?:half|quarter)\b)",
    re.IGNORECASE,
)


def is_asked(question: Question, given: GivenQuantity) -> bool:
    """Return whether nothing exact says that a value is of another thing than is asked about.

    The document has what the question names; and where the unit has not, the clause of the value
    has no other name.
    """
    text = given.candidate.in_context
    if _excluding(_ordinals(question.text), _ordinals(text)):
        return False
    names = _names(question.text)
    named = {canonical(term) for name in names for term in name}
    article, words = given.candidate.article, analyzed(text).words
    if named <= {canonical(word) for word in words}:
        return True
    whole = analyzed(f"{article.source}\n{article.title}\n{article.text}")
    if not all(any(map(whole.holds, name)) for name in names):
        return False
    low, high = clause_around(text, given.start, given.end)
    known = {canonical(term) for term in analyze(article.source)} | named
    return not any(
        low <= word.start < high
        and _may_name(text, word)
        and canonical(word) not in known
        and (word.start > 0 or _is_named_in(article.text, canonical(word)))
        for word in words
    )


def _names(text: str) -> list[list[Term]]:
    """Return the names of a question, each as the words with a capital that stand in a row."""
    terms = [term for term in analyze(text)[1:] if _may_name(text, term)]
    names: list[list[Term]] = []
    for term in terms:
        if names and text[names[-1][-1].end : term.start].isspace():
            names[-1].append(term)
        else:
            names.append([term])
    return names


def _may_name(text: str, term: Term) -> bool:
    is_date = text[term.start : term.end].lower() in CALENDAR
    return term.name and not term.term[0].isdigit() and not is_date


def _is_named_in(text: str, term: str) -> bool:
    """Return whether a word has its capital inside a sentence too."""
    return any(
        word.name
        and canonical(word) == term
        and text[max(0, word.start - 2) : word.start - 1].isalpha()
        for word in analyzed(text).words
    )


def may_be_one(question: Question, one: GivenQuantity, other: GivenQuantity) -> bool:
    """Return whether nothing exact says that two values are of two things."""
    texts = one.candidate.in_context, other.candidate.in_context
    if _excluding(*(_ordinals(text) for text in texts)):
        return False
    if isinstance(one.value, When):
        return True
    stated = [_years(given.candidate) for given in (one, other)]
    if not any(stated):
        return True
    asked = {match[0] for match in _YEARS.finditer(question.text)}
    first, second = (
        years or asked or _published(given.candidate)
        for years, given in zip(stated, (one, other), strict=True)
    )
    return not _excluding(first, second)


def _excluding(one: frozenset[str] | set[str], other: frozenset[str] | set[str]) -> bool:
    return bool(one and other) and not one & other


def _ordinals(text: str) -> frozenset[str]:
    found = (match["words"] or match["digits"] for match in _ORDINALS.finditer(text))
    return frozenset(_IN_DIGITS.get(each.lower(), each.lower()) for each in found)


def _years(candidate: Candidate) -> frozenset[str]:
    """Return the years that a unit names, "last year" included."""
    text = candidate.in_context
    whens = find_times(text, candidate.article.published)
    named = {match[0] for match in _YEARS.finditer(text)}
    return frozenset(named | {when.date[:4] for when in whens})


def _published(candidate: Candidate) -> frozenset[str]:
    published = candidate.article.published
    return frozenset((published[:4],)) if published else frozenset()


def same_thing(one: GivenQuantity, other: GivenQuantity, judged: Sequence[Judgement]) -> bool:
    """Return whether two values that differ are likely of one thing.

    Args:
        one, other: the values.
        judged: how far the sentence of each contradicts that of the other.
    """
    answers = min(one.candidate.answers, other.candidate.answers)
    near = float(one.candidate.vector @ other.candidate.vector)
    least, most = sorted(each.contradicted for each in judged)
    needed = _MAY_ANSWER if near >= _NEARLY_THE_SAME else _LIKELY_ANSWERS
    contradicting = (answers >= needed and most >= _CONTRADICTED) or (
        answers >= _MAY_ANSWER and least >= _BOTH_CONTRADICTED
    )
    return near >= _NEAR and (contradicting or answers * near >= _ALIKE)


def judge_pairs(
    pairs: Sequence[tuple[GivenQuantity, GivenQuantity]], entailment: Entailment
) -> list[list[Judgement]]:
    """Return, of each pair, how the sentence with one value is judged by the other's, both ways."""
    texts = []
    for one, other in pairs:
        texts.append((_evidence(other.candidate), one.candidate.in_context))
        texts.append((_evidence(one.candidate), other.candidate.in_context))
    judged = entailment.judge(texts)
    return [judged[at : at + 2] for at in range(0, len(judged), 2)]


def _evidence(candidate: Candidate) -> str:
    article, before = candidate.article, candidate.before
    words = candidate.in_context
    if before is not None and candidate.sentence.kind == "text":
        words = f"{article.text[before.start : before.end]} {words}"
    about = [known for known in (article.source, article.published) if known]
    return evidence_text(words, about)


def _both_give(one: GivenQuantity, other: GivenQuantity) -> bool:
    """Return whether the unit of one of two values gives the other's too."""
    return one.may_also_be(other) or other.may_also_be(one)


def groups_of_one_thing(
    question: Question,
    concepts: Sequence[Concept],
    candidates: Iterable[Candidate],
    entailment: Entailment,
) -> list[list[GivenQuantity]]:
    """Return the values that documents give for what is asked, grouped by those that agree.

    The likeliest answer is in the first group; each other group differs from it, and is of the same
    thing. A document that gives the likeliest value elsewhere too does not differ. Where none
    differs, the likeliest must be likely.
    """
    documents = values_by_document(
        question, concepts, candidates, lambda given: is_asked(question, given)
    )
    groups: list[list[GivenQuantity]] = []
    for values in sorted(documents, key=lambda values: -values[0].candidate.answers):
        best = values[0]
        if best.candidate.answers < _MAY_ANSWER:
            break
        first = groups[0][0] if groups else best
        if not best.is_comparable(first) or not may_be_one(question, first, best):
            continue
        same = next((own for own in groups if any(best.agrees(each) for each in own)), None)
        if same is not None:
            same.append(best)
        elif not groups or not any(_both_give(each, first) for each in values):
            groups.append([best])
    judged = judge_pairs([(groups[0][0], own[0]) for own in groups[1:]], entailment)
    others = [
        own
        for own, opinions in zip(groups[1:], judged, strict=True)
        if same_thing(groups[0][0], own[0], opinions)
    ]
    sure = bool(others) or (bool(groups) and groups[0][0].candidate.answers >= _LIKELY_ANSWERS)
    return [groups[0], *others] if sure else []
