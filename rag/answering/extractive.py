"""An answer without an LLM: sentences of the articles, quoted and ascribed."""

from __future__ import annotations

from collections.abc import Sequence

from rag.checking.citations import cite
from rag.checking.verification import QUOTE, verify_quote
from rag.dates import spoken_date
from rag.retrieval.sentences import Candidate
from rag.types import Article, Statement

NAME = "extractive"
MOST = 4  # sentences; a reader asked a question, not for a summary
# A further sentence must come this near the first one's score, which runs from 0 to 1.8 …
WITHIN = 0.12
# … or this near where it is from another article, whose view is worth more than another detail,
# and holds a good share of the question's concepts that the first one holds.
WITHIN_OTHER_ARTICLE = 0.35
SAME_QUESTION = 0.7
SAME_MEANING = 0.85  # cosine from which two sentences say the same
SAME_WORDS = 0.6  # share of the shorter one's terms from which they do
UNSAID = ("?", "…", "...")  # a sentence that asks, or that breaks off
CLOSERS = "”\"’' "
MIN_TERMS = 4  # fewer make no statement that can stand alone


def choose(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The sentences to quote: the best, and others that come near it and add something.

    Args:
        candidates: ranked sentences, best first.
    """
    chosen: list[Candidate] = []
    for candidate in filter(_is_quotable, candidates):
        if len(chosen) == MOST:
            break
        if not chosen or (_comes_near(candidate, chosen) and not _repeats(candidate, chosen)):
            chosen.append(candidate)
    return chosen


def state(candidates: Sequence[Candidate]) -> list[Statement]:
    """Statements that quote sentences and say whose they are, numbered from 1."""
    return [_statement(number, candidate) for number, candidate in enumerate(candidates, start=1)]


def _statement(number: int, candidate: Candidate) -> Statement:
    article = candidate.article
    citation = cite(number, article, candidate.sentence.start, candidate.sentence.end)
    text = f"{attribution(article)}: {QUOTE.format(citation.cited_text)}"
    verdict, reason = verify_quote(text, article.source, [citation])
    return Statement(text, verdict, reason, (citation,))


def attribution(article: Article) -> str:
    """Who said it, and when: outlet and date, as far as they are known."""
    day = spoken_date(article.published)
    if day is None:
        return article.source
    inferred = (article.published_basis or "").startswith("inferred")
    return f"{article.source}, {day} (date inferred)" if inferred else f"{article.source}, {day}"


def _is_quotable(candidate: Candidate) -> bool:
    return len(candidate.terms) >= MIN_TERMS and not candidate.text.rstrip(CLOSERS).endswith(UNSAID)


def _comes_near(candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
    gap = chosen[0].score - candidate.score
    if any(candidate.article.id == other.article.id for other in chosen):
        return gap <= WITHIN
    speaks_of_it = candidate.coverage >= SAME_QUESTION * chosen[0].coverage
    return gap <= (WITHIN_OTHER_ARTICLE if speaks_of_it else WITHIN)


def _repeats(candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
    return any(
        float(candidate.vector @ other.vector) >= SAME_MEANING
        or len(candidate.terms & other.terms)
        >= SAME_WORDS * min(len(candidate.terms), len(other.terms))
        for other in chosen
    )
