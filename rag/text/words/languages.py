"""The language of a text, told from its script and its function words; and those words.

A function word names nothing, but only in its own language: "die" is an article in German and a
verb in English. So whether a word counts depends on the language of the text that it is in.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

ENGLISH = "en"
# What a question in English calls the languages that are told apart.
LANGUAGE_NAMES = {
    **{"en": "english", "de": "german", "fr": "french", "es": "spanish", "it": "italian"},
    **{"pt": "portuguese", "nl": "dutch", "sv": "swedish", "pl": "polish", "tr": "turkish"},
    **{"ru": "russian", "uk": "ukrainian", "ar": "arabic", "fa": "persian", "hi": "hindi"},
    **{"zh": "chinese", "ja": "japanese", "ko": "korean", "vi": "vietnamese", "th": "thai"},
    **{"el": "greek", "he": "hebrew", "bn": "bengali", "ta": "tamil", "ka": "georgian"},
    **{"hy": "armenian", "lo": "lao", "km": "khmer", "my": "burmese"},
}
_FUNCTION_WORDS = Path(__file__).with_name("stop_words.toml")
_CHARACTERS_READ = 4_000  # enough to tell a language, and quick for a whole book
_LEAST_SCRIPT = 0.3  # share of the letters: a text of another script names Latin things too
_HAN_PER_WORD = 2  # characters that Chinese and Japanese write for a word of five letters
_LATIN_WORD = re.compile(r"[^\W\d_]+")
_LATIN_LETTERS = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ]")
# By how many words English must be outdone: it is what a text is taken for that shows no language.
_CLEARLY_MORE = 0.8
# What a word counts that is an English word too, or part of a name, as "die" or "de la"; and a
# letter by itself, which is an initial as often.
_DOUBTFUL, _LETTER = 0.4, 0.2


class _Script(NamedTuple):
    """A script by its characters, and the languages that write it, the usual one first.

    ``telling`` are characters that only one of the others has, by language.
    """

    letters: re.Pattern[str]
    languages: tuple[str, ...]
    telling: tuple[tuple[str, re.Pattern[str]], ...] = ()
    letters_per_character: int = 1


def _script(letters: str, *languages: str, size: int = 1, **telling: str) -> _Script:
    marks = tuple((language, re.compile(f"[{chars}]")) for language, chars in telling.items())
    return _Script(re.compile(f"[{letters}]"), languages, marks, size)


_SCRIPTS = (
    _script(
        "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff", "zh", size=5 // _HAN_PER_WORD, ja="ぁ-ゖァ-ヺ"
    ),
    _script("\uac00-\ud7a3\u1100-\u11ff", "ko", size=2),
    _script("\u0400-\u052f", "ru", "uk", uk="іїєґІЇЄҐ"),
    _script("\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff", "ar", "fa", fa="پچژگکی"),
    _script("\u0900-\u097f", "hi"),
    _script("\u0980-\u09ff", "bn"),
    _script("\u0e00-\u0e7f", "th"),
    _script("\u0e80-\u0eff", "lo"),
    _script("\u1780-\u17ff", "km"),
    _script("\u1000-\u109f", "my"),
    _script("\u0370-\u03ff\u1f00-\u1fff", "el"),
    _script("\u0590-\u05ff", "he"),
    _script("\u10a0-\u10ff", "ka"),
    _script("\u0530-\u058f", "hy"),
    _script("\u0b80-\u0bff", "ta"),
)
# Letters that one of the languages in Latin script has and the others hardly.
_TELLING = (
    ("vi", re.compile("[ăơưđẠ-ỹ]", re.IGNORECASE)),
    ("pl", re.compile("[ąęłńśźż]", re.IGNORECASE)),
    ("tr", re.compile("[ğışĞİŞ]")),
    ("de", re.compile("ß")),
    ("es", re.compile("[¿¡]")),
    ("fr", re.compile("[ûîœ]", re.IGNORECASE)),
    ("sv", re.compile("å", re.IGNORECASE)),
    ("pt", re.compile("[ãõ]", re.IGNORECASE)),
)
_WEIGHT_OF_LETTERS = 1.0  # of a text with such a letter, in function words


@lru_cache(maxsize=4_096)
def language_of(text: str) -> str:
    """Return the language of a text as its ISO 639-1 code; ``en`` where nothing shows another.

    Args:
        text: a question, a sentence or an article; only its beginning is read.
    """
    text = text[:_CHARACTERS_READ]
    if not text.isascii():
        found = _by_script(text)
        if found is not None:
            return found
    return _by_function_words(text)


def is_english(text: str) -> bool:
    """Return whether a text is in English, as far as it shows."""
    return language_of(text) == ENGLISH


def function_words(language: str) -> frozenset[str]:
    """Return the function words of a language as they are written; none of an unknown one."""
    return _all_function_words().get(language, frozenset())


def inner_characters(language: str) -> frozenset[str]:
    """Return the characters of a language without spaces that are hardly ever part of a name."""
    return frozenset("".join(function_words(f"{language}_inside")))


def lone_characters(language: str) -> frozenset[str]:
    """Return the characters of such a language that by themselves only shape a sentence."""
    return frozenset("".join(function_words(f"{language}_lone")))


@lru_cache(maxsize=1)
def _all_function_words() -> dict[str, frozenset[str]]:
    with _FUNCTION_WORDS.open("rb") as file:
        return {
            language: frozenset(words.split()) for language, words in tomllib.load(file).items()
        }


def _by_script(text: str) -> str | None:
    """Return the language that a text's script shows; None for Latin."""
    counts = {
        script.languages[0]: script.letters_per_character * len(script.letters.findall(text))
        for script in _SCRIPTS
    }
    total = sum(counts.values()) + len(_LATIN_LETTERS.findall(text))
    script = max(_SCRIPTS, key=lambda script: counts[script.languages[0]])
    if counts[script.languages[0]] <= _LEAST_SCRIPT * total:
        return None
    return next((name for name, chars in script.telling if chars.search(text)), script.languages[0])


def _by_function_words(text: str) -> str:
    scores: defaultdict[str, float] = defaultdict(float)
    foreign = 0.0
    for word in set(_LATIN_WORD.findall(text.lower())):
        languages, weight = _word_weights().get(word, ((), 0.0))
        foreign += weight * (ENGLISH not in languages)
        for language in languages:
            scores[language] += weight / len(languages)
    for language, letters in () if text.isascii() else _TELLING:
        shown = _WEIGHT_OF_LETTERS * bool(letters.search(text))
        scores[language] += shown
        foreign += shown
    if foreign < scores.pop(ENGLISH, 0.0) + _CLEARLY_MORE:
        return ENGLISH
    return max(scores, key=lambda language: (scores[language], language))


@lru_cache(maxsize=1)
def _word_weights() -> dict[str, tuple[tuple[str, ...], float]]:
    """Return for each function word its languages, and how far it shows one of them."""
    lists = dict(_all_function_words())
    doubtful = lists.pop("doubtful")
    owners: dict[str, list[str]] = {}
    for language, words in lists.items():
        for word in words:
            owners.setdefault(word, []).append(language)
    return {
        word: (tuple(names), _LETTER if len(word) == 1 else _DOUBTFUL if word in doubtful else 1.0)
        for word, names in owners.items()
    }
