"""Markdown: its words as they are shown, block by block."""

from __future__ import annotations

import gc
import html
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rag.formats.extracted import Builder, Extracted
from rag.formats.markup.front_matter import split_front_matter
from rag.formats.plain import decode
from rag.formats.web.html import add_html
from rag.formats.web.parse import page_tree
from rag.text.layout.source import OPENERS, ends_sentence

_MAX_NESTING = 100  # blocks in each other, of which a list has two; the parser drops what is deeper
_MAX_FIELD = 300  # characters of a field of the front matter; what is longer is a paragraph
_MAX_NESTED_MARKS = 20  # in a line
_WIKILINK = re.compile(r"(!?)\[\[([^\[\]|\n]{1,300})(?:\|([^\[\]\n]{0,300}))?\]\]")
_CALLOUT = re.compile(r"\[!([\w-]{1,30})\][+-]?[ \t]*")
_TASK = re.compile(r"\[([ xX/-])\][ \t]+(?=\S)")
_COMMENT = re.compile(r"(?<!\S)%%.{0,5000}?%%(?!\S)", re.DOTALL)
_INLINE_FIELD = re.compile(r"[\[(]([^\[\]():\n]{1,40})::[ \t]*([^\[\]()\n]{1,300})[\])]")
_FIELD_LINE = re.compile(r"[*_]{0,2}([^\W\d_][^:\n]{0,39}?)[*_]{0,2}::[*_]{0,2}[ \t]+(?=\S)")
_PAIR_LINE = re.compile(r"[*_]{0,2}[^\W\d_][^:\n.!?]{0,39}:[*_]{0,2}[ \t]+\S")
_ASKED_LINE = re.compile(
    r"[*_]{0,2}(?:Q|A|F|Question|Answer|Frage|Antwort)\s?\d{0,3}\s?[:.)][*_]{0,2}\s",
    re.IGNORECASE,
)
_MAX_BARE = 60  # characters of a line of an address
_EMPHASIS = re.compile(r"==(?=\S)(.+?)(?<=\S)==")  # Obsidian's highlights
_TAG_NAME = re.compile(r"</?([a-z][a-z0-9-]*)", re.IGNORECASE)
_ANCHOR = re.compile(r"[ \t]\^[A-Za-z0-9-]{1,40}\s*\Z")  # of a block, in Obsidian
_HEADING_ID = re.compile(r"[ \t]*\{[#.:][^{}\n]{1,80}\}\s*\Z")
# Elements that people write in Markdown; other words in angle brackets are words.
_TAGS = frozenset(
    "a abbr address article aside b bdi big blockquote body br button caption center cite code col"
    " colgroup dd del details dfn div dl dt em fieldset figcaption figure font footer form h1 h2 h3"
    " h4 h5 h6 head header hr html i iframe img input ins kbd label legend li link main map mark"
    " math menu meta nav noscript object ol option p picture pre q rp rt ruby s samp script section"
    " select small source span strike strong style sub summary sup svg table tbody td template"
    " textarea tfoot th thead time title tr tt u ul var video wbr audio embed canvas path g".split()
)


def read_markdown(raw: bytes) -> Extracted:
    """Read Markdown, of the usual dialects."""
    front = split_front_matter(decode(raw))
    meta, source, notes, _ = front
    builder = Builder()
    builder.notes += notes
    for field in front.fields:
        builder.add(field, "field" if len(field) <= _MAX_FIELD else "text")
    with _without_collection():
        shown, deep = _rendered(_COMMENT.sub("", source))
        if shown.strip():
            add_html(builder, page_tree(f"<body>{shown}</body>"))
    if deep:
        builder.unread.append(f"has parts nested over {_MAX_NESTING} deep; take them out of others")
    found = builder.extracted(meta)
    if "title" not in meta:
        first = next((block for block in found.blocks if block.kind == "heading"), None)
        if first is not None and first.level == 1:
            meta["title"] = found.text[first.start : first.end]
    return found


@contextmanager
def _without_collection() -> Iterator[None]:
    """Hold the search for cycles, which goes over all the parser's many objects and finds none."""
    held = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if held:
            gc.enable()


