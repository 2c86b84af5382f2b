"""Gather the evidence that an LLM answers from: as much as fits, in the order of the documents.

A small folder is sent whole. Of a larger one, passages are sent with the sentences beside them,
the most relevant first, and the best sentence of each document that may answer. They are then
shown document by document, in reading order, each sentence once and with its number.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple, TypeVar

from rag.retrieval.lookup import Selection, Snapshot
from rag.retrieval.quoting import stretch
from rag.retrieval.rank import Candidate
from rag.text.blocks import QUOTABLE, in_context
from rag.text.dates import display_date
from rag.text.sentences import Sentence
from rag.types import Article, Hit

_GATHERED_PASSAGES = 40  # of each part of a question; more than fit into any usual context
_LEADING = 6  # sentences of each part that come before all others, whatever else fits
_FIRST_PASSAGES = 3  # of each part, that come before the best sentences of further documents
_HOLDS = 0.3  # probability by the reader from which a document may answer
_BESIDE = 500  # characters before and behind a passage whose sentences are sent with it
_SMALL_FOLDER = 250  # passages up to which it is worth looking whether all of them fit
_REPEATED = 60  # characters from which a line that is there already is not sent again
_T = TypeVar("_T")


class EvidencePiece(NamedTuple):
    """A sentence, row or item that an LLM may cite, with the sentences beside it."""

    article: Article
    sentence: Sentence
    before: Sentence | None
    after: Sentence | None

    @property
    def text(self) -> str:
        """The words with their label, on one line."""
        start, end, kind, label = self.sentence
        return " ".join(in_context(self.article.text[start:end], kind, label).split())

    @property
    def span(self) -> tuple[int, int]:
        """What is quoted: the words, with the sentence beside them that they lean on."""
        return stretch(self.article, self.sentence, self.before, self.after)


def speaks_to(part: Selection) -> bool:
    """Return whether anything was found of what a part of a question asks about.

    Nothing was where the question only gives orders, or asks about a time or for an outlet of
    which no passage is.
    """
    question, evidence = part.question, part.evidence
    if not question.asks or evidence is None or evidence.signals["untimely"]:
        return False
    named = question.outlets
    return not named or any(each.article.outlet in named for each in part.candidates)


def gather(
    snapshot: Snapshot, parts: Sequence[Selection], *, scoped: bool = False
) -> list[EvidencePiece]:
    """Return what may be sent, the most relevant first, each sentence once.

    Args:
        snapshot: the documents.
        parts: of the question, looked up.
        scoped: whether only some of the documents are asked; others are never added then.
    """
    broadly = snapshot.select_more(parts, _GATHERED_PASSAGES)
    leading = _in_turn(part.candidates[:_LEADING] for part in broadly)
    passages = list(_in_turn(_passages_in_order(part) for part in broadly))
    spans = [
        *((each.article, each.sentence.start, each.sentence.start + 1) for each in leading),
        *(
            (hit.article, hit.passage.start - _BESIDE, hit.passage.end + _BESIDE)
            for hit in passages
        ),
    ]
    pieces = {
        (p.article.id, p.sentence.start): p for span in spans for p in _within(snapshot, *span)
    }
    counts = snapshot.index.catalog.passage_counts()
    if not scoped and sum(counts.values()) <= _SMALL_FOLDER:
        known = list(dict.fromkeys(piece.article.id for piece in pieces.values()))
        rank = {id_: at for at, id_ in enumerate(known)}
        articles = snapshot.index.catalog.articles()
        snapshot.keep(articles)
        for article in sorted(articles, key=lambda a: rank.get(a.id, len(rank))):
            for piece in _within(snapshot, article, 0, len(article.text)):
                pieces.setdefault((article.id, piece.sentence.start), piece)
    return list(_once(pieces.values()))


def not_yet_in(
    given: Sequence[EvidencePiece], found: Iterable[EvidencePiece]
) -> list[EvidencePiece]:
    """Return what was found without what is given already, in the same order."""
    places = {(piece.article.id, piece.sentence.start) for piece in given}
    new = [piece for piece in found if (piece.article.id, piece.sentence.start) not in places]
    return list(_once([*given, *new]))[len(given) :]


def in_reading_order(pieces: Sequence[EvidencePiece]) -> list[EvidencePiece]:
    """Return pieces document by document, each in reading order, the first document first."""
    rank: dict[str, int] = {}
    for piece in pieces:
        rank.setdefault(piece.article.id, len(rank))
    return sorted(pieces, key=lambda p: (rank[p.article.id], p.sentence.start))


def heading_of(piece: EvidencePiece) -> str:
    """Say which document a piece is of, and which part of it."""
    article, start = piece.article, piece.sentence.start
    dated = display_date(article.published, article.published_basis) if article.published else None
    section, page = _section(article, start), article.page(start)
    known = [
        f"“{' '.join(article.title.split())}”",
        *(each for each in (article.outlet, article.author, dated) if each),
        *([f"section “{section}”"] if section else []),
        *([f"page {page}"] if page else []),
    ]
    return ", ".join(dict.fromkeys(known))


def _section(article: Article, start: int) -> str | None:
    """Return the heading that a place stands under, unless it is the title."""
    at = bisect_right(article.blocks, start, key=lambda block: block.start)
    for block in reversed(article.blocks[:at]):
        if block.kind == "heading":
            words = " ".join(article.text[block.start : block.end].split())
            return None if words.casefold() == article.title.casefold() else words
    return None


def _in_turn(rows: Iterable[Sequence[_T]]) -> Iterator[_T]:
    """Yield the first of each row, then the second of each, and so on."""
    for column in zip_longest(*rows):
        yield from (each for each in column if each is not None)


def _passages_in_order(part: Selection) -> list[Hit]:
    """Return the passages of a part of a question by the best sentence that each holds.

    After the first few comes the best passage of each further document that may answer, so that
    each side of a comparison is there.
    """
    ordered: dict[str, tuple[Hit, Candidate]] = {}
    for candidate in part.candidates:
        for hit in part.hits:
            if _holds(hit, candidate):
                ordered.setdefault(hit.passage.id, (hit, candidate))
    found = list(ordered.values())
    first, rest = found[:_FIRST_PASSAGES], found[_FIRST_PASSAGES:]
    seen = {hit.article_id for hit, _ in first}
    sides: list[Hit] = []
    for hit, candidate in rest:
        if hit.article_id not in seen and candidate.answers >= _HOLDS:
            seen.add(hit.article_id)
            sides.append(hit)
    others = [hit for hit, _ in rest if hit not in sides]
    return [*(hit for hit, _ in first), *sides, *others]


def _holds(hit: Hit, candidate: Candidate) -> bool:
    same = hit.article_id == candidate.article.id
    return same and hit.passage.start <= candidate.sentence.start < hit.passage.end


def _within(snapshot: Snapshot, article: Article, start: int, end: int) -> Iterator[EvidencePiece]:
    """Yield the sentences of an article that begin in a span and can be quoted."""
    low, high = max(0, start - 2 * _BESIDE), end + 2 * _BESIDE  # for those beside them
    rows = [row.sentence for row in snapshot.index.catalog.sentences(article.id, low, high)]
    for at, sentence in enumerate(rows):
        if start <= sentence.start < end and sentence.kind in QUOTABLE:
            before = rows[at - 1] if at else None
            after = rows[at + 1] if at + 1 < len(rows) else None
            yield EvidencePiece(article, sentence, before, after)


def _once(pieces: Iterable[EvidencePiece]) -> Iterator[EvidencePiece]:
    """Yield pieces without those whose long line is there already, as in copies of a text."""
    seen: set[str] = set()
    for piece in pieces:
        text = piece.text.casefold()
        if len(text) < _REPEATED or text not in seen:
            seen.add(text)
            yield piece
