"""The words of the passages in a tantivy index, ranked by BM25.

Derived from the vectors' passages and the articles: it can be thrown away and
built again at any time.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import tantivy

from rag.types import Passage

HEAP = 50_000_000  # bytes that the writer may buffer
FUZZY_BOOST = 0.5  # a close spelling counts half of the very word


class Alternative(NamedTuple):
    """One way to write what is looked for: its terms in a row, and whether near spellings count."""

    terms: tuple[str, ...]
    distance: int = 0  # letters that may differ; only for a single term


class LexicalIndex:
    """A tantivy index of passages by their terms."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open()

    def _open(self) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("passage", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("article", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("kind", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_integer_field("start", stored=True)
        builder.add_integer_field("end", stored=True)
        # The terms come analysed, separated by spaces.
        builder.add_text_field("terms", tokenizer_name="whitespace")
        self._schema = builder.build()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._index = tantivy.Index(self._schema, str(self._folder))

    def add(self, rows: Iterable[tuple[Passage, str]]) -> None:
        """Add passages with their terms, in one commit."""
        writer = self._index.writer(HEAP, 1)
        for passage, terms in rows:
            document = tantivy.Document(
                passage=passage.id,
                article=passage.article_id,
                kind=passage.kind,
                start=passage.start,
                end=passage.end,
                terms=terms,
            )
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def delete(self, article_ids: Iterable[str]) -> None:
        """Remove the passages of articles, in one commit."""
        writer = self._index.writer(HEAP, 1)
        for article_id in article_ids:
            writer.delete_documents_by_term("article", article_id)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def clear(self) -> None:
        """Remove everything, also from the disk."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._open()

    def reload(self) -> None:
        """See what another process has committed."""
        self._index.reload()

    def count(self) -> int:
        """The number of passages indexed."""
        return int(self._index.searcher().num_docs)

    def document_frequency(self, term: str) -> int:
        """In how many passages a term occurs."""
        return int(self._index.searcher().doc_freq("terms", term))

    def query(
        self,
        concepts: Sequence[Sequence[Alternative]],
        limit: int,
        article_ids: Sequence[str] | None = None,
    ) -> list[tuple[Passage, float]]:
        """The passages that hold the concepts best, with their BM25 scores.

        Args:
            concepts: what is looked for, each by its alternatives; any may match.
            limit: the most to return.
            article_ids: only passages of these; None for all.
        """
        parts = [(tantivy.Occur.Should, self._concept(options)) for options in concepts]
        if not parts:
            return []
        query = tantivy.Query.boolean_query(parts)
        if article_ids is not None:
            only = tantivy.Query.term_set_query(self._schema, "article", list(article_ids))
            scored = (tantivy.Occur.Must, query)
            query = tantivy.Query.boolean_query(
                [scored, (tantivy.Occur.Must, tantivy.Query.const_score_query(only, 0.0))]
            )
        searcher = self._index.searcher()
        found = searcher.search(query, limit, count=False).hits
        return [(_passage(searcher.doc(address)), float(score)) for score, address in found]

    def _concept(self, options: Sequence[Alternative]) -> Any:
        queries = [self._alternative(option) for option in options]
        return tantivy.Query.disjunction_max_query(queries) if len(queries) > 1 else queries[0]

    def _alternative(self, option: Alternative) -> Any:
        if len(option.terms) > 1:
            return tantivy.Query.phrase_query(self._schema, "terms", list(option.terms))
        (term,) = option.terms
        exact = tantivy.Query.term_query(self._schema, "terms", term)
        if not option.distance:
            return exact
        near = tantivy.Query.fuzzy_term_query(self._schema, "terms", term, option.distance)
        return tantivy.Query.disjunction_max_query(
            [exact, tantivy.Query.boost_query(near, FUZZY_BOOST)]
        )


def _passage(document: Any) -> Passage:
    first = document.get_first
    return Passage(first("passage"), first("article"), first("start"), first("end"), first("kind"))
