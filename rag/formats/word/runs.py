"""What stands in the paragraphs of a DOCX file: words as finally intended, and how they look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from rag.formats.superscripts import lowered, raised
from rag.formats.word.backgrounds import is_shaded, is_white
from rag.formats.word.numbering import W, format_number

_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_BOX, CHOICES = W + "txbxContent", _MC + "AlternateContent"
_LARGE = 7 * 4 * 360_000**2  # square EMU, of a picture of 7 by 4 cm: a smaller one is a logo
_OFF = ("0", "false", "off", "none")
_MAX_CHAIN = 30  # styles that one is based on
_MAX_INSTRUCTION = 20  # paragraphs that the instruction of a field goes over
_TOGGLES = {W + name: name for name in ("vanish", "strike", "dstrike", "b")}
_RISES = {"superscript": 1, "subscript": -1}
# Fonts whose letters are pictures: Greek and signs, boxes and arrows, by their code.
_SYMBOL = dict(
    zip(
        range(0x41, 0x5B),
        "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ",
        strict=True,
    )
) | dict(zip(range(0x61, 0x7B), "αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True))
_SYMBOL |= {0xA2: "′", 0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→"}
_SYMBOL |= {0xAF: "↓", 0xB0: "°", 0xB1: "±", 0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB7: "•"}
_SYMBOL |= {0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xC6: "∅", 0xCE: "∈"}
_SYMBOL |= {0xD0: "∠", 0xD2: "®", 0xD3: "©", 0xD4: "™", 0xD5: "∏", 0xD6: "√", 0xE5: "∑"}
_SYMBOL |= {0xB6: "∂", 0xD1: "∇", 0xDE: "⇒", 0xF2: "∫", 0xA0: "€"}
_WINGDINGS = {0x6F: "☐", 0x71: "☐", 0x72: "☐", 0xA8: "☐", 0x78: "☒", 0xFD: "☒", 0xFE: "☑"}
_WINGDINGS |= {0x52: "☑", 0x54: "☒", 0xA3: "☐", 0xFB: "✗", 0xFC: "✓", 0x6C: "•", 0x9F: "•"}
_WINGDINGS |= {0xA7: "•", 0x6E: "•", 0xD8: "•", 0xE0: "→", 0xE8: "→", 0xDF: "←", 0xF0: "→"}
_WINGDINGS |= {0x4A: "☺", 0x28: "☎", 0x2A: "✉", 0xAB: "★", 0x33: "■", 0xF1: "↑", 0xF2: "↓"}


class Look(NamedTuple):
    """How words look: only as far as it tells what they are."""

    hidden: bool = False
    struck: bool = False
    bold: bool = False
    rise: int = 0  # 1 above the line, -1 below
    white: bool = False  # without a ground of its own


class Styles:
    """The styles of a DOCX file, with what each takes from those it is based on."""

    def __init__(self, root: Any) -> None:
        self._elements: dict[str, Any] = {}
        self._root = root
        self.default = ""
        for style in root.iterchildren(W + "style") if root is not None else ():
            name = style.get(W + "styleId", "")
            self._elements.setdefault(name, style)
            if style.get(W + "type") == "paragraph" and style.get(W + "default") in ("1", "true"):
                self.default = name
        self._marks: dict[str, dict[str, int]] = {}
        self._looks: dict[tuple[str, str], Look] = {}

    def chain(self, name: str) -> list[Any]:
        """Return a style and those it is based on, the nearest first."""
        found: list[Any] = []
        while name in self._elements and len(found) < _MAX_CHAIN:
            found.append(self._elements[name])
            name = value(found[-1], "basedOn")
        return found

    def lists(self) -> dict[str, str]:
        """Return the list that each style of lists stands for."""
        path = f"{W}pPr/{W}numPr/{W}numId"
        found = ((name, style.find(path)) for name, style in self._elements.items())
        return {name: number.get(W + "val", "") for name, number in found if number is not None}

    def language(self) -> str:
        """Return the language that words are in where they do not say another."""
        path = f"{W}docDefaults/{W}rPrDefault/{W}rPr"
        return value(self._root.find(path), "lang") if self._root is not None else ""

    def look(self, paragraph: str, properties: Any) -> Look:
        """Return how a run looks, by its own properties and those of its styles."""
        own: dict[str, int] = {}
        style = ""
        for child in properties if properties is not None else ():
            if child.tag == W + "rStyle":
                style = child.get(W + "val", "")
            else:
                _note_mark(child, own)
        found = self._looks.get((paragraph, style))
        if found is None:
            found = self._looks[paragraph, style] = self._styled(paragraph, style)
        if not own:
            return found
        struck = {name: own[name] for name in ("strike", "dstrike") if name in own}
        return Look(
            bool(own.get("vanish", found.hidden)),
            any(struck.values()) if struck else found.struck,
            bool(own.get("b", found.bold)),
            own.get("rise", found.rise),
            bool(own.get("white", found.white)) and not own.get("ground"),
        )

    def _styled(self, paragraph: str, style: str) -> Look:
        below, above = self._marks_of(paragraph), self._marks_of(style)
        # What both switch on is off: bold words in a bold heading stand out by being plain.
        on = {name: below.get(name, 0) != above.get(name, 0) for name in _TOGGLES.values()}
        rise = above.get("rise", below.get("rise", 0))
        white = above.get("white", below.get("white", 0))
        white = white and not above.get("ground", below.get("ground", 0))
        return Look(on["vanish"], on["strike"] or on["dstrike"], on["b"], rise, bool(white))

    def _marks_of(self, style: str) -> dict[str, int]:
        if style not in self._marks:
            marks: dict[str, int] = {}
            for element in reversed(self.chain(style)):
                properties = element.find(W + "rPr")
                for child in properties if properties is not None else ():
                    _note_mark(child, marks)
            self._marks[style] = marks
        return self._marks[style]


def _note_mark(element: Any, marks: dict[str, int]) -> None:
    """Note a property of a run, if it is one that tells what words are."""
    name = _TOGGLES.get(element.tag)
    if name:
        marks[name] = int(element.get(W + "val", "1") not in _OFF)
    elif element.tag == W + "vertAlign":
        marks["rise"] = _RISES.get(element.get(W + "val", ""), 0)
    elif element.tag == W + "color":
        marks["white"] = int(is_white(element.get(W + "val", "")))
    elif element.tag == W + "highlight":
        marks["ground"] = int(element.get(W + "val", "none") not in ("none", "white"))
    elif element.tag == W + "shd":
        marks["ground"] = int(is_shaded(element))


def value(parent: Any, tag: str) -> str:
    """Return the value of a child element, empty where there is none."""
    found = parent.find(W + tag) if parent is not None else None
    return found.get(W + "val", "") if found is not None else ""


class DocxLine:
    """The pieces of a paragraph while it is read; a page break is a piece without a rise."""

    def __init__(self) -> None:
        self.pieces: list[tuple[str, int | None]] = []
        self.plain = False  # whether words of it are not bold
        self.cut = False  # whether words were left out behind the last piece
        self.boxes: list[Any] = []  # text boxes and diagrams that hang on it
        self.notes: list[tuple[str, str, str]] = []  # of which part, which, and with which mark

    def ends_in_space(self) -> bool:
        """Return whether nothing or a space stands last."""
        last = next((words for words, _ in reversed(self.pieces) if words), " ")
        return last.endswith(" ")

    def text(self) -> tuple[str, tuple[int, ...]]:
        """Return the words, and the offsets at which pages begin."""
        shown, breaks, at, held = [""], [], 0, ""
        for number, (words, rise) in enumerate(self.pieces):
            if rise is None:
                breaks.append(at)
                continue
            if rise:
                held += words
                if self.pieces[number + 1 : number + 2] and self.pieces[number + 1][1] == rise:
                    continue
                words = raised(held, shown[-1]) if rise > 0 else lowered(held)
                held = ""
            if words:
                shown.append(words)
                at += len(words)
        return "".join(shown), tuple(breaks)


class RunReader:
    """Reads runs, across paragraphs: a field may begin in one and end in another."""

    def __init__(self, styles: Styles, notes: dict[str, tuple[str, int]]) -> None:
        """Prepare to read the runs of a document.

        Args:
            styles: its styles.
            notes: of footnotes and endnotes, how they are numbered and from which number.
        """
        self.styles = styles
        self.changes = self.pictures = self.charts = self.embedded = self.placeholders = 0
        self.hidden = self.struck = False
        self.on_white = False  # whether what is read stands on white paper
        self._notes = notes
        self._counts = {kind: start for kind, (_, start) in notes.items()}
        self._fields: list[bool] = []  # of those that are open, whether their result has begun
        self._instructed = 0  # paragraphs that the instruction of a field has gone over
        self._open: tuple[str, str] | None = None  # the change that the last words are of
        self._changing = 0
        self._broken = False  # whether a page was ended and nothing has followed
        self._style, self._look = "", Look()
        self._handlers = self._table()

    def read(self, parent: Any, line: DocxLine, style: str) -> None:
        """Read what stands in a paragraph."""
        self._style, self._look = style, self.styles.look(style, None)
        if not all(self._fields):
            self._instructed += 1
            if self._instructed > _MAX_INSTRUCTION:  # a field that is never ended
                self._fields.clear()
        else:
            self._instructed = 0
        self._inside(parent, line)

    def changed(self, element: Any, kind: str) -> None:
        """Count a tracked change; one of the same kind and person directly before goes on."""
        change = kind, element.get(W + "author", "")
        self.changes += change != self._open
        self._open = change

    def turn_page(self, line: DocxLine, *, rendered: bool = False) -> None:
        """Begin a page; where a program found one behind a break that is written, they are one."""
        if rendered and self._broken:
            self._broken = False
        else:
            self._broken = not rendered
            line.pieces.append(("", None))

    def _table(self) -> dict[str, Callable[[Any, DocxLine], None]]:
        put = self._put
        ignored = "pPr rPr sdtPr instrText delText delInstrText tblPr rt".split()
        handlers: dict[str, Callable[[Any, DocxLine], None]] = {
            **{W + name: lambda element, line: None for name in ignored},
            W + "r": self._run,
            W + "t": lambda element, line: put((element.text or "").translate(_SPACES), line),
            W + "tab": lambda element, line: put("\t", line),
            W + "ptab": lambda element, line: put("\t", line),
            W + "cr": lambda element, line: put("\n", line),
            W + "br": self._break,
            W + "lastRenderedPageBreak": lambda _, line: self.turn_page(line, rendered=True),
            W + "noBreakHyphen": lambda element, line: put("-", line),
            W + "sym": self._symbol,
            W + "fldChar": self._field,
            W + "ins": self._inserted,
            W + "moveTo": self._inserted,
            W + "sdt": self._control,
            W + "footnoteReference": self._note,
            W + "endnoteReference": self._note,
            **{W + name: self._drawing for name in ("drawing", "pict", "object")},
            CHOICES: lambda element, line: self._inside(chosen(element), line),
            _M + "oMath": lambda element, line: put(_formula(element), line),
        }
        for name in ("del", "moveFrom"):
            handlers[W + name] = self._deleted
        return handlers

    def _inside(self, parent: Any, line: DocxLine) -> None:
        for child in parent:
            handler = self._handlers.get(child.tag)
            if handler:
                handler(child, line)
            elif isinstance(child.tag, str):  # a hyperlink, a smart tag, whatever else holds runs
                self._inside(child, line)

    def _run(self, run: Any, line: DocxLine) -> None:
        self._look = self.styles.look(self._style, run.find(W + "rPr"))
        self._inside(run, line)

    def _put(self, words: str, line: DocxLine, rise: int | None = None) -> None:
        """Add words, unless they are a field's instruction, hidden or struck out."""
        look = self._look
        if not words or not all(self._fields):
            return
        unseen = look.hidden or (look.white and self.on_white)
        if unseen or look.struck:
            said = bool(words.strip())
            self.hidden |= unseen and said
            self.struck |= look.struck and said
            line.cut = True
            return
        if not self._changing:
            self._open = None
        if line.cut and words.startswith(" ") and line.ends_in_space():
            words = words[1:]
        line.cut = False
        if not words.isspace():
            line.plain |= not look.bold
            self._broken = False
        line.pieces.append((words, look.rise if rise is None else rise))

    def _break(self, element: Any, line: DocxLine) -> None:
        self._put("\n", line)
        if element.get(W + "type") == "page" and all(self._fields) and not self._look.hidden:
            self.turn_page(line)

    def _symbol(self, element: Any, line: DocxLine) -> None:
        font = element.get(W + "font", "")
        try:
            code = int(element.get(W + "char", ""), 16)
        except ValueError:
            return
        self._put(symbol(code, font), line)

    def _field(self, element: Any, line: DocxLine) -> None:
        kind = element.get(W + "fldCharType")
        if kind == "begin":
            box = element.find(f"{W}ffData/{W}checkBox")
            if box is not None:
                self._put(_box(_is_on(box, W + "checked", _is_on(box, W + "default"))), line)
            self._put(_chosen_entry(element.find(f"{W}ffData/{W}ddList")), line)
            self._fields.append(False)
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _inserted(self, element: Any, line: DocxLine) -> None:
        self.changed(element, "ins" if element.tag == W + "ins" else "move")
        self._changing += 1
        self._inside(element, line)
        self._changing -= 1

    def _deleted(self, element: Any, line: DocxLine) -> None:
        line.cut = True
        if element.tag == W + "del":  # what was moved counts where it went
            self.changed(element, "del")

    def _control(self, element: Any, line: DocxLine) -> None:
        content = self.content(element)
        box = element.find(f"{W}sdtPr/{_W14}checkbox")
        if box is not None:
            self._look = self.styles.look(self._style, None)
            self._put(_box(_is_on(box, _W14 + "checked", name=_W14 + "val")), line)
        elif content is not None:
            self._inside(content, line)

    def content(self, control: Any) -> Any:
        """Return what stands in a content control; None where it only says what to fill in."""
        if control.find(f"{W}sdtPr/{W}showingPlcHdr") is not None:
            self.placeholders += 1
            return None
        return control.find(W + "sdtContent")

    def _note(self, element: Any, line: DocxLine) -> None:
        if not all(self._fields) or self._look.hidden or self._look.struck:
            return
        kind = "footnote" if element.tag == W + "footnoteReference" else "endnote"
        mark = ""  # one that the author chose stands behind the reference
        if element.get(W + "customMarkFollows") not in ("1", "true", "on"):
            name, _ = self._notes[kind]
            mark = format_number(self._counts[kind], name)
            self._counts[kind] += 1
            self._put(mark, line, rise=1)
        line.notes.append((kind, element.get(W + "id", ""), mark))

    def _drawing(self, element: Any, line: DocxLine) -> None:
        """Note the text boxes of a drawing, and count what cannot be read."""
        if self._look.hidden or not all(self._fields):
            return
        if element.tag == W + "object":
            self.embedded += 1
        extent = next(element.iter(_WP + "extent"), None)
        sides = [extent.get(side, "") for side in ("cx", "cy")] if extent is not None else []
        large = all(map(str.isdigit, sides)) and len(sides) == 2
        large = large and int(sides[0][:12]) * int(sides[1][:12]) >= _LARGE
        waiting = [element]
        while waiting:
            part = waiting.pop()
            if part.tag in (_BOX, _DGM + "relIds"):
                line.boxes.append(part)
                continue
            self.pictures += large and part.tag == _BLIP
            self.charts += part.tag == _CHART
            inner = chosen(part) if part.tag == CHOICES else part
            waiting.extend(reversed(list(inner)))


