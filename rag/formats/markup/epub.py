"""Books in EPUB: the chapters in the order of their spine."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote

from rag.errors import DocumentError
from rag.formats.extracted import Builder, Extracted, Metadata
from rag.formats.packages import check_unpacked_size, local_name, parser_options
from rag.formats.web.blocks import PageWalk
from rag.formats.web.content import shown_body
from rag.formats.web.html import note_struck
from rag.formats.web.parse import page_text, page_tree
from rag.text.written_dates import read_date

_MAX_PART = 40_000_000  # bytes of a chapter, or of what describes the book
_MAX_CHAPTERS = 5_000
_MAX_SHEETS = 50  # of which books have one or two
_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_FONTS_ONLY = (
    "http://www.idpf.org/2008/embedding",  # both only disguise fonts
    "http://ns.adobe.com/pdf/enc#RC",
)
_PAGES = ("application/xhtml+xml", "text/html", "application/xml", "text/x-oeb1-document")
# Who made a book and did not write it, by the codes of the Library of Congress.
_OTHER_ROLES = frozenset(
    "trl ill edt bkp cov nrt pbl prt pht art bkd dsr clb red rev fnd own oth pfr cph mrk csl crt"
    " dnr spn aui aft wpr win wst wat ann com".split()
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_].{0,20})?")
_FIELDS = {"title": "title", "creator": "author", "publisher": "outlet", "language": "language"}


def read_epub(raw: bytes) -> Extracted:
    """Read a book: its chapters with their headings, without its table of contents."""
    check_unpacked_size(raw)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        _refuse_locked(archive)
        place = _package_place(archive)
        package = _xml(_part(archive, place))
        builder = Builder()
        walk = PageWalk(builder)
        sheets = _sheets(archive)
        missing = []
        for path in _spine(package, posixpath.dirname(place)):
            try:
                chapter = _part(archive, path)
            except KeyError:
                missing.append(path)
                continue
            root = page_tree(page_text(chapter), _seen_from(path, sheets))
            walk.add_content(shown_body(root))
        note_struck(builder, walk)
        if missing:
            builder.unread.append(
                f"lacks {len(missing)} of its chapters, as {posixpath.basename(missing[0])!r}; "
                "get the book again to have them read"
            )
        return builder.extracted(_about(package))


def _sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the style sheets of a book by their places."""
    names = [name for name in archive.namelist() if name.lower().endswith(".css")]
    return {name: _part(archive, name).decode("utf-8", "replace") for name in names[:_MAX_SHEETS]}


def _seen_from(path: str, sheets: dict[str, str]) -> dict[str, str]:
    """Return style sheets by the addresses that a chapter has for them."""
    folder = posixpath.dirname(path) or "."
    addresses = {posixpath.relpath(place, folder): sheet for place, sheet in sheets.items()}
    return addresses | {quote(address): sheet for address, sheet in addresses.items()}


def _part(archive: zipfile.ZipFile, path: str) -> bytes:
    """Return a part of the archive, whatever size it says it has."""
    try:
        info = archive.getinfo(path)
    except KeyError:
        names = {name.casefold(): name for name in archive.namelist()}
        info = archive.getinfo(names[path.casefold()])
    with archive.open(info) as part:
        content = part.read(_MAX_PART + 1)
    if len(content) > _MAX_PART:
        raise DocumentError("has a chapter of over 40 MB; split it.")
    return content


def _refuse_locked(archive: zipfile.ZipFile) -> None:
    """Refuse a book that is encrypted, apart from its fonts.

    Raises:
        DocumentError: it is.
    """
    names = set(archive.namelist())
    locked = "META-INF/rights.xml" in names and _ENCRYPTION in names
    if _ENCRYPTION in names:
        methods = [
            element.get("Algorithm", "")
            for element in _xml(_part(archive, _ENCRYPTION)).iter()
            if local_name(element) == "EncryptionMethod"
        ]
        locked = locked or any(method not in _FONTS_ONLY for method in methods)
    if locked or any(info.flag_bits & 1 for info in archive.infolist()):
        raise DocumentError(
            "is locked (DRM), so that only its reading program can open it; add a copy without it."
        )


def _xml(content: bytes) -> Any:
    from lxml import etree

    parser = etree.XMLParser(**parser_options(), recover=True)
    root = etree.fromstring(content, parser)
    if root is None:
        raise DocumentError("has no readable table of its parts; get the book again.")
    return root


def _package_place(archive: zipfile.ZipFile) -> str:
    """Return where the description of the book lies."""
    names = archive.namelist()
    if _CONTAINER in names:
        for element in _xml(_part(archive, _CONTAINER)).iter():
            if local_name(element) == "rootfile" and element.get("full-path"):
                return unquote(str(element.get("full-path")))
    place = next((name for name in names if name.lower().endswith(".opf")), None)
    if place is None:
        raise DocumentError("is no EPUB book; give it the ending of its real format.")
    return place


def _spine(package: Any, folder: str) -> Iterator[str]:
    """Yield the places of the chapters in reading order, its table of contents left out."""
    items = {each.get("id"): each for each in package.iter() if local_name(each) == "item"}
    order = [each for each in package.iter() if local_name(each) == "itemref"]
    chosen = [items[each.get("idref")] for each in order if each.get("idref") in items]
    for item in (chosen or list(items.values()))[:_MAX_CHAPTERS]:
        contents = "nav" in (item.get("properties") or "").split()
        href = unquote(item.get("href") or "").partition("#")[0]
        if href and not contents and item.get("media-type", _PAGES[0]) in _PAGES:
            yield posixpath.normpath(posixpath.join(folder, href))


def _about(package: Any) -> Metadata:
    """Return what the description says of the book."""
    found: dict[str, list[str]] = {}
    dates: list[tuple[bool, str]] = []
    roles = _roles(package)
    for element in package.iter():
        name = local_name(element)
        words = " ".join("".join(element.itertext()).split()) if name in _FIELDS else ""
        wrote = name != "creator" or _role(element, roles) not in _OTHER_ROLES
        if words and wrote and (name != "language" or _LANGUAGE.fullmatch(words)):
            found.setdefault(_FIELDS[name], []).append(words)
        if name == "date" and element.text:
            event = next((each for key, each in element.attrib.items() if "event" in key), "")
            dates.append((event not in ("publication", "original-publication", ""), element.text))
    meta: Metadata = {name: values[0] for name, values in found.items()}
    if "author" in found:
        meta["author"] = ", ".join(dict.fromkeys(found["author"]))
    for later, shown in sorted(dates):
        day = None if later else read_date(shown)[0]
        if day and not day.startswith("0"):
            meta |= {"published": day, "published_basis": "stated: in the book"}
            break
    return meta


def _roles(package: Any) -> dict[str, str]:
    """Return what the third version of the format says of people, by the ids of their names."""
    return {
        (each.get("refines") or "").removeprefix("#"): (each.text or "").strip().lower()
        for each in package.iter()
        if local_name(each) == "meta" and each.get("property") == "role"
    }


def _role(element: Any, roles: dict[str, str]) -> str:
    """Return what somebody did for a book, by the code for it; empty where nothing says so."""
    own = next((each for key, each in element.attrib.items() if key.endswith("role")), "")
    return own.strip().lower() or roles.get(element.get("id") or "", "")
