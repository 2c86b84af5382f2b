"""The elements of a page as the blocks of a text: a walk in the order in which they are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from rag.formats.extracted import Builder
from rag.formats.web.content import WebContent
from rag.formats.web.lines import INLINE
from rag.formats.web.numbering import first_ordinal, is_number, item_marker
from rag.formats.web.tables import is_layout, own_rows, pairs_of, strays, table_grid
from rag.formats.web.talk.interviews import is_dialogue
from rag.formats.web.talk.speech import PagePost, is_foot
from rag.formats.web.talk.turns import ANSWER, ASKED_BY, TalkWalk
from rag.formats.web.words import (
    BLOCKS,
    UNSEEN,
    inline_text,
    is_hidden,
    is_struck,
    preformatted,
    settled,
    stands_apart,
    tag_of,
)
from rag.text.blocks import BlockKind
from rag.text.lines import find_blocks

_LINES = ("item", "row", "field")  # what stands on lines of its own
_MAX_HOOK = 200  # characters of the line that a list hangs on
_MAX_VALUE = 300  # characters of what stands beside a name on one line; more is a paragraph
_SENTENCE_END = re.compile(r"(?<=[.!?:])\s+")
_WHOLE = re.compile(r"[.!…。！।؟][\"'”’»)\]¹²³⁰-⁹]*\s*\Z")
# What a sentence says that a list follows, in the large languages.
_ANNOUNCES = re.compile(
    r"\b(?:follow(?:s|ing)|below|these|folgend\w*|nachstehend\w*|suivant\w*|ci-(?:dessous|après)"
    r"|siguientes?|seguent\w*|seguintes?|volgende|följande|następując\w*|следующ\w*)\b"
    r"|以下|下列|次の|다음",
    re.IGNORECASE,
)
_PAIR = re.compile(r"[^\W\d_][^:\n.!?]{0,39}:\s+\S.*")
_MAX_KEY_WORDS = 5
_FOOT_LABEL = "foot of the page"


class PageWalk(TalkWalk):
    """Adds the elements of a page to a builder.

    Attributes:
        struck: how many stretches of words were left out as struck out.
        hidden: how many were left out as hidden.
        commented: whether readers comment on the page.
        quoted: how many quotations the walk is in.
    """

    def __init__(self, builder: Builder) -> None:
        super().__init__(builder)
        self.struck = 0
        self.hidden = 0
        self.commented = False
        self.quoted = 0
        self._labels: list[str] = []  # of the lists that are open
        self._hook = ""  # what was added last, which a list may hang on
        self._terms_open: list[str] = []  # of a list of terms
        self._terms_told = False  # whether something was said of them
        self._dialogue = False  # whether they are who speaks

    def add_content(self, content: WebContent, posts: Sequence[PagePost] = ()) -> None:
        """Add the content of a page, as :meth:`add_page` does, and count what it lacks."""
        self.hidden += content.hidden
        self.commented = self.commented or content.commented
        self.add_page(content.element, posts)

    def add_page(self, root: Any, posts: Sequence[PagePost] = ()) -> None:
        """Add all that an element holds, some of which may be posts of a thread."""
        self._hear(root, posts)
        self._say(root.text)
        self._children(root)
        self._end()
        self._release()

    def add_heading(self, words: str, level: int) -> None:
        """Add a heading that the page does not hold as one."""
        self._end()
        self._put(words, "heading", level=level)

    def _children(self, element: Any) -> None:
        """Walk through the elements in an element, and the text behind each."""
        before = None
        for child in element:
            tag = tag_of(child)
            if tag and tag not in UNSEEN and not is_hidden(child):
                if is_struck(child):
                    self.struck += bool("".join(child.itertext()).strip())
                else:
                    if before is not None and stands_apart(before, child):
                        self._pieces.append(" ")
                    self._element(tag, child)
                before = child
            elif not tag and child.text:  # an entity that was left alone
                self._say(child.text)
            if child.tail:
                self._pieces.append(inline_text(child.tail))

    def _element(self, tag: str, element: Any) -> None:
        if self._talks and self._is_talk(tag, element):
            return
        special = _SPECIAL.get(tag)
        if special is not None:
            special(self, element)
        elif tag in BLOCKS:
            self._end()
            self._say(element.text)
            self._children(element)
            self._end()
        else:
            self._say(element.text)
            self._children(element)
            if tag == "cite" and tag_of(element.getparent()) == "blockquote":
                self._end()  # whom the quotation is of

    def _end(self) -> None:
        """End a paragraph, or a line of a cell."""
        if self._flat:
            self._pieces.append("\n")
            return
        words = settled(self._pieces)
        filled, self._filled, self._pieces = self._filled, False, []
        if words:
            self._paragraph(words, filled)

    def _paragraph(self, words: str, filled: bool) -> None:
        lines = words.split("\n")
        if self._depth:
            words, self._marker = self._marker + words, ""
            self._put(words, "item", level=self._depth, label=self._labels[-1])
        elif self._has_speaker(lines[0]):
            self._spoken(lines)
        elif is_foot(words):
            self._builder.add_clutter(words, _FOOT_LABEL)
        elif ASKED_BY.match(words) or ANSWER.match(words):
            self._asked(lines)
        elif len(lines) > 1 and all(map(_is_pair, lines)):
            for line in lines:
                self._put(line, "field")
        elif self._question:
            self._question += f"\n{words}"
            self._release()
        elif filled:
            self._put(words, "field")
        else:
            self._put(words, "text")

    def _put(self, words: str, kind: BlockKind, *, level: int = 0, label: str = "") -> None:
        self._release()
        self._builder.add(words, kind, level=level, label=label)
        self._hook = words if kind in ("text", "heading", "item", "turn") else ""

    def _list(self, element: Any) -> None:
        """Add a list; it hangs on the line before it."""
        if not self._flat:
            inner = bool(self._depth) and bool(settled(self._pieces))
            self._end()
            hook = _SENTENCE_END.split(self._hook.rsplit("\n", 1)[-1])[-1]
            own = hook if len(hook) <= _MAX_HOOK and _introduces(hook) else ""
            self._labels.append(own or (self._labels[-1] if inner else ""))
            self._depth += 1
        else:
            self._end()
        self._say(element.text)
        ordinal = first_ordinal(element)
        items = [child for child in element if tag_of(child) == "li"]
        for child in element:
            if (
                tag_of(child) != "li"
                or child in self._posts
                or is_hidden(child)
                or is_struck(child)
            ):
                self._stray(child)
                self._say(child.tail)
                continue
            value = child.get("value", "")
            ordinal = int(value) if is_number(value) else ordinal
            self._item(child, item_marker(element, ordinal), len(items))
            ordinal += -1 if element.get("reversed") is not None else 1
            self._say(child.tail)
        self._end()
        if not self._flat:
            self._depth -= 1
            self._labels.pop()
            self._hook = ""

    def _stray(self, child: Any) -> None:
        """Walk through what stands in a list and is no item that is shown."""
        tag = "" if child is None else tag_of(child)
        if not tag or tag in UNSEEN or is_hidden(child):
            return
        if is_struck(child):
            self.struck += 1
            return
        self._element(tag, child)

    def _item(self, element: Any, marker: str, count: int) -> None:
        if self._flat:
            self._pieces.append("\n" + (marker or ("• " if count > 1 else "")))
            self._say(element.text)
            self._children(element)
            self._pieces.append("\n")
            return
        self._end()
        self._marker = marker
        self._say(element.text)
        self._children(element)
        self._end()
        self._marker = ""

    def _heading(self, element: Any) -> None:
        words = self.words_of(element).replace("\n", " ")
        self._end()
        if self._flat or self._depth:
            self._pieces.append(words)
            self._end()
        else:
            self._put(words, "heading", level=int(element.tag[1]))

    def _table(self, element: Any) -> None:
        self._end()
        if is_layout(element):
            self._say(element.text)
            self._children(element)
            self._end()
            return
        for text, part in strays(element):
            self._say(text)
            self._stray(part)
        self._end()
        if self._flat:
            for row, _ in own_rows(element):
                cells = [self.words_of(cell) for cell in row if tag_of(cell) in ("td", "th")]
                self._pieces.append(" | ".join(filter(None, cells)) + "\n")
        else:
            self._data(element)

    def _data(self, element: Any) -> None:
        """Add a table of data: rows under a header, or names and values."""
        grid = table_grid(element, self.words_of)
        self._release()
        if grid.caption:
            self._put(grid.caption.replace("\n", " "), "heading", level=5)
        pairs = pairs_of(grid)
        if pairs is not None:
            for key, value in pairs:
                if key and not value:
                    self._put(key, "heading", level=6)
                else:
                    self._put(_pair(key, value), "field")
        else:
            if any(grid.header):
                self._builder.add_header(grid.header)
            for row in grid.rows:
                words = [cell.words for cell in row]
                if len({cell.place for cell in row}) == 1 and (row[0].names or row[0].bold):
                    self._put(row[0].words, "heading", level=6)
                elif len({cell.place for cell in row}) == 1:
                    self._put(row[0].words, "text")
                else:
                    words += [""] * (len(grid.header) - len(words))
                    self._builder.add_row(words, grid.header)
        self._hook = ""

    def _terms(self, element: Any) -> None:
        """Add a list of terms, each with what is said of it."""
        self._end()
        if self._flat or self._depth:
            self._say(element.text)
            self._children(element)
            self._end()
            return
        outer, self._terms_open = (self._terms_open, self._dialogue), []
        self._dialogue = is_dialogue(element, self._speakers)
        self._term_parts(element)
        self._end_terms()
        self._terms_open, self._dialogue = outer

    def _term_parts(self, element: Any) -> None:
        """Add what is in a list of terms or in a box in it."""
        self._say(element.text)
        for child in element:
            tag = tag_of(child)
            if tag and tag not in UNSEEN and not is_hidden(child) and not is_struck(child):
                if tag in ("dt", "dd"):
                    self._end()
                    (self._term if tag == "dt" else self._meaning)(child)
                elif tag == "div":
                    self._term_parts(child)
                else:
                    self._element(tag, child)
            elif tag:
                self.struck += is_struck(child)
            self._say(child.tail)
        self._end()

    def _term(self, element: Any) -> None:
        """Keep a term until what is said of it; several may share that."""
        if self._terms_told:
            self._end_terms()
        self._terms_open.append(self.words_of(element).replace("\n", " "))

    def _meaning(self, element: Any) -> None:
        key = ", ".join(filter(None, self._terms_open))
        speaker = key.rstrip(":： ") if self._dialogue else ""
        if _is_long(element):
            self._end_terms()
            outer, self.speaker = self.speaker, speaker or self.speaker
            self._say(element.text)
            self._children(element)
            self._end()
            self.speaker = outer
        else:
            words = _pair(key, self.words_of(element))
            self._put(words, "turn" if speaker else "field", label=speaker)
            self._terms_told = True

    def _end_terms(self) -> None:
        """Let go of the terms, of which those that nothing is said of are headings."""
        if not self._terms_told:
            self._put(", ".join(filter(None, self._terms_open)), "heading", level=6)
        self._terms_open, self._terms_told = [], False

    def _pre(self, element: Any) -> None:
        """Add preformatted text, whose line ends and indents are meant."""
        words = preformatted(element)
        if self._flat:
            self._pieces.append(f"\n{words}\n")
            return
        self._end()
        words = "\n".join(line.rstrip() for line in words.strip("\n").expandtabs().split("\n"))
        if self._depth:
            self._put(
                self._marker + words.strip(), "item", level=self._depth, label=self._labels[-1]
            )
            self._marker = ""
        elif self.speaker or not self._listed(words):
            self._put(words, "turn" if self.speaker else "text", label=self.speaker)
        self._hook = ""

    def _listed(self, words: str) -> bool:
        """Add the lines of a preformatted table or list each by itself, if it is one."""
        parts = find_blocks(words)
        listed = any(part.kind in _LINES for part in parts)
        for part in parts if listed else ():
            self._put(words[part.start : part.end], part.kind, level=part.level, label=part.label)
        return listed

    def _summary(self, element: Any) -> None:
        """Add what a part that unfolds is headed with."""
        words = self.words_of(element).replace("\n", " ")
        self._end()
        if self._flat or self._depth:
            self._pieces.append(words)
            self._end()
        else:
            self._put(words, "heading", level=6)

    def _blockquote(self, element: Any) -> None:
        self._end()
        self.quoted += 1
        self._say(element.text)
        self._children(element)
        self._end()
        self.quoted -= 1

    def _rule(self, element: Any) -> None:
        self._end()
        if not self._flat:
            self._hook = ""

    def _label(self, element: Any) -> None:
        """Begin the line of a field; the label of a box stands behind it."""
        inner = next(element.iter("input", "select", "textarea"), None) is not None
        boxed = "".join(self._pieces).rstrip().endswith(("☐", "☑"))
        if not boxed and not self._flat:
            self._end()
        self._say(element.text)
        self._children(element)
        if (inner or boxed) and not self._flat:
            self._end()


def _introduces(words: str) -> bool:
    """Return whether a list may hang on a line: it is no whole sentence, or announces the list."""
    return _WHOLE.search(words) is None or _ANNOUNCES.search(words) is not None


def _is_pair(line: str) -> bool:
    key, _, value = line.partition(":")
    short = len(line) <= _MAX_VALUE and len(key.split()) <= _MAX_KEY_WORDS
    return short and bool(value.strip()) and _PAIR.fullmatch(line) is not None


def _pair(key: str, value: str) -> str:
    value = value.replace("\n", " ")
    if not key or not value:
        return key or value
    return f"{key} {value}" if key.endswith((":", "?", "!", ".")) else f"{key}: {value}"


def _is_long(element: Any) -> bool:
    blocks = [tag_of(child) for child in element.iter() if child is not element]
    apart = blocks.count("p") > 1 or any(
        tag in ("ul", "ol", "table", "dl", "pre") for tag in blocks
    )
    return apart or sum(map(len, element.itertext())) > _MAX_VALUE


_SPECIAL: dict[str, Callable[[PageWalk, Any], None]] = {
    **INLINE,
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), PageWalk._heading),
    **dict.fromkeys(("ul", "ol", "menu", "dir"), PageWalk._list),
    **dict.fromkeys(("pre", "listing", "xmp"), PageWalk._pre),
    **{"table": PageWalk._table, "dl": PageWalk._terms, "summary": PageWalk._summary},
    **{"hr": PageWalk._rule, "blockquote": PageWalk._blockquote, "label": PageWalk._label},
}
