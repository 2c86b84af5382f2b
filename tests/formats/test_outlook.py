"""Messages that Outlook saved are read like those of other programs."""

from __future__ import annotations

import struct
from contextlib import suppress
from typing import Any

import pytest

from rag.documents.loading import load
from rag.errors import DocumentError
from rag.formats.extracted import Extracted
from rag.formats.messages.outlook import read_msg
from rag.formats.messages.store import decompressed
from tests.formats.compound import compound

# The example of MS-OXRTFCP 3.1.
RTF = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232"
    "0af32068656c090020627705b06c647d0a800fa0"
)
SENT = 133_813_303_200_000_000  # 14 January 2025, 12:12, in tenths of microseconds since 1601


def message(
    header: int = 32,
    fixed: dict[int, tuple[int, int]] | None = None,
    storages: dict[str, Any] | None = None,
    **texts: str | bytes,
) -> dict[str, Any]:
    """The tree of a message: texts by the number of the property, ``p0037="Subject"``."""
    rows = [
        struct.pack("<HHLQ", kind, number, 6, value)
        for number, (kind, value) in (fixed or {}).items()
    ]
    tree: dict[str, Any] = {"__properties_version1.0": b"\0" * header + b"".join(rows)}
    for name, value in texts.items():
        kind = "001F" if isinstance(value, str) else "0102"
        raw = value.encode("utf-16-le") if isinstance(value, str) else value
        tree[f"__substg1.0_{name[1:].upper()}{kind}"] = raw
    return tree | (storages or {})


def person(name: str, address: str, kind: int) -> dict[str, Any]:
    return message(8, {0x0C15: (3, kind)}, p3001=name, p39fe=address)


MAIL = message(
    fixed={0x0039: (0x40, SENT)},
    storages={
        "__recip_version1.0_#00000000": person("Ole Brandt", "ole@example.org", 1),
        "__recip_version1.0_#00000001": person("eva@example.org", "eva@example.org", 2),
        "__attach_version1.0_#00000000": message(8, p3707="Plän.pdf", p3701=b"%PDF"),
        "__attach_version1.0_#00000001": message(8, p3707="coats.txt", p3701=b"Coats are blue."),
        "__attach_version1.0_#00000002": message(8, p3707="logo.png", p3712="a@b", p3701=b"PNG"),
    },
    p001a="IPM.Note",
    p0037="Fire drill",
    p0c1a="Ida Rühl",
    p0c1f="/O=X/CN=IDA",
    p5d01="ida@example.org",
    p1000="The drill is at ten.\r\n\r\nFrom: Runa Eide\r\nSent: Monday\r\nSubject: D\r\n\r\nWhen?",
)


def shown(found: Extracted) -> list[tuple[str, str, str]]:
    return [(b.kind, b.label, found.text[b.start : b.end]) for b in found.blocks]


def test_a_message() -> None:
    """Header, body and attachments are read as those of any mail."""
    found = read_msg(compound(MAIL))
    assert shown(found) == [
        ("field", "", "From: Ida Rühl <ida@example.org>"),
        ("field", "", "To: Ole Brandt <ole@example.org>"),
        ("field", "", "Cc: eva@example.org"),
        ("field", "", "Date: Tuesday, 14 January 2025, 12:12 UTC"),
        ("field", "", "Subject: Fire drill"),
        ("text", "", "The drill is at ten."),
        ("field", "", "From: Runa Eide"),
        ("field", "", "Sent: Monday"),
        ("field", "", "Subject: D"),
        ("turn", "Runa Eide", "When?"),
        ("heading", "", "coats.txt"),
        ("text", "", "Coats are blue."),
    ]
    assert found.unread == (
        "has an attachment that was not read: Plän.pdf; save it into the folder",
    )
    article = load(compound(MAIL), "drill.msg")
    assert (article.title, article.author) == ("Fire drill", "Ida Rühl")
    assert (article.published, article.published_basis) == ("2025-01-14", "stated: in the message")


def test_the_date_is_the_senders() -> None:
    """Where the header from the internet is kept, its date counts, in the sender's zone."""
    head = "Received: x\r\nDate: Wed, 15 Jan 2025 07:12:00 +0800\r\nFrom: a@b\r\n"
    found = read_msg(compound(MAIL | message(fixed={0x0039: (0x40, SENT)}, p007d=head)))
    assert "Date: Wed, 15 Jan 2025 07:12:00 +0800" in found.text
    assert found.metadata["published"] == "2025-01-15"


