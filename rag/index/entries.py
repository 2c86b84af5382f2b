"""What is embedded and what is indexed for an article."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.dates import date_range, spoken_date
from rag.documents.passages import make_passages
from rag.documents.sentences import sentences_of
from rag.documents.terms import term_string
from rag.embedding.embedder import Embedder
from rag.index.lexical import LexicalRow
from rag.types import Article, Passage, Sentence

# Longer titles and names would crowd out the passage that they introduce.
MAX_TITLE_IN_CONTEXT = 150  # characters
MAX_OUTLET_IN_CONTEXT = 80  # characters


@dataclass(frozen=True, slots=True)
class Entry:
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
        """What is embedded: the passages in their context, then the sentences."""
        text = self.article.text
        head = context(self.article)
        passages = [f"{head}. {text[p.start : p.end]}" for p in self.passages]
        return passages + [text[s.start : s.end] for s in self.sentences]

    def lexical_rows(self) -> Iterator[LexicalRow]:
        """The passages as they are indexed by word, of the terms of their sentences."""
        head = term_string(context(self.article))
        starts = [sentence.start for sentence in self.sentences]
        for passage in self.passages:
            inside = slice(bisect_left(starts, passage.start), bisect_left(starts, passage.end))
            terms = " ".join([head, *self.terms[inside]])
            yield _lexical_row(self.article, passage, terms)


def make_entry(
    article: Article, embedder: Embedder, sentences: Sequence[Sentence] | None = None
) -> Entry:
    """Cut an article into sentences, unless they are known, and passages that fit the embedder.

    Raises:
        EmbedderError: the model, whose tokenizer counts, cannot be loaded.
    """
    sentences = sentences_of(article) if sentences is None else sentences
    words = [article.text[s.start : s.end] for s in sentences]
    *tokens, head = embedder.count_tokens([*words, context(article) + ". "])
    passages = make_passages(
        article.id,
        sentences,
        tokens,
        article.marks,
        max_tokens=embedder.max_tokens - head,
    )
    terms = tuple(term_string(word) for word in words)
    return Entry(article, tuple(sentences), terms, tuple(passages))


def digest(text: str) -> bytes:
    """What tells a text that was embedded from every other, 16 bytes."""
    return hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest()


def lexical_rows(article: Article, passages: Iterable[Passage]) -> Iterator[LexicalRow]:
    """Passages of an article as they are indexed by word."""
    for passage in passages:
        yield _lexical_row(article, passage, passage_terms(article, passage))


def _lexical_row(article: Article, passage: Passage, terms: str) -> LexicalRow:
    first, last = (int(day.replace("-", "")) if day else None for day in days(article))
    return LexicalRow(passage.id, article.id, article.outlet, first, last, terms)


def days(article: Article) -> tuple[str | None, str | None]:
    """The first and last day that an article may be from, ISO 8601; None where it has no date."""
    found = date_range(article.published)
    return (found[0].isoformat(), found[1].isoformat()) if found else (None, None)


def passage_terms(article: Article, passage: Passage) -> str:
    """What is indexed by word: the passage and its context, as terms."""
    return _terms(f"{context(article)} {article.text[passage.start : passage.end]}")


@lru_cache(maxsize=4_096)  # an answer looks at the passages that it found more than once
def _terms(text: str) -> str:
    return term_string(text)


def context(article: Article) -> str:
    """Title, outlet and date on one line: what helps to find a passage without being in it."""
    outlet = (article.outlet or "")[:MAX_OUTLET_IN_CONTEXT]
    parts = [article.title[:MAX_TITLE_IN_CONTEXT], outlet, spoken_date(article.published)]
    return ", ".join(part for part in parts if part)
