"""The room where the house says how good it is: the last evaluation, and the state of the index."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gradio as gr

from rag import render
from rag.corpus import Corpus
from rag.errors import InputError
from rag.ui.links import PRIVATE, html, problems


class QualityRoom:
    """What is shown in the room, read anew whenever it is opened."""

    def __init__(self, corpus: Corpus, tab: gr.Tab) -> None:
        """Lay out the room, inside the tab that is open."""
        self._corpus = corpus
        with gr.Row():
            with gr.Column(scale=3, min_width=320):
                state = html("state")
            with gr.Column(scale=7, min_width=320):
                report = html("report")
        tab.select(self._show, None, [state, report], **PRIVATE)

    def _show(self) -> tuple[str, str]:
        state, report = "", ""
        with problems() as failed:
            state = render.facts_html(self._state(), "The corpus and its index")
            report = report_html(self._corpus.settings.report)
        return (state, render.message_html(failed[0])) if failed else (state, report)

    def _state(self) -> dict[str, Any]:
        last = self._corpus.shelf.report
        failed = [f"{path} {reason}" for path, reason in last.failed] if last else []
        twins = [f"{path} is {same}" for path, same in last.duplicates] if last else []
        notice = self._corpus.shelf.notice or "in step with the folder"
        shown = self._corpus.state() | {"files_not_read": failed, "files_twice": twins}
        return shown | {"index_is": notice}


def report_html(path: Path) -> str:
    """The last evaluation, or how to run one.

    Raises:
        InputError: the file is no such report.
    """
    try:
        return render.quality_html(json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return render.quality_html(None)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path} (RAG_REPORT) is no report of `python -m evals`; run it again."
        ) from error
