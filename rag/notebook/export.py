"""Write a kept conversation or the notebook as Markdown, as a web page, or as a Word file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from rag.errors import HistoryFault, NotKept
from rag.notebook.conversations import KeptConversation
from rag.notebook.pins import Pin
from rag.notebook.standing import CHANGED_HAS_WORDS, CHANGED_LOST_WORDS, GONE
from rag.render.kept.footnoted import FootnotedText, footnoted_html, footnoted_markdown
from rag.render.kept.word import footnoted_word
from rag.text.dates import display_date
from rag.types import Verdict

NOTEBOOK_TITLE = "Notebook"
_FALLEN = (GONE, CHANGED_LOST_WORDS, CHANGED_HAS_WORDS)
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
    for turn in conversation.turns:
        reasons = {one.number: one.reason for one in turn.standings.values() if one.reason}
        text.add_answer(turn.shown.to_dict(), reasons)
        text.add("note", _limits(turn.filters))
        text.add("note", f"Answered by: {turn.answer.answered_by}.")
    return _writer(ending)(text)


def notebook_file(pins: Sequence[Pin], ending: str) -> bytes:
    """Return the entries of a notebook as the content of a file, their quotes as footnotes.

    Args and errors as of :func:`conversation_file`.
    """
    text = FootnotedText(NOTEBOOK_TITLE)
    question = ""
    for pin in pins:
        if pin.question and pin.question != question:
            text.add("heading", pin.question)
        question = pin.question or question
        if pin.shown is not None:
            fallen = pin.shown.verdict != Verdict.SUPPORTED and pin.shown.reason in _FALLEN
            reasons = {cited.number: pin.shown.reason or "" for cited in pin.citations if fallen}
            citations = [citation.to_dict() for citation in pin.citations]
            text.add_statement(pin.shown.to_dict(), citations, reasons)
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


def write_export(path: Path, content: bytes) -> None:
    """Write a file.

    Raises:
        HistoryFault: it cannot be written.
    """
    try:
        path.write_bytes(content)
    except OSError as error:
        raise HistoryFault(f"{path} cannot be written ({error.strerror}).") from error


def _writer(ending: str) -> Callable[[FootnotedText], bytes]:
    if ending not in _WRITERS:
        raise NotKept(
            f"Nothing is exported as {ending or 'a file without an ending'!r}; use "
            f"{', '.join(_WRITERS)}."
        )
    return _WRITERS[ending]


def _dated(what: str, first: str, last: str) -> str:
    days = list(dict.fromkeys((first[:10], last[:10])))
    return f"{what} {' to '.join(display_date(day) for day in days)}."


def _limits(filters: object) -> str:
    """Return the filters of a question as a sentence, empty without any."""
    if not isinstance(filters, dict):
        return ""
    since, until, outlets = (filters.get(name) for name in ("since", "until", "outlets"))
    said = [
        f"since {since}" if since else "",
        f"until {until}" if until else "",
        f"of {', '.join(outlets)}" if outlets else "",
    ]
    limits = ", ".join(filter(None, said))
    return f"Asked of documents {limits} only." if limits else ""
