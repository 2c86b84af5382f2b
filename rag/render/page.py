"""Write the parts of the web page that are no answer: turns, messages, progress, tables, forms."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rag.render.html import header_row
from rag.render.naming import one_line, shorten
from rag.render.walk import answerer
from rag.text.characters import escape

QUESTIONS_HEADING = "Questions that these documents answer"
PANES = {"sources": "Sources", "middle": "Conversation", "evidence": "Evidence"}
SHELVES = {"documents": "Documents", "conversations": "Conversations", "notebook": "Notebook"}
APPEARANCES = {"system": "As the system", "light": "Light", "dark": "Dark"}
# What messages say of the command line, and what does the same on the page.
_ON_PAGE = {
    "`rag articles` lists them": "the list under “Documents” names them",
    "`rag history list` lists them": "the list under “Conversations” names them",
    "is from an outlet": "is from a publisher",
    "run `rag index` again": "press “Index again”",
    "run `rag index`": "press “Index again”",
}
LONGEST_FILE_NAME = 60  # characters of one that is made of a question
_NOT_OF_A_NAME = re.compile(r"[^\w-]+")  # of a file
_METRIC_LABELS = {  # the metrics of the evaluation that the page shows
    "correctness": "Correct",
    "decision": "Answered or abstained correctly",
    "citation_precision": "Citations that hold",
    "faithfulness": "Faithful",
    "attribution": "Attributed correctly",
    "recall@8": "Evidence found",
}
MEASURED = "How well Footnote answers its test questions"
MEASURED_ON = (
    "This was measured on the documents that belong to these questions. Unless they are those of "
    "this collection, it says nothing of the documents here."
)
_LOGIN_FORM = (Path(__file__).resolve().parent / "login.html").read_text("utf-8")


def on_page(text: str) -> str:
    """Return a message in the words of the page: its buttons in place of commands."""
    for command, words in _ON_PAGE.items():
        text = text.replace(command, words)
    return text


def welcome_html(
    folder: str,
    facts: str,
    intro: str,
    questions: Iterable[str],
    survey: Iterable[str] = (),
    *,
    ready: bool = True,
) -> str:
    """Return what an empty conversation shows: the documents, and questions that they answer.

    Args:
        folder: the name of the folder of documents.
        facts: how many there are, and from when to when.
        intro: a sentence on what one can do.
        questions: each becomes a button that asks it.
        survey: from whom they are, and what about; there is room for two lines from the beginning.
        ready: whether no more questions are to come.
    """
    buttons = "".join(
        f'<button type="button" class="example" data-ask="{escape(question)}" dir="auto">'
        f"{escape(question)}</button>"
        for question in questions
    )
    lines = "".join(f'<p dir="auto" title="{escape(s)}">{escape(s)}</p>' for s in survey)
    heading = f'<p class="label">{QUESTIONS_HEADING}</p>' if buttons else ""
    return (
        f'<div class="welcome"{" data-ready" if ready else ""}>'
        f'<h2 dir="auto">{escape(folder)}</h2><p class="facts-line">{escape(facts)}</p>'
        f'<div class="survey">{lines}</div>'
        f"<p>{escape(intro)}</p>{heading}{buttons}</div>"
    )


def brand_html(folder: str) -> str:
    """Return the name of the product, and that of the folder that is open."""
    return f'<h1>Footnote</h1><span class="folder" dir="auto">{escape(folder)}</span>'


def sheet_head_html(title: str) -> str:
    """Return the head of a sheet over the page: its title, and a button that closes it."""
    return f'<h2>{escape(title)}</h2><button type="button" class="tool close">Close</button>'


def divider_html(side: str) -> str:
    """Return the bar between two panes, which is dragged, or moved by arrow keys.

    Args:
        side: ``left`` or ``right``: the pane that becomes wider or narrower.
    """
    name = {"left": "Width of the sources", "right": "Width of the evidence"}[side]
    return (
        f'<div class="divider" role="separator" aria-orientation="vertical" tabindex="0"'
        f' data-side="{side}" aria-label="{name}" aria-valuenow="0"></div>'
    )


def panes_html() -> str:
    """Return the bar by which a narrow window shows one pane after another."""
    buttons = "".join(
        f'<button type="button" data-pane="{pane}" aria-pressed="{_bool(pane == "middle")}">'
        f"{name}</button>"
        for pane, name in PANES.items()
    )
    return f'<nav aria-label="Panes">{buttons}</nav>'


def shelves_html() -> str:
    """Return the switch of the left pane, which shows one of its lists at a time."""
    buttons = "".join(
        f'<button type="button" data-shelf="{shelf}" aria-pressed="{_bool(shelf == "documents")}">'
        f"{name}</button>"
        for shelf, name in SHELVES.items()
    )
    return f'<div class="shelves" role="group" aria-label="Lists">{buttons}</div>'


def walker_html() -> str:
    """Return the buttons that lead from one citation of an answer to the next."""
    return (
        '<div class="walker" hidden><button type="button" class="tool" data-step="-1"'
        ' aria-label="Previous citation" title="Previous citation (Alt+↑)">←</button>'
        '<span class="count" role="status"></span><button type="button" class="tool"'
        ' data-step="1" aria-label="Next citation" title="Next citation (Alt+↓)">→</button></div>'
    )


def appearance_html() -> str:
    """Return the choice of light or dark, which the browser keeps by itself."""
    choices = "".join(
        f'<label><input type="radio" name="appearance" value="{value}"> {name}</label>'
        for value, name in APPEARANCES.items()
    )
    return f'<fieldset id="appearance"><legend>Appearance</legend>{choices}</fieldset>'


def _bool(value: bool) -> str:
    return "true" if value else "false"


def download_html(content: bytes, title: str, ending: str) -> str:
    """Return a link that saves a file; the link itself holds the content.

    Args:
        content: of the file.
        title: what the file is called by: ``How long is it?`` makes ``how-long-is-it``.
        ending: of its name.
    """
    words = _NOT_OF_A_NAME.sub("-", title).strip("-").lower()
    if len(words) > LONGEST_FILE_NAME:
        words = words[: LONGEST_FILE_NAME + 1].rpartition("-")[0] or words[:LONGEST_FILE_NAME]
    name = f"{words or 'footnote'}{ending}"
    packed = b64encode(content).decode()
    return (
        f'<a download="{escape(name)}" href="data:application/octet-stream;base64,{packed}">'
        f"{escape(name)}</a>"
    )


def logout_html() -> str:
    """Return the button that ends a session."""
    return '<form method="post" action="/logout"><button class="tool">Log out</button></form>'


def working_html(text: str) -> str:
    """Return what is shown while work goes on, in place of its result."""
    return f'<p class="working" role="status">{escape(text)}</p>'


def message_html(text: str) -> str:
    """Return a message to the user in place of an answer."""
    return f'<div class="answer message" role="alert"><p>{escape(on_page(text))}</p></div>'


def note_html(text: str) -> str:
    """Return a remark in small print; nothing for an empty text."""
    return f'<p class="note">{escape(text)}</p>' if text else ""


def style_html(sheet: str) -> str:
    """Return a style sheet of the package as an element of a page's head."""
    return f"<style>{sheet}</style>"


