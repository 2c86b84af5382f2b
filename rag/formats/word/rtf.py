"""Rich Text Format: what Word shows of it, with all changes accepted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from rag.errors import DocumentError
from rag.formats.extracted import Builder, Extracted
from rag.formats.packages import stated_fields
from rag.formats.superscripts import raised
from rag.formats.word.layout import FlowWriter, line_of
from rag.formats.word.losses import TextLosses
from rag.formats.word.numbering import format_number
from rag.formats.word.package import CONTENTS, TITLE, named_level
from rag.formats.word.rich.flow import RtfFlow, RtfParagraph, keep_pages
from rag.formats.word.rich.words import (
    RTF_AS_DEFAULT,
    RTF_BOXES,
    RTF_CHARSETS,
    RTF_COLLECTING,
    RTF_GROUPS,
    RTF_LIST_TEXTS,
    RTF_MARGINS,
    RTF_NOTE_WORDS,
    RTF_PAGES,
    RTF_PICTURES,
    RTF_RISES,
    RTF_SIGNS,
    RTF_SYMBOLS,
    RTF_TOGGLES,
    RTF_TOKEN,
    known_page,
)
from rag.formats.word.runs import symbol

_MAX_DEPTH = 5_000  # groups in groups; Word's have a dozen
_MAX_LEVEL = 6
_MAX_COLLECTED = 1_000  # pieces of text in a group that is for another end
_MAX_FALLBACK = 100  # characters that stand in for one
_LARGE = 3969 * 2268  # square twips, of a picture of 7 by 4 cm: a smaller one is a logo
_WORDED = RTF_COLLECTING - {"pict", "formfield"}
_NO_TEXT = dict.fromkeys(map(ord, "\r\n\0"))  # an end of a line in the file is none in the text


def read_rtf(raw: bytes) -> Extracted:
    """Read a file of Rich Text Format."""
    if not raw.lstrip().startswith(b"{\\rtf"):
        raise DocumentError("is not in Rich Text Format; give it the ending of its real format.")
    return _RtfReader(raw.decode("latin-1")).extracted()


@dataclass(slots=True)
class _State:
    """What holds within a group."""

    flow: RtfFlow | None  # where words go; None where they go nowhere
    group: str = ""  # what the group is for
    bold: bool = False
    struck: bool = False
    hidden: bool = False
    gone: bool = False  # deleted, or moved elsewhere
    changed: bool = False
    rise: int = 0
    font: int = -1
    fallback: int = 1  # characters behind a Unicode one, for programs that know none


@dataclass(slots=True)
class _RtfStyle:
    """A style of paragraphs."""

    name: str = ""
    outline: int | None = None


class _RtfReader:
    """Reads one file, token by token."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._body = RtfFlow()
        self._state = _State(self._body)
        self._paragraph = RtfParagraph()
        self._stack: list[tuple[_State, RtfParagraph]] = []
        self._page = "cp1252"
        self._fonts: dict[int, tuple[str | None, str]] = {}  # code page, None for pictures; name
        self._styles: dict[int, _RtfStyle] = {}
        self._font = self._style = -1  # that is being defined
        self._held = bytearray()  # bytes that are not yet characters
        self._skip = 0  # fallback characters still to come
        self._high = 0  # the first half of a character that takes two
        self._starred = False  # whether the next word begins a group that may be passed over
        self._texts: dict[str, list[str]] = {}  # what groups for other ends say
        self._numbers: dict[str, int] = {}  # and what the last of them says in numbers
        self._margins: list[tuple[RtfFlow, str]] = []
        self._endnotes: list[str] = []
        self._note_mark: list[str] | None = None  # where the number of the next note goes
        self._note_counts = {"footnote": 0, "endnote": 0}
        self._note_names = {"footnote": "decimal", "endnote": "decimal"}
        self._titled = 0  # 1 once there was a title: headings then are a level lower
        self._changes = self._comments = self._pictures = 0
        self._last_change = ""
        self._hidden = self._struck = False
        self._actions = self._words()

    def extracted(self) -> Extracted:
        """Return the document."""
        self._parse()
        builder = Builder()
        items = self._body.finish(RtfParagraph())
        if keep_pages(items):
            builder.begin_page()
        FlowWriter(builder).write(items)
        for note in self._endnotes:
            builder.add(note)
        seen = {""}
        for flow, label in self._margins:
            words = line_of(flow.finish(RtfParagraph()))
            if words not in seen:
                seen.add(words)
                builder.add_clutter(words, label)
        TextLosses(
            changes=self._changes,
            comments=self._comments,
            struck=self._struck,
            hidden=self._hidden,
            pictures=self._pictures,
        ).report(builder)
        title, author = ("".join(self._texts.get(name, ())) for name in ("title", "author"))
        return builder.extracted(stated_fields(title, author))

    def _parse(self) -> None:
        source = self._source
        match = RTF_TOKEN.search(source)
        while match:
            word, number, code, sign, brace, text = match.groups()
            at = match.end()
            if text is not None:
                if self._state.flow is not None or self._state.group in _WORDED:
                    self._text(text.translate(_NO_TEXT).encode("latin-1"))
            elif code is not None:
                self._text(bytes((int(code, 16),)))
            else:
                self._flush()
                if brace is not None:
                    self._brace(brace)
                elif word is None:
                    self._sign(sign)
                elif word == "bin":
                    at += min(max(int(number or 0), 0), len(source))
                elif self._skip and word not in ("u", "uc"):
                    self._skip -= 1
                else:
                    self._word(word, int(number) if number is not None else None)
            match = RTF_TOKEN.search(source, at)
        self._flush()

    def _text(self, raw: bytes) -> None:
        """Hold bytes back until it is clear that no more of the same character follow."""
        cut = min(self._skip, len(raw))
        self._skip -= cut
        self._held += raw[cut:]

    def _flush(self) -> None:
        if not self._held:
            return
        raw, self._held = bytes(self._held), bytearray()
        page, name = self._fonts.get(self._state.font, (self._page, ""))
        if page is None and self._state.group not in ("fonttbl", "stylesheet"):
            self._put("".join(symbol(code, name) for code in raw))
        else:
            self._put(raw.decode(page or self._page, "replace"))

    def _brace(self, brace: str) -> None:
        self._starred, self._skip = False, 0
        if brace == "{":
            if len(self._stack) >= _MAX_DEPTH:
                raise DocumentError("is nested too deep to be read; save it in a simpler form.")
            self._stack.append((self._state, self._paragraph))
            self._state, self._paragraph = replace(self._state), replace(self._paragraph)
        elif self._stack:
            ended, inside = self._state, self._paragraph
            self._state, self._paragraph = self._stack.pop()
            if ended.group != self._state.group:
                self._end_group(ended, inside)

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self._starred = True
        elif self._skip:
            self._skip -= 1
        elif sign in "\r\n":
            self._end_paragraph()
        else:
            self._put(RTF_SYMBOLS.get(sign, ""))

    def _word(self, word: str, value: int | None) -> None:
        """Obey a control word; of those that are not known, a starred one mutes its group."""
        starred, self._starred = self._starred, False
        state = self._state
        if word in RTF_GROUPS:
            self._begin_group(word)
        elif word == "u":
            self._unicode(value or 0)
        elif word == "uc":
            state.fallback = min(max(value or 0, 0), _MAX_FALLBACK)
        elif word in RTF_SIGNS:
            self._put(RTF_SIGNS[word])
        elif state.group in RTF_COLLECTING:
            self._collect_number(word, value or 0)
        elif word in RTF_TOGGLES:
            setattr(state, RTF_TOGGLES[word], value != 0)
        elif word in RTF_RISES:
            state.rise = RTF_RISES[word] if value != 0 else 0
        elif word in self._actions:
            self._actions[word](value or 0)
        elif word in RTF_NOTE_WORDS:
            kind, name = RTF_NOTE_WORDS[word]
            self._note_names[kind] = name
        elif word in RTF_PAGES:
            self._set_page(RTF_PAGES[word])
        elif starred:
            state.flow, state.group = None, "unknown"

    def _words(self) -> dict[str, Callable[[int], None]]:
        """Return what the words do that say more than how words look."""
        return {
            "par": lambda _: self._end_paragraph(),
            "sect": lambda _: self._end_paragraph(),
            "cell": lambda _: self._end_cell(1),
            "nestcell": lambda _: self._end_cell(max(self._paragraph.tables, 2)),
            "row": lambda _: self._flow().end_row(1),
            "nestrow": lambda _: self._flow().end_row(max(self._paragraph.tables, 2)),
            "trowd": lambda _: self._flow().define_row(),
            "page": lambda _: self._flow().turn_page(),
            "cellx": lambda value: self._flow().define_cell(value),
            "clmrg": lambda _: self._flow().merge_cell(below=False),
            "clvmrg": lambda _: self._flow().merge_cell(below=True),
            "trhdr": lambda _: self._flow().mark_header(),
            "pard": lambda _: self._define(RtfParagraph()),
            "s": lambda value: self._define(replace(self._paragraph, style=value)),
            "outlinelevel": lambda value: self._define(replace(self._paragraph, outline=value)),
            "intbl": lambda _: self._define(
                replace(self._paragraph, tables=max(self._paragraph.tables, 1))
            ),
            "itap": lambda value: self._define(replace(self._paragraph, tables=max(value, 0))),
            "ls": lambda value: self._list(value, self._paragraph.listed or 0),
            "ilvl": lambda value: self._list(1, min(max(value, 0), 8)),
            "pagebb": lambda _: self._define(replace(self._paragraph, breaks=True)),
            "plain": lambda _: self._plain(),
            "f": lambda value: setattr(self._state, "font", value),
            "ansicpg": lambda value: self._set_page(f"cp{value}"),
            "chftn": lambda _: self._refer(),
            "ftnalt": lambda _: self._make_endnote(),
        }

    def _flow(self) -> RtfFlow:
        """Return where words go; where they go nowhere, something that nobody reads."""
        return self._state.flow or RtfFlow()

    def _define(self, paragraph: RtfParagraph) -> None:
        self._paragraph = paragraph

    def _list(self, number: int, level: int) -> None:
        self._paragraph.listed = level if number else None

    def _set_page(self, name: str) -> None:
        self._page = known_page(name)

    def _plain(self) -> None:
        state = self._state
        self._state = _State(state.flow, state.group, fallback=state.fallback)

    def _make_endnote(self) -> None:
        if self._state.group == "footnote":
            self._state.group = "endnote"

    def _unicode(self, value: int) -> None:
        """Add a character by its number; the characters that stand in for it are passed over."""
        code = value & 0xFFFF if value < 0 else value
        self._skip = self._state.fallback
        if 0xD800 <= code < 0xDC00:
            self._high = code
        elif 0xDC00 <= code < 0xE000:
            if self._high:
                self._put(chr(0x10000 + ((self._high - 0xD800) << 10) + code - 0xDC00))
            self._high = 0
        elif 0xF000 <= code < 0xF100:
            self._put(symbol(code, self._fonts.get(self._state.font, (None, ""))[1]))
        elif code < 0x110000:
            self._put(chr(code))

    def _put(self, words: str) -> None:
        """Add words where they go, unless they are hidden, struck out or deleted."""
        state = self._state
        if state.group in RTF_COLLECTING:
            self._collect(words)
        elif state.flow is not None and words:
            change = "gone" if state.gone else "new" if state.changed else ""
            self._changes += bool(change) and change != self._last_change
            self._last_change = change
            said = bool(words.strip()) and not state.gone
            self._hidden |= state.hidden and said
            self._struck |= state.struck and said
            if state.gone or state.hidden or state.struck:
                state.flow.cut = True
            else:
                state.flow.put(words, state.rise, state.bold)

    def _standing(self) -> tuple[int, str]:
        """Return the paragraph's level as a heading, and why it is clutter, if it is."""
        style = self._styles.get(self._paragraph.style, _RtfStyle())
        named = named_level(style.name)
        if named is None:
            return 0, CONTENTS
        if named == TITLE:
            self._titled = 1
            return 1, ""
        outline = self._paragraph.outline
        outline = style.outline if outline is None else outline
        outline = named - 1 if outline is None else outline
        return (min(outline + 1 + self._titled, _MAX_LEVEL) if 0 <= outline < 9 else 0), ""

    def _end_paragraph(self) -> None:
        if self._state.flow is not None and not self._state.gone:
            self._state.flow.end_paragraph(self._paragraph, *self._standing())

    def _end_cell(self, depth: int) -> None:
        if self._state.flow is not None:
            level, _ = self._standing()
            self._state.flow.end_cell(self._paragraph, level, depth)

    def _refer(self) -> None:
        """Leave a place for the number of the note that follows."""
        if self._state.flow is not None and self._state.group not in ("footnote", "endnote"):
            self._note_mark = self._state.flow.put("", 1, self._state.bold)

    def _begin_group(self, word: str) -> None:
        """Begin a group that is for another end than the words around it."""
        state = self._state
        if word == "nesttableprops":
            return
        outer, state.flow = state.flow, None
        if word in ("title", "author") and state.group != "info":
            word = "unknown"
        if word == "ud":
            state.flow, state.group = self._outer_flow(), word
            return
        boxed = word in RTF_BOXES and state.group in ("shpinst", "do")
        if boxed or word in RTF_MARGINS or (word == "footnote" and outer is not None):
            state.flow = RtfFlow()
            state.rise, state.bold = 0, False
            self._paragraph = RtfParagraph()
        if word in RTF_MARGINS and state.flow is not None:
            self._margins.append((state.flow, RTF_MARGINS[word]))
        self._comments += word == "annotation"
        state.group = word
        self._numbers = {}
        if word in RTF_LIST_TEXTS:
            self._texts[word] = []

    def _end_group(self, ended: _State, inside: RtfParagraph) -> None:
        """Put what a group holds where it belongs."""
        outer, numbers = self._outer_flow(), self._numbers
        if ended.group == "pict":
            size = numbers.get("picwgoal", 0) * numbers.get("pichgoal", 0)
            self._pictures += size >= _LARGE
        elif outer is None or ended.gone:
            return
        elif ended.group in ("footnote", "endnote") and ended.flow is not None:
            self._end_note(ended.group, line_of(ended.flow.finish(inside)), outer)
        elif ended.group in RTF_BOXES and ended.flow is not None:
            outer.boxes += ended.flow.finish(inside)
        elif ended.group in RTF_LIST_TEXTS:
            outer.number = "".join(self._texts.get(ended.group, ()))
        elif ended.group == "formfield" and numbers.get("fftype") == 1:
            ticked = numbers.get("ffres", RTF_AS_DEFAULT)
            ticked = numbers.get("ffdefres", 0) if ticked == RTF_AS_DEFAULT else ticked
            outer.put("☒" if ticked else "☐", 0, False)

    def _outer_flow(self) -> RtfFlow | None:
        """Return where words go around the groups that are skipped."""
        flows = (self._state.flow, *(state.flow for state, _ in reversed(self._stack)))
        return next((flow for flow in flows if flow is not None), None)

    def _end_note(self, kind: str, words: str, outer: RtfFlow) -> None:
        """Give a note its number, and keep its words for behind the paragraph or the text."""
        note = words
        if self._note_mark is not None:
            self._note_counts[kind] += 1
            mark = format_number(self._note_counts[kind], self._note_names[kind])
            self._note_mark[0], self._note_mark = mark, None
            note = f"{raised(mark, '')} {words}"
        if words:
            (outer.notes if kind == "footnote" else self._endnotes).append(note)

    def _collect(self, words: str) -> None:
        """Keep the text of a group that is for another end."""
        group = self._state.group
        if group == "fonttbl" and self._font in self._fonts:
            page, name = self._fonts[self._font]
            self._fonts[self._font] = (page, name + words.strip(";"))
        elif group == "stylesheet" and self._style in self._styles:
            self._styles[self._style].name += words.strip(";")
        elif len(self._texts.setdefault(group, [])) < _MAX_COLLECTED:
            self._texts[group].append(words)

    def _collect_number(self, word: str, value: int) -> None:
        """Note a control word of a group that is for another end."""
        group = self._state.group
        if group == "fonttbl" and word == "f":
            self._font = value
            self._fonts[value] = (self._page, "")
        elif group == "fonttbl" and word in ("fcharset", "cpg"):
            charset = RTF_CHARSETS.get(value, self._page) if word == "fcharset" else f"cp{value}"
            pictures = word == "fcharset" and value == RTF_PICTURES
            self._fonts[self._font] = (None if pictures else known_page(charset), "")
        elif group == "stylesheet" and word in ("s", "cs", "ds", "ts"):
            self._style = value if word == "s" else -1
            if word == "s":
                self._styles[value] = _RtfStyle()
        elif group == "stylesheet" and word == "outlinelevel" and self._style in self._styles:
            self._styles[self._style].outline = value
        elif group in RTF_LIST_TEXTS and word == "f":
            self._state.font = value
        else:
            self._numbers[word] = value
