"""An answer that an LLM writes: it writes, the citations are ours and every sentence is checked."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rag.answering.extractive import attribution
from rag.answering.marks import MarkReader, Written, named_sources
from rag.answering.prompts import FENCE, Instructions, Prompts, fill, load_prompts
from rag.checking.citations import check_cited_statement, cite
from rag.errors import LLMError
from rag.llms.specs import NO_LLM, LLMLimits, check_spec, load_llm
from rag.models.entailment import Checker, Opinions, load_checker
from rag.retrieval.quoting import readable
from rag.retrieval.rank import Candidate
from rag.types import Citation, Event, Statement, Support, Verdict

if TYPE_CHECKING:
    from llama_index.core.llms import LLM


class Writer(NamedTuple):
    """An LLM, its name in messages, what it is told, and how what it writes is checked."""

    llm: LLM
    name: str
    prompts: Prompts
    limits: LLMLimits
    strict: bool
    opinions: Opinions


class Writers:
    """Writers by the spec of their LLM, each loaded when first asked for. Safe between threads."""

    def __init__(
        self, prompts: Path | None, checker: str | None, similarity: Callable[[str, str], float]
    ) -> None:
        """Read the prompts.

        Args:
            prompts: a file with texts of the user's own, if any.
            checker: a model for entailment, if any; loaded when first needed.
            similarity: the cosine of two texts.

        Raises:
            SettingError: the file cannot be used.
        """
        self._prompts = load_prompts(prompts)
        self._checker_name = checker
        self._similarity = similarity
        self._checker: Checker | None = None
        self._loaded: dict[tuple[str, LLMLimits], LLM] = {}
        self._lock = threading.Lock()

    def get(self, llm: str | LLM, limits: LLMLimits, *, strict: bool = False) -> Writer | None:
        """The writer for a spec, or for an LLM that the caller has made; None for ``none``.

        Raises:
            SettingError, MissingExtra, LLMError: it cannot be loaded.
            CheckerError: the model for entailment cannot be loaded.
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
        """Whom to ask about a sentence.

        Raises:
            CheckerError: the model for entailment cannot be loaded.
        """
        return Opinions(self._similarity, self._load_checker())

    def _load(self, spec: str, limits: LLMLimits) -> LLM:
        with self._lock:
            key = (spec, limits)
            if key not in self._loaded:
                self._loaded[key] = load_llm(spec, limits)
            return self._loaded[key]

    def _load_checker(self) -> Checker | None:
        with self._lock:
            if self._checker is None and self._checker_name:
                self._checker = load_checker(self._checker_name)
            return self._checker


MOST_EVIDENCE = 12  # sentences; more bury the answer for a small model
MOST_STATEMENTS = 40  # ten times what is asked for
BYTES_A_TOKEN = 3  # English has four or more, Chinese about three: no prompt is underestimated
ANSWER_TOKENS = 300  # kept free for four sentences
UNCHECKED = "it is not checked yet"


def prompt_for(
    question: str, evidence: Sequence[Candidate], prompts: Prompts, context: int
) -> tuple[str, str, list[Candidate]]:
    """The system and the user message that ask for an answer, and the evidence in them.

    Args:
        question: as understood.
        evidence: sentences, the most relevant first; they are numbered from 1, and the
            last ones are dropped until the prompt fits.
        prompts: the texts.
        context: what the LLM can hold, in tokens.

    Raises:
        LLMError: not even one sentence fits.
    """
    system = fill(prompts.system, abstention=prompts.abstention)
    for count in range(min(len(evidence), MOST_EVIDENCE), 0, -1):
        user = fill(prompts.request, evidence=_fenced(evidence[:count], prompts), question=question)
        size = len(f"{system}{user}".encode()) // BYTES_A_TOKEN + ANSWER_TOKENS
        if size <= context:
            return system, user, list(evidence[:count])
    raise LLMError(
        f"The LLM's context of {context} tokens is too small for one piece of evidence; "
        "RAG_LLM_CONTEXT sets it."
    )


def _fenced(evidence: Sequence[Candidate], prompts: Prompts) -> str:
    lines = [
        fill(
            prompts.evidence,
            number=str(number),
            source=" ".join(attribution(candidate.article).split()),
            text=" ".join(_text(candidate).split()),
        )
        for number, candidate in enumerate(evidence, start=1)
    ]
    fenced = "\n".join(lines)
    # The fence must not be closed by what stands inside it, nor by what is left when a
    # part of it is taken out.
    while any(mark in fenced for mark in FENCE):
        for mark in FENCE:
            fenced = fenced.replace(mark, "")
    return fenced


def _text(candidate: Candidate) -> str:
    """A sentence with what makes it readable, as it will be cited."""
    start, end = readable(candidate)
    return candidate.article.text[start:end]


