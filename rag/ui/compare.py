"""Compare: what each ticked document says of a question, or two documents with one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import gradio as gr

from rag import render
from rag.errors import QuestionError
from rag.render.compared.documents import two_documents_html
from rag.render.compared.sources import comparison_html
from rag.ui.widgets import (
    PRIVATE,
    Workspace,
    asked_of,
    errors_as_messages,
    link_data,
    linked_html,
    page_request,
)

COMPARING = "Reading what each document says …"
COMPARING_TWO = "Comparing the two documents …"
NOTHING_COMPARED = (
    "Ask something that several documents speak of. What they say stands side by side, newest "
    "first: those that give the same value together, and what a later document says otherwise. "
    "Or choose two documents, to see what one has otherwise than the other."
)
CHOOSE_TWO = "Choose two documents; they are compared sentence by sentence."
MOST_OFFERED = 1_000  # documents in a box; of more, those that are ticked, or a path that is typed
COMPARE_VIEW = "compare"  # the id of the view
BOX_WIDTH = 320  # pixels, which most titles fit in; where there is less room, one box a line
_TWO = 2  # documents that are compared


class CompareTab:
    """The components and callbacks of the view.

    Args:
        space: what it works with.
        tab: the view; the boxes offer the documents that are there when it is opened.
    """

    def __init__(self, space: Workspace, tab: gr.Tab) -> None:
        self._corpus, self._policy = space.corpus, space.policy
        with gr.Column(elem_classes="view"):
            with gr.Row(elem_classes="controls"):
                question = gr.Textbox(
                    label="Question or topic",
                    placeholder="How many …, when …, or a topic",
                    min_width=160,
                )
                button = gr.Button("Compare", variant="primary", min_width=90)
            with gr.Row(elem_classes="controls"):
                boxes = self._boxes = [_box("One document"), _box("Another document")]
                with_one_another = gr.Button("Compare these two", min_width=90)
            shown = linked_html("compared", render.placeholder_html(NOTHING_COMPARED))
        asked = asked_of([question, space.chosen], space.chosen)
        gr.on([question.submit, button.click], self._compare, outputs=shown, **asked, **PRIVATE)
        offered = asked_of([space.chosen, *boxes], space.chosen)
        tab.select(self._offer, outputs=boxes, **offered, **PRIVATE)
        with_one_another.click(self._compare_two, boxes, shown, **PRIVATE)
        space.opens_links_of(shown)
        self._shown = shown

    def open_from(self, turns: Sequence[gr.HTML], tabs: gr.Tabs) -> None:
        """Have a button below an answer show the two documents that it compares.

        Args:
            turns: the parts of the page with answers.
            tabs: the views, of which this one comes to the front.
        """
        for part in turns:
            part.submit(self._open_two, None, [tabs, *self._boxes, self._shown], **PRIVATE)

    def _open_two(self, event: gr.EventData) -> Iterator[list[Any]]:
        link = link_data(event)
        ids = [str(link.get(name, "")) for name in ("compare", "other")]
        before = [gr.update(selected=COMPARE_VIEW), *self._offer(ids)]
        for shown in self._compare_two(*ids):
            yield [*before, shown]

    def _compare(self, question: str, chosen: list[str] | None) -> Iterator[str]:
        yield render.working_html(COMPARING)
        shown = ""
        with errors_as_messages() as errors, page_request(self._policy, "compare", question) as at:
            found = self._corpus.side_by_side(question, documents=chosen)
            shown = comparison_html(found.to_dict())
            at["result"] = "compared"
        yield render.message_html(errors[0]) if errors else shown

    def _offer(self, chosen: list[str] | None, *now: str | None) -> list[Any]:
        """Offer the documents; two that are ticked, and no others, are chosen already."""
        rows, total = self._corpus.documents.page(limit=MOST_OFFERED)
        ticked = [row.id for row in rows] if chosen is None else chosen
        choices = [(f"{row.title} ({row.path})", row.id) for row in rows]
        listed = {row.id for row in rows}
        if total > len(rows):
            choices += [(id_, id_) for id_ in ticked[:MOST_OFFERED] if id_ not in listed]
        place = {row.id: at for at, row in enumerate(rows)}  # the newest first
        older_first = sorted(ticked, key=lambda id_: -place.get(id_, len(rows)))
        preset = older_first if len(ticked) == _TWO else now
        return [gr.update(choices=choices, value=value or None) for value in preset]

    def _compare_two(self, one: str | None, other: str | None) -> Iterator[str]:
        yield render.working_html(COMPARING_TWO)
        shown = ""
        with errors_as_messages() as errors, page_request(self._policy, "compare", "") as at:
            if not one or not other:
                raise QuestionError(CHOOSE_TWO)
            ids = (self._corpus.article(name).id for name in (one, other))
            shown = two_documents_html(self._corpus.documents.compare(*ids).to_dict())
            at["result"] = "compared"
        yield render.message_html(errors[0]) if errors else shown


def _box(label: str) -> gr.Dropdown:
    return gr.Dropdown(label=label, choices=[], allow_custom_value=True, min_width=BOX_WIDTH)
