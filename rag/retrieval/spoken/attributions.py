"""Whose words a paragraph gives: “…,” said Petrovic; according to Kovic; she added that.

Names are known by their capitals, and that somebody speaks by quotation marks, by a clause with
"that", and by verbs of saying. A pronoun means whom the latest sentence begins with that names one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rag.text.quotations import SAYS, quotations
from rag.text.terms import is_stopword

UNNAMED = ""  # who speaks and is only described, as "the minister", or meant by "they"
_CAPITAL = r"(?:(?:al-|el-|d[’']|O[’'])?[^\W\d_a-zß-öø-ÿ][\w’'-]*)"
_JOINING = r"(?:(?:de|van|von|der|den|del|della|di|da|la|le|al|bin|of|for|and|the|&)\s+){0,2}"
_SPACE = r"(?:[^\S\n]|\n(?!\s*\n))+"  # within a paragraph
# "Dr. Amberg" and "A. Kovic" are one name; "… and Kovic. Ms Amberg …" are two.
_SHORT = "|".join(rf"(?<=\b\w{{{size}}})" for size in (1, 2, 3, 4))
_NAME = rf"\b{_CAPITAL}(?:(?:(?:{_SHORT})\.)?{_SPACE}{_JOINING}{_CAPITAL})*"
_MEANT = r"\b(?:[Hh]e|[Ss]he)\b"  # "they" and "it" may be anybody
_VERB = re.compile(SAYS, re.IGNORECASE)
_THAT = re.compile(rf"(?P<who>{_NAME}|{_MEANT}) [a-z]+(?: [a-z]+){{0,2}} that\b")
_ACCORDING = "according to"
_CLAUSE = re.compile(r"\n\s*\n|[;:!?()“”\"«»·]|\.\s|,? (?:and|but|while|as|that|which) (?=\w)")
_SENTENCE = re.compile(r"(?<!\b[A-Z])(?<!\b[MDSP][rst])(?<!\bMrs)(?<!\bProf)[.!?]\W*\s+|\n\s*\n")
_WRITER = ("I", "We", "we")
_POSSESSIVE = ("'s", "’s")
_ADVERBS = r"(?:\s+(?:also|later|then|has|had|have|would|will|once|again|\w+ly))*\s*$"
_SUBJECT = re.compile(rf"(?:\b(?P<of>\w+) )?(?P<who>{_NAME}|{_MEANT}|\bwe\b){_ADVERBS}")
_PHRASE = re.compile(r"[^.;:!?“”\"«»·]*(?:(?<=\b[MD][rs])\.[^.;:!?“”\"«»·]*)?")
_GAP = re.compile(r"\W?\s+")  # between a quotation and the rest of its sentence
_MARKS = ' “"«'
_RELATING = frozenset("of in from for at by to with on near between against about".split())


class Saying(NamedTuple):
    """That somebody speaks: the span of it, and who; UNNAMED where no name is given.

    Of a quotation the span is within its marks; else it is that of the words that tell.
    """

    start: int
    end: int
    who: str


def sayings(text: str, paragraphs: Sequence[tuple[int, int]]) -> list[Saying]:
    """Return who speaks in a text: where that is told, and each quotation of a known speaker.

    Args:
        text: some paragraphs.
        paragraphs: the span of each, at whose end every quotation ends.
    """
    spans = [
        (start + at, start + to)
        for start, end in paragraphs
        for at, to in quotations(text[start:end])
    ]
    bare = _without(text, spans)
    told = _told(bare)
    whole: list[Saying] = []
    for start, end in spans:
        who = _speaker(bare, start, end, told, whole)
        if who is not None:
            whole.append(Saying(start, end, who))
    return [*told, *whole]


def name_in(phrase: str) -> str:
    """Return who is named by a phrase that says who speaks; UNNAMED where it only describes.

    "The physician Dr. Amberg" and "Krag, the teacher," are named; "the head of Kenya Farms" is not.
    """
    first, *further = phrase.strip(" ,").split(",")
    if name := _first_name(first):
        return name
    beside = re.match(rf"\s*(?:one )?({_NAME})\s*$", further[0]) if further else None
    return _without_openers(beside[1]) if beside else UNNAMED


def _first_name(words: str) -> str:
    """Return the first name in some words, unless a preposition makes it part of something."""
    for match in re.finditer(_NAME, words):
        name = _without_openers(match[0])
        before = words[: match.start()].split()
        if name:
            return UNNAMED if before and before[-1].lower() in _RELATING else name
    return UNNAMED


def _without_openers(name: str) -> str:
    words = name.split()
    while words and is_stopword(words[0].lower()):
        words.pop(0)
    return " ".join(words)


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return a text of the same length without the words within quotation marks."""
    for start, end in spans:
        text = f"{text[:start]}{'·' * (end - start)}{text[end:]}"
    return text


