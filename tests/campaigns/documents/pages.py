"""What a browser would make of a piece of HTML: whether anything in it is alive."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from html.parser import HTMLParser

# What runs, loads, or leaves the page, wherever it comes from.
ALIVE = frozenset(
    "script img iframe frame object embed applet svg math form input textarea style link meta base"
    " audio video source track picture template slot noscript marquee plaintext title".split()
)
ATTRIBUTES = frozenset(
    "class title href id dir lang role rel target scope type download start open".split()
)
PREFIXES = ("data-", "aria-")
ADDRESSES = ("#", "https://", "http://", "data:application/octet-stream;base64,")
WHITE = "\n\r\t"
# Marks of direction that reorder what stands behind them, beyond the element that holds them.
REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class _Reader(HTMLParser):
    """Notes what an HTML parser finds that is alive."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ALIVE:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            self._note(tag, name, value or "")

    def _note(self, tag: str, name: str, value: str) -> None:
        if name not in ATTRIBUTES and not name.startswith(PREFIXES):
            self.found.append(f"<{tag} {name}>")
        if name == "href" and not value.startswith(ADDRESSES):
            self.found.append(f"<{tag} href={value[:40]!r}>")

    def handle_decl(self, decl: str) -> None:
        self.found.append(f"<!{decl[:20]}>")

    def handle_pi(self, data: str) -> None:
        self.found.append(f"<?{data[:20]}>")

    def handle_comment(self, data: str) -> None:
        self.found.append(f"<!--{data[:20]}-->")


def alive(html: str) -> list[str]:
    """The tags, attributes, addresses and comments in a fragment that none of ours has."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


def alive_in_page(html: str, plain: str) -> list[str]:
    """What is alive in a whole page, less what is so in a page of harmless words."""
    expected = alive(plain)
    found = alive(html)
    for each in expected:
        if each in found:
            found.remove(each)
    return found


def unshown(html: str) -> Iterator[str]:
    """The characters in some HTML that control how it is shown, by name."""
    for character in sorted(set(html)):
        control = unicodedata.category(character) == "Cc" and character not in WHITE
        if control or character in REORDERING:
            yield f"U+{ord(character):04X}"
