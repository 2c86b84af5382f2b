"""The fields of a form and what is filled in, put beside the printed words that name them."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rag.formats.pdf.layout.shapes import Rect
from rag.formats.pdf.lines import Fragment
from rag.formats.pdf.page import PageContent
from rag.formats.pdf.parts.choices import Choice, with_choices

_MOST = 2_000  # annotations of a page that are looked at
_MAX_VALUE = 100_000  # bytes of a field
_LEFT = 260.0  # points: how far left of a field its label may stand
_ABOVE = 16.0  # points between a label and the field below it
_INLINE = 8.0  # points: text that goes on so near behind a field makes it part of a sentence
_LEADERS = re.compile(r"[\s._…]*[._…]{3,}[\s._…]*$|[\s_…]+$")
_COMMENTS = ("TEXT", "HIGHLIGHT", "UNDERLINE", "SQUIGGLY", "STRIKEOUT", "CARET", "INK")
_SIZE = 10.0  # points: of text that is written onto a page as a note


@dataclass
class Widget:
    """A field of a form."""

    place: Rect
    name: str
    value: str


@dataclass
class Annotations:
    """What is laid over a page."""

    widgets: list[Widget] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    written: list[Fragment] = field(default_factory=list)  # text written onto the page
    comments: int = 0


def annotations_of(page: Any, form: Any, shown: PageContent) -> Annotations:
    """Collect the fields, the texts and the comments that are laid over a page.

    Args:
        page: a PdfPage.
        form: its PdfFormEnv, or None.
        shown: the page's content, which says how it is turned.
    """
    import pypdfium2.raw as pdfium

    found = Annotations()
    comments = {getattr(pdfium, f"FPDF_ANNOT_{name}") for name in _COMMENTS}
    for at in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MOST)):
        annotation = pdfium.FPDFPage_GetAnnot(page, at)
        if not annotation:
            continue
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        if kind == pdfium.FPDF_ANNOT_WIDGET and form is not None:
            _add_widget(found, annotation, form.raw, shown)
        elif kind in (pdfium.FPDF_ANNOT_FREETEXT, *comments):
            text = _string(
                lambda *room, a=annotation: pdfium.FPDFAnnot_GetStringValue(a, b"Contents", *room)
            )
            if text.strip() and kind in comments:
                found.comments += 1
            elif text.strip() and not _is_hidden(annotation):
                found.written += _written(text, _place(annotation, shown))
        pdfium.FPDFPage_CloseAnnot(annotation)
    return found


def _is_hidden(annotation: Any) -> bool:
    import pypdfium2.raw as pdfium

    flags = pdfium.FPDFAnnot_GetFlags(annotation)
    return bool(flags & (pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW))


def _written(text: str, place: Rect) -> list[Fragment]:
    lines = [line.strip() for line in re.split(r"[\r\n]+", text) if line.strip()]
    return [
        Fragment(line, place.x0, place.x1, place.y0 + (n + 1) * 1.2 * _SIZE, _SIZE)
        for n, line in enumerate(lines)
    ]


def _add_widget(found: Annotations, annotation: Any, form: Any, shown: PageContent) -> None:
    """Add a field that is filled in, or a box, ticked or not."""
    import pypdfium2.raw as pdfium

    kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
    boxes = pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON
    texts = (
        pdfium.FPDF_FORMFIELD_TEXTFIELD,
        pdfium.FPDF_FORMFIELD_COMBOBOX,
        pdfium.FPDF_FORMFIELD_LISTBOX,
    )
    if kind not in (*boxes, *texts) or _is_hidden(annotation):
        return

    def asked(function: Callable[..., int]) -> str:
        return _string(lambda *room: function(form, annotation, *room))

    hint = asked(pdfium.FPDFAnnot_GetFormFieldAlternateName).strip()
    group = asked(pdfium.FPDFAnnot_GetFormFieldName)
    name = hint or re.sub(r"[_.\[\]#]+", " ", group).strip()
    place = _place(annotation, shown)
    if kind in boxes:
        is_ticked = bool(pdfium.FPDFAnnot_IsChecked(form, annotation))
        found.choices.append(Choice(place, name, hint, group, is_ticked))
        return
    value = _chosen(form, annotation) or asked(pdfium.FPDFAnnot_GetFormFieldValue)
    found.widgets.append(Widget(place, name, " ".join(value.split())))


def _chosen(form: Any, annotation: Any) -> str:
    """Return the options that are chosen, as they are shown."""
    import pypdfium2.raw as pdfium

    count = min(pdfium.FPDFAnnot_GetOptionCount(form, annotation), _MOST)
    return ", ".join(
        _string(lambda *room, n=at: pdfium.FPDFAnnot_GetOptionLabel(form, annotation, n, *room))
        for at in range(count)
        if pdfium.FPDFAnnot_IsOptionSelected(form, annotation, at)
    )


def _place(annotation: Any, shown: PageContent) -> Rect:
    import pypdfium2.raw as pdfium

    rect = pdfium.FS_RECTF()
    pdfium.FPDFAnnot_GetRect(annotation, rect)
    return shown.place(rect.left, rect.bottom, rect.right, rect.top)


def _string(call: Callable[..., int]) -> str:
    """Return what a function of pdfium writes in UTF-16 into the room that it is given."""
    import pypdfium2.raw as pdfium

    size = min(call(None, 0), _MAX_VALUE)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    call(ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")


def with_values(fragments: Sequence[Fragment], over: Annotations) -> list[Fragment]:
    """Return the text of a page with what is filled in beside its labels."""
    found = with_choices(fragments, over.choices, [widget.place for widget in over.widgets])
    for widget in sorted(over.widgets, key=lambda each: (each.place.y0, each.place.x0)):
        if not widget.value or any(
            widget.value in each.text and widget.place.holds(each.x0 + 1, each.y - each.size / 4)
            for each in fragments
        ):
            continue  # it is empty, or the page shows it already
        _put_in(found, widget, over.widgets)
    return found


def _put_in(found: list[Fragment], widget: Widget, widgets: Sequence[Widget]) -> None:
    place, text = widget.place, widget.value
    label = _label(found, widget, widgets)
    size = label.size if label else _SIZE
    y = label.y if label else min(place.y1 - 0.25 * size, place.y0 + size)
    inline = [
        each
        for each in found
        if abs(each.y - y) < 0.3 * size and -2 <= each.x0 - place.x1 <= _INLINE and not each.kind
    ]
    if inline and not (label and label.text.rstrip().endswith(":")):
        found.append(Fragment(text, place.x0, place.x1, inline[0].y, size))
        return
    if label is None:
        named = f"{widget.name}: {text}" if widget.name else text
        found.append(Fragment(named, place.x0, place.x1, y, size, kind="field"))
        return
    words = _LEADERS.sub("", label.text).rstrip(" :")
    if label.kind:
        merged = f"{label.text} {text}"
    else:
        merged = f"{words} {text}" if words.endswith(("?", ".")) else f"{words}: {text}"
    x0, x1 = min(label.x0, place.x0), max(label.x1, place.x1)
    kind = label.kind or "field"
    found[found.index(label)] = replace(label, text=merged, x0=x0, x1=x1, kind=kind)


def _label(found: list[Fragment], widget: Widget, widgets: Sequence[Widget]) -> Fragment | None:
    """Return the printed words that name a field."""
    place = widget.place
    level = [
        each
        for each in found
        if place.y0 - 3 <= each.y - each.size / 3 <= place.y1 + 3 and each.text.strip(" .:_…")
    ]
    left = max(
        (each for each in level if each.x1 <= place.x0 + 4 and place.x0 - each.x1 <= _LEFT),
        key=lambda each: each.x1,
        default=None,
    )
    if left is not None and any(
        left.x1 <= other.place.x0 < place.x0 and abs(other.place.y0 - place.y0) < 6
        for other in widgets
        if other is not widget
    ):
        left = None  # it names the field that stands between
    if left is not None:
        return left
    above = [
        each
        for each in found
        if -2 <= place.y0 - each.y <= _ABOVE
        and each.x0 < place.x1
        and each.x1 > place.x0
        and abs(each.x0 - place.x0) < 40
        and not each.kind
    ]
    return max(above, key=lambda each: each.y, default=None)
