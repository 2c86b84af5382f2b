"""Have an LLM write an answer: the citations are made here, and every sentence is checked.

What the LLM writes becomes statements while it comes, so that a reader sees each sentence as soon
as it is whole; what turns out not to hold is withdrawn.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rag.answering.leaks import LeakDetector
from rag.answering.prompts import Prompts, load_prompts
from rag.answering.written.dossier import EvidencePiece
from rag.answering.written.request import FoundEvidence, LLMRequest
from rag.answering.written.searching import read_search
from rag.answering.written.sentences import StatementStream
from rag.errors import LLMError
from rag.llms.specs import NO_LLM, LLMLimits, check_spec, load_llm
from rag.llms.streaming import context_of, stream_text
from rag.models.entailment import Entailment, Opinions, load_entailment
from rag.types import Citation, Event, Statement, Verdict

if TYPE_CHECKING:
    from llama_index.core.llms import LLM


STAND_IN = "Quotes stand in for its answer."
Search = Callable[[str], Sequence[EvidencePiece]]  # the evidence for words, the best first
_NOTHING_LEFT = "The documents bear out nothing that the LLM wrote."


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
            limits = limits._replace(context=limits.context_for(name))
        else:
            name = llm.metadata.model_name
            limits = limits._replace(context=limits.context or context_of(llm))
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
    ``stands`` is False where no statement is left that is not struck out: quotes are then shown
    behind them.
    """

    statements: list[Statement] | None
    notice: str | None
    asked: tuple[str, str] | None
    stands: bool = True


def write(
    question: str, evidence: Sequence[EvidencePiece], writer: Writer, search: Search
) -> Generator[Event | None, None, LLMAnswer]:
    """Have an LLM answer; what it wrote before it failed is withdrawn.

    Yields an event for each statement and each change to one, and None for each piece of text.

    Args:
        question: as understood.
        evidence: what may be sent, the most relevant first.
        writer: the LLM.
        search: looks in the documents that are asked for what the LLM asks to be searched for.
    """
    stream: StatementStream | None = None
    asked: tuple[str, str] | None = None
    try:
        room = writer.limits.context_for(writer.name)
        room = min(room, context_of(writer.llm) or room)
        request = LLMRequest(
            question, evidence, writer.prompts, context=room, searches=writer.limits.steps
        )
        asked = (request.system, request.user)
        with ExitStack() as replies:
            pieces = yield from _replying(request, writer, search, replies)
            asked = (request.system, request.user)
            stream = StatementStream(
                question,
                request.given,
                abstention=writer.prompts.abstention,
                leaks=LeakDetector(*asked),
                strict=writer.strict,
                opinions=writer.opinions,
            )
            yield from stream.read(pieces)
    except LLMError as error:
        for statement in stream.statements if stream else ():
            yield Event("withdrawn", statement=statement)
        reason = str(error)
        if asked and LeakDetector(*asked).is_leak(reason):  # a server may quote what it was sent
            reason = f"The LLM {writer.name} gave no answer."
        return LLMAnswer(None, reason, asked)
    answer = _read_answer(request, stream, writer.name)
    if answer.statements == []:
        for statement in stream.statements:
            yield Event("withdrawn", statement=statement)
    return answer


def _read_answer(request: LLMRequest, stream: StatementStream, name: str) -> LLMAnswer:
    """Return the answer that an LLM of some name wrote, with all that a reader must know of it."""
    asked = (request.system, request.user)
    noted = (_searched_notice(request.searched), _forged_notice(stream.forged))
    notice = " ".join(filter(None, noted)) or None
    if stream.refused and not stream.answers:
        return LLMAnswer([], notice, asked)
    gone = _withdrawn_notice(stream.withdrawn, stream.leaked)
    if not stream.statements:
        nothing = "that the documents support" if gone else "that can be read"
        return LLMAnswer(None, f"The LLM {name} said nothing {nothing}.", asked)
    stands = any(s.verdict != Verdict.UNSUPPORTED for s in stream.statements)
    left = None if stands else _NOTHING_LEFT
    told = " ".join(filter(None, (notice, gone, _anew_notice(stream.cited_anew), left)))
    return LLMAnswer(stream.statements, told or None, asked, stands)


def quotes_behind(struck: Sequence[Statement], quotes: Sequence[Statement]) -> list[Statement]:
    """Return quotes with their citations numbered on from those of other statements."""
    known: dict[tuple[str, int, int], Citation] = {}
    for statement in struck:
        for citation in statement.citations:
            known[citation.article_id, citation.start, citation.end] = citation
    following = []
    for quote in quotes:
        own = []
        for citation in quote.citations:
            place = (citation.article_id, citation.start, citation.end)
            own.append(known.setdefault(place, replace(citation, number=len(known) + 1)))
        following.append(replace(quote, citations=tuple(own)))
    return following


def _replying(
    request: LLMRequest, writer: Writer, search: Search, replies: ExitStack
) -> Generator[None, None, Iterator[str]]:
    """Make the searches that an LLM asks for; return the pieces of its answer, still to be read.

    All its replies together have the time of one answer. Yields None for each piece of a search.
    Each reply is closed with ``replies`` at the latest.
    """
    began = time.monotonic()
    leaks = LeakDetector(request.system, request.user)
    while True:
        asked = (request.system, request.user)
        seconds = writer.limits.seconds
        reply = stream_text(writer.llm, writer.name, *asked, seconds=seconds, began=began)
        replies.callback(reply.close)
        if not writer.limits.steps:
            return reply
        words, rest = yield from read_search(reply)
        if words is None or not request.left:
            return rest
        reply.close()
        if leaks.is_leak(words):
            words = ""  # which finds nothing and is not told
        request.add(words, search(words) if words else [])


def _searched_notice(searched: Sequence[FoundEvidence]) -> str | None:
    """Return the notice on what the LLM had the documents searched for."""
    told = [
        f"“{found.words}”" + ("" if found.pieces else " (nothing new was found)")
        for found in searched
        if found.words
    ]
    return f"The LLM had the documents searched for {', '.join(told)}." if told else None


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
            (withdrawn, "without support in the documents"),
            (leaked, "which gave away its instructions"),
        )
        if count
    ]
    return " ".join(told) or None


def _anew_notice(cited_anew: int) -> str | None:
    """Return the notice on sentences of the LLM that cite other words than it gave for them."""
    if not cited_anew:
        return None
    many = "1 sentence" if cited_anew == 1 else f"{cited_anew} sentences"
    return f"{many} of the LLM cited words that do not say so, and now cite words that do."
