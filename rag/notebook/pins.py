"""Hold a notebook: statements that were pinned, with their quotes, and notes of one's own."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.corpus import Corpus
from rag.errors import NotKept
from rag.notebook.conversations import check_history_is_on
from rag.notebook.database import KeptDatabase, kept_folder, now
from rag.notebook.keeping import KeptStatement, pack_statement, unpack_statement
from rag.notebook.standing import DocumentsNow, Standings, statement_as_it_stands
from rag.text.characters import without_surrogates
from rag.types import Answer, Citation, Statement

LONGEST_NOTE = 20_000  # characters of a note of one's own
_ID_BYTES = 5  # of a pin's id


@dataclass(frozen=True, slots=True)
class Pin:
    """An entry of the notebook: a statement of an answer, a note of one's own, or both.

    ``statement`` is as it was pinned, None for a note alone; ``standings`` says of each of its
    quotes whether it holds now. ``question`` is what was asked. ``made`` is when, ISO 8601 in UTC.
    """

    id: str
    made: str
    note: str
    question: str = ""
    statement: Statement | None = None
    answered_by: str = ""
    standings: Standings = field(default_factory=dict)

    @property
    def shown(self) -> Statement | None:
        """The statement as it may be shown now, where its documents were changed or removed."""
        if self.statement is None:
            return None
        return statement_as_it_stands(self.statement, self.standings)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The quotes of the statement."""
        return self.statement.citations if self.statement else ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-ready values, the statement as it may be shown now."""
        shown = self.shown
        return {
            "id": self.id,
            "made": self.made,
            "note": self.note,
            "question": self.question,
            "answered_by": self.answered_by,
            "statement": shown.to_dict() if shown else None,
            "citations": [citation.to_dict() for citation in self.citations],
        }


class Notebook:
    """The notebook of a corpus, kept where its conversations are. Safe to share between threads."""

    def __init__(self, corpus: Corpus) -> None:
        """Open the notebook of a corpus; nothing is written until something is put into it."""
        self._corpus = corpus
        self._documents = DocumentsNow(corpus)
        self._database = KeptDatabase(kept_folder(corpus.settings))

    def pin(self, answer: Answer, statement: int, note: str = "") -> str:
        """Put a statement of an answer at the end of the notebook; return the id of the entry.

        The same statement is pinned only once.

        Args:
            answer: of the corpus.
            statement: its index among the statements of the answer, from 0.
            note: what one has to say of it.

        Raises:
            NotKept: the answer has no such statement, or the note is too long.
            HistoryFault: the file cannot be written, or ``RAG_HISTORY`` is ``off``.
        """
        if not 0 <= statement < len(answer.statements):
            raise NotKept(f"The answer has no statement {statement + 1}.")
        said = answer.statements[statement]
        paths = {
            cited.article_id: self._documents.path(cited.article_id) for cited in said.citations
        }
        kept = KeptStatement(answer.question, said, answer.answered_by, paths)
        return self._add(pack_statement(kept), note)

    def write(self, note: str) -> str:
        """Put a note of one's own at the end of the notebook; return the id of the entry.

        Raises:
            NotKept: the note is empty or too long.
            HistoryFault: the file cannot be written, or ``RAG_HISTORY`` is ``off``.
        """
        if not note.strip():
            raise NotKept("The note is empty; write something.")
        return self._add(None, note)

    def pins(self) -> list[Pin]:
        """Return the entries in their order, their quotes held against the documents of now.

        Raises:
            HistoryFault: the file cannot be read.
        """
        if not self._database.path.exists():
            return []
        with self._database.reading() as db:
            rows = db.execute("SELECT id, made, note, pinned FROM pins ORDER BY place, made")
            return [self._pin(*row) for row in rows]

    def move(self, pin: str, place: int) -> None:
        """Give an entry another place.

        Args:
            pin: its id.
            place: its index afterwards, from 0; beyond the last it becomes the last.

        Raises:
            NotKept: no entry has that id.
            HistoryFault: the file cannot be written.
        """
        with self._database.writing() as db:
            order = [id_ for (id_,) in db.execute("SELECT id FROM pins ORDER BY place, made")]
            if pin not in order:
                raise _unknown(pin)
            order.remove(pin)
            order.insert(max(place, 0), pin)
            rows = [(at, id_) for at, id_ in enumerate(order)]
            db.executemany("UPDATE pins SET place = ? WHERE id = ?", rows)

    def annotate(self, pin: str, note: str) -> None:
        """Change the note of an entry.

        Raises:
            NotKept: no entry has that id, the note is too long, or it would be empty and there is
                nothing else in the entry.
            HistoryFault: the file cannot be written.
        """
        values = (_checked(note), pin)
        if not values[0] and any(each.id == pin and not each.statement for each in self.pins()):
            raise NotKept("The entry is nothing but its note; write something, or remove it.")
        self._change("UPDATE pins SET note = ? WHERE id = ?", values, pin)

    def remove(self, pin: str) -> None:
        """Remove an entry for good.

        Raises:
            NotKept: no entry has that id.
            HistoryFault: the file cannot be written.
        """
        self._change("DELETE FROM pins WHERE id = ?", (pin,), pin)

    @property
    def path(self) -> Path:
        """The file that holds the notebook."""
        return self._database.path

    def _add(self, pinned: bytes | None, note: str) -> str:
        check_history_is_on(self._corpus)
        values = {"id": secrets.token_hex(_ID_BYTES), "made": now(), "note": _checked(note)}
        with self._database.writing() as db:
            there = db.execute("SELECT id FROM pins WHERE pinned = ?", (pinned,)).fetchone()
            if there is not None:
                return str(there[0])
            db.execute(
                "INSERT INTO pins (id, place, made, note, pinned) VALUES (:id,"
                " (SELECT coalesce(max(place), -1) + 1 FROM pins), :made, :note, :pinned)",
                values | {"pinned": pinned},
            )
        return str(values["id"])

    def _change(self, change: str, values: tuple[str, ...], pin: str) -> None:
        with self._database.writing() as db:
            if not db.execute(change, values).rowcount:
                raise _unknown(pin)

    def _pin(self, id_: str, made: str, note: str, pinned: bytes | None) -> Pin:
        if pinned is None:
            return Pin(id_, made, note)
        kept = unpack_statement(pinned)
        cited = kept.statement.citations
        held = {one.number: self._documents.standing(one, kept.paths) for one in cited}
        return Pin(id_, made, note, kept.question, kept.statement, kept.answered_by, held)


def _checked(note: str) -> str:
    if len(note) > LONGEST_NOTE:
        raise NotKept(f"A note has at most {LONGEST_NOTE:,} characters; this has {len(note):,}.")
    return without_surrogates(note.strip())


def _unknown(pin: str) -> NotKept:
    return NotKept(f"The notebook has no entry {pin!r}; `rag notebook list` lists them.")
