"""A small document of each kind beside text, pages, Word and PDF: what fuzzing begins with.

Kinds that are archives are given as their main part; :func:`whole` puts the archive around it, as
no fuzzer makes the sums of one come out.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_STORY = "The eland Edda was born in the zoo of Larnmouth in 2018."
_OFFICE = "http://schemas.openxmlformats.org"
_LINKS = f'<Relationships xmlns="{_OFFICE}/package/2006/relationships">{{}}</Relationships>'
_LINK = (
    f'<Relationship Id="r{{}}" Type="{_OFFICE}/officeDocument/2006/relationships/{{}}" '
    'Target="{}"/>'
)
_R = f'xmlns:r="{_OFFICE}/officeDocument/2006/relationships"'
_SHEET = f'xmlns="{_OFFICE}/spreadsheetml/2006/main"'
_DRAWING = f'xmlns:a="{_OFFICE}/drawingml/2006/main"'
_SLIDE = f'xmlns:p="{_OFFICE}/presentationml/2006/main"'
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_ODF_NAMES = (
    f'xmlns:office="{_ODF}:office:1.0" xmlns:text="{_ODF}:text:1.0" xmlns:table="{_ODF}:table:1.0"'
    f' xmlns:draw="{_ODF}:drawing:1.0"'
)


def _links(*links: tuple[str, str]) -> str:
    return _LINKS.format("".join(_LINK.format(n, *link) for n, link in enumerate(links, start=1)))


def _opendocument(body: str) -> bytes:
    return (
        f"<office:document-content {_ODF_NAMES}><office:body>{body}</office:body>"
        "</office:document-content>"
    ).encode()


_ROW = f"<table:table-row><table:table-cell><text:p>{_STORY}</text:p></table:table-cell>"
_TABLE = f'<table:table table:name="T">{_ROW}</table:table-row></table:table>'
# By ending; those of archives are the part named in _MAIN.
SEEDS: dict[str, bytes] = {
    "xlsx": (
        f'<worksheet {_SHEET}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>{_STORY}</t>'
        '</is></c><c r="B1"><v>12.5</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/>'
        "</mergeCells></worksheet>"
    ).encode(),
    "pptx": (
        f"<p:sld {_SLIDE} {_DRAWING} {_R}><p:cSld><p:spTree><p:sp><p:nvSpPr><p:nvPr/></p:nvSpPr>"
        f"<p:spPr/><p:txBody><a:p><a:r><a:t>{_STORY}</a:t></a:r></a:p></p:txBody></p:sp>"
        "</p:spTree></p:cSld></p:sld>"
    ).encode(),
    "odt": _opendocument(
        f"<office:text><text:h text:outline-level='1'>Edda</text:h><text:p>{_STORY}</text:p>"
        f"<text:list><text:list-item><text:p>One</text:p></text:list-item></text:list>{_TABLE}"
        "</office:text>"
    ),
    "ods": _opendocument(f"<office:spreadsheet>{_TABLE}</office:spreadsheet>"),
    "odp": _opendocument(
        "<office:presentation><draw:page><draw:frame><draw:text-box>"
        f"<text:p>{_STORY}</text:p></draw:text-box></draw:frame></draw:page>"
        "</office:presentation>"
    ),
    "epub": f"<html><body><h1>Edda</h1><p>{_STORY}</p></body></html>".encode(),
    "rtf": (
        rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\info{\title Edda}}\pard\b Edda\b0\par "
        + _STORY.encode()
        + rb" \u8364?\'e9{\footnote Note.}\par\trowd\cellx99\intbl One\cell\row}"
    ),
    "csv": f'Name;Born\n"Edda; the eland";2018\n{_STORY};\n'.encode(),
    "tsv": f"Name\tBorn\nEdda\t2018\n{_STORY}\t\n".encode(),
    "json": f'[{{"name": "Edda", "born": {{"year": 2018}}, "story": "{_STORY}"}}]'.encode(),
    "jsonl": f'{{"name": "Edda"}}\n{{"story": "{_STORY}"}}\n'.encode(),
    "yaml": f"edda: &e\n  born: 2018\n  story: {_STORY}\nagain: *e\n".encode(),
    "toml": f'[edda]\nborn = 2018\nstory = "{_STORY}"\n'.encode(),
    "xml": f"<zoo><animal born='2018'>Edda</animal><!-- x --><p>{_STORY}</p></zoo>".encode(),
    "eml": (
        "From: =?utf-8?q?Edda?= <a@b.c>\nTo: d@e.f\nSubject: Zoo\nMIME-Version: 1.0\nContent-Type: "
        f'multipart/mixed; boundary="x"\n\n--x\nContent-Type: text/plain\n\n{_STORY}\n> So?\n'
        "--x\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\nPHA+YTwvcD4=\n--x--\n"
    ).encode(),
    "mbox": f"From a@b.c Mon Jan  1 00:00:00 2018\nSubject: Zoo\n\n{_STORY}\n".encode(),
    "mhtml": (
        'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="x"\n\n--x\nContent-Type: '
        f"text/html\nContent-Transfer-Encoding: quoted-printable\n\n<p>{_STORY}=\n</p>\n--x--\n"
    ).encode(),
    "srt": f"1\n00:00:01,000 --> 00:00:04,000\n<i>{_STORY}</i>\n\n2\n00:00:05,000 --> x\n".encode(),
    "vtt": f"WEBVTT\n\n00:01.000 --> 00:04.000\n<v Edda>{_STORY}\n".encode(),
    "ttml": (
        "<tt xmlns='http://www.w3.org/ns/ttml'><body><div><p begin='1s' end='2s'>"
        f"{_STORY}<br/>Yes.</p></div></body></tt>"
    ).encode(),
    "ics": (
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Edda\\, the eland\r\nDTSTART:20180501T1000\r\n"
        f"DESCRIPTION:{_STORY}\r\n go on\r\nRRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode(),
    "vcf": f"BEGIN:VCARD\nVERSION:3.0\nFN:Edda\nNOTE:{_STORY}\nTEL:12\nEND:VCARD\n".encode(),
}
# The main part of each kind of archive, and the other parts that it needs.
_MAIN: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "xlsx": (
        "xl/worksheets/sheet1.xml",
        {
            "_rels/.rels": _links(("officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f"<workbook {_SHEET} {_R}><sheets>"
            '<sheet name="Zoo" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _links(("worksheet", "worksheets/sheet1.xml")),
        },
    ),
    "pptx": (
        "ppt/slides/slide1.xml",
        {
            "_rels/.rels": _links(("officeDocument", "ppt/presentation.xml")),
            "ppt/presentation.xml": f"<p:presentation {_SLIDE} {_R}><p:sldIdLst>"
            '<p:sldId id="256" r:id="r1"/></p:sldIdLst></p:presentation>',
            "ppt/_rels/presentation.xml.rels": _links(("slide", "slides/slide1.xml")),
        },
    ),
    "odt": ("content.xml", {"mimetype": "application/vnd.oasis.opendocument.text"}),
    "ods": ("content.xml", {"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
    "odp": ("content.xml", {"mimetype": "application/vnd.oasis.opendocument.presentation"}),
    "epub": (
        "a.xhtml",
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": "<container xmlns='urn:oasis:names:tc:opendocument:xmlns:"
            "container'><rootfiles><rootfile full-path='a.opf'/></rootfiles></container>",
            "a.opf": "<package xmlns='http://www.idpf.org/2007/opf'><manifest>"
            "<item id='a' href='a.xhtml' media-type='application/xhtml+xml'/></manifest>"
            "<spine><itemref idref='a'/></spine></package>",
        },
    ),
}


def whole(ending: str, main: bytes) -> bytes:
    """Return a file of a kind: the bytes as they are, or an archive around them.

    Args:
        ending: of the file's name, without its dot.
        main: the bytes, or those of the archive's main part.
    """
    if ending not in _MAIN:
        return main
    name, others = _MAIN[ending]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for other, words in others.items():
            archive.writestr(other, words)
        archive.writestr(name, main)
    return out.getvalue()
