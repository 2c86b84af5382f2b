"""Read what a question asks for: the kind of answer, from whom, of what time, in which parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from rag.retrieval.parts import QuestionPart, meaningful_words, question_parts, sentences
from rag.text.dates import MONTH_NAMES, TIME, Times, times_meant
from rag.text.names import NAME_INSIDE
from rag.text.numbers import QUANTITY
from rag.text.quotations import ARTICLES_SAY, JUDGING, OUTLET_SAYING, OUTLET_SAYS, STATING
from rag.text.terms import Term, analyze
from rag.text.words.currencies import CURRENCY_CODE, CURRENCY_NAME, CURRENCY_SIGN
from rag.text.words.languages import is_english

_SPANS_OF_TIME = "seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centur(?:y|ies)"
_LENGTHS = "(?:centi|kilo|milli)?met(?:re|er)s?|k?m|cm|feet|foot|ft|inch(?:es)?|yards?|miles?"
AUXILIARIES = "do|does|did|is|are|was|were|has|have|had|will|would|can|could|should|may|might|must"
PAYING = "cost|costs|pay|paid|spend|spent|price|earn|earned|worth|money".split(
    "|"
)  # asks for money
# Who is asked for by what they are: "which commander", "what two officials".
_PEOPLE = (
    "officials?|commanders?|ministers?|leaders?|presidents?|ambassadors?|generals?|persons?"
    "|people|m[ae]n|wom[ae]n|authors?|politicians?|analysts?|advisors?|advisers?|spokes\\w+"
    "|representatives?|diplomats?|chiefs?|kings?|queens?|actors?|scientists?|players?|coach(?:es)?"
)


class Kind(NamedTuple):
    """A kind of answer: its cue in a question, and its look in a text.

    ``short`` marks kinds that a word or two can answer, ``strict`` those that only a text with
    the look can answer. ``shape`` are words of the cue that stand for the answer, so that no
    text is expected to hold them.
    """

    name: str
    cue: re.Pattern[str]
    look: re.Pattern[str]
    short: bool = True
    strict: bool = False
    shape: str = ""


def _kind(name: str, cue: str, look: str, *, cased: bool = False, **how: Any) -> Kind:
    flags = re.NOFLAG if cased else re.IGNORECASE
    return Kind(name, re.compile(cue, re.IGNORECASE), re.compile(look, flags), **how)


# "How many US troops are …": what stands before the verb or preposition.
_COUNTED = re.compile(
    rf"\bhow many ((?:(?!(?:{AUXILIARIES}|in|on|at|of|from|to|there|took|said|say)\b)"
    r"[\w’'-]+ ){1,5})",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[^·;.:\d]+: ?$")  # of a number, as a row and its header have it
_UNIT_WITHIN = 40  # characters behind a number in which what it counts is named
_OTHER_UNIT = 0.5  # what a number of something else counts; it may be the same in other words
# Of those with a cue at one place the first counts, so the narrow stand before the wide.
_KINDS = (
    _kind(
        "age",
        r"\bhow old\b|\bat what age\b",
        r"\b(?:aged?|born)\b|\byears?[ -]old\b",
        strict=True,
        shape="old age",
    ),
    _kind(
        "date",
        rf"\bwhen (?:{AUXILIARIES})\b|\b(?:what|which) (?:year|date|day|month|century|decade)\b",
        rf"\b(?:1\d{{3}}|20\d\d)\b|\b(?:{MONTH_NAMES})\b|\b(?:year|month|week|century|decade)s?\b"
        r"|\b\d{1,2}[:.]\d\d\b|\b\d{1,2} ?[ap]\.?m\b|\bo.clock\b|\b(?:Mon|Tues|Wednes|Thurs|Fri"
        r"|Satur|Sun)days?\b|\b[Nn]oon\b|\b[Mm]idnight\b",
        cased=True,
        shape="year date day month century decade",
    ),
    _kind(
        "duration",
        rf"\bhow (?:much longer|long)\b|\bhow many (?:more )?(?:{_SPANS_OF_TIME})\b",
        rf"(?:\d|\b(?:{QUANTITY}|a|an|over)\b)\W*(?:\w+ )?(?:{_SPANS_OF_TIME}|{_LENGTHS})\b"
        # As a row has it: "Journey (min): 27".
        rf"|[\W_](?:{_SPANS_OF_TIME}|mins?|hrs?|h|{_LENGTHS})\)?: \d|\buntil\b",
        strict=True,
        shape="long longer",
    ),
    _kind(
        "money",
        r"\bhow much\b.*\b(?:cost|pay|paid|spend|spent|price|earn|worth|money)\b|\bwhat.*\bprice\b"
        r"|\bwhat (?:did|does|do|would|will|has|have)\b.*\bcost\b",
        # "$5", "5 €", and "Cost (€): -5" of a row.
        rf"{CURRENCY_SIGN}\W{{0,4}}\d|\d\s?{CURRENCY_SIGN}|{CURRENCY_NAME}"
        rf"|{CURRENCY_CODE}|\d\W*(?:million|billion)\b"
        r"|(?<![^\W_])(?:cost|costs|price|paid|spent|worth|earn\w*)(?![^\W_]).*\d",
        strict=True,
        shape="price much",
    ),
    _kind(
        "number",
        r"\bhow (?:many|much|old|far|often|large|big|tall|high|deep|heavy|fast)\b"
        r"|\bwhat (?:is |was )?(?:the )?(?:percent\w*|number|amount|share|proportion)\b",
        rf"\d|\b(?:{QUANTITY})\b",
        shape="number amount share proportion percent percentage often far large big tall high",
    ),
    _kind(
        "reason",
        r"\bwhy\b|\breasons?\b|\bwhat caused\b|\bhow come\b|\b(?:purpose|goal|aim)\b",
        r"\b(?:because|due to|since|owing|reasons?|causes?|caused|so that|in order|as a result"
        r"|aim(?:s|ed|ing)?|purpose|goal|therefore|in case|in response|in view|prompted|led to"
        r"|interest|necessary|need(?:s|ed)?|leads? to|efforts? to|to ensure|to \w+)\b",
        short=False,
        shape="reason reasons caused come purpose goal aim",
    ),
    _kind(
        "person",
        r"\b(?:who|whom|whose)\b"
        rf"|\b(?:what|which)(?: (?!(?:{AUXILIARIES})\b)\w+){{0,2}} (?:{_PEOPLE})\b",
        NAME_INSIDE,
        cased=True,
    ),
    _kind(
        "statement",
        rf"\b(?:what|how) (?:did|does|do|has|have|was|were|is|are)\b.*\b(?:{STATING}"
        rf"|{JUDGING})\b",
        rf"[“\"]|\b(?:{STATING})\b|: ",
        short=False,
    ),
    _kind("yes-no", rf"(?:^|[,:;]\s*)(?:{AUXILIARIES})\b", r"", short=False),
)


def wanted_kind(question: str) -> Kind | None:
    """Return the kind of answer that a question wants, by its first cue; None without a cue."""
    cues = [
        (match.start(), at)
        for at, kind in enumerate(_KINDS)
        if (match := kind.cue.search(question))
    ]
    return _KINDS[min(cues)[1]] if cues else None


def held_kind(
    kind: Kind | None, text: str, question_terms: frozenset[str], unit: str | None
) -> float:
    """Return how far a text holds something of a kind that the question does not itself name.

    Args:
        kind: what is wanted; None for nothing in particular, which any text holds.
        text: a sentence.
        question_terms: the terms of the question.
        unit: the term of what is counted; a number of something else counts less.

    Returns 0 for not at all up to 1.
    """
    if kind is None:
        return 1.0
    if kind.name == "person":
        found = " ".join(match.group() for match in kind.look.finditer(text))
        return float(any(term.term not in question_terms for term in analyze(found)))
    places = list(kind.look.finditer(text))
    if kind.name != "number" or unit is None:
        return float(bool(places))
    near = (_counted_by(text, place) for place in places)
    if any(unit == term.term for words in near for term in analyze(words)):
        return 1.0
    return _OTHER_UNIT if places else 0.0


def _counted_by(text: str, number: re.Match[str]) -> str:
    """Return the words that may say what a number counts: those behind it, and "Beds: " before."""
    before = text[max(0, number.start() - _UNIT_WITHIN) : number.start()]
    label = _LABEL.search(before)
    return f"{label[0] if label else ''} {text[number.end() : number.end() + _UNIT_WITHIN]}"


def holds_money(text: str) -> bool:
    """Return whether a text holds an amount of money."""
    return any(kind.name == "money" and kind.look.search(text) for kind in _KINDS)


_SOURCES = (
    r"(?:(?:the|these|those|your|all|different|various|our) )*"
    r"(?:articles?|sources|documents|texts?|corpus)"
)
_OPENERS = (
    "please|now something else|something else|another question|one more thing|tell me"
    "|i(?: would|'d) like to know|(?:can|could) you tell me"
)
# An order to tell something, without what is to be told: "List all the", "Give me".
_TELL = (
    "list|name|show|enumerate|find|display|get|give|tell|explain|describe|summari[sz]e|compare"
    "|outline"
)
COMMAND = re.compile(
    rf"^\W*(?:(?:please|now|and|(?:can|could|would|will) you)\b\W*)*(?:{_TELL})\b(?: (?:me|us)\b)?",
    re.IGNORECASE,
)
# What follows it, unless such a word is a noun: "Name of the ship?"
_COMMANDED = re.compile(
    rf"{COMMAND.pattern}(?=\W*$|\W+(?:all|every|each|any|some|the|an?|this|that|these|those|my"
    r"|our|your|its?|his|her|their|them|wh[aeoy]\w*|which|how|more|everything|\d+)\b)",
    re.IGNORECASE,
)
_ANYTHING = re.compile(r"^(?:everything|anything|something|all)\W*$", re.IGNORECASE)
# Words that speak of the articles and not of what they say.
_FRAMES = (
    re.compile(rf"\b(?:according to|based on|in|from) {_SOURCES}\b,?", re.IGNORECASE),
    re.compile(
        rf"\b(?:what )?(?:do|does|did|have|has) {_SOURCES}\s+{ARTICLES_SAY}\b", re.IGNORECASE
    ),
    re.compile(rf"^\s*(?:{_OPENERS})\b[,:]?", re.IGNORECASE),
)
# Orders to whoever answers: never followed, and left out of what is looked for.
_ORDERS = (
    *("ignore", "disregard", "forget", "override", "bypass", "pretend", "act as", "role-?play"),
    *("repeat after", "say that", "claim that", "state that", "print", "reveal", "show me your"),
    *("output", r"do(?: not|n't) cite", r"cite \[", "translate", "write (?:a|an|me)"),
    r"(?:answer|respond) (?:with|only|in|yes|no|true|false|\d)",
    "you (?:are|must|should|will|may) (?:now|not)",
)
_ORDER = re.compile(
    rf"^\W*(?:(?:system|assistant|user)\s*:|(?:(?:please|now|and) )*(?:{'|'.join(_ORDERS)}))",
    re.IGNORECASE,
)
# What stands before or after the name of an outlet that is asked about as a source.
_BEFORE_SOURCE = re.compile(
    r"\b(?:according to|as reported by|in|from|per|do(?:es)?|did)(?: the)?\W*$", re.I
)
_AFTER_SOURCE = re.compile(
    rf"(?:[’']s)?\W*(?:\w+\W+){{0,3}}?(?:{OUTLET_SAYING}"
    r"|article|source|account|blog|stor(?:y|ies)|piece|analysis|figure|number|conclu|put|giv|call)",
    re.IGNORECASE,
)


def without_command(text: str) -> str:
    """Return what a question is about, without the order to tell it; empty where that is all."""
    bare = _ANYTHING.sub("", _COMMANDED.sub("", text).strip())
    return bare if meaningful_words(bare) else ""


def _without_orders(text: str) -> str:
    return " ".join(each for each in sentences(text) if not _ORDER.match(each))


def _without_frames(text: str, outlets: Sequence[str]) -> str:
    """Leave out what only says where to look, "according to OUTLET" for the outlets included.

    Returns the text as it is where nothing would be left.
    """
    bare = text
    for frame in _FRAMES:
        bare = frame.sub(" ", bare)
    for outlet in outlets:
        name = re.escape(outlet)
        bare = re.sub(rf",?\s*\b(?:according to|as reported by) {name}\b,?", " ", bare, flags=re.I)
        bare = re.sub(rf"\b(?:do(?:es)? )?{name} {OUTLET_SAYS}\b", " ", bare, flags=re.IGNORECASE)
    bare = re.sub(r"\s+([?.,;:])", r"\1", " ".join(bare.split()))
    bare = re.sub(r"\?(?:\s*\?)+", "?", bare)
    return " ".join(part for part in sentences(bare) if meaningful_words(part)) or text


_NEWEST = re.compile(
    r"\b(?:the )?(?:latest|newest|most recent(?:ly)?|current(?:ly)?|now(?:adays)?|today"
    r"|at present)\b",
    re.IGNORECASE,
)
_UNTIL_OR_SINCE = re.compile(
    rf"\b(?:before|until|prior to|after|since)\s+(?:{TIME.pattern})", re.IGNORECASE
)
_DIVISION = re.compile(
    r"(?:\b(?:clause|section|article|paragraph|chapter|rule|item|point|appendix|annex|artikel|absatz"
    r"|abschnitt|kapitel|klausel|art[íi]culo|alinéa)\b\.?|§)\s*(\d+(?:\.\d+)*[a-z]?)\b",
    re.IGNORECASE,
)
# A noun of more than one thing, by its ending; "which bus" and "what news" ask for one.
_PLURAL = (
    rf"(?:(?!(?:{AUXILIARIES})\b)[\w’'-]{{2,}}(?<![suiw])(?<!ew)s|people|children|men|women"
    r"|criteria|media)\b"
)
# Asks for what has the most of something: its answer lies in comparing, which no sentence need do.
EXTREME = re.compile(
    r"\b(?:most|least|fewest|highest|lowest|largest|smallest|biggest|greatest|best|worst|longest"
    r"|shortest|oldest|youngest|cheapest|dearest|heaviest|lightest|fastest|slowest|maximum|minimum)"
    r"\b(?! (?:of the|recent|likely))",
    re.IGNORECASE,
)
TOTAL = re.compile(
    r"\b(?:in (?:all|total)|all (?:in all|together)|altogether|everything|overall|total|sum)\b",
    re.IGNORECASE,
)
# Asks for all that a list holds.
_SEVERAL = re.compile(
    r"^\W*(?:(?:please )?(?:list|name|enumerate|give (?:me )?(?:all|the list))\b"
    r"|(?:who|which|what) (?:all )?(?:are|were)\b|(?:wer|welche|was) (?:sind|waren)\b"
    r"|(?:qui|quels|quelles) (?:sont|étaient)\b|(?:quiénes|cuáles) (?:son|eran)\b"
    rf"|(?:which|what) (?:(?!(?:{AUXILIARIES})\b)[\w’'-]+ ){{0,3}}{_PLURAL}(?= \w)|who all\b"
    r"|who (?:sits?|sat|serves?|served|is|was) (?:all )?on\b)"
    r"|\ball (?:of )?(?:the|its|their)\b|\bmembers of\b",
    re.IGNORECASE,
)
# What one article says of these is seldom all there is: another may say otherwise.
_OPEN_KINDS = frozenset(("yes-no", "number"))


class Question(NamedTuple):
    """A question as it is understood.

    ``text`` is what is looked for, without what addresses the answerer or names the corpus;
    ``unit`` is the term of what a "how many" counts; ``times`` are what it asks about;
    ``newest`` asks for how things stand now; ``outlets`` are named as those who say it;
    ``sides`` marks that more than one article should speak, ``several`` that it asks for all
    members of a list, and ``asks`` that it asks anything, and is not only an order to the answerer.
    ``extreme`` marks that it asks for what has the most or the least of something, and ``total``
    that it asks for something in all.
    ``division`` is the number of the part of a text that it asks for, as of "clause 3.1".
    ``english`` tells that it is in the language that the models have learned, and ``is_side`` that
    it is one side of a comparison.
    """

    text: str
    kind: Kind | None
    unit: str | None
    times: Times
    newest: bool
    outlets: tuple[str, ...]
    sides: bool
    several: bool
    asks: bool
    division: str | None = None
    english: bool = True
    is_side: bool = False
    extreme: bool = False
    total: bool = False


def read_question(
    text: str, *, outlets: Sequence[str] = (), years: Sequence[int] = ()
) -> list[Question]:
    """Return the parts of a question, each understood; most questions have one.

    Args:
        text: as asked.
        outlets: those of the corpus.
        years: those from which its articles are; a month without a year is one of any.
    """
    asked = _without_orders(text)
    plain = asked or text
    named = outlets_named(plain, outlets)

    def understand(part: QuestionPart) -> Question:
        kind = wanted_kind(_NEWEST.sub("the", part.asked))
        counted = _COUNTED.search(part.asked)
        unit = analyze(counted[1])[-1:] if counted else []
        about = without_command(part.text) or part.text
        return Question(
            # A time without end stands in no text as it is asked for, nor does "the latest".
            text=_NEWEST.sub("the", _UNTIL_OR_SINCE.sub("", about)),
            kind=kind,
            unit=unit[0].term if unit else None,
            times=times_meant(part.text, years),
            newest=bool(_NEWEST.search(part.asked)),
            outlets=named,
            sides=len(named) > 1 or (kind is not None and kind.name in _OPEN_KINDS and not named),
            several=bool(_SEVERAL.search(part.asked)),
            asks=bool(asked),
            division=_division(part.asked),
            english=is_english(text),
            is_side=part.is_side,
            extreme=bool(EXTREME.search(part.asked)),
            total=bool(TOTAL.search(part.asked)),
        )

    return [understand(part) for part in question_parts(_without_frames(plain, named))]


def _division(text: str) -> str | None:
    """Return the number of the clause, section or other part of a text that a question names."""
    named = _DIVISION.search(text)
    return named[1].rstrip(".") if named else None


def begins_division(text: str, number: str) -> bool:
    """Return whether a text is the part of a document with a number: ``3.1 Either party …``."""
    return re.match(rf"(?:\w+\s+|§\s*)?{re.escape(number)}(?![\w)]|\.\d)", text) is not None


def outlets_named(text: str, outlets: Sequence[str]) -> tuple[str, ...]:
    """Return the outlets that a text names as sources, in full or by a last name.

    Args:
        text: a question.
        outlets: those of the corpus.
    """
    terms = analyze(text)
    return tuple(
        outlet
        for outlet in outlets
        if any(
            _BEFORE_SOURCE.search(text, 0, start) or _AFTER_SOURCE.match(text, end)
            for name in _names(outlet)
            for start, end in _places(name, terms)
        )
    )


@lru_cache(maxsize=10_000)
def _names(outlet: str) -> tuple[tuple[str, ...], ...]:
    """Return the names of an outlet as terms: "Al-Arabiya and Al-Hadath" are two."""
    names = (tuple(t.term for t in analyze(name)) for name in re.split(r",| and ", outlet)[:2])
    return tuple(name for name in names if name)


def _places(name: tuple[str, ...], terms: Sequence[Term]) -> Iterator[tuple[int, int]]:
    """Yield the spans where a name stands whole, or its last part with a capital."""
    for at, term in enumerate(terms):
        if tuple(t.term for t in terms[at : at + len(name)]) == name:
            yield term.start, terms[at + len(name) - 1].end
        elif len(name) > 1 and term.term == name[-1] and term.name:
            yield term.start, term.end
