"""Terms of scripts that write no spaces between words: Chinese, Japanese, Thai and their like.

Their texts are indexed by overlapping groups of characters, pairs of Chinese and Japanese ones and
threes of the others, as search engines do: a word is found wherever it stands, whatever a
dictionary would make of its neighbours. Only a question is cut into words, since a group that
joins the end of one word with the beginning of the next asks for nothing. BudouX (Apache 2.0, by
Google, a model of 60 kB for each language) finds those joints.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Any

from rag.text.words.languages import (
    function_words,
    inner_characters,
    language_of,
    lone_characters,
)

_PAIRED = (
    "\u3005\u3007\u3041-\u3096\u3099\u309a\u309d\u309e\u30a1-\u30fa\u30fc-\u30fe"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U000323af"
)
_THREES = "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u103f\u1050-\u109f\u1780-\u17d3"
UNSPACED = _PAIRED + _THREES  # the inside of a character class
_RUN = re.compile(f"(?P<paired>[{_PAIRED}]+)|[{_THREES}]+")
_ANY = re.compile(f"[{UNSPACED}]")
# A character with the marks on it; what a Khmer or Burmese sign subjoins is part of it.
_CLUSTER = re.compile(
    "[^\u0e31\u0e33-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb3-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u17b4-\u17d3"
    "\u3099\u309a\uff9e\uff9f](?:[\u17d2\u1039].|[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb3-"
    "\u0ebc\u0ec8-\u0ece\u102b-\u103e\u17b4-\u17d3\u3099\u309a\uff9e\uff9f])*"
    "|.",
    re.DOTALL,
)
# Signs of kana that are a syllable's vowel or particle as often as part of a word.
_HIRAGANA = re.compile("[ぁ-ゖ]")
_AUXILIARIES = frozenset(
    "会會能可要得被把将將让讓使了着著过過"
)  # of Chinese verbs, each a word of its own
_INFLECTED = re.compile("[^ぁ-ゖ][ぁ-ゖ]")  # the ending of a Japanese verb varies
_PARTICLES = frozenset("はがをにのともでへやかねよ")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
# A Japanese word of one character: no other beside it, and a particle or nothing behind it.
_LONE_JAPANESE = re.compile(
    rf"(?<!{_HAN.pattern}){_HAN.pattern}(?=[{''.join(sorted(_PARTICLES))}]|$)"
)
_MODELS = {
    "zh": "load_default_simplified_chinese_parser",
    "ja": "load_default_japanese_parser",
    "th": "load_default_thai_parser",
}


def has_unspaced(text: str) -> bool:
    """Return whether a text has any word of a script without spaces."""
    return _ANY.search(text) is not None


def stretches(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield the stretches of a text that are in scripts with or without spaces, in order.

    Each is its start, its end, and how many characters make a term of it; 0 with spaces.
    """
    at = 0
    for run in _RUN.finditer(text):
        if at < run.start():
            yield at, run.start(), 0
        yield run.start(), run.end(), 2 if run["paired"] else 3
        at = run.end()
    if at < len(text):
        yield at, len(text), 0


def groups(text: str, start: int, end: int, size: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of the overlapping groups of ``size`` characters in a stretch of a text."""
    clusters = [found.span() for found in _CLUSTER.finditer(text, start, end)]
    for at in range(max(1, len(clusters) - size + 1)):
        yield clusters[at][0], clusters[min(at + size, len(clusters)) - 1][1]


def group_term(group: str) -> str:
    """Return the term of a group: one form of characters that Unicode has in several widths."""
    return unicodedata.normalize("NFKC", group).lower()


def is_function_group(term: str, language: str) -> bool:
    """Return whether a group of characters holds what only shapes a sentence of a language."""
    if not inner_characters(language).isdisjoint(term):
        return True
    if language == "ja" and _HIRAGANA.match(term):
        return True
    return language == "ja" and term[-1] in _PARTICLES


@lru_cache(maxsize=64)
def loose_terms(text: str) -> frozenset[int]:
    """Return the starts of the groups that probably join two words of a question.

    Such a group names something only if the documents have it.
    """
    if not has_unspaced(text):
        return frozenset()
    language = language_of(text)
    found: set[int] = set()
    for start, end, size in stretches(text):
        if size and language in _MODELS:
            seams = _seams(text[start:end], language)
            spans = groups(text, start, end, size)
            found |= {
                a
                for a, b in spans
                if any(a < start + seam < b for seam in seams)
                or _INFLECTED.fullmatch(text[a:b])
                or text[b - 1] in _AUXILIARIES
            }
    return frozenset(found)


def ideographs(text: str) -> list[str]:
    """Return the Chinese characters of a text, each once, in order."""
    return list(dict.fromkeys(map(group_term, _HAN.findall(text))))


def lone_words(question: str) -> list[tuple[int, int]]:
    """Return the spans of the words of one Chinese character that a question names."""
    language = language_of(question) if has_unspaced(question) else ""
    if language not in ("zh", "ja"):
        return []
    spans = []
    for start, end, size in stretches(question):
        run = question[start:end]
        if size and language == "ja":
            spans += [(start + m.start(), start + m.end()) for m in _LONE_JAPANESE.finditer(run)]
        elif size:
            edges = [0, *_seams(run, language), len(run)]
            spans += [(start + a, start + b) for a, b in pairwise(edges) if b - a == 1]
    shaping = inner_characters(language) | lone_characters(language)
    return [(a, b) for a, b in spans if question[a:b] not in shaping]


def _seams(run: str, language: str) -> list[int]:
    """Return the offsets in a run of characters at which a word begins but the first, in order.

    Function words are known for certain, whatever the model makes of them.
    """
    lengths = [len(word) for word in _parser(language).parse(run)]
    known = (found.span() for found in _function_pattern(language).finditer(run))
    edges = {*accumulate(lengths), *(edge for span in known for edge in span)}
    return sorted(edges - {0, len(run)})


@lru_cache(maxsize=4)
def _function_pattern(language: str) -> re.Pattern[str]:
    words = sorted(function_words(language), key=len, reverse=True)
    single = "".join(sorted(inner_characters(language))) or "\0"
    return re.compile("|".join([*map(re.escape, words), f"[{single}]"]))


@lru_cache(maxsize=4)
def _parser(language: str) -> Any:
    import budoux

    return getattr(budoux, _MODELS[language])()
