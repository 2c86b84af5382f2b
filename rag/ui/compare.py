"""Compare: what each ticked document says of a question, side by side."""

from __future__ import annotations

from collections.abc import Iterator

import gradio as gr

from rag import render
from rag.corpus import Corpus
from rag.limits import ServingPolicy
from rag.render.compared import comparison_html
from rag.ui.widgets import PRIVATE, article_opener, errors_as_messages, linked_html, page_request

COMPARING = "Reading what each document says …"
NOTHING_COMPARED = (
    "Ask something that several documents speak of. What they say stands side by side, newest "
    "first: those that give the same value together, and what a later document says otherwise."
)


class CompareTab:
    """The components and callbacks of the view.

    Args:
        corpus: what is asked.
        policy: what users of the page may do.
        evidence: the pane in which a quote opens.
        chosen: its value are the ids of the documents that are asked, None for all.
    """

    def __init__(
        self, corpus: Corpus, policy: ServingPolicy, evidence: gr.HTML, chosen: gr.JSON
    ) -> None:
        self._corpus = corpus
        self._policy = policy
        with gr.Column(elem_classes="view"):
            with gr.Row(elem_classes="controls"):
                question = gr.Textbox(
                    label="Question or topic",
                    placeholder="How many …, when …, or a topic",
                    min_width=160,
                )
                button = gr.Button("Compare", variant="primary", min_width=90)
            shown = linked_html("compared", render.placeholder_html(NOTHING_COMPARED))
        asked = [question.submit, button.click]
        gr.on(asked, self._compare, [question, chosen], shown, **PRIVATE)
        shown.select(article_opener(corpus), None, evidence, **PRIVATE)

    def _compare(self, question: str, chosen: list[str] | None) -> Iterator[str]:
        yield render.working_html(COMPARING)
        shown = ""
        with errors_as_messages() as errors, page_request(self._policy, "compare", question) as at:
            found = self._corpus.side_by_side(question, documents=chosen)
            shown = comparison_html(found.to_dict())
            at["result"] = "compared"
        yield render.message_html(errors[0]) if errors else shown
