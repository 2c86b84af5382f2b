"""The body of a message: paragraphs, lists, and what it quotes of others, as turns of theirs.

The marks of a quotation (">") and of a signature ("-- ") are markup, and go; all words stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from rag.errors import DocumentError
from rag.formats.extracted import Builder, Extracted, paragraphs_of
from rag.formats.messages.people import DATED, named_in, quoted_person
from rag.formats.web.blocks import PageWalk
from rag.formats.web.html import note_struck, walk_page
from rag.text.blocks import Block, BlockKind

_MAX_DEPTH = 20  # of a quotation: what is deeper counts as that deep
_PLAIN_ENOUGH = 0.3  # of the words of the body in HTML
_NARROWEST, _WIDEST = 60, 100  # characters: the lines of a program that wraps them
_SURELY_WRAPPED = 3  # lines that are nearly as long as the longest
_NEARLY = 12  # characters less: about the length of a word that did not fit
_LONG_ENOUGH = 40  # characters: a line of that length may go on in one that begins small
_QUOTED = re.compile(r"(?:>[ \t]?)+")
_QUOTED_FLOWED = re.compile(r">(?: ?>)*")  # some programs set a space between them
_ENDS = tuple(".!?:;…。！？")
_SIGNING = re.compile(
    r"(?:[-–—~]{1,2}\s?)?[^\W\d_][^\s.!?:;]{0,30}(?:[ \t][^\s.!?:;]{1,30}){0,4},?"
)
_WIDE = "\u2e80"  # Chinese and Japanese characters begin here; no space joins their lines
_BULLET = re.compile(r"(?:[-*•·–▪◦]|(?P<number>\d{1,3}[.)]|[a-z][.)]))\s+(?=\S)")
_FOOT = re.compile("_{40,}")  # above what a mailing list adds, or a header
_RULE = re.compile(r"[-_=*~#\s]{3,}")
# "-----Original Message-----", "---------- Forwarded message ---------", in any language.
_SEPARATOR = re.compile(r"-{2,}\s?[^\W\d_][^\n-]{3,60}-{2,}")
_HEAD_LINE = re.compile(r"\*?(?P<key>[^\W\d_][\w -]{0,24})\*?\s?[:：]\*?(?:\s+(?P<value>.*))?$")
_SENDER_KEYS = frozenset(
    "from von de da van från fra od от від lähettäjä kimden 发件人 寄件者 差出人".split()
)
_FEWEST_HEAD_LINES = 3  # From, and two of Sent, To and Subject
_SIGNED, _SIGNATURE = "-----BEGIN PGP SIGNED MESSAGE-----\n", "\n-----BEGIN PGP SIGNATURE-----"
_SIGNATURE_END = "-----END PGP SIGNATURE-----"
_ENCRYPTED = re.compile(r"\s*-----BEGIN PGP MESSAGE-----")
ENCRYPTED = "is encrypted ({kind}); save it decrypted, or its text, from the mail program."


class _BodyLine(NamedTuple):
    """A line without its marks: how deep it is quoted, and whether it flows into the next."""

    depth: int
    words: str
    fixed: bool = False


def add_plain_body(
    builder: Builder, text: str, *, flowed: bool = False, delsp: bool = False, speaker: str = ""
) -> None:
    """Add the paragraphs of a plain body.

    Args:
        builder: takes them.
        text: the body.
        flowed: whether lines that end in a space go on in the next one (RFC 3676).
        delsp: whether that space is no part of the words.
        speaker: who wrote it, where that is to stand with each paragraph.

    Raises:
        DocumentError: it is encrypted.
    """
    text = re.sub(r"\r\n?", "\n", text)
    if _ENCRYPTED.match(text):
        raise DocumentError(ENCRYPTED.format(kind="PGP"))
    text = _without_armour(text)
    lines = _flowed_lines(text, delsp) if flowed else _lines(text)
    _PlainBody(builder, speaker).add_all(_paragraphs(lines), joined=flowed)


def _without_armour(text: str) -> str:
    """Return a text that is signed with PGP without what surrounds its words."""
    before, begins, armoured = text.partition(_SIGNED)
    if not begins:
        return text
    words, ends, behind = armoured.partition("\n\n")[2].partition(_SIGNATURE)
    if not ends:
        return text
    return before + re.sub(r"(?m)^- ", "", words) + behind.partition(_SIGNATURE_END)[2]


def _lines(text: str) -> Iterator[_BodyLine]:
    for line in text.split("\n"):
        marks = _QUOTED.match(line)
        depth = min(marks[0].count(">"), _MAX_DEPTH) if marks else 0
        yield _BodyLine(depth, line[marks.end() :].rstrip() if marks else line.rstrip())


def _flowed_lines(text: str, delsp: bool) -> Iterator[_BodyLine]:
    """Yield the lines of a flowed text, each with those that it flows into."""
    depth, parts = 0, list[str]()
    for line in text.split("\n"):
        marks = _QUOTED_FLOWED.match(line)
        here = min(marks[0].count(">"), _MAX_DEPTH) if marks else 0
        words = line[marks.end() :] if marks else line
        words = words.removeprefix(" ")
        if parts and (here != depth or words.rstrip() == "--"):
            yield _BodyLine(depth, "".join(parts).rstrip())
            parts = []
        depth = here
        flows = words.endswith(" ") and words != "-- "
        parts.append(words[:-1] if flows and delsp else words)
        if not flows:
            yield _BodyLine(depth, "".join(parts).rstrip())
            parts = []
    if parts:
        yield _BodyLine(depth, "".join(parts).rstrip())


def _paragraphs(lines: Iterator[_BodyLine]) -> Iterator[list[_BodyLine]]:
    """Yield runs of lines that are quoted equally deep, without blank lines between.

    A rule ends one; one that stands above what is nobody's words begins one.
    """
    paragraph: list[_BodyLine] = []
    fixed = False  # behind the mark of a signature, up to a blank line
    for line in lines:
        signature = line.words.strip() == "--"
        ends = signature or not line.words.strip() or bool(_RULE.fullmatch(line.words))
        if paragraph and (ends or paragraph[-1].depth != line.depth):
            yield paragraph
            paragraph, fixed = [], False
        if _FOOT.fullmatch(line.words):
            yield [line]
        if ends:
            fixed = signature
        else:
            paragraph.append(line._replace(fixed=fixed))
    if paragraph:
        yield paragraph


class _PlainBody:
    """Adds paragraphs to a builder, and knows whose words they are."""

    def __init__(self, builder: Builder, speaker: str) -> None:
        self._builder = builder
        self._writer = speaker
        self._speakers: dict[int, str] = {0: speaker}  # by depth of quotation
        self._widths: dict[int, int] = {}
        self._joined = False

    def add_all(self, paragraphs: Iterator[list[_BodyLine]], *, joined: bool) -> None:
        """Add paragraphs; ``joined`` says that none of their lines was wrapped."""
        kept = list(paragraphs)
        self._joined = joined
        for depth, group in groupby(sorted(kept, key=_depth), key=_depth):
            self._widths[depth] = _width([line.words for each in group for line in each])
        for at, paragraph in enumerate(kept):
            follows = kept[at + 1][0].depth if at + 1 < len(kept) else 0
            self._add(paragraph, follows)

    def _add(self, paragraph: list[_BodyLine], follows: int) -> None:
        depth = paragraph[0].depth
        for deeper in [each for each in self._speakers if each > depth]:
            del self._speakers[deeper]
        words = [line.words.strip() for line in paragraph]
        if _FOOT.fullmatch(words[0]):
            self._speakers[depth] = ""
            return
        if self._add_head(words, depth):
            return
        if paragraph[0].fixed:
            self._add_words("\n".join(words), depth)
            return
        count, who = _attribution(words)
        alone = count == len(words) and DATED.search(" ".join(words))
        if who is None or not (follows > depth or alone):
            self._add_lines(words, depth)
            return
        self._add_lines(words[: len(words) - count], depth)
        self._add_words(" ".join(words[len(words) - count :]), depth)
        self._speakers[max(follows, depth)] = who
        if follows <= depth:  # what follows is quoted, though not marked as such
            self._speakers[depth] = who

    def _add_head(self, words: list[str], depth: int) -> bool:
        """Add a paragraph with the header of a message that is quoted below it, if it has one."""
        at = next((at for at in range(len(words)) if _begins_head(words, at)), None)
        separator = bool(_SEPARATOR.fullmatch(words[0]))
        if at is None and not separator:
            return False
        if separator:
            self._add_words(words[0], depth)
            self._speakers[depth] = ""
        first = int(separator)
        if at is None:
            self._add_lines(words[first:], depth)
            return True
        self._add_lines(words[first:at], depth)
        fields, rest = _head_fields(words[at:])
        for key, value in fields:
            self._builder.add(f"{key}: {value}", "field")
        self._speakers[depth] = named_in(fields[0][1])
        self._add_lines(rest, depth)
        return True

    def _add_lines(self, words: list[str], depth: int) -> None:
        """Add lines as paragraphs and items, joined where a program has wrapped them."""
        items = sum(1 for line in words if _BULLET.match(line))
        runs: list[list[str]] = []
        for line in words:
            if not runs or (items > 1 and _BULLET.match(line)):
                runs.append([])
            runs[-1].append(line)
        lead = ""
        for run in runs:
            text = self._unwrapped(run, depth)
            bullet = _BULLET.match(text) if items > 1 else None
            if bullet and not self._label(depth):
                text = text if bullet["number"] else text[bullet.end() :]
                self._builder.add(text, "item", level=1, label=lead)
            else:
                lead = text.split("\n")[-1] if text.endswith(":") else ""
                self._add_words(text, depth)

    def _add_words(self, text: str, depth: int) -> None:
        label = self._label(depth)
        quoted = depth > 0 or self._speakers.get(0) != self._writer
        for part in _signed(text):
            self._builder.add(part, "turn" if label or quoted else "text", label=label)

    def _label(self, depth: int) -> str:
        return self._speakers.get(depth, "")

    def _unwrapped(self, words: list[str], depth: int) -> str:
        if self._joined:
            return "\n".join(words)
        width = self._widths.get(depth, 0)
        parts = [words[0]]
        for line, following in pairwise(words):
            if not _goes_on(line, following, width):
                parts.append("\n")
            elif not (line[-1] >= _WIDE and following[0] >= _WIDE):
                parts.append(" ")
            parts.append(following)
        return "".join(parts)


def _signed(text: str) -> list[str]:
    """Return the words of a paragraph, and the signature or farewell in its last lines."""
    lines = text.split("\n")
    last = len(lines)
    while last > 1 and _SIGNING.fullmatch(lines[last - 1]) and not lines[last - 1][0].islower():
        last -= 1
    if last == len(lines) or not lines[last - 1].rstrip().endswith(_ENDS):
        return [text]
    return ["\n".join(lines[:last]), "\n".join(lines[last:])]


def _depth(paragraph: list[_BodyLine]) -> int:
    return paragraph[0].depth


def _width(lines: list[str]) -> int:
    """Return the width at which lines were wrapped; negative where that is not sure, else 0."""
    fitting = [len(line) for line in lines if " " in line and len(line) <= _WIDEST]
    width = max(fitting, default=0)
    if width < _NARROWEST:
        return 0
    near = sum(1 for length in fitting if length >= width - _NEARLY)
    return width if near >= _SURELY_WRAPPED else -width


def _goes_on(line: str, following: str, width: int) -> bool:
    """Return whether a line ends only because the first word of the next did not fit."""
    if _BULLET.match(following):
        return False
    if following[0].islower() and len(line) >= _LONG_ENOUGH and not line.endswith(_ENDS):
        return True
    full = width != 0 and len(line) + 1 + len(following.split(" ", 1)[0]) > abs(width)
    return full and len(line) <= _WIDEST and (width > 0 or not line.endswith(_ENDS))


def _attribution(words: list[str]) -> tuple[int, str | None]:
    """Return how many of the last lines say who is quoted below, and who that is."""
    found: tuple[int, str | None] = (0, None)
    for count in range(1, min(len(words), 3) + 1):
        who = quoted_person(" ".join(words[-count:]))
        if who and "@" not in who:
            return count, who
        if who is not None:
            found = (count, who) if found[1] is None or who else found
    return found


def _begins_head(words: Sequence[str], at: int = 0) -> bool:
    first = _HEAD_LINE.match(words[at])
    if not first or first["key"].lower().strip() not in _SENDER_KEYS or not first["value"]:
        return False
    near = [line for line in words[at : at + _FEWEST_HEAD_LINES + 2] if _HEAD_LINE.match(line)]
    return len(near) >= _FEWEST_HEAD_LINES


def _head_fields(words: Sequence[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the fields of a header, and the lines of its paragraph that come behind it."""
    fields: list[tuple[str, str]] = []
    last = max(at for at in range(min(len(words), 8)) if _HEAD_LINE.match(words[at]))
    for line in words[: last + 1]:
        match = _HEAD_LINE.match(line)
        if match:
            fields.append((match["key"].strip(), (match["value"] or "").strip("* ")))
        else:
            key, value = fields.pop()
            fields.append((key, f"{value} {line}"))
    return [field for field in fields if field[1]], list(words[last + 1 :])


