"""Questions made from the words of documents, which they may answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, islice, zip_longest

from rag.text.dates import CALENDAR, spoken_date
from rag.text.names import NAME_IN_PROSE
from rag.text.words.languages import ENGLISH, function_words
from rag.types import Article

# A number, what it counts, and where: "2,500 US military personnel are stationed in Iraq".
_COUNTED = re.compile(
    r"\b\d[\d,.]*\s+((?:[A-Z]{2,}\s+)?(?:[a-z]+\s+){0,2}?(?:[a-z]{3,}s|personnel|people))\s+"
    r"(?:(?:are|were)\s+(?:\w+\s+)?)?in\s+((?:the\s+)?[A-Z][a-z]+(?:\s[A-Z][a-z]+)?)"
)
_NAME = re.compile(NAME_IN_PROSE)
_UNITS = re.compile(r"\b(?:years?|months?|days?|weeks?|hours?|cents?|times|metres|miles|degrees)\b")
_DAYS_AND_MONTHS = "|".join(day.title() for day in sorted(CALENDAR))
_CALENDAR = re.compile(rf"\b(?:{_DAYS_AND_MONTHS})\b")
# What was done, and when: "the harbour of Larnmouth was dredged in April".
_DONE = re.compile(
    r"\b[Tt]he\s+((?:[a-z]+\s+){0,2}[a-z]+(?:\s+of\s+(?:the\s+)?[A-Z]\w+)?)\s+(was|were)\s+"
    r"([a-z]+ed|built|founded|found|held|lost|made|sent|shot|sold|taken|won|written)\s+"
    rf"(?:in|on)\s+(?:\d|(?:{_DAYS_AND_MONTHS})\b)"
)
_PARTICIPLE = re.compile(r"[a-z]{3,}(?:ed|ly)")
SUMMARY = "Summarise the documents."  # which any documents answer, by their most central sentences


def possible_questions(articles: Sequence[Article]) -> Iterator[str]:
    """Yield questions about what documents count, tell, name and date, the likeliest first.

    Args:
        articles: the documents that are read.
    """
    counts = _about_counts(articles)
    kinds = (
        islice(counts, 1),
        _about_events(articles),
        _about_names(articles),
        _about_months(articles),
    )
    mixed = (one for one in chain(*zip_longest(*kinds), counts) if one is not None)
    seen: set[str] = set()
    for question in mixed:
        if question not in seen:
            seen.add(question)
            yield question


def _about_counts(articles: Sequence[Article]) -> Iterator[str]:
    found: Counter[tuple[str, str]] = Counter()
    for article in articles:
        matches = {(m[1], m[2]) for m in _COUNTED.finditer(_text_without_clutter(article))}
        found.update(match for match in matches if not _UNITS.search(match[0]))
    for (what, where), _ in found.most_common():
        yield f"How many {what} are in {where}?"


def _about_events(articles: Sequence[Article]) -> Iterator[str]:
    for article in articles:
        found = _DONE.finditer(_text_without_clutter(article))
        done = next((one for one in found if _is_noun_phrase(one[1])), None)
        if done:  # one each, so that they differ
            what, was, verb = done.groups()
            yield f"When {was} the {what} {verb}?"


def _is_noun_phrase(words: str) -> bool:
    """Return whether words behind "the" are a noun: no "application that", no "man arrested"."""
    noun = words.partition(" of ")[0].split()
    function = function_words(ENGLISH)
    return not function & set(noun) and not _PARTICIPLE.fullmatch(noun[-1])


def _about_names(articles: Sequence[Article]) -> Iterator[str]:
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


def _about_months(articles: Sequence[Article]) -> Iterator[str]:
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
