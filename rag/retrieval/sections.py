"""Find the sections of documents that a question names by their headings.

"List the auditors' recommendations" asks for what stands under "4 Recommendations", all of it,
though no sentence there has a word of the question. "How did the vote on the drought clause end?"
is answered under "Item 4. Drought clause": by a sentence that could as well stand under another
item, so that only the heading tells what it is about. "What was decided on item 4?" names it too.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from rag.index.catalog import Catalog
from rag.models.reader import Reader, UnitReading
from rag.retrieval.concepts import Concept, covered, weighted_coverage
from rag.retrieval.parts import asked_noun_phrase
from rag.retrieval.question import Question
from rag.retrieval.rank import NEAR_SPELLING, Candidate
from rag.retrieval.reading import Place, read_section
from rag.retrieval.tables.asked import says_what_is_done
from rag.retrieval.tables.listed import LONGEST_LIST, WholeList
from rag.text.blocks import HEADER_LEVEL, LISTED, QUOTABLE, Block, heading_path
from rag.text.dates import MONTH_NAMES
from rag.text.terms import analyze, is_stopword, term_string
from rag.types import Article, Hit

# Of what a question names, by weight, that a heading holds whose section is read by itself. Chosen
# on ten questions about the minutes of one invented folder; six others were asked afterwards.
_NAMED_BY_HEADING = 0.35
_MOST_SECTIONS = 4  # read by themselves for a question
_MOST_UNITS = 60  # of a section that is read
_ABOUT_OTHERS = 0.25  # factor of the reading of what is of no such section and names no such thing
_TIME_WORD = re.compile(rf"\d+|{MONTH_NAMES}", re.IGNORECASE)
_FEWEST_PARTS = 2  # of a section; a single paragraph is found as a sentence
_MOST_TEXT = 50_000  # characters of a document in which the rest of the question is looked for
_NUMBERING = re.compile(r"^\W*(?:\d+(?:\.\d+)*|[A-Z]|[IVXLC]+)[.):]?\s+")
# What is numbered, as questions and headings write it; a heading may have the number alone.
_PART = (
    r"(?:agenda )?item|section|sec\.|paragraph|para\.|article|art\.|clause|chapter|part|point|annex"
    r"|appendix|schedule|rule|recommendation|question|tagesordnungspunkt|top|punkt|abschnitt"
    r"|artikel|kapitel|ziffer|punto|punt|§"
)
_NUMBER = r"(?P<number>\d{1,3}(?:\.\d{1,3})*)"
_NUMBER_ASKED = re.compile(
    rf"(?<!\w)(?:{_PART})\s*(?:no\.?\s*)?{_NUMBER}(?![\w.]*\d)", re.IGNORECASE
)
_NUMBERED = re.compile(rf"\W*(?:(?:{_PART})\s*(?:no\.?\s*)?)?{_NUMBER}\W*(?:\s|$)", re.IGNORECASE)
_HEAD = 500  # characters of a document in which it says what it is


def section_asked(
    question: Question, concepts: Sequence[Concept], candidates: Sequence[Candidate]
) -> tuple[Candidate, WholeList] | None:
    """Return the section whose heading is what a question asks all of, and a sentence in it.

    Its document must hold whatever else the question names, in any sentence.

    Args:
        question: one part of what is asked.
        concepts: what it names.
        candidates: ranked sentences, best first.

    Returns None where no section is asked for, or one that is too long to be quoted.
    """
    phrase = asked_noun_phrase(question.text) if question.several else ()
    if not phrase:
        return None
    for candidate in candidates:
        section = _section_around(candidate.article, candidate.sentence.start)
        if section is None:
            continue
        heading, parts = section
        title = _title(candidate.article.text[heading.start : heading.end])
        if not title or title[-1] != phrase[-1] or not set(title) <= set(phrase):
            continue
        rest = [c for c in concepts if not _is_of(c, title)]
        if _holds_all(candidate.article, rest, question.text):
            return candidate, _whole(parts)
    return None


class HeadedTopic(NamedTuple):
    """What most of the words of a question are about, as headings name it.

    Attributes:
        concepts: what the headings hold of it.
        sections: what stands under them: the article, start and end of each.
    """

    concepts: tuple[Concept, ...]
    sections: tuple[tuple[Article, int, int], ...]

    def holds(self, candidate: Candidate) -> bool:
        """Return whether a candidate stands under one of the headings."""
        article, at = candidate.article, candidate.sentence.start
        return any(a.id == article.id and start <= at < end for a, start, end in self.sections)

    def is_of(self, candidate: Candidate) -> bool:
        """Return whether a candidate, what stands above it or before it names the topic."""
        article, before = candidate.article, candidate.before
        above = heading_path(article.text, article.blocks, candidate.sentence.start)
        last = article.text[before.start : before.end] if before else ""
        return self._is_named_in(" ".join((article.title, *above, last, candidate.in_context)))

    def heading_needed(self, candidate: Candidate) -> str | None:
        """Return the heading of a candidate where it alone tells that this is of the topic."""
        if not self.holds(candidate) or self._is_named_in(candidate.text):
            return None
        article = candidate.article
        return heading_path(article.text, article.blocks, candidate.sentence.start)[-1]

    def _is_named_in(self, words: str) -> bool:
        return any(covered(self.concepts, term_string(words).split(), near=NEAR_SPELLING))


def find_topic(concepts: Sequence[Concept], hits: Sequence[Hit]) -> HeadedTopic | None:
    """Return what headings name of a question; None where none names enough of it.

    Args:
        concepts: what is named; times and what no document holds do not count.
        hits: passages, best first; only headings of sections that they touch are considered.
    """
    known = [c for c in concepts if not c.absent and not _TIME_WORD.fullmatch(c.word)]
    holding = [
        (weighted_coverage(known, held), held, place)
        for heading, place in _sections_of(hits)
        if (held := covered(known, term_string(heading).split(), near=NEAR_SPELLING))
    ]
    most = max((weight for weight, *_ in holding), default=0.0)
    if most < _NAMED_BY_HEADING:
        return None
    best = [(held, place) for weight, held, place in holding if weight == most]
    named = tuple(c for at, c in enumerate(known) if any(held[at] for held, _ in best))
    return HeadedTopic(named, tuple(place for _, place in best))


def find_numbered(
    question: str, concepts: Sequence[Concept], hits: Sequence[Hit]
) -> HeadedTopic | None:
    """Return the sections whose number a question names, of the documents that it names most of.

    Args:
        question: one part of what is asked.
        concepts: what is named.
        hits: passages, best first; only their documents are considered.
    """
    named = list(_NUMBER_ASKED.finditer(question))
    asked = {match["number"] for match in named}
    words = {word for match in named for word in match[0].split()}
    others = [concept for concept in concepts if concept.word not in words]
    found = [
        (_named_by_head(place[0], others), place)
        for heading, place in (_sections_of(hits, touched=False) if asked else ())
        if (numbered := _NUMBERED.match(heading)) and numbered["number"] in asked
    ]
    most = max((share for share, _ in found), default=0.0)
    sections = tuple(place for share, place in found if share == most)
    return HeadedTopic((), sections) if sections else None


def _named_by_head(article: Article, concepts: Sequence[Concept]) -> float:
    """Return the share of the concepts, by weight, that the head of a document holds, 0..1."""
    head = f"{article.path} {article.title} {article.source} {article.text[:_HEAD]}"
    return weighted_coverage(concepts, covered(concepts, term_string(head).split(), near=0.0))


class TopicReading(NamedTuple):
    """A topic with what the reader finds in its sections, each read by itself.

    Attributes:
        topic: what is asked about.
        answers: how likely the best of its sections answers the question, 0..1.
        units: the reading of each unit in them, by its article's id and its start.
    """

    topic: HeadedTopic
    answers: float
    units: dict[Place, UnitReading]

    def keep_own(self, candidates: Sequence[Candidate]) -> Sequence[Candidate]:
        """Return the candidates of sections that a question names by number; else all."""
        named = [] if self.topic.concepts else list(filter(self.topic.holds, candidates))
        return named or candidates

    def reread(self, candidate: Candidate) -> Candidate:
        """Return a candidate with its reading in its section, or lowered if it is about others."""
        own = self.units.get((candidate.article.id, candidate.sentence.start))
        if own is not None and own.answers > candidate.answers:
            return replace(candidate, answers=own.answers, span=own.span)
        if own is not None or self.topic.is_of(candidate):
            return candidate
        return replace(candidate, answers=_ABOUT_OTHERS * candidate.answers)


def read_topic(
    reader: Reader, question: Question, topic: HeadedTopic, catalog: Catalog
) -> TopicReading | None:
    """Read the sections of a topic by themselves: among others the reader takes one for another.

    Args:
        reader: the model that reads.
        question: one part of what is asked.
        topic: what it is about.
        catalog: where the sentences are.

    Returns None where nothing stands under the headings.
    """
    readings = []
    for article, start, end in topic.sections[:_MOST_SECTIONS]:
        rows = catalog.sentences(article.id, start, end)
        units = [row.sentence for row in rows if row.sentence.kind in QUOTABLE][:_MOST_UNITS]
        readings += [read_section(reader, question, article, units)] if units else []
    if not readings:
        return None
    units_read = {place: unit for reading in readings for place, unit in reading.units.items()}
    return TopicReading(topic, max(reading.answers for reading in readings), units_read)


def _sections_of(
    hits: Sequence[Hit], *, touched: bool = True
) -> Iterator[tuple[str, tuple[Article, int, int]]]:
    """Yield the sections that passages touch, each once: heading, and article, start and end.

    Or all sections of the documents that the passages are of.

    A section ends at the next heading of any level. What stands under the title of the document
    or under clutter is none.
    """
    seen = set()
    for hit in hits:
        article = hit.article
        heads = [b for b in article.blocks if b.kind == "heading" and b.level != HEADER_LEVEL]
        for at, block in enumerate(heads):
            end = heads[at + 1].start if at + 1 < len(heads) else len(article.text)
            heading = article.text[block.start : block.end]
            near = block.end < hit.passage.end and hit.passage.start < end
            key = (article.id, block.start)
            marked = any(m.start < block.end and block.start < m.end for m in article.marks)
            if (
                (near or not touched)
                and not marked
                and key not in seen
                and heading.strip() != article.title
            ):
                seen.add(key)
                yield heading, (article, block.end, end)


def _title(heading: str) -> tuple[str, ...]:
    words = _NUMBERING.sub("", heading)
    return tuple(term.term for term in analyze(words) if not is_stopword(term.term))


def _section_around(article: Article, start: int) -> tuple[Block, list[Block]] | None:
    """Return the heading above an offset and what stands directly under it; None of a table."""
    blocks = article.blocks
    at = bisect_right(blocks, start, key=lambda block: block.start) - 1
    while at >= 0 and blocks[at].kind != "heading":
        at -= 1
    if at < 0 or blocks[at].level == HEADER_LEVEL:
        return None
    parts: list[Block] = []
    for block in blocks[at + 1 :]:
        if block.kind in ("heading", "row"):
            break
        parts.append(block)
    long = not parts or parts[-1].end - parts[0].start > LONGEST_LIST
    marked = any(
        mark.start < part.end and part.start < mark.end for mark in article.marks for part in parts
    )
    return None if long or marked or len(parts) < _FEWEST_PARTS else (blocks[at], parts)


def _is_of(concept: Concept, terms: Sequence[str]) -> bool:
    return any(set(option.terms) <= set(terms) for option in concept.alternatives)


def _holds_all(article: Article, concepts: Sequence[Concept], asked: str) -> bool:
    """Return whether a document holds what a question names, but for verbs, told by their place."""
    words = [asked[term.start : term.end] for term in analyze(asked)]
    said = {word for at, word in enumerate(words) if says_what_is_done(words, at)}
    concepts = [concept for concept in concepts if concept.word not in said]
    text = f"{article.path} {article.title} {article.source} {article.text[:_MOST_TEXT]}"
    return all(covered(concepts, term_string(text).split(), near=NEAR_SPELLING))


def _whole(parts: Sequence[Block]) -> WholeList:
    """Return the parts of a section as a list; its entries are those of the first level."""
    listed = [part for part in parts if part.kind in LISTED]
    if not listed:
        return WholeList(parts[0].start, parts[-1].end, len(parts), "text")
    top = min(part.level for part in listed)
    count = sum(part.level == top for part in listed)
    return WholeList(parts[0].start, parts[-1].end, count, listed[0].kind)
