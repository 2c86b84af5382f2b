"""What a hostile document is, what becomes of it in a corpus, and where its words are shown."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import rag
from rag import render
from rag.render.sources import SourceList, sources_html
from tests.campaigns.markup import alive_in_html, unprintable
from tests.campaigns.outcomes import Outcome

# What no index may ever hold, whichever document points at it.
SECRET = "root:x:0:0:"  # noqa: S105 - the first words of a file of accounts
SECRET_FILE = "/etc/passwd"  # noqa: S105
# The documents beside the hostile ones, which must stay indexed.
GOOD = {
    "harbour.txt": "The harbour of Larnmouth was dredged in April 2023 for 12 million crowns.\n",
    "bridge.md": "# The new bridge\n\nMayor Ana Kovic opened the Sella bridge in February 2024.\n",
    "owls.html": "<html><body><p>Barn owls hunt at night. An owl eats four voles a day.</p>"
    "<p>Their hearing is the best of all birds of the night.</p></body></html>",
}
CAMPAIGN = "hostile documents"
LONGEST_REASON = 400  # characters
DEEP = 1_500  # folders in folders, more than calls of Python may nest
_INTERNALS = re.compile(r"Traceback|\.py\b|0x[0-9a-f]{6}|<[a-z_.]+ object at")


class Hostile(NamedTuple):
    """A document that is made to do harm.

    ``idea`` says what it tries, ``name`` is the name of its file, ``raw`` its bytes. Where it
    has words of its own, ``question`` is one that they answer, so that they are shown in an
    answer too.
    """

    idea: str
    name: str
    raw: bytes
    question: str = ""


def write_good(folder: Path) -> None:
    """Write the good documents into a new folder."""
    folder.mkdir()
    for name, text in GOOD.items():
        (folder / name).write_text(text, "utf-8")


def try_documents(
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
    began = _processor_seconds()
    try:
        report = corpus.sync()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
        yield from (_crashed(hostile, repr(error)) for hostile in placed.values())
        return
    took = _processor_seconds() - began
    lost = GOOD.keys() - {article.path for article in corpus.articles()}
    if lost or (limit is not None and took > limit):
        why = f"lost {lost}" if lost else f"took {took:.0f} seconds"
        yield from (_crashed(hostile, why) for hostile in placed.values())
    else:
        yield from _judge(corpus, placed, dict(report.failed))
    for name in placed:
        (corpus.folder / name).unlink()


def _processor_seconds() -> float:
    """Return the processors' time that this process and its children, ended or not, have used."""
    import psutil

    this = psutil.Process()
    found = [process.cpu_times() for process in (this, *this.children(recursive=True))]
    return float(sum(sum(times[:4]) for times in found))


def _crashed(hostile: Hostile, why: str) -> Outcome:
    return Outcome(CAMPAIGN, hostile.idea, "crashed", why[:LONGEST_REASON])


def _judge(
    corpus: rag.Corpus, placed: Mapping[str, Hostile], failed: Mapping[str, str]
) -> Iterator[Outcome]:
    """Yield what became of each document of a sync that went through."""
    articles = {article.path: article for article in corpus.articles()}
    unknown = sorted(failed.keys() - placed.keys())
    for name, hostile in placed.items():
        if name in failed:
            faults = list(faults_in_reason(failed[name])) or unknown
            yield Outcome(CAMPAIGN, hostile.idea, "rejected", _joined(faults))
        elif name in articles:
            article = articles[name]
            faults = faults_in_views(corpus, article, hostile.question)
            if SECRET in f"{article.text} {article.title} {article.author} {article.outlet}":
                faults.append("holds the words of another file")
            yield Outcome(CAMPAIGN, hostile.idea, "rendered safely", _joined(faults))
        else:  # the same bytes as another
            yield _crashed(hostile, "neither indexed nor reported")
    faults = _joined(faults_in_lists(corpus))
    yield Outcome(CAMPAIGN, "lists of all of them", "rendered safely", faults)


def _joined(faults: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(faults))[:LONGEST_REASON]


def faults_in_reason(reason: str) -> Iterator[str]:
    """Yield what is wrong with the sentence that says why a document was rejected."""
    if "\n" in reason or not reason.isprintable():
        yield "a reason with control characters"
    if len(reason) > LONGEST_REASON or not reason.endswith("."):
        yield f"a reason that is no sentence: {reason[:80]}"
    if _INTERNALS.search(reason) or SECRET in reason:
        yield f"a reason that tells of the inside: {reason[:200]}"


def faults_in_views(corpus: rag.Corpus, article: rag.Article, question: str = "") -> list[str]:
    """Return what is alive, or not shown as it is, in the views of an article.

    Args:
        corpus: the corpus that holds it.
        article: the article, which is opened to be read.
        question: is asked, if given, so that the article is shown in an answer.
    """
    shown = [render.reader_html(article.to_dict(), 0, min(20, len(article.text)))]
    found: list[str] = []
    if question:
        answer = corpus.ask(question)
        given = answer.to_dict()
        cited = dict.fromkeys(quote["article_id"] for quote in render.all_citations(given))
        articles = [corpus.article(id_).to_dict() for id_ in cited]
        shown += [render.answer_html(given), render.turn_html(given, 0, {})]
        shown.append(render.evidence_html(given, articles))
        with tempfile.TemporaryDirectory() as scratch:
            pack = rag.export_pack(corpus, answer, Path(scratch, "pack.html"))
            found += alive_in_html(pack.read_text("utf-8"), page=True)
    return found + _faults(shown)


def faults_in_lists(corpus: rag.Corpus) -> list[str]:
    """Return what is alive in the list of all articles and in their timeline."""
    listed, total = corpus.documents.page(limit=1_000)
    shown = SourceList(
        folder=corpus.folder.name,
        size=corpus.documents.size(),
        rows=[row.to_dict() for row in listed],
        total=total,
        skipped=corpus.skipped(),
        may_remove=True,
    )
    events = [event.to_dict() for event in corpus.timeline()]
    return _faults(
        [
            sources_html(shown),
            render.timeline_html(events, total=len(events)),
        ]
    )


def _faults(shown: list[str]) -> list[str]:
    return [fault for html in shown for fault in (*alive_in_html(html), *unprintable(html))]


def make_deep(place: Path) -> None:
    """Make folders in folders with a document in the last."""
    here = os.open(place.parent, os.O_RDONLY)
    for name in (place.name, *("d" for _ in range(DEEP))):
        os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("deep.txt", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)


def remove(place: Path) -> None:
    """Remove what is there, however deep; shutil.rmtree calls itself for each level."""
    if place.is_symlink() or not place.is_dir():
        place.unlink(missing_ok=True)
        return
    found = [str(place)]
    for where in found:
        with os.scandir(where) as entries:
            for entry in entries:
                if entry.is_symlink() or not entry.is_dir(follow_symlinks=False):
                    Path(entry.path).unlink()
                else:
                    found.append(entry.path)
    for where in reversed(found):
        Path(where).rmdir()
