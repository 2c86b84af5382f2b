"""Find what a document withdraws: "In May we wrote 4.2 million. The figure is 4.8 million" does so.

A correction stands under a heading that says so, or behind such a word that begins its paragraph.
In it one statement tells what was said before, and the next that has a value of the same kind
tells what is right: a number of the same dimension, a date or a name. Or one statement tells both:
"It was 4.8 million, not 4.2 million".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from rag.checking.notation.quantities import comparable, quantities_in
from rag.checking.statement import analyzed, canonical
from rag.text.blocks import Block
from rag.text.dates import CALENDAR
from rag.text.names import is_name
from rag.text.sentences import split_sentences
from rag.text.terms import Term
from rag.text.time_expressions import find_times
from rag.text.words.languages import is_english
from rag.types import Article

# Headings of corrections in English, German, French, Spanish, Italian, Dutch and Portuguese.
_HEADING = (
    r"corrections?|corrigend(?:um|a)|errat(?:um|a)|berichtigung(?:en)?|korrektur(?:en)?"
    r"|richtigstellung(?:en)?|rectificati(?:fs?|ons?)|rectificación|rectificaciones|corrección"
    r"|correcciones|fe de erratas|rettific(?:a|he)|correzion[ei]|errata corrige|correcties?"
    r"|rectificaties?|corre(?:ção|ções)|retificaç(?:ão|ões)"
)
# It is all of a heading, or stands before what is corrected or behind whose correction it is.
_HEADED = re.compile(
    rf"(?:^|[:—–]\s)\W*(?:{_HEADING})(?:\W*$|\s*[:.—–]|\s+(?:to|of|and|notice|und|et|y|e|en|zu|zur|zum|vom|à|au|du|de|al|alla|a)\b)",
    re.IGNORECASE,
)
_LEADING = re.compile(rf"\W*(?:{_HEADING})\b(?:\W*$|[^.:;—–\n]{{0,60}}[:.—–]\s)", re.IGNORECASE)
# What was said before is told by such a verb; what a claim itself only reports, by the first ones.
_WROTE = r"wrote|written|stated|said|reported|published|printed"
_TOLD = re.compile(
    rf"(?<!should have )\b(?:{_WROTE}|gave|given|named|called|described|listed|credited|put"
    r"|misstated)\b(?: that| as)?",
    re.IGNORECASE,
)
_TELLS = re.compile(rf"\b(?:{_WROTE})\b.*\bthat\b", re.IGNORECASE | re.DOTALL)
_THAT = re.compile(r"\bthat\b")
_PART_END = re.compile(r";\s+|\s[—–]\s")
# "4.8 million, not 4.2 million", in the languages of the headings.
_NOT = re.compile(
    r"[,(–—]\s*(?:and |und |et |y |e |en )?(?:not|nicht|non|no|niet|não)\s", re.IGNORECASE
)
_RIGHT_WITHIN = 3  # statements behind one that is withdrawn, of which one says what is right


class Correction(NamedTuple):
    """A value that a document withdraws, and the one that it gives instead.

    ``start`` and ``end`` are the span of both statements in the article; ``passage`` is the whole
    paragraph, behind a heading that tells what is corrected, and ``told`` the words in it that
    tell what is withdrawn: a statement, or "not 4.2 million" within one.
    """

    article: Article
    start: int
    end: int
    wrong: str
    right: str
    passage: str
    told: str

    @property
    def corrected(self) -> str:
        """The passage with the right value in the place of the wrong one."""
        told = "" if _NOT.match(self.told) else self.told
        return self.passage.replace(self.told, told).replace(self.wrong, self.right)

    @property
    def rest(self) -> str:
        """The passage without the statement that is withdrawn."""
        return self.passage.replace(self.told, "")

    @property
    def reason(self) -> str:
        """Why a claim with the wrong value is contradicted."""
        return f"“{self.wrong}” was corrected to “{self.right}”"

    def holds(self, article: Article, at: int) -> bool:
        """Return whether an offset of an article stands within the correction."""
        return article.id == self.article.id and self.start <= at < self.end

    def withdraws(self, words: str) -> bool:
        """Return whether words have the wrong value, and do not themselves tell what was said."""
        has_wrong = has_value(words, self.wrong) and not has_value(words, self.right)
        return has_wrong and _TELLS.search(words) is None

    def grants(self, words: str) -> bool:
        """Return whether words have the right value."""
        return has_value(words, self.right) and not has_value(words, self.wrong)


class _CorrectionPart(NamedTuple):
    """A statement of a correction; ``told`` is the offset behind the verb that it is told by."""

    start: int
    end: int
    told: int | None
    words: str


def corrections_in(article: Article) -> list[Correction]:
    """Return what an article withdraws of what was said before."""
    found: list[Correction] = []
    for heading, block in _correcting(article):
        passage = f"{heading}\n{article.text[block.start : block.end]}".strip()
        parts = _parts(article, block)
        for part in parts:
            denied = _NOT.search(article.text, part.start, part.end)
            pair = _told_in_one(article, part, denied.start()) if denied else None
            if denied and pair:
                told = article.text[denied.start() : part.end].rstrip(".!")
                found.append(Correction(article, part.start, part.end, *pair, passage, told))
        for wrong, others in _withdrawn(parts):
            for right in others:
                pair = _exchanged_values(article, wrong, right)
                if pair:
                    span = min(wrong.start, right.start), max(wrong.end, right.end)
                    found.append(Correction(article, *span, *pair, passage, wrong.words))
                    break
    return found


def _withdrawn(
    parts: Sequence[_CorrectionPart],
) -> Iterator[tuple[_CorrectionPart, Sequence[_CorrectionPart]]]:
    """Yield the statements that tell what was said, each with those that may say what is right.

    Where no verb is known, as in other languages than English, the first one tells it.
    """
    told = [at for at, part in enumerate(parts) if part.told is not None]
    if parts and not told and not is_english(parts[0].words):
        told = [0]
    for at, until in pairwise((*told, len(parts))):
        behind = parts[at + 1 : min(until, at + 1 + _RIGHT_WITHIN)]
        before = [part for part in parts[max(0, at - 1) : at] if part.told is None]
        yield parts[at], (*behind, *before)


def has_value(text: str, value: str) -> bool:
    """Return whether a text has a number, date or name that another text gives."""
    numbers = analyzed(value).numbers
    if numbers:
        return numbers.keys() <= analyzed(text).numbers.keys()
    wanted = {canonical(term) for term in analyzed(value).words}
    return wanted <= analyzed(text).terms


def _correcting(article: Article) -> Iterator[tuple[str, Block]]:
    """Yield the paragraphs that correct something, each behind the heading that says so, if any."""
    if not re.search(rf"\b(?:{_HEADING})\b", f"{article.title}\n{article.text}", re.IGNORECASE):
        return
    leads = False
    whole = article.title if _HEADED.search(article.title) else ""
    heading, level = whole, 0
    for block in article.blocks:
        words = article.text[block.start : block.end]
        if block.kind == "heading":
            leads = False
            if _HEADED.search(words):
                heading, level = words, block.level
            elif block.level <= level:
                heading, level = whole, 0
            continue
        lead = _LEADING.match(words)
        if lead or leads or heading:
            yield heading, block
        leads = leads or (lead is not None and lead.end() == len(words))


def _parts(article: Article, block: Block) -> list[_CorrectionPart]:
    """Return the statements of a paragraph: its sentences, and what stands between semicolons."""
    parts: list[_CorrectionPart] = []
    for start, end, *_ in split_sentences(article.text, article.marks, blocks=(block,)):
        ends = [match.span() for match in _PART_END.finditer(article.text, start, end)]
        for low, high in pairwise((start, *(edge for span in ends for edge in span), end)):
            if low < high and (low, high) not in ends:
                told = list(_TOLD.finditer(article.text, low, high))
                that = _THAT.search(article.text, told[0].end(), high) if told else None
                behind = (that or told[-1]).end() if told else None
                parts.append(_CorrectionPart(low, high, behind, article.text[low:high]))
    return parts


def _exchanged_values(
    article: Article, wrong: _CorrectionPart, right: _CorrectionPart, *, last: bool = False
) -> tuple[str, str] | None:
    """Return a value that one statement withdraws and the one that another gives in its place.

    Of several that may be right, the first counts, or the last.
    """
    said = article.text[wrong.told or wrong.start : wrong.end]
    given = right.words
    dates = [find_times(text, article.published) for text in (said, given)]
    numbers = [
        quantities_in(text, without=[(when.start, when.end) for when in times])
        for text, times in zip((said, given), dates, strict=True)
    ]
    pairs = [
        (said[one.start : one.end], given[other.start : other.end])
        for one in reversed(numbers[0])
        for other in (reversed(numbers[1]) if last else numbers[1])
        if comparable(one, other) and one.value != other.value
    ]
    if pairs:
        return max(pairs, key=lambda pair: _counts_same(said, given, *pair))
    if dates[0] and dates[1] and dates[0][-1].date != dates[1][-1].date:
        old, new = dates[0][-1], dates[1][-1]
        return said[old.start : old.end], given[new.start : new.end]
    names = [_names(text) for text in (said, given)]
    old_names = [name for name in names[0] if not has_value(given, name)]
    new_names = [name for name in names[1] if not has_value(said, name)]
    return (old_names[0], new_names[-1 if last else 0]) if old_names and new_names else None


def _told_in_one(article: Article, part: _CorrectionPart, edge: int) -> tuple[str, str] | None:
    """Return the value that a statement withdraws behind an offset, and the one before it."""
    right = part._replace(end=edge, words=article.text[part.start : edge])
    wrong = _CorrectionPart(edge, part.end, None, article.text[edge : part.end])
    return _exchanged_values(article, wrong, right, last=True)


def _counts_same(said: str, given: str, wrong: str, right: str) -> bool:
    """Return whether two values count the same thing: 46 and 64 pages."""
    here, there = analyzed(said), analyzed(given)
    counted = [
        frozenset[str]().union(*(text.counted.get(value, ()) for value in analyzed(words).numbers))
        for text, words in ((here, wrong), (there, right))
    ]
    return bool(counted[0] & counted[1])


def _names(text: str) -> list[str]:
    """Return the names in a text, as they are written."""
    read = analyzed(text)
    found: list[list[Term]] = []
    for term in read.words:
        if not is_name(read.text, term) or read.word(term).lower() in CALENDAR:
            continue
        if found and not read.text[found[-1][-1].end : term.start].strip(" -’'."):
            found[-1].append(term)
        else:
            found.append([term])
    return [read.text[terms[0].start : terms[-1].end] for terms in found]
