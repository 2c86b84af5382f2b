"""What a question asks for: the kind of answer, from whom, about what time, and in which parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rag.dates import MONTHS, TIME, Times, times_meant
from rag.documents.terms import Term, analyze
from rag.retrieval.framing import meaning, says, sentences_of, split_orders, unframe
from rag.retrieval.wanted import Kind, wanted_kind, wanted_unit

# A further question in the same sentence, which asks for something of its own.
_WH = r"(?:who|whom|whose|what|which|when|where|why|how)"
_JOINT = re.compile(rf"[,;:]?\s+and\s+(?={_WH}\b)|[:;]\s+(?={_WH}\b)", re.IGNORECASE)
_MONTH = "|".join(MONTHS)
_TWO_TIMES = re.compile(
    rf"\b(in |on |during )((?:{_MONTH})(?: \d{{4}})?|\d{{4}}),? (?:and|or|versus|vs\.?)"
    rf" (?:in |on |during )?((?:(?:{_MONTH}) )?\d{{4}})\b",
    re.IGNORECASE,
)
_NEWEST = re.compile(
    r"\b(?:the )?(?:latest|newest|most recent(?:ly)?|current(?:ly)?|now(?:adays)?|today"
    r"|at present)\b",
    re.IGNORECASE,
)
_UNTIL_OR_SINCE = re.compile(
    rf"\b(?:before|until|prior to|after|since)\s+(?:{TIME.pattern})", re.IGNORECASE
)
_SIDES = re.compile(
    r"\b(?:disagree|differ|differences?|contradict|compared?|versus|vs|changed?|evolved?|views?"
    r"|reasons|sources|articles|outlets|sides|really|both)\b",
    re.IGNORECASE,
)
# What one article says of these is seldom all there is: another may say otherwise.
OPEN_KINDS = frozenset(("yes-no", "number"))
MOST_PARTS = 3
MIN_PART = 3  # meaningful words; a part with fewer is understood behind the first one


class Question(NamedTuple):
    """A question as it is understood.

    ``text`` is what is looked for, without what addresses the answerer or names
    the corpus; ``unit`` is what a "how many" counts; ``times`` are what it asks
    about; ``newest`` asks for how things stand now; ``outlets`` are named as those
    who say it; ``sides`` tells that more than one article should speak, and
    ``asks`` that it asks anything, and is not only an order to the answerer.
    """

    text: str
    kind: Kind | None
    unit: str | None
    times: Times
    newest: bool
    outlets: tuple[str, ...]
    sides: bool
    asks: bool


def read_question(
    text: str, *, outlets: Sequence[str] = (), years: Sequence[int] = ()
) -> list[Question]:
    """The parts of a question, each understood; one for most.

    Args:
        text: as asked.
        outlets: those of the corpus.
        years: those from which its articles are; a month without a year is one of any.
    """
    asked, _ = split_orders(text)
    plain = asked or text
    named = outlets_named(plain, outlets)
    sides = bool(_SIDES.search(plain)) or len(named) > 1

    def understand(part: str, topic: str) -> Question:
        kind = wanted_kind(_NEWEST.sub("the", part))
        whole = f"{topic} {part}" if topic else part
        # A time without end stands in no text as it is asked for, nor does "the latest".
        looked_for = _NEWEST.sub("the", _UNTIL_OR_SINCE.sub("", whole))
        is_open = kind is not None and kind.name in OPEN_KINDS and not named
        return Question(
            text=looked_for,
            kind=kind,
            unit=wanted_unit(part),
            times=times_meant(whole, years),
            newest=bool(_NEWEST.search(part)),
            outlets=named,
            sides=sides or is_open,
            asks=bool(asked),
        )

    first, *others = _parts(unframe(plain, named))[:MOST_PARTS]
    topics = [first if meaning(part) < MIN_PART else "" for part in others]
    return [understand(first, ""), *map(understand, others, topics)]


def outlets_named(text: str, outlets: Sequence[str]) -> tuple[str, ...]:
    """The outlets that a text names as those who say something, in full or by a last name.

    Args:
        text: a question.
        outlets: those of the corpus.
    """
    terms = analyze(text)
    found = []
    for outlet in outlets:
        places = [place for name in _names(outlet) for place in _places(name, terms)]
        if any(says(text, start, end) for start, end in places):
            found.append(outlet)
    return tuple(found)


@lru_cache(maxsize=10_000)
def _names(outlet: str) -> tuple[tuple[str, ...], ...]:
    """The names of an outlet as terms: "Al-Arabiya and Al-Hadath" are two."""
    names = (tuple(t.term for t in analyze(name)) for name in re.split(r",| and ", outlet)[:2])
    return tuple(name for name in names if name)


def _places(name: tuple[str, ...], terms: Sequence[Term]) -> Iterator[tuple[int, int]]:
    """Where a name stands whole, or its last part with a capital."""
    for at, term in enumerate(terms):
        if tuple(t.term for t in terms[at : at + len(name)]) == name:
            yield term.start, terms[at + len(name) - 1].end
        elif len(name) > 1 and term.term == name[-1] and term.name:
            yield term.start, term.end


def _parts(text: str) -> list[str]:
    asked = [sentence for sentence in sentences_of(text) if sentence.endswith("?")]
    parts = [part.strip() for sentence in asked for part in _JOINT.split(sentence)]
    parts = [part for part in parts if meaning(part)]
    if len(parts) > 1:
        return parts
    two = _TWO_TIMES.search(text)
    if two:
        year = "" if two[2][-1].isdigit() else f" {two[3][-4:]}"
        first, second = f"{two[1]}{two[2]}{year}", f"{two[1]}{two[3]}"
        return [text.replace(two[0], first), text.replace(two[0], second)]
    return [text]
