"""Find the section of a document that a question asks for by its heading.

"List the auditors' recommendations" asks for what stands under "4 Recommendations", all of it,
though no sentence there has a word of the question.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from rag.retrieval.concepts import Concept, covered
from rag.retrieval.parts import asked_noun_phrase
from rag.retrieval.question import Question
from rag.retrieval.rank import NEAR_SPELLING, Candidate
from rag.retrieval.tables.asked import says_what_is_done
from rag.retrieval.tables.listed import LONGEST_LIST, WholeList
from rag.text.blocks import HEADER_LEVEL, LISTED, Block
from rag.text.terms import analyze, is_stopword, term_string
from rag.types import Article

_FEWEST_PARTS = 2  # of a section; a single paragraph is found as a sentence
_MOST_TEXT = 50_000  # characters of a document in which the rest of the question is looked for
_NUMBERING = re.compile(r"^\W*(?:\d+(?:\.\d+)*|[A-Z]|[IVXLC]+)[.):]?\s+")


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
