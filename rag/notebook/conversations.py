"""Keep conversations: list them, search, read them back, go on with them, delete them."""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rag.answering.conversation import Chat
from rag.corpus import Corpus
from rag.errors import HistoryFault, NotKept
from rag.notebook.database import KeptDatabase, kept_folder, now
from rag.notebook.keeping import KeptAnswer, every_citation, pack_answer, unpack_answer
from rag.notebook.standing import DocumentsNow, Standings, as_it_stands, standings
from rag.serialization import Value
from rag.text.characters import printable_line, without_surrogates
from rag.text.terms import analyze
from rag.types import Answer

UNDO_DAYS = 30  # that a deleted conversation can be brought back, before it is deleted for good
LONGEST_TITLE = 120  # characters
_ID_BYTES = 5  # of a conversation's id, which one types at the command line
_MOST_TERMS = 50  # of what is searched for; more say nothing
_TURNS = """
    SELECT t.id, t.question FROM turns t JOIN conversations c ON c.id = t.conversation
    WHERE c.id = ? AND c.deleted IS NULL ORDER BY t.id
"""
_COPY = """
    INSERT INTO turns (asked, question, answer, words, conversation)
    SELECT asked, question, answer, words, ? FROM turns WHERE conversation = ? AND id < ?
    ORDER BY id
"""
_LISTED = """
    SELECT id, title, began, changed, (SELECT count(*) FROM turns WHERE conversation = c.id)
    FROM conversations c
    WHERE (deleted IS NOT NULL) = :deleted AND ifnull(deleted, :since) >= :since
        AND substr(id, 1, length(:id)) = :id
        AND (:terms = '[]' OR EXISTS (
            SELECT 1 FROM turns t WHERE t.conversation = c.id AND NOT EXISTS (
                SELECT 1 FROM json_each(:terms) term
                WHERE instr(t.words || c.title_words, term.value) = 0)))
    ORDER BY ifnull(deleted, changed) DESC LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class ConversationInfo(Value):
    """What is listed of a conversation; times are ISO 8601 in UTC."""

    id: str
    title: str
    began: str
    changed: str
    questions: int


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A question of a kept conversation with its answer.

    ``answer`` is the answer as it was given; ``standings`` says of each of its quotes whether it
    holds now, and ``shown`` is the answer as it may be shown now. ``asked`` is when.
    """

    answer: Answer
    filters: Mapping[str, Any]
    asked: str
    standings: Standings

    @property
    def shown(self) -> Answer:
        """The answer with a mark on all that rests on quotes that do not hold any more."""
        return as_it_stands(self.answer, self.standings)


