"""An answer and a conversation as safe HTML.

Everything that comes from an article or a question is escaped, here and in the other modules of
this room.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from rag.render.parts import (
    all_citations,
    as_of,
    display_date,
    doubt,
    is_struck,
    notes,
    one_line,
    rewritten_question,
    shorten,
    source_line,
)
from rag.render.text import answer_markdown
from rag.text.characters import escape

BESIDE = "quote"  # the class of marks in notes and differences
NEAREST = 3  # passages shown where nothing is answered
CHECKING = "Checking …"


def answer_html(answer: Mapping[str, Any]) -> str:
    """The answer as an HTML fragment; each citation links to ``#cite-N`` in the article.

    Args:
        answer: ``Answer.to_dict()``; a part of one, still being made, may say in ``drafts``
            how many of its last statements are not checked yet.
    """
    notice = f'<p class="notice">{escape(answer["notice"])}</p>' if answer["notice"] else ""
    if answer["status"] == "abstained":
        nearest = "".join(_passage_html(hit) for hit in answer["passages"][:NEAREST])
        shown = f"<p>Nearest passages:</p><ul>{nearest}</ul>" if nearest else ""
        return (
            f'<div class="answer abstained">{notice}<p>{escape(answer["reason"])}</p>{shown}</div>'
        )
    quotes = {citation["number"]: citation for citation in all_citations(answer)}
    checked = len(answer["statements"]) - answer.get("drafts", 0)
    parts = [
        _statement_html(statement, answer, quotes, draft=place >= checked)
        for place, statement in enumerate(answer["statements"])
    ]
    parts += [_difference_html(difference, quotes) for difference in answer["differences"]]
    dated = f'<p class="note">{escape(as_of(answer))}</p>' if as_of(answer) else ""
    return f'<div class="answer">{notice}{"".join(parts)}{dated}</div>'


def _statement_html(
    statement: Mapping[str, Any],
    answer: Mapping[str, Any],
    quotes: Mapping[int, Mapping[str, Any]],
    *,
    draft: bool,
) -> str:
    """A sentence, what stands against it, and on a line that is kept free for it who backs it."""
    marks = _marks_html(statement["citations"], quotes)
    unsure = f'<span class="reason">{escape(doubt(statement))}</span>' if doubt(statement) else ""
    aside = "; ".join(
        f"{escape(note)}{_marks_html(numbers, quotes, BESIDE)}"
        for note, numbers in notes(statement, answer)
    )
    said = escape(one_line(statement["text"]))
    said = f"<s>{said}</s>" if is_struck(statement) else said
    kind = "draft" if draft else statement["verdict"]
    return (
        f'<p class="statement {kind}" dir="auto">{said}{marks}{"" if draft else unsure}'
        f'<span class="note">{escape(CHECKING) if draft else aside}</span></p>'
    )


def _passage_html(hit: Mapping[str, Any]) -> str:
    link = open_link(hit, source_line(hit))
    return f'<li dir="auto">{link}<br>{escape(shorten(hit["text"]))}</li>'


def open_link(place: Mapping[str, Any], shown: str) -> str:
    """A link that opens an article at a stretch of it.

    Args:
        place: ``article_id``, ``start`` and ``end``.
        shown: the words of the link.
    """
    return (
        f'<a class="open" href="#" data-article="{escape(place["article_id"])}"'
        f' data-start="{int(place["start"])}" data-end="{int(place["end"])}">{escape(shown)}</a>'
    )


def _difference_html(difference: Mapping[str, Any], quotes: Mapping[int, Mapping[str, Any]]) -> str:
    rows = []
    for position in difference["positions"]:
        cited = position["citation"]
        later = position["overtaken_by"]
        overtaken = f" (overtaken by{_mark_html(quotes[later], BESIDE)})" if later else ""
        rows.append(
            f"<tr><td>{escape(display_date(cited['published']))}</td>"
            f"<td>{escape(cited['outlet'] or cited['title'])}</td>"
            f"<td>{escape(position['value'])}{_mark_html(cited, BESIDE)}{overtaken}</td>"
            f"<td>{escape(shorten(cited['cited_text']))}</td></tr>"
        )
    head = "".join(
        f'<th scope="col">{name}</th>' for name in ("Date", "Source", "Says", "In its words")
    )
    return (
        f'<table class="differences" dir="auto"><caption>{escape(difference["summary"])}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def turn_html(answer: Mapping[str, Any], turn: int, filters: Mapping[str, Any]) -> str:
    """A question with its answer, and what can be done with that.

    Args:
        answer: ``Answer.to_dict()``.
        turn: its place in the conversation, from 0.
        filters: ``since``, ``until`` and ``outlets`` that it was asked with, for its link.
    """
    saves = "".join(
        f'<button type="button" class="tool" data-turn="{turn}" data-save="{ending}">'
        f"Save as {ending[1:].upper()}</button>"
        for ending in (".html", ".md", ".json")
    )
    query = {"q": answer["understood_as"]} | {name: v for name, v in filters.items() if v}
    tools = (
        f'<button type="button" class="tool" data-copy="{escape(answer_markdown(answer))}">'
        "Copy with citations</button>"
        f'<button type="button" class="tool" data-link="?{escape(urlencode(query, doseq=True))}">'
        f"Copy link</button>{saves}"
    )
    body = f'{answer_html(answer)}<div class="tools">{tools}</div>'
    return _turn(answer["question"], rewritten_question(answer), body, turn)


def partial_turn_html(answer: Mapping[str, Any], turn: int) -> str:
    """A question whose answer is being made, with what there is of it so far.

    Args:
        answer: the keys of ``Answer.to_dict()`` that :func:`answer_html` reads.
        turn: its place in the conversation, from 0.
    """
    waiting = "" if answer["statements"] else working_html("Reading the articles …")
    return _turn(answer["question"], None, answer_html(answer) + waiting, turn, busy=True)


def failed_turn_html(question: str, problem: str, turn: int) -> str:
    """A question that could not be answered, and why; it may be given back to be changed."""
    return _turn(question, None, message_html(problem), turn, again=True)


def _turn(
    question: str,
    meant: str | None,
    body: str,
    turn: int,
    *,
    busy: bool = False,
    again: bool = False,
) -> str:
    asked = f'<h2 class="asked" dir="auto">{escape(one_line(question))}</h2>' if question else ""
    note = (
        f'<p class="understood" dir="auto">Understood as: {escape(one_line(meant))}</p>'
        if meant
        else ""
    )
    state = ' aria-busy="true"' if busy else f' data-again="{escape(question)}"' if again else ""
    return f'<section class="turn" data-turn="{turn}"{state}>{asked}{note}{body}</section>'


def examples_html(questions: Iterable[str], intro: str) -> str:
    """Questions to begin with, each a button that asks it.

    Args:
        questions: what may be asked.
        intro: what is said above them.
    """
    buttons = "".join(
        f'<button type="button" class="example" data-ask="{escape(question)}" dir="auto">'
        f"{escape(question)}</button>"
        for question in questions
    )
    return f'<div class="welcome"><p>{escape(intro)}</p>{buttons}</div>'


def download_html(text: str, name: str) -> str:
    """A link that saves a text as a file; the text is in the link, and nowhere on the server."""
    packed = b64encode(text.encode()).decode()
    return (
        f'<a download="{escape(name)}" href="data:application/octet-stream;base64,{packed}">'
        f"{escape(name)}</a>"
    )


def logout_html() -> str:
    """The button that ends a session."""
    return '<form method="post" action="/logout"><button class="tool">Log out</button></form>'


def working_html(text: str) -> str:
    """What stands where something will be in a while."""
    return f'<p class="working" role="status">{escape(text)}</p>'


def message_html(text: str) -> str:
    """A message to the user in place of an answer."""
    return f'<div class="answer message" role="alert"><p>{escape(text)}</p></div>'


def _marks_html(
    numbers: Iterable[int], quotes: Mapping[int, Mapping[str, Any]], kind: str = "cite"
) -> str:
    return "".join(_mark_html(quotes[number], kind) for number in numbers)


def _mark_html(citation: Mapping[str, Any], kind: str = "cite") -> str:
    """The mark that leads to a quote: ``cite`` of a statement, ``quote`` of what stands beside."""
    number = citation["number"]
    source = escape(f"[{number}] {source_line(citation)}")
    return (
        f' <a class="{kind}" href="#cite-{number}" data-cite="{number}" aria-label="{source}"'
        f' title="{escape(one_line(citation["cited_text"]))}">[{number}]</a>'
    )
