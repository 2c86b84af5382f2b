"""Fill the prompts that an LLM is sent: as much evidence as fits, numbered on after a search."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from rag.answering.extractive import attribution
from rag.answering.prompts import FENCE, Prompts, fill
from rag.answering.written.dossier import EvidencePiece, heading_of, in_reading_order, not_yet_in
from rag.errors import LLMError

MOST_CONTEXT = (
    32_768  # tokens that are ever sent, whatever a model can read: they cost and take time
)
_BYTES_A_TOKEN = 3  # English has four or more, Chinese about three: no prompt is underestimated
_ANSWER_ROOM = 300  # tokens kept free at least; bytes are counted so that more are left in fact
# Of the room for evidence, kept free for what searches find, where the LLM may ask for some.
_FOR_SEARCHES = 1 / 3


class FoundEvidence(NamedTuple):
    """Pieces of evidence as they are shown; ``words`` are those searched for, None at first."""

    words: str | None
    pieces: list[EvidencePiece]


class LLMRequest:
    """What an LLM is sent for a question, and again with what the searches found that it asks for.

    ``left`` is the number of searches that it may still ask for.
    """

    def __init__(
        self,
        question: str,
        evidence: Sequence[EvidencePiece],
        prompts: Prompts,
        *,
        context: int,
        searches: int,
    ) -> None:
        """Take as much of the evidence as fits.

        Args:
            question: as understood.
            evidence: what may be sent, the most relevant first.
            prompts: what is filled in.
            context: tokens that the LLM can read.
            searches: the most that it may ask for.

        Raises:
            LLMError: not even one sentence fits.
        """
        self._question = question
        self._prompts = prompts
        self._context = min(context, MOST_CONTEXT)
        self._searches = self.left = searches
        self._found: list[FoundEvidence] = []
        first = self._fitting(None, evidence)
        if not first.pieces:
            raise LLMError(
                f"The LLM's context of {context} tokens is too small for one piece of evidence; "
                "RAG_LLM_CONTEXT sets it."
            )
        self._found.append(first)

    def add(self, words: str, evidence: Sequence[EvidencePiece]) -> None:
        """Take what a search found and was not sent yet, as much as fits; one search less is left.

        Args:
            words: what was searched for.
            evidence: what was found, the most relevant first.
        """
        self.left -= 1
        self._found.append(self._fitting(words, not_yet_in(self.given, evidence)))

    @property
    def given(self) -> list[EvidencePiece]:
        """The evidence, as numbered from 1."""
        return [piece for found in self._found for piece in found.pieces]

    @property
    def searched(self) -> list[FoundEvidence]:
        """What was searched for, and the evidence that each search added."""
        return self._found[1:]

    @property
    def system(self) -> str:
        """The rules."""
        rules = fill(self._prompts.system, abstention=self._prompts.abstention)
        if not self.left:
            return rules
        return f"{rules}\n{fill(self._prompts.search, left=str(self.left))}"

    @property
    def user(self) -> str:
        """The evidence and the question."""
        return self._filled(self._found)

    def _fitting(self, words: str | None, evidence: Sequence[EvidencePiece]) -> FoundEvidence:
        """Return as much of the evidence as fits behind what is there, in reading order.

        What is kept free for searches is shared out among those that are left.
        """

        def found(count: int) -> FoundEvidence:
            return FoundEvidence(words, in_reading_order(evidence[:count]))

        def size(*shown: FoundEvidence) -> int:
            return len(f"{self.system}{self._filled(shown)}".encode()) // _BYTES_A_TOKEN

        room = self._context - _ANSWER_ROOM
        if self.left:
            share = _FOR_SEARCHES * self.left / self._searches
            room -= int(max(0, room - size()) * share)
        counts = range(len(evidence) + 1)
        most = bisect_right(counts, room, key=lambda count: size(*self._found, found(count))) - 1
        return found(max(0, most))

    def _filled(self, shown: Sequence[FoundEvidence]) -> str:
        lines: list[str] = []
        number = 1
        for words, pieces in shown:
            if words is not None:
                numbers = f"[{number}] to [{number + len(pieces) - 1}]" if pieces else "nothing new"
                lines.append(fill(self._prompts.found, words=words, found=numbers))
            lines += self._lines(pieces, number)
            number += len(pieces)
        fenced = _without_fences("\n".join(lines))
        return fill(self._prompts.request, evidence=fenced, question=self._question)

    def _lines(self, pieces: Sequence[EvidencePiece], first: int) -> list[str]:
        """Return pieces of evidence as numbered lines below the headings of their documents."""
        lines: list[str] = []
        above = ""
        for number, piece in enumerate(pieces, start=first):
            heading = heading_of(piece)
            if heading != above:
                lines.append(fill(self._prompts.document, document=heading))
                above = heading
            source = " ".join(attribution(piece.article).split())
            numbered = {"number": str(number), "source": source, "text": piece.text}
            lines.append(fill(self._prompts.evidence, **numbered))
        return lines


def _without_fences(text: str) -> str:
    """Return a text in which no fence can be closed."""
    # Again and again, for a part that is taken out may leave a whole fence behind.
    while any(mark in text for mark in FENCE):
        for mark in FENCE:
            text = text.replace(mark, "")
    return text
