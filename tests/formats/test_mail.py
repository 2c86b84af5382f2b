"""Messages are read as a mail program shows them, and say who wrote what."""

from __future__ import annotations

import base64
from email.message import EmailMessage

import pytest

from rag.documents.loading import load
from rag.errors import DocumentError
from rag.formats.extracted import Extracted
from rag.formats.messages.mail import read_eml, read_mbox

HEAD = (
    "From: =?utf-8?q?Ida_R=C3=BChl?= <ida@example.org>\r\n"
    "To: board@example.org\r\nDate: Tue, 14 Jan 2025 23:12:00 -0800\r\nSubject: Fire drill\r\n"
)


def eml(body: str, headers: str = "Content-Type: text/plain; charset=utf-8\r\n") -> bytes:
    return f"{HEAD}{headers}\r\n{body}".encode()


def parts(found: Extracted) -> list[tuple[str, str, str]]:
    """The kind, the label and the words of each block behind the header."""
    shown = [(b.kind, b.label, found.text[b.start : b.end]) for b in found.blocks]
    return [part for part in shown if not (part[0] == "field" and part[2][:3] in FIELDS)]


FIELDS = ("Fro", "To:", "Cc:", "Dat", "Sub")


def body(text: str, headers: str = "Content-Type: text/plain; charset=utf-8\r\n") -> list[str]:
    return [words for _, _, words in parts(read_eml(eml(text, headers)))]


def test_the_header_is_shown_and_used() -> None:
    """The header stands above the body; it gives title, author, and the day where it was sent."""
    found = read_eml(eml("The drill is at ten.\r\n"))
    assert found.text == (
        "From: Ida Rühl <ida@example.org>\nTo: board@example.org\n"
        "Date: Tue, 14 Jan 2025 23:12:00 -0800\nSubject: Fire drill\n\nThe drill is at ten."
    )
    assert [b.kind for b in found.blocks] == ["field"] * 4 + ["text"]
    assert found.metadata == {
        "title": "Fire drill",
        "author": "Ida Rühl",
        "published": "2025-01-14",
        "published_basis": "stated: in the message",
    }


def test_an_ending_finds_its_reader() -> None:
    """A message and a mailbox in the folder become articles."""
    assert load(eml("The drill is at ten."), "mail.EML").title == "Fire drill"
    assert (
        "at ten"
        in load(b"From a@b Tue Jan 14 09:12:00 2025\n" + eml("At ten."), "a.mbox").text.lower()
    )


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        (b"=?utf-8?B?R3LDvMOfZQ==?= =?utf-8?q?_aus?=\r\n =?UTF-8?Q?_K=C3?= =?utf-8?q?=B6ln?=",
         "Grüße aus Köln"),
        (b"=?iso-8859-1?q?5_=80_f=FCr_alle?=", "5 € für alle"),
        (b"=?nonsense?q?K=C3=B6ln?=", "Köln"),
        (b"=?utf-8?b?R3LDvMOfZQ?=", "Grüße"),
        ("Grüße".encode(), "Grüße"),
        ("Grüße aus Köln und Umgebung".encode("latin-1"), "Grüße aus Köln und Umgebung"),
        (b"=?utf-8?q?broken", "=?utf-8?q?broken"),
        (b"a folded\r\n\tsubject", "a folded subject"),
    ],
)  # fmt: skip
def test_words_of_a_header(raw: bytes, title: str) -> None:
    """A header is decoded whatever a program has made of it."""
    assert read_eml(b"Subject: " + raw + b"\r\n\r\nText.").metadata["title"] == title


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ('"Ruhl, Ida" <ida@example.org>', "Ruhl, Ida"),
        ("ida@example.org", "ida@example.org"),
        ("<ida@example.org>", "ida@example.org"),
        ("=?utf-8?q?Ruhl=2C_Ida?= <ida@example.org>", "Ruhl, Ida"),
        ("Ida Ruhl", "Ida Ruhl"),
        ("ida@example.org (Ida Ruhl)", "Ida Ruhl"),
        ("Ida Ruhl <ida@example.org>, Ole <ole@example.org>", "Ida Ruhl"),
        ("Ida <<a@@", "Ida"),
    ],
)
def test_senders(sender: str, name: str) -> None:
    """The author is the sender's name, else the address."""
    assert read_eml(f"From: {sender}\n\nText.".encode()).metadata["author"] == name


