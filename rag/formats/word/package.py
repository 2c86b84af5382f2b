"""The parts of a file of Word's, and what it says about itself."""

from __future__ import annotations

import posixpath
import re
import zipfile
from typing import Any

from rag.errors import DocumentError
from rag.formats.packages import local_name, parse_part
from rag.formats.word.numbering import W

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
# What the strict form of the format calls the same things.
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", R[1:-1].encode()),
    (
        b"http://purl.oclc.org/ooxml/drawingml/",
        b"http://schemas.openxmlformats.org/drawingml/2006/",
    ),
)
CONTENTS = "table of contents"  # why its lines are clutter
TITLE = -1  # the level of a title by its style
# Word itself calls its styles by English names; other programs do so in their user's language.
_HEADING_NAME = re.compile(
    r"(?:heading|überschrift|titre|título|titolo|kop|rubrik|overskrift|otsikko|nagłówek|nadpis"
    r"|címsor|başlık|заголовок|标题|標題|見出し|제목) ?([1-9])"
)
_TITLE_NAMES = ("title", "titel", "titre", "título", "titolo", "tytuł", "название", "标题", "表題")
_CONTENTS_NAME = re.compile(r"(?:toc|index) (?:heading|\d)|table of (?:figures|authorities)")


def named_level(name: str) -> int | None:
    """Return the level that the name of a style means: of a heading from 1, TITLE, or 0.

    None is a line of the table of contents.
    """
    name = name.strip().lower()
    if _CONTENTS_NAME.fullmatch(name):
        return None
    heading = _HEADING_NAME.fullmatch(name)
    return TITLE if name in _TITLE_NAMES else int(heading[1]) if heading else 0


class WordPackage:
    """The parts of a DOCX file, by what they are to the document."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = set(archive.namelist())
        root = self._relations("_rels/.rels", "")
        kinds = dict(root.values())
        self._document = kinds.get("officeDocument", "word/document.xml")
        self._core = kinds.get("core-properties", "docProps/core.xml")
        folder, name = posixpath.split(self._document)
        self.targets = self._relations(f"{folder}/_rels/{name}.rels", folder)
        self._kinds = dict(self.targets.values())

    def _relations(self, name: str, folder: str) -> dict[str, tuple[str, str]]:
        """Return the kind and the name of each part that a part refers to, by its id."""
        root = self.part(name)
        found = {}
        for each in root if root is not None else ():
            if each.get("TargetMode") != "External":
                target = each.get("Target", "")
                whole = target if target.startswith("/") else posixpath.join(folder, target)
                kind = each.get("Type", "").rsplit("/", 1)[-1]
                found[each.get("Id", "")] = (kind, posixpath.normpath(whole).lstrip("/"))
        return found

    def part(self, name: str) -> Any:
        """Return a part of the file as XML, None where it is missing."""
        if name not in self._names:
            return None
        raw = self._archive.read(name)
        for strict, usual in _STRICT:
            raw = raw.replace(strict, usual)
        return parse_part(raw)

    def of_kind(self, kind: str) -> Any:
        """Return the part that is this to the document, None where there is none."""
        return self.part(self._kinds.get(kind, f"word/{kind}.xml"))

    def document(self) -> Any:
        """Return the document itself."""
        root = self.part(self._document)
        if root is None:
            raise DocumentError("holds no Word document; save it again as one.")
        return root

    def properties(self) -> dict[str, str]:
        """Return what the file says about itself: title, creator, language."""
        root = self.part(self._core)
        names = ((local_name(each), each.text) for each in root) if root is not None else ()
        return {name: text for name, text in names if text}
