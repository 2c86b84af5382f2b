"""Mail: a message, or a mailbox of them. Attachments are named, and read where they are text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message

from rag.errors import DocumentError
from rag.formats.extracted import Builder, Extracted, Metadata
from rag.formats.messages.attachments import Attachments, bare_name, text_ending
from rag.formats.messages.body import ENCRYPTED, add_html_body, add_plain_body, only_points
from rag.formats.messages.headers import (
    RawHeaders,
    decoded,
    header,
    sender_name,
    sent_on,
    utf8_page,
    words_of,
)

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_TELLING = (*_SHOWN, "Message-ID", "Received", "Content-Type")  # a message has one of these
_MAX_PARTS = 1_000  # of a message
_MAX_NESTED = 5  # messages in messages
_MAX_MESSAGES = 5_000  # of a mailbox
_NO_SUBJECT = "(no subject)"
_SIGNATURES = frozenset(
    ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
)
_SEALED = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))
_ENTRIES = ("text/calendar", "text/x-vcard", "text/vcard")  # beside a body, and no other form of it
# The line before each message of a mailbox: "From ida@example.org Tue Jan 14 09:12:00 2025".
_POSTMARK = re.compile(
    rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From \S+ [^\n]{0,80}\d{4}[^\n]{0,20}\n(?=[!-9;-~]{1,80}:)"
)
_ESCAPED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)


def read_eml(raw: bytes) -> Extracted:
    """Read a message.

    Raises:
        DocumentError: it is encrypted, or no message.
    """
    message = message_from_bytes(raw.lstrip(b"\xef\xbb\xbf\r\n\t "), policy=RawHeaders())
    if not any(message.get(name) for name in _TELLING):
        raise DocumentError("has no header of a message; save it from the mail program again.")
    letter = _Letter(Builder())
    letter.add(message)
    return letter.extracted({"title": header(message, "Subject"), **_sender_and_day(message)})


def read_mbox(raw: bytes) -> Extracted:
    """Read the messages of a mailbox, each under its subject."""
    places = [match.start() for match in _POSTMARK.finditer(raw)]
    if not places:
        raise DocumentError("has no messages; export it from the mail program again.")
    letter = _Letter(Builder())
    days, subjects = list[str](), list[str]()
    for start, end in zip(places, [*places[1:], len(raw)], strict=True):
        if len(subjects) == _MAX_MESSAGES:
            break
        one = _ESCAPED_FROM.sub(rb"\1", raw[start:end])
        message = message_from_bytes(one, policy=RawHeaders())
        subjects.append(header(message, "Subject") or _NO_SUBJECT)
        letter.add_below(message, depth=0)
        days.append(sent_on(str(message.get("Date", ""))) or "")
    more = len(places) - len(subjects)
    if more:
        letter.builder.unread.append(
            f"has {more:,} more messages than the {_MAX_MESSAGES:,} that are read; split it"
        )
    others = f" and {len(places) - 1:,} more" if len(places) > 1 else ""
    metadata = {"title": subjects[0] + others, "published": max(days)}
    return letter.extracted(metadata | {"published_basis": "stated: in the latest message"})


def _sender_and_day(message: Message) -> Metadata:
    day = sent_on(str(message.get("Date", ""))) or ""
    basis = "stated: in the message" if day else ""
    return {"author": sender_name(message), "published": day, "published_basis": basis}


class _Letter:
    """Adds a message, and those within it, to a builder; collects what is attached."""

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        self._attachments = Attachments(builder)
        self._parts = 0

    def add(self, message: Message, *, speaker: str = "", depth: int = 0) -> None:
        """Add the header and the body of a message."""
        for name in _SHOWN:
            words = header(message, name)
            if words:
                self.builder.add(f"{name}: {words}", "field")
        self._add_part(message, speaker, depth)

    def add_below(self, message: Message, depth: int) -> None:
        """Add a message under its subject; each paragraph says who wrote it."""
        self.builder.add(header(message, "Subject") or _NO_SUBJECT, "heading", level=2)
        try:
            self.add(message, speaker=sender_name(message), depth=depth)
        except DocumentError as error:
            self.builder.unread.append(f"holds a message that {error}".rstrip("."))

    def extracted(self, metadata: Metadata) -> Extracted:
        """Return all that was added, and name what was attached."""
        self._attachments.tell()
        return self.builder.extracted(metadata)

    def _add_part(self, part: Message, speaker: str, depth: int) -> None:
        self._parts += 1
        if self._parts > _MAX_PARTS:
            if self._parts == _MAX_PARTS + 1:
                self.builder.unread.append(f"has more than {_MAX_PARTS:,} parts; split it")
            return
        kind = part.get_content_type()
        if kind == "multipart/encrypted":
            raise DocumentError(ENCRYPTED.format(kind="PGP"))
        if kind in _SEALED:
            raise DocumentError(
                ENCRYPTED.format(kind="S/MIME, or signed so that it cannot be read")
            )
        if kind == "message/rfc822":
            self._add_nested(part, depth)
        elif kind == "message/delivery-status":
            for block in _children(part):
                for name, value in block.items():
                    self.builder.add(f"{name}: {words_of(str(value))}", "field")
        elif part.is_multipart():
            for child in _shown_children(part, kind):
                self._add_part(child, speaker, depth)
        elif kind.startswith("text/") and not _is_attached(part):
            self._add_text(part, kind, speaker)
        elif text_ending(_file_name(part), kind):
            self._read_attached(part, kind)
        elif kind not in _SIGNATURES and not _is_inline_picture(part, kind):
            self._attachments.leave(_file_name(part), kind)

    def _add_nested(self, part: Message, depth: int) -> None:
        for message in _children(part):
            if depth < _MAX_NESTED:
                self.add_below(message, depth + 1)
            else:
                self._attachments.leave(header(message, "Subject") or _NO_SUBJECT)

    def _add_text(self, part: Message, kind: str, speaker: str) -> None:
        if kind == "text/html":
            add_html_body(self.builder, _markup(part), speaker=speaker)
        elif kind in _ENTRIES:
            self._read_attached(part, kind)
        else:
            flowed = str(part.get_param("format", "")).lower() == "flowed"
            delsp = str(part.get_param("delsp", "")).lower() == "yes"
            text = decoded(_payload(part), part.get_content_charset())
            add_plain_body(self.builder, text, flowed=flowed, delsp=delsp, speaker=speaker)

    def _read_attached(self, part: Message, kind: str) -> None:
        """Add a text that is attached, in UTF-8 if its type says that it is a text."""
        raw = _payload(part)
        if kind == "text/html":
            raw = _markup(part)
        elif kind.startswith("text/"):
            raw = decoded(raw, part.get_content_charset()).encode("utf-8", "replace")
        self._attachments.read(_file_name(part), kind, raw)


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    children = payload if isinstance(payload, list) else []
    return [child for child in children if isinstance(child, Message)]


def _shown_children(part: Message, kind: str) -> Iterator[Message]:
    """Yield the parts of a part that a mail program shows."""
    children = _children(part)
    if kind == "multipart/signed":
        yield from children[:1]
    elif kind == "multipart/alternative":
        shown = _preferred(children)
        yield from (
            child for child in children if child is shown or child.get_content_type() in _ENTRIES
        )
    else:
        yield from children


def _preferred(children: list[Message]) -> Message | None:
    """Return the version in plain text, unless it only says that there is another."""
    plain = next((each for each in children if each.get_content_type() == "text/plain"), None)
    rich = next((each for each in reversed(children) if _html_in(each)), None)
    if plain is None or rich is None:
        return plain or rich or (children[-1] if children else None)
    page = _html_in(rich)
    text = decoded(_payload(plain), plain.get_content_charset())
    return rich if page and only_points(text, _markup(page)) else plain


def _html_in(part: Message) -> Message | None:
    """Return the HTML of a part, which may lie beside its pictures."""
    if part.get_content_type() == "text/html":
        return part
    related = part.get_content_type().startswith("multipart/")
    return next(filter(None, map(_html_in, _children(part))), None) if related else None


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _markup(part: Message) -> bytes:
    """Return the HTML of a part in UTF-8, decoded as the header of the part says."""
    return utf8_page(decoded(_payload(part), part.get_content_charset()))


def _file_name(part: Message) -> str:
    """Return the name of an attachment, without folders."""
    return bare_name(words_of(str(part.get_filename("") or "")))


def _is_attached(part: Message) -> bool:
    """Return whether a text is a file of its own and no part of the body."""
    return part.get_content_disposition() == "attachment" or bool(_file_name(part))


def _is_inline_picture(part: Message, kind: str) -> bool:
    inline = part.get_content_disposition() == "inline" or part.get("Content-ID")
    return kind.startswith("image/") and bool(inline)
