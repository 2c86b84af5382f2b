"""Words to terms: one spelling for every way of writing a word or a name.

The same analysis serves the lexical index, the question and the ranking of
sentences. It folds case, accents and apostrophes, drops the Arabic article
("al-Sudani", "Al Sudani" and "Sudani" are one), reads "2,500" as 2500 and
"U.S." as usa, and stems with Snowball (PyStemmer, BSD, by Snowball's authors).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from Stemmer import Stemmer

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
_INSIDE = "\u0300-\u036f\u064b-\u065f\u0670\u00ad\u200b-\u200d\u2060"
_WORD = re.compile(
    rf"(?:[^\W\d_]\.){{2,}}"  # U.S.
    rf"|\d+(?:[.,]\d+)+|\d+(?!\w)"  # 2,500, also in 2,500m
    rf"|\w[\w{_INSIDE}]*(?:[{_APOSTROPHES}]\w[\w{_INSIDE}]*)*"  # Kata'ib
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060]")
_POSSESSIVE = re.compile(rf"[{_APOSTROPHES}]s$")
# The Arabic article as it is transliterated before a name; it carries no meaning of its own.
_ARTICLES = {"al", "el"}
# The country, told from the pronoun by its capitals.
_COUNTRY = {"US": "usa", "U.S": "usa", "USA": "usa", "U.S.A": "usa"}

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
    terms = []
    for match in _WORD.finditer(text):
        word = match.group()
        if word.lower() in _ARTICLES and _joins_name(text, match.end()):
            continue
        name = word[0].isupper() or word[0].isdigit()
        terms.append(Term(_term(word), match.start(), match.end(), name))
    return terms


def term_string(text: str) -> str:
    """Return the terms of a text with a space between them, as they are indexed."""
    return " ".join(term.term for term in analyze(text))


def is_stopword(term: str) -> bool:
    """Return whether a term shapes a question without naming anything in it."""
    return term in _STOP_WORDS


def _joins_name(text: str, end: int) -> bool:
    return text[end : end + 1] in ("-", " ", "‑") and text[end + 1 : end + 2].isalpha()


@lru_cache(maxsize=100_000)
def _term(word: str) -> str:
    country = _COUNTRY.get(_POSSESSIVE.sub("", word).rstrip("."))
    if country:
        return country
    if word[0].isdigit():
        return re.sub(r",(?=\d{3}\b)", "", word)
    folded = unicodedata.normalize("NFKD", _INVISIBLE.sub("", word))
    folded = "".join(char for char in folded if not unicodedata.combining(char)).lower()
    folded = _POSSESSIVE.sub("", folded).replace(".", "")
    folded = re.sub(rf"[{_APOSTROPHES}]", "", folded)
    return folded if folded in _STOP_WORDS else _stemmer().stemWord(folded)


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer:
    from Stemmer import Stemmer

    return Stemmer("english")
