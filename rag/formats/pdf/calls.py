"""The functions of pdfium that are called for each character or each word, made fast.

They take plain addresses and keep the interpreter's lock, which takes half the time of the usual
way: the call itself is shorter than what Python does around it.
"""

from __future__ import annotations

import ctypes
from functools import lru_cache
from typing import Any

_ADDRESS, _NUMBER = ctypes.c_void_p, ctypes.c_int


class PdfiumCalls:
    """Functions of pdfium that take addresses: of a text page and a character, or of an object."""

    def __init__(self, pdfium: Any) -> None:
        def plain(function: Any, result: Any, *kinds: Any) -> Any:
            where = ctypes.cast(function, ctypes.c_void_p).value or 0
            return ctypes.PYFUNCTYPE(result, *kinds)(where)

        place = _ADDRESS, _NUMBER
        self.text_object = plain(pdfium.FPDFText_GetTextObject, _ADDRESS, *place)
        self.unicode = plain(pdfium.FPDFText_GetUnicode, ctypes.c_uint, *place)
        self.loose_box = plain(pdfium.FPDFText_GetLooseCharBox, _NUMBER, *place, _ADDRESS)
        self.has_error = plain(pdfium.FPDFText_HasUnicodeMapError, _NUMBER, *place)
        self.fill_color = plain(
            pdfium.FPDFText_GetFillColor, _NUMBER, *place, *(_ADDRESS for _ in range(4))
        )
        self.font = plain(pdfium.FPDFTextObj_GetFont, _ADDRESS, _ADDRESS)
        self.mode = plain(pdfium.FPDFTextObj_GetTextRenderMode, _NUMBER, _ADDRESS)


@lru_cache(maxsize=1)
def pdfium_calls() -> PdfiumCalls:
    """Return the functions, made once: that takes as long as reading some hundred characters."""
    import pypdfium2.raw as pdfium

    return PdfiumCalls(pdfium)
