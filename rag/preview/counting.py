"""The names and dates that a text speaks of, each with how often and where."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rag.serialization import Value
from rag.text.dates import MONTH_NAMES, WEEKDAYS
from rag.text.terms import is_stopword, term_string
from rag.text.words.languages import ENGLISH
from rag.text.written_dates import written_dates
from rag.types import Article

MOST_PLACES = 50  # of one name that are listed; all are counted
_MOST_NAMES = 300  # that are counted in one text, those that are seen most often first
_COUNTED_TEXT = (
    2_000_000  # characters of a text that are looked through: a book of a thousand pages
)
_LINE = re.compile(r"[^\n]*\d[^\n]*")  # with a figure, which every date has
# Words with a capital in a row, inside of a sentence: at its beginning any word has one. Also with
# accents, Greek and Cyrillic; other scripts have no capitals.
_NAMED = r"(?:al-|Al-)?[A-ZÀ-ÖØ-ÞΑ-ΩА-ЯЁ](?:[\w’'-]*\w)"
_IN_PROSE = re.compile(
    rf"(?<=[^\W\d_A-Z,;’'”)] ){_NAMED}(?: (?:of |de |van |bin )?{_NAMED}){{0,4}}"
)
_CALENDAR = re.compile(rf"(?:{MONTH_NAMES}|{'|'.join(WEEKDAYS)})s?", re.IGNORECASE)
_POSSESSIVE = re.compile(r"[’']s?$")
_NOUNS_WITH_CAPITALS = ("de", "lb")  # languages in which one word with a capital is no name yet


@dataclass(frozen=True, slots=True)
class Mentioned(Value):
    """A name or a day that a text speaks of.

    ``places`` are the first of its spans, 0-based, end-exclusive: of a name ``text[start:end]`` is
    the name, of a day the words that give it. ``count`` is that of all.
    """

    name: str
    count: int
    places: tuple[tuple[int, int], ...]


def names_in(article: Article) -> list[Mentioned]:
    """Return the names in an article, those that are there most often first."""
    text = article.text[:_COUNTED_TEXT]
    one_word = article.language not in _NOUNS_WITH_CAPITALS
    seen: Counter[str] = Counter()
    for match in _IN_PROSE.finditer(text):
        name = _POSSESSIVE.sub("", match[0]).removeprefix("The ")
        if (one_word or " " in name) and not _is_common(name, article.language):
            seen[name] += 1
    names = [name for name, _ in seen.most_common(_MOST_NAMES)]
    if not names:
        return []
    # The longest first, so that a name within a longer one is not counted for both.
    longest = sorted(names, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)")
    found: dict[str, list[tuple[int, int]]] = {}
    for match in _outside_clutter(pattern.finditer(text), article):
        found.setdefault(match[0], []).append(match.span())
    return _most_first(found)


def _is_common(name: str, language: str) -> bool:
    """Return whether words with a capital are none but a month, a day or a function word."""
    first = name.split()[0]
    if _CALENDAR.fullmatch(first):
        return True
    return first == name and is_stopword(term_string(name), language)


def dates_in(article: Article) -> list[Mentioned]:
    """Return the days that an article gives in full, those that are there most often first."""
    text = article.text[:_COUNTED_TEXT]
    found: dict[str, list[tuple[int, int]]] = {}
    for line in _LINE.finditer(text):
        for written in written_dates(line[0], article.language or ENGLISH):
            if written.day is not None:
                span = line.start() + written.start, line.start() + written.end
                found.setdefault(written.day, []).append(span)
    return _most_first(found)


def _outside_clutter(matches: Iterable[re.Match[str]], article: Article) -> Iterable[re.Match[str]]:
    """Yield the matches that are in no clutter; both are in order."""
    clutter = [mark for mark in article.marks if mark.kind == "clutter"]
    at = 0
    for match in matches:
        while at < len(clutter) and clutter[at].end <= match.start():
            at += 1
        if at == len(clutter) or match.end() <= clutter[at].start:
            yield match


def _most_first(found: Mapping[str, list[tuple[int, int]]]) -> list[Mentioned]:
    named = sorted(found.items(), key=lambda each: (-len(each[1]), each[1][0]))
    return [Mentioned(name, len(spans), tuple(spans[:MOST_PLACES])) for name, spans in named]