def login_html(problem: str = "") -> str:
    """Return the login page.

    Args:
        problem: why the last attempt failed, empty at the first.
    """
    shown = f'<p role="alert">{escape(problem)}</p>' if problem else ""
    return _LOGIN_FORM.replace("<!-- problem -->", shown)


def files_html(files: Sequence[tuple[str, str, str]], step: str, done: int, total: int) -> str:
    """Return files that are being added to the corpus, each with its state, and a progress bar.

    Args:
        files: name, state (``waiting``, ``done`` or ``failed``), and a remark.
        step: the step that is running; empty when all are done.
        done, total: how far the step is; 0 of 0 while unknown.
    """
    bar = ""
    if step:
        known = f' value="{done}" max="{total}"' if total else ""
        counted = f" {done} of {total}" if total else ""
        bar = f"<p><label>{escape(step)}{counted}<br><progress{known}></progress></label></p>"
    items = "".join(
        f'<li class="{state}"><b>{escape(name)}</b> {escape(said)}</li>'
        for name, state, said in files
    )
    return f'<div role="status">{bar}<ul class="files">{items}</ul></div>'


def facts_html(facts: Mapping[str, Any], caption: str) -> str:
    """Return names and values as a table."""
    rows = "".join(
        f'<tr><th scope="row">{escape(name.replace("_", " "))}</th><td>{_value(value)}</td></tr>'
        for name, value in facts.items()
    )
    return f'<table class="facts"><caption>{escape(caption)}</caption><tbody>{rows}</tbody></table>'


