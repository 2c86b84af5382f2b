"""Read the best passages for a question with the reader: which of their units answer it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag.index.catalog import Catalog
from rag.index.chunking import sentence_text
from rag.models.layout import source_and_date
from rag.models.reader import Readable, Reader, UnitReading
from rag.text.blocks import QUOTABLE, heading_path
from rag.text.sentences import Sentence
from rag.types import Hit

READ_PASSAGES = 8  # the best ones, which hold the evidence of 98 % of the gold questions
_Place = tuple[str, int]  # the id of an article, and where a unit begins in it


class PassageReading(NamedTuple):
    """What the reader finds in a passage.

    Attributes:
        answers: how likely the passage answers the question, 0..1.
        units: the reading of each unit by its article's id and its start.
    """

    answers: float
    units: dict[_Place, UnitReading]


def read_passages(
    reader: Reader, question: str, hits: Sequence[Hit], catalog: Catalog
) -> list[PassageReading]:
    """Read passages for a question.

    Args:
        reader: the model that reads.
        question: in words.
        hits: the passages.
        catalog: where their units are.

    Returns one reading for each passage.
    """
    units = [_units(hit, catalog) for hit in hits]
    passages = [
        Readable(_head(hit), [sentence_text(hit.article.text, unit) for unit in own])
        for hit, own in zip(hits, units, strict=True)
    ]
    readings = reader.read(question, passages)
    found = []
    for hit, own, reading in zip(hits, units, readings, strict=True):
        places = ((hit.article.id, unit.start) for unit in own)
        found.append(PassageReading(reading.answers, dict(zip(places, reading.units, strict=True))))
    return found


def _units(hit: Hit, catalog: Catalog) -> list[Sentence]:
    """Return what can be quoted of a passage."""
    passage = hit.passage
    rows = catalog.sentences(hit.article.id, passage.start, passage.end)
    return [row.sentence for row in rows if row.sentence.kind in QUOTABLE]


def _head(hit: Hit) -> str:
    """Return what stands in front of a passage: source, date, title and heading."""
    article, start = hit.article, hit.passage.start
    above = heading_path(article.text, article.blocks, start)[-1:]
    known = source_and_date([part for part in (article.source, article.published) if part])
    return ", ".join((*known, *dict.fromkeys(filter(None, (article.title, *above)))))
