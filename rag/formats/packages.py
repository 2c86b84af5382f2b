"""Documents that are archives of XML: their size when unpacked, the safe parse of their parts."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from rag.errors import DocumentError
from rag.formats.defaults import person_author, person_title
from rag.formats.extracted import Metadata

MAX_UNPACKED = 200_000_000  # bytes of all parts; a file of 40 MB is nearly all pictures


def check_unpacked_size(raw: bytes) -> None:
    """Refuse an archive that says that it is large; one that lies is cut off where it says."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())
    if unpacked > MAX_UNPACKED:
        raise DocumentError(
            f"unpacks to {unpacked / 1e6:,.0f} MB, over the limit of {MAX_UNPACKED / 1e6:.0f} MB; "
            "save it without what fills it up, or split it."
        )


def parser_options() -> dict[str, Any]:
    """Return what keeps lxml from reading anything beyond the part itself."""
    return {"resolve_entities": False, "no_network": True, "huge_tree": False, "load_dtd": False}


def parse_part(raw: bytes) -> Any:
    """Parse a part of an archive as XML: no entities, nothing from elsewhere, no giant trees."""
    from lxml import etree

    parser = etree.XMLParser(**parser_options(), remove_comments=True)
    try:
        return etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise


def local_name(element: Any) -> str:
    """Return the name of an element without its namespace; empty for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def stated_fields(title: str, author: str, language: str = "") -> Metadata:
    """Return what properties say of a document, less what a program has put there."""
    found = {
        "title": person_title(title),
        "author": person_author(author),
        "language": language.strip(),
    }
    return {key: shown for key, shown in found.items() if shown}
