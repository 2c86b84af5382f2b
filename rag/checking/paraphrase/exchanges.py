"""Find values that a sentence exchanges: "the town pays 9, the county 8" for the other way round.

Both texts are cut into clauses. A number, date or name that stands in one clause only is laid
beside the one clause of the source that has it, and so is each word that stands in one clause of
each. Where two clauses of the sentence take their values from two clauses of the source, and their
words the other way round, the values are exchanged. Nothing is judged but what both texts have.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise, permutations
from typing import NamedTuple

from rag.checking.paraphrase.scopes import is_placed, misplaced_value
from rag.checking.statement import MEASURES, SENTENCE_END, YEARS, analyzed, canonical
from rag.text.blocks import SHOWN_BREAK
from rag.text.dates import CALENDAR
from rag.text.names import is_name
from rag.text.quotations import ASCRIBING_TERMS
from rag.text.terms import Term
from rag.text.time_expressions import find_times

_Token = Decimal | str  # a number, or a word, or a date in ISO 8601
EXCHANGED = "exchange"  # the flaw of such a sentence
_BREAK = re.compile(
    rf"[.;:!?](?=\s|$)|[—–()\n]|,(?!\d)|{SHOWN_BREAK}|\b(?:and|or|but|while|whereas|however|although"
    r"|though)\b",
    re.IGNORECASE,
)
# What a value changes from, and what it changes to, are two clauses.
_FROM, _TO = "from", "to"
_CHANGE = re.compile(rf"\b{_FROM}\b[\s:]+\S.{{0,30}}?(\s+|{SHOWN_BREAK})(?={_TO}\b)", re.IGNORECASE)
_DIRECTED = re.compile(rf"\b({_FROM}|{_TO})\b[\s:]+\W?$", re.IGNORECASE)
_PART_OF = re.compile(r"\b(?:of|among)\b[^,;]{0,25}$", re.IGNORECASE)
_FEWEST = 10  # the least number that is looked for by itself
_LONGEST_SHOWN = 90  # characters of a clause in a reason
_EDGES = ' \t\r\n,.;:!?…“”"()–—·'


class _Clause(NamedTuple):
    """A clause with its words, values and names, each with the place of its first character.

    ``start`` is that of the clause; all are counted in the whole text.
    """

    text: str
    start: int
    words: dict[str, int]
    values: dict[_Token, int]
    names: dict[str, int]

    @property
    def tokens(self) -> frozenset[_Token]:
        return frozenset((*self.words, *self.values))


class _Pairing(NamedTuple):
    """Two clauses of a sentence, and the two of the source from which they take their values."""

    said: tuple[_Clause, _Clause]
    given: tuple[_Clause, _Clause]
    values: tuple[frozenset[_Token], frozenset[_Token]]
    words: tuple[frozenset[_Token], frozenset[_Token]]


def exchanged(
    sentence: str, passages: Sequence[str], *, published: str | None = None
) -> str | None:
    """Return why a sentence has the values of its source, but of other things; None if it has not.

    Args:
        sentence: what is checked.
        passages: each some sentences in a row of the source, or rows of one table.
        published: the date of the source.
    """
    said = _clauses(sentence, published)
    if not any(clause.values or clause.names for clause in said):
        return None
    for passage in passages:
        given = _clauses(passage, published)
        reason = _both_exchanged(said, given) or misplaced_value(sentence, passage, published)
        if reason is None and not is_placed(sentence, passage, published):
            reason = _one_exchanged(said, given)
        if reason:
            return reason
    return None


def passages_of(text: str) -> list[str]:
    """Return each sentence of a text, and each two in a row."""
    sentences = [part for part in SENTENCE_END.split(text) if part.strip()]
    return [*sentences, *("\n".join(pair) for pair in pairwise(sentences))]


@lru_cache(maxsize=2_048)  # the same sentences are held against one claim after another
def _clauses(text: str, published: str | None) -> tuple[_Clause, ...]:
    read = analyzed(text)
    text, numbers, times = read.text, read.quantities, find_times(read.text, published)
    whole = [(number.start, number.end) for number in numbers]
    whole += [(when.start, when.end) for when in times]
    breaks = [
        *(match.span() for match in _BREAK.finditer(text)),
        *(match.span(1) for match in _CHANGE.finditer(text)),
    ]
    edges = [
        (start, end)
        for start, end in sorted(breaks)
        if not any(low < end and start < high for low, high in whole)
    ]
    spans = zip((0, *(end for _, end in edges)), (*(s for s, _ in edges), len(text)), strict=True)
    values: list[tuple[_Token, int]] = [(number.value, number.start) for number in numbers]
    values += [(when.date, when.start) for when in times]
    words = [
        term
        for term in read.words
        if term.term not in ASCRIBING_TERMS
        and not term.term[0].isdigit()
        and not any(low <= term.start < high for low, high in whole)
    ]
    return tuple(_clause(text, low, high, values, words) for low, high in spans if low < high)


def _clause(
    text: str,
    low: int,
    high: int,
    values: Sequence[tuple[_Token, int]],
    terms: Sequence[Term],
) -> _Clause:
    words: dict[str, int] = {}
    names: dict[str, int] = {}
    for term in terms:
        if not low <= term.start < high:
            continue
        words.setdefault(canonical(term), term.start)
        if is_name(text, term) and text[term.start : term.end].lower() not in CALENDAR:
            names.setdefault(canonical(term), term.start)
    own = {value: at for value, at in values if low <= at < high}
    for at in (*own.values(), *names.values()):
        change = _DIRECTED.search(text, low, at)
        if change:
            words[change[1].lower()] = change.start()
    return _Clause(text[low:high], low, words, own, names)


def _single(clauses: Sequence[_Clause]) -> frozenset[_Token]:
    """Return the tokens that stand in one clause only."""
    counts = Counter(token for clause in clauses for token in clause.tokens)
    return frozenset(token for token, count in counts.items() if count == 1)


def _both_exchanged(said: Sequence[_Clause], given: Sequence[_Clause]) -> str | None:
    for pairing in _pairings(said, given):
        if _is_exchange(pairing):
            return _reason(pairing.said[0], pairing.given[0])
    return None


def _pairings(said: Sequence[_Clause], given: Sequence[_Clause]) -> Iterator[_Pairing]:
    """Yield each two clauses that share words with both of two clauses of the source.

    A word that counts stands in one clause of each text, so that few clauses meet: a long text
    takes time by its length.
    """
    places = [
        {token: at for at, c in enumerate(text) for token in c.tokens} for text in (said, given)
    ]
    met: dict[int, dict[int, set[_Token]]] = defaultdict(lambda: defaultdict(set))
    for token in _single(said) & _single(given):
        met[places[0][token]][places[1][token]].add(token)
    whose: dict[int, set[int]] = defaultdict(set)
    for at, theirs in met.items():
        for its in theirs:
            whose[its].add(at)
    for at in sorted(met):
        for a, b in permutations(sorted(met[at]), 2):
            for other in sorted(whose[a] & whose[b]):
                if other > at:
                    values = frozenset(met[at][a]), frozenset(met[other][b])
                    words = frozenset(met[at][b]), frozenset(met[other][a])
                    yield _Pairing((said[at], said[other]), (given[a], given[b]), values, words)


def _is_exchange(pairing: _Pairing) -> bool:
    """Return whether what two clauses share with two others are values, and words crosswise.

    Where words go with the values as well, an ellipsis may look like that: the words must stand
    on the same side of both values.
    """
    one, other = pairing.values
    anchors = [
        _anchors(each, {**said.names, **given.names})
        for each, said, given in zip((one, other), pairing.said, pairing.given, strict=True)
    ]
    if not all(anchors) or not {kind for kind, _ in anchors[0]} & {kind for kind, _ in anchors[1]}:
        return False
    beside = [
        {token for token in each if token not in {a for _, a in known} | MEASURES.keys()}
        for each, known in zip((one, other), anchors, strict=True)
    ]
    return not any(beside) or _are_parallel(pairing, anchors)


def _anchors(tokens: frozenset[_Token], names: Mapping[str, int]) -> list[tuple[str, _Token]]:
    """Return the numbers, dates and names among some tokens, each behind its kind."""
    found: list[tuple[str, _Token]] = []
    for token in tokens:
        if isinstance(token, Decimal):
            found.append(("date" if token in YEARS else "number", token))
        elif token[0].isdigit():
            found.append(("date", token))
        elif token in names:
            found.append(("name", token))
    return found


def _are_parallel(pairing: _Pairing, anchors: Sequence[Sequence[tuple[str, _Token]]]) -> bool:
    """Return whether the words stand on the same side of the values in both clauses."""
    said, given = pairing.said, pairing.given
    values = [known[0][1] for known in anchors]
    sides = [
        {_place(clause, word) < _place(clause, value) for word in words}
        for clause, words, value in zip(said, pairing.words, values, strict=True)
    ]
    theirs = [
        {_place(clause, word) < _place(clause, value) for word in words}
        for clause, words, value in zip(given, reversed(pairing.words), values, strict=True)
    ]
    return sides[0] == sides[1] and theirs[0] == theirs[1]


def _place(clause: _Clause, token: _Token) -> int:
    found = clause.values.get(token)
    return clause.words[str(token)] if found is None else found


def _one_exchanged(said: Sequence[_Clause], given: Sequence[_Clause]) -> str | None:
    """Find a number given with all the words of a clause that has another number.

    The clause of the number itself has words that the sentence lacks, and the sentence has no
    words but those of the source.
    """
    spoken = frozenset[str]().union(*(clause.words for clause in said))
    valued = frozenset[_Token]().union(*(clause.values for clause in said))
    known = frozenset[str]().union(*(clause.words for clause in given))
    shared = _single(said) & _single(given)
    for clause in said:
        for value, at in clause.values.items():
            if value not in shared or not isinstance(value, Decimal) or value in YEARS:
                continue
            if value < _FEWEST:
                continue  # the day of a date, or any three
            if _PART_OF.search(clause.text, 0, at - clause.start):
                continue
            own = next(each for each in given if value in each.values)
            if own.words.keys() <= spoken or not clause.words.keys() <= known:
                continue
            for other in given:
                rival = other is not own and not valued & other.values.keys()
                if rival and _takes_words(clause, own, other):
                    return _reason(clause, other)
    return None


def _takes_words(clause: _Clause, own: _Clause, other: _Clause) -> bool:
    words = other.words.keys() - MEASURES.keys()
    numbers = [v for v in other.values if isinstance(v, Decimal) and v not in YEARS]
    if not numbers or not words - own.words.keys():
        return False
    return words <= clause.words.keys()


def _reason(said: _Clause, given: _Clause) -> str:
    return f"the source says “{_shown(given)}”, not “{_shown(said)}”"


def _shown(clause: _Clause) -> str:
    words = " ".join(clause.text.split()).strip(_EDGES)
    return (
        words if len(words) <= _LONGEST_SHOWN else f"{words[:_LONGEST_SHOWN].rsplit(' ', 1)[0]} …"
    )