def _told(bare: str) -> list[Saying]:
    """Return the places outside quotations that tell who speaks, in order."""
    told: list[Saying] = []
    places = sorted((*_VERB.finditer(bare), *_THAT.finditer(bare)), key=re.Match.start)
    for place in places:
        who = _teller(bare, place, told)
        if who is not None:
            told.append(Saying(*place.span(), who))
    return told


def _teller(bare: str, place: re.Match[str], before: Sequence[Saying]) -> str | None:
    """Return who speaks by a verb of saying or a clause with "that"; None for nobody."""
    if place.re is _THAT:
        if place["who"] in _WRITER:
            return None
        return _resolved(bare, place.start(), place["who"], before)
    phrase = _PHRASE.match(bare, place.end())
    behind = name_in(phrase[0]) if phrase else UNNAMED
    if place[0].lower() == _ACCORDING:
        return behind
    start = max((cut.end() for cut in _CLAUSE.finditer(bare, 0, place.start())), default=0)
    clause = bare[start : place.start()]
    subject = _SUBJECT.search(clause)
    if subject and (subject["who"] in _WRITER or subject["who"].endswith(_POSSESSIVE)):
        return None  # the writer of the whole, or what is somebody's
    if subject and (subject["of"] or "").lower() not in _RELATING:
        return _resolved(bare, start + subject.start("who"), subject["who"], before)
    if clause.strip() and not clause.endswith(", "):
        return name_in(clause)
    return name_in(clause) or behind or None  # "…, said Petrovic"


def _resolved(bare: str, at: int, who: str, told: Sequence[Saying]) -> str:
    """Return a name as it is, and for a pronoun at a place the name that it stands for."""
    if not re.fullmatch(_MEANT, who):
        return _without_openers(who)
    ends = [0, *(match.end() for match in _SENTENCE.finditer(bare, 0, at))]
    for start, end in zip(reversed(ends), [at, *reversed(ends)], strict=False):
        here = [each.who for each in told if start <= each.start < end and each.who]
        if name := here[0] if here else _first_name(bare[start:end]):
            return name
    return UNNAMED


def _speaker(
    bare: str, start: int, end: int, told: Sequence[Saying], before: Sequence[Saying]
) -> str | None:
    """Return who says the quotation at a span; None where nothing tells.

    Args:
        bare: the paragraph, without quotations.
        start, end: the span.
        told: where it is told who speaks.
        before: the quotations before it, with their speakers.
    """
    behind = _GAP.match(bare, end)
    phrase = _PHRASE.match(bare, behind.end()) if behind else None
    if phrase and phrase[0].strip() and (who := _behind(bare, phrase, told)) is not None:
        return who
    opening = max((match.end() for match in _SENTENCE.finditer(bare, 0, start)), default=0)
    here = [saying for saying in told if opening <= saying.start < start]
    if here:
        return here[-1].who
    return before[-1].who if before and not bare[opening:start].strip(_MARKS) else None


def _behind(bare: str, phrase: re.Match[str], told: Sequence[Saying]) -> str | None:
    """Return who says the quotation before some words of the same sentence, if they tell."""
    subject = re.match(rf"(?P<who>{_MEANT}|{_NAME}) [a-z]", phrase[0])
    if subject:
        return _resolved(bare, phrase.start(), subject["who"], told) or None
    verb, _, after = phrase[0].partition(" ")
    if _VERB.fullmatch(verb):
        return name_in(after)
    return None if is_stopword(verb.lower()) else name_in(after) or None