@pytest.mark.parametrize(
    "stated", ["", "yesterday", "Tue, 99 Jan 2025 10:00", "1 Jan 1904 00:00:00"]
)
def test_dates_that_are_none(stated: str) -> None:
    """A date that cannot be is left out."""
    assert not read_eml(f"From: a@b\nDate: {stated}\n\nText.".encode()).metadata["published"]


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        *(("utf-8", "utf-8"), ("iso-8859-1", "cp1252"), ("us-ascii", "utf-8"), ("utf-8", "cp1252")),
        *(("nonsense", "utf-8"), ("base64", "utf-8"), ("unknown-8bit", "cp1252"), ("", "utf-8")),
        ("koi8-r", "koi8-r"),
    ],
)
def test_encodings(charset: str, encoding: str) -> None:
    """A body is decoded as stated, or, where that is wrong, by what it looks like."""
    words = (
        "Привет всем, как дела?"
        if encoding == "koi8-r"
        else "Größe für alle: 5 Meter – über alles."
    )
    typed = f"Content-Type: text/plain; charset={charset}\n" if charset else ""
    raw = f"From: a@b\n{typed}Content-Transfer-Encoding: 8bit\n\n".encode() + words.encode(encoding)
    assert read_eml(raw).text.endswith(words)


def test_lines_that_were_folded_for_the_way() -> None:
    """Soft line breaks of quoted-printable and base64 leave no trace."""
    typed = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
    soft = "The drill takes pl=\r\nace at the K=C3=B6ln dep=\r\not."
    assert body(soft, f"{typed}quoted-printable\r\n") == [
        "The drill takes place at the Köln depot."
    ]
    packed = base64.encodebytes("The drill is at ten in Köln. ".encode() * 9).decode()
    assert body(packed, f"{typed}base64\r\n") == [("The drill is at ten in Köln. " * 9).strip()]


def test_flowed_text() -> None:
    """Lines of a flowed text that end in a space go on; quoted ones by their depth."""
    typed = "Content-Type: text/plain; charset=utf-8; format=flowed{}\r\n"
    text = (
        "The drill is \r\nat ten.\r\nSharp.\r\n> All of \r\n> it?\r\n From here\r\n"
        "-- \r\nIda\r\nRuhl\r\n"
    )
    assert body(text, typed.format("")) == [
        "The drill is at ten.\nSharp.",
        "All of it?",
        "From here",
        "Ida\nRuhl",
    ]
    assert body("外国 \r\n人 \r\nです。\r\n", typed.format("; delsp=yes")) == ["外国人です。"]


def test_wrapped_lines_are_joined() -> None:
    """Lines that a program wrapped are one paragraph's; short ones keep their breaks."""
    text = (
        "The fire drill takes place on the third of February, in the yard of the\n"
        "Alder depot, at ten. Everybody who works there takes part, whoever has\n"
        "visitors brings them along to the yard, and nobody uses the lift, which\n"
        "will be out of order.\n\nBest wishes\nIda\nTel. 0170 1234\n"
    )
    first, second = body(text)
    assert "\n" not in first and "yard of the Alder depot" in first
    assert second == "Best wishes\nIda\nTel. 0170 1234"


def test_lists() -> None:
    """Entries of a list are items that hang on the line above; marks go, numbers stay."""
    found = read_eml(
        eml("Please bring:\n- a coat\n- your badge,\n  if you have one\n\n1. Leave.\n2. Wait.\n")
    )
    assert parts(found) == [
        ("text", "", "Please bring:"),
        ("item", "Please bring:", "a coat"),
        ("item", "Please bring:", "your badge,\nif you have one"),
        ("item", "", "1. Leave."),
        ("item", "", "2. Wait."),
    ]


def alternative(plain: str, page: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Subject"] = "Ida <ida@example.org>", "Drill"
    message.set_content(plain)
    message.add_alternative(page, subtype="html")
    return message


def test_plain_text_is_preferred() -> None:
    """Of two versions the plain one is read, unless it only says that there is another."""
    page = "<html><body><p>The drill takes place at ten in the yard of the depot.</p></body></html>"
    both = alternative("The drill takes place at ten.", page)
    assert "depot" not in read_eml(both.as_bytes()).text
    empty = alternative("View in a browser.", page + "<p>Everybody takes part in it.</p>" * 4)
    assert "yard of the depot" in read_eml(empty.as_bytes()).text


def test_attachments_are_named_or_read() -> None:
    """Attachments are named with what to do; texts and messages among them are read."""
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "Runa Eide <runa@example.org>", "Hall"
    inner.set_content("Can we get the hall?")
    inner.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="hall.pdf")
    message = EmailMessage()
    message["From"], message["Subject"] = "Ida <ida@example.org>", "Drill"
    message.set_content("See below.")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="Plän.pdf")
    message.add_attachment("Coats are blue.", filename="coats.txt")
    message.add_attachment(inner)
    message.add_attachment(b"GIF", maintype="image", subtype="gif", cid="<a>", disposition="inline")
    found = read_eml(message.as_bytes())
    assert found.unread == (
        "has 2 attachments that were not read: Plän.pdf, hall.pdf; save them into the folder",
    )
    assert parts(found) == [
        ("text", "", "See below."),
        ("heading", "", "coats.txt"),
        ("text", "", "Coats are blue."),
        ("heading", "", "Hall"),
        ("turn", "Runa Eide", "Can we get the hall?"),
    ]


