"""Say why a sentence is not supported, naming the words of both texts that differ.

A reader has the sentence before them and wants to know what the source says in its place. So each
reason shows the words of the source that come nearest, or the words that it does not have.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rag.checking.statement import (
    CURRENCIES,
    SENTENCE_END,
    AnalyzedText,
    SentencePair,
    analyzed,
)
from rag.text.terms import Term

_LONGEST_SHOWN = 140  # characters of a source that a reason shows
_LONGEST_PART = 70  # and of a part of it that says one number
_WORDS_NAMED = 4  # words that the source lacks that a reason names
_EDGES = ' \t\r\n,.;:!?…“”"()–—'
_JOINING = ("and ", "or ", "but ", "while ")


def nearest_words(sentence: AnalyzedText, source: AnalyzedText) -> str:
    """Return the sentence of a source that shares most words with another, as far as is shown."""
    parts = [part for part in SENTENCE_END.split(source.text) if part.strip()]
    said = sentence.terms
    nearest = max(parts, key=lambda part: len(said & analyzed(part).terms), default="")
    return _cut(" ".join(nearest.split()).strip(' .“”"'), _LONGEST_SHOWN)


def otherwise(sentence: AnalyzedText, source: AnalyzedText) -> str:
    """Say that a source speaks against a sentence, in its words."""
    return f"the source seems to say otherwise: “{nearest_words(sentence, source)}”"


def not_clearly(sentence: AnalyzedText, source: AnalyzedText) -> str:
    """Say that a source leaves open whether it says so, in its words."""
    return f"the source does not clearly say so; it says “{nearest_words(sentence, source)}”"


def lacking(pair: SentencePair, terms: Sequence[Term]) -> str:
    """Name behind a colon the words that a source does not have: `: nothing of “stole”, “funds”`.

    It is empty where the source has them all.
    """
    words = dict.fromkeys(pair.sentence.word(term) for term in terms if not pair.whole.holds(term))
    named = ", ".join(f"“{word}”" for word in list(words)[:_WORDS_NAMED])
    more = " and more" if len(words) > _WORDS_NAMED else ""
    return f": nothing of {named}{more}" if named else ""


def row_lacks(words: Sequence[str]) -> str:
    """Say which words a row of a table does not have."""
    return f"the row says nothing of {', '.join(f'“{word}”' for word in words)}"


def other_number(pair: SentencePair, here: Decimal, there: Decimal) -> str:
    """Say what each of two numbers is said of: “two sank”, not “12 sank”."""
    said, given = _said_of(pair.sentence, here), _said_of(pair.source, there)
    return f"the source says “{given}”, not “{said}”"


def other_measure(pair: SentencePair, value: Decimal) -> str:
    """Say in which unit each text gives a number: “340 metres”, not “340 kilometres”."""
    there, here = _with_unit(pair.whole, value), _with_unit(pair.sentence, value)
    return f"the source says “{there}”, not “{here}”"


def _said_of(text: AnalyzedText, value: Decimal) -> str:
    """Return the words that belong to a number and to no other."""
    low, high, number = next(
        (low, high, number) for number, low, high in text.parts if number.value == value
    )
    words = " ".join(text.text[low:high].split()).strip(_EDGES)
    for joining in _JOINING:
        words = words.removeprefix(joining)
    return words if len(words) <= _LONGEST_PART else _with_unit(text, number.value)


def _with_unit(text: AnalyzedText, value: Decimal) -> str:
    """Return a number and the word behind it, as they are written."""
    number = next(number for number, *_ in text.parts if number.value == value)
    end = next((term.end for term in text.words if term.start >= number.end), number.end)
    sign = text.text[max(0, number.start - 1) : number.start]
    start = number.start - (sign in CURRENCIES)
    return " ".join(text.text[start:end].split())


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit].rsplit(' ', 1)[0]} …"
