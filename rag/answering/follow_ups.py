"""Rewrite a follow-up as a question of its own, by rules on English text."""

from __future__ import annotations

import re
from typing import NamedTuple

from rag.answering.collection.facts import read_fact
from rag.retrieval.question import COMMAND
from rag.text.dates import TIME
from rag.text.names import NAME_IN_QUESTION
from rag.text.terms import analyze, is_stopword
from rag.text.words.documents import DOCUMENT_NOUN

_MAX_CONTEXT = 5  # phrases of the question before that a follow-up takes along
_FEW_WORDS = 1  # meaningful words with which a question can hardly stand alone ("Why?")
_MAX_PHRASE = 6  # words of a follow-up that is a phrase and no question
_MAX_QUOTE = 160  # characters of a quote that a question repeats
_MORE = re.compile(r"\W*(?:some |any )?(?:more|further|other|another|else)\b", re.IGNORECASE)
# What asks for those that were counted.
_WHICH_ONES = re.compile(
    r"^\W*(?:(?:and|so|please|ok(?:ay)?)\b\W*)*(?:(?:list|name|show|enumerate|display|give|tell)"
    r"(?: me)?(?: all(?: of)?)? (?:them|these|those)(?: all)?|which(?: ones)?(?: are they)?"
    r"|what are they)(?: please)?\W*$",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(r"^\W*how many\b", re.IGNORECASE)
_POINTS_ONLY = frozenset(("instead", "els"))  # terms that name nothing
_NEW_SUBJECT = re.compile(
    r"^\s*(?:now |but )?(?:something else|(?:on )?another (?:question|subject|topic|matter)"
    r"|(?:a )?(?:different|new) (?:question|subject|topic)|change of (?:subject|topic))\b"
    r"[\s:;,.–-]*",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    r"^\s*(?:no|sorry|rather|actually|oh)?\b[\s,.–-]*"
    r"\b(?:i (?:mean|meant|was asking about)|sorry|rather|not that,?|correction:?)\b[\s,:–-]*",
    re.IGNORECASE,
)
_CONTINUING = re.compile(
    r"^\s*(?:(?:and|but|or|so|then|also|ok(?:ay)?)\b[\s,]*)*(?:(?:what|how) about\b\s*)?",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"\b(?:who|whom|whose|what|which|when|where|why|how|do|does|did|is|are|was|were|has|have|had"
    r"|will|would|can|could|should)\b",
    re.IGNORECASE,
)
# Words that point back at what was said before …
_POINTING = re.compile(
    r"\b(?:they|it|them|theirs|this|these|those|then|former|latter|same|else|instead|(?:that|which)"
    r"(?=\s*[?.!,]|\s*$))\b|\b(?<!are )(?<!is )(?<!was )(?<!were )(?<!be )(?<!been )there\b"
    r"|\b(?:which|that|this|the|another|other) ones?\b"
    r"|\b(?:about|of|to|for|from|with|in|after|before) that\b",
    re.IGNORECASE,
)
# Of these nothing points back: "this year", "those who", "is it true that".
_POINTS_NOWHERE = re.compile(
    r"\bthis (?:year|month|week|morning|evening|spring|summer|autumn|winter)\b|\bthese days\b"
    r"|\bthose (?:who|that|which|of)\b|\bthe then\b|\b(?:is|was) it (?:true|the case|possible|legal"
    r"|allowed|necessary|permitted|forbidden|safe)\b|\b(?:does|did|will|would) it (?:take|cost)"
    r"(?=.* to \w)",
    re.IGNORECASE,
)
# … unless what they stand for comes before them in the same question: two named things, or one
# where the pronoun begins a clause of its own ("Why did the council sell the mill when it …").
_OWN_THING = re.compile(
    r"\b(?:did|does|do|has|have|had|will|would|can|could|should) (?:the|an?|each|every|both) [a-z]"
    r"[\w-]+",
    re.IGNORECASE,
)
_BEGINS_CLAUSE = re.compile(
    r"\b(?:and|or|but|when|while|because|since|as|that|if|after|before|although) $", re.IGNORECASE
)
_TWO_THINGS = 2
_PRONOUN = re.compile(r"\b(he|she|him|her|his|hers|its|their)\b", re.IGNORECASE)
_PERSONAL = re.compile(r"\b(he|she|him|her|his|hers)\b", re.IGNORECASE)
_WHO_SAID_SO = re.compile(
    r"^\W*(?:and |but )?who (?:said|says|claims?|claimed) (?:that|this|so|it)\W*$", re.I
)
_THE_DOCUMENT = re.compile(
    rf"^(?:it|this|that|(?:this|that|the(?: same)?) {DOCUMENT_NOUN})$", re.IGNORECASE
)
# What alone asks for another fact of the document that the question before was about.
_OTHER_FACT = {
    "when": "When was {} published?",
    "when was that": "When was {} published?",
    "where": "Where was {} published?",
    "who": "Who wrote {}?",
    "by whom": "Who wrote {}?",
}
_NAME = re.compile(NAME_IN_QUESTION)
_PLACE_PHRASE = r"\b(in|at|from|across|near|against|for|by|to) ((?:the )?{name})"
_PREPOSITION = re.compile(r"^(?:in|on|at|by|since|until|during|last|this)\s+", re.IGNORECASE)
_SUBJECT = re.compile(
    r"\b((?:did|does|do|has|have|had|was|is|were|are|will|would|can|could)\s+)"
    r"((?:(?:the|his|her|their|its|a|an) )?(?:al-)?[A-Z][\w-]*(?: (?:al-)?[A-Z][\w-]*)*"
    r"(?:[’']s(?: \w+){1,2})?)"
)
_SOURCE = re.compile(
    r"\baccording to (?:the )?[\w.’'-]+(?: (?:at |and |of )?[A-Z][\w.’'-]*)*", re.IGNORECASE
)
_YEAR_ON = re.compile(
    r"\b(?:(?:a|one|the) year (earlier|before|later|after|on)"
    r"|the (previous|prior|following|next) year)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


class Turn(NamedTuple):
    """A question as it was understood, and the first quote of its answer with what it is from."""

    question: str
    quote: str | None = None
    published: str | None = None
    title: str | None = None


def stand_alone(question: str, last: Turn | None) -> str:
    """Rewrite a follow-up as a question of its own, by rules.

    Args:
        question: as asked.
        last: the turn before, if any.
    """
    fresh = _NEW_SUBJECT.sub("", question)
    of_document = None
    if last is not None:
        of_document = _other_fact(question, last) or _of_document(question, last.title)
    if of_document is not None:
        return of_document
    if last is None or fresh != question or not _points_back(question):
        return fresh if re.search(r"\w", fresh) else question
    if _WHICH_ONES.match(question) and _HOW_MANY.match(last.question):
        return _HOW_MANY.sub("Which", last.question)
    if last.quote and _WHO_SAID_SO.match(question):
        return f"Who said “{_short(last.quote)}”?"
    phrase = _phrase(question)
    if phrase is not None:
        return _replaced(_dated(phrase, last), last.question)
    bare = _CONTINUING.sub("", question, count=1) or question
    named = _with_names(bare, last)
    if named is None:
        return _with_context(question, last.question)
    return named if bare == question else _with_context(named, last.question)


def _other_fact(question: str, last: Turn) -> str | None:
    """Return "And when?" as a question about the document whose author was asked for before."""
    bare = _CONTINUING.sub("", question, count=1).strip(" ?.!,").lower()
    asked = read_fact(last.question) if bare in _OTHER_FACT else None
    return _OTHER_FACT[bare].format(asked.about) if asked else None


def _of_document(question: str, title: str | None) -> str | None:
    """Return "Who wrote that?" as a question about the document that was quoted, if it is such."""
    bare = _CONTINUING.sub("", question, count=1).strip()
    asked = read_fact(bare) if title else None
    if asked is None or not _THE_DOCUMENT.match(asked.about):
        return None
    named = re.sub(rf"\b{re.escape(asked.about)}\b", lambda _: f"“{title}”", bare, count=1)
    return named[0].upper() + named[1:]


def _points_back(question: str) -> bool:
    """Return whether a question can hardly be understood without the one before."""
    if _NEW_SUBJECT.match(question):
        return False
    if _phrase(question) is not None:
        return True
    plain = _POINTS_NOWHERE.sub(lambda match: "-" * len(match[0]), question)
    pointing = [*_POINTING.finditer(plain), *_PRONOUN.finditer(plain)]
    if pointing:
        return not all(_stands_for_own(plain, match) for match in pointing)
    own = COMMAND.sub("", question)
    named = [term for term in analyze(own) if not is_stopword(term.term)]
    if own != question and named and not _MORE.match(own):
        return False  # "Tell me a joke" says what it wants
    return len(named) <= _FEW_WORDS and not any(term.name and term.start for term in named)


def _stands_for_own(question: str, pronoun: re.Match[str]) -> bool:
    """Return whether what a pronoun stands for comes before it in the same question."""
    before = question[: pronoun.start()]
    own = len(_names(before)) + len(_OWN_THING.findall(before))
    if _PRONOUN.fullmatch(pronoun[0]):
        return own > 0
    return own >= _TWO_THINGS or (own > 0 and _BEGINS_CLAUSE.search(before) is not None)


def _phrase(question: str) -> str | None:
    """Return what a follow-up names that is no question itself: "in Syria" of "And in Syria?"."""
    corrected = _CORRECTION.sub("", question, count=1)
    rest = _CONTINUING.sub("", corrected, count=1).strip(" ?.!,")
    if rest == question.strip(" ?.!,") or not rest:
        return None
    return None if _ASKING.search(rest) or len(rest.split()) > _MAX_PHRASE else rest


def _dated(phrase: str, last: Turn) -> str:
    """Return a phrase with "a year earlier" as the year before that of the last turn."""
    step = _YEAR_ON.search(phrase)
    years = _YEAR.findall(last.question) or _YEAR.findall(last.published or "")
    if step is None or not years:
        return phrase
    back = (step[1] or step[2]).lower() in ("earlier", "before", "previous", "prior")
    return f"in {int(years[-1]) - 1 if back else int(years[-1]) + 1}"


def _replaced(phrase: str, topic: str) -> str:
    """Put a phrase in the place of its like in the question before: time, source, place, person."""
    for like in (TIME, _SOURCE):
        if like.search(phrase):
            before = like.search(topic)
            if before is None:
                return _appended(topic, phrase)
            new, old = (re.sub(_PREPOSITION, "", text) for text in (phrase, before[0]))
            return topic.replace(old, new, 1)
    place = re.match(_PLACE_PHRASE.format(name=r"\w.*"), phrase, re.IGNORECASE)
    if place:
        same = re.compile(_PLACE_PHRASE.format(name=NAME_IN_QUESTION))
        found = [m for m in same.finditer(topic) if m[1].lower() == place[1].lower()]
        if found:
            return topic[: found[-1].start()] + phrase + topic[found[-1].end() :]
        return _appended(topic, phrase)
    subject = _SUBJECT.search(topic)
    if subject:
        return topic[: subject.start(2)] + phrase + topic[subject.end(2) :]
    return _with_context(f"What about {phrase}?", topic)


def _appended(topic: str, phrase: str) -> str:
    bare = _without_brackets(topic)
    return f"{bare.rstrip(' ?.!')} {phrase}?{topic[len(bare) :]}"


def _with_names(question: str, last: Turn) -> str | None:
    """Put a person in place of "he" or "her"; return None without a pronoun or a name for it."""
    if not _PERSONAL.search(question):
        return None
    names = _names(last.question)
    if not names and last.quote:
        names = [name for name in _names(last.quote) if " " in name]
    if not names:
        return None

    def name_for(pronoun: re.Match[str]) -> str:
        word = pronoun[0].lower()
        owns = word in ("his", "hers") or (
            word == "her" and re.match(r"\s+\w", pronoun.string[pronoun.end() :])
        )
        return f"{names[0]}’s" if owns else names[0]

    named = _PERSONAL.sub(name_for, question)
    return named[0].upper() + named[1:]


def _names(text: str) -> list[str]:
    """Return the names in a text but its first word, which has a capital in any case."""
    found = (match[0] for match in _NAME.finditer(text, len(text.split(" ")[0])))
    return [name for name in found if not TIME.search(name)]


def _with_context(question: str, topic: str) -> str:
    """Add what the question before was about, in brackets."""
    own = {term.term for term in analyze(question)}
    topic = _SOURCE.sub("", COMMAND.sub("", topic))
    has_time = TIME.search(question)
    phrases: list[str] = []
    end = -2
    for term in analyze(_without_brackets(topic)):
        if is_stopword(term.term) or term.term in own | _POINTS_ONLY:
            continue
        word = topic[term.start : term.end]
        if term.start == end + 1:
            phrases[-1] += f" {word}"
        else:
            phrases.append(word)
        end = term.end
    if has_time:
        phrases = [phrase for phrase in phrases if not TIME.search(phrase)]
    kept = [part for found in re.findall(r"\(([^()]*)\)\s*$", topic) for part in found.split(", ")]
    context = list(dict.fromkeys([*phrases, *kept]))[:_MAX_CONTEXT]
    return f"{question} ({', '.join(context)})" if context else question


def _without_brackets(topic: str) -> str:
    return re.sub(r"\s*\([^()]*\)\s*$", "", topic)


def _short(quote: str) -> str:
    words = " ".join(quote.split()).strip('“”"')
    return words if len(words) <= _MAX_QUOTE else f"{words[:_MAX_QUOTE].rsplit(' ', 1)[0]} …"
