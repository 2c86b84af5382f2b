"""Web pages that a browser saved as one file (MHTML)."""

from __future__ import annotations

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from itertools import islice

from rag.errors import DocumentError
from rag.formats.extracted import Extracted
from rag.formats.plain import read_text
from rag.formats.web.html import read_page
from rag.text.written_dates import read_date, written_dates

_HEAD = 2_000  # characters in which the first lines are looked for
_HEAD_LINES = 8
_MAX_LINE = 120  # characters; a longer line is a sentence of the story
_SAVED = "inferred: from when the page was saved"


def read_mhtml(raw: bytes) -> Extracted:
    """Read the page of a web archive, without those that it frames."""
    if raw.lstrip()[:1] == b"<":
        return read_page(raw)  # saved as HTML, and called an archive
    message = BytesParser(policy=policy.default).parsebytes(raw.lstrip())
    part = _page(message) if "Content-Type" in message else None
    if part is None:
        raise DocumentError("holds no web page; save the page again, as HTML.")
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        raise DocumentError("holds no web page; save the page again, as HTML.")
    if part.get_content_type() == "text/plain":
        found = read_text(content)
    else:
        found = read_page(content, _charset(part), _sheets(message, part))
    about = _about(message)
    if "published" in found.metadata or _dates_itself(found.text):
        about = {"title": about.get("title", "")}
    return found._replace(metadata=about | found.metadata | _place(message, part))


def _page(message: EmailMessage) -> EmailMessage | None:
    """Return the part that is the page: the one that is said to be the root, else the first."""
    start = message.get_param("start")
    pages = []
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            if isinstance(start, str) and part.get("Content-ID", "").strip() == start.strip():
                return part
            pages.append(part)
    pages += [part for part in message.walk() if part.get_content_type() == "text/plain"]
    return pages[0] if pages else None


def _sheets(message: EmailMessage, page: EmailMessage) -> dict[str, str]:
    """Return the style sheets of an archive by the addresses that its page has for them."""
    base = "".join(str(page.get("Content-Location", "")).split())
    sheets: dict[str, str] = {}
    for part in message.walk():
        content = part.get_payload(decode=True)
        address = "".join(str(part.get("Content-Location", "")).split())
        if part.get_content_type() == "text/css" and isinstance(content, bytes) and address:
            text = content.decode(_charset(part) or "utf-8", "replace")
            relative = address.removeprefix(base.rpartition("/")[0] + "/")
            sheets |= {address: text, relative: text}
    return sheets


def _charset(part: EmailMessage) -> str | None:
    charset = part.get_content_charset()
    return charset if charset and charset.isascii() else None


def _dates_itself(text: str) -> bool:
    """Return whether the first lines of a page have a date, which may be that of its writing."""
    lines = filter(None, map(str.strip, text[:_HEAD].splitlines()))
    short = [line for line in islice(lines, _HEAD_LINES) if len(line) <= _MAX_LINE]
    return any(written.day for line in short for written in written_dates(line))


def _place(message: EmailMessage, part: EmailMessage) -> dict[str, str]:
    """Return the address that the page was saved from."""
    for shown in (
        message.get("Snapshot-Content-Location"),
        part.get("Content-Location"),
        message.get("Content-Location"),
    ):
        address = "".join(str(shown or "").split())
        if address.startswith(("http://", "https://")):
            return {"url": address}
    return {}


def _about(message: EmailMessage) -> dict[str, str]:
    """Return what the archive says of a page that says nothing: its title, when it was saved."""
    subject = " ".join(str(message.get("Subject", "")).split())
    saved = read_date(str(message.get("Date", "")))[0]
    dated = {"published": saved, "published_basis": _SAVED} if saved else {}
    return {"title": subject} | dated
