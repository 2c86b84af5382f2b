"""Hostile texts: bytes of no or of several encodings, one thing without end, pages and trees."""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Iterator

from tests.campaigns.documents.archives import ENTITY, LAUGHTER, PARAMETER
from tests.campaigns.documents.hostile import SECRET_FILE, Hostile

STORY = "The gnu Gwendolyn was born in the zoo of Larnmouth in 2015."
RAW = f"{STORY} ".encode()
PARTS = {  # what a line, or a text, may be made of without end
    "letters": "a",
    "words": "word ",
    "quotation marks": '"',
    "opened quotes": "“",
    "brackets": "(",
    "square brackets": "[",
    "full stops": ".",
    "digits": "1",
    "sentences": "A word. ",
    "initials": "A. ",
    "short lines": "a\n",
    "blank lines": "\n",
    "blanks": " ",
    "accents": "\u0301",
    "joiners": "\u200d",
    "directions": "\u202e",
    "replacements": "\ufffd",
    "feet of the page": "\f",
    "wide blanks": "\u3000",
    "dates": "On 3 May 2021 it was. ",
}
MARKDOWN = {
    "headings": "# a\n",
    "quotes in quotes": "> ",
    "lists in lists": "- ",
    "brackets": "[",
    "pictures": "![",
    "links that never end": "[a](",
    "addresses that never end": "[a](<b",
    "definitions": "[a]: b\n",
    "stars": "*a ",
    "stars and lines": "**a _b ",
    "tags": "<a ",
    "comments": "<!-- ",
    "entities": "&a",
    "backslashes": "\\",
    "bars": "|",
    "list items": "1. a\n",
    "rules": "---\n",
    "columns": "|a|b|c|d\n|-|-|-|-\n",
}
PAGE = {
    "boxes": "<div>",
    "bold": "<b>",
    "tables": "<table><tr><td>",
    "headings": "<h1>word</h1>",
    "paragraphs": "<p>word and word ",
    "lists": "<ul><li>word ",
    "quotes": "<blockquote>",
    "comments": "<!--",
    "sections": "<![CDATA[",
    "roots": "<html ",
    "entities": "&lt;",
    "links": "<a href=x>word</a> ",
    "forms": "<form><input><textarea>",
    "drawings": "<svg><foreignObject><math>",
    "scripts": "<script>",
    "ends": "</p></div>",
    "questions": "<?",
}


def encodings() -> Iterator[Hostile]:
    """Yield bytes that are no text, or text of several encodings at once."""
    cyrillic, wide = "Мост открыт в мае. ".encode("windows-1251"), STORY.encode("utf-16-le")
    for idea, raw in (
        ("several encodings", RAW + cyrillic * 9 + "Größe. ".encode() * 9 + b"\xff\xfe" + wide),
        ("UTF-7", b"+ADw-script+AD4-alert(1)+ADw-/script+AD4- " + RAW),
        ("UTF-16 without its mark", wide),
        ("UTF-16 the other way round", STORY.encode("utf-16-be")),
        ("UTF-16 cut within a character", b"\xff\xfe" + wide[:-1]),
        ("UTF-16 of halves", b"\xff\xfe" + b"\x00\xd8" * 500),
        ("UTF-32 beyond the last", b"\xff\xfe\0\0" + struct.pack("<I", 0x7FFFFFFF) * 9),
        ("overlong UTF-8", b"\xc0\xbcscript\xc0\xbe \xe0\x80\xaf " * 50 + RAW),
        ("halves in UTF-8", b"\xed\xa0\x80 \xed\xb0\x80 " * 50 + RAW),
        ("beyond the last in UTF-8", b"\xf7\xbf\xbf\xbf \xf8\x88\x80\x80\x80 " * 50 + RAW),
        ("nothing but a mark", b"\xef\xbb\xbf"),
        ("a mark in the middle", RAW + b"\xef\xbb\xbf" + RAW),
        ("marks without end", b"\xef\xbb\xbf" * 9_999 + RAW),
        ("a NUL", RAW + b"\0" + RAW),
        ("control characters", bytes(range(1, 32)) * 40),
        ("a few control characters", RAW * 20 + b"\x07\x1b[2J\x08\x0e\x9b"),
        ("every byte", bytes(range(256)) * 100),
        ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + zlib.compress(bytes(9_999))),
        ("a program", b"\x7fELF\x02\x01\x01" + bytes(99) + RAW),
        ("an archive", gzip.compress(RAW * 99)),
        ("a page", b"<html><script>window.hacked=1</script>" + RAW),
        ("noncharacters", "\ufffe\uffff\U0010ffff ".encode() * 50 + RAW),
        ("escapes of a terminal", b"\x1b]8;;http://evil.example\x07here\x1b]8;;\x07 " + RAW),
    ):
        for ending in ("txt", "md", "html"):
            yield Hostile(f"{idea} in .{ending}", f"bytes-{idea.replace(' ', '-')}.{ending}", raw)


