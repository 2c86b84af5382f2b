"""What a name looks like in English text: words with a capital where a capital means a name.

One idea in several widths, since a name is looked for in sentences, in clauses, in questions
and before verbs. The patterns are texts, to be compiled by themselves or within others, and
mind capitals: they are never to be compiled with ``re.IGNORECASE``.
"""

from __future__ import annotations

import re

from rag.text.dates import MONTH_NAMES, WEEKDAYS
from rag.text.numbers import SMALL_NUMBERS
from rag.text.terms import Term

_WORD = r"[^\W\d_a-z]\w+"  # with a capital, in any script that has them
_LATIN_WORD = r"[A-Z][\w’'-]"  # its beginning, to be followed by "+" or "*"
_NO_MONTH = rf"(?!(?:{MONTH_NAMES})\b)"

# A capital inside a sentence; the first word has one in any case.
NAME_INSIDE = rf"(?<=[a-z,;’'”\d] ){_WORD}"
# In a clause by itself, behind any word of it.
PERSON_IN_CLAUSE = rf"(?<=[^.!?] )(?:{_NO_MONTH}{_LATIN_WORD}+ )+(?:al-|Al )?[A-Z]\w+|\bal-[A-Z]\w+"
NAME_IN_QUESTION = (
    rf"(?:\b(?:al|el)-)?\b{_LATIN_WORD}*(?: (?:al-|el-|de |van |bin )?{_LATIN_WORD}*)*"
)
# Words with capitals in a row. What follows "the" is rather an office or a country.
_PART = r"(?:al-)?[A-Z][a-z]+[’']?"
NAME_IN_PROSE = rf"(?<=[a-z,] )(?<!\b[Tt]he ){_PART}(?:[ -]{_PART}){{0,4}}"

# Of somebody who may do something: a person, a country, its government.
_ACTOR = re.compile(
    rf"(?:(?:Prime|Foreign|Defen[cs]e|Vice) )?(?:al-|Al )?{_LATIN_WORD}+"
    rf"(?:(?: (?:al-|Al |a-|of the |of )?|-){_LATIN_WORD}*)*(?:’s|'s)?"
    r"(?: government| parliament| factions)?"
)
_WEEKDAY_NAMES = "|".join(f"{day.title().removesuffix('day')}(?:day)?" for day in WEEKDAYS)
_NOBODY = re.compile(
    rf"(?:{MONTH_NAMES}|{_WEEKDAY_NAMES})\b|(?:The|A|In|On|At|It|This|These|However|Moreover"
    r"|According|Following|After|Since|While|Although|Despite|So|But|And|If|When)\b"
)


def actors_named(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the spans of names of people, countries and the like between two offsets."""
    spans = (match.span() for match in _ACTOR.finditer(text, start, end))
    return [(a, b) for a, b in spans if not _NOBODY.match(text, a)]


# Words that begin a sentence, name nothing, and are no stop words.
_OPENERS = frozenset(
    """additionally although another because clearly currently despite even every finally however
    instead indeed key later likewise main many maybe meanwhile moreover nearly neither nevertheless
    nobody none nothing once overall perhaps recently several since soon still then therefore though
    thus today together tomorrow total unlike whoever within without yes yet yesterday""".split()
) | frozenset(SMALL_NUMBERS[2:11])
_COMMON_ENDINGS = ("s", "ed", "ing", "ly", "ion", "ment", "ence", "ance", "ity", "ness")
_SENTENCE_START = re.compile(r"^$|(?:[.!?:]\s+|[“\"]\s*)$")
_BEFORE = 4  # characters before a word that say whether it begins a sentence


def is_name(text: str, term: Term) -> bool:
    """Return whether a term of a text is written like a name.

    That is with a capital; at the start of a sentence, only what looks like a name there. A
    sentence hardly begins with a common noun in the singular and without an article, so
    "Austin" is a name there, "Officials" and "Negotiation" are not.
    """
    before = text[max(0, term.start - _BEFORE) : term.start]  # looking no further back is linear
    if not before.strip(' “"') and term.start < _BEFORE:
        before = ""
    if not term.name or not _SENTENCE_START.search(before):
        return term.name
    word = text[term.start : term.end].lower()
    return word not in _OPENERS and not word.endswith(_COMMON_ENDINGS)
