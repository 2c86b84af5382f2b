"""PDF files."""

from __future__ import annotations

import io

from rag.errors import DocumentError
from rag.formats.extracted import Extracted


def read_pdf(raw: bytes) -> Extracted:
    """Read the text of a PDF."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PdfReadError

    try:
        reader = PdfReader(io.BytesIO(raw))
        locked = reader.is_encrypted and not reader.decrypt("")
    except DependencyError as error:  # AES needs a package that is not required
        raise DocumentError("is encrypted; save it without encryption.") from error
    if locked:
        raise DocumentError("is locked with a password; save it without one.")
    try:
        pages = [page.extract_text() for page in reader.pages]
    except PdfReadError as error:
        raise DocumentError(f"is a broken PDF ({error}); export it again.") from error
    text = "\n\n".join(pages)
    if pages and not text.strip():
        raise DocumentError("is a PDF without a text layer; run OCR on it first.")
    info = reader.metadata
    found = {"title": info.title if info else None, "author": info.author if info else None}
    return Extracted(text, {key: value for key, value in found.items() if value})