def test_signed_and_encrypted() -> None:
    """Of a signed message the text is read; an encrypted one says what to do."""
    signed = (
        "Content-Type: multipart/signed; boundary=x\r\n\r\n"
        "--x\r\nContent-Type: text/plain\r\n\r\nAt ten.\r\n"
        "--x\r\nContent-Type: application/pgp-signature; name=s.asc\r\n\r\nabc\r\n--x--\r\n"
    )
    found = read_eml(f"{HEAD}{signed}".encode())
    assert (parts(found), found.unread) == ([("text", "", "At ten.")], ())
    inline = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nAt ten.\n\n- - a coat\n"
        "-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n"
    )
    assert body(inline) == ["At ten.", "- a coat"]
    for headers, text in (
        ("Content-Type: multipart/encrypted; boundary=x\r\n", "--x--"),
        ("Content-Type: application/pkcs7-mime; name=smime.p7m\r\n", "abc"),
        ("", "-----BEGIN PGP MESSAGE-----\n\nabc\n"),
    ):
        with pytest.raises(DocumentError, match=r"is encrypted .*; save it decrypted"):
            read_eml(eml(text, headers))


def test_a_mailbox() -> None:
    """Each message stands under its subject, its paragraphs are turns of its sender."""
    one = (
        "From a@b Tue Jan 14 09:12:00 2025\r\n" + eml("At ten.\r\n\r\n>From here on.\r\n").decode()
    )
    two = (
        "From - Wed Jan 15 09:12:00 2025\r\nFrom: Ole\r\n"
        "Date: Wed, 15 Jan 2025 09:12:00 +0100\r\n\r\nFrom now on.\r\n"
    )
    sealed = (
        "From - Wed Jan 15 09:12:00 2025\r\nFrom: Eva\r\nContent-Type: multipart/encrypted\r\n\r\n"
    )
    found = read_mbox(f"{one}\r\n{two}\r\n{sealed}".encode())
    assert parts(found) == [
        ("heading", "", "Fire drill"),
        ("turn", "Ida Rühl", "At ten."),
        ("turn", "Ida Rühl", "From here on."),
        ("heading", "", "(no subject)"),
        ("turn", "Ole", "From now on."),
        ("heading", "", "(no subject)"),
    ]
    assert found.metadata["published"] == "2025-01-15"
    assert found.metadata["title"] == "Fire drill and 2 more"
    assert len(found.unread) == 1 and "encrypted" in found.unread[0]


@pytest.mark.parametrize("raw", [b"Just words.", b"\0\1\2", b"A: b\n\nwords", b":\n:\n"])
def test_what_is_no_message(raw: bytes) -> None:
    """A file without the header of a message is an error that says so."""
    for read, says in ((read_eml, "no header of a message"), (read_mbox, "has no messages")):
        with pytest.raises(DocumentError, match=says):
            read(raw)


def test_hostile_messages_end() -> None:
    """Nesting, endless headers and parts without end cost an error or are cut off."""
    nested = b"".join(b"Content-Type: message/rfc822\nSubject: %d\n\n" % at for at in range(60))
    assert "Subject: 5" in read_eml(nested + b"Text.").text
    many = b"".join(b"--x\nContent-Type: text/plain\n\nPart.\n" for _ in range(3_000))
    found = read_eml(b"From: a@b\nContent-Type: multipart/mixed; boundary=x\n\n" + many + b"--x--")
    assert found.unread == ("has more than 1,000 parts; split it",)
    head = b"From: " + b"(" * 100_000 + b"\nSubject: " + b"=?utf-8?q?" * 50_000
    assert read_eml(head + b"\n\nText.").text.endswith("\n\nText.")
    quoted = b">" * 200_000 + b"\n" + b"> " * 100_000 + b"\nx:" * 50_000
    assert read_eml(b"From: a@b\n\n" + quoted + b"\n\nText.").text.endswith("\n\nText.")
    boundaries = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(3_000)
    )
    with pytest.raises(DocumentError, match="nested too deep"):
        load(b"From: a@b\n" + boundaries, "deep.eml")
