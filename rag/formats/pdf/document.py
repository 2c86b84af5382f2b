"""PDF files."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from rag.errors import DocumentError
from rag.formats import ocr
from rag.formats.defaults import person_author, person_title
from rag.formats.extracted import Builder, Extracted, Metadata
from rag.formats.pdf.findings import Findings
from rag.formats.pdf.glyphs.layers import may_have_layers
from rag.formats.pdf.layout.blocks import Assembler
from rag.formats.pdf.layout.columns import style_of
from rag.formats.pdf.layout.numbering import line_numbers
from rag.formats.pdf.layout.shapes import Rect
from rag.formats.pdf.layout.zones import Zone, zones_of
from rag.formats.pdf.lines import fragments_of, with_bullets
from rag.formats.pdf.page import PageContent, read_page
from rag.formats.pdf.parts.clutter import PageText, set_apart
from rag.formats.pdf.parts.forms import annotations_of, with_values
from rag.formats.pdf.parts.notes import with_note_marks
from rag.formats.pdf.words import Joiner

_MAX_PAGES = 20_000
_GARBLED = 0.15  # of its characters: a page with more of them unknown cannot be read
_FEW_LETTERS = 20  # on a page that is a picture: a stamp or a number, not its text
_PICTURE = 0.3  # of the page: a picture that large may be a scan
_DRAWN = 40  # boxes and lines on a page without text: letters drawn as shapes, perhaps
_DOTS = 300  # an inch: what scans are read at
_INCH = 72  # points
_WATERMARK_WORDS = 6
_OUTLINE_ENTRIES = 2_000


@dataclass
class _PdfPage:
    """A page as it was read."""

    text: PageText
    rules: list[Rect] = field(default_factory=list)
    boxes: list[Rect] = field(default_factory=list)
    turned: list[Zone] = field(default_factory=list)
    slanted: list[str] = field(default_factory=list)
    scanned: list[str] = field(default_factory=list)


def read_pdf(raw: bytes) -> Extracted:
    """Read the text of a PDF in the order in which a person reads it."""
    document = _opened(raw)
    try:
        return _Reader(document, may_have_layers=may_have_layers(raw)).read()
    finally:
        document.close()


def _opened(raw: bytes) -> Any:
    """Open a file, also one that is encrypted but needs no password to be read."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        reasons = {
            pdfium.FPDF_ERR_PASSWORD: "is locked with a password; save it without one.",
            pdfium.FPDF_ERR_SECURITY: "is encrypted in a way that cannot be read; save it without.",
        }
        reason = reasons.get(getattr(error, "err_code", None) or 0)
        raise DocumentError(reason or "is a broken PDF; export it again.") from error
    if not 0 < len(document) <= _MAX_PAGES:
        count = len(document)
        document.close()
        few = "is a PDF without pages; export it again."
        raise DocumentError(few if count <= 0 else f"has {count:,} pages, too many; split it.")
    return document