def _rendered(source: str) -> tuple[str, bool]:
    """Return Markdown as HTML, and whether parts of it are nested too deep."""
    parser = _parser()
    noted: dict[str, Any] = {}  # footnotes, which the parser hands on to the renderer
    tokens = parser.parse(source, noted)
    deep = any(token.level >= _MAX_NESTING - 1 for token in tokens)
    return parser.renderer.render(_prepared(tokens), parser.options, noted), deep


def _parser() -> Any:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.footnote import footnote_plugin

    parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable(
        ["table", "strikethrough"]
    )
    parser.core.ruler.after("block", "nesting_of_words", _limit_nesting)
    return parser.use(footnote_plugin).use(deflist_plugin)


def _limit_nesting(state: Any) -> None:
    """Let links and emphasis be in each other less deep than lists: the time grows with it."""
    state.md.options["maxNesting"] = _MAX_NESTED_MARKS


def _prepared(tokens: Sequence[Any]) -> list[Any]:
    """Return the tokens of a text with what the parser does not know: links of wikis, callouts."""
    prepared = []
    for at, token in enumerate(tokens):
        if token.type == "footnote_anchor":
            continue
        if token.type == "inline":
            opens = tokens[at - 1].type
            token.children = _inline(token.children or [], opens)
            if opens == "paragraph_open":
                _keep_lines(token)
        elif token.type == "html_block" and _is_words(token.content):
            token.content = f"<p>{html.escape(token.content)}</p>"
        prepared.append(token)
    return prepared


def _inline(children: Sequence[Any], opens: str) -> list[Any]:
    """Return the parts of a line with links as the words that are shown for them."""
    shown = list(children)
    for at, child in enumerate(shown):
        if child.type == "html_inline" and _is_words(child.content):
            child.content = html.escape(child.content)
        if child.type != "text":
            continue
        text = child.content
        if at == 0 and opens == "paragraph_open" and text.startswith("["):
            text = _TASK.sub(lambda found: "☐ " if found[1] == " " else "☑ ", text, count=1)
            if _CALLOUT.match(text):
                text = _CALLOUT.sub("", text, count=1)
                _break_behind(shown, at)
        if "[[" in text:
            text = _WIKILINK.sub(_shown_link, text)
        if "::" in text:
            text = _FIELD_LINE.sub(r"\1: ", _INLINE_FIELD.sub(r"(\1: \2)", text), count=1)
        if "==" in text:
            text = _EMPHASIS.sub(r"\1", text)
        if at == len(shown) - 1:
            text = (_HEADING_ID if opens == "heading_open" else _ANCHOR).sub("", text)
        child.content = text
    return shown


def _break_behind(children: Sequence[Any], at: int) -> None:
    """End the paragraph of a title, where a text follows it."""
    for child in children[at:]:
        if child.type == "softbreak":
            child.type, child.content = "html_inline", "</p><p>"
            return


def _keep_lines(token: Any) -> None:
    """Keep the line ends of a paragraph of questions and answers, of fields, or of bare lines.

    Bare lines are those of an address, a byline or a signature: short, and no sentences.
    """
    lines = token.content.split("\n")
    asked = any(map(_ASKED_LINE.match, lines))
    bare = not any(
        len(line) > _MAX_BARE or ends_sentence(line) or line.lstrip(OPENERS)[:1].islower()
        for line in lines
    )
    if len(lines) < 2 or not (asked or bare or all(map(_PAIR_LINE.match, lines))):
        fields = [_FIELD_LINE.match(line) is not None for line in lines]
        if not any(fields):
            return
    for child in token.children:
        if child.type == "softbreak":
            child.type, child.tag = "hardbreak", "br"


def _shown_link(found: re.Match[str]) -> str:
    """Return what a link of a wiki is shown as; what it embeds is another document's."""
    if found[1]:
        return ""
    return found[3] or found[2].replace("#", " > ").strip(" >")


def _is_words(content: str) -> bool:
    """Return whether what stands in angle brackets is no element of HTML."""
    match = _TAG_NAME.match(content.lstrip())
    return match is not None and match[1].lower() not in _TAGS
