"""Web pages: the article in them."""

from __future__ import annotations

import re

from rag.errors import DocumentError
from rag.formats.extracted import Extracted

# trafilatura's names of what a page says about itself, and ours.
_PAGE_FIELDS = {
    **{"title": "title", "author": "author", "sitename": "outlet", "date": "published"},
    **{"url": "url", "language": "language"},
}
_PAGE_LANGUAGE = re.compile(rb"<html\b[^>]{0,500}?\blang=[\"']?([A-Za-z]{2,3})\b", re.IGNORECASE)


def read_html(raw: bytes) -> Extracted:
    """Read the article of a web page."""
    import trafilatura

    page = trafilatura.bare_extraction(
        raw,
        with_metadata=True,
        include_comments=False,
        favor_recall=True,
        # No date that merely stands in the story or beside a copyright.
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    fields = page if isinstance(page, dict) else page.as_dict() if page else {}
    # Extraction gives up on pages of a line or two; their whole text is then the article.
    text = fields.get("text") or trafilatura.html2txt(raw)
    if not text:
        raise DocumentError("holds no article text; save the page again or remove it.")
    meta = {ours: fields[name] for name, ours in _PAGE_FIELDS.items() if fields.get(name)}
    if "published" in meta:
        meta["published_basis"] = "stated: in the page"
    language = _PAGE_LANGUAGE.search(raw)
    if language:
        meta.setdefault("language", language[1].decode("ascii"))
    return Extracted(text, meta)
