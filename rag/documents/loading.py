"""One file to one :class:`Article`: read by its format, decode, name, date, mark.

Plain text keeps every character after the front matter. The other formats
yield the text that their library extracts, which is then stored and never
altered, so that offsets stay true.
"""

from __future__ import annotations

import hashlib
import io
import re
import stat
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from rag.documents.clutter import find_marks
from rag.documents.decoding import decode
from rag.documents.metadata import Metadata, guess, one_line, split_front_matter
from rag.errors import DocumentError
from rag.types import Article

Extracted = tuple[str, Metadata]

# trafilatura's names of what a page says about itself, and ours.
PAGE_FIELDS = {
    **{"title": "title", "author": "author", "sitename": "outlet", "date": "published"},
    **{"url": "url", "language": "language"},
}
PAGE_LANGUAGE = re.compile(rb"<html\b[^>]{0,500}?\blang=[\"']?([A-Za-z]{2,3})\b", re.IGNORECASE)
MAX_FIELD = 1_000  # characters of a title, an outlet, an author or an address
ID_LENGTH = 16  # hexadecimal digits: 64 bits, so that a million articles do not collide


def load(raw: bytes, name: str) -> Article:
    """Make an article of the bytes of one file.

    Args:
        raw: its bytes.
        name: its path relative to the corpus folder, with forward slashes; the
            ending says how to read it.

    Raises:
        DocumentError: the bytes cannot be read as the ending says; the message
            says why and what to do.
    """
    place = PurePosixPath(name)
    try:
        text, found = READERS[place.suffix.lower()](raw)
    except DocumentError:
        raise
    except RecursionError as error:
        raise DocumentError(
            "is nested too deep to be read; save it in a simpler form or take it away."
        ) from error
    except Exception as error:  # parsers of broken files raise whatever they like
        kind = place.suffix.lower().lstrip(".").upper()
        reason = one_line(str(error))[:200]
        raise DocumentError(
            f"cannot be read as {kind} ({reason}); repair the file or take it away."
        ) from error
    if not text.strip():
        raise DocumentError("holds no text; take it away or fill it.")
    text, found = _valid(text), {key: one_line(_valid(value)) for key, value in found.items()}
    found = {key: _bounded(key, value) for key, value in found.items() if value}
    meta = found | guess(text, place.stem, known=found)
    return Article(
        id=article_id(raw, name),
        path=name,
        text=text,
        sha256=hashlib.sha256(raw).hexdigest(),
        title=meta.pop("title", None) or one_line(place.stem) or "untitled",
        language=meta.pop("language", "").split("-")[0].lower() or "en",
        marks=tuple(find_marks(text)),
        **meta,
    )


def article_id(raw: bytes, name: str) -> str:
    """The id of the article that a file with these bytes holds, wherever the file lies.

    The same bytes read as another format are another text, and so another article.
    """
    ending = PurePosixPath(name).suffix.lower()
    return hashlib.sha256(READERS[ending].__name__.encode() + raw).hexdigest()[:ID_LENGTH]


def _bounded(key: str, value: str) -> str:
    """A field that is not longer than any has reason to be; half an address is none."""
    if len(value) <= MAX_FIELD:
        return value
    return "" if key == "url" else value[: MAX_FIELD - 1].rstrip() + "…"


def _valid(text: str) -> str:
    """The text without halves of characters, which PDF and YAML can hold and UTF-8 cannot."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def read_bytes(path: Path, *, max_bytes: int) -> bytes:
    """The bytes of a file that is neither too large nor unreadable.

    Args:
        path: the file.
        max_bytes: the largest size that is read, in bytes.

    Raises:
        DocumentError: it is one of these.
    """
    try:
        found = path.stat()
        size = found.st_size
        if not stat.S_ISREG(found.st_mode):  # a pipe would be waited for
            raise DocumentError("is no regular file; take it away.")
        if size > max_bytes:
            raise DocumentError(
                f"is {size / 1e6:.0f} MB, over the limit of {max_bytes / 1e6:.0f} MB; "
                "split the file or raise RAG_MAX_FILE_MB."
            )
        raw = path.read_bytes()
    except PermissionError as error:
        raise DocumentError("cannot be read for lack of permission; change its mode.") from error
    except OSError as error:
        raise DocumentError(f"cannot be read ({error.strerror}).") from error
    if not raw.strip():
        raise DocumentError("is empty; take it away or fill it.")
    return raw


def _read_text(raw: bytes) -> Extracted:
    meta, text = split_front_matter(decode(raw))
    return text, meta


def _read_markdown(raw: bytes) -> Extracted:
    from markdown_it import MarkdownIt

    meta, source = split_front_matter(decode(raw))
    blocks: list[str] = []
    heading = False
    row: list[str] | None = None
    for token in MarkdownIt("commonmark").enable("table").parse(source):
        if token.type == "heading_open":
            heading = token.tag == "h1"
        if token.type == "inline":
            words = "".join(
                _inline_text(child.type, child.content) for child in token.children or ()
            )
            (blocks if row is None else row).append(words)
            if heading and words.strip():
                meta.setdefault("title", words.strip())
            heading = False
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            blocks.append(" | ".join(row or ()))
            row = None
        elif token.type in ("fence", "code_block"):
            blocks.append(token.content.rstrip("\n"))
    return "\n\n".join(blocks), meta


def _inline_text(kind: str, content: str) -> str:
    if kind in ("softbreak", "hardbreak"):
        return "\n"
    return content if kind in ("text", "code_inline") else ""


def _read_html(raw: bytes) -> Extracted:
    import trafilatura

    page = trafilatura.bare_extraction(
        raw,
        with_metadata=True,
        include_comments=False,
        favor_recall=True,
        # No date that merely stands in the story or beside a copyright.
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    fields = page if isinstance(page, dict) else page.as_dict() if page else {}
    # Extraction gives up on pages of a line or two; their whole text is then the article.
    text = fields.get("text") or trafilatura.html2txt(raw)
    if not text:
        raise DocumentError("holds no article text; save the page again or take it away.")
    meta = {ours: fields[name] for name, ours in PAGE_FIELDS.items() if fields.get(name)}
    if "published" in meta:
        meta["published_basis"] = "stated: in the page"
    language = PAGE_LANGUAGE.search(raw)
    if language:
        meta.setdefault("language", language[1].decode("ascii"))
    return text, meta


def _read_pdf(raw: bytes) -> Extracted:
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
    return text, {key: value for key, value in found.items() if value}


def _read_docx(raw: bytes) -> Extracted:
    from rag.documents.word import read_blocks

    blocks, found = read_blocks(raw)
    return "\n\n".join(blocks), {key: value for key, value in found.items() if value}


READERS: dict[str, Callable[[bytes], Extracted]] = {
    ".txt": _read_text,
    ".md": _read_markdown,
    ".html": _read_html,
    ".htm": _read_html,
    ".pdf": _read_pdf,
    ".docx": _read_docx,
}
