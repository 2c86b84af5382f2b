"""Part a question that asks several things: who and when, this and that, each of two."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from rag.text.dates import MONTH_NAMES
from rag.text.quotations import STATING
from rag.text.terms import analyze, is_stopword
from rag.text.words.languages import language_of

_MOST_PARTS = 3
_FEWEST_WORDS = 3  # meaningful ones; a part with fewer is understood behind the first part
_WH = r"(?:who|whom|whose|what|which|when|where|why|how)"
_VERB = (
    "do|does|did|is|are|was|were|has|have|had|will|would|can|could|should|may|might|must|happened"
)
# A further question in the same sentence, which asks for something of its own.
_NOT_BEHIND = "".join(rf"(?<!\b{word})" for word in _WH[3:-1].split("|"))
_JOINT = re.compile(rf"{_NOT_BEHIND}[,;:]?\s+and\s+(?={_WH}\b)|[:;]\s+(?={_WH}\b)", re.IGNORECASE)
# Behind a comma a question word may also begin a clause ("the mayor, who resigned"): there it must
# stand alone, or a verb or a quantity follow it.
_BARE = (
    r"(?:(?:by|with|for|to|from) whom|since when|until when|how (?:much|many|long|often)|who"
    r"|when|where|why|how)"
)
_LISTED = re.compile(
    rf",\s+(?={_BARE}\s*(?:,|and\b|\?|$))"
    rf"|,\s+(?=(?:what|when|where|why|how) (?:{_VERB})\b|how (?:much|many|long|old|far)\b)",
    re.IGNORECASE,
)
_ALONE = re.compile(rf"{_BARE}\W*$", re.IGNORECASE)
_ASKING = re.compile(rf"^\W*(?:{_WH}|{_VERB})\b", re.IGNORECASE)
# Without a question mark "May 2020 saw the flood" and "Will Smith acted in it" ask nothing.
_STATING_START = re.compile(r"^\W*(?:May|Will|Can|Might|Must)\s+(?:[A-Z]|\d)")
_FIRST_WORDS = re.compile(
    r"^\W*(?:(?:what|which|whose) (?=\w+ing\b|\w+ed\b)|how (?:much|many|long|often) |"
    r"(?:who|whom|what|which|when|where|why|how) )",
    re.IGNORECASE,
)
_THING = re.compile(
    r"\b(?:the|this|that|its|a|an) (?:[\w’'-]+ ){0,3}?[\w’'-]+(?=$|[,?.]| (?:and|was|is|were|are|in"
    r"|on|at|by|of|for|from|to|with|has|had|did|\w+ed)\b)|(?<=\s)[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*"
)
_IT = re.compile(r"\b(?:it|they|them|this|that|these|those)\b(?! \w+s\b)", re.IGNORECASE)
_ITS = re.compile(r"\b(?:its|their)\b", re.IGNORECASE)
_TWO_TIMES = re.compile(
    rf"\b(in |on |during |of |for )((?:{MONTH_NAMES})(?: \d{{4}})?|\d{{4}}),?"
    r" (?:and|or|versus|vs\.?|with|to)"
    rf" (?:in |on |during |of |for )?((?:(?:{MONTH_NAMES}) )?\d{{4}})\b",
    re.IGNORECASE,
)
# "Compare X and Y": what is compared; of "the budget of X and Y" the second is short.
_COMPARED = re.compile(
    r"^\W*(?:(?:please |can you |could you )*(?:compare|contrast)|(?:what (?:is|are|was|were) )?"
    r"(?:the )?(?:differences?|similarit(?:y|ies)|comparison) (?:between|of)"
    r"|how (?:do|does|did|is|are|was|were)) "
    r"(?P<one>.+?),? (?:and|with|to|versus|vs\.?|from|differ(?:ent)? from|compared? (?:to|with)) "
    r"(?P<other>.+?)(?P<last> differ(?:ent)?| compare)?"
    r"(?P<on> (?:in|on|about|regarding|as to) .+)?$",
    re.IGNORECASE,
)
_SHARED = re.compile(r"^(.+ (?:of|for|in|at|by|from|on|to)) ", re.IGNORECASE)
_OWNER = re.compile(r"[’']s?$")
_OWNED = re.compile(r"^\S+(?: \S+)?[’']s? (?P<thing>.+)$")
_THAT_OF = re.compile(r"^(?:that|those|the one) (?:of|for|in|at|by|from|on) ", re.IGNORECASE)
_NAMED = r"(?:the [\w’'-]+|(?:the )?[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*)"
_TWO = re.compile(rf"\b(?:both )?({_NAMED}),? and ({_NAMED})(?!\s+[\w’'-]+s\b)(?=[\s?,.]|$)")
# Where each of two is asked for what it says, or for what is its own.
_SPEAKING = re.compile(rf"\s+(?:{STATING}|think)\b", re.IGNORECASE)
_EACH_WORDS = re.compile(r",?\s*\b(?:each|both|respectively)\b", re.IGNORECASE)
# Before what is asked for: "What are", "Who is"; and within it.
_ASKS_WHAT = re.compile(
    r"^\W*(?:(?:which|what|who)\b(?:[’']s\b)?\W*)?(?:(?:is|was|are|were)\b\W*)?", re.IGNORECASE
)
_DETERMINER = re.compile(r"(?:the|a|an|all|every|its|their|his|her|our|of|any)$", re.IGNORECASE)
_ANY_VERB = re.compile(rf"(?:{_VERB})$", re.IGNORECASE)


class QuestionPart(NamedTuple):
    """One thing that is asked: the words by which its kind is known, and what is looked for.

    ``is_side`` says that it is one side of a comparison.
    """

    asked: str
    text: str
    is_side: bool = False


def question_parts(text: str) -> list[QuestionPart]:
    """Return the parts of a question, each to be understood by itself; most have one.

    Args:
        text: a question, without what addresses the answerer.
    """
    asked = [each for each in sentences(text) if each.endswith("?") or _asks(each)]
    found = [part.strip() for each in asked for part in _split(each)]
    found = [part for part in found if meaningful_words(part) or _ALONE.match(part)]
    if len(found) > 1 and meaningful_words(found[0]):
        parts = [QuestionPart(found[0], found[0])]
        for part in found[1:_MOST_PARTS]:
            parts.append(_behind(part, parts[0].text, parts[-1].text))
        return parts
    for parted in (_of_two_times, _compared, _of_two):
        both = parted(text)
        if both:
            return [QuestionPart(part, part, parted is _compared) for part in both]
    return [QuestionPart(text, text)]


def _asks(sentence: str) -> bool:
    """Return whether a sentence without a question mark is one that asks."""
    return _ASKING.match(sentence) is not None and not _STATING_START.match(sentence)


def meaningful_words(text: str) -> int:
    """Return how many words of a text name something."""
    language = language_of(text)
    return sum(not is_stopword(term.term, language) for term in analyze(text))


def sentences(text: str) -> list[str]:
    """Return the sentences of what a user typed."""
    from sentencex import segment

    return [sentence.strip() for sentence in segment("en", text) if sentence.strip()]


def _split(sentence: str) -> Iterator[str]:
    for part in _JOINT.split(sentence):
        yield from (each.strip(" ,") for each in _LISTED.split(part))


def _behind(part: str, first: str, last: str) -> QuestionPart:
    """Return a part with what it takes from those before: what was asked about, or its thing.

    Args:
        part: as it was written.
        first, last: the first part, and the one just before, as they are understood.
    """
    if _ALONE.match(part):
        word, rest = part.strip(" ?,."), _FIRST_WORDS.sub("", last).rstrip(" ?,.")
        return QuestionPart(f"{word} did", f"{word[0].upper()}{word[1:]} {rest}?")
    things = _THING.findall(last)
    if things:
        named = _ITS.sub(f"{things[-1]}’s", _IT.sub(things[-1], part))
        if named != part:
            return QuestionPart(part, named)
    return QuestionPart(part, f"{first} {part}" if meaningful_words(part) < _FEWEST_WORDS else part)


def _of_two_times(text: str) -> list[str]:
    two = _TWO_TIMES.search(text)
    if two is None:
        return []
    year = "" if two[2][-1].isdigit() else f" {two[3][-4:]}"
    times = (f"{two[1]}{two[2]}{year}", f"{two[1]}{two[3]}")
    return [text.replace(two[0], time) for time in times]


def _compared(text: str) -> list[str]:
    """Return what is said of each of two things that are to be compared."""
    found = _COMPARED.match(text.rstrip(" ?.!"))
    if found is None or (text.lower().lstrip().startswith("how") and not found["last"]):
        return []
    one, other, on = found["one"], found["other"], found["on"] or ""
    other = _THAT_OF.sub("", other)
    owned = _OWNED.match(other)
    shared = _SHARED.match(one)
    if _OWNER.search(one) and owned:
        one = f"{one} {owned['thing']}"
    elif shared and not _SHARED.match(f"{other} "):
        other = f"{shared[1]} {other}"
    return [f"{one}{on}", f"{other}{on}"]


def _of_two(text: str) -> list[str]:
    """Return the question for each of two who are asked about together."""
    two = _TWO.search(text)
    if two is None:
        return []
    # In "US and Iraqi officials say" the second is no speaker, but says of what kind they are.
    if not (_EACH_WORDS.search(text) or _SPEAKING.match(text, two.end())):
        return []
    return [_EACH_WORDS.sub("", text.replace(two[0], each, 1)) for each in two.groups()]


def asked_noun_phrase(text: str) -> tuple[str, ...]:
    """Return the terms of the noun phrase that a question asks for, its noun last; maybe none.

    "What are the auditors' main recommendations?" asks for the last three of these words.
    """
    terms: list[str] = []
    rest = _ASKS_WHAT.sub("", text)
    for term in analyze(rest):
        word = rest[term.start : term.end]
        if _DETERMINER.match(word):
            if terms:
                break
            continue
        if _ANY_VERB.match(word) or is_stopword(term.term):
            break
        terms.append(term.term)
    return tuple(terms)
