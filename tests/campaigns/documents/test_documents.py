"""Hostile documents among good ones: each is rejected with a reason, or shown as mere words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

import pytest

import rag
from tests.campaigns.documents.archives import archives
from tests.campaigns.documents.fields import headers, markup
from tests.campaigns.documents.hostile import (
    GOOD,
    LONGEST_REASON,
    SECRET,
    Hostile,
    faults_in_lists,
    faults_in_reason,
    faults_in_views,
    write_good,
)
from tests.campaigns.documents.pdfs import pdfs
from tests.campaigns.documents.texts import encodings, endless, pages
from tests.campaigns.markup import alive_in_html, unprintable
from tests.campaigns.outcomes import Outcome, Record

CAMPAIGN = "hostile documents"
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
        found = list(place(corpus, documents(small=True)))
    else:
        limit = seconds * MOST_TIMES
        found = [
            outcome for each in documents(small=False) for outcome in place(corpus, [each], limit)
        ]
    assert len(record(found)) > 300


def place(
    corpus: rag.Corpus, batch: Iterable[Hostile], limit: float | None = None
) -> Iterator[Outcome]:
    """Put documents into the folder, sync, judge them, and take them away again.

    Args:
        corpus: of the good documents.
        batch: the hostile ones.
        limit: seconds of processors' time that the sync may cost.
    """
    placed: dict[str, Hostile] = {}
    for number, hostile in enumerate(batch):
        name = f"{number:03}-{hostile.name}"
        (corpus.folder / name).write_bytes(hostile.raw)
        placed[name] = hostile._replace(raw=b"")
    began = processor_seconds()
    try:
        report = corpus.sync()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
        yield from (crashed(hostile, repr(error)) for hostile in placed.values())
        return
    took = processor_seconds() - began
    lost = GOOD.keys() - {article.path for article in corpus.articles()}
    if lost or (limit is not None and took > limit):
        why = f"lost {lost}" if lost else f"took {took:.0f} seconds"
        yield from (crashed(hostile, why) for hostile in placed.values())
    else:
        yield from judge(corpus, placed, dict(report.failed))
    for name in placed:
        (corpus.folder / name).unlink()


def processor_seconds() -> float:
    """Return the processors' time that this process and its children, ended or not, have used."""
    import psutil

    this = psutil.Process()
    found = [process.cpu_times() for process in (this, *this.children(recursive=True))]
    return float(sum(sum(times[:4]) for times in found))


def crashed(hostile: Hostile, why: str) -> Outcome:
    return Outcome(CAMPAIGN, hostile.idea, "crashed", why[:LONGEST_REASON])


def judge(
    corpus: rag.Corpus, placed: Mapping[str, Hostile], failed: Mapping[str, str]
) -> Iterator[Outcome]:
    """Yield what became of each document of a sync that went through."""
    articles = {article.path: article for article in corpus.articles()}
    unknown = sorted(failed.keys() - placed.keys())
    for name, hostile in placed.items():
        if name in failed:
            faults = list(faults_in_reason(failed[name])) or unknown
            yield Outcome(CAMPAIGN, hostile.idea, "rejected", joined(faults))
        elif name in articles:
            article = articles[name]
            faults = faults_in_views(corpus, article, hostile.question)
            if SECRET in f"{article.text} {article.title} {article.author} {article.outlet}":
                faults.append("holds the words of another file")
            yield Outcome(CAMPAIGN, hostile.idea, "rendered safely", joined(faults))
        else:  # the same bytes as another
            yield crashed(hostile, "neither indexed nor reported")
    faults = joined(faults_in_lists(corpus))
    yield Outcome(CAMPAIGN, "lists of all of them", "rendered safely", faults)


def joined(faults: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(faults))[:LONGEST_REASON]


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
