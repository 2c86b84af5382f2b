"""What a hostile document is, and where in a corpus its words are shown."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import rag
from rag import render
from tests.campaigns.markup import alive_in_html, unprintable

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
LONGEST_REASON = 400  # characters
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
    rows = [row.to_dict() for row in listed]
    events = [event.to_dict() for event in corpus.timeline()]
    return _faults(
        [
            render.article_list_html(rows, {}, total=total, first=1),
            render.timeline_html(events, total=len(events)),
        ]
    )


def _faults(shown: list[str]) -> list[str]:
    return [fault for html in shown for fault in (*alive_in_html(html), *unprintable(html))]
