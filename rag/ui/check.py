"""The room where a text is held against the articles, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator

import gradio as gr

from rag import render
from rag.corpus import Corpus
from rag.service import Service
from rag.ui.links import PRIVATE, asking, linked, opener, pane, problems

NOTHING_OPEN = "Follow a source: the article opens here at the words that speak for it, or against."
WORKING = "Holding each sentence against the articles …"
NOTHING_CHECKED = "Paste a text above. Each sentence is found supported, contradicted, or neither."


class CheckRoom:
    """The widgets of the room, and what happens when they are used."""

    def __init__(self, corpus: Corpus, service: Service) -> None:
        """Lay out the room, inside the tab that is open."""
        self._corpus = corpus
        self._service = service
        with gr.Row():
            with gr.Column(scale=5, min_width=320):
                text = gr.Textbox(
                    label="Text to check",
                    placeholder="A sentence, a paragraph, a draft …",
                    lines=6,
                    max_lines=20,
                )
                with gr.Row(elem_classes="buttons"):
                    button = gr.Button("Check", variant="primary", min_width=90)
                checked = linked("checked", render.nothing_html(NOTHING_CHECKED))
            with gr.Column(scale=5, min_width=320):
                reader = pane("claim-reader", NOTHING_OPEN)
        button.click(self._check, text, checked, **PRIVATE)
        checked.select(opener(corpus), None, reader, **PRIVATE)

    def _check(self, text: str) -> Iterator[str]:
        yield render.working_html(WORKING)
        shown = ""
        with problems() as failed, asking(self._service, "verify", text) as line:
            shown = render.checked_html(self._corpus.verify(text).to_dict())
            line["result"] = "checked"
        yield render.message_html(failed[0]) if failed else shown
