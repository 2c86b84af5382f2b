"""The order of steps from a question to an answer.

Retrieve, decide, have an LLM write or quote, compare, check: :func:`answer_steps` is that order.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import NamedTuple

from rag.answering.collection.answers import Described, describe_documents
from rag.answering.decide import Decision, JudgedCandidate, decide, judge_candidates
from rag.answering.extractive import quote_sentences
from rag.answering.generative import STAND_IN, Search, Writer, quotes_behind, write
from rag.answering.open_parts import open_notice
from rag.answering.sought import NO_ANSWER
from rag.answering.summaries.told import summarize
from rag.answering.written.dossier import EvidencePiece, gather, speaks_to
from rag.checking.citations import Footnotes, check_citation, check_citations
from rag.comparing.backing import with_backing
from rag.comparing.differences import COMPARED_PASSAGES, find_differences
from rag.retrieval.lookup import Selection, Snapshot, merge_hits
from rag.text.words.languages import is_english
from rag.types import Answer, Citation, Considered, Difference, Event, Scope, Statement

_ONLY_ENGLISH = (
    "Questions in other languages than English are answered by the words that they share with the "
    "documents: what is said in other words, when something was, and whether sources disagree is "
    "found in English only."
)
EXTRACTIVE = "extractive"  # ``answered_by`` where no LLM answers


def answer_steps(
    snapshot: Snapshot,
    question: str,
    writer: Writer | None,
    *,
    top_k: int,
    scope: Scope | None,
    notice: str | None,
) -> Generator[Event | None]:
    """Answer a question, step by step.

    Yields an event for each statement and each change to one, None whenever an LLM is waited
    for, so that a caller may leave, and at last the answer.

    Args:
        snapshot: the articles.
        question: checked, as it is to be understood.
        writer: the LLM that answers, if any. Where it fails, quotes stand in, with a notice;
            where nothing at all was found for it, or nothing of the time asked about, it is not
            asked.
        top_k: passages that the answer is drawn from.
        scope: only from articles within it; None for all.
        notice: what the reader must know of the index.

    Raises:
        CitationError: a citation does not equal the words at its place.
    """
    times = [time.perf_counter()]
    described = _describe_or_summarize(snapshot, question, scope, None if writer else top_k)
    if described is not None:
        yield from _describe(snapshot, question, described, notice, times[0])
        return
    parts = snapshot.look_up(question, top_k, scope)
    times.append(time.perf_counter())
    decisions = list(map(decide, parts))
    judged = [judge_candidates(part.question, part.candidates) for part in parts]
    asking = _asking(snapshot, parts, writer, top_k, scope)
    drafted = yield from _draft(question, parts, decisions, judged, asking)
    times.append(time.perf_counter())
    statements, differences = _compare(snapshot, parts, drafted.statements, top_k)
    times += [time.perf_counter()] if statements else []
    best = max(decisions, key=lambda decision: decision.probability)
    answer = Answer(
        question=question,
        understood_as=question,
        status="answered" if statements else "abstained",
        confidence=best.probability,
        reason=None if statements else best.reason or NO_ANSWER,
        statements=tuple(statements),
        citations=_citations(statements),
        differences=differences,
        passages=merge_hits(parts, top_k),
        answered_by=drafted.llm or EXTRACTIVE,
        notice=_joined(notice, drafted.notice, _language_notice(question)),
        seconds=_seconds(times),
        signals=dict(parts[0].evidence.signals) if parts[0].evidence else {},
        considered=tuple(_considered(each) for part in judged for each in part),
        llm=drafted.llm,
        stood_in=drafted.stood_in,
        asked=drafted.asked,
    )
    _check(answer, snapshot)
    yield Event("done", answer=answer)


def _joined(*notices: str | None) -> str | None:
    return " ".join(filter(None, notices)) or None


def _language_notice(question: str) -> str | None:
    """Return what a question in another language misses, None for one in English."""
    return None if is_english(question) else _ONLY_ENGLISH


class _Draft(NamedTuple):
    """The statements of an answer, and how they came about, as in :class:`~rag.types.Answer`."""

    statements: list[Statement]
    llm: str | None = None
    stood_in: bool = False
    notice: str | None = None
    asked: tuple[str, str] | None = None


def _draft(
    question: str,
    parts: Sequence[Selection],
    decisions: Sequence[Decision],
    judged: Sequence[Sequence[JudgedCandidate]],
    asking: _Asking | None,
) -> Generator[Event | None, None, _Draft]:
    """Have an LLM answer from its evidence; quote where none is asked, or it fails.

    Whether there is enough to answer decides about quotes only: an LLM may itself say that the
    documents do not answer.
    """
    written = None
    if asking:
        written = yield from write(question, asking.evidence, asking.writer, asking.search)
        if written.statements is not None and written.stands:
            name = asking.writer.name
            return _Draft(written.statements, name, False, written.notice, written.asked)
    answerable = [at for at, decision in enumerate(decisions) if decision.answer]
    quotes = quote_sentences([(parts[at], judged[at]) for at in answerable])
    unanswered = open_notice(parts, decisions)
    if written is None:
        yield from _stream_quotes(quotes)
        return _Draft(quotes, notice=unanswered)
    struck = written.statements or []
    if not quotes:
        yield from (Event("withdrawn", statement=statement) for statement in struck)
        return _Draft([], notice=written.notice, asked=written.asked)
    quotes = quotes_behind(struck, quotes)
    yield from _stream_quotes(quotes)
    told = _joined(written.notice, STAND_IN, unanswered)
    return _Draft([*struck, *quotes], None, True, told, written.asked)


def _stream_quotes(statements: Iterable[Statement]) -> Iterator[Event]:
    for statement in statements:
        yield Event("draft", statement=statement)
        yield Event("verified", statement=statement)


def _describe_or_summarize(
    snapshot: Snapshot, question: str, scope: Scope | None, limit: int | None
) -> Described | None:
    """Return what is known of the documents, or a summary of so many passages, where it is wanted.

    Args:
        snapshot, question, scope: as of :func:`answer_steps`.
        limit: passages that a summary is drawn from; None where an LLM writes it.
    """
    described = describe_documents(snapshot.index, snapshot.aliases, question, scope)
    if described is not None or limit is None:
        return described
    return summarize(snapshot, question, scope, limit)


def _describe(
    snapshot: Snapshot, question: str, described: Described, notice: str | None, began: float
) -> Iterator[Event]:
    """Yield the events of an answer about the documents themselves, or of a summary."""
    statements = described.statements
    yield from _stream_quotes(statements)
    answer = Answer(
        question=question,
        understood_as=question,
        status="answered" if statements else "abstained",
        confidence=1.0,
        reason=described.reason,
        statements=tuple(statements),
        citations=_citations(statements),
        passages=(),
        answered_by=EXTRACTIVE,
        notice=_joined(notice, described.notice),
        seconds={"retrieve": round(time.perf_counter() - began, 4)},
    )
    _check(answer, snapshot)
    yield Event("done", answer=answer)


def _evidence(
    snapshot: Snapshot, parts: Sequence[Selection], *, scoped: bool
) -> list[EvidencePiece]:
    """Return the evidence for an LLM; none where nothing was found of what was asked about."""
    found = [part for part in parts if speaks_to(part)]
    return gather(snapshot, found, scoped=scoped) if found else []


class _Asking(NamedTuple):
    """An LLM that is asked, the evidence for it, and what finds more of it within the scope."""

    writer: Writer
    evidence: list[EvidencePiece]
    search: Search


def _asking(
    snapshot: Snapshot,
    parts: Sequence[Selection],
    writer: Writer | None,
    top_k: int,
    scope: Scope | None,
) -> _Asking | None:
    """Return what an LLM is asked with; None where there is none, or no evidence for it."""
    evidence = _evidence(snapshot, parts, scoped=scope is not None) if writer else []

    def search(words: str) -> list[EvidencePiece]:
        # No document beside those that speak to the words, however small the folder is.
        return _evidence(snapshot, snapshot.look_up(words, top_k, scope), scoped=True)

    return _Asking(writer, evidence, search) if writer and evidence else None


def _compare(
    snapshot: Snapshot, parts: Sequence[Selection], statements: Sequence[Statement], top_k: int
) -> tuple[list[Statement], tuple[Difference, ...]]:
    """Return the statements with the other sources of each, and where the sources differ."""
    if not statements:
        return [], ()
    broadly = snapshot.select_more(parts, max(top_k, COMPARED_PASSAGES))
    footnotes = Footnotes(_citations(statements))
    differences = find_differences(broadly, footnotes, snapshot)
    backed = with_backing(
        statements,
        broadly,
        differences,
        snapshot.article,
        footnotes,
        entailment=snapshot.entailment,
    )
    return backed, differences


def _citations(statements: Iterable[Statement]) -> tuple[Citation, ...]:
    """Return the citations of statements, each once, in the order of their numbers."""
    cited = (citation for statement in statements for citation in statement.citations)
    return tuple(dict.fromkeys(cited))


def _check(answer: Answer, snapshot: Snapshot) -> None:
    """Check every citation of an answer against the articles.

    Raises:
        CitationError: one does not equal the words at its place.
    """
    check_citations(answer.citations, snapshot.find_article)
    for quote in _further_quotes(answer):
        check_citation(quote, snapshot.find_article)


def _further_quotes(answer: Answer) -> Iterator[Citation]:
    """Yield the quotes that are shown beside those of the statements."""
    for statement in answer.statements:
        if statement.backing is not None:
            yield from (*statement.backing.also, *statement.backing.copies)
    for difference in answer.differences:
        yield from (position.citation for position in difference.positions)


def _seconds(times: Sequence[float]) -> dict[str, float]:
    """Return how long each step took; there is no comparison where nothing was answered."""
    took = zip(("retrieve", "answer", "compare"), times[:-1], times[1:], strict=False)
    return {step: round(end - start, 4) for step, start, end in took}


def _considered(judged: JudgedCandidate) -> Considered:
    article, sentence = judged.candidate.article, judged.candidate.sentence
    return Considered(article.id, sentence.start, sentence.end, judged.signals, judged.probability)
