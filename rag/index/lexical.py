"""The words of the passages in a tantivy index, ranked by BM25.

It is derived from the catalog: it can be deleted and built again at any time.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple

import tantivy

from rag.index.failures import is_unwritable, reading
from rag.types import Scope

_HEAP = 50_000_000  # bytes that the writer may buffer
_LAST_DAY = 9999_12_31
_FUZZY_BOOST = 0.5  # a near spelling counts half as much as the very word


class Alternative(NamedTuple):
    """One way to write a concept: its terms in a row, and how far other spellings may differ."""

    terms: tuple[str, ...]
    distance: int = 0  # letters that may differ; only for a single term


class LexicalRow(NamedTuple):
    """A passage as it is indexed by word: its article, outlet, date and terms.

    ``first`` and ``last`` are the days that its article may be from, as 20240125.
    """

    passage_id: str
    article_id: str
    outlet: str | None
    first: int | None
    last: int | None
    terms: str


class LexicalIndex:
    """A tantivy index of passages by their terms."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._schema = _schema()
        self._opened: Any = None
        self._aside: tempfile.TemporaryDirectory[str] | None = None

    @property
    def _index(self) -> Any:
        """The index as tantivy has opened it.

        Raises:
            IndexDamaged: it cannot be opened.
        """
        if self._opened is None:
            with self._reading():
                self._folder.mkdir(parents=True, exist_ok=True)
                self._opened = self._open()
        return self._opened

    def _open(self) -> Any:
        try:
            return tantivy.Index(self._schema, str(self._folder))
        except ValueError as error:
            if not is_unwritable(error):
                raise
            # tantivy locks also to read: open the same files in a folder where it can.
            self._aside = tempfile.TemporaryDirectory(prefix="footnote-words-")
            for path in self._folder.glob("[!.]*"):
                (Path(self._aside.name) / path.name).symlink_to(path.resolve())
            return tantivy.Index(self._schema, self._aside.name)

    def _reading(self) -> AbstractContextManager[None]:
        return reading("words", self._folder)

    def move(self, folder: Path) -> None:
        """Go on with another folder."""
        self._folder, self._opened = folder, None

    def add(self, rows: Iterable[LexicalRow]) -> None:
        """Add passages, in one commit."""
        self.replace((), rows)

    def delete(self, article_ids: Iterable[str]) -> None:
        """Remove the passages of articles, in one commit."""
        self.replace(article_ids, ())

    def replace(self, article_ids: Iterable[str], rows: Iterable[LexicalRow]) -> None:
        """Remove the passages of articles and add others, in one commit."""
        writer = self._index.writer(_HEAP, 1)
        for article_id in article_ids:
            writer.delete_documents_by_term("article", article_id)
        for row in rows:
            document = tantivy.Document(
                passage=row.passage_id, article=row.article_id, terms=row.terms
            )
            if row.outlet is not None:
                document.add_text("outlet", row.outlet)
            if row.first is not None and row.last is not None:
                document.add_integer("first", row.first)
                document.add_integer("last", row.last)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def clear(self) -> None:
        """Remove everything, also from the disk."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._opened = None

    def reload(self) -> None:
        """See what another process has committed."""
        if self._aside is not None:
            self._opened = self._aside = None
        with self._reading():
            self._index.reload()

    def count(self) -> int:
        """Return the number of passages indexed."""
        with self._reading():
            return int(self._index.searcher().num_docs)

    def document_frequency(self, term: str) -> int:
        """Return in how many passages a term occurs."""
        with self._reading():
            return int(self._index.searcher().doc_freq("terms", term))

    def query(
        self, concepts: Sequence[Sequence[Alternative]], limit: int, scope: Scope | None = None
    ) -> list[tuple[str, float]]:
        """Return the passages that match the concepts best, by id, with their BM25 scores.

        Args:
            concepts: the alternatives of each concept, of which any may match.
            limit: the most to return.
            scope: only passages of articles within it; None for all.
        """
        parts = [(tantivy.Occur.Should, self._any_of(options)) for options in concepts]
        if not parts:
            return []
        query = tantivy.Query.boolean_query(parts)
        if scope is not None:
            only = [(tantivy.Occur.Must, condition) for condition in self._within(scope)]
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), *only])
        with self._reading():
            searcher = self._index.searcher()
            found = searcher.search(query, limit, count=False).hits
            return [
                (str(searcher.doc(place).get_first("passage")), score) for score, place in found
            ]

    def _within(self, scope: Scope) -> Iterator[Any]:
        """Yield the queries that all must match for a passage to be in a scope; they score 0."""
        integer = tantivy.FieldType.Integer
        ranges = []
        if scope.first:
            ranges.append(("last", int(scope.first.replace("-", "")), _LAST_DAY))
        if scope.last:
            ranges.append(("first", 0, int(scope.last.replace("-", ""))))
        for field, low, high in ranges:
            overlap = tantivy.Query.range_query(self._schema, field, integer, low, high)
            yield tantivy.Query.const_score_query(overlap, 0.0)
        if scope.outlets is not None:
            any_of = tantivy.Query.term_set_query(self._schema, "outlet", list(scope.outlets))
            yield tantivy.Query.const_score_query(any_of, 0.0)
        if scope.documents is not None:
            named = tantivy.Query.term_set_query(self._schema, "article", list(scope.documents))
            yield tantivy.Query.const_score_query(named, 0.0)

    def _any_of(self, options: Sequence[Alternative]) -> Any:
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
            [exact, tantivy.Query.boost_query(near, _FUZZY_BOOST)]
        )


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("passage", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("article", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("outlet", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("first", fast=True)
    builder.add_integer_field("last", fast=True)
    # The terms come analysed, separated by spaces.
    builder.add_text_field("terms", tokenizer_name="whitespace")
    return builder.build()