class _Reader:
    """Reads a file: first the text of each page, then what it makes together."""

    def __init__(self, document: Any, *, may_have_layers: bool) -> None:
        self._document = document
        self._may_have_layers = may_have_layers
        self._found = Findings()
        self._clock = ocr.Clock()

    def read(self) -> Extracted:
        """Return the whole document."""
        import pypdfium2.raw as pdfium

        kind = self._document.get_formtype()
        if kind:
            self._document.init_forms()
        self._found.has_dynamic_form = kind == pdfium.FORMTYPE_XFA_FULL
        pages = [self._read_page(number) for number in range(len(self._document))]
        texts = [page.text for page in pages]
        rough = style_of([text.fragments for text in texts], [])
        set_apart(texts, rough.size)
        for text in texts:
            text.fragments = with_note_marks(text.fragments, rough.size, text.height)
        zones = [zones_of(page.text.fragments, page.rules, page.boxes) for page in pages]
        style = style_of([text.fragments for text in texts], (z for page in zones for z in page))
        joiner = Joiner(each.text for text in texts for each in text.fragments)
        assembler = Assembler(style, joiner)
        for number, (page, parts) in enumerate(zip(pages, zones, strict=True)):
            assembler.add_clutter(page.text.head, number)
            assembler.add_zones(parts, number)
            assembler.add_texts(page.scanned, number)
            assembler.add_zones(page.turned, number)
            for line in page.slanted:
                if len(line.split()) <= _WATERMARK_WORDS:
                    assembler.add_clutter([(line, "watermark")], number)
                else:
                    assembler.add_texts([line], number)
            assembler.add_clutter(page.text.foot, number)
        builder = Builder()
        assembler.build(builder, len(pages), self._outline())
        self._found.attached = self._document.count_attachments()
        self._found.say(builder, len(pages))
        metadata = self._metadata()
        title = assembler.title()
        if "title" not in metadata and title:
            metadata["title"] = title
        extracted = builder.extracted(metadata)
        if not extracted.blocks:
            raise DocumentError(self._found.why_empty())
        return extracted

    def _read_page(self, number: int) -> _PdfPage:
        import pypdfium2

        try:
            page = self._document[number]
        except pypdfium2.PdfiumError:
            self._found.broken.append(number + 1)
            return _PdfPage(PageText([], 0.0, 0.0))
        try:
            text = page.get_textpage()
            shown = read_page(page, text, may_have_layers=self._may_have_layers)
            text.close()
            return self._understood(page, shown, number)
        except pypdfium2.PdfiumError:
            self._found.broken.append(number + 1)
            return _PdfPage(PageText([], 0.0, 0.0))
        finally:
            page.close()

    def _understood(self, page: Any, shown: PageContent, number: int) -> _PdfPage:
        """Return the text of a page, or of its picture where it has none."""
        found, at = self._found, number + 1
        walls = sorted(
            (r for r in shown.rules if r.y1 - r.y0 > 6 > r.x1 - r.x0), key=lambda r: r.x0
        )
        read = _PdfPage(PageText([], shown.width, shown.height), shown.rules, shown.boxes)
        letters = sum([not glyph.char.isspace() for glyph in shown.glyphs])
        letters += sum(map(len, shown.turned)) + sum(map(len, shown.slanted))
        over = annotations_of(page, self._document.formenv, shown)
        found.comments += over.comments
        if shown.garbled > _GARBLED * max(letters, 1):
            found.garbled.append(at)
            read.scanned = self._recognized(page, at)
            return read
        if shown.garbled:
            found.partly_garbled.append(at)
        if shown.hidden:
            found.hidden.append(at)
        if shown.struck:
            found.struck.append(at)
        if shown.is_cut:
            found.cut.append(at)
        drawn = len(shown.rules) + len(shown.boxes) > _DRAWN and not letters
        if letters < _FEW_LETTERS and (shown.picture_share >= _PICTURE or drawn):
            read.scanned = self._recognized(page, at)
            if read.scanned:
                return read
            if at not in found.by_ocr and at not in found.late:
                found.without_text.append(at)
        lines = with_bullets(fragments_of(shown.glyphs, walls), shown.dots)
        fragments = [*lines, *over.written]
        read.text.fragments = with_values(fragments, over)
        _set_line_numbers_apart(read.text)
        for glyphs in shown.turned:
            read.turned += zones_of(fragments_of(glyphs), [], [])
        read.slanted = shown.slanted
        return read

    def _recognized(self, page: Any, at: int) -> list[str]:
        """Return the paragraphs of a page by OCR; none where it is not installed."""
        if not ocr.is_installed():
            return []
        seconds = self._clock.left()
        found = ocr.recognize(_picture(page), seconds) if seconds > 0 else None
        if found is None:
            self._found.late.append(at)
            return []
        self._found.by_ocr[at] = found.confidence
        return found.paragraphs

    def _metadata(self) -> Metadata:
        import pypdfium2.raw as pdfium

        found: Metadata = {}
        for key, kept in (("title", person_title), ("author", person_author)):
            value = kept(self._document.get_metadata_value(key.capitalize()).replace("\0", ""))
            if value:
                found[key] = value
        language = _language(self._document, pdfium)
        return found | ({"language": language} if language else {})

    def _outline(self) -> dict[str, int]:
        """Return the entries of the file's own table of contents."""
        found: dict[str, int] = {}
        for entry in self._bookmarks():
            title = " ".join(entry.get_title().casefold().split())
            if title and len(found) < _OUTLINE_ENTRIES:
                found.setdefault(title, entry.level)
        return found

    def _bookmarks(self) -> Iterator[Any]:
        for number, entry in enumerate(self._document.get_toc(max_depth=6)):
            if number >= _OUTLINE_ENTRIES:
                return
            yield entry


def _set_line_numbers_apart(text: PageText) -> None:
    numbers = line_numbers(text.fragments)
    if numbers:
        gone = set(map(id, numbers))
        text.fragments = [each for each in text.fragments if id(each) not in gone]
        text.foot.append((" ".join(each.text for each in numbers), "line numbers"))


def _picture(page: Any) -> bytes:
    """Return a page as a grey picture in the simplest format there is."""
    width, height = page.get_size()
    scale = min(_DOTS / _INCH, math.sqrt(ocr.MAX_PIXELS / max(width * height, 1.0)))
    bitmap = page.render(scale=scale, grayscale=True)
    try:
        line, wide, high = bitmap.stride, bitmap.width, bitmap.height
        pixels = bytes(bitmap.buffer)
    finally:
        bitmap.close()
    if line != wide:
        pixels = b"".join(pixels[at * line : at * line + wide] for at in range(high))
    return b"P5\n%d %d\n255\n%b" % (wide, high, pixels)


def _language(document: Any, pdfium: Any) -> str:
    """Return the language that a file says it is in, such as "de"."""
    ask = getattr(pdfium, "FPDFCatalog_GetLanguage", None)
    if ask is None:
        return ""
    import ctypes

    buffer = ctypes.create_string_buffer(64)
    size = ask(document, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), 64)
    text = buffer.raw[: max(min(size, 64) - 2, 0)].decode("utf-16-le", "replace")
    return text if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*", text) else ""
