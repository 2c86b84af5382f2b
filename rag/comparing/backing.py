"""Find who else stands behind a statement: independent sources, and those that copy one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from rag.checking.citations import Footnotes, attribution_phrases, cite
from rag.checking.rules import check_by_rules
from rag.models.entailment import Entailment
from rag.retrieval.copies import is_copy
from rag.retrieval.lookup import Selection
from rag.retrieval.quoting import is_quotable, readable
from rag.retrieval.rank import Candidate
from rag.text.words.languages import is_english
from rag.types import Article, Backing, Citation, Difference, Hit, Statement, Verdict

_READ_EACH = 3  # sentences of each other article, its nearest ones


def with_backing(
    statements: Sequence[Statement],
    parts: Sequence[Selection],
    differences: Sequence[Difference],
    article_by_id: Callable[[str], Article],
    footnotes: Footnotes,
    *,
    entailment: Entailment | None,
) -> list[Statement]:
    """Return the statements, each supported one with the other sources that say the same.

    Args:
        statements: of an answer, checked.
        parts: the parts of the question, with COMPARED_PASSAGES passages each.
        differences: where the articles differ; articles that give the same value agree.
        article_by_id: returns the article with an id.
        footnotes: number the quotes.
        entailment: the model that judges what no rule finds wrong; None for the rules alone.
    """
    candidates = [c for part in parts for c in part.candidates if is_quotable(c)]
    hits = [hit for part in parts for hit in part.hits]
    backed = []
    for statement in statements:
        if statement.citations and statement.verdict == Verdict.SUPPORTED:
            agreeing, copies = _others(statement, candidates, entailment)
            agreeing = [*_same_values(statement, differences), *agreeing]
            copies += _copied_passages([*statement.citations, *agreeing], hits, article_by_id)
            backing = _backing(statement, agreeing, copies, article_by_id, footnotes)
            statement = replace(statement, backing=backing)
        backed.append(statement)
    return backed


def _others(
    statement: Statement, candidates: Iterable[Candidate], entailment: Entailment | None
) -> tuple[list[Citation], list[Citation]]:
    """Return quotes of other articles that say the same, and quotes that repeat the words."""
    own = {citation.article_id for citation in statement.citations}
    cited = " ".join(citation.cited_text for citation in statement.citations)
    said = cited if statement.text.endswith("”") else statement.text
    agreeing: list[Citation] = []
    copies: list[Citation] = []
    read: dict[str, int] = {}
    for candidate in candidates:
        id_ = candidate.article.id
        if id_ in own or read.get(id_, 0) >= _READ_EACH:
            continue
        read[id_] = read.get(id_, 0) + 1
        quote = cite(1, candidate.article, *readable(candidate))
        if is_copy(cited, quote.cited_text):
            copies.append(quote)
        elif _supports(quote, candidate.article, said, entailment):
            agreeing.append(quote)
    return agreeing, copies


def _supports(quote: Citation, article: Article, said: str, entailment: Entailment | None) -> bool:
    """Return whether a quote says it in its own words: what stands around it names nobody here."""
    quotes, about = [quote.cited_text], attribution_phrases(article)
    if check_by_rules(said, quotes, about=about).verdict != Verdict.SUPPORTED:
        return False
    if entailment is None or not is_english(said):
        return True
    # Rules find what differs, and not that a quote speaks of something else. Either may say more
    # than the other: "two metres high", and "two metres high, as measured with a rod".
    opinions = entailment.judge([(quote.cited_text, said), (said, quote.cited_text)])
    return any(opinion.supported > opinion.contradicted for opinion in opinions)


def _same_values(statement: Statement, differences: Iterable[Difference]) -> list[Citation]:
    """Return quotes that give the statement's value where the articles differ."""
    numbers = {citation.number for citation in statement.citations}
    same = []
    for difference in differences:
        own = {p.group for p in difference.positions if p.citation.number in numbers}
        same += [
            position.citation
            for position in difference.positions
            if position.group in own and position.citation.number not in numbers
        ]
    return same


def _copied_passages(
    citations: Iterable[Citation], hits: Sequence[Hit], article_by_id: Callable[[str], Article]
) -> list[Citation]:
    """Return the places of cited passages in their copies: of the cited words if they are there."""
    quotes = []
    for citation in citations:
        for hit in hits:
            within = hit.passage.start <= citation.start < hit.passage.end
            if hit.article.id != citation.article_id or not within:
                continue
            for copy in hit.copies:
                source = article_by_id(copy.article_id)
                at = source.text.find(citation.cited_text, copy.start, copy.end)
                span = (at, at + len(citation.cited_text)) if at >= 0 else (copy.start, copy.end)
                quotes.append(cite(1, source, *span))
    return quotes


def _backing(
    statement: Statement,
    agreeing: Sequence[Citation],
    copies: Sequence[Citation],
    article_by_id: Callable[[str], Article],
    footnotes: Footnotes,
) -> Backing:
    """Count the independent sources, with one quote of each article that is not cited itself.

    An article that is, as a whole, a copy of another counts with it. So does another article
    of one outlet.
    """
    independent = [article_by_id(citation.article_id) for citation in statement.citations]
    cited = {source.id for source in independent}
    repeating = {copy.article_id for copy in copies}
    quotes: dict[str, Citation] = {}
    for quote in (*agreeing, *copies):
        if quote.article_id not in cited:
            quotes.setdefault(quote.article_id, quote)
    saying: list[Citation] = []
    repeated: list[Citation] = []
    for id_, quote in quotes.items():
        source = article_by_id(id_)
        numbered = footnotes.cite(source, quote.start, quote.end)
        if id_ in repeating or any(is_copy(source.text, other.text) for other in independent):
            repeated.append(numbered)
            continue
        saying.append(numbered)
        if source.source not in {other.source for other in independent}:
            independent.append(source)
    sources = {source.source for source in independent}
    return Backing(len(sources), tuple(saying), tuple(repeated))
