"""What an empty page shows: which documents there are, and questions that they answer."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from itertools import chain, islice, takewhile, zip_longest
from threading import Event, Lock, Thread

from rag import render
from rag.corpus import Corpus
from rag.text.dates import CALENDAR, spoken_date
from rag.text.names import NAME_IN_PROSE
from rag.types import Article
from rag.ui.widgets import errors_as_messages

WELCOME = "Ask a question below. Each sentence of an answer leads to the words that support it."
WELCOME_WITHOUT_DOCUMENTS = "Add files under “Sources”, then ask about them here."
NO_DOCUMENTS_YET = "There are no documents in this folder yet."
PATIENCE = 1.0  # seconds that a window waits for example questions; then it shows none
ARTICLES_READ = 40  # the newest, which a new reader would look at first
TRIED_PER_EXAMPLE = 4  # questions asked at most for each example that is wanted
# A number, what it counts, and where: "2,500 US military personnel are stationed in Iraq".
_COUNTED = re.compile(
    r"\b\d[\d,.]*\s+((?:[A-Z]{2,}\s+)?(?:[a-z]+\s+){0,2}?(?:[a-z]{3,}s|personnel|people))\s+"
    r"(?:(?:are|were)\s+(?:\w+\s+)?)?in\s+((?:the\s+)?[A-Z][a-z]+(?:\s[A-Z][a-z]+)?)"
)
_NAME = re.compile(NAME_IN_PROSE)
_UNITS = re.compile(r"\b(?:years?|months?|days?|weeks?|hours?|cents?|times|metres|miles|degrees)\b")
_CALENDAR = re.compile(rf"\b(?:{'|'.join(day.title() for day in sorted(CALENDAR))})\b")


class Examples:
    """The example questions of a corpus, found once for each state of its index."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._closed = Event()
        self._thread: Thread | None = None
        self._latest: tuple[int, Future[list[str]]] | None = None  # by generation of the index
        self._lock = Lock()

    def prepare(self) -> Future[list[str]]:
        """Begin to look for questions, where that has not begun yet, beside all other work."""
        generation = self._corpus.documents.generation()
        with self._lock:
            if self._latest is None or self._latest[0] != generation:
                found: Future[list[str]] = Future()
                self._latest = generation, found
                self._thread = Thread(target=self._find, args=(found,), daemon=True)
                self._thread.start()
            return self._latest[1]

    def _find(self, found: Future[list[str]]) -> None:
        questions: list[str] = []
        try:
            with errors_as_messages():
                questions = example_questions(self._corpus, stopped=self._closed.is_set)
        finally:  # whatever ended it: somebody may be waiting
            found.set_result(questions)

    def close(self) -> None:
        """Stop looking for questions, and wait for the one that is being tried."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join()

    def welcome(self) -> Iterator[str]:
        """Yield the welcome as HTML: first without examples, then with those found in time."""
        name = folder_name(self._corpus)
        facts = collection_facts(self._corpus)
        if facts is None:
            yield render.welcome_html(name, NO_DOCUMENTS_YET, WELCOME_WITHOUT_DOCUMENTS, [])
            return
        yield render.welcome_html(name, facts, WELCOME, [], ready=False)
        questions: list[str] = []
        with suppress(TimeoutError):
            questions = self.prepare().result(PATIENCE)
        yield render.welcome_html(name, facts, WELCOME, questions)


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


def _published(corpus: Corpus, at: int) -> str | None:
    rows, _ = corpus.documents.page(offset=at, limit=1)
    return rows[0].published if rows else None


def example_questions(
    corpus: Corpus, most: int = 4, *, stopped: Callable[[], bool] = lambda: False
) -> list[str]:
    """Return questions that the articles answer; none where none was found.

    Args:
        corpus: what is to be asked; the newest of its articles are read.
        most: how many questions are wanted.
        stopped: asked before each question is tried; where it holds, those found are returned.
    """
    rows, _ = corpus.documents.page(limit=ARTICLES_READ)
    articles = [corpus.article(row.id) for row in rows]
    counts = _about_counts(articles)
    kinds = (islice(counts, 1), _about_names(articles), _about_months(articles))
    mixed = (q for q in chain(*zip_longest(*kinds), counts) if q is not None)
    tried = islice(dict.fromkeys(mixed), most * TRIED_PER_EXAMPLE)
    wanted = takewhile(lambda _: not stopped(), tried)
    answered = (q for q in wanted if corpus.ask(q, llm="none").status == "answered")
    return list(islice(answered, most))


def _about_counts(articles: list[Article]) -> Iterator[str]:
    found: Counter[tuple[str, str]] = Counter()
    for article in articles:
        matches = {(m[1], m[2]) for m in _COUNTED.finditer(_text_without_clutter(article))}
        found.update(match for match in matches if not _UNITS.search(match[0]))
    for (what, where), _ in found.most_common():
        yield f"How many {what} are in {where}?"


def _about_names(articles: list[Article]) -> Iterator[str]:
    """Ask about names; a word that is also written without a capital is a title or an office."""
    texts = [_text_without_clutter(article) for article in articles]
    lower_case = {word for text in texts for word in re.findall(r"\b[a-z]+\b", text)}
    outlets = {article.outlet for article in articles}
    found: Counter[str] = Counter()
    for text in texts:
        names = {_without_title(match[0], lower_case) for match in _NAME.finditer(text)}
        found.update(name for name in names if name and not _CALENDAR.search(name))
    # Names of several words first: they say more than a surname, or than a country.
    for name, _ in sorted(found.items(), key=lambda item: (" " not in item[0], -item[1])):
        if name not in outlets:
            yield f"What is said about {name}?"


def _without_title(name: str, lower_case: set[str]) -> str:
    words = name.split()
    while words and words[0].lower() in lower_case:
        words = words[1:]
    return " ".join(words)


def _about_months(articles: list[Article]) -> Iterator[str]:
    months = sorted({(article.published or "")[:7] for article in articles}, reverse=True)
    for month in months:
        if len(month) == len("2024-01"):
            yield f"What happened in {spoken_date(month)}?"


def _text_without_clutter(article: Article) -> str:
    """Return what the article reports on one line, its marked spans left out."""
    kept, at = [], 0
    for mark in sorted(article.marks):
        kept.append(article.text[at : max(at, mark.start)])
        at = max(at, mark.end)
    return " ".join(" ".join([*kept, article.text[at:]]).split())