class Writing:
    """What an LLM writes, made into checked statements while it comes.

    ``statements`` are those so far, ``withdrawn`` those that were taken back, ``withheld`` how
    many repeated its instructions and were never shown, ``forged`` the numbers that it cited
    and was never given.
    """

    def __init__(
        self,
        evidence: Sequence[Candidate],
        *,
        abstention: str,
        instructions: Instructions,
        strict: bool = False,
        opinions: Opinions | None = None,
    ) -> None:
        """Begin.

        Args:
            evidence: as numbered in the prompt.
            abstention: the phrase that means that there is no answer.
            instructions: what it was told, and is not to repeat.
            strict: whether a sentence that its evidence does not support is taken back.
            opinions: of models, on sentences in other words than the evidence.
        """
        self._evidence = evidence
        self._abstention = _plain(abstention)
        self._instructions = instructions
        self._strict = strict
        self._opinions = opinions
        self._articles = {candidate.article.id: candidate.article for candidate in evidence}
        self._given: dict[int, Citation] = {}
        self.statements: list[Statement] = []
        self.withdrawn: list[Statement] = []
        self.withheld = 0
        self.forged: list[int] = []
        self.abstained = False

    def read(self, pieces: Iterable[str]) -> Iterator[Event | None]:
        """Events for each sentence as it comes, None between them for each piece that came.

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
                taken = len(self.statements) + len(self.withdrawn) + self.withheld
                if taken > MOST_STATEMENTS:
                    raise LLMError("The LLM's answer did not come to an end.")
        for written in reader.close():
            yield from self._take(written)

    def _take(self, written: Written) -> Iterator[Event]:
        if written.text.endswith(":") and not written.numbers:
            return  # "Here is the answer:" introduces, and states nothing
        if self._abstention and self._abstention in _plain(written.text):
            self.abstained = True
            return
        if self._instructions.are_in(written.text):
            self.withheld += 1
            return
        yield Event("draft", statement=Statement(written.text, Verdict.UNSUPPORTED, UNCHECKED, ()))
        statement = self._statement(written)
        if self._strict and statement.verdict == Verdict.UNSUPPORTED:
            self.withdrawn.append(statement)
            yield Event("withdrawn", statement=statement)
            return
        self.statements.append(statement)
        yield Event("verified", statement=statement)

    def _statement(self, written: Written) -> Statement:
        known = [number for number in written.numbers if 1 <= number <= len(self._evidence)]
        forged = [number for number in written.numbers if number not in known]
        self.forged += [number for number in forged if number not in self.forged]
        text = self._with_sources_named(written.text)
        numbers = known or self._supporting(text)
        cited = [self._cited(1, number) for number in numbers]
        support = self._check(text, cited, self._opinions)
        reason = support.reason
        if not numbers and forged:
            reason = f"it cites {forged[0]}, and there is no such evidence"
        if self._strict and support.verdict == Verdict.UNSUPPORTED:
            return Statement(text, support.verdict, reason, ())  # takes no number from others
        citations = tuple(self._citation(number) for number in numbers)
        return Statement(text, support.verdict, reason, citations)

    def _with_sources_named(self, text: str) -> str:
        """The text with outlets in place of "Source 1", a number that the reader never sees."""
        for start, end, numbers in reversed(named_sources(text)):
            if all(1 <= number <= len(self._evidence) for number in numbers):
                sources = (self._evidence[number - 1].article.source for number in numbers)
                text = f"{text[:start]}{' and '.join(dict.fromkeys(sources))}{text[end:]}"
        return text

    def _supporting(self, text: str) -> list[int]:
        """The number of the one piece of evidence that supports a sentence best, if any does."""
        numbers = range(1, len(self._evidence) + 1)
        by_rules = {n: self._check(text, [self._cited(1, n)], None) for n in numbers}
        best = max(
            numbers,
            key=lambda n: (by_rules[n].verdict == Verdict.SUPPORTED, by_rules[n].score, -n),
        )
        support = self._check(text, [self._cited(1, best)], self._opinions)
        return [best] if support.verdict == Verdict.SUPPORTED else []

    def _check(
        self, text: str, citations: Sequence[Citation], opinions: Opinions | None
    ) -> Support:
        return check_cited_statement(text, citations, self._articles.__getitem__, opinions)

    def _citation(self, number: int) -> Citation:
        """The citation of a piece of evidence, numbered when it is first cited."""
        if number not in self._given:
            self._given[number] = self._cited(len(self._given) + 1, number)
        return self._given[number]

    def _cited(self, as_number: int, number: int) -> Citation:
        candidate = self._evidence[number - 1]
        return cite(as_number, candidate.article, *readable(candidate))


def forged_notice(numbers: Sequence[int]) -> str | None:
    """What the reader is told of numbers that an LLM made up."""
    if not numbers:
        return None
    listed = ", ".join(f"[{number}]" for number in numbers[:5])
    return f"The LLM cited {listed}, which it was never given; what was cited so is withdrawn."


def withdrawn_notice(withdrawn: int, withheld: int) -> str | None:
    """What the reader is told of sentences of an LLM that are not there, by how many they are."""
    told = [
        f"{'1 sentence' if count == 1 else f'{count} sentences'} of the LLM, {why}, withdrawn."
        for count, why in (
            (withdrawn, "without support in the articles"),
            (withheld, "which gave away its instructions"),
        )
        if count
    ]
    return " ".join(told) or None


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).casefold().strip()
