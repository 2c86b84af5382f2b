"""Questions that a corpus can be asked, drawn from its own words, for a page with none on it yet.

Each has been asked, and is one that the articles answer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice, zip_longest

from rag.corpus import Corpus
from rag.dates import spoken_date
from rag.types import Article

SAMPLE = 40  # articles that are read, the newest: what a new reader would look at first
TRIED = 4  # questions asked at most for each that is wanted
# A number, what it counts, and where: "2,500 US military personnel are stationed in Iraq".
_COUNTED = re.compile(
    r"\b\d[\d,.]*\s+((?:[A-Z]{2,}\s+)?(?:[a-z]+\s+){0,2}?(?:[a-z]{3,}s|personnel|people))\s+"
    r"(?:(?:are|were)\s+(?:\w+\s+)?)?in\s+((?:the\s+)?[A-Z][a-z]+(?:\s[A-Z][a-z]+)?)"
)
# Words with capitals in a row inside a sentence, where a capital means a name. What follows "the"
# is rather an office or a country.
_PART = r"(?:al-)?[A-Z][a-z]+[’']?"
_NAME = re.compile(rf"(?<=[a-z,] )(?<!\b[Tt]he ){_PART}(?:[ -]{_PART}){{0,4}}")
_UNITS = re.compile(r"\b(?:years?|months?|days?|weeks?|hours?|cents?|times|metres|miles|degrees)\b")
_DAY = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October"
    r"|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b"
)


def suggestions(corpus: Corpus, most: int = 4) -> list[str]:
    """Questions that the articles answer, at most so many; none where none was found.

    Args:
        corpus: what is to be asked; the newest of its articles are read.
        most: how many are wanted.
    """
    rows, _ = corpus.shelf.page(limit=SAMPLE)
    articles = [corpus.article(row.id) for row in rows]
    counts = _counts(articles)
    kinds = (islice(counts, 1), _names(articles), _times(articles))
    mixed = (q for q in chain(*zip_longest(*kinds), counts) if q is not None)
    tried = islice(dict.fromkeys(mixed), most * TRIED)
    answered = (q for q in tried if corpus.ask(q, llm="none").status == "answered")
    return list(islice(answered, most))


def _counts(articles: list[Article]) -> Iterator[str]:
    found: Counter[tuple[str, str]] = Counter()
    for article in articles:
        matches = {(m[1], m[2]) for m in _COUNTED.finditer(_text(article))}
        found.update(match for match in matches if not _UNITS.search(match[0]))
    for (what, where), _ in found.most_common():
        yield f"How many {what} are in {where}?"


def _names(articles: list[Article]) -> Iterator[str]:
    """Names of people and the like; a word also written small is a title or an office."""
    texts = [_text(article) for article in articles]
    small = {word for text in texts for word in re.findall(r"\b[a-z]+\b", text)}
    known = {article.outlet for article in articles}
    found: Counter[str] = Counter()
    for text in texts:
        names = {_without_title(match[0], small) for match in _NAME.finditer(text)}
        found.update(name for name in names if name and not _DAY.search(name))
    # Names of several words first: they say more than a surname, or than a country.
    for name, _ in sorted(found.items(), key=lambda item: (" " not in item[0], -item[1])):
        if name not in known:
            yield f"What is said about {name}?"


def _without_title(name: str, small: set[str]) -> str:
    words = name.split()
    while words and words[0].lower() in small:
        words = words[1:]
    return " ".join(words)


def _times(articles: list[Article]) -> Iterator[str]:
    dates = sorted({(article.published or "")[:7] for article in articles}, reverse=True)
    for month in dates:
        if len(month) == len("2024-01"):
            yield f"What happened in {spoken_date(month)}?"


def _text(article: Article) -> str:
    """What the article reports, its clutter left out, on one line."""
    kept, at = [], 0
    for mark in sorted(article.marks):
        kept.append(article.text[at : max(at, mark.start)])
        at = max(at, mark.end)
    return " ".join(" ".join([*kept, article.text[at:]]).split())
