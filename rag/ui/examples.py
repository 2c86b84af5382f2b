"""What an empty page shows: which documents there are, and questions that they answer."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from threading import Event, Lock, Thread

from rag import render
from rag.corpus import Corpus
from rag.suggesting.suggestions import kept_suggestions, suggest
from rag.text.dates import spoken_date
from rag.ui.widgets import errors_as_messages

WELCOME = "Ask a question below. Each sentence of an answer leads to the words that support it."
WELCOME_WITHOUT_DOCUMENTS = "Add files under “Sources”, then ask about them here."
NO_DOCUMENTS_YET = "There are no documents in this folder yet."
MOST_SURVEYED = 2_000  # documents; what more of them speak of is told under "About this collection"
MOST_NAMED = 4  # sources, and names that the documents speak of
PATIENCE = 60.0  # seconds that a window waits for questions to suggest; then it shows none


class Examples:
    """The example questions of a corpus, found once for each state of its index."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._closed = Event()
        self._thread: Thread | None = None
        self._survey: tuple[int, list[str]] = (-1, [])  # by generation of the index
        self._latest: tuple[int, Future[list[str]]] | None = None  # by generation of the index
        self._lock = Lock()

    def prepare(self) -> Future[list[str]]:
        """Return the questions; where none are kept, begin to look for them in the background."""
        generation = self._corpus.documents.generation()
        with self._lock:
            if self._latest is None or self._latest[0] != generation:
                found: Future[list[str]] = Future()
                self._latest = generation, found
                kept = kept_suggestions(self._corpus)
                if kept is not None:
                    found.set_result(kept)
                else:
                    self._thread = Thread(target=self._find, args=(found,), daemon=True)
                    self._thread.start()
            return self._latest[1]

    def _find(self, found: Future[list[str]]) -> None:
        questions: list[str] = []
        try:
            with errors_as_messages():
                questions = suggest(self._corpus, stopped=self._closed.is_set)
        finally:  # whatever ended it: somebody may be waiting
            found.set_result(questions)

    def close(self) -> None:
        """Stop looking for questions, and wait for the one that is being tried."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join()

    def welcome(self) -> Iterator[str]:
        """Yield the welcome as HTML; where no questions are there yet, once more with them.

        They stand below all else, so that nothing moves when they come.
        """
        name = folder_name(self._corpus)
        facts = collection_facts(self._corpus)
        if facts is None:
            yield render.welcome_html(name, NO_DOCUMENTS_YET, WELCOME_WITHOUT_DOCUMENTS, [])
            return
        found = self.prepare()
        known = found.result() if found.done() else []
        generation, said = self._survey
        if generation != self._corpus.documents.generation():
            yield render.welcome_html(name, facts, WELCOME, known, ready=False)
            said = self._surveyed()
        if not found.done():
            yield render.welcome_html(name, facts, WELCOME, [], said, ready=False)
        questions: list[str] = []
        with suppress(TimeoutError):
            questions = found.result(PATIENCE)
        yield render.welcome_html(name, facts, WELCOME, questions, said)

    def _surveyed(self) -> list[str]:
        """Return from whom the documents are and what about, counted once for each state."""
        generation, said = self._corpus.documents.generation(), []
        with errors_as_messages():
            said = collection_survey(self._corpus)
        self._survey = generation, said
        return said


def folder_name(corpus: Corpus) -> str:
    """Return the name of the folder that is asked; the root of a disk has its path."""
    return corpus.folder.resolve().name or str(corpus.folder)


def collection_facts(corpus: Corpus) -> str | None:
    """Return how many documents there are, and from when to when; None where there are none."""
    _, count = corpus.documents.page(limit=1)
    if not count:
        return None
    facts = "1 document" if count == 1 else f"{count:,} documents"
    # The undated come last. Looking for the first of them reads a row for each halving.
    dated = bisect_left(range(count), True, key=lambda at: _published(corpus, at) is None)
    if not dated:
        return facts
    last, first = (spoken_date(_published(corpus, at)) for at in (0, dated - 1))
    return f"{facts}, {last}" if first == last else f"{facts}, from {first} to {last}"


def collection_survey(corpus: Corpus) -> list[str]:
    """Return from whom the documents are, and what they speak of most, as a line each."""
    _, count = corpus.documents.page(limit=0)
    if count > MOST_SURVEYED:
        return []
    within = corpus.documents.collection()
    lines = {
        "From": list(within.sources),
        "They speak most of": [named.name for named in within.names if named.documents > 1],
    }
    return [f"{lead} {_named(names)}" for lead, names in lines.items() if names]


def _named(names: Sequence[str]) -> str:
    """Return the first of some names, and that there are more."""
    shown = ", ".join(names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return f"{shown} and {more:,} more" if more > 0 else shown


def _published(corpus: Corpus, at: int) -> str | None:
    rows, _ = corpus.documents.page(offset=at, limit=1)
    return rows[0].published if rows else None
