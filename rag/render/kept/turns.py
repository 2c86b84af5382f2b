"""Write the turns of a conversation for the page: a question, its answer, what can be done with it.

An answer is whole, or still being made, or could not be given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from rag.render.compared.documents import WORD_BY_WORD
from rag.render.html import answer_html
from rag.render.kept.limits import limits_text
from rag.render.kept.lists import EXPORT_NAMES
from rag.render.markdown import answer_markdown
from rag.render.naming import one_line
from rag.render.page import message_html, on_page, working_html
from rag.render.walk import rewritten_question
from rag.text.characters import escape

MOST_LINKED = 50  # chosen documents that a link names, of 27 characters each
WORD_ENDING = ".docx"
_SAVED_AS = EXPORT_NAMES | {".json": "JSON, for programs"}
_TWO = 2  # documents that an answer compares
_LINKED_FILTERS = ("since", "until", "outlets", "documents")


def turn_html(
    answer: Mapping[str, Any], turn: int, filters: Mapping[str, Any], told: str = ""
) -> str:
    """Return a question with its answer, and buttons to copy and save them.

    Args:
        answer: ``Answer.to_dict()``.
        turn: its index in the conversation, from 0.
        filters: ``since``, ``until``, ``outlets`` and ``documents`` that it was asked with, for
            its link.
        told: what of its notice an earlier turn has said, which is copied and not shown again.
    """
    saves = "".join(
        f'<button type="button" class="tool" data-turn="{turn}" data-save="{ending}">'
        f"Save as {name}</button>"
        for ending, name in _SAVED_AS.items()
    )
    saves = (
        f'<details class="saves"><summary class="tool">Save</summary><div>{saves}</div></details>'
    )
    tools = (
        f'<button type="button" class="tool" data-copy="{escape(answer_markdown(answer))}">'
        "Copy with citations</button>"
        f"{_link_button(answer['understood_as'], filters)}{_compare_button(answer)}{saves}"
    )
    meant = rewritten_question(answer)
    understood = (
        f'<p class="understood" dir="auto">Understood as: {escape(one_line(meant))}</p>'
        if meant
        else ""
    )
    limits = limits_text(filters)
    asked_of = f'<p class="meta" dir="auto">{escape(one_line(limits))}</p>' if limits else ""
    notice = on_page((answer["notice"] or "").replace(told, "").strip())
    shown = answer_html({**answer, "notice": notice}, filters)
    body = f'{understood}{asked_of}{shown}<div class="tools">{tools}</div>'
    return _turn(answer["question"], body, turn)


def _compare_button(answer: Mapping[str, Any]) -> str:
    """Return the button that shows two documents side by side, behind an answer that compares."""
    ids = list(dict.fromkeys(cited["article_id"] for cited in answer["citations"]))
    if len(ids) != _TWO or WORD_BY_WORD not in (answer["notice"] or ""):
        return ""
    one, other = map(escape, ids)
    return (
        f'<button type="button" class="tool" data-compare="{one}" data-other="{other}">'
        "Compare side by side</button>"
    )


def _link_button(question: str, filters: Mapping[str, Any]) -> str:
    """Return the button that copies a link to a question with its filters.

    Of many chosen documents the link would be longer than programs pass on: it leaves them out,
    and the button says so.
    """
    count = len(filters.get("documents") or ())
    title = ""
    if count > MOST_LINKED:
        title = f' title="The link asks all documents: it cannot name the {count:,} chosen ones."'
    query = escape(urlencode({"q": question} | linked_filters(filters), doseq=True))
    return f'<button type="button" class="tool" data-link="?{query}"{title}>Copy link</button>'


def linked_filters(filters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the filters of a question that a link to it names: all but too many documents."""
    held = {name: filters[name] for name in _LINKED_FILTERS if filters.get(name)}
    if len(held.get("documents", ())) > MOST_LINKED:
        del held["documents"]
    return held


def revising_html() -> str:
    """Return the line that says, while a question is edited, what will be replaced."""
    return (
        '<p role="status" hidden><span></span>'
        '<button type="button" class="tool" data-cancel>Cancel</button></p>'
    )


def scope_html() -> str:
    """Return the line that says of how many documents is asked, where that is not all."""
    return (
        '<p role="status" hidden><span></span>'
        '<button type="button" class="tool" data-ask-all>Ask all</button></p>'
    )


def partial_turn_html(answer: Mapping[str, Any], turn: int) -> str:
    """Return a question whose answer is being made, with what there is of the answer so far.

    Args:
        answer: a part of an answer, as for :func:`rag.render.walk.answer_blocks`.
        turn: its index in the conversation, from 0.
    """
    waiting = "" if answer["statements"] else working_html("Reading the documents …")
    return _turn(answer["question"], answer_html(answer) + waiting, turn, ' aria-busy="true"')


def failed_turn_html(question: str, problem: str, turn: int) -> str:
    """Return a question that could not be answered, and why; the page offers it for editing."""
    return _turn(question, message_html(problem), turn, f' data-again="{escape(question)}"')


def _turn(question: str, body: str, turn: int, attributes: str = "") -> str:
    asked = ""
    if question:
        asked = (
            f'<header><h2 class="asked" dir="auto">{escape(one_line(question))}</h2>'
            f'<button type="button" class="tool edit" data-edit="{escape(question)}">Edit</button>'
            "</header>"
        )
    return f'<section class="turn" data-turn="{turn}"{attributes}>{asked}{body}</section>'
