"""Widgets and callbacks. All HTML comes from ``rag.render``, which escapes it."""

from __future__ import annotations

import logging
from pathlib import Path

import gradio as gr

from rag import render
from rag.corpus import Corpus
from rag.errors import RagError

HERE = Path(__file__).resolve().parent
UNEXPECTED = "Something went wrong. The server's log says what; asking again may help."

log = logging.getLogger(__name__)


def build(corpus: Corpus) -> gr.Blocks:
    """The page over a corpus; it keeps nothing between questions.

    Args:
        corpus: what is asked; shared by all who have the page open.
    """

    def ask(question: str) -> tuple[str, str]:
        return answer(corpus, question)

    page: gr.Blocks = gr.Blocks(title="Footnote", analytics_enabled=False, fill_width=True)
    with page:
        gr.Markdown("# Footnote\nEvery sentence of an answer leads to the words that back it.")
        with gr.Row():
            with gr.Column(scale=5, min_width=320):
                question = gr.Textbox(
                    label="Question", placeholder="Ask the articles …", lines=1, autofocus=True
                )
                button = gr.Button("Ask", variant="primary")
                shown = gr.HTML(elem_id="answer")
            with gr.Column(scale=5, min_width=320):
                evidence = gr.HTML(render.evidence_html({"citations": []}, []), elem_id="evidence")
        gr.on([question.submit, button.click], ask, question, [shown, evidence], api_name="ask")
    return page


def answer(corpus: Corpus, question: str) -> tuple[str, str]:
    """The answer to a question and the articles that it cites, each as safe HTML.

    Args:
        corpus: what is asked.
        question: as typed.
    """
    try:
        given = corpus.ask(question).to_dict()
        ids = dict.fromkeys(citation["article_id"] for citation in given["citations"])
        articles = [corpus.article(id_).to_dict() for id_ in ids]
    except RagError as error:
        return render.message_html(str(error)), render.evidence_html({"citations": []}, [])
    except Exception:
        log.exception("a question could not be answered")
        return render.message_html(UNEXPECTED), render.evidence_html({"citations": []}, [])
    return render.answer_html(given), render.evidence_html(given, articles)


def serve(corpus: Corpus, *, host: str = "127.0.0.1", port: int | None = None) -> None:
    """Serve the page until interrupted.

    Args:
        corpus: what is asked.
        host: the address to listen on; only this machine by default.
        port: the port; the first free one from 7860 by default.
    """
    build(corpus).launch(
        server_name=host,
        server_port=port,
        share=False,
        ssr_mode=False,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
        css=(HERE / "style.css").read_text("utf-8"),
        js=(HERE / "page.js").read_text("utf-8"),
        footer_links=[],
    )
