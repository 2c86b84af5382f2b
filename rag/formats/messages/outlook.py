"""Messages that Outlook has saved (.msg)."""

from __future__ import annotations

import io
import re
from datetime import datetime

from rag.errors import DocumentError
from rag.formats.extracted import Builder, Extracted
from rag.formats.messages.attachments import Attachments, bare_name, text_ending
from rag.formats.messages.body import ENCRYPTED, add_html_body, add_plain_body, only_points
from rag.formats.messages.headers import decoded, sent_on, utf8_page, words_of
from rag.formats.messages.store import OutlookStore, decompressed
from rag.text.dates import day_in_words

_MAX_NESTED = 5  # messages in messages
_NO_SUBJECT = "(no subject)"
_SUBJECT, _CLASS, _HEADERS = 0x0037, 0x001A, 0x007D
_SENDER, _SENT_FOR = 0x0C1A, 0x0042  # names of who sent it, and of whom it was sent for
_ADDRESSES = (0x5D01, 0x5D02, 0x0C1F, 0x0065)  # of the sender, those of the internet first
_SENT_AT, _CAME_AT = 0x0039, 0x0E06
_PLAIN, _HTML, _RICH = 0x1000, 0x1013, 0x1009
_RECIPIENT, _RECIPIENT_ADDRESSES, _RECIPIENT_KIND = 0x3001, (0x39FE, 0x3003), 0x0C15
_SHOWN_AS = {1: 0x0E04, 2: 0x0E03}  # To and Cc as Outlook shows them
_LONG_NAME, _SHORT_NAME, _ITEM_NAME = 0x3707, 0x3704, 0x3001
_DATA, _MIME, _CONTENT_ID, _HIDDEN = 0x3701, 0x370E, 0x3712, 0x7FFE
_PICTURES = re.compile(r".+\.(?:png|jpe?g|gif|bmp|emf|wmf)", re.IGNORECASE)
_STATED_DATE = re.compile(r"^Date:[ \t]*([^\r\n]{1,100})", re.IGNORECASE | re.MULTILINE)


def read_msg(raw: bytes) -> Extracted:
    """Read a message of Outlook.

    Raises:
        DocumentError: it is encrypted, or no message.
    """
    import olefile

    try:
        file = olefile.OleFileIO(io.BytesIO(raw))
    except OSError as error:
        raise DocumentError("is no Outlook message; save it from Outlook again.") from error
    with file:
        message = OutlookStore(file)
        if not message.text(_CLASS, _SUBJECT, _PLAIN):
            raise DocumentError("holds no message; save it from Outlook again.")
        letter = _OutlookLetter(Builder())
        letter.add(message)
        day = _day(message)
        return letter.extracted(message, day)


class _OutlookLetter:
    """Adds a message, and those that are attached to it, to a builder."""

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._attachments = Attachments(builder)

    def add(self, message: OutlookStore, *, speaker: str = "", depth: int = 0) -> None:
        """Add the header, the body and what is attached."""
        for name, value in (
            ("From", _sender(message)),
            ("To", _recipients(message, 1)),
            ("Cc", _recipients(message, 2)),
            ("Date", _date(message)),
            ("Subject", message.text(_SUBJECT)),
        ):
            if value.strip():
                self._builder.add(f"{name}: {' '.join(value.split())}", "field")
        kind = message.text(_CLASS).upper()
        if kind.endswith("SMIME.MULTIPARTSIGNED"):
            self._add_signed(message)
            return
        if "SMIME" in kind:
            raise DocumentError(ENCRYPTED.format(kind="S/MIME"))
        self._add_body(message, speaker)
        for attachment in message.attachments():
            self._add_attachment(attachment, depth)

    def extracted(self, message: OutlookStore, day: str) -> Extracted:
        """Return what was added, with what the message says about itself."""
        self._attachments.tell()
        author = message.text(_SENT_FOR, _SENDER, *_ADDRESSES)
        basis = "stated: in the message" if day else ""
        return self._builder.extracted(
            {
                **{"title": message.text(_SUBJECT), "author": author},
                **{"published": day, "published_basis": basis},
            }
        )

    def _add_signed(self, message: OutlookStore) -> None:
        """Add the message that lies, as it was sent, in the attachment of a signed one."""
        from rag.formats.messages.mail import read_eml

        for attachment in message.attachments():
            self._builder.extend(read_eml(attachment.binary(_DATA)))

    def _add_body(self, message: OutlookStore, speaker: str) -> None:
        plain = message.text(_PLAIN)
        page = message.binary(_HTML)
        text = decoded(page, message.encoding) if page else message.text(_HTML)
        markup = utf8_page(text)
        if text.strip() and (not plain or only_points(plain, markup)):
            add_html_body(self._builder, markup, speaker=speaker)
        elif plain:
            add_plain_body(self._builder, plain, speaker=speaker)
        else:
            self._add_rich(decompressed(message.binary(_RICH)))

    def _add_rich(self, raw: bytes) -> None:
        from rag.formats.word.rtf import read_rtf

        if raw.strip():
            self._builder.extend(read_rtf(raw))

    def _add_attachment(self, attachment: OutlookStore, depth: int) -> None:
        embedded = attachment.embedded()
        name = bare_name(attachment.text(_LONG_NAME, _SHORT_NAME, _ITEM_NAME))
        if embedded and depth < _MAX_NESTED:
            title = embedded.text(_SUBJECT) or name or _NO_SUBJECT
            self._builder.add(title, "heading", level=2)
            try:
                speaker = embedded.text(_SENT_FOR, _SENDER)
                self.add(embedded, speaker=speaker, depth=depth + 1)
            except DocumentError as error:
                self._builder.unread.append(f"holds a message that {error}".rstrip("."))
            return
        kind = attachment.text(_MIME).lower()
        shown_inside = attachment.number(_HIDDEN) or attachment.text(_CONTENT_ID)
        if shown_inside and (kind.startswith("image/") or _PICTURES.fullmatch(name)):
            return
        raw = attachment.binary(_DATA)
        if raw and text_ending(name, kind):
            self._attachments.read(name, kind, raw)
        else:
            self._attachments.leave(name, kind)


def _sender(message: OutlookStore) -> str:
    return _person(message.text(_SENT_FOR, _SENDER), message.text(*_ADDRESSES))


def _person(name: str, address: str) -> str:
    """Return a name with its address, if that is one of the internet and says more."""
    useful = "@" in address and address.lower() not in name.lower()
    return (f"{name} <{address}>" if name else address) if useful else name or address


def _recipients(message: OutlookStore, kind: int) -> str:
    """Return those that a message went to, as To (1) or Cc (2)."""
    people = [
        _person(one.text(_RECIPIENT), one.text(*_RECIPIENT_ADDRESSES))
        for one in message.recipients()
        if one.number(_RECIPIENT_KIND) == kind
    ]
    return "; ".join(filter(None, people)) or message.text(_SHOWN_AS[kind])


def _date(message: OutlookStore) -> str:
    """Return the date as the sender's program wrote it, else as Outlook keeps it, in UTC."""
    stated = _STATED_DATE.search(message.text(_HEADERS))
    if stated:
        return words_of(stated[1])
    when = _time(message)
    return f"{day_in_words(when.date())}, {when:%H:%M} UTC" if when else ""


def _day(message: OutlookStore) -> str:
    stated = _STATED_DATE.search(message.text(_HEADERS))
    day = sent_on(stated[1]) if stated else None
    when = _time(message)
    return day or (when.date().isoformat() if when else "")


def _time(message: OutlookStore) -> datetime | None:
    return message.time(_SENT_AT, _CAME_AT)