@dataclass(frozen=True, slots=True)
class KeptConversation:
    """A conversation that was kept, with its turns in order."""

    info: ConversationInfo
    turns: tuple[KeptTurn, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-ready values, each answer as it may be shown now."""
        turns = [
            {"asked": turn.asked, "filters": dict(turn.filters), "answer": turn.shown.to_dict()}
            for turn in self.turns
        ]
        return self.info.to_dict() | {"turns": turns}


class Conversations:
    """The conversations that are kept of a corpus. Safe to share between threads.

    Several processes may keep theirs at once. ``RAG_HISTORY=off`` keeps nothing more; what was
    kept before can still be read and deleted.
    """

    def __init__(self, corpus: Corpus) -> None:
        """Open what is kept beside the index of a corpus; nothing is written until one is added."""
        self._corpus = corpus
        self._documents = DocumentsNow(corpus)
        self._database = KeptDatabase(kept_folder(corpus.settings))

    @property
    def path(self) -> Path:
        """The file that holds them; it is made when the first is kept."""
        return self._database.path

    @property
    def notice(self) -> str | None:
        """What the user must know: that the file was damaged and set aside, and where it is."""
        return self._database.notice

    def add(
        self,
        answer: Answer,
        filters: Mapping[str, Any] | None = None,
        *,
        conversation: str | None = None,
        replaces: int | None = None,
    ) -> str:
        """Keep an answered question; return the id of its conversation.

        Args:
            answer: of the corpus.
            filters: those that it was asked with.
            conversation: to which one it belongs; None, or one that was deleted, begins a new
                one, which has the question as its title.
            replaces: the place, from 0, of the question that was asked in other words. Of the
                last one, the answer is replaced; where others came after it, the conversation up
                to there goes on as a new one, and the old one stays as it is.

        Raises:
            HistoryFault: the file cannot be written, or ``RAG_HISTORY`` is ``off``.
        """
        check_history_is_on(self._corpus)
        cited = {citation.article_id for citation in every_citation(answer)}
        paths = {id_: self._documents.path(id_) for id_ in cited}
        stored = pack_answer(KeptAnswer(answer, dict(filters or {}), paths))
        at = now()
        with self._database.writing() as db:
            conversation = _conversation_for(db, answer.question, conversation, replaces, at)
            db.execute("UPDATE conversations SET changed = ? WHERE id = ?", (at, conversation))
            db.execute(
                "INSERT INTO turns (asked, question, answer, words, conversation)"
                " VALUES (?, ?, ?, ?, ?)",
                (
                    at,
                    without_surrogates(answer.question),
                    stored,
                    _words(_said(answer)),
                    conversation,
                ),
            )
            _purge(db)
        return conversation

    def recent(self, limit: int = 1_000) -> list[ConversationInfo]:
        """Return the conversations, those used last first.

        Args:
            limit: the most that are returned.

        Raises:
            HistoryFault: the file cannot be read.
        """
        return self._listed(limit)

    def search(self, words: str, limit: int = 100) -> list[ConversationInfo]:
        """Return the conversations that have all of some words, those used last first.

        The words may stand in one question, its answer, its quotes and the title; each stands
        for its other forms too, and the last for all words that begin so.

        Args:
            words: to search for; none finds all.
            limit: the most that are returned.

        Raises:
            HistoryFault: the file cannot be read.
        """
        terms = [term.term for term in analyze(without_surrogates(words))][:_MOST_TERMS]
        if not terms:
            return self.recent(limit) if not words.strip() else []
        ends = [" "] * (len(terms) - 1) + [""]
        wanted = [f" {term}{end}" for term, end in zip(terms, ends, strict=True)]
        return self._listed(limit, terms=wanted)

    def deleted(self, limit: int = 1_000) -> list[ConversationInfo]:
        """Return the conversations that can be brought back, those deleted last first.

        Args:
            limit: the most that are returned.

        Raises:
            HistoryFault: the file cannot be read.
        """
        return self._listed(limit, deleted=True)

    def _listed(
        self, limit: int, *, id_: str = "", terms: Sequence[str] = (), deleted: bool = False
    ) -> list[ConversationInfo]:
        if not self.path.exists():
            return []
        values = {"id": id_, "terms": json.dumps(terms), "limit": limit}
        values |= {"deleted": deleted, "since": _kept_since()}
        with self._database.reading() as db:
            return [ConversationInfo(*row) for row in db.execute(_LISTED, values)]

    def get(self, conversation: str) -> KeptConversation:
        """Return a conversation, its quotes held against the documents that are there now.

        Args:
            conversation: its id, or the beginning of it.

        Raises:
            NotKept: there is none, or more than one.
            HistoryFault: the file cannot be read.
        """
        info = self._info(conversation)
        query = "SELECT answer, asked FROM turns WHERE conversation = ? ORDER BY id"
        with self._database.reading() as db:
            rows = db.execute(query, (info.id,)).fetchall()
        return KeptConversation(info, tuple(self._turn(*row) for row in rows))

    def _turn(self, stored: bytes, asked: str) -> KeptTurn:
        kept = unpack_answer(stored, self._documents.find)
        return KeptTurn(kept.answer, kept.filters, asked, standings(kept, self._documents))

    def resume(self, conversation: str) -> Chat:
        """Return a conversation to go on with: a follow-up is understood by what was asked.

        Args and errors as of :meth:`get`. What is asked is kept only if it is added.
        """
        chat = self._corpus.chat()
        chat.answers.extend(turn.shown for turn in self.get(conversation).turns)
        return chat

    def rename(self, conversation: str, title: str) -> None:
        """Give a conversation another title.

        Raises:
            NotKept: there is no such conversation, or the title is empty.
            HistoryFault: the file cannot be written.
        """
        title = _title(title)
        if not title:
            raise NotKept("A conversation needs a title; type one.")
        id_ = self._info(conversation).id
        with self._database.writing() as db:
            db.execute(
                "UPDATE conversations SET title = ?, title_words = ? WHERE id = ?",
                (title, _words(title), id_),
            )

    def delete(self, conversation: str) -> str:
        """Delete a conversation; return its whole id, by which it can be brought back.

        It is found no more, and deleted for good after :data:`UNDO_DAYS` days; until then
        :meth:`deleted` lists it.

        Raises:
            NotKept: there is no such conversation.
            HistoryFault: the file cannot be written.
        """
        id_ = self._info(conversation).id
        with self._database.writing() as db:
            db.execute("UPDATE conversations SET deleted = ? WHERE id = ?", (now(), id_))
            _purge(db)
        return id_

    def undo_delete(self, conversation: str) -> None:
        """Bring back a conversation that was deleted.

        Args:
            conversation: its whole id.

        Raises:
            NotKept: it was not deleted, or is deleted for good.
            HistoryFault: the file cannot be written.
        """
        with self._database.writing() as db:
            done = db.execute(
                "UPDATE conversations SET deleted = NULL WHERE id = ? AND deleted >= ?",
                (conversation, _kept_since()),
            )
            _check_deleted(done, conversation)

    def delete_for_good(self, conversation: str) -> None:
        """Delete a conversation that was deleted so that it cannot be brought back.

        Args and errors as of :meth:`undo_delete`.
        """
        with self._database.writing() as db:
            done = db.execute(
                "DELETE FROM conversations WHERE id = ? AND deleted IS NOT NULL", (conversation,)
            )
            _check_deleted(done, conversation)

    def delete_all(self) -> None:
        """Delete all conversations at once and for good, those that could be brought back too.

        Raises:
            HistoryFault: the file cannot be written.
        """
        if self.path.exists():
            with self._database.writing() as db:
                db.execute("DELETE FROM conversations")

    def _info(self, conversation: str) -> ConversationInfo:
        found = self._listed(2, id_=conversation)
        if len(found) == 1 and conversation:
            return found[0]
        what = "More than one conversation has" if found and conversation else "No conversation has"
        raise NotKept(f"{what} the id {conversation!r}; `rag history list` lists them.")


def check_history_is_on(corpus: Corpus) -> None:
    """Raise an error where the user said that nothing is to be kept.

    Raises:
        HistoryFault: ``RAG_HISTORY`` is ``off``.
    """
    if corpus.settings.history == "off":
        raise HistoryFault(
            "Nothing is kept, as RAG_HISTORY is off; set RAG_HISTORY=on to keep conversations "
            "and notes."
        )


def _title(text: str) -> str:
    line = without_surrogates(printable_line(text))
    return line if len(line) <= LONGEST_TITLE else f"{line[:LONGEST_TITLE].rstrip()}…"


def _said(answer: Answer) -> str:
    """Return all that an answer can be found by."""
    quotes = (citation.cited_text for citation in every_citation(answer))
    text = "\n".join((answer.question, answer.understood_as, answer.text, *quotes))
    return re.sub(r"\[\d+\]", " ", text)  # citation marks are no words of it


def _conversation_for(
    db: sqlite3.Connection, question: str, conversation: str | None, replaces: int | None, at: str
) -> str:
    """Return the conversation that a question is added to, as :meth:`Conversations.add` says.

    One that is called by its first question is called by the one that replaces it from now on.
    """
    title = _title(question)
    turns = db.execute(_TURNS, (conversation,)).fetchall()
    replaced = turns[replaces:] if replaces is not None else []
    if conversation is not None and turns and len(replaced) <= 1:
        for id_, was in replaced:
            db.execute("DELETE FROM turns WHERE id = ?", (id_,))
            db.execute(
                "UPDATE conversations SET title = ?, title_words = ? WHERE id = ? AND title = ?"
                " AND NOT EXISTS (SELECT 1 FROM turns WHERE conversation = conversations.id)",
                (title, _words(title), conversation, _title(was)),
            )
        return conversation
    new = secrets.token_hex(_ID_BYTES)
    row = (new, title, _words(title), at, at)
    db.execute("INSERT INTO conversations VALUES (?, ?, ?, ?, ?, NULL)", row)
    if replaced:
        db.execute(_COPY, (new, conversation, replaced[0][0]))
    return new


def _words(text: str) -> str:
    """Return the words of a text as terms, each once, with a space on either side."""
    terms = dict.fromkeys(term.term for term in analyze(without_surrogates(text)))
    return f" {' '.join(terms)} "


def _kept_since() -> str:
    """Return the time since when what was deleted can be brought back."""
    return (datetime.now(UTC) - timedelta(days=UNDO_DAYS)).isoformat()


def _check_deleted(done: sqlite3.Cursor, conversation: str) -> None:
    if not done.rowcount:
        raise NotKept(
            f"No deleted conversation has the id {conversation!r}; `rag history list --deleted` "
            f"lists those of the last {UNDO_DAYS} days."
        )


def _purge(db: sqlite3.Connection) -> None:
    """Delete for good what was deleted some days ago."""
    db.execute("DELETE FROM conversations WHERE deleted < ?", (_kept_since(),))
