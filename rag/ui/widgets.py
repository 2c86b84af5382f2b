"""What the panes share: HTML components, a pane to read in, errors as messages."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import gradio as gr
from gradio.context import LocalContext

from rag import render
from rag.corpus import Corpus
from rag.errors import ArticleNotFound, RagError
from rag.limits import ServingPolicy

UNEXPECTED_ERROR = "Something went wrong. The server's log says what; trying again may help."
DOCUMENT_GONE = (
    "This document was removed, or has other words by now, so it cannot be shown. Ask again, and "
    "the documents that are there now answer."
)
# For callbacks that programs may not call, and that show their own progress.
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
# For callbacks that show what was asked for last: of those asked while one runs, the last follows.
IN_TURN: dict[str, Any] = PRIVATE | {"trigger_mode": "always_last"}
# Sent with a question are the documents that are ticked at that moment: the list of documents knows
# them, once it is drawn.
_TICKED_JS = """(...given) => given.map((one, at) => (
  at === {} && window.footnoteChosen !== undefined ? window.footnoteChosen : one))"""
_LINKS_JS = (Path(__file__).resolve().parent / "links.js").read_text("utf-8")

log = logging.getLogger(__name__)


def html(elem_id: str, value: str = "", **options: Any) -> gr.HTML:
    """Return an HTML component that is styled by our own style sheet alone."""
    return gr.HTML(value, elem_id=elem_id, apply_default_css=False, **options)


def linked_html(elem_id: str, value: str = "") -> gr.HTML:
    """Return an HTML component whose links call back.

    A link that opens an article triggers ``select``, any other button ``input``.
    """
    return html(elem_id, value, js_on_load=_LINKS_JS)


class Workspace(NamedTuple):
    """What a view works with.

    ``corpus`` is what is asked, ``policy`` what users of the page may do. A quote is opened in
    ``evidence``; the value of ``chosen`` are the ids of the documents that are asked, None for all.
    """

    corpus: Corpus
    policy: ServingPolicy
    evidence: gr.HTML
    chosen: gr.JSON

    def opens_links_of(self, shown: gr.HTML) -> None:
        """Have the links of a part of the page open their documents in the evidence pane."""
        shown.select(article_opener(self.corpus), None, self.evidence, **IN_TURN)


def asked_of(inputs: list[Any], chosen: gr.JSON, first_js: str = "") -> dict[str, Any]:
    """Return the inputs of an event as options of it, with the documents that are ticked then.

    Args:
        inputs: the components whose values are sent.
        chosen: the one of them whose value are the ids of the documents.
        first_js: a function that is given the values before, and returns them as a list.
    """
    place = next(at for at, component in enumerate(inputs) if component is chosen)
    js = _TICKED_JS.format(place)
    return {
        "inputs": inputs,
        "js": f"(...given) => ({js})(...({first_js})(...given))" if first_js else js,
    }


def article_opener(corpus: Corpus) -> Callable[[gr.EventData], str]:
    """Return a callback that shows the article, and the part of it, that a link names."""

    def open_article(event: gr.EventData) -> str:
        with errors_as_messages() as errors:
            return article_at(corpus, link_data(event))
        return render.message_html(errors[0])

    return open_article


def article_at(corpus: Corpus, link: dict[str, Any]) -> str:
    """Return an article with a part of it highlighted, as HTML.

    Args:
        corpus: where the article is.
        link: the data of a link: ``article``, and maybe ``start`` and ``end``.

    Raises:
        ArticleNotFound: the article is not, or no longer, in the corpus.
    """
    article = corpus.article(str(link.get("article", ""))).to_dict()
    start, end = (_offset(link.get(name), len(article["text"])) for name in ("start", "end"))
    return render.reader_html(article, start, end)


def _offset(given: Any, most: int) -> int | None:
    text = str(given)
    return min(int(text), most) if text.isascii() and text.isdigit() else None


def link_data(event: gr.EventData) -> dict[str, Any]:
    """Return the data of the link or button that was followed; a browser may send anything."""
    data = event._data
    return data if isinstance(data, dict) else {}


def filters(
    since: str, until: str, outlets: list[str], documents: list[str] | None = None
) -> dict[str, Any]:
    """Return the filter boxes as keywords for a corpus; an empty box is no filter.

    Args:
        since, until, outlets: what is in the boxes.
        documents: the ids of those that are ticked, None for all.
    """
    within = {"since": since or None, "until": until or None, "outlets": outlets or None}
    return within if documents is None else within | {"documents": documents}


def page_request(
    policy: ServingPolicy, call: str, text: str
) -> AbstractContextManager[dict[str, Any]]:
    """Return :meth:`ServingPolicy.request` for whoever uses the page."""
    request = LocalContext.request.get(None)
    client = getattr(request, "client", None)
    return policy.request("page", call, text, client.host if client else None)


@contextmanager
def errors_as_messages() -> Iterator[list[str]]:
    """Catch errors, so that they can be shown as messages; log those that nobody foresaw.

    Yields a list that holds the message of the error afterwards, if there was one.
    """
    errors: list[str] = []
    try:
        yield errors
    except ArticleNotFound:
        errors.append(DOCUMENT_GONE)
    except RagError as error:
        errors.append(str(error))
    except Exception:
        log.exception("a callback of the page failed")
        errors.append(UNEXPECTED_ERROR)
