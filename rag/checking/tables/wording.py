"""Find what a sentence about a row of a table adds: words that are not the table's, and no verbs.

Parts of speech are told by place. A verb has no article or preposition before it and no noun
directly behind it: "night-shift wages came to 342,000" adds "night-shift" and not "came".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.checking.tables.row import is_unit
from rag.text.names import is_name
from rag.text.numbers import Number
from rag.text.terms import Term

# What stands before a noun, so that a word behind it limits what is said: "of night staff".
_BEFORE_NOUN = re.compile(
    r"(?:\b(?:the|an?|its|their|his|her|our|this|that|these|those|of|for|in|by|with|at|on|from|to"
    r"|after|before|during|since|because|despite|under|over|between|among|per|as|about|any|some"
    r"|all|no|most|more)|[’']s|-)\s*$",
    re.IGNORECASE,
)
# "A bill of about 1.65 million" has a bill of nothing else than the number.
_OF_NUMBER = re.compile(
    r"\s+of(?:\s+(?:about|around|some|nearly|almost|over|(?:just )?under))?\s*\W?$"
)
_PER = re.compile(r"(?:\W|\b(?:an?|per)\b)*")  # between a number and its units: "£4 a metre"
_ADVERB = re.compile(r"\w{3,}ly$")


def added_words(
    text: str, words: Sequence[Term], numbers: Sequence[Number], is_there: Callable[[Term], bool]
) -> list[str]:
    """Return the words of a sentence that limit or add to what a row says, as they are written.

    Args:
        text: the sentence.
        words: those of it that carry meaning and are in no number or date, in order.
        numbers: of it, in order.
        is_there: whether the row, its header or what stands above the table has a word.
    """
    tokens: list[Term | Number] = sorted([*words, *numbers], key=lambda each: each.start)
    known = [isinstance(token, Number) or is_there(token) for token in tokens]
    measures = [isinstance(token, Number) for token in tokens]
    for at in range(1, len(tokens)):  # the words that measure stand behind a number
        gap = text[tokens[at - 1].end : tokens[at].start]
        if measures[at - 1] and _PER.fullmatch(gap):
            measures[at] |= is_unit(text[tokens[at].start : tokens[at].end])
            known[at] |= measures[at]
    return [
        text[token.start : token.end]
        for at, token in enumerate(tokens)
        if isinstance(token, Term) and not known[at] and _adds(text, tokens, known, at)
    ]


def _adds(text: str, tokens: Sequence[Term | Number], known: Sequence[bool], at: int) -> bool:
    token = tokens[at]
    before = text[tokens[at - 1].end if at else 0 : token.start]
    last = at  # of the words that stand directly behind each other from this one
    while last + 1 < len(tokens) and not known[last + 1] and _is_beside(text, tokens, last):
        last += 1
    follows = last + 1 < len(tokens) and _is_beside(text, tokens, last)
    leads_to_number = last + 1 < len(tokens) and isinstance(tokens[last + 1], Number)
    after = text[token.end : tokens[at + 1].start] if at + 1 < len(tokens) else "."
    if leads_to_number and at == last and _OF_NUMBER.fullmatch(after):
        return False
    if isinstance(token, Term) and at > 0 and is_name(text, token):
        return True
    # "Oakfield gave Brandt 1,204 votes", "Marchetti became clerk"
    ends = tokens[max(0, at - 1)], tokens[min(last + 1, len(tokens) - 1)]
    named = any(isinstance(end, Term) and is_name(text, end) for end in ends)
    is_between = at > 0 and not before.strip() and known[at - 1] and named
    if follows and not leads_to_number and not is_between:
        return True
    is_adverb = _ADVERB.match(text[token.start : token.end]) is not None
    return _BEFORE_NOUN.search(before) is not None and not is_adverb


def _is_beside(text: str, tokens: Sequence[Term | Number], at: int) -> bool:
    """Return whether the next token directly follows one, with no other word between."""
    return not text[tokens[at].end : tokens[at + 1].start].strip()
