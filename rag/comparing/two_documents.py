"""Set two documents against each other: what both say, what was changed, what only one has.

The unit is what can be quoted: a sentence, a heading, a row, an item. Those that occur once in each
document and in the same order hold the two together; between them :mod:`difflib` finds the rest.
What is then left on both sides is paired by the words that two units share, and at last what gives
figures in sentences of nearly the same meaning, as two minutes do.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Annotated, Literal, NamedTuple
from unicodedata import normalize

import numpy as np

from rag.documents.loading import sentences_of
from rag.errors import InputError
from rag.index.catalog import Catalog
from rag.models.runtime import Vectors
from rag.serialization import Value, keyed
from rag.types import Article, ArticleInfo

ChangeKind = Literal["same", "changed", "moved", "only one", "only other"]
_Pairs = list[tuple[int, int]]  # of the places of a unit and of its counterpart, in order

MOST_COMPARED = 4_000  # units of each document: three to five seconds' work where all differ
_SHARED = 0.5  # of the words of two units, where one is the other in other words
# Cosine from which two units with figures tell of the same thing: in three invented folders,
# four such sentences have 0.56 to 0.83, others that are nearest to each other 0.41.
_SAME_MEANING = 0.55
_LOOKED_UP = 8  # words of a unit, its rarest, by which the other document's are found
_WEIGHED = 5  # units that have most of those words
_MOST_WITH_A_WORD = 100  # units; a word of more of them tells none apart
# Units of a stretch beyond which difflib leaves those out that are repeated again and again: with
# them it takes quadratic time.
_LONG_STRETCH = 500
# A run of letters or figures with what joins them ("2,500", "don't"), or one sign. Writing without
# spaces (Thai, Lao, Khmer, Japanese, Chinese) goes character by character.
_UNSPACED = "\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_RUN = rf"(?:[^\W{_UNSPACED}]|[\u0300-\u036f])+"
_WORD = re.compile(rf"[{_UNSPACED}]|{_RUN}(?:[.,'’-]{_RUN})*|[^\w\s]")
_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"'})  # other typography, same words


@dataclass(frozen=True, slots=True)
class ComparedUnit(Value):
    """What stands in one of two documents: ``text`` is ``article.text[start:end]``.

    ``differing`` are the spans of the article within it whose words the other document has not, or
    has otherwise; only of what was changed. ``page`` is None where the document has no pages.
    """

    article_id: str
    start: int
    end: int
    text: str
    page: int | None
    differing: Annotated[tuple[tuple[int, int], ...], keyed("start", "end")] = ()


@dataclass(frozen=True, slots=True)
class Change(Value):
    """A unit of one document beside its counterpart in the other.

    ``kind`` is ``same``; ``changed``, where words differ, or figures are told in other words;
    ``moved``, where the same words stand at another place of the other document; ``only one`` or
    ``only other``, where one side is None.
    """

    kind: ChangeKind
    one: ComparedUnit | None
    other: ComparedUnit | None


@dataclass(frozen=True, slots=True)
class TwoDocuments(Value):
    """Two documents set against each other, ``changes`` in the order in which one reads them.

    ``same`` says that both have the same words in the same order. ``one_left_out`` and
    ``other_left_out`` count the units behind the first :data:`MOST_COMPARED` of each document,
    which were not compared; then ``same`` is false, as nobody knows.
    """

    one: ArticleInfo
    other: ArticleInfo
    same: bool
    changes: tuple[Change, ...]
    one_left_out: int = 0
    other_left_out: int = 0


class _Word(NamedTuple):
    """A word as it is compared, and its place in the article."""

    form: str
    start: int
    end: int


class _Unit(NamedTuple):
    """A unit with its words, the key by which it equals another, and its vector if it is known."""

    start: int
    end: int
    words: list[_Word]
    key: str
    vector: Vectors | None

    @property
    def figures(self) -> frozenset[str]:
        """The words with digits."""
        return frozenset(word.form for word in self.words if any(map(str.isdigit, word.form)))


_Known = Mapping[tuple[str, int], Vectors]


def compare_indexed(catalog: Catalog, one: Article, other: Article) -> TwoDocuments:
    """Return what :func:`compare_documents` finds of two documents whose vectors are known."""
    vectors = {
        (article.id, row.sentence.start): row.vector
        for article in (one, other)
        for row in catalog.sentences(article.id, 0, len(article.text))
    }
    return compare_documents(one, other, vectors)


def compare_documents(
    one: Article, other: Article, vectors: Mapping[tuple[str, int], Vectors] | None = None
) -> TwoDocuments:
    """Return what two documents have in common and where they differ.

    White space and the form of quotation marks make no difference; clutter is left out. Of each
    document at most :data:`MOST_COMPARED` units are compared.

    Args:
        one, other: the documents.
        vectors: of their sentences by document and start, of shape (dimension,), float32, length
            1; by them a sentence with figures is found in other words.

    Raises:
        InputError: both are the same document.
    """
    if one.id == other.id:
        raise InputError("These are the same document; choose two.")
    known = vectors or {}
    (left, one_left_out), (right, other_left_out) = _units(one, known), _units(other, known)
    aligned = list(_aligned(left, right))
    elsewhere = _moved(aligned, left, right)
    elsewhere |= _retold(aligned, elsewhere, left, right)
    arrived = set(elsewhere.values())
    changes = []
    for at, to in aligned:
        if at is None and to in arrived:
            continue  # it is shown where it was
        to = elsewhere.get(at, to) if at is not None else to
        kind = _kind(left, right, at, to)
        kind = "moved" if at in elsewhere and kind == "same" else kind
        units = (None if at is None else left[at], None if to is None else right[to])
        changes.append(_change(kind, one, other, *units))
    same = not (one_left_out or other_left_out) and all(each.kind == "same" for each in changes)
    return TwoDocuments(one, other, same, tuple(changes), one_left_out, other_left_out)


def _units(article: Article, known: _Known) -> tuple[list[_Unit], int]:
    """Return the units of a document that are compared, and how many are left out behind them."""
    found = []
    sentences = sentences_of(article)
    for start, end, *_ in sentences[:MOST_COMPARED]:
        words = [
            _Word(normalize("NFC", match.group()).translate(_PLAIN), match.start(), match.end())
            for match in _WORD.finditer(article.text, start, end)
        ]
        key = " ".join(word.form for word in words)
        found.append(_Unit(start, end, words, key, known.get((article.id, start))))
    return found, len(sentences) - len(found)


def _aligned(
    left: Sequence[_Unit], right: Sequence[_Unit]
) -> Iterator[tuple[int | None, int | None]]:
    """Yield the places of units that belong together; None where the other side has nothing."""
    same = _equal_pairs([unit.key for unit in left], [unit.key for unit in right])
    for low, high, pair in _gaps(same, len(left), len(right)):
        here, there = left[low[0] : high[0]], right[low[1] : high[1]]
        alike = [(low[0] + i, low[1] + j) for i, j in _alike_pairs(here, there)]
        at, to = low
        for i, j in [*alike, high]:
            yield from ((k, None) for k in range(at, i))
            yield from ((None, k) for k in range(to, j))
            if (i, j) != high:
                yield i, j
            at, to = i + 1, j + 1
        if pair is not None:
            yield pair


def _gaps(
    pairs: _Pairs, left: int, right: int
) -> Iterator[tuple[tuple[int, int], tuple[int, int], tuple[int, int] | None]]:
    """Yield where each stretch before a pair begins and ends on both sides, with that pair."""
    ends = [(-1, -1), *pairs, (left, right)]
    for (i, j), end in pairwise(ends):
        yield (i + 1, j + 1), end, end if end != (left, right) else None


def _equal_pairs(left: Sequence[str], right: Sequence[str]) -> _Pairs:
    """Return the places of equal keys that rise on both sides."""
    once, place = Counter(left), Counter(right)
    at = {key: j for j, key in enumerate(right) if place[key] == once[key] == 1}
    anchors = _rising([(i, at[key]) for i, key in enumerate(left) if key in at])
    found: _Pairs = []
    for (i, j), (end_i, end_j), pair in _gaps(anchors, len(left), len(right)):
        here, there = left[i:end_i], right[j:end_j]
        quickly = max(len(here), len(there)) > _LONG_STRETCH
        blocks = SequenceMatcher(None, here, there, autojunk=quickly).get_matching_blocks()
        found += [(i + a + k, j + b + k) for a, b, size in blocks for k in range(size)]
        found += [pair] if pair else []
    return found


def _rising(pairs: _Pairs) -> _Pairs:
    """Return most of some pairs, in the order of their first places, so that the second rise."""
    ends: list[int] = []  # the smallest second place with which a row of each length ends
    last: list[int] = []  # and the pair that has it
    before: list[int] = []  # the pair before each
    for at, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [j]
        last[length : length + 1] = [at]
    row: _Pairs = []
    at = last[-1] if last else -1
    while at >= 0:
        row.append(pairs[at])
        at = before[at]
    return row[::-1]


def _alike_pairs(left: Sequence[_Unit], right: Sequence[_Unit]) -> _Pairs:
    """Return the places of units that share most of their words, each the other's nearest."""
    if not left or not right:
        return []
    here, there = [_bag(unit) for unit in left], [_bag(unit) for unit in right]
    by_word: dict[str, list[int]] = {}
    for j, bag in enumerate(there):
        for word in bag:
            by_word.setdefault(word, []).append(j)
    nearest: dict[int, tuple[float, int]] = {}  # by the place on the right
    chosen: dict[int, int] = {}
    for i, bag in enumerate(here):
        rarest = sorted((word for word in bag if word in by_word), key=lambda w: len(by_word[w]))
        lists = (by_word[word][:_MOST_WITH_A_WORD] for word in rarest[:_LOOKED_UP])
        hits = Counter(j for places in lists for j in places).most_common(_WEIGHED)
        scored = [(_shared(bag, there[j]), -j) for j, _ in hits]
        score, behind = max(scored, default=(0.0, 0))
        if score >= _SHARED and score > nearest.get(-behind, (0.0, 0))[0]:
            chosen.pop(nearest.get(-behind, (0.0, -1))[1], None)
            nearest[-behind], chosen[i] = (score, i), -behind
    return _rising(sorted(chosen.items()))


