"""Articles cut into passages, and the texts of each that are embedded and indexed by word."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rag.documents.loading import sentences_of
from rag.index.lexical import LexicalRow
from rag.models.embedder import Embedder
from rag.text.blocks import in_context, labels_within
from rag.text.dates import date_range, spoken_date
from rag.text.sentences import Mark, Sentence
from rag.text.terms import term_string
from rag.types import Article, Passage

_OVERLAP = 1  # sentences repeated from the passage before, so that none loses its context

_Counted = tuple[Sentence, int]  # with the number of its tokens


def make_passages(
    article_id: str,
    sentences: Sequence[Sentence],
    tokens: Sequence[int],
    marks: Sequence[Mark],
    *,
    max_tokens: int,
) -> list[Passage]:
    """Group the sentences of an article into passages.

    No passage covers clutter or mixes an aside with the article's own words.

    Args:
        article_id: the id of the article.
        sentences: its sentences in order.
        tokens: the embedder's token count of each sentence.
        marks: the clutter and asides of the article.
        max_tokens: the most that a passage may count; a longer sentence stands alone.
    """
    passages = []
    prose = any(sentence.kind != "heading" for sentence in sentences)  # or a list, or a table
    for run in _runs(list(zip(sentences, tokens, strict=True)), marks):
        if prose and all(sentence.kind == "heading" for sentence, _ in run):
            continue  # a heading alone holds no fact, and the title goes with every passage
        for window in _windows(run, max_tokens):
            start, end = window[0][0].start, window[-1][0].end
            kind = "aside" if window[0][0].kind == "aside" else "text"
            passages.append(
                Passage(f"{article_id}:{start}-{end}", article_id, start, end, kind)  # type: ignore[arg-type]
            )
    return passages


def _runs(counted: list[_Counted], marks: Sequence[Mark]) -> Iterator[list[_Counted]]:
    """Yield runs of sentences with neither clutter nor the edge of an aside between them."""
    clutter = [mark.start for mark in marks if mark.kind == "clutter"]
    run: list[_Counted] = counted[:1]
    for (before, _), item in pairwise(counted):
        after = item[0]
        parted = bisect_left(clutter, before.end) != bisect_left(clutter, after.start)
        if parted or (before.kind == "aside") != (after.kind == "aside"):
            yield run
            run = []
        run.append(item)
    if run:
        yield run


def _windows(run: list[_Counted], max_tokens: int) -> Iterator[list[_Counted]]:
    """Yield overlapping windows of a run, each as long as the limit of tokens allows."""
    first = 0
    while True:
        last, total = first, run[first][1]
        while last + 1 < len(run) and total + run[last + 1][1] <= max_tokens:
            last += 1
            total += run[last][1]
        if last + 1 == len(run):
            yield run[first:]
            return
        # A heading belongs to what follows it.
        while last > first and run[last][0].kind == "heading":
            last -= 1
        yield run[first : last + 1]
        first = max(first + 1, last + 1 - _OVERLAP)


# Longer titles and names would crowd out the passage that they introduce.
_MAX_TITLE = 150  # characters
_MAX_OUTLET = 80  # characters


@dataclass(frozen=True, slots=True)
class ChunkedArticle:
    """An article with its sentences, the terms of each, and its passages, ready to be embedded."""

    article: Article
    sentences: tuple[Sentence, ...]
    terms: tuple[str, ...]
    passages: tuple[Passage, ...]

    @property
    def size(self) -> int:
        """The number of its texts."""
        return len(self.passages) + len(self.sentences)

    def texts(self) -> list[str]:
        """Return what is embedded: the passages in their context, then the sentences in theirs."""
        text, head = self.article.text, context(self.article)
        passages = []
        for passage in self.passages:
            inside = self._within(passage)
            words = text[passage.start : passage.end]
            if any(sentence.label for sentence in inside):
                words = "\n".join(_each_label_once(text, inside))
            passages.append(f"{head}. {words}")
        return passages + [sentence_text(text, sentence) for sentence in self.sentences]

    def _within(self, passage: Passage) -> Sequence[Sentence]:
        """Return the sentences of a passage."""
        low, high = (
            bisect_left(self.sentences, at, key=lambda sentence: sentence.start)
            for at in (passage.start, passage.end)
        )
        return self.sentences[low:high]

    def lexical_rows(self) -> Iterator[LexicalRow]:
        """Yield the passages as they are indexed by word, from the terms of their sentences."""
        head = term_string(context(self.article))
        starts = [sentence.start for sentence in self.sentences]
        for passage in self.passages:
            inside = slice(bisect_left(starts, passage.start), bisect_left(starts, passage.end))
            if any(sentence.label for sentence in self.sentences[inside]):
                terms = passage_terms(self.article, passage)  # which has each label once
            else:
                terms = " ".join([head, *self.terms[inside]])
            yield _lexical_row(self.article, passage, terms)


def chunk_article(
    article: Article, embedder: Embedder, sentences: Sequence[Sentence] | None = None
) -> ChunkedArticle:
    """Cut an article into sentences, unless they are given, and passages that fit the embedder.

    Raises:
        EmbedderError: the model, whose tokenizer counts, cannot be loaded.
    """
    sentences = sentences_of(article) if sentences is None else sentences
    words = [sentence_text(article.text, sentence) for sentence in sentences]
    *tokens, head = embedder.count_tokens([*words, context(article) + ". "])
    limit = embedder.max_tokens - head
    passages = make_passages(article.id, sentences, tokens, article.marks, max_tokens=limit)
    terms = tuple(term_string(word) for word in words)
    return ChunkedArticle(article, tuple(sentences), terms, tuple(passages))


def sentence_text(text: str, sentence: Sentence) -> str:
    """Return a sentence as it is embedded and found: its words with their label."""
    return in_context(text[sentence.start : sentence.end], sentence.kind, sentence.label)


def _each_label_once(text: str, sentences: Iterable[Sentence]) -> Iterator[str]:
    """Yield sentences in context; of those that share a label, only rows repeat it."""
    label = ""
    for sentence in sentences:
        same = sentence.label == label and sentence.kind != "row"
        label = sentence.label
        yield sentence_text(text, sentence._replace(label="") if same else sentence)


def digest(text: str) -> bytes:
    """Return a digest of a text that is embedded, 16 bytes, by which it is recognised later."""
    return hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest()


def lexical_rows(article: Article, passages: Iterable[Passage]) -> Iterator[LexicalRow]:
    """Yield passages of an article as they are indexed by word."""
    for passage in passages:
        yield _lexical_row(article, passage, passage_terms(article, passage))


def _lexical_row(article: Article, passage: Passage, terms: str) -> LexicalRow:
    first, last = (int(day.replace("-", "")) if day else None for day in days(article))
    return LexicalRow(passage.id, article.id, article.outlet, first, last, terms)


def days(article: Article) -> tuple[str | None, str | None]:
    """Return the first and last day that an article may be from, ISO 8601; None if undated."""
    found = date_range(article.published)
    return (found[0].isoformat(), found[1].isoformat()) if found else (None, None)


def passage_terms(article: Article, passage: Passage) -> str:
    """Return the terms of a passage and its context, by which it is found."""
    labels = labels_within(article.blocks, passage.start, passage.end)
    return _terms(" ".join([context(article), *labels, article.text[passage.start : passage.end]]))


@lru_cache(maxsize=4_096)  # an answer looks at the passages that it found more than once
def _terms(text: str) -> str:
    return term_string(text)


def context(article: Article) -> str:
    """Return title, outlet and date on one line, by which a passage is found that lacks them."""
    outlet = (article.outlet or "")[:_MAX_OUTLET]
    parts = [article.title[:_MAX_TITLE], outlet, spoken_date(article.published)]
    return ", ".join(part for part in parts if part)
