"""Write an answer, a conversation or the notebook as Markdown, a web page, or a Word file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rag.errors import HistoryFault, NotKept
from rag.notebook.conversations import KeptConversation
from rag.notebook.pins import Pin
from rag.notebook.standing import Standings
from rag.render.kept.footnoted import FootnotedText, footnoted_html, footnoted_markdown
from rag.render.kept.limits import limits_text
from rag.render.kept.word import footnoted_word
from rag.render.naming import told_apart
from rag.render.walk import answerer, as_shown
from rag.text.dates import display_date
from rag.types import Answer

NOTEBOOK_TITLE = "Notebook"
_WRITERS: dict[str, Callable[[FootnotedText], bytes]] = {
    ".md": lambda text: footnoted_markdown(text).encode(),
    ".html": lambda text: footnoted_html(text).encode(),
    ".docx": footnoted_word,
}
EXPORT_ENDINGS = tuple(_WRITERS)


def conversation_file(conversation: KeptConversation, ending: str) -> bytes:
    """Return a conversation as the content of a file, its quotes as footnotes.

    Args:
        conversation: as it was read.
        ending: of the file's name, one of :data:`EXPORT_ENDINGS`.

    Raises:
        NotKept: no file is written with that ending.
    """
    text = FootnotedText(conversation.info.title)
    text.add("note", _dated("Asked", conversation.info.began, conversation.info.changed))
    answers = told_apart([as_shown(turn.shown.to_dict()) for turn in conversation.turns])
    for turn, answer in zip(conversation.turns, answers, strict=True):
        text.add_answer(answer, _reasons(turn.standings))
        text.add("note", limits_text(turn.filters))
        text.add("note", f"Answered by: {answerer(turn.answer.answered_by)}.")
    return _writer(ending)(text)


def answer_file(answer: Answer, ending: str, filters: Mapping[str, Any] | None = None) -> bytes:
    """Return one answer as the content of a file, its quotes as footnotes.

    Args:
        answer: as it was given.
        ending: of the file's name, one of :data:`EXPORT_ENDINGS`.
        filters: those that it was asked with.

    Raises:
        NotKept: no file is written with that ending.
    """
    text = FootnotedText(answer.question)
    text.add_answer(answer.to_dict(), {}, headed=False)
    text.add("note", limits_text(dict(filters or {})))
    text.add("note", f"Answered by: {answerer(answer.answered_by)}.")
    return _writer(ending)(text)


def notebook_file(pins: Sequence[Pin], ending: str) -> bytes:
    """Return the entries of a notebook as the content of a file, their quotes as footnotes.

    Args and errors as of :func:`conversation_file`.
    """
    text = FootnotedText(NOTEBOOK_TITLE)
    question = ""
    cited = told_apart([[citation.to_dict() for citation in pin.citations] for pin in pins])
    for pin, citations in zip(pins, cited, strict=True):
        if pin.question and pin.question != question:
            text.add("heading", pin.question)
        question = pin.question or question
        if pin.shown is not None:
            text.add_statement(pin.shown.to_dict(), citations, _reasons(pin.standings))
        text.add("text", pin.note)
    return _writer(ending)(text)


def check_export_ending(path: str | Path) -> str:
    """Return the ending of a file's name, which says what is written into it.

    Raises:
        NotKept: no file is written with that ending.
    """
    ending = Path(path).suffix.lower()
    _writer(ending)
    return ending


def write_export(path: Path, content: bytes, *, force: bool = False) -> None:
    """Write a file.

    Args:
        path: its place.
        content: what is written.
        force: write it in the place of one that is there.

    Raises:
        HistoryFault: it cannot be written, or is there already.
    """
    try:
        with path.open("wb" if force else "xb") as out:
            out.write(content)
    except FileExistsError as error:
        raise HistoryFault(
            f"{path} is there already; give another name, or --force to write over it."
        ) from error
    except OSError as error:
        raise HistoryFault(f"{path} cannot be written ({error.strerror}).") from error


def _writer(ending: str) -> Callable[[FootnotedText], bytes]:
    if ending not in _WRITERS:
        raise NotKept(
            f"Nothing is exported as {ending or 'a file without an ending'!r}; use "
            f"{', '.join(_WRITERS)}."
        )
    return _WRITERS[ending]


def _reasons(held: Standings) -> dict[int, str]:
    """Return why quotes do not hold any more, by their numbers."""
    return {one.number: one.reason for one in held.values() if one.reason}


def _dated(what: str, first: str, last: str) -> str:
    days = list(dict.fromkeys((first[:10], last[:10])))
    return f"{what} {' to '.join(display_date(day) for day in days)}."
