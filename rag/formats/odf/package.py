"""The parts of an OpenDocument file, its styles, and what it says about itself."""

from __future__ import annotations

import io
import re
import zipfile
from itertools import islice
from typing import Any, NamedTuple

from rag.errors import DocumentError
from rag.formats.extracted import Metadata
from rag.formats.odf.formulas import formula_line, stored_formulas
from rag.formats.packages import check_unpacked_size, parse_part, stated_fields
from rag.formats.word.backgrounds import is_white

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, TABLE = (f"{{{_ODF}{name}:1.0}}" for name in ("office", "text", "table"))
STYLE, DRAW = (f"{{{_ODF}{name}:1.0}}" for name in ("style", "drawing"))
FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_MATH = "{http://www.w3.org/1998/Math/MathML}math"
_META = f"{{{_ODF}meta:1.0}}"
_DC = "{http://purl.org/dc/elements/1.1/}"
LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
_CENTIMETRES = {"cm": 1.0, "mm": 0.1, "in": 2.54, "inch": 2.54, "pt": 2.54 / 72}
_LENGTH = re.compile(r"(-?\d{1,6}(?:\.\d{1,9})?)(cm|mm|inch|in|pt)")
_MAX_CHAIN = 30  # styles that one is based on


class OdfFile(NamedTuple):
    """The parts of a file: its content, its styles, what it says about itself; None if missing.

    Formulas are files within the file, by their names.
    """

    content: Any
    styles: Any
    meta: Any
    formulas: dict[str, Any]


class OdfLook(NamedTuple):
    """How words look: only as far as it tells what they are."""

    hidden: bool = False
    struck: bool = False
    bold: bool = False
    rise: int = 0  # 1 above the line, -1 below
    white: bool = False
    ground: bool = False  # whether they have a ground of their own that is not white


def open_odf(raw: bytes) -> OdfFile:
    """Open an OpenDocument file of any kind, zipped or flat.

    Raises:
        DocumentError: it is locked with a password, holds no document, or unpacks to too much.
    """
    if not raw.startswith(b"PK"):
        root = parse_part(raw)
        return OdfFile(root, root, root, {})
    check_unpacked_size(raw)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        names = set(archive.namelist())
        manifest = "META-INF/manifest.xml"
        if manifest in names and b"encryption-data" in archive.read(manifest):
            raise DocumentError("is locked with a password; save it without one.")
        if "content.xml" not in names:
            raise DocumentError("holds no OpenDocument content; save it again.")
        content, styles, meta = (
            parse_part(archive.read(name)) if name in names else None
            for name in ("content.xml", "styles.xml", "meta.xml")
        )
        formulas = stored_formulas(archive)
    return OdfFile(content, styles, meta, formulas)


def formula_of(frame: Any, formulas: dict[str, Any]) -> str:
    """Return the formula that a frame shows, on one line; empty where it shows something else."""
    for element in frame.iterchildren(DRAW + "object"):
        own = element.find(_MATH)
        name = element.get(_XLINK + "href", "").removeprefix("./").rstrip("/")
        found = formulas.get(name) if own is None else own
        if found is not None:
            return formula_line(found)
    return ""


def is_ground(colour: str | None) -> bool:
    """Return whether the colour of a ground is one, and not that of paper."""
    return colour not in (None, "", "transparent") and not is_white((colour or "").lstrip("#"))


def odf_metadata(file: OdfFile) -> Metadata:
    """Return what a file says about itself."""
    found = {}
    names = (_DC + "title", _META + "initial-creator", _DC + "creator", _DC + "language")
    # A flat file has all parts in one, and comments have creators, too.
    metas = file.meta.iter(OFFICE + "meta") if file.meta is not None else ()
    for meta in islice(metas, 1):
        for name in names:
            element = next(meta.iter(name), None)
            found[name] = (element.text or "") if element is not None else ""
    title, first, last, language = (found.get(name, "") for name in names)
    return stated_fields(title, first or last, language)


def centimetres(length: str | None) -> float | None:
    """Return a length in centimetres, as 2.54 for 1in; None where it is none."""
    match = _LENGTH.fullmatch(length or "")
    return float(match[1]) * _CENTIMETRES[match[2]] if match else None


class OdfStyles:
    """The styles of a file, with what each takes from those it is based on."""

    def __init__(self, file: OdfFile) -> None:
        self._elements: dict[tuple[str, str], Any] = {}
        for root in (file.styles, file.content):
            for element in root.iter(STYLE + "style") if root is not None else ():
                key = (element.get(STYLE + "family", ""), element.get(STYLE + "name", ""))
                self._elements[key] = element
        self._looks: dict[tuple[str, str], dict[str, int]] = {}

    def chain(self, family: str, name: str) -> list[Any]:
        """Return a style and those it is based on, the nearest first."""
        found: list[Any] = []
        while (family, name) in self._elements and len(found) < _MAX_CHAIN:
            found.append(self._elements[family, name])
            name = found[-1].get(STYLE + "parent-style-name", "")
        return found

    def look(self, family: str, name: str, around: OdfLook | None = None) -> OdfLook:
        """Return how words of a style look, where they stand among words of another look."""
        key = (family, name)
        if key not in self._looks:
            own: dict[str, int] = {}
            for style in reversed(self.chain(family, name)):
                for properties in style.iterchildren(STYLE + "text-properties"):
                    own |= _marks(properties)
            self._looks[key] = own
        own = self._looks[key]
        before = around or OdfLook()
        return OdfLook(
            bool(own.get("hidden", before.hidden)),
            bool(own.get("struck", before.struck)),
            bool(own.get("bold", before.bold)),
            own.get("rise", before.rise),
            bool(own.get("white", before.white)),
            bool(own.get("ground", before.ground)),
        )

    def is_title(self, name: str) -> bool:
        """Return whether a style of paragraphs is that of the title, or based on it."""
        return any(each.get(STYLE + "name") == "Title" for each in self.chain("paragraph", name))

    def begins_page(self, name: str) -> bool:
        """Return whether a paragraph of a style begins a page."""
        for style in self.chain("paragraph", name)[:1]:
            properties = style.find(STYLE + "paragraph-properties")
            before = properties.get(FO + "break-before") if properties is not None else None
            return before == "page" or bool(style.get(STYLE + "master-page-name"))
        return False


def _marks(properties: Any) -> dict[str, int]:
    """Return what the properties of a text tell of its words."""
    marks: dict[str, int] = {}
    if display := properties.get(TEXT + "display"):
        marks["hidden"] = display == "none"
    lines = [properties.get(f"{STYLE}text-line-through-{name}") for name in ("style", "type")]
    if any(lines):
        marks["struck"] = "none" not in lines
    if weight := properties.get(FO + "font-weight"):
        marks["bold"] = weight == "bold" or (weight.isdigit() and int(weight[:4]) >= 600)
    if position := properties.get(STYLE + "text-position"):
        up = position.startswith("super") or bool(re.match(r"[1-9]", position))
        marks["rise"] = 1 if up else -1 if position.startswith(("sub", "-")) else 0
    if colour := properties.get(FO + "color"):
        marks["white"] = is_white(colour.removeprefix("#"))
    if ground := properties.get(FO + "background-color"):
        marks["ground"] = is_ground(ground)
    return marks