class _QuotedParts(Builder):
    """Notes how deep each block of a page is quoted."""

    def __init__(self) -> None:
        super().__init__()
        self.walk = PageWalk(self)
        self.depths: list[int] = []

    def add(
        self,
        text: str,
        kind: BlockKind = "text",
        *,
        level: int = 0,
        label: str = "",
        page_breaks: Sequence[int] = (),
    ) -> None:
        """Add a block, as a Builder does."""
        if text.strip():
            self.depths.append(self.walk.quoted)
        super().add(text, kind, level=level, label=label, page_breaks=page_breaks)


def add_html_body(builder: Builder, markup: bytes, *, speaker: str = "") -> None:
    """Add the text of a body in HTML, encoded in UTF-8."""
    parts = _QuotedParts()
    try:
        walk_page(parts.walk, markup)
    except DocumentError:  # a line or two that are no page
        parts = _QuotedParts()
    note_struck(parts, parts.walk)
    part = parts.extracted({})
    blocks, depths = part.blocks, parts.depths
    if not blocks:
        part = Extracted(bare_text(markup), {})
        blocks = tuple(paragraphs_of(part.text))
        depths = [0] * len(blocks)
    attributed = tuple(_attributed(part.text, blocks, depths, speaker))
    builder.extend(part._replace(blocks=attributed))


