"""Say which quotes of a kept answer still hold, and show the answer accordingly.

A quote holds where the document is there now as it was, and has the words at the same place. An
answer some of whose quotes do not hold is shown with its statements struck out or in doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from rag.checking.citations import check_citation
from rag.corpus import Corpus
from rag.errors import ArticleNotFound, CitationError
from rag.notebook.keeping import KeptAnswer, every_citation
from rag.types import Answer, Article, Backing, Citation, Statement, Verdict

GONE = "its document is no longer there"
CHANGED_LOST_WORDS = "its document was changed and no longer has the words"
CHANGED_HAS_WORDS = "its document was changed since; it still has the words"


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a quote of a kept answer holds now; ``reason`` says why not, None where it does.

    ``has_words`` says that the document has the words, though it is not what it was.
    """

    number: int
    reason: str | None = None
    has_words: bool = True

    @property
    def holds(self) -> bool:
        """Whether the document is as it was and has the words where they were."""
        return self.reason is None


Standings = Mapping[int, Standing]  # by the number of the citation


class DocumentsNow:
    """The documents that are in the corpus now, for looking at what was cited from them."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._generation = -1
        self._ids: dict[str, str] = {}  # by path
        self._known: frozenset[str] = frozenset()

    def find(self, article_id: str) -> Article | None:
        """Return the document with a whole id, None where there is none."""
        self._refresh()
        return self._corpus.article(article_id) if article_id in self._known else None

    def path(self, article_id: str) -> str:
        """Return the path of a document, empty where there is none."""
        found = self.find(article_id)
        return found.path if found else ""

    def standing(self, citation: Citation, paths: Mapping[str, str]) -> Standing:
        """Return whether a citation holds.

        Args:
            citation: of an answer that was kept.
            paths: the paths of the documents that the answer cites, by their ids then.
        """
        try:
            check_citation(citation, self.find)
        except (CitationError, ArticleNotFound):
            return self._fallen(citation, paths)
        return Standing(citation.number)

    def _fallen(self, citation: Citation, paths: Mapping[str, str]) -> Standing:
        path = paths.get(citation.article_id, "")
        now = self.find(citation.article_id) or self.find(self._ids.get(path, ""))
        if now is None:
            return Standing(citation.number, GONE, False)
        if citation.cited_text in now.text:
            return Standing(citation.number, CHANGED_HAS_WORDS)
        return Standing(citation.number, CHANGED_LOST_WORDS, False)

    def _refresh(self) -> None:
        generation = self._corpus.documents.generation()
        if generation == self._generation:
            return
        _, count = self._corpus.documents.page(limit=1)
        listed, _ = self._corpus.documents.page(limit=max(count, 1))
        self._ids = {article.path: article.id for article in listed}
        self._known = frozenset(self._ids.values())
        self._generation = generation


def standings(kept: KeptAnswer, documents: DocumentsNow) -> Standings:
    """Return the standing of every quote of a kept answer, by its number."""
    cited = {citation.number: citation for citation in every_citation(kept.answer)}
    return {number: documents.standing(one, kept.paths) for number, one in cited.items()}


def as_it_stands(answer: Answer, held: Standings) -> Answer:
    """Return an answer as it may be shown now: what rests on quotes that fell is marked so.

    A statement is unsupported where a document has its words no more, and in part supported
    where it was changed and still has them. Differences and further sources that rest on a quote
    that fell are left out. The notice says how many do not hold.
    """
    fallen = {number: one for number, one in held.items() if not one.holds}
    if not fallen:
        return answer
    statements = tuple(_statement(statement, fallen) for statement in answer.statements)
    differences = tuple(
        difference
        for difference in answer.differences
        if not any(position.citation.number in fallen for position in difference.positions)
    )
    said = (
        f"{len(fallen)} of the {len(held)} quotes of this kept answer do not hold any more, as "
        "documents were changed or removed since; ask again for an answer from those there now."
        if len(held) > 1
        else "The quote of this kept answer does not hold any more, as its document was changed "
        "or removed since; ask again for an answer from the documents there now."
    )
    notice = " ".join(filter(None, (answer.notice, said)))
    return replace(answer, statements=statements, differences=differences, notice=notice)


def statement_as_it_stands(statement: Statement, held: Standings) -> Statement:
    """Return a statement by itself as it may be shown now.

    Args:
        statement: as it was kept.
        held: the standings of its quotes.
    """
    return _statement(statement, {number: one for number, one in held.items() if not one.holds})


def _statement(statement: Statement, fallen: Standings) -> Statement:
    backing = _backing(statement.backing, fallen)
    own = [fallen[cited.number] for cited in statement.citations if cited.number in fallen]
    if not own or statement.verdict == Verdict.UNSUPPORTED:
        return replace(statement, backing=backing)
    worst = min(own, key=lambda one: one.has_words)
    verdict = Verdict.PARTIAL if worst.has_words else Verdict.UNSUPPORTED
    return replace(statement, verdict=verdict, reason=worst.reason, backing=None)


def _backing(backing: Backing | None, fallen: Standings) -> Backing | None:
    """Return the further sources of a statement, None where one of them fell."""
    if backing is None or _any_fell((*backing.also, *backing.copies), fallen):
        return None
    return backing


def _any_fell(citations: Iterable[Citation], fallen: Standings) -> bool:
    return any(citation.number in fallen for citation in citations)
