"""The example questions of an empty page, drawn from the articles themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, islice, zip_longest

from rag import render
from rag.corpus import Corpus
from rag.text.dates import CALENDAR, spoken_date
from rag.text.names import NAME_IN_PROSE
from rag.types import Article
from rag.ui.widgets import errors_as_messages

WELCOME = "Every sentence of an answer is linked to the words that support it."
WELCOME_WITH_EXAMPLES = f"{WELCOME} For example:"
WELCOME_WITHOUT_ARTICLES = "There are no articles yet. Open “Articles” and add some."
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
        self._questions = lru_cache(maxsize=1)(lambda generation: example_questions(corpus))

    def welcome(self) -> Iterator[str]:
        """Yield the welcome as HTML: first without examples, then with them once they are found."""
        _, articles = self._corpus.documents.page(limit=0)
        yield render.examples_html([], WELCOME if articles else WELCOME_WITHOUT_ARTICLES)
        if articles:
            with errors_as_messages():
                found = self._questions(self._corpus.documents.generation())
                yield render.examples_html(found, WELCOME_WITH_EXAMPLES if found else WELCOME)


def example_questions(corpus: Corpus, most: int = 4) -> list[str]:
    """Return questions that the articles answer; none where none was found.

    Args:
        corpus: what is to be asked; the newest of its articles are read.
        most: how many questions are wanted.
    """
    rows, _ = corpus.documents.page(limit=ARTICLES_READ)
    articles = [corpus.article(row.id) for row in rows]
    counts = _about_counts(articles)
    kinds = (islice(counts, 1), _about_names(articles), _about_months(articles))
    mixed = (q for q in chain(*zip_longest(*kinds), counts) if q is not None)
    tried = islice(dict.fromkeys(mixed), most * TRIED_PER_EXAMPLE)
    answered = (q for q in tried if corpus.ask(q, llm="none").status == "answered")
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
