"""Words to terms: one spelling for every way of writing a word or a name.

The same analysis serves the lexical index, the question and the ranking of
sentences. It folds case, accents and apostrophes, drops the Arabic article
("al-Sudani", "Al Sudani" and "Sudani" are one) and the French one ("l'école"), reads "2,500" as
2500, "4,210³" as 4210 and "U.S." as usa, and stems (:mod:`.stems`). Where no spaces stand between
words, the terms are groups of characters that overlap (:mod:`.segmentation`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from rag.text.words.languages import ENGLISH, function_words
from rag.text.words.raised import base_of, power_of_ten
from rag.text.words.segmentation import (
    group_term,
    groups,
    has_unspaced,
    ideographs,
    is_function_group,
    lone_words,
    stretches,
)
from rag.text.words.stems import fold, stem

TermTuple = tuple[str, ...]
AliasGroups = tuple[frozenset[TermTuple], ...]  # groups of names that mean the same, as terms

# Letters by which two spellings of one name may differ, by the length of the term; shorter names
# differ from other names by as little.
_SPELLING_DISTANCE = ((9, 2), (5, 1))


def spelling_distance(term: str) -> int:
    """Return by how many letters another spelling of a term may differ."""
    return next((most for length, most in _SPELLING_DISTANCE if len(term) >= length), 0)


def is_near(wanted: str, term: str, distance: int) -> bool:
    """Return whether two terms begin alike and differ by at most ``distance`` letters."""
    from rapidfuzz.distance import OSA

    if term[0] != wanted[0] or abs(len(term) - len(wanted)) > distance:
        return False
    return OSA.distance(wanted, term, score_cutoff=distance) <= distance


_APOSTROPHES = "'’‘ʼʻ`´ʿʾ"
# Accents that stand apart from their letter, vowel signs, soft hyphens and joiners: inside a word.
# The blocks of the scripts of India have little but letters and signs.
_INSIDE = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u0610-\u061a\u064b-\u065f"
    "\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0900-\u0963\u0966-\u096f\u0971-\u0df3"
    "\u00ad\u200b-\u200d\u2060"
)
_WORD = re.compile(
    rf"(?:[^\W\d_]\.){{2,}}"  # U.S.
    r"|\d{1,3}(?:['’\u00a0\u202f\u2009]\d{3})+(?!\w)"  # 12’400, or a space that does not break
    rf"|\d+(?:[.,٫٬]\d+)+|\d+(?!\w)"  # 2,500, also in 2,500m
    # Kata'ib; "cost_eur" is two words.
    rf"|[^\W_](?:[^\W_]|[{_INSIDE}])*(?:[{_APOSTROPHES}][^\W_](?:[^\W_]|[{_INSIDE}])*)*"
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060]")
_POSSESSIVE = re.compile(rf"[{_APOSTROPHES}]s$")
# The Arabic article as it is transliterated before a name; it carries no meaning of its own.
_ARTICLES = {"al", "el"}
# What French and Italian write as one with the word behind it: "l'école", "dell'anno".
_ELIDED = re.compile(
    "(?:[LDld]|[jmtsnc]|[Qq]u|[Jj]usqu|[Ll]orsqu|[Pp]uisqu|[Uu]n|(?:[DdNnAa]e?|[Dd]a|[Ss]u|[Cc]o)ll|[Qq]uest"
    "|[Qq]uell)['’](?=[AEIOUYHaeiouyhÀ-ÖØ-öø-üœŒ][^\\W\\d_])"
)
# The country, told from the pronoun by its capitals.
_COUNTRY = {"US": "usa", "U.S": "usa", "USA": "usa", "U.S.A": "usa"}
# Thousands apart: by commas, or by what other languages put there. "12.400" is read so too, which
# elsewhere is a decimal: a term has one spelling, whatever is meant.
_THOUSANDS = re.compile(r"^[1-9]\d{0,2}(?:[.,٬'’\u00a0\u202f\u2009]\d{3})+(?!\d)")
_DECIMAL_COMMA = re.compile(r"(?<=\d)(?:,(?=\d\d?$)|٫)")

# English words that shape a question and name nothing in it.
_STOP_WORDS = frozenset(
    """a about according after all also am an and any are as asked at be been before being
    between both but by can could did do does done during each either else ever few for
    from further get give given got had has have having he her here hers him his how i if
    in into is it its itself just let like many may me might more most much must my near
    no nor not now of off on one only onto or other our out over own per please s said
    same say says shall she should so some such t tell than that the their them then there
    these they this those through to too under until up upon us very was we were what
    whatever when where whether which while who whom whose why will with would you your
    """.split()
)


class Term(NamedTuple):
    """A word of a text as a term, and where the word stands."""

    term: str
    start: int
    end: int
    name: bool  # written with a capital or in digits


def analyze(text: str) -> list[Term]:
    """Return the terms of a text, in order, with 0-based, end-exclusive offsets of their words."""
    if text.isascii() or not has_unspaced(text):
        return list(_spaced(text, 0, len(text)))
    terms: list[Term] = []
    for start, end, size in stretches(text):
        if size:
            spans = groups(text, start, end, size)
            terms += [Term(group_term(text[a:b]), a, b, False) for a, b in spans]
        else:
            terms += _spaced(text, start, end)
    return terms


def _spaced(text: str, low: int, high: int) -> Iterator[Term]:
    """Yield the terms of a stretch of a text that has spaces between its words."""
    for match in _WORD.finditer(text, low, high):
        start, end = match.span()
        word = match.group()
        if word.lower() in _ARTICLES and _joins_name(text, end):
            continue
        if "'" in word or not word.isascii():
            elided = _ELIDED.match(word)
            start += elided.end() if elided else 0
            end = start + len(base_of(text[start:end], text[max(low, start - 1) : start]))
            word = text[start:end]
        if word:
            yield Term(_term(word), start, end, word[0].isupper() or word[0].isdigit())


def question_terms(question: str) -> list[Term]:
    """Return the terms of a question: its words as :func:`analyze` has them, and lone characters.

    A word of one Chinese character is part of no term of its own; as a question may ask for it,
    such characters are indexed as well (:func:`term_string`).
    """
    lone = [Term(group_term(question[a:b]), a, b, False) for a, b in lone_words(question)]
    terms = analyze(question)
    return sorted({*terms, *lone}, key=lambda term: (term.start, term.end)) if lone else terms


def term_string(text: str) -> str:
    """Return the terms of a text with a space between them, as they are indexed.

    Behind them stand its Chinese characters, each once, that are no terms of it by themselves.
    """
    terms = [term.term for term in analyze(text)]
    if not text.isascii():
        known = set(terms)
        terms += [char for char in ideographs(text) if char not in known]
    return " ".join(terms)


def is_stopword(term: str, language: str = ENGLISH) -> bool:
    """Return whether a term shapes a question without naming anything in it.

    Args:
        term: as of :func:`analyze`.
        language: of its text, as of :func:`~rag.text.words.languages.language_of`.
    """
    if language == ENGLISH:
        return term in _STOP_WORDS
    return term in _function_terms(language) or is_function_group(term, language)


@lru_cache(maxsize=32)
def _function_terms(language: str) -> frozenset[str]:
    return frozenset(term.term for word in function_words(language) for term in analyze(word))


def _joins_name(text: str, end: int) -> bool:
    return text[end : end + 1] in ("-", " ", "‑") and text[end + 1 : end + 2].isalpha()


@lru_cache(maxsize=100_000)
def _term(word: str) -> str:
    country = _COUNTRY.get(_POSSESSIVE.sub("", word).rstrip("."))
    if country:
        return country
    if word[0].isdigit():
        return _figure(word)
    plain = _POSSESSIVE.sub("", _INVISIBLE.sub("", word)).replace(".", "")
    plain = re.sub(rf"[{_APOSTROPHES}]", "", plain)
    folded = fold(plain)
    return folded if folded in _STOP_WORDS else stem(plain)


def _figure(word: str) -> str:
    """Return the term of a word that begins with a digit: one way to write its digits."""
    if not word.isascii():
        exponent = power_of_ten(word)
        if exponent is not None:
            return f"10^{exponent}"
        word = "".join(map(_plain_character, word))
    apart = _THOUSANDS.match(word)
    if apart:
        return re.sub(r"\D", "", apart.group()) + word[apart.end() :]
    return _DECIMAL_COMMA.sub(".", word)


def _plain_character(char: str) -> str:
    """Return a digit of any script as ASCII, a raised letter as the letter; others as they are."""
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    return unicodedata.normalize("NFKC", char) if char.isalpha() else char
