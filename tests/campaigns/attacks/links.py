"""What in a page or in Markdown leads or loads from elsewhere, or is markup that a text brought."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = frozenset(
    """a article b blockquote body br button caption details div h1 h2 h3 head header html i li
    mark meta ol p pre progress s script section span style summary table tbody td th thead title
    tr ul em strong code del""".split()
)
LOADS = frozenset(
    """action archive background cite classid codebase data formaction icon longdesc manifest ping
    poster profile src srcdoc srcset style usemap xlink:href""".split()
)
# As GitHub's Markdown and the clients of chats make links of bare addresses, wherever a text
# holds them once it is parsed: remark finds them in spite of backslashes.
_AUTOLINK = re.compile(
    r"(?:https?|ftp)://[-.\w]+\S*|\bwww\.[-\w]+|(?:mailto|xmpp):\S+@|[-.\w+]+@[-\w]+(?:\.[-\w]+)+",
    re.IGNORECASE,
)
# linkify-it goes further, and looks at each stretch between backslashes by itself.
_FUZZY = re.compile(r"//[-\w]+\.\w|[-\w]+\.(?:com|org|net|info|io|рф|example)\b", re.IGNORECASE)


def of_html(page: str, declared: Collection[str]) -> Iterator[str]:
    """What is wrong with a page.

    Args:
        page: HTML.
        declared: the addresses that the articles themselves give as theirs.
    """
    parser = _Page(declared)
    parser.feed(page)
    parser.close()
    yield from parser.found


class _Page(HTMLParser):
    def __init__(self, declared: Collection[str]) -> None:
        super().__init__()
        self._declared = declared
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in TAGS:
            self.found.append(f"<{tag}>")
        if tag == "script" and given.get("type") != "application/json":
            self.found.append("a script that runs")
        for name, value in given.items():
            if name.startswith("on") or name in LOADS:
                self.found.append(f"{name}={value[:60]!r}")
        href = given.get("href", "#")
        if not href.startswith("#") and not self._is_source(href, given.get("rel", "")):
            self.found.append(f"href={href[:60]!r}")

    def _is_source(self, href: str, rel: str) -> bool:
        """Whether a link is to an article's own address, and leaves it no hold on the page."""
        return is_declared(href, self._declared) and "noopener" in rel.split()

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "style" and re.search(r"url\(|@import", data):
            self.found.append("a style that loads")


def is_declared(href: str, declared: Collection[str]) -> bool:
    """Whether an address is one that an article gives as its own, and one of the web."""
    own = re.split(r"#?:~:", href)[0]
    return urlsplit(href).scheme in ("http", "https") and own in declared


def of_markdown(text: str, declared: Collection[str]) -> Iterator[str]:
    """What is wrong with a Markdown text: links, images, markup, and what becomes a link."""
    markdown = MarkdownIt("gfm-like", {"linkify": False}).disable(["linkify", "text_join"])
    for token in markdown.parse(text):
        if token.type == "html_block" and not _is_own_comment(token.content):
            yield f"markup {token.content[:60]!r}"
        yield from _of_inline(token.children or [], declared)


def _is_own_comment(markup: str) -> bool:
    return re.fullmatch(r"<!-- footnote-pack\n[^<>]*-->\s*", markup) is not None


def _of_inline(children: list[Token], declared: Collection[str]) -> Iterator[str]:
    inside = False
    merged = ""
    for child in children:
        if child.type == "html_inline":
            yield f"markup {child.content[:60]!r}"
        if child.type == "image":
            yield f"an image {child.attrs.get('src')!r}"
        if child.type in ("link_open", "link_close"):
            inside = child.type == "link_open"
            address = str(child.attrs.get("href", ""))
            if inside and not is_declared(address, declared):
                yield f"a link {address[:60]!r}"
        if inside:
            continue
        if child.type in ("text", "text_special"):
            merged += child.content
            if _FUZZY.search(child.content) and not _is_of(child.content, declared):
                yield f"what becomes a link {child.content[:60]!r}"
        else:
            merged += "\n"
    for match in _AUTOLINK.finditer(merged):
        if not _is_of(match[0], declared):
            yield f"what becomes a link {match[0][:60]!r}"


def _is_of(text: str, declared: Collection[str]) -> bool:
    """Whether an address in a text is that of an article."""
    return any(address in text for address in declared if is_declared(address, declared))
