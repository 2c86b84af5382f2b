"""Make checked statements of the sentences that an LLM writes, while they come."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rag.answering.leaks import LeakDetector
from rag.answering.marks import MarkReader, WrittenSentence, named_sources
from rag.answering.written.asides import MOST_REPEATED, goes_in_circles, is_aside
from rag.answering.written.dossier import EvidencePiece
from rag.answering.written.refusals import brings_in, claim_beside, says_not_held
from rag.checking.citations import check_cited_statement, cite
from rag.checking.rules import in_full
from rag.checking.statement import analyzed
from rag.errors import LLMError
from rag.models.entailment import Opinions
from rag.types import Citation, Event, Statement, Support, Verdict

_MAX_SENTENCES = 40  # ten times what is asked for
_SEARCHED = 12  # pieces of evidence that share most with a sentence, each held against it by rules
_ASKED = 3  # of them, about which the models are asked
_UNCHECKED = "it is not checked yet"
NOT_HELD = "it says what the documents do not hold, which no quote can show"


class _Checked(NamedTuple):
    """A verdict on a sentence, and the pieces of evidence that it then cites, as spans."""

    support: Support
    spans: tuple[tuple[int, tuple[int, int]], ...]  # the number of a piece, and what is quoted


class StatementStream:
    """The sentences that an LLM writes, made into checked statements while they come.

    ``statements`` are those so far; ``withdrawn`` counts the sentences without support that
    were taken back, ``leaked`` those that repeated the instructions and were never shown, and
    ``cited_anew`` those that cited the wrong words and now cite others that support them;
    ``repeated`` counts the sentences that it had written already, which are passed over;
    ``forged`` are the numbers of evidence that the LLM made up; ``refused`` says that it said of
    the documents that they do not answer, all or a part.
    """

    def __init__(
        self,
        question: str,
        evidence: Sequence[EvidencePiece],
        *,
        abstention: str,
        leaks: LeakDetector,
        strict: bool,
        opinions: Opinions,
    ) -> None:
        """Begin.

        Args:
            question: as understood.
            evidence: as numbered in the prompt.
            abstention: the phrase that means that there is no answer.
            leaks: knows the instructions, which must not be repeated.
            strict: whether a sentence that its evidence does not support is taken back.
            opinions: of models, on sentences in other words than the evidence.
        """
        self._evidence = evidence
        sources = {piece.article.source or "" for piece in evidence}
        self._question = question
        self._said: set[str] = set()
        self._known = " ".join((question, *sorted(sources)))
        self._abstention = _letters(abstention)
        self._leaks = leaks
        self._strict = strict
        self._opinions = opinions
        self._articles = {piece.article.id: piece.article for piece in evidence}
        self._cited: dict[tuple[str, int, int], Citation] = {}
        self.statements: list[Statement] = []
        self.withdrawn = self.leaked = self.cited_anew = 0
        self.repeated = 0
        self.forged: list[int] = []
        self.refused = False

    @property
    def answers(self) -> bool:
        """Whether a sentence so far says something that its citations bear out, at least partly."""
        return any(s.citations and s.verdict != Verdict.UNSUPPORTED for s in self.statements)

    def read(self, pieces: Iterable[str]) -> Iterator[Event | None]:
        """Yield events for each sentence as soon as it is whole, and None for each piece.

        Raises:
            LLMError: it has written far more than was asked for.
        """
        reader = MarkReader()
        for piece in pieces:
            yield None
            sentences = reader.feed(piece)
            if reader.was_thinking:
                yield from self._take_back()
            for written in sentences:
                yield from self._take(written)
                if self.repeated >= MOST_REPEATED:
                    return  # it goes round in circles
                if len(self.statements) + self.withdrawn + self.leaked > _MAX_SENTENCES:
                    raise LLMError("The LLM's answer did not come to an end.")
        for written in reader.close():
            yield from self._take(written)

    def _take_back(self) -> Iterator[Event]:
        """Withdraw all so far: it was thought aloud, as the LLM only now says."""
        for statement in self.statements:
            yield Event("withdrawn", statement=statement)
        self.statements.clear()
        self._cited.clear()
        self._said.clear()
        self.withdrawn = self.leaked = self.repeated = self.cited_anew = 0
        self.forged.clear()
        self.refused = False

    def _take(self, written: WrittenSentence) -> Iterator[Event]:
        """Make a statement of a sentence, unless it is an introduction, a leak or an abstention."""
        if written.text.endswith((":", "：")) and not written.numbers:
            return  # "Here is the answer:" introduces, and states nothing
        if not written.numbers and is_aside(written.text, self._question):
            return
        if goes_in_circles(written.text):
            self.repeated = MOST_REPEATED  # nothing else will come
            return
        if _letters(written.text) in self._said:
            self.repeated += 1
            return
        self._said.add(_letters(written.text))
        if self._abstention and self._abstention in _letters(written.text) and not written.numbers:
            self.refused = True
            return
        if self._leaks.is_leak(written.text):
            self.leaked += 1
            return
        draft = Statement(written.text, Verdict.UNSUPPORTED, _UNCHECKED, ())
        yield Event("draft", statement=draft)
        statement = self._statement(written)
        if self._strict and statement.verdict == Verdict.UNSUPPORTED:
            self.withdrawn += 1
            yield Event("withdrawn", statement=statement)
            return
        self.statements.append(statement)
        yield Event("verified", statement=statement)

    def _statement(self, written: WrittenSentence) -> Statement:
        """Check a sentence against the evidence that it cites, or else that supports it best."""
        known = [number for number in written.numbers if 1 <= number <= len(self._evidence)]
        forged = [number for number in written.numbers if number not in known]
        self.forged += [number for number in forged if number not in self.forged]
        text = self._with_sources_named(written.text)
        is_gap = says_not_held(text, self._opinions.entailment)
        if is_gap and not brings_in(text, self._known):
            claim = claim_beside(text)
            found = self._check(claim or text, known) if known or claim else None
            if found is None or (claim is None and found.support.verdict != Verdict.SUPPORTED):
                self.refused = True
                return Statement(text, Verdict.PARTIAL, NOT_HELD, ())
        else:
            found = self._check(text, known)
        verdict, reason, *_ = found.support
        if not found.spans and forged:
            reason = f"it cites {forged[0]}, and there is no such evidence"
        if self._strict and verdict == Verdict.UNSUPPORTED:
            return Statement(text, verdict, reason, ())  # so that its citations get no numbers
        return Statement(text, verdict, reason, self._numbered(found))

    def _numbered(self, found: _Checked) -> tuple[Citation, ...]:
        """Return the citations of a sentence with their numbers in the answer."""
        citations = []
        for number, span in found.spans:
            place = (self._evidence[number - 1].article.id, *span)
            if place not in self._cited:
                self._cited[place] = self._cite(number, span, len(self._cited) + 1)
            citations.append(self._cited[place])
        return tuple(dict.fromkeys(citations))

    def _check(self, text: str, known: Sequence[int]) -> _Checked:
        """Check a sentence against what it cites.

        A sentence whose mark points to what does not support it, or that has none, cites what does.
        """
        if known:
            cited = self._judge(text, [(n, self._evidence[n - 1].span) for n in known])
            if cited.support.verdict == Verdict.SUPPORTED:
                return cited
        else:
            cited = _Checked(Support(Verdict.UNSUPPORTED, "it cites nothing", 0.0), ())
        if known and cited.support.verdict != Verdict.UNSUPPORTED:
            return cited
        other = self._supporting(text, known)
        if other is None:
            return cited
        self.cited_anew += bool(known)
        return other

    def _supporting(self, text: str, tried: Sequence[int]) -> _Checked | None:
        """Return the evidence that supports a sentence best by rules and models, if any does."""
        said = analyzed(in_full(text, self._question)).terms
        shared = {
            number: len(said & analyzed(piece.text).terms)
            for number, piece in enumerate(self._evidence, start=1)
            if number not in tried
        }
        nearest = sorted(shared, key=lambda number: (-shared[number], number))[:_SEARCHED]
        places = [(number, self._evidence[number - 1].span) for number in nearest]
        by_rules = [self._judge(text, [place], by_rules=True) for place in places]
        best = sorted(
            by_rules,
            key=lambda found: (found.support.verdict != Verdict.SUPPORTED, -found.support.score),
        )
        for found in best[:_ASKED]:
            sure = not tried or found.support.verdict == Verdict.SUPPORTED
            judged = self._judge(text, found.spans) if sure else found
            if sure and judged.support.verdict == Verdict.SUPPORTED:
                return judged
        return None

    def _judge(
        self,
        text: str,
        places: Sequence[tuple[int, tuple[int, int]]],
        *,
        by_rules: bool = False,
    ) -> _Checked:
        cited = [self._cite(number, span, 1) for number, span in places]
        opinions = None if by_rules else self._opinions
        support = check_cited_statement(
            text, cited, self._articles.__getitem__, opinions, question=self._question
        )
        return _Checked(support, tuple(places))

    def _with_sources_named(self, text: str) -> str:
        """Put outlets in place of "Source 1", a number that the reader never sees."""
        for start, end, numbers in reversed(named_sources(text)):
            if all(1 <= number <= len(self._evidence) for number in numbers):
                sources = (self._evidence[number - 1].article.source for number in numbers)
                text = f"{text[:start]}{' and '.join(dict.fromkeys(sources))}{text[end:]}"
        return text

    def _cite(self, evidence_number: int, span: tuple[int, int], citation_number: int) -> Citation:
        """Cite a span of the article of a piece of evidence.

        Args:
            evidence_number: its number in the prompt, from 1.
            span: what is quoted.
            citation_number: the number of the citation in the answer, from 1.
        """
        return cite(citation_number, self._evidence[evidence_number - 1].article, *span)


def _letters(text: str) -> str:
    """Return the words of a text in small letters, one space between them."""
    return re.sub(r"\W+", " ", text).casefold().strip()