def only_points(plain: str, markup: bytes) -> bool:
    """Return whether a plain body does little more than say that there is one in HTML."""
    return len(plain.split()) < _PLAIN_ENOUGH * len(bare_text(markup).split())


def bare_text(markup: bytes) -> str:
    """Return the words of a page in UTF-8, without any structure."""
    tree = _tree(markup)
    if tree is None:
        return ""
    hidden = "self::head or self::style or self::script"
    return "".join(tree.xpath(f"//text()[not(ancestor::*[{hidden}])]"))


def _tree(markup: bytes) -> Any:
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        return html.document_fromstring(markup, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _attributed(
    text: str, blocks: Sequence[Block], depths: Sequence[int], speaker: str
) -> Iterator[Block]:
    """Yield blocks, those that are quoted as turns of whoever is quoted at that depth."""
    first = [text[block.start : block.end].partition("\n")[0].strip() for block in blocks]
    people: dict[int, str] = {}
    below: int | None = None  # the depth at which all that follows is a message quoted whole
    for at, (block, depth) in enumerate(zip(blocks, depths, strict=True)):
        people = {deep: name for deep, name in people.items() if deep <= depth}
        below = None if below is not None and depth < below else below
        quoted = depth > 0 or below is not None
        lines = [line.strip() for line in text[block.start : block.end].split("\n")]
        if _begins_head(lines) or _begins_head(first, at):
            head = _HEAD_LINE.match(lines[0])
            below, people[depth] = depth, named_in(head["value"] or "") if head else ""
            yield replace(block, kind="field")
            continue
        if block.kind != "text":
            yield block
            continue
        label = people.get(depth, "") if quoted else speaker
        yield from _signed_blocks(text, replace(block, label=label), quoted or bool(speaker))
        who = quoted_person(lines[-1])
        follows = depths[at + 1] if at + 1 < len(depths) else 0
        if who is not None and (follows > depth or quoted):
            people[max(follows, depth)] = who


def _signed_blocks(text: str, block: Block, turn: bool) -> Iterator[Block]:
    """Yield a block as a turn or not, its signature apart."""
    start = block.start
    for part in _signed(text[block.start : block.end]):
        end = start + len(part)
        yield replace(block, start=start, end=end, kind="turn" if turn else "text")
        start = end + 1  # the line end
