"""Have an LLM write an answer: the citations are made here, and every sentence is checked.

What the LLM writes becomes statements while it comes, so that a reader sees each sentence as soon
as it is whole; what turns out not to hold is withdrawn.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rag.answering.extractive import attribution
from rag.answering.leaks import LeakDetector
from rag.answering.marks import MarkReader, WrittenSentence, named_sources
from rag.answering.prompts import FENCE, Prompts, fill, load_prompts
from rag.checking.citations import check_cited_statement, cite
from rag.errors import LLMError
from rag.llms.specs import NO_LLM, LLMLimits, check_spec, load_llm
from rag.llms.streaming import context_of, stream_text
from rag.models.entailment import Entailment, Opinions, load_entailment
from rag.retrieval.quoting import readable
from rag.retrieval.rank import Candidate
from rag.text.blocks import in_context
from rag.types import Citation, Event, Statement, Support, Verdict

if TYPE_CHECKING:
    from llama_index.core.llms import LLM


MOST_EVIDENCE = 12  # sentences; more bury the answer for a small model
_MAX_SENTENCES = 40  # ten times what is asked for
_BYTES_A_TOKEN = 3  # English has four or more, Chinese about three: no prompt is underestimated
_ANSWER_ROOM = 300  # tokens kept free for four sentences
_UNCHECKED = "it is not checked yet"
_STAND_IN = "Quotes stand in for its answer."


class Writer(NamedTuple):
    """An LLM, its name in messages, its prompts and limits, and how its sentences are checked.

    ``strict`` says that a sentence without support is withdrawn.
    """

    llm: LLM
    name: str
    prompts: Prompts
    limits: LLMLimits
    strict: bool
    opinions: Opinions


class Writers:
    """Writers by the spec of their LLM, each loaded when first asked for. Safe between threads."""

    def __init__(
        self, prompts: Path | None, entailment: str, similarity: Callable[[str, str], float]
    ) -> None:
        """Read the prompts.

        Args:
            prompts: a file with prompts of the user's own, if any.
            entailment: name of a model for entailment, or `none`; loaded when first needed.
            similarity: the cosine of two texts.

        Raises:
            SettingError: the file cannot be used.
        """
        self._prompts = load_prompts(prompts)
        self._entailment_name = entailment
        self._similarity = similarity
        self._entailment: Entailment | None = None
        self._loaded: dict[tuple[str, LLMLimits], LLM] = {}
        self._lock = threading.Lock()

    def get(self, llm: str | LLM, limits: LLMLimits, *, strict: bool = False) -> Writer | None:
        """Return the writer for a spec, or for an LLM made by the caller; None for ``none``.

        Raises:
            SettingError, MissingExtra, LLMError: the LLM cannot be loaded.
            ModelError: the model for entailment cannot be loaded.
        """
        if isinstance(llm, str):
            check_spec(llm)
            if llm == NO_LLM:
                return None
            name, llm = llm, self._load(llm, limits)
        else:
            name = llm.metadata.model_name
        return Writer(llm, name, self._prompts, limits, strict, self.opinions())

    def opinions(self) -> Opinions:
        """Return the models that give an opinion on a sentence.

        Raises:
            ModelError: the model for entailment cannot be loaded.
        """
        with self._lock:
            if self._entailment is None:
                self._entailment = load_entailment(self._entailment_name)
            return Opinions(self._similarity, self._entailment)

    def _load(self, spec: str, limits: LLMLimits) -> LLM:
        with self._lock:
            key = (spec, limits)
            if key not in self._loaded:
                self._loaded[key] = load_llm(spec, limits)
            return self._loaded[key]


class LLMAnswer(NamedTuple):
    """An LLM's answer; ``statements`` is None where quotes must stand in, empty if it abstains.

    ``notice`` is what the reader must know of it, ``asked`` the system and the user message.
    """

    statements: list[Statement] | None
    notice: str | None
    asked: tuple[str, str] | None


def write(
    question: str, evidence: Sequence[Candidate], writer: Writer
) -> Generator[Event | None, None, LLMAnswer]:
    """Have an LLM answer; what it wrote before it failed is withdrawn.

    Yields an event for each statement and each change to one, and None for each piece of text.

    Args:
        question: as understood.
        evidence: sentences, the most relevant first.
        writer: the LLM.
    """
    prompts = writer.prompts
    stream: StatementStream | None = None
    asked: tuple[str, str] | None = None
    try:
        room = min(writer.limits.context, context_of(writer.llm) or writer.limits.context)
        system, user, given = _fill_prompts(question, evidence, prompts, room)
        asked = (system, user)
        stream = StatementStream(
            given,
            abstention=prompts.abstention,
            leaks=LeakDetector(system, user),
            strict=writer.strict,
            opinions=writer.opinions,
        )
        with closing(
            stream_text(writer.llm, writer.name, system, user, seconds=writer.limits.seconds)
        ) as pieces:
            yield from stream.read(pieces)
    except LLMError as error:
        for statement in stream.statements if stream else ():
            yield Event("withdrawn", statement=statement)
        reason = str(error)
        if asked and LeakDetector(*asked).is_leak(reason):  # a server may quote what it was sent
            reason = f"The LLM {writer.name} gave no answer."
        return LLMAnswer(None, f"{reason} {_STAND_IN}", asked)
    notice = _forged_notice(stream.forged)
    supported = any(s.verdict == Verdict.SUPPORTED for s in stream.statements)
    if stream.abstained and not supported:
        for statement in stream.statements:
            yield Event("withdrawn", statement=statement)
        return LLMAnswer([], notice, asked)
    gone = _withdrawn_notice(stream.withdrawn, stream.leaked)
    if not stream.statements:
        nothing = "that the articles support" if gone else "that can be read"
        failure = f"The LLM {writer.name} said nothing {nothing}. {_STAND_IN}"
        return LLMAnswer(None, failure, asked)
    return LLMAnswer(stream.statements, " ".join(filter(None, (notice, gone))) or None, asked)


def _fill_prompts(
    question: str, evidence: Sequence[Candidate], prompts: Prompts, context: int
) -> tuple[str, str, list[Candidate]]:
    """Return the system and the user message, and the evidence in them, numbered from 1.

    The last sentences of the evidence are dropped until the messages fit into the context of
    the LLM, in tokens.

    Raises:
        LLMError: not even one sentence fits.
    """
    system = fill(prompts.system, abstention=prompts.abstention)
    for count in range(min(len(evidence), MOST_EVIDENCE), 0, -1):
        user = fill(prompts.request, evidence=_fenced(evidence[:count], prompts), question=question)
        size = len(f"{system}{user}".encode()) // _BYTES_A_TOKEN + _ANSWER_ROOM
        if size <= context:
            return system, user, list(evidence[:count])
    raise LLMError(
        f"The LLM's context of {context} tokens is too small for one piece of evidence; "
        "RAG_LLM_CONTEXT sets it."
    )


def _fenced(evidence: Sequence[Candidate], prompts: Prompts) -> str:
    """Return the evidence as one text in which no fence can be closed."""
    lines = []
    for number, candidate in enumerate(evidence, start=1):
        start, end = readable(candidate)
        source = " ".join(attribution(candidate.article).split())
        words, part = candidate.article.text[start:end], candidate.article.part(start, end)
        text = " ".join(in_context(words, *part).split())
        lines.append(fill(prompts.evidence, number=str(number), source=source, text=text))
    fenced = "\n".join(lines)
    # Again and again, for a part that is taken out may leave a whole fence behind.
    while any(mark in fenced for mark in FENCE):
        for mark in FENCE:
            fenced = fenced.replace(mark, "")
    return fenced


class StatementStream:
    """The sentences that an LLM writes, made into checked statements while they come.

    ``statements`` are those so far; ``withdrawn`` counts the sentences without support that
    were taken back, ``leaked`` those that repeated the instructions and were never shown;
    ``forged`` are the numbers of evidence that the LLM made up; ``abstained`` says that it
    found no answer.
    """

    def __init__(
        self,
        evidence: Sequence[Candidate],
        *,
        abstention: str,
        leaks: LeakDetector,
        strict: bool,
        opinions: Opinions,
    ) -> None:
        """Begin.

        Args:
            evidence: as numbered in the prompt.
            abstention: the phrase that means that there is no answer.
            leaks: knows the instructions, which must not be repeated.
            strict: whether a sentence that its evidence does not support is taken back.
            opinions: of models, on sentences in other words than the evidence.
        """
        self._evidence = evidence
        self._abstention = _letters(abstention)
        self._leaks = leaks
        self._strict = strict
        self._opinions = opinions
        self._articles = {candidate.article.id: candidate.article for candidate in evidence}
        self._cited: dict[int, Citation] = {}
        self.statements: list[Statement] = []
        self.withdrawn = self.leaked = 0
        self.forged: list[int] = []
        self.abstained = False

    def read(self, pieces: Iterable[str]) -> Iterator[Event | None]:
        """Yield events for each sentence as soon as it is whole, and None for each piece.

        Ends early where the LLM abstains.

        Raises:
            LLMError: it has written far more than was asked for.
        """
        reader = MarkReader()
        for piece in pieces:
            yield None
            for written in reader.feed(piece):
                yield from self._take(written)
                if self.abstained:
                    return
                if len(self.statements) + self.withdrawn + self.leaked > _MAX_SENTENCES:
                    raise LLMError("The LLM's answer did not come to an end.")
        for written in reader.close():
            yield from self._take(written)

    def _take(self, written: WrittenSentence) -> Iterator[Event]:
        """Make a statement of a sentence, unless it is an introduction, a leak or an abstention."""
        if written.text.endswith(":") and not written.numbers:
            return  # "Here is the answer:" introduces, and states nothing
        if self._abstention and self._abstention in _letters(written.text):
            self.abstained = True
            return
        if self._leaks.is_leak(written.text):
            self.leaked += 1
            return
        draft = Statement(written.text, Verdict.UNSUPPORTED, _UNCHECKED, ())
        yield Event("draft", statement=draft)
        statement = self._checked(written)
        if self._strict and statement.verdict == Verdict.UNSUPPORTED:
            self.withdrawn += 1
            yield Event("withdrawn", statement=statement)
            return
        self.statements.append(statement)
        yield Event("verified", statement=statement)

    def _checked(self, written: WrittenSentence) -> Statement:
        """Check a sentence against the evidence that it cites, or else that supports it best."""
        known = [number for number in written.numbers if 1 <= number <= len(self._evidence)]
        forged = [number for number in written.numbers if number not in known]
        self.forged += [number for number in forged if number not in self.forged]
        text = self._with_sources_named(written.text)
        numbers = known or self._supporting(text)
        verdict, reason, *_ = self._check(text, numbers, self._opinions)
        if not numbers and forged:
            reason = f"it cites {forged[0]}, and there is no such evidence"
        if self._strict and verdict == Verdict.UNSUPPORTED:
            return Statement(text, verdict, reason, ())  # so that its citations get no numbers
        for number in numbers:
            if number not in self._cited:
                self._cited[number] = self._cite(number, len(self._cited) + 1)
        return Statement(text, verdict, reason, tuple(self._cited[number] for number in numbers))

    def _with_sources_named(self, text: str) -> str:
        """Put outlets in place of "Source 1", a number that the reader never sees."""
        for start, end, numbers in reversed(named_sources(text)):
            if all(1 <= number <= len(self._evidence) for number in numbers):
                sources = (self._evidence[number - 1].article.source for number in numbers)
                text = f"{text[:start]}{' and '.join(dict.fromkeys(sources))}{text[end:]}"
        return text

    def _supporting(self, text: str) -> list[int]:
        """Return the number of the piece of evidence that supports a sentence best, if any does."""
        numbers = range(1, len(self._evidence) + 1)
        by_rules = {number: self._check(text, [number], None) for number in numbers}
        best = max(
            numbers,
            key=lambda n: (by_rules[n].verdict == Verdict.SUPPORTED, by_rules[n].score, -n),
        )
        support = self._check(text, [best], self._opinions)
        return [best] if support.verdict == Verdict.SUPPORTED else []

    def _check(self, text: str, numbers: Sequence[int], opinions: Opinions | None) -> Support:
        cited = [self._cite(number, 1) for number in numbers]
        return check_cited_statement(text, cited, self._articles.__getitem__, opinions)

    def _cite(self, evidence_number: int, citation_number: int) -> Citation:
        """Cite a piece of evidence.

        Args:
            evidence_number: its number in the prompt, from 1.
            citation_number: the number of the citation in the answer, from 1.
        """
        candidate = self._evidence[evidence_number - 1]
        return cite(citation_number, candidate.article, *readable(candidate))


def _forged_notice(numbers: Sequence[int]) -> str | None:
    """Return the notice on numbers of evidence that the LLM made up."""
    if not numbers:
        return None
    listed = ", ".join(f"[{number}]" for number in numbers[:5])
    return f"The LLM cited {listed}, which it was never given; these citations are withdrawn."


def _withdrawn_notice(withdrawn: int, leaked: int) -> str | None:
    """Return the notice on sentences of the LLM that are left out."""
    told = [
        f"{'1 sentence' if count == 1 else f'{count} sentences'} of the LLM, {why}, withdrawn."
        for count, why in (
            (withdrawn, "without support in the articles"),
            (leaked, "which gave away its instructions"),
        )
        if count
    ]
    return " ".join(told) or None


def _letters(text: str) -> str:
    """Return the words of a text in small letters, one space between them."""
    return re.sub(r"\W+", " ", text).casefold().strip()
