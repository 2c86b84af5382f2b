"""The list of documents: what its script must know of those that are not listed."""

from __future__ import annotations

import re

import pytest

import rag
from rag.limits import ServingPolicy
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


@pytest.mark.timeout(60)  # Gradio is loaded, on a busy machine too
def test_whatever_is_asked_is_sent_with_the_documents_ticked_then(corpus: rag.Corpus) -> None:
    """A tick in the same moment counts: no event sends what an earlier one has left."""
    from rag.ui.examples import Examples  # it loads Gradio, which takes a second
    from rag.ui.page import build

    page = build(corpus, ServingPolicy(local=True), Examples(corpus)).get_config_file()
    parts = page["components"]
    (chosen,) = (part["id"] for part in parts if part["props"].get("elem_id") == "chosen")
    sends = [event for event in page["dependencies"] if chosen in event["inputs"]]
    assert len(sends) >= 9  # four ways to ask, Check, Compare twice, Timeline, the preview
    for event in sends:
        place = event["inputs"].index(chosen)
        assert f"at === {place} && window.footnoteChosen" in event["js"]
