"""What the house says of itself as safe HTML: progress, the evaluation, the index, the LLM."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rag.render.articles import placeholder_html
from rag.render.parts import one_line, shorten
from rag.text.characters import escape

NO_REPORT = "No evaluation has been run yet; `make eval` or `python -m evals` runs one."
SHOWN = {  # figures of the evaluation by how they are called here
    "correctness": "Correct",
    "decision": "Answered or refused rightly",
    "citation_precision": "Citations that hold",
    "faithfulness": "Faithful",
    "attribution": "Ascribed rightly",
    "recall@8": "Evidence found",
}
WORDS = {"None": "–", "True": "yes", "False": "no"}


def files_html(files: Sequence[tuple[str, str, str]], step: str, done: int, total: int) -> str:
    """Files on their way into the corpus, each with its state, and a bar.

    Args:
        files: name, state (``waiting``, ``done`` or ``failed``), and what is to be said of it.
        step: what is being done now; empty when all is.
        done, total: how far that is; 0 of 0 while unknown.
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
    """Names and values as a table."""
    rows = "".join(
        f'<tr><th scope="row">{escape(name.replace("_", " "))}</th><td>{_value(value)}</td></tr>'
        for name, value in facts.items()
    )
    return f'<table class="facts"><caption>{escape(caption)}</caption><tbody>{rows}</tbody></table>'


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "<br>".join(escape(str(item)) for item in value) or "–"
    return escape(WORDS.get(str(value), f"{value:,}" if isinstance(value, int) else str(value)))


def quality_html(report: Mapping[str, Any] | None) -> str:
    """The last evaluation: the figures by split and category, and each failure to read.

    Args:
        report: as ``python -m evals`` writes it; None where there is none.
    """
    if report is None:
        return placeholder_html(NO_REPORT)
    names = [name for name in SHOWN if name in report["splits"]["all"]["metrics"]]
    tables = "".join(
        _figures(caption, report[key], names)
        for key, caption in (("splits", "By split"), ("categories", "By category"))
    )
    failed = [case for case in report["cases"] if _is_failure(case)]
    items = "".join(_failure(case) for case in failed)
    heading = f"{len(failed)} of {len(report['cases'])} questions were not answered as expected"
    return (
        f"<p>Answered by: {escape(report['answered_by'])}</p>{tables}"
        f'<h3>{heading}</h3><ul class="failures">{items}</ul>'
    )


def _figures(caption: str, rows: Mapping[str, Any], names: Iterable[str]) -> str:
    names = list(names)
    head = "".join(f'<th scope="col">{escape(SHOWN[name])}</th>' for name in names)
    lines = "".join(
        f'<tr><th scope="row">{escape(row)}</th><td>{int(figures["pairs"])}</td>'
        + "".join(f"<td>{_mean(figures['metrics'][name]['mean'])}</td>" for name in names)
        + "</tr>"
        for row, figures in rows.items()
    )
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{caption}">'
        f'<table class="figures"><caption>{caption}</caption><thead><tr><td></td>'
        f'<th scope="col">Questions</th>{head}</tr></thead><tbody>{lines}</tbody></table></div>'
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


def prompt_html(asked: Sequence[str] | None, place: str) -> str:
    """What an LLM is told for a question, word for word, and where that goes.

    Args:
        asked: the system and the user message; None where none is asked.
        place: where it goes, in words.
    """
    head = f"<p>{escape(place)}</p>"
    if asked is None:
        return head
    parts = zip(("Rules", "Question and evidence"), asked, strict=True)
    return head + "".join(
        f"<h3>{name}</h3><pre dir='auto' tabindex='0'>{escape(text)}</pre>" for name, text in parts
    )


def note_html(text: str) -> str:
    """A remark in small print."""
    return f'<p class="note">{escape(text)}</p>' if text else ""


def style_html(sheet: str) -> str:
    """A style sheet of ours as an element of a page's head."""
    return f"<style>{sheet}</style>"


FORM = (Path(__file__).resolve().parent / "login.html").read_text("utf-8")


def login_html(problem: str = "") -> str:
    """The page with the form.

    Args:
        problem: what was wrong with the last word, if there was one.
    """
    shown = f'<p role="alert">{escape(problem)}</p>' if problem else ""
    return FORM.replace("<!-- problem -->", shown)
