"""Who stands behind a statement: independent sources, and those that only copy one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.checking.citations import Footnotes, attribution_phrases, cite, text_before
from rag.checking.support import check_support
from rag.retrieval.copies import is_copy
from rag.retrieval.lookup import Found
from rag.retrieval.quoting import is_quotable, readable
from rag.retrieval.rank import Candidate
from rag.types import Article, Backing, Citation, Difference, Hit, Statement, Verdict

READ = 3  # sentences of each other article, its nearest ones


def with_backing(
    statements: Sequence[Statement],
    parts: Sequence[Found],
    found: Sequence[Difference],
    article: Callable[[str], Article],
    footnotes: Footnotes,
) -> list[Statement]:
    """The statements, each with who else says the same.

    Args:
        statements: of an answer, checked.
        parts: the question's parts, looked up broadly.
        found: where the articles differ; who gives the same value says the same.
        article: gives an article by its id.
        footnotes: number the quotes.
    """
    candidates = [c for part in parts for c in part.candidates if is_quotable(c)]
    hits = [hit for part in parts for hit in part.hits]
    backed = []
    for statement in statements:
        if not statement.citations or statement.verdict != Verdict.SUPPORTED:
            backed.append(statement)
            continue
        also, copies = _others(statement, candidates, found)
        copies += _copies([*statement.citations, *also], hits, article)
        repeated = {copy.article_id for copy in copies}
        others = _one_each([*also, *copies], statement.citations)
        backing = _backing(statement, others, repeated, article, footnotes)
        backed.append(replace(statement, backing=backing))
    return backed


def _others(
    statement: Statement, candidates: Sequence[Candidate], found: Sequence[Difference]
) -> tuple[list[Citation], list[Citation]]:
    """Quotes of other articles that say the same, and those that repeat the words."""
    own = {citation.article_id for citation in statement.citations}
    cited = " ".join(citation.cited_text for citation in statement.citations)
    said = cited if statement.text.endswith("”") else statement.text
    also, copies = _same_values(statement, found), list[Citation]()
    read: dict[str, int] = {}
    for candidate in candidates:
        id_ = candidate.article.id
        if id_ in own or read.get(id_, 0) >= READ:
            continue
        read[id_] = read.get(id_, 0) + 1
        quote = cite(1, candidate.article, *readable(candidate))
        if is_copy(cited, quote.cited_text):
            copies.append(quote)
        elif _says(said, candidate.article, quote):
            also.append(quote)
    return also, copies


def _same_values(statement: Statement, found: Sequence[Difference]) -> list[Citation]:
    """Quotes that give the same value as the statement's where the articles differ."""
    numbers = {citation.number for citation in statement.citations}
    same = []
    for difference in found:
        mine = {p.group for p in difference.positions if p.citation.number in numbers}
        same += [
            position.citation
            for position in difference.positions
            if position.group in mine and position.citation.number not in numbers
        ]
    return same


def _says(said: str, article: Article, quote: Citation) -> bool:
    """Whether a quote bears out all that is said."""
    support = check_support(
        said,
        [quote.cited_text],
        about=attribution_phrases(article),
        nearby=text_before(article, quote.start),
    )
    return support.verdict == Verdict.SUPPORTED


def _copies(
    citations: Sequence[Citation], hits: Sequence[Hit], article: Callable[[str], Article]
) -> list[Citation]:
    """The places in copies of the passages cited, at the words themselves where those stand."""
    found = []
    for citation in citations:
        for hit in hits:
            within = hit.passage.start <= citation.start < hit.passage.end
            if hit.article.id != citation.article_id or not within:
                continue
            for copy in hit.copies:
                source = article(copy.article_id)
                at = source.text.find(citation.cited_text, copy.start, copy.end)
                span = (at, at + len(citation.cited_text)) if at >= 0 else (copy.start, copy.end)
                found.append(cite(1, source, *span))
    return found


def _one_each(quotes: Sequence[Citation], known: Sequence[Citation]) -> list[Citation]:
    """One quote of each article that is not cited itself."""
    by_article: dict[str, Citation] = {}
    for quote in quotes:
        if all(quote.article_id != other.article_id for other in known):
            by_article.setdefault(quote.article_id, quote)
    return list(by_article.values())


def _backing(
    statement: Statement,
    others: Sequence[Citation],
    repeated: set[str],
    article: Callable[[str], Article],
    footnotes: Footnotes,
) -> Backing:
    """Who is independent: an article that is, as a whole, a copy of another counts with it.

    So does another article of one outlet.
    """
    heard = [article(citation.article_id) for citation in statement.citations]
    also: list[Citation] = []
    copies: list[Citation] = []
    for other in others:
        source = article(other.article_id)
        quote = footnotes.cite(source, other.start, other.end)
        copied = quote.article_id in repeated or any(is_copy(source.text, a.text) for a in heard)
        (copies if copied else also).append(quote)
        if not copied and source.source not in {known.source for known in heard}:
            heard.append(source)
    return Backing(len({known.source for known in heard}), tuple(also), tuple(copies))
