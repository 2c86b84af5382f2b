"""The parts of an Office file: XML in a zip archive, tied together by relationships."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO, Any, NamedTuple
from urllib.parse import unquote

from rag.errors import DocumentError
from rag.formats.extracted import Metadata
from rag.formats.packages import check_unpacked_size, local_name, parser_options, stated_fields

# An Office file behind a password is one of these instead of a zip archive; so are those that
# Office wrote before 2007.
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Related(NamedTuple):
    """A part that another part refers to: the last word of the relation's type, and its place."""

    kind: str
    part: str


def attribute(element: Any, name: str) -> str | None:
    """Return an attribute by its name, whatever its namespace."""
    if name in element.attrib:
        return str(element.attrib[name])
    return next((str(v) for k, v in element.attrib.items() if k.endswith("}" + name)), None)


def children(element: Any | None, *names: str) -> Iterator[Any]:
    """Yield the children of an element, if there is one, that have one of some names."""
    return (each for each in (() if element is None else element) if local_name(each) in names)


def child(element: Any | None, *path: str) -> Any | None:
    """Return the first child with a name, or the first one along a path of names."""
    for name in path:
        element = next(children(element, name), None)
        if element is None:
            return None
    return element


def is_on(element: Any | None, name: str = "val", *, otherwise: bool = False) -> bool:
    """Return whether an attribute that is true or false is true."""
    value = None if element is None else attribute(element, name)
    return otherwise if value is None else value.lower() in ("1", "true", "on")


class ZippedParts:
    """The parts of a document that is a zip archive.

    Raises:
        DocumentError: it is locked, or unpacks to too much.
        zipfile.BadZipFile: it is cut off or damaged, or no archive.
    """

    def __init__(self, raw: bytes) -> None:
        if raw.startswith(_COMPOUND_FILE):
            raise DocumentError(
                "is locked with a password, or of the time before 2007; "
                "save it without a password in today's format."
            )
        check_unpacked_size(raw)
        self._archive = zipfile.ZipFile(io.BytesIO(raw))
        self._names = {name.lower(): name for name in self._archive.namelist()}

    def names(self) -> list[str]:
        """Return the names of all parts."""
        return list(self._names.values())

    def open(self, part: str) -> IO[bytes] | None:
        """Open a part, if there is one of that name, whatever its case."""
        name = self._names.get(part.lower().lstrip("/"))
        if name is None:
            return None
        if self._archive.getinfo(name).flag_bits & 1:
            raise DocumentError("is locked with a password; save it without one.")
        return self._archive.open(name)

    def xml(self, part: str) -> Any | None:
        """Return the root element of a part, if there is one of that name."""
        from lxml import etree

        file = self.open(part)
        if file is None:
            return None
        with file:
            return etree.parse(file, etree.XMLParser(**parser_options())).getroot()


class OfficePackage(ZippedParts):
    """The parts of a file of Excel or PowerPoint."""

    def related(self, part: str) -> dict[str, Related]:
        """Return what a part refers to within the file, by the id that it uses for it."""
        place = PurePosixPath(part)
        root = self.xml(str(place.parent / "_rels" / f"{place.name}.rels"))
        found: dict[str, Related] = {}
        for relation in () if root is None else children(root, "Relationship"):
            target, kind = relation.get("Target", ""), relation.get("Type", "")
            if relation.get("TargetMode") != "External" and target:
                full = posixpath.normpath(posixpath.join("/", str(place.parent), unquote(target)))
                found[relation.get("Id", "")] = Related(kind.rpartition("/")[2], full.lstrip("/"))
        return found

    def main_part(self, otherwise: str) -> str:
        """Return the name of the part that all others hang on."""
        parts = self.related("").values()
        return next((part for kind, part in parts if kind == "officeDocument"), otherwise)

    def metadata(self) -> Metadata:
        """Return the title, author and language that the file states."""
        parts = [part for kind, part in self.related("").values() if kind == "core-properties"]
        root = self.xml(parts[0]) if parts else None
        stated = {} if root is None else {local_name(e): (e.text or "").strip() for e in root}
        return stated_fields(*(stated.get(key, "") for key in ("title", "creator", "language")))
