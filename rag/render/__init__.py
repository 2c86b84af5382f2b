"""Present answers, articles, checks and timelines to people: as text, Markdown and safe HTML.

An answer is walked once (:mod:`rag.render.walk`) and written three ways.
"""

from rag.render.articles import article_html, article_list_html, evidence_html, reader_html
from rag.render.html import (
    answer_html,
    checked_html,
    event_label,
    placeholder_html,
    plot_label,
    timeline_html,
)
from rag.render.markdown import answer_markdown, chat_markdown, chat_statement
from rag.render.page import (
    download_html,
    examples_html,
    facts_html,
    failed_turn_html,
    files_html,
    login_html,
    logout_html,
    message_html,
    note_html,
    partial_turn_html,
    prompt_html,
    quality_html,
    style_html,
    turn_html,
    value_text,
    working_html,
)
from rag.render.text import (
    answer_text,
    checked_text,
    differences_text,
    pack_check_text,
    passage_line,
    strikethrough,
    timeline_text,
)
from rag.render.walk import (
    all_citations,
    rewritten_question,
    source_line,
    unread_counts,
    web_address,
)
from rag.text.characters import json_text, visible

__all__ = [
    "all_citations",
    "answer_html",
    "answer_markdown",
    "answer_text",
    "article_html",
    "article_list_html",
    "chat_markdown",
    "chat_statement",
    "checked_html",
    "checked_text",
    "differences_text",
    "download_html",
    "event_label",
    "evidence_html",
    "examples_html",
    "facts_html",
    "failed_turn_html",
    "files_html",
    "json_text",
    "login_html",
    "logout_html",
    "message_html",
    "note_html",
    "pack_check_text",
    "partial_turn_html",
    "passage_line",
    "placeholder_html",
    "plot_label",
    "prompt_html",
    "quality_html",
    "reader_html",
    "rewritten_question",
    "source_line",
    "strikethrough",
    "style_html",
    "timeline_html",
    "timeline_text",
    "turn_html",
    "unread_counts",
    "value_text",
    "visible",
    "web_address",
    "working_html",
]