def endless(*, small: bool = False) -> Iterator[Hostile]:
    """Yield documents of one thing again and again, in each format that is text."""
    size = 40_000 if small else 10_000_000
    for idea, part in PARTS.items():
        raw = _often(part, size)
        yield Hostile(f"endless {idea}", f"endless-{idea.replace(' ', '-')}.txt", raw)
    size = 10_000 if small else 4_000_000
    for idea, part in MARKDOWN.items():
        raw = _often(part, size) + b"\n\n" + RAW
        yield Hostile(f"Markdown of endless {idea}", f"many-{idea.replace(' ', '-')}.md", raw)
    steps = b"".join(b" " * n + b"- a\n" for n in range(300 if small else 2_000))
    yield Hostile("Markdown of lists step by step", "steps.md", steps + RAW)
    ticks = b"a".join(b"`" * n for n in range(300 if small else 2_000))
    yield Hostile("Markdown of ever longer fences", "ticks.md", ticks + RAW)
    for idea, part in PAGE.items():
        raw = b"<html><body>" + _often(part, size) + b"<p>" + RAW * 5
        yield Hostile(f"a page of endless {idea}", f"many-{idea.replace(' ', '-')}.html", raw)


def _often(part: str, size: int) -> bytes:
    raw = part.encode()
    return raw * (size // len(raw))


def pages(*, small: bool = False) -> Iterator[Hostile]:
    """Yield pages that name entities, unpack, or say too much in their heads."""
    count = 10_000 if small else 1_000_000
    body = b"<body><article><p>" + RAW * 5 + b"</p></article></body></html>"
    attributes = b"".join(b"a%d=1 " % n for n in range(count))
    yield Hostile("very many attributes", "attributes.html", b"<html><p %b>%b" % (attributes, body))
    unpacked = _gzipped(b"<p>word and word</p>\n" * 50_000, 50 if small else 1_000)
    yield Hostile("a page that unpacks", "packed.html", unpacked)
    yield Hostile("a page packed twice", "twice.html", gzip.compress(unpacked))
    for idea, before in (("laughs", LAUGHTER), ("file", ENTITY), ("parameter", PARAMETER)):
        entity = b"&l9;" if idea == "laughs" else b"&x;"
        for kind, root in (
            ("html", b"<html xmlns='http://www.w3.org/1999/xhtml'>"),
            ("svg", b"<svg>"),
        ):
            raw = (
                b"<?xml version='1.0'?>" + before.encode() + root + b"<p>" + entity + b"</p>" + body
            )
            yield Hostile(f"an entity of {idea} in {kind}", f"entity-{idea}-{kind}.html", raw)
    include = f'<xi:include href="file://{SECRET_FILE}" parse="text"/><embed src="{SECRET_FILE}">'
    yield Hostile(
        "a page that includes a file", "include.html", b"<html>" + include.encode() + body
    )
    for idea, head in (
        ("titles", b"<title>word " * count),
        ("authors", b'<meta name="author" content="A. Writer">' * (count // 10)),
        ("brackets of data", b'<script type="application/ld+json">' + b"[" * count + b"</script>"),
        ("data that is a lie", b'<script type="application/ld+json">{"@graph":[1,null]}</script>'),
        ("a date of the year 99999999", b'<meta name="date" content="99999999-99-99">'),
        ("a language that is none", b'<html lang="' + b"x-" * count + b'">'),
        ("an encoding that is none", b'<meta charset="\xff\xfe utf-99">'),
        ("an encoding that runs", b'<meta charset="unicode_escape">\\u003cscript\\u003e'),
    ):
        raw = b"<html><head>" + head + b"</head>" + body
        yield Hostile(f"a page with {idea}", f"head-{idea.replace(' ', '-')}.html", raw)


def _gzipped(block: bytes, times: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(block) for _ in range(times)) + packer.flush()
