"""What stands in the paragraphs of an OpenDocument file: words, and how they look."""

from __future__ import annotations

import re
from typing import Any

from rag.formats.odf.package import DRAW, LOEXT, OFFICE, TEXT, OdfLook, OdfStyles, formula_of
from rag.formats.superscripts import lowered, raised

_MAX_SPACES = 100  # in a row; a file may claim millions
_BLANK = re.compile(r"[ \t\r\n]+")


class OdfLine:
    """The words of a paragraph while it is read, with what hangs on it."""

    def __init__(self) -> None:
        self.parts: list[str] = [""]
        self.length = 0
        self.plain = False  # whether words of it are not bold
        self.breaks: list[int] = []
        self.boxes: list[Any] = []  # what holds text boxes
        self.notes: list[tuple[Any, str]] = []  # each with its mark

    def add(self, words: str) -> None:
        """Add words behind what is there."""
        if words:
            self.parts.append(words)
            self.length += len(words)

    def text(self) -> str:
        """Return the words."""
        return "".join(self.parts)


class OdfRuns:
    """Reads what stands in paragraphs, and counts what is left out."""

    def __init__(self, styles: OdfStyles, formulas: dict[str, Any] | None = None) -> None:
        """Prepare to read the paragraphs of a file, with its styles and formulas."""
        self.styles = styles
        self._formulas = formulas or {}
        self.hidden = self.struck = False
        self.on_white = False  # whether what is read stands on white paper
        self.comments = self.placeholders = self.pictures = self.embedded = 0

    def paragraph(self, element: Any) -> OdfLine:
        """Read a paragraph."""
        line = OdfLine()
        name = element.get(TEXT + "style-name", "")
        self._inside(element, line, self.styles.look("paragraph", name))
        return line

    def words(self, element: Any) -> str:
        """Return the words of a paragraph alone."""
        return self.paragraph(element).text().strip()

    def formula(self, frame: Any) -> str:
        """Return the formula in a frame on one line, empty where there is none."""
        return formula_of(frame, self._formulas)

    def _inside(self, parent: Any, line: OdfLine, look: OdfLook) -> None:
        self._put(parent.text, line, look)
        for child in parent:
            if isinstance(child.tag, str):
                self._element(child, line, look)
            self._put(child.tail, line, look)

    def _element(self, child: Any, line: OdfLine, look: OdfLook) -> None:
        tag = child.tag
        if tag == TEXT + "span":
            self._inside(child, line, self.styles.look("text", _style(child), look))
        elif tag in _GAPS:
            count = child.get(TEXT + "c", "1")
            times = min(int(count), _MAX_SPACES) if count.isdecimal() and len(count) < 9 else 1
            line.add(_GAPS[tag] * (times if tag == TEXT + "s" else 1))
        elif tag == TEXT + "soft-page-break":
            line.breaks.append(line.length)
        elif tag == TEXT + "note":
            mark = "".join(child.find(TEXT + "note-citation").itertext()).strip()
            self._put(mark, line, look._replace(rise=1))
            line.notes.append((child, mark))
        elif tag == DRAW + "frame" and (formula := self.formula(child)):
            self._put(formula, line, look)
        elif tag.startswith(DRAW):
            line.boxes.append(child)
        elif tag in LEFT_OUT:
            self.comments += tag == OFFICE + "annotation"
        elif tag in (TEXT + "hidden-text", TEXT + "hidden-paragraph"):
            self.hidden = True
        elif child.get(LOEXT + "showing-place-holder") == "true" or tag == TEXT + "placeholder":
            self.placeholders += 1
        else:  # a link, a field with its result, a bookmark
            self._inside(child, line, look)

    def _put(self, words: str | None, line: OdfLine, look: OdfLook) -> None:
        if not words:
            return
        shown = _BLANK.sub(" ", words)
        unseen = look.hidden or (self.on_white and look.white and not look.ground)
        if unseen or look.struck:
            self.hidden |= unseen and not shown.isspace()
            self.struck |= look.struck and not shown.isspace()
            return
        if not line.parts[-1] or line.parts[-1][-1] in " \n":
            shown = shown.lstrip(" ")
        line.plain |= not look.bold and not shown.isspace() and bool(shown)
        if look.rise:
            shown = raised(shown, line.parts[-1]) if look.rise > 0 else lowered(shown)
        line.add(shown)


_GAPS = {TEXT + "s": " ", TEXT + "tab": "\t", TEXT + "line-break": "\n"}
LEFT_OUT = {OFFICE + "annotation", OFFICE + "annotation-end", TEXT + "ruby-text", TEXT + "number"}
LEFT_OUT |= {TEXT + "tracked-changes", OFFICE + "forms", TEXT + "note-body"}


def _style(element: Any) -> str:
    return str(element.get(TEXT + "style-name", ""))
