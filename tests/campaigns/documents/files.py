"""Hostile documents among good ones: each is rejected with a reason, or shown as mere text."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

import psutil  # type: ignore[import-untyped]

import rag
from tests.campaigns.documents.hostile import SECRET, Hostile
from tests.campaigns.documents.hostile.archives import archives
from tests.campaigns.documents.hostile.headers import headers
from tests.campaigns.documents.hostile.markup import markup
from tests.campaigns.documents.hostile.pdfs import pdfs
from tests.campaigns.documents.hostile.texts import encodings, endless, pages
from tests.campaigns.documents.views import Views
from tests.campaigns.outcomes import Outcome

CAMPAIGN = "hostile documents"
GOOD = {
    "harbour.txt": "The harbour of Larnmouth was dredged in April 2023 for 12 million crowns.\n",
    "bridge.md": "# The new bridge\n\nMayor Ana Kovic opened the Sella bridge in February 2024.\n",
    "owls.html": "<html><body><p>Barn owls hunt at night. An owl eats four voles a day.</p>"
    "<p>Their hearing is the best of all birds of the night.</p></body></html>",
}
SMALL_SECONDS, FULL_SECONDS = 10, 60  # that reading one document may take
# Times that, of the processors' time, which a document may cost: read, cut, embedded and
# written. A clock would measure what else the machine does.
MOST_SECONDS = 3
LONGEST_REASON = 400  # characters
TRACE = re.compile(r"Traceback|\.py\b|0x[0-9a-f]{6}|<[a-z_.]+ object at")


def ideas(*, small: bool = False) -> Iterator[Hostile]:
    """Every hostile document; ``small`` keeps the giants to what a test may take."""
    yield from chain(markup(), encodings(), headers())
    yield from chain(archives(small=small), pdfs(small=small))
    yield from chain(pages(small=small), endless(small=small))


def hostile_documents(*, small: bool = False) -> Iterator[Outcome]:
    """Each hostile document, put into a folder of good ones and synced.

    Args:
        small: smaller giants, and all documents in one sync; otherwise each has a sync of its
            own, whose cost is measured.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder, index = Path(scratch, "documents"), Path(scratch, "index")
        folder.mkdir()
        for name, text in GOOD.items():
            (folder / name).write_text(text, "utf-8")
        seconds = SMALL_SECONDS if small else FULL_SECONDS
        corpus = rag.open(folder, index_dir=index, parse_seconds=seconds)
        batches = [list(ideas(small=True))] if small else ([each] for each in ideas())
        for batch in batches:
            yield from _try(corpus, batch, None if small else seconds * MOST_SECONDS)


def _try(corpus: rag.Corpus, batch: Iterable[Hostile], limit: float | None) -> Iterator[Outcome]:
    """A batch of documents put into the folder, synced, looked at, and taken away again."""
    placed: dict[str, Hostile] = {}
    for number, hostile in enumerate(batch):
        name = f"{number:03}-{hostile.name}"
        (corpus.folder / name).write_bytes(hostile.raw)
        placed[name] = hostile._replace(raw=b"")
    began = _spent()
    try:
        report = corpus.sync()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
        yield from (_crashed(hostile, repr(error)) for hostile in placed.values())
        return
    took = _spent() - began
    lost = [name for name in GOOD if name not in {a.path for a in corpus.articles()}]
    if lost or (limit is not None and took > limit):
        why = f"lost {lost}" if lost else f"took {took:.0f} seconds"
        yield from (_crashed(hostile, why) for hostile in placed.values())
    else:
        yield from _judge(corpus, placed, dict(report.failed))
    for name in placed:
        (corpus.folder / name).unlink()


def _spent() -> float:
    """Seconds of processors' time that this process and those that it started have used."""
    this = psutil.Process()
    found = [process.cpu_times() for process in (this, *this.children(recursive=True))]
    return float(sum(sum(times[:4]) for times in found))  # those that have ended included


def _crashed(hostile: Hostile, why: str) -> Outcome:
    return Outcome(CAMPAIGN, hostile.idea, "crashed", False, why[:LONGEST_REASON])


def _judge(
    corpus: rag.Corpus, placed: Mapping[str, Hostile], failed: Mapping[str, str]
) -> Iterator[Outcome]:
    """What became of each document of a sync that went through."""
    views = Views(corpus)
    articles = {article.path: article for article in corpus.articles()}
    unknown = failed.keys() - placed.keys()
    for name, hostile in placed.items():
        if name in failed:
            wrong = list(fault_in_reason(failed[name]))
            yield _outcome(hostile, "rejected", wrong or sorted(unknown))
        elif name in articles:
            wrong = [*views.faults(articles[name], hostile.question), *_secrets(articles[name])]
            yield _outcome(hostile, "rendered safely", wrong)
        else:  # the same bytes as another
            yield _crashed(hostile, "neither indexed nor reported")
    wrong = views.faults_of_all()
    yield Outcome(CAMPAIGN, "lists of all of them", "rendered safely", not wrong, _joined(wrong))


def _outcome(hostile: Hostile, result: str, wrong: list[str]) -> Outcome:
    return Outcome(CAMPAIGN, hostile.idea, result, not wrong, _joined(wrong))


def _joined(wrong: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(wrong))[:LONGEST_REASON]


def _secrets(article: rag.Article) -> Iterator[str]:
    if SECRET in f"{article.text} {article.title} {article.author} {article.outlet}":
        yield "holds the words of another file"


def fault_in_reason(reason: str) -> Iterator[str]:
    """What is wrong with the sentence that says why a document was rejected."""
    if "\n" in reason or not reason.isprintable():
        yield "a reason with control characters"
    if len(reason) > LONGEST_REASON or not reason.endswith("."):
        yield f"a reason that is no sentence: {reason[:80]}"
    if TRACE.search(reason) or SECRET in reason:
        yield f"a reason that tells of the inside: {reason[:200]}"
