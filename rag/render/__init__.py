"""An answer, an article and what was found, for people: text, Markdown, safe HTML."""

from rag.render.html import (
    answer_html,
    article_html,
    downloads_html,
    evidence_html,
    message_html,
)
from rag.render.parts import all_citations, passage_line, source_line, understood
from rag.render.text import (
    chat_text,
    checked_text,
    differences_text,
    markdown,
    pack_text,
    plain,
    timeline_text,
)

__all__ = [
    "all_citations",
    "answer_html",
    "article_html",
    "chat_text",
    "checked_text",
    "differences_text",
    "downloads_html",
    "evidence_html",
    "markdown",
    "message_html",
    "pack_text",
    "passage_line",
    "plain",
    "source_line",
    "timeline_text",
    "understood",
]
