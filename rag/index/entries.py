"""What is embedded and what is indexed for an article."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rag.dates import date_range, spoken_date
from rag.documents.passages import make_passages
from rag.documents.sentences import split_sentences
from rag.documents.terms import term_string
from rag.embedding.embedder import Embedder
from rag.index.lexical import LexicalRow
from rag.types import Article, Passage, Sentence

# Longer titles and names would crowd out the passage that they introduce.
MAX_TITLE_IN_CONTEXT = 150  # characters
MAX_OUTLET_IN_CONTEXT = 80  # characters


@dataclass(frozen=True, slots=True)
class Entry:
    """An article with its sentences and passages, ready to be embedded."""

    article: Article
    sentences: tuple[Sentence, ...]
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


def make_entry(article: Article, embedder: Embedder) -> Entry:
    """Cut an article into sentences and passages that fit the embedder.

    Raises:
        EmbedderError: the model, whose tokenizer counts, cannot be loaded.
    """
    sentences = split_sentences(
        article.text, article.marks, title=article.title, language=article.language
    )
    words = [article.text[s.start : s.end] for s in sentences]
    *tokens, head = embedder.count_tokens([*words, context(article) + ". "])
    passages = make_passages(
        article.id,
        sentences,
        tokens,
        article.marks,
        max_tokens=embedder.max_tokens - head,
    )
    return Entry(article, tuple(sentences), tuple(passages))


def digest(text: str) -> bytes:
    """What tells a text that was embedded from every other, 16 bytes."""
    return hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest()


def lexical_rows(article: Article, passages: Iterable[Passage]) -> Iterator[LexicalRow]:
    """Passages of an article as they are indexed by word."""
    first, last = (int(day.replace("-", "")) if day else None for day in days(article))
    for passage in passages:
        terms = passage_terms(article, passage)
        yield LexicalRow(passage.id, article.id, article.outlet, first, last, terms)


def days(article: Article) -> tuple[str | None, str | None]:
    """The first and last day that an article may be from, ISO 8601; None where it has no date."""
    found = date_range(article.published)
    return (found[0].isoformat(), found[1].isoformat()) if found else (None, None)


def passage_terms(article: Article, passage: Passage) -> str:
    """What is indexed by word: the passage and its context, as terms."""
    return term_string(f"{context(article)} {article.text[passage.start : passage.end]}")


def sentence_terms(article: Article, sentence: Sentence) -> tuple[str, ...]:
    """The terms of a sentence, for ranking it without analysing it again."""
    return tuple(term_string(article.text[sentence.start : sentence.end]).split())


def context(article: Article) -> str:
    """Title, outlet and date on one line: what helps to find a passage without being in it."""
    outlet = (article.outlet or "")[:MAX_OUTLET_IN_CONTEXT]
    parts = [article.title[:MAX_TITLE_IN_CONTEXT], outlet, spoken_date(article.published)]
    return ", ".join(part for part in parts if part)
