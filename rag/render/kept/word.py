"""Write a text with footnotes as a Word file, whose footnotes are Word's own.

The file has what Word needs and no more: the text, its footnotes and a few styles. The first mark
of a note is its footnote; further marks repeat its number, since Word has a note only once.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape as xml_escape

from rag.render.kept.footnoted import FootnotedText, Paragraph, ParagraphKind
from rag.text.characters import visible

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MADE = (1980, 1, 1, 0, 0, 0)  # of the parts: the earliest that a ZIP file can hold
_PARTS = {"document": "document.main", "footnotes": "footnotes", "styles": "styles"}
_SEPARATORS = 2  # footnotes that Word keeps for the lines above notes; ours follow them
_PARAGRAPH_STYLES: Mapping[ParagraphKind, str] = {
    "heading": "Heading1",
    "item": "ListParagraph",
    "note": "Remark",
    "text": "Normal",
}
# Styles by id: the name that Word knows them by, the format of paragraphs, that of words.
_STYLES = {
    "Normal": ("Normal", '<w:spacing w:after="120" w:line="264" w:lineRule="auto"/>', ""),
    "Title": ("Title", '<w:spacing w:after="240"/>', '<w:b/><w:sz w:val="36"/>'),
    "Heading1": (
        "heading 1",
        '<w:keepNext/><w:spacing w:before="360" w:after="120"/><w:outlineLvl w:val="0"/>',
        '<w:b/><w:sz w:val="28"/>',
    ),
    "ListParagraph": ("List Paragraph", '<w:ind w:left="360"/>', ""),
    "Remark": ("Remark", "", '<w:color w:val="555555"/><w:sz w:val="20"/>'),
    "FootnoteText": ("footnote text", "", '<w:sz w:val="20"/>'),
}
_RAISED = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
_STRUCK = "<w:rPr><w:strike/></w:rPr>"


def footnoted_word(text: FootnotedText) -> bytes:
    """Return a text as a Word file (``.docx``)."""
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relationships({"rId1": ("officeDocument", "word/document.xml")}),
        "word/_rels/document.xml.rels": _relationships(
            {"rId1": ("styles", "styles.xml"), "rId2": ("footnotes", "footnotes.xml")}
        ),
        "word/document.xml": _document(text),
        "word/footnotes.xml": _footnotes(text),
        "word/styles.xml": _styles(),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _MADE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, _HEAD + content)
    return file.getvalue()


def _document(text: FootnotedText) -> str:
    seen: set[int] = set()
    title = _paragraph("Title", _run(text.title))
    body = "".join(_written(paragraph, seen) for paragraph in text.paragraphs)
    page = (
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1418" w:right="1418" w:bottom="1418" w:left="1418" w:header="709"'
        ' w:footer="709" w:gutter="0"/></w:sectPr>'
    )
    return f'<w:document xmlns:w="{_W}"><w:body>{title}{body}{page}</w:body></w:document>'


def _written(paragraph: Paragraph, seen: set[int]) -> str:
    lines = [line for line in paragraph.text.splitlines() if line.strip()]
    style = _STRUCK if paragraph.struck else ""
    bullet = _run("• ") if paragraph.kind == "item" else ""
    said = "<w:r><w:br/></w:r>".join(_run(line, style) for line in lines)
    marks = "".join(_marks(paragraph.marks, seen))
    after = _run(paragraph.after) if paragraph.after else ""
    return _paragraph(_PARAGRAPH_STYLES[paragraph.kind], f"{bullet}{said}{marks}{after}")


def _marks(numbers: tuple[int, ...], seen: set[int]) -> Iterator[str]:
    for at, number in enumerate(numbers):
        if at:
            yield _run(", ", _RAISED)
        if number in seen:
            yield _run(str(number), _RAISED)
        else:
            seen.add(number)
            reference = f'<w:footnoteReference w:id="{number + _SEPARATORS - 1}"/>'
            yield f"<w:r>{_RAISED}{reference}</w:r>"


def _footnotes(text: FootnotedText) -> str:
    lines = (("separator", "separator"), ("continuationSeparator", "continuationSeparator"))
    kept = "".join(
        f'<w:footnote w:type="{kind}" w:id="{at}"><w:p><w:r><w:{line}/></w:r></w:p></w:footnote>'
        for at, (kind, line) in enumerate(lines)
    )
    ours = "".join(
        f'<w:footnote w:id="{at}">'
        + _paragraph("FootnoteText", f"<w:r>{_RAISED}<w:footnoteRef/></w:r>{_run(' ')}{_run(note)}")
        + "</w:footnote>"
        for at, note in enumerate(text.notes, start=_SEPARATORS)
    )
    return f'<w:footnotes xmlns:w="{_W}">{kept}{ours}</w:footnotes>'


def _styles() -> str:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{id_}"{_default(id_)}><w:name w:val="{name}"/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{words}</w:rPr></w:style>"
        for id_, (name, paragraph, words) in _STYLES.items()
    )
    return f'<w:styles xmlns:w="{_W}">{styles}</w:styles>'


def _default(style: str) -> str:
    return ' w:default="1"' if style == "Normal" else ""


def _paragraph(style: str, runs: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'


def _run(text: str, style: str = "") -> str:
    return f'<w:r>{style}<w:t xml:space="preserve">{_xml(text)}</w:t></w:r>'


# What `visible` leaves and XML cannot hold.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _xml(text: str) -> str:
    return xml_escape(_NOT_XML.sub("\ufffd", visible(text)))


def _content_types() -> str:
    parts = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_TYPES}.{kind}+xml"/>'
        for name, kind in _PARTS.items()
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{parts}</Types>'
    )


def _relationships(targets: Mapping[str, tuple[str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="{id_}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for id_, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'
