"""Write the lists of kept conversations and of the notebook for the page.

What a button does is in its ``data-do``, and what it is about in ``data-kept``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from rag.render import walk
from rag.render.html import open_link, placeholder_html
from rag.render.naming import (
    one_line,
    shorten,
    source_line,
    told_apart,
)
from rag.text.characters import escape
from rag.text.dates import spoken_date
from rag.text.quotations import in_quotes

NOTHING_KEPT = "What you ask is kept here, on this machine."
NOTHING_FOUND = "No conversation has these words."
NOTHING_PINNED = "“Pin” beside a statement puts it here, with its quotes."
EXPORT_NAMES = {".docx": "Word", ".html": "Web page", ".md": "Markdown"}
_SHOWN_QUESTION = 80  # characters of the question above a pin


def conversations_html(
    found: Sequence[Mapping[str, Any]], *, open_id: str, today: date, searched: bool
) -> str:
    """Return conversations as a list by day, those used last first.

    Args:
        found: ``ConversationInfo.to_dict()`` of each.
        open_id: the id of the one that is open, empty for none.
        today: the day of whoever reads it.
        searched: whether they are those that some words were found in.
    """
    if not found:
        return placeholder_html(NOTHING_FOUND if searched else NOTHING_KEPT)
    parts = []
    for day, infos in groupby(found, key=lambda info: _day(info["changed"])):
        items = "".join(_conversation_html(info, info["id"] == open_id) for info in infos)
        parts.append(f'<h3>{escape(_day_name(day, today))}</h3><ul class="kept">{items}</ul>')
    return "".join(parts)


def _conversation_html(info: Mapping[str, Any], is_open: bool) -> str:
    title, id_ = escape(one_line(info["title"])), escape(info["id"])
    current = ' aria-current="true"' if is_open else ""
    count = f"{info['questions']} question{'' if info['questions'] == 1 else 's'}"
    menu = (
        _button("rename", id_, "Rename", f' data-title="{title}"')
        + _exports(id_)
        + _button("delete", id_, "Delete")
    )
    return (
        f'<li><button type="button" class="entry" data-do="open" data-kept="{id_}"{current}>'
        f'<span class="title" dir="auto">{title}</span> <small>{count}</small></button>'
        f"{_menu(f'More for “{title}”', menu)}</li>"
    )


def removed_html(deleted: Sequence[Mapping[str, Any]], days: int) -> str:
    """Return the conversations that were deleted, folded away, to be brought back or not.

    Args:
        deleted: ``ConversationInfo.to_dict()`` of each.
        days: how long each can be brought back.
    """
    if not deleted:
        return ""
    items = "".join(map(_removed_html, deleted))
    return (
        f'<details class="removed"><summary>Deleted ({len(deleted):,})</summary>'
        f"<p><small>Each is kept for {days} days, then deleted for good.</small></p>"
        f"<ul>{items}</ul></details>"
    )


def _removed_html(info: Mapping[str, Any]) -> str:
    title, id_ = escape(one_line(info["title"])), escape(info["id"])
    back = _button("undo", id_, "Bring back", f' aria-label="Bring back {title}"')
    erase = _button("erase", id_, "Delete for good", f' aria-label="Delete {title} for good"')
    return (
        f'<li><span class="title" dir="auto">{title}</span>'
        f'<span class="acts">{back}{erase}</span></li>'
    )


def deleted_html(title: str, id_: str, *, was_open: bool) -> str:
    """Return the message that a conversation was deleted, with a button that brings it back.

    Args:
        title: of the conversation.
        id_: of it.
        was_open: whether the button also opens it again.
    """
    opens = " data-reopen" if was_open else ""
    return _told(
        f"{in_quotes(one_line(title))} was deleted.", _button("undo", escape(id_), "Undo", opens)
    )


def went_on_html(title: str, id_: str) -> str:
    """Return the message that an edited question began a new conversation, and the way back."""
    said = f"Your edited question began a new conversation; {in_quotes(one_line(title))} is kept."
    return _told(said, _button("open", escape(id_), "Open it"))


def _told(said: str, button: str) -> str:
    return f'<p class="deleted" role="status"><span>{escape(said)}</span> {button}</p>'


def pins_html(pins: Sequence[Mapping[str, Any]]) -> str:
    """Return the entries of a notebook, each ``Pin.to_dict()``, in their order."""
    if not pins:
        return placeholder_html(NOTHING_PINNED)
    items = "".join(_pin_html(pin, at, len(pins)) for at, pin in enumerate(told_apart(pins)))
    return f'<ol class="pins">{items}</ol><div class="tools">{_exports("")}</div>'


def _pin_html(pin: Mapping[str, Any], at: int, count: int) -> str:
    id_ = escape(pin["id"])
    moves = _button("up", id_, "Move up") if at else ""
    moves += _button("down", id_, "Move down") if at < count - 1 else ""
    said = _statement_html(pin) if pin["statement"] else ""
    lines = "<br>".join(escape(line) for line in pin["note"].splitlines())
    note = f'<p class="own" dir="auto">{lines}</p>' if lines else ""
    edit = _button("annotate", id_, "Edit note" if lines else "Add a note")
    menu = _menu("More for this entry", edit + moves + _button("remove", id_, "Remove"))
    return f"<li><div>{said}{note}</div>{menu}</li>"


def _statement_html(pin: Mapping[str, Any]) -> str:
    block = walk.statement_block({**pin["statement"], "sources": None})
    said = f"<s>{escape(block.text)}</s>" if block.struck else escape(block.text)
    doubt = f'<span class="reason">{escape(block.doubt)}</span>' if block.doubt else ""
    sources = "".join(f"<li>{open_link(c, source_line(c))}</li>" for c in pin["citations"])
    asked = escape(shorten(pin["question"], _SHOWN_QUESTION))
    return f'<small dir="auto">{asked}</small><p dir="auto">{said}{doubt}</p><ul>{sources}</ul>'


def _menu(name: str, buttons: str) -> str:
    """Return buttons behind one that opens them; the name is escaped already."""
    return (
        f'<details class="more"><summary aria-label="{name}" title="{name}">⋯</summary>'
        f"<div>{buttons}</div></details>"
    )


def _exports(id_: str) -> str:
    return "".join(
        _button("export", id_, f"Save as {name}", f' data-ending="{ending}"')
        for ending, name in EXPORT_NAMES.items()
    )


def _button(do: str, id_: str, shown: str, more: str = "") -> str:
    return (
        f'<button type="button" class="tool" data-do="{do}" data-kept="{id_}"{more}>'
        f"{escape(shown)}</button>"
    )


def problems_html(problems: Iterable[str]) -> str:
    """Return messages that something could not be done, or was found damaged."""
    return "".join(f'<p class="deleted" role="alert">{escape(text)}</p>' for text in problems)


def _day(time: str) -> date:
    """Return the day of a time in UTC, where this machine is."""
    return datetime.fromisoformat(time).astimezone().date()


def _day_name(day: date, today: date) -> str:
    names = {today: "Today", today - timedelta(days=1): "Yesterday"}
    return names.get(day) or spoken_date(day.isoformat()) or day.isoformat()
