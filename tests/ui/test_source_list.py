"""The list of documents: what its script must know of those that are not listed."""

from __future__ import annotations

import re

import rag
from rag.render.sources import SourceList, sources_html


def test_documents_beyond_the_list_are_named_to_its_script(corpus: rag.Corpus) -> None:
    """Each document is a row or one of the others: unticking one must drop no other."""
    rows, total = corpus.documents.page(limit=2)
    rest, _ = corpus.documents.page(offset=2, limit=total)
    shown = SourceList(
        folder="corpus",
        size=1,
        rows=[row.to_dict() for row in rows],
        total=total,
        others=[row.id for row in rest],
    )
    html = sources_html(shown)
    (others,) = re.findall(r'data-others="([^"]*)"', html)
    listed = re.findall(r'<li data-id="([^"]*)"', html)
    assert len({*listed, *others.split()}) == total == len(listed) + len(others.split())
    assert "data-partial" in html
