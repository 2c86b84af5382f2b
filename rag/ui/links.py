"""HTML whose links call back, panes that articles open in, and errors as messages."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.context import LocalContext

from rag import render
from rag.corpus import Corpus
from rag.errors import RagError
from rag.limits import ServingPolicy

UNEXPECTED = "Something went wrong. The server's log says what; trying again may help."
LINKS = (Path(__file__).resolve().parent / "links.js").read_text("utf-8")

# Of callbacks that are no part of what programs may call, and show their own progress.
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

log = logging.getLogger(__name__)


def html(elem_id: str, value: str = "", **options: Any) -> gr.HTML:
    """A stretch of HTML that looks as our own style sheet says."""
    return gr.HTML(value, elem_id=elem_id, apply_default_css=False, **options)


def linked(elem_id: str, value: str = "") -> gr.HTML:
    """A stretch of HTML; following what opens an article is ``select``, other buttons ``input``."""
    return html(elem_id, value, js_on_load=LINKS)


def pane(elem_id: str, text: str) -> gr.HTML:
    """A pane that articles open in, with what it says while none is."""
    return html(elem_id, render.placeholder_html(text), elem_classes="pane")


def opener(corpus: Corpus) -> Callable[[gr.EventData], str]:
    """A callback that shows the article, and the stretch of it, that a link names."""

    def open_article(event: gr.EventData) -> str:
        shown = ""
        with problems() as failed:
            shown = read(corpus, places(event))
        return render.message_html(failed[0]) if failed else shown

    return open_article


def read(corpus: Corpus, place: dict[str, Any]) -> str:
    """An article at a place, as HTML.

    Args:
        corpus: where the article is.
        place: ``article``, and maybe ``start`` and ``end``.

    Raises:
        ArticleNotFound: it is not, or no longer, in the corpus.
    """
    article = corpus.article(str(place.get("article", ""))).to_dict()
    start, end = (_number(place.get(name), len(article["text"])) for name in ("start", "end"))
    return render.reader_html(article, start, end)


def filters(since: str, until: str, outlets: list[str]) -> dict[str, Any]:
    """What the boxes for filters hold, as a corpus takes it; an empty box is no filter."""
    return {"since": since or None, "until": until or None, "outlets": outlets or None}


def places(event: gr.EventData) -> dict[str, Any]:
    """What a link of a page says of itself; a page may send anything."""
    given = event._data
    return given if isinstance(given, dict) else {}


def _number(given: Any, most: int) -> int | None:
    text = str(given)
    return min(int(text), most) if text.isascii() and text.isdigit() else None


def asking(policy: ServingPolicy, call: str, text: str) -> AbstractContextManager[dict[str, Any]]:
    """A turn at answering what somebody asks on the page; as :meth:`ServingPolicy.request`."""
    request = LocalContext.request.get(None)
    client = getattr(request, "client", None)
    return policy.request("page", call, text, client.host if client else None)


@contextmanager
def problems() -> Iterator[list[str]]:
    """Errors as messages for whoever looks at the page; what was not foreseen goes to the log.

    Yields a list that holds the message afterwards, where there is one.
    """
    failed: list[str] = []
    try:
        yield failed
    except RagError as error:
        failed.append(str(error))
    except Exception:
        log.exception("a callback of the page failed")
        failed.append(UNEXPECTED)