def test_eight_bit_texts() -> None:
    """A message in the code page of its time is decoded by it."""
    tree = message(fixed={0x3FFD: (3, 1251)}, p001a="IPM.Note")
    tree["__substg1.0_1000001E"] = "Привет всем".encode("cp1251")
    assert read_msg(compound(tree)).text == "Привет всем"


def test_bodies_in_html_and_rtf() -> None:
    """Without a plain body the one in HTML is read, and without that the one in RTF."""
    page = "<html><body><p>Die Übung beginnt um zehn Uhr im Hof des Depots.</p></body></html>"
    tree = message(fixed={0x3FDE: (3, 28591)}, p0037="Drill", p1013=page.encode("latin-1"))
    assert "Die Übung beginnt" in read_msg(compound(tree)).text
    assert decompressed(RTF) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert read_msg(compound(message(p0037="Drill", p1009=RTF))).text.endswith("hello world")


def test_compressed_texts_longer_than_the_window() -> None:
    """A reference of a compressed body looks back into a window of 4,096 bytes."""
    text = bytes(65 + at * 7 % 26 + at // 26 % 6 for at in range(4_992))
    packed = b"".join(b"\0" + text[at : at + 8] for at in range(0, len(text), 8))
    back = (207 + len(text) - 100) % 4_096  # where in the window what was 100 bytes ago is
    packed += b"\1" + struct.pack(">H", back << 4 | 10)
    size = len(text) + 12
    raw = struct.pack("<LL4sL", len(packed) + 12, size, b"LZFu", 0) + packed
    assert decompressed(raw) == text + text[-100:-88]


def test_messages_in_messages() -> None:
    """An attached message stands under its subject, and its words are its sender's."""
    inner = message(24, p0037="Hall", p0c1a="Runa Eide", p1000="Can we get the hall?")
    attached = message(8, {0x3705: (3, 5)}, {"__substg1.0_3701000D": inner}, p3001="Hall")
    tree = message(storages={"__attach_version1.0_#00000000": attached}, p1000="See below.")
    assert shown(read_msg(compound(tree))) == [
        ("text", "", "See below."),
        ("heading", "", "Hall"),
        ("field", "", "From: Runa Eide"),
        ("field", "", "Subject: Hall"),
        ("turn", "Runa Eide", "Can we get the hall?"),
    ]


def test_signed_and_encrypted_messages() -> None:
    """Of a signed message the text is read; an encrypted one says what to do."""
    mime = (
        b"Content-Type: multipart/signed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n"
        b"At ten.\r\n--x\r\nContent-Type: application/pkcs7-signature\r\n\r\nabc\r\n--x--\r\n"
    )
    inside = {"__attach_version1.0_#00000000": message(8, p3707="smime.p7m", p3701=mime)}
    kind = "IPM.Note.SMIME"
    signed = message(storages=inside, p001a=f"{kind}.MultipartSigned", p0037="Drill")
    assert read_msg(compound(signed)).text == "Subject: Drill\n\nAt ten."
    with pytest.raises(DocumentError, match="is encrypted"):
        read_msg(compound(message(storages=inside, p001a=kind, p0037="Drill")))


@pytest.mark.parametrize("raw", [b"Just words.", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", compound({})])
def test_what_is_no_message(raw: bytes) -> None:
    """Other files, and compound files of other programs, are an error that says so."""
    with pytest.raises(DocumentError, match="message"):
        load(raw, "a.msg")


def test_damaged_files_end() -> None:
    """Whatever is wrong with a file, there is an answer or a DocumentError."""
    raw = compound(MAIL)
    for at in range(0, len(raw), 61):
        damaged = raw[:at] + b"\xff\xff\x7f" + raw[at + 3 :]
        for one in (damaged, raw[:at]):
            with suppress(DocumentError):
                load(one, "a.msg")
    for at in range(len(RTF)):
        decompressed(RTF[:at])
        decompressed(RTF[:at] + b"\xff" + RTF[at + 1 :])
