"""What is alive in HTML or Markdown: what runs, loads, leads elsewhere, or came with a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

# The elements and attributes that the package's own fragments and pages have.
TAGS = frozenset(
    """a article b blockquote br button caption details div h1 h2 h3 header i li mark ol p pre
    progress s section span summary table tbody td th thead tr ul em strong code del""".split()
)
PAGE_TAGS = TAGS | frozenset("html head body meta title style script".split())
ATTRIBUTES = frozenset(
    "class title href id dir lang role rel target scope type download start open".split()
)
PAGE_ATTRIBUTES = ATTRIBUTES | frozenset("charset content http-equiv name".split())
PREFIXES = ("data-", "aria-")
ADDRESSES = ("#", "https://", "http://", "data:application/octet-stream;base64,")
# Marks of direction that reorder what stands behind them, beyond the element that holds them.
REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# As GitHub's Markdown and the clients of chats make links of bare addresses, wherever a text
# holds them once it is parsed: remark finds them in spite of backslashes.
_AUTOLINK = re.compile(
    r"(?:https?|ftp)://[-.\w]+\S*|\bwww\.[-\w]+|(?:mailto|xmpp):\S+@|[-.\w+]+@[-\w]+(?:\.[-\w]+)+",
    re.IGNORECASE,
)
# linkify-it goes further, and looks at each stretch between backslashes by itself.
_FUZZY = re.compile(r"//[-\w]+\.\w|[-\w]+\.(?:com|org|net|info|io|рф|example)\b", re.IGNORECASE)

IsLinkAllowed = Callable[[str, str], bool]  # of an address and the link's `rel`


def has_safe_scheme(href: str, _: str) -> bool:
    """Say whether an address may be that of a link at all."""
    return href.startswith(ADDRESSES)


def leads_to_source(declared: Collection[str]) -> IsLinkAllowed:
    """Return a check that a link leads to a place of the page or to an article's own address.

    Args:
        declared: the addresses that the articles give as theirs.
    """

    def is_allowed(href: str, rel: str) -> bool:
        return href.startswith("#") or (is_declared(href, declared) and "noopener" in rel.split())

    return is_allowed


def is_declared(href: str, declared: Collection[str]) -> bool:
    """Say whether an address of the web is one that an article gives as its own."""
    own = re.split(r"#?:~:", href)[0]
    return urlsplit(href).scheme in ("http", "https") and own in declared


class _Reader(HTMLParser):
    """Collects what an HTML parser finds that none of the package's own markup has."""

    def __init__(self, is_link_allowed: IsLinkAllowed, *, page: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._is_link_allowed = is_link_allowed
        self._is_page = page
        self._tags = PAGE_TAGS if page else TAGS
        self._attributes = PAGE_ATTRIBUTES if page else ATTRIBUTES

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in self._tags:
            self.found.append(f"<{tag}>")
        if tag == "script" and given.get("type") != "application/json":
            self.found.append("a script that runs")
        if "href" in given and not self._is_link_allowed(given["href"], given.get("rel", "")):
            self.found.append(f"<{tag} href={given['href'][:60]!r}>")
        self.found += [
            f"<{tag} {name}={value[:60]!r}>"
            for name, value in given.items()
            if name not in self._attributes and not name.startswith(PREFIXES)
        ]

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "style" and re.search(r"url\(|@import", data):
            self.found.append("a style that loads")

    def handle_decl(self, decl: str) -> None:
        if not (self._is_page and decl.lower() == "doctype html"):
            self.found.append(f"<!{decl[:20]}>")

    def handle_pi(self, data: str) -> None:
        self.found.append(f"<?{data[:20]}>")

    def handle_comment(self, data: str) -> None:
        self.found.append(f"<!--{data[:20]}-->")


def alive_in_html(
    html: str, is_link_allowed: IsLinkAllowed = has_safe_scheme, *, page: bool = False
) -> list[str]:
    """Return the tags, attributes, addresses and comments that are not the package's own.

    Args:
        html: a fragment, or a whole page.
        is_link_allowed: says of an address and the link's ``rel`` whether they may stand there.
        page: whether it is a whole page.
    """
    reader = _Reader(is_link_allowed, page=page)
    reader.feed(html)
    reader.close()
    return reader.found


def unprintable(html: str) -> Iterator[str]:
    """Yield the characters in some HTML that control how it is shown, as ``U+001B``."""
    for character in sorted(set(html)):
        control = unicodedata.category(character) == "Cc" and character not in "\n\r\t"
        if control or character in REORDERING:
            yield f"U+{ord(character):04X}"


def alive_in_markdown(text: str, declared: Collection[str]) -> Iterator[str]:
    """Yield the links, images and markup of a Markdown text, and what a reader makes a link of.

    Args:
        text: Markdown.
        declared: the addresses that the articles give as theirs.
    """
    markdown = MarkdownIt("gfm-like", {"linkify": False}).disable(["linkify", "text_join"])
    for token in markdown.parse(text):
        own = re.fullmatch(r"<!-- footnote-pack\n[^<>]*-->\s*", token.content)
        if token.type == "html_block" and not own:
            yield f"markup {token.content[:60]!r}"
        yield from _alive_inline(token.children or [], declared)


def _alive_inline(children: list[Token], declared: Collection[str]) -> Iterator[str]:
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
            if _FUZZY.search(child.content) and not _holds_declared(child.content, declared):
                yield f"what becomes a link {child.content[:60]!r}"
        else:
            merged += "\n"
    for match in _AUTOLINK.finditer(merged):
        if not _holds_declared(match[0], declared):
            yield f"what becomes a link {match[0][:60]!r}"


def _holds_declared(text: str, declared: Collection[str]) -> bool:
    return any(address in text for address in declared if is_declared(address, declared))
