"""Answer without an LLM: quote sentences of the articles and attribute them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from rag.answering.decide import (
    MAX_STATEMENTS,
    JudgedCandidate,
    choose_sentences,
    possible_answers,
)
from rag.answering.summaries.central import central_units, choose_central
from rag.checking.citations import check_quotation, cite, quoted
from rag.retrieval.concepts import covered
from rag.retrieval.lookup import Selection
from rag.retrieval.quoting import is_quotable, readable
from rag.retrieval.rank import Candidate
from rag.retrieval.tables.asked import read_row
from rag.retrieval.tables.listed import WholeList, found_entries, wants_all, whole_list
from rag.retrieval.tables.shown import MOST_ROWS, is_told_by_rows, row_lead
from rag.retrieval.tables.table import TableRow
from rag.text.dates import MONTH_NAMES, dated_name
from rag.text.names import PERSON_IN_CLAUSE
from rag.text.numbers import COUNT
from rag.text.quotations import in_quotes, in_single_marks
from rag.text.terms import analyze
from rag.types import Article, Citation, Statement

# A short answer is a stretch between such breaks: it must read as words of one clause.
_JOINS = "and|but|while|which|who|whose|when|where|because|after"
_BREAK = re.compile(rf"[,;:.!]\s+(?:(?:{_JOINS})\s+)?|[—–()“”\"]+\s*|\s+(?:{_JOINS})\s+")
_MAX_SHORT = 80  # characters
_MIN_SHORT = 2  # words
# Said of a quote where it is not certain that those before it answer.
POSSIBLE = "or it may be this"
_WORTHWHILE = 0.6  # of the quote; a short answer that is nearly the quote saves nobody time
# What a short answer of a kind must hold, stricter than what makes a sentence worth looking at.
_NUMBER = rf"\b\d[\d,.]*|\b(?:{COUNT})\b"
_VALUES = {
    "age": _NUMBER,
    "date": rf"\b(?:1\d{{3}}|20\d\d)\b|\b(?:{MONTH_NAMES})\b",
    "duration": _NUMBER,
    "money": r"\d",
    "number": _NUMBER,
    "person": PERSON_IN_CLAUSE,
}
# The fewest concepts of the question that a clause must hold: 1 where it gives a number, but more
# where it gives a name, which says less by itself.
_MIN_NAMED = {"person": 2}


class _Pick(NamedTuple):
    """A sentence or a row to quote, and the part of the question that it answers.

    ``row`` is the row of a table that stands in for the candidate. ``possible`` says that the
    sentence is quoted because it is not likely enough that those before it answer.
    """

    part: Selection
    candidate: Candidate
    row: TableRow | None = None
    possible: bool = False


def quote_sentences(
    parts: Sequence[tuple[Selection, Sequence[JudgedCandidate]]],
) -> list[Statement]:
    """Return statements that quote sentences and say whose they are, citations numbered from 1.

    Each quotes a sentence with what makes it readable, or a row, once.

    Args:
        parts: the parts of the question that are answered, with the candidates judged.
    """
    statements: list[Statement] = []
    places: list[tuple[Article, int, int]] = []

    def is_quoted(article: Article, start: int, end: int) -> bool:
        return any(a.id == article.id and s < end and start < e for a, s, e in places)

    for pick in _pick(parts):
        article, row = pick.candidate.article, pick.row
        listed = _whole(pick.part, pick.candidate) if row is None else None
        start, end = row[:2] if row else listed[:2] if listed else readable(pick.candidate)
        if is_quoted(article, start, end):
            start, end = pick.candidate.sentence[:2]
            if row or is_quoted(article, start, end):
                continue
        again = bool(places) and places[-1][0].id == article.id
        citation = cite(len(statements) + 1, article, start, end)
        counted = found_entries(listed) if listed and (start, end) == listed[:2] else ""
        lead = _lead(pick, counted, first=not statements, again=again)
        statements.append(replace(quoting(article, citation, lead), possible=pick.possible))
        places.append((article, start, end))
    return statements


def _whole(part: Selection, candidate: Candidate) -> WholeList | None:
    """Return the list, table or section of a sentence that is to be quoted whole, if one is."""
    if part.section is not None and candidate == part.section[0]:
        return part.section[1]
    return whole_list(candidate) if wants_all(part.question, candidate) else None


def quoting(article: Article, citation: Citation, lead: str) -> Statement:
    """Return the statement that quotes an article's words behind some of our own, checked."""
    text = f"{lead} {quoted(citation)}"
    verdict, reason = check_quotation(text, article.source, [citation])
    return Statement(text, verdict, reason, (citation,))


def _pick(parts: Sequence[tuple[Selection, Sequence[JudgedCandidate]]]) -> list[_Pick]:
    """Choose the sentences and rows to quote, part after part, each once."""
    picked: dict[tuple[str, int], _Pick] = {}
    for part, judged in parts:
        section = [part.section[0]] if part.section is not None else []
        chosen = section or _said(part) or choose_sentences(part.question, judged)
        possible = possible_answers(_rivals(part, judged), chosen)
        if part.row and is_told_by_rows(part.question, part.row):
            best = part.row.candidate
            for row in part.row.rows[:MOST_ROWS]:
                picked.setdefault((best.article.id, row.start), _Pick(part, best, row))
            chosen = [each for each in chosen if _adds_to_rows(part, each)]
        for candidate in _in_order(chosen, newest_first=part.question.sides):
            key = (candidate.article.id, candidate.sentence.start)
            picked.setdefault(key, _Pick(part, candidate))
        for candidate in possible:
            key = (candidate.article.id, candidate.sentence.start)
            picked.setdefault(key, _Pick(part, candidate, possible=True))
    return list(picked.values())