def collection_html(plainly: Mapping[str, Any], details: Mapping[str, Any]) -> str:
    """Return what is known of the documents, and folded away what is for those who run this.

    Args:
        plainly: names and values that everyone understands.
        details: ``Corpus.state()``.
    """
    more = facts_html(details, "The index in detail")
    return (
        f"{facts_html(plainly, 'The documents')}"
        f'<details class="left-out"><summary>For those who run this</summary>{more}</details>'
    )


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "<br>".join(escape(str(item)) for item in value) or "–"
    return escape(value_text(value))


def value_text(value: Any) -> str:
    """Return a value of a report for people: None as a dash, True as yes, numbers with commas."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)


def quality_html(report: Mapping[str, Any] | None) -> str:
    """Return the last evaluation, folded away: metrics by split and category, and each failure.

    Args:
        report: as ``python -m evals`` writes it; None where there is none, and nothing to show.
    """
    if report is None:
        return ""
    names = [name for name in _METRIC_LABELS if name in report["splits"]["all"]["metrics"]]
    tables = "".join(
        _metrics_table(caption, report[key], names)
        for key, caption in (("splits", "By split"), ("categories", "By category"))
    )
    failed = [case for case in report["cases"] if _is_failure(case)]
    items = "".join(_failure(case) for case in failed)
    heading = f"{len(failed)} of {len(report['cases'])} questions were not answered as expected"
    return (
        f'<details class="left-out"><summary>{MEASURED}</summary><p>{MEASURED_ON}</p>'
        f"<p>Answered by: {escape(answerer(report['answered_by']))}</p>{tables}"
        f'<h3>{heading}</h3><ul class="failures">{items}</ul></details>'
    )


def _metrics_table(caption: str, rows: Mapping[str, Any], names: Sequence[str]) -> str:
    lines = "".join(
        f'<tr><th scope="row">{escape(row)}</th><td>{int(figures["pairs"])}</td>'
        + "".join(f"<td>{_mean(figures['metrics'][name]['mean'])}</td>" for name in names)
        + "</tr>"
        for row, figures in rows.items()
    )
    head = header_row("", "Questions", *(_METRIC_LABELS[name] for name in names))
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{caption}">'
        f'<table class="figures"><caption>{caption}</caption>{head}'
        f"<tbody>{lines}</tbody></table></div>"
    )


def _mean(mean: float | None) -> str:
    return "–" if mean is None else f"{mean:.3f}"


def _is_failure(case: Mapping[str, Any]) -> bool:
    scores = case["scores"]
    return any(
        scores.get(name) is not None and scores[name] < 1 for name in ("correctness", "decision")
    )


def _failure(case: Mapping[str, Any]) -> str:
    expected = case["expected"]
    wanted = expected["reference"] or f"to be {expected['status']}"
    reasons = "; ".join(f"{name}: {reason}" for name, reason in case["reasons"].items())
    return (
        f'<li><details><summary dir="auto">{escape(case["category"])}: '
        f"{escape(one_line(case['question']))}</summary>"
        f'<p dir="auto"><b>Expected</b> {escape(one_line(wanted))}</p>'
        f'<p dir="auto"><b>Answered</b> {escape(shorten(case["text"] or "–", 800))}</p>'
        f'<p class="note">{escape(reasons)}</p></details></li>'
    )


def prompt_html(asked: Sequence[str] | None, destination: str) -> str:
    """Return the exact prompt for an LLM, and where it goes.

    Args:
        asked: the system and the user message; None where no LLM is asked.
        destination: a sentence that says where the prompt goes.
    """
    head = f"<p>{escape(destination)}</p>"
    if asked is None:
        return head
    parts = zip(("Rules", "Question and evidence"), asked, strict=True)
    return head + "".join(
        f"<h3>{name}</h3><pre dir='auto' tabindex='0'>{escape(text)}</pre>" for name, text in parts
    )
