"""An answer, an article and what was found, for people: text, Markdown, safe HTML."""

from rag.render.articles import (
    article_html,
    evidence_html,
    listing_html,
    nothing_html,
    reading_html,
)
from rag.render.found import checked_html, event_hover, plain_label, timeline_html
from rag.render.html import (
    answer_html,
    download_html,
    examples_html,
    failed_turn_html,
    leave_html,
    message_html,
    partial_turn_html,
    turn_html,
    working_html,
)
from rag.render.parts import all_citations, passage_line, source_line, understood
from rag.render.reports import (
    facts_html,
    files_html,
    note_html,
    quality_html,
    sent_html,
    style_html,
)
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
    "checked_html",
    "checked_text",
    "differences_text",
    "download_html",
    "event_hover",
    "evidence_html",
    "examples_html",
    "facts_html",
    "failed_turn_html",
    "files_html",
    "leave_html",
    "listing_html",
    "markdown",
    "message_html",
    "note_html",
    "nothing_html",
    "pack_text",
    "partial_turn_html",
    "passage_line",
    "plain",
    "plain_label",
    "quality_html",
    "reading_html",
    "sent_html",
    "source_line",
    "style_html",
    "timeline_html",
    "timeline_text",
    "turn_html",
    "understood",
    "working_html",
]