def _bag(unit: _Unit) -> Counter[str]:
    return Counter(word.form.casefold() for word in unit.words if word.form[0].isalnum())


def _shared(one: Counter[str], other: Counter[str]) -> float:
    return 2 * (one & other).total() / (one.total() + other.total())


def _moved(
    aligned: Sequence[tuple[int | None, int | None]], left: Sequence[_Unit], right: Sequence[_Unit]
) -> dict[int, int]:
    """Return where units that only one side seems to have stand on the other, word for word."""
    there: dict[str, list[int]] = {}
    for at, to in reversed(aligned):
        if at is None and to is not None:
            there.setdefault(right[to].key, []).append(to)
    found = {}
    for at, to in aligned:
        if to is None and at is not None and there.get(left[at].key):
            found[at] = there[left[at].key].pop()
    return found


def _retold(
    aligned: Sequence[tuple[int | None, int | None]],
    moved: Mapping[int, int],
    left: Sequence[_Unit],
    right: Sequence[_Unit],
) -> dict[int, int]:
    """Return units that only one side seems to have, with those that tell of the same figures.

    Each is the other's nearest in meaning of all that are left and give figures.
    """
    here = [at for at, to in aligned if at is not None and to is None and at not in moved]
    arrived = set(moved.values())
    there = [to for at, to in aligned if to is not None and at is None and to not in arrived]
    ones = [(at, left[at].vector) for at in here if left[at].figures]
    others = [(to, right[to].vector) for to in there if right[to].figures]
    mine = [(at, vector) for at, vector in ones if vector is not None]
    its = [(to, vector) for to, vector in others if vector is not None]
    if not mine or not its:
        return {}
    cosines = np.stack([vector for _, vector in mine]) @ np.stack([vector for _, vector in its]).T
    nearest = cosines.argmax(axis=0)
    found = {}
    for i, j in enumerate(cosines.argmax(axis=1)):
        at, to = mine[i][0], its[j][0]
        if nearest[j] == i and cosines[i, j] >= _SAME_MEANING:
            found[at] = to
    return found


def _kind(
    left: Sequence[_Unit], right: Sequence[_Unit], at: int | None, to: int | None
) -> ChangeKind:
    if at is None:
        return "only other"
    if to is None:
        return "only one"
    return "same" if left[at].key == right[to].key else "changed"


def _change(
    kind: ChangeKind, one: Article, other: Article, left: _Unit | None, right: _Unit | None
) -> Change:
    differing: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    if kind == "changed" and left and right:
        forms = [word.form for word in left.words], [word.form for word in right.words]
        matcher = SequenceMatcher(None, *forms, autojunk=False)
        for what, a, b, c, d in matcher.get_opcodes():
            if what == "equal":
                continue
            for side, words in zip(differing, (left.words[a:b], right.words[c:d]), strict=True):
                side += [(words[0].start, words[-1].end)] if words else []
    return Change(
        kind,
        _shown(one, left, differing[0]) if left else None,
        _shown(other, right, differing[1]) if right else None,
    )


def _shown(article: Article, unit: _Unit, differing: Sequence[tuple[int, int]]) -> ComparedUnit:
    start, end = unit.start, unit.end
    text, page = article.text[start:end], article.page(start)
    return ComparedUnit(article.id, start, end, text, page, tuple(differing))
