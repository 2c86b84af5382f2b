"""Of the sentences found, those that may be the words of the person whose words are asked for.

A turn of speech is its speaker's, a sentence of prose belongs to whom it names as its source. What
another says is no answer, however near to the question, unless it tells what the person said.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from rag.models.likeness import likeness
from rag.retrieval.concepts import Concept, covered
from rag.retrieval.rank import NEAR_SPELLING, Candidate
from rag.retrieval.spoken.asked import asked_speaker
from rag.retrieval.spoken.attributions import Saying, sayings
from rag.retrieval.spoken.people import (
    are_relatives,
    is_description,
    may_be_one,
    name_words,
    writers_of,
)
from rag.text.blocks import block_of, heading_path
from rag.text.layout.fields import is_field
from rag.text.layout.source import ends_sentence
from rag.text.quotations import SAYS
from rag.text.terms import analyze
from rag.types import Article

_BLOCKS_BEFORE = 3  # paragraphs before a sentence in which whoever "she" means is named
_LONGEST_BEFORE = 1_500  # characters of them
_SURE = 0.8  # probability by the reader from which a sentence answers though no word shows it
_NO_TRACE = 0.35  # the highest likeness of words to a text that has no trace of them
_WE = re.compile(r"\b(?:I|[Ww]e|[Mm]y|[Oo]ur)\b")
_QUOTED = re.compile(r"[“\"«][^“”\"«»]*[”\"»]")
_APART = re.compile(r";|, (?:and|but|while) ")  # between what several people say
_TELLS = rf"(?:[\w’'-]+ ){{0,3}}?(?:{SAYS})"
Whose = Literal["theirs", "another’s", "nobody’s", "unknown"]


@dataclass(frozen=True)
class Speaker:
    """The person or body whose words a question asks for, and what about.

    ``name`` and ``topic`` are in the words of the question; the topic is empty where it is no
    phrase by itself. The concepts are those of the question that each of them names; ``is_all``
    says that the question names nothing else, as "What did Kovic say?".
    """

    name: str
    topic: str
    named: Sequence[Concept]
    about: Sequence[Concept]
    is_all: bool = False
    _known: dict[tuple[str, int], Whose] = field(default_factory=dict, compare=False)

    def is_named(self, text: str) -> bool:
        """Return whether a text has the last word of the name, in any spelling."""
        return any(_covered(self.named[-1:], text))

    def whose(self, candidate: Candidate) -> Whose:
        """Return whose words a candidate gives, as far as its article tells.

        Nobody says a list of who is present, a byline, a signature. Of a report or a board, which
        the article also has in small letters, others may speak.
        """
        article, place = candidate.article, (candidate.article.id, candidate.sentence.start)
        if place not in self._known:
            kind, label = article.part(*candidate.sentence[:2])
            found = self._of_turn(label, candidate) if kind == "turn" else self._of_prose(candidate)
            if found == "another’s" and is_description(name_words(self.name), article):
                found = "unknown"
            self._known[place] = found
        return self._known[place]

    def may_be_theirs(self, candidate: Candidate) -> bool:
        """Return whether a candidate may give the words of the person."""
        return self.whose(candidate) in ("theirs", "unknown")

    def may_answer(self, candidate: Candidate) -> bool:
        """Return whether a candidate has both in sight: the person, and what is asked about.

        The topic may be there in like words, or the reader sure that the candidate answers.
        """
        article, (start, end) = candidate.article, candidate.sentence[:2]
        beside = [candidate.before, block_of(article.blocks, start, end)]
        near = [candidate.in_context, *heading_path(article.text, article.blocks, start)[-1:]]
        near += [article.text[each.start : min(each.end, end)] for each in beside if each]
        told = _told(article, start, end)
        is_theirs = self.whose(candidate) == "theirs"
        is_near = (
            is_theirs
            or any(map(self.is_named, [*near, article.title, article.source]))
            or any(not saying.who for saying in told)
        )
        speaks = is_theirs or (bool(told) and self.is_named(candidate.text))
        sure = (speaks if self.is_all else not self.about) or candidate.answers >= _SURE
        return is_near and (sure or _has_trace(self.about, near))

    def says_of_topic(self, candidate: Candidate) -> bool:
        """Return whether the person says something of any part of what is asked about."""
        speaks = not self.about or any(_covered(self.about, candidate.in_context))
        return speaks and self.whose(candidate) == "theirs"

    def speaks_of_topic(self, candidate: Candidate) -> bool:
        """Return whether the person says something of all that is asked about, or is asked it."""
        words = (candidate.in_context, _asked_before(candidate.article, candidate.sentence.start))
        held = bool(self.about) and any(all(_covered(self.about, text)) for text in words)
        return (held or self.is_all) and self.whose(candidate) == "theirs"

    def _is_meant(self, who: str, article: Article) -> bool:
        return any(_covered(self.named, who)) and not self._is_another(who, article)

    def _is_another(self, who: str, article: Article) -> bool:
        """Return whether a name in an article is surely that of somebody else."""
        words, own = name_words(who), name_words(self.name)
        if self.is_named(who):
            return are_relatives(words, own, article)
        if not words or (len(words) == 1 and any(_covered(self.named, who))):
            return False
        return not is_description(words, article) and not may_be_one(words[-1], own[-1], article)

    def _of_turn(self, label: str, candidate: Candidate) -> Whose:
        article = candidate.article
        if self._is_meant(label, article):
            return "theirs"
        name = re.escape(name_words(self.name)[-1])
        if re.search(rf"\b{name}\b {_TELLS}", candidate.text, re.IGNORECASE):
            return "unknown"
        labels = {block.label for block in article.blocks if block.kind == "turn"}
        if any(self._is_meant(each, article) for each in labels):
            return "another’s"
        return "another’s" if len(label) > 1 and self._is_another(label, article) else "unknown"

    def _of_prose(self, candidate: Candidate) -> Whose:
        article, (start, end) = candidate.article, candidate.sentence[:2]
        text = article.text[start:end]
        told = [saying.who for saying in _told(article, start, end)]
        if any(self._is_meant(who, article) for who in told):
            return "theirs"
        outside = _QUOTED.sub(" ", text)
        writers, is_writing = writers_of(article), _WE.search(outside) is not None
        writes = any(self._is_meant(writer, article) for writer in writers)
        if not any(told) and _says_nothing(candidate, named=self.is_named(text), writes=writes):
            return "nobody’s"
        # An unnamed one may be no speaker at all, as in "it needs a report".
        if writes and (is_writing or not any(told)) and (not told or outside == text):
            return "theirs"
        if not told and is_writing:
            told = writers
        for who in filter(None, told):
            outside = outside.replace(who, "")
        others = bool(told) and all(self._is_another(who, article) for who in told)
        return "another’s" if others and not self.is_named(outside) else "unknown"


def speaker_sought(question: str, concepts: Sequence[Concept]) -> Speaker | None:
    """Return the person whose words a question asks for; None where it asks for nobody's.

    Args:
        question: one part of what is asked.
        concepts: what it names.
    """
    asked = asked_speaker(question)
    if asked is None:
        return None
    parts = map(_terms, (asked.name, asked.topic, asked.meant))
    named, about, meant = (
        [each for each in concepts if part & _terms(each.word)] for part in parts
    )
    is_all = len(meant) == len(concepts)
    return Speaker(asked.name, asked.topic, named, about, is_all) if named else None


def _terms(words: str) -> frozenset[str]:
    return frozenset(term.term for term in analyze(words))


def _says_nothing(candidate: Candidate, *, named: bool, writes: bool) -> bool:
    """Return whether a candidate is no sentence but gives a name, or belongs to the form of a text.

    Args:
        candidate: prose in which nobody who is named is told to speak.
        named: whether it names the person; then a label with a value, as "Present: …", is none.
        writes: whether the person wrote the article, whose lines are then theirs if sentences.
    """
    if candidate.sentence.kind == "row" or not (named or writes):
        return False
    is_label = candidate.sentence.kind == "field" or (named and is_field(candidate.text))
    return is_label or not ends_sentence(candidate.text)


def _asked_before(article: Article, at: int) -> str:
    """Return the question that the turn of speech at a place answers, if it answers one."""
    before = bisect_right(article.blocks, at, key=lambda block: block.start) - 2
    if before < 0 or article.blocks[before].kind != "turn":
        return ""
    text = article.text[article.blocks[before].start : article.blocks[before].end]
    return text if text.endswith("?") else ""


def _told(article: Article, start: int, end: int) -> list[Saying]:
    """Return who speaks in a span of an article; "she" may be named in the paragraphs before.

    Whoever has no name within what is told of another, as in "she said that the owner refused",
    is left out.
    """
    at = bisect_right(article.blocks, start, key=lambda block: block.start)
    blocks = article.blocks[max(0, at - 1 - _BLOCKS_BEFORE) : at]
    if not blocks:
        return []
    first = max(blocks[0].start, start - _LONGEST_BEFORE)
    spans = [(max(b.start, first) - first, b.end - first) for b in blocks if b.end > first]
    found = sayings(article.text[first : max(end, blocks[-1].end)], spans)
    here = [each for each in found if each.start + first < end and start < each.end + first]
    named = next((each.end for each in here if each.who), end)
    apart = _APART.search(article.text, first + named, end)
    return [each for each in here if each.who or each.start <= named or apart]


def _has_trace(topic: Sequence[Concept], texts: Sequence[str]) -> bool:
    """Return whether texts hold anything of a topic, in whatever form or in a word like it."""
    if any(any(_covered(topic, text)) for text in texts):
        return True
    words = [word for text in texts for word in name_words(text)]
    alike = likeness([word for concept in topic for word in concept.word.split()], words)
    return bool(alike.size) and float(alike.max()) > _NO_TRACE


def _covered(concepts: Sequence[Concept], text: str) -> tuple[float, ...]:
    return covered(concepts, [term.term for term in analyze(text)], near=NEAR_SPELLING)