def _rivals(part: Selection, judged: Sequence[JudgedCandidate]) -> Sequence[JudgedCandidate]:
    """Return the candidates that may answer as well as those chosen; none where these are exact."""
    speaker = part.retrieved.speaker
    if part.section is not None or (part.row is not None and part.row.is_exact):
        return ()
    if speaker is None:
        return judged
    return [] if speaker.is_all else [j for j in judged if speaker.whose(j.candidate) == "theirs"]


def _said(part: Selection) -> list[Candidate]:
    """Return what stands for all that somebody says, where a question asks for nothing less."""
    speaker = part.retrieved.speaker
    if speaker is None or not speaker.is_all:
        return []
    said = {
        (each.article.id, each.sentence.start): each
        for each in part.candidates
        if speaker.whose(each) == "theirs" and is_quotable(each)
    }
    units = central_units([(c.article, *c.sentence[:2], c.vector) for c in said.values()])
    return [said[unit.article.id, unit.start] for unit in choose_central(units, MAX_STATEMENTS)]


def _adds_to_rows(part: Selection, candidate: Candidate) -> bool:
    """Return whether a sentence is of no table, or a row of another table that answers as well."""
    if candidate.sentence.kind != "row":
        return True
    reading = read_row(part.question, part.concepts, candidate)
    elsewhere = reading is None or part.row is None or reading.table != part.row.table
    return elsewhere and reading is not None and reading.is_exact


def _in_order(chosen: Sequence[Candidate], *, newest_first: bool) -> list[Candidate]:
    """Put sentences of one article together, best first, or newest first to show several sides."""
    ranks: dict[str, int] = {}
    for at, candidate in enumerate(chosen):
        ranks.setdefault(candidate.article.id, at)

    def key(candidate: Candidate) -> tuple[str, int]:
        article = candidate.article
        return _latest_date_key(article.published) if newest_first else "", ranks[article.id]

    return sorted(chosen, key=key)


def _latest_date_key(published: str | None) -> str:
    """Return a key that sorts ISO dates in descending order of their text, the undated last."""
    if not published:
        return "~"
    return re.sub(r"\d", lambda digit: str(9 - int(digit[0])), published.ljust(10, "0"))


def attribution(article: Article) -> str:
    """Return outlet and date of an article, as far as they are known."""
    if article.published is None:
        return article.source
    return dated_name(article.source, article.published, article.published_basis)


def _lead(pick: _Pick, counted: str, *, first: bool, again: bool) -> str:
    """Return what stands before a quote.

    Args:
        pick: what is quoted.
        counted: how many entries a list has that is quoted whole.
        first: whether no quote stands before it.
        again: whether the quote before is of the same article.
    """
    article, part = pick.candidate.article, pick.part
    if pick.row and part.row:
        return row_lead(attribution(article), article.source, part.row, pick.row)
    named = article.source if again else attribution(article)
    heading = part.retrieved.heading_needed(pick.candidate)
    under = f"under {in_single_marks(heading.rstrip(' .:'))}" if heading else ""
    told = [words for words in (POSSIBLE if pick.possible else "", counted, under) if words]
    if told:
        return f"{', '.join((named, *told))}:"
    opening = _short_answer(part, pick.candidate) if first else None
    if opening is not None:
        return f"{named}: {in_quotes(opening)}, in full:"
    return f"{named} also says:" if again else f"{named}:"


def _short_answer(part: Selection, candidate: Candidate) -> str | None:
    """Return the few words of a sentence that answer a question, verbatim, if any clearly do.

    They are a clause that holds the wanted kind of answer (a number or a name that is not in the
    question) and also the rarest of the question's concepts that the sentence holds, so that
    "900 in Syria" and not "3,000 in Iraq" answers for Syria.
    """
    question = part.question
    kind = question.kind.name if question.kind else ""
    coverages = zip(part.concepts, candidate.concept_coverage, strict=True)
    named = [concept for concept, coverage in coverages if coverage]
    if kind not in _VALUES or len(named) < 2:
        return None
    asked = frozenset(term.term for term in analyze(question.text))
    rarest = max(named, key=lambda concept: concept.weight)
    for start, end in _clauses(candidate.text):
        clause = candidate.text[start:end]
        terms = [term.term for term in analyze(clause)]
        held = covered(named, terms, near=1.0)
        if not held[named.index(rarest)] or sum(held) < _MIN_NAMED.get(kind, 1):
            continue
        # Inside a sentence a clause has a capital at its beginning only for a name.
        values = re.findall(_VALUES[kind], f"a {clause}" if start else clause)
        is_new = any(term.term not in asked for value in values for term in analyze(value))
        worthwhile = len(clause) <= min(_MAX_SHORT, _WORTHWHILE * len(candidate.text))
        if is_new and worthwhile and len(terms) >= _MIN_SHORT:
            return clause
    return None


def _clauses(text: str) -> list[tuple[int, int]]:
    edges = [0]
    for match in _BREAK.finditer(text):
        edges += match.span()
    edges.append(len(text.rstrip(" .!")))
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]
