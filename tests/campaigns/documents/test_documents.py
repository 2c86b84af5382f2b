"""Hostile documents among good ones: each is rejected with a reason, or shown as mere words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

import rag
from tests.campaigns.documents.archives import archives
from tests.campaigns.documents.fields import headers, markup
from tests.campaigns.documents.hostile import Hostile, try_documents, write_good
from tests.campaigns.documents.pdfs import pdfs
from tests.campaigns.documents.texts import encodings, endless, pages
from tests.campaigns.markup import alive_in_html, unprintable
from tests.campaigns.outcomes import Record

SMALL_SECONDS, FULL_SECONDS = 10, 60  # that reading one document may take
# Times that, of the processors' time, which a document may cost: read, cut, embedded and
# written. A clock would measure what else the machine does.
MOST_TIMES = 3


def documents(*, small: bool) -> Iterator[Hostile]:
    """Yield every hostile document; ``small`` limits the giants."""
    yield from chain(markup(), encodings(), headers())
    yield from chain(archives(small=small), pdfs(small=small))
    yield from chain(pages(small=small), endless(small=small))


def test_no_hostile_document_is_alive_or_costs_another(
    tmp_path: Path, record: Record, small: bool
) -> None:
    """Each hostile document is rejected with a reason, or shown as mere words, beside good ones.

    At full size each has a sync of its own, whose cost is measured; small ones share a sync.
    """
    write_good(tmp_path / "documents")
    seconds = SMALL_SECONDS if small else FULL_SECONDS
    options = {"index_dir": tmp_path / "index", "parse_seconds": seconds}
    corpus = rag.open(tmp_path / "documents", **options)
    if small:
        found = list(try_documents(corpus, documents(small=True)))
    else:
        limit = seconds * MOST_TIMES
        found = [
            outcome
            for each in documents(small=False)
            for outcome in try_documents(corpus, [each], limit)
        ]
    assert len(record(found)) > 300


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>",
        "<p onclick=x>",
        '<a href="javascript:x">',
        '<a href=" javascript:x">',
        "<img src=x>",
        "<svg/onload=x>",
        "<!-- x -->",
        "<p style='x'>",
    ],
)
def test_what_is_alive_is_seen(html: str) -> None:
    """The campaign would notice it among words."""
    assert alive_in_html(f"<p>{html} words</p>")


def test_what_cannot_be_seen_is_noticed() -> None:
    """A control character, and a mark that turns round what stands behind it."""
    assert list(unprintable("a\x1bb\u202ec\n\t")) == ["U+001B", "U+202E"]
    assert list(unprintable("שלום\u200f and words")) == []
