"""Widgets and callbacks. All HTML comes from ``rag.render``, which escapes it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI

from rag import render
from rag.answers import Answer
from rag.chat import Chat
from rag.corpus import Corpus
from rag.errors import RagError
from rag.packs import WRITERS, evidence_pack, pack_text

HERE = Path(__file__).resolve().parent
NOTHING = render.evidence_html({"citations": [], "statements": [], "differences": []}, [])
UNEXPECTED = "Something went wrong. The server's log says what; asking again may help."

log = logging.getLogger(__name__)


def build(corpus: Corpus) -> gr.Blocks:
    """The page over a corpus. Each window has a conversation of its own, gone when it closes.

    Args:
        corpus: what is asked; shared by all who have the page open.
    """

    def ask(question: str, chat: Chat | None) -> tuple[str, str, Any, Chat]:
        return follow(chat or corpus.chat(), question)

    def ask_as_is(question: str, chat: Chat | None) -> tuple[str, str, Any, Chat]:
        return follow(chat or corpus.chat(), question, alone=True)

    def follow(chat: Chat, question: str, alone: bool = False) -> tuple[str, str, Any, Chat]:
        shown, evidence, meant = answer(corpus, partial(chat.ask, alone=alone), question)
        return shown, evidence, gr.update(value=meant or "", visible=bool(meant)), chat

    def start() -> tuple[None, str, str, str, Any]:
        return None, "", "", NOTHING, gr.update(value="", visible=False)

    page: gr.Blocks = gr.Blocks(title="Footnote", analytics_enabled=False, fill_width=True)
    with page:
        gr.Markdown("# Footnote\nEvery sentence of an answer leads to the words that back it.")
        chat = gr.State(None)
        with gr.Row():
            with gr.Column(scale=5, min_width=320):
                question = gr.Textbox(
                    label="Question", placeholder="Ask the articles …", lines=1, autofocus=True
                )
                with gr.Row():
                    button = gr.Button("Ask", variant="primary")
                    new = gr.Button("New conversation")
                meant = gr.Textbox(
                    label="Understood as",
                    info="Edit it and press Enter to ask it so.",
                    visible=False,
                )
                shown = gr.HTML(elem_id="answer")
            with gr.Column(scale=5, min_width=320):
                evidence = gr.HTML(NOTHING, elem_id="evidence")
        results = [shown, evidence, meant, chat]
        gr.on([question.submit, button.click], ask, [question, chat], results, api_name="ask")
        meant.submit(ask_as_is, [meant, chat], results, api_visibility="private")
        new.click(start, None, [chat, question, shown, evidence, meant], api_visibility="private")
    return page


def answer(
    corpus: Corpus, ask: Callable[[str], Answer], question: str
) -> tuple[str, str, str | None]:
    """The answer to a question and the articles that it cites, each as safe HTML.

    Args:
        corpus: where the articles are.
        ask: who answers.
        question: as typed.

    Returns also the question that was understood, where it is another one.
    """
    try:
        made = ask(question)
        given = made.to_dict()
        ids = dict.fromkeys(citation["article_id"] for citation in render.all_citations(given))
        articles = [corpus.article(id_).to_dict() for id_ in ids]
        pack = evidence_pack(corpus, made)
        packs = {ending: pack_text(pack, ending) for ending in WRITERS}
    except RagError as error:
        return render.message_html(str(error)), NOTHING, None
    except Exception:
        log.exception("a question could not be answered")
        return render.message_html(UNEXPECTED), NOTHING, None
    evidence = render.evidence_html(given, articles)
    shown = render.answer_html(given) + render.downloads_html(packs)
    return shown, evidence, render.understood(given)


def mount(app: FastAPI, corpus: Corpus) -> FastAPI:
    """Put the page at the root of an app; what the app has already keeps its place.

    Args:
        app: what else is served.
        corpus: what is asked.
    """
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        build(corpus),
        path="/",
        ssr_mode=False,
        show_error=False,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
        css=(HERE / "style.css").read_text("utf-8"),
        js=(HERE / "page.js").read_text("utf-8"),
        footer_links=[],
    )
    return mounted