_SPACES = str.maketrans("\n\r\t", "   ")  # within an element they are no more than spaces


def chosen(alternatives: Any) -> Any:
    """Return the first of several ways to say the same: older programs read the last."""
    for element in alternatives:
        if element.tag in (_MC + "Choice", _MC + "Fallback"):
            return element
    return ()


def symbol(code: int, font: str) -> str:
    """Return a character of a font whose letters are pictures, as Unicode has it."""
    low = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    for name, table in (("symbol", _SYMBOL), ("wingdings", _WINGDINGS)):
        if font.lower().startswith(name):
            return table.get(low, chr(low) if name == "symbol" and 0x20 <= low < 0x7F else "")
    return chr(low) if 0x20 <= low < 0xD800 or 0xF900 <= low < 0x110000 else ""


def _box(checked: bool) -> str:
    return "☒" if checked else "☐"


def _is_on(parent: Any, tag: str, default: bool = False, name: str = W + "val") -> bool:
    found = parent.find(tag)
    return default if found is None else found.get(name, "1") not in _OFF


def _chosen_entry(choices: Any) -> str:
    """Return what is chosen in a list of a form."""
    if choices is None:
        return ""
    entries = [each.get(W + "val", "") for each in choices.iterchildren(W + "listEntry")]
    at = value(choices, "result") or value(choices, "default") or "0"
    return entries[int(at)] if at.isdecimal() and int(at[:6]) < len(entries) else ""


def _formula(element: Any) -> str:
    """Return a formula on one line: raised where it is, fractions with a stroke."""
    name = element.tag.removeprefix(_M) if isinstance(element.tag, str) else ""
    if name == "t":
        return element.text or ""
    if name == "d":
        sides = {"begChr": "(", "endChr": ")"}
        for side in element.iterfind(f"{_M}dPr/*"):
            sides[side.tag.removeprefix(_M)] = side.get(_M + "val", "")
        inner = ", ".join(_formula(part) for part in element.iterchildren(_M + "e"))
        return f"{sides['begChr']}{inner}{sides['endChr']}"
    if name == "f":
        parts = [_formula(part) for part in element.iterchildren(_M + "num", _M + "den")]
        return "/".join(part if part.isalnum() else f"({part})" for part in parts)
    if name == "rad":
        return "√(" + "".join(_formula(part) for part in element.iterchildren(_M + "e")) + ")"
    shown = ""
    for part in element:
        words = _formula(part)
        if part.tag == _M + "sup" and words:
            small = raised(words, "")
            words = small if small != words else f"^({words})"
        elif part.tag == _M + "sub":
            words = lowered(words)
        shown += words
    return shown
