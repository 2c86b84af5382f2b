"""Find where a sentence and its source limit one thing otherwise: few, most; before, after.

Such words shape what is said and are no words of it, so that two texts that differ in nothing else
have all their meaningful words in common. A limit is read with what it limits (the words behind
it) and with its setting (the other words of its sentence), which must be shared.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import NamedTuple

from rag.checking.polarity import CLAUSE_END, NOT_BEFORE
from rag.checking.statement import AnalyzedText, canonical
from rag.text.numbers import Number, numbers_in
from rag.text.words.bounds import ABOVE, BELOW, LEAST, MOST, NEARLY, ROUGHLY
from rag.text.words.currencies import CURRENCY_SIGN

BOUND = "bound"  # the flaw of a sentence that gives a bound as the value
# By kind, each value with the words for it; of two that fit at one place the first is read.
_WORDS = {
    "amount": {
        "not all": r"\bnot (?:quite )?(?:all|every)\b",
        "most": r"\b(?:(?:nearly|almost|virtually) (?:all|every)|(?:a|the|vast|great|large)"
        r" majority of|(?<!\bthe )(?<!\bat )(?<!\bits )(?<!\bhis )(?<!\bher )(?<!\btheir )"
        r"(?<![’']s )most(?! \w+ly\b))\b",
        "all": r"(?<!\bafter )(?<!\bat )(?<!\bof )(?<!\bin )(?<!\babove )\b(?:all(?! over)|every"
        r"(?! few| other| now)|each(?! other))\b(?!-)",
        "some": r"\b(?:(?:quite )?a few|some(?! \d)|several|a number of)\b",
        "few": r"\b(?<!\bevery )(?<!\blast )(?<!\bpast )(?<!\bnext )(?<!\bfirst )(?<!\bthe )few\b"
        r"|\b(?:a handful of|hardly any|a (?:small )?minority of)\b",
        "many": r"(?<!\bhow )(?<!\bas )(?<!\bnot )\b(?:many|numerous)\b",
    },
    "bound": {
        "up to": rf"\b(?:{MOST}|{BELOW}|{NEARLY})\b",
        "from": rf"\b(?:{LEAST}|{ABOVE})\b",
    },
    "time": {
        "not before": rf"{NOT_BEFORE}|\b(?:no|not) earlier than\b",
        "before": r"\b(?:before|prior to|until)\b",
        "after": r"\b(?:after(?! all)|following|since)\b",
    },
    "order": {
        "first": r"(?<!\bat )\b(?:first|1st)\b",
        "second": r"\b(?:second|2nd)\b",
        "third": r"\b(?:third|3rd)\b",
        "fourth": r"\b(?:fourth|4th)\b",
        "fifth": r"\b(?:fifth|5th)\b",
    },
    "degree": {
        "more": r"(?<!\bno )(?<!\bonce )\bmore\b(?! (?:than|or less)\b)",
        "less": r"(?<!\bor )(?<!\bno )\b(?:less|fewer)\b(?! than\b)",
    },
    "how often": {
        "always": r"(?<!\bnot )\balways\b",
        "sometimes": r"\b(?:sometimes|occasionally|(?:not|n[’']t) always)\b",
        "rarely": r"\b(?:rarely|seldom|hardly ever)\b",
    },
}
_LIMIT = re.compile(
    "|".join(
        f"(?P<{f'{kind}_{value}'.replace(' ', '_')}>{words})"
        for kind, values in _WORDS.items()
        for value, words in values.items()
    ),
    re.IGNORECASE,
)
_GROUPS = {
    f"{kind}_{value}".replace(" ", "_"): (kind, value)
    for kind, values in _WORDS.items()
    for value in values
}
# Words that make a time or number a bound.
_BOUNDED = re.compile(
    rf"{NOT_BEFORE}|\b(?:{LEAST}|{MOST}|{ROUGHLY}|{NEARLY}|{ABOVE}|{BELOW}"
    r"|(?:no|not) earlier than|at the (?:earliest|latest)|after|before|from)\b",
    re.IGNORECASE,
)
# What a sentence says, and what its source must not say instead. What holds of all holds of some,
# so that less than the source says is no fault.
_EXCLUDED = {
    "all": {"not all", "most", "many", "some", "few"},
    "most": {"many", "some", "few"},
    "many": {"few"},
    "some": set[str](),
    "few": {"all", "most", "many"},
    "not all": {"all"},
    "always": {"sometimes", "rarely"},
    "sometimes": {"rarely"},
    "rarely": {"always", "sometimes"},
}
_PARTIAL = {"most", "many", "some", "few"}  # each is said by "not all" as well
_LIMITED = 2  # meaningful words behind a limit that may say what it limits
_NEXT_ONLY = ("order", "degree")  # kinds that limit the very next word
_AROUND = 4  # meaningful words on each side of what is limited that are its setting
_SAME_SETTING = 0.5  # share of the setting that must be the source's
_SENTENCE_END = re.compile(r"[.!?;](?=\s|$)|\n")
_AT_ONCE = re.compile(rf"[\s-]*(?:(?:the|an?|about|some)\s+)?{CURRENCY_SIGN}?$", re.IGNORECASE)


class Limit(NamedTuple):
    """A word that sets a limit, and where it stands.

    ``of`` are the terms of what is limited, of a bound its number; ``before`` and ``around`` are
    the terms in front of the limit and all those around it and what it limits.
    """

    kind: str
    value: str
    words: str
    of: tuple[str, ...]
    before: frozenset[str]
    around: frozenset[str]


@lru_cache(maxsize=4_096)  # the same passages are held against one sentence after another
def limits(text: AnalyzedText) -> tuple[Limit, ...]:
    """Return the limits that a text sets, in order."""
    matches = list(_LIMIT.finditer(text.text))
    layout = _WordOrder.of_text(text) if matches else None
    found = (_read(text, layout, match) for match in matches if layout)
    return tuple(limit for limit in found if limit is not None)


class _WordOrder(NamedTuple):
    """Where the words, numbers, clauses and sentences of a text begin or end, in order."""

    words: list[int]
    numbers: list[Number]
    clauses: list[int]
    sentences: list[int]

    @classmethod
    def of_text(cls, text: AnalyzedText) -> _WordOrder:
        whole = len(text.text)
        return cls(
            [word.start for word in text.words],
            numbers_in(text.text),
            [*(end.start() for end in CLAUSE_END.finditer(text.text)), whole],
            [0, *(end.end() for end in _SENTENCE_END.finditer(text.text)), whole],
        )


def _read(text: AnalyzedText, layout: _WordOrder, match: re.Match[str]) -> Limit | None:
    """Read a limit with its setting; None where it limits nothing that can be told."""
    kind, value = _GROUPS[match.lastgroup or ""]
    start, end = match.span()
    limited = _limited(text, layout, kind, end)
    if limited is None:
        return None
    of, behind = limited
    at = bisect_right(layout.sentences, start)
    low, high = layout.sentences[at - 1], layout.sentences[min(at, len(layout.sentences) - 1)]
    first = bisect_left(layout.words, start)
    before = {canonical(w) for w in text.words[max(0, first - _AROUND) : first] if w.start >= low}
    after = {canonical(w) for w in text.words[behind : behind + _AROUND] if w.start < high}
    return Limit(kind, value, match[0], of, frozenset(before), frozenset(before | after))


def _limited(
    text: AnalyzedText, layout: _WordOrder, kind: str, end: int
) -> tuple[tuple[str, ...], int] | None:
    """Return what a limit that ends at an offset limits, and the place of the next word."""
    at = bisect_left(layout.words, end)
    if kind == "bound":
        next_number = bisect_left(layout.numbers, end, key=lambda number: number.start)
        number = next(iter(layout.numbers[next_number : next_number + 1]), None)
        if number is None or not _AT_ONCE.match(text.text[end : number.start]):
            return None
        return (str(number.value.normalize()),), bisect_left(layout.words, number.end)
    clause = layout.clauses[bisect_left(layout.clauses, end)]
    limited = [word for word in text.words[at : at + _LIMITED] if word.start < clause]
    if kind in _NEXT_ONLY:
        limited = [word for word in limited[:1] if not text.text[end : word.start].strip(" -")]
    return (tuple(map(canonical, limited)), at + len(limited)) if limited else None


def other_limit(said: AnalyzedText, source: AnalyzedText, whole: AnalyzedText) -> str | None:
    """Return why a sentence is not its source's, if one limits what the other limits otherwise.

    Args:
        said: the sentence.
        source: the words that it is read beside.
        whole: all that it cites; what it says itself somewhere there is in order.
    """
    for limit in limits(said):
        there = [given for given in limits(whole) if given.kind == limit.kind]
        if any(given.value == limit.value and _are_of_one_thing(limit, given) for given in there):
            continue
        for given in limits(source):
            if _excludes(limit, given) and _are_of_one_thing(limit, given):
                return f"the source says “{given.words}”, not “{limit.words}”"
    return None


def lost_bound(said: AnalyzedText, source: AnalyzedText) -> str | None:
    """Return why a sentence says too much, if it gives as a date what is only the earliest one.

    "Not before 2030" is not "in 2030". A sentence with a bound of its own is not looked at.
    """
    if _BOUNDED.search(said.text):
        return None
    terms = {canonical(word) for word in said.words}
    for given in limits(source):
        dated = any(of[0].isdigit() for of in given.of)
        shared = (given.before or given.around) & terms
        if given.value == "not before" and dated and shared and terms.issuperset(given.of[:1]):
            return f"the source says “{given.words} {' '.join(given.of)}”, which is a bound"
    return None


def say_not_all(one: AnalyzedText, other: AnalyzedText) -> bool:
    """Return whether one text says "not all" of what the other says "some", "few" or "most"."""
    return any(
        {a.value, b.value} - _PARTIAL == {"not all"} and _are_of_one_thing(a, b)
        for a in limits(one)
        for b in limits(other)
    )


def _excludes(said: Limit, given: Limit) -> bool:
    if said.kind != given.kind or said.value == given.value:
        return False
    return given.value in _EXCLUDED.get(said.value, {given.value})


def _are_of_one_thing(said: Limit, given: Limit) -> bool:
    """Return whether two limits are set to the same thing, in much the same setting."""
    if said.of[0] not in given.of and given.of[0] not in said.of:
        return False
    if said.before and given.before and not said.before & (given.around | set(given.of)):
        return False
    # "Rice is less dear than bread" and "bread is more dear than rice" say the same.
    if said.kind == "degree" and said.before & (given.around - given.before):
        return False
    setting = said.around | set(said.of[1:])
    shared = setting & (given.around | set(given.of))
    return len(shared) >= _SAME_SETTING * len(setting)
