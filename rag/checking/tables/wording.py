"""Find what a sentence about a row of a table adds: words that are not the table's, and no verbs.

A verb by which tables are told adds nothing where it can be one: no article or preposition before
it, and no noun directly behind it. "Night-shift wages came to 342,000" adds "night-shift" alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.checking.polarity import HEDGE_CUES, NEGATION_CUES
from rag.checking.statement import ADDED, DIFFERENCE, ROUNDED
from rag.checking.tables.row import is_unit
from rag.text.names import is_name
from rag.text.numbers import Number, numbers_in
from rag.text.terms import Term
from rag.text.words.currencies import CURRENCY_CODE, CURRENCY_SIGN

# What sets values side by side, tells of a change or is reckoned from several is not read here.
_RECKONED = re.compile(
    r"\b(?:than|unlike|whereas|versus|except|instead of|each|every|twice|double|compared|against"
    r"|behind|ahead of|out of|below|under|above|beneath|beyond|exceed\w*|overshot|overran|stayed"
    r"|ris(?:e|es|ing|en)|climb\w*|soar\w*|jump\w*|doubl\w*|tripl\w*|halv\w*|cut|peak\w*|slump\w*"
    r"|surg\w*|gain\w*|grow\w*|gr[eo]wn?|shr[aiu]nk\w*|declin\w*|reduc\w*|chang(?:ed|es|ing))\b",
    re.IGNORECASE,
)
UNREAD = (NEGATION_CUES, HEDGE_CUES, ADDED)
CHANGES = (DIFFERENCE, _RECKONED)
# With what a single row is compared stands elsewhere.
BEYOND = re.compile(r"\bthan(?: \S+){1,3}", re.IGNORECASE)
# The sign or code of a currency, before a number.
SIGN_END = re.compile(rf"(?:{CURRENCY_SIGN}|{CURRENCY_CODE})\s?$")
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
_GAP = re.compile(r"\W*")  # between a number and its unit
# The verbs by which tables are told. Any other says more than that a cell has a value: "expelled 14
# teachers" is no sentence on a number of teachers. By their beginnings.
_TELLING = re.compile(
    r"(?:c[ao]m(?:e|ing)|amount|st(?:and|ood)|total|reach|record|count|regist|report|list|measur|show|shown"
    r"|spen[dt]|cost|pa(?:id|y)|get|got|w[io]n|t[ao]k(?:e|ing)|took|receiv|earn|s[eo]l[dl]|h[eo]ld|r[au]n"
    r"|use|using|carr|land|employ|work|join|start|beg[aiu]n|open|end|leav|left|last|scor|lost|dr[ae]w"
    r"|play|finish|rank|plac|set|put|plann?|budget|schedul|alloc|assign|giv|gave|found|se(?:e|en)\b|saw|contain"
    r"|serv|attend|vot|cast|poll|pick|publish|appoint|elect|nam|call|bas|locat|situat|sit|sat|l[ai]y|lie"
    r"|weigh|averag|charg|pric|go(?:es)?\b|went|sail|depart|arriv|bound|head|led|lead|bec[ao]m|mak|made"
    r"|compris|consist|includ|treat|enrol|teach|taught|produc|generat|deliver|harvest|yield|stor|stock"
    r"|complet|hav|quot|book|log|sampl|host|fund|grant|award|manag|travel|extend|number|occup|provid|offer"
    r"|recruit|hous|driv|catch|caught|br(?:ing|ought)|ship|export|import|consum|burn|emit|suppl|donat"
    r"|distribut|process|inspect|sign|chair|direct|edit|establish|dat(?:ed|es)|born|liv|resid|operat"
    r"|maintain|own|rent|leas|len[dt]|borrow|invest|rais|collect|bill|invoic|order|return|answer"
    r"|respond|agree|think|thought|f(?:eel|elt)|prefer|rat(?:ed|es)|hit|net|conced|suffer|miss|attract"
    r"|welcom|admit|enter|pass|fail|graduat|span|cover|stretch|express|describ|harbou?r|feed|fed|fill"
    r"|charter|load|account|represent|belong|since\b|minus\b|negative\b|be(?:en|ing)?\b"
    # Of changes no cell is asked; see cells.py.
    r"|f[ae]ll|r[io]s[ei]|climb|drop|declin|decreas|increas|gr[eo]w|reduc|chang)\w*",
    re.IGNORECASE,
)
# "Exactly", but not "monthly".
_ADVERB = re.compile(r"(?!dai|week|month|year|hour|night|quarter)\w{3,}ly$", re.IGNORECASE)


def without_bounds(statement: str) -> str:
    """Return a sentence without the words before a round number: "just over 1,600"."""
    for number in reversed(numbers_in(statement)):
        before = SIGN_END.sub("", statement[: number.start])
        near = ROUNDED.search(before)
        if near:
            statement = f"{before[: near.start()]}{statement[number.start :]}"
    return statement


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
        if measures[at - 1] and _GAP.fullmatch(gap):
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
    named = any(isinstance(end, Term) and end.start and is_name(text, end) for end in ends)
    is_between = at > 0 and not before.strip() and known[at - 1] and named
    if follows and not leads_to_number and not is_between:
        return True
    word = text[token.start : token.end]
    is_adverb = at == last and _ADVERB.match(word) is not None
    is_counted = at > 0 and isinstance(tokens[at - 1], Number) and not before.strip()
    if not (_TELLING.match(word) or is_adverb or is_counted):
        return True
    return _BEFORE_NOUN.search(before) is not None and not is_adverb


def _is_beside(text: str, tokens: Sequence[Term | Number], at: int) -> bool:
    """Return whether the next token directly follows one, with no other word between."""
    return not text[tokens[at].end : tokens[at + 1].start].strip()
