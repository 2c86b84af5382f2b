"""Layers of a page that a person may switch off: which texts are on one, on or off."""

from __future__ import annotations

import ctypes
import re
import zlib
from typing import Any

_LAYERS = b"/OCProperties"  # in the catalog of a file that has layers
_PACKED = re.compile(rb"/ObjStm\b.{0,400}?\bstream\r?\n", re.DOTALL)  # where objects are packed
_MOST_BYTES = 4_000_000  # of unpacked objects that are looked through, and of one lot of them
_MOST_OBJECTS = 20_000  # of a page
_DEEPEST = 5  # forms in forms
_MARK = "OC"  # what belongs to a layer is marked with


def may_have_layers(raw: bytes) -> bool:
    """Return whether a file may have layers; one whose objects are encrypted may always."""
    if _LAYERS in raw or b"/Encrypt" in raw:
        return True
    left = _MOST_BYTES
    for packed in _PACKED.finditer(raw):
        if left <= 0:
            return True
        try:
            start = packed.end()
            objects = zlib.decompressobj().decompress(raw[start : start + left], left)
        except zlib.error:
            continue
        left -= len(objects)
        if _LAYERS in objects:
            return True
    return False


def texts_on_layers(page: Any) -> set[int]:
    """Return the addresses of the texts of a page that are on a layer, or in a form, maybe on one.

    Args:
        page: a page of pdfium.
    """
    import pypdfium2.raw as pdfium

    found: set[int] = set()
    left = _MOST_OBJECTS
    queue = [(page, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, 0)]
    while queue:
        holder, count, get, depth = queue.pop()
        for at in range(min(count(holder), left)):
            left -= 1
            made = get(holder, at)
            kind = pdfium.FPDFPageObj_GetType(made)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT and (depth or _is_marked(made)):
                found.add(ctypes.addressof(made.contents))
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
                forms = pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject
                queue.append((made, *forms, depth + 1))
    return found


def _is_marked(made: Any) -> bool:
    import pypdfium2.raw as pdfium

    name = ctypes.create_string_buffer(8)  # bytes: two letters of UTF-16 and their end
    size = ctypes.c_ulong()
    for at in range(pdfium.FPDFPageObj_CountMarks(made)):
        mark = pdfium.FPDFPageObj_GetMark(made, at)
        place = ctypes.cast(name, ctypes.POINTER(pdfium.FPDF_WCHAR))
        if (
            pdfium.FPDFPageObjMark_GetName(mark, place, len(name), size)
            and name.raw[: max(size.value - 2, 0)].decode("utf-16-le", "replace") == _MARK
        ):
            return True
    return False
