"""Tell what is known of documents in sentences, each with the documents it is about cited."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.collection.asked import DocumentLimit
from rag.checking.citations import Footnotes
from rag.text.dates import display_date, spoken_dates
from rag.text.quotations import in_quotes
from rag.types import Article, Citation, Statement, Verdict

COUNTED = "counted in the index, not said by a document"
RECORDED = "known from the document's record, not said by the words cited"
_NOT_READ = "noted when the folder was read, not said by a document"
_MOST_WORDS = 3  # reasons of one file that are told


def count_told(
    limits: Sequence[DocumentLimit], count: int, total: int, *, is_cut: bool = False
) -> str:
    """Return how many documents keep to some limits, as a sentence.

    Args:
        limits: what the documents have in common.
        count: how many there are.
        total: how many documents there are in all.
        is_cut: whether there may be more of them than were counted.
    """
    if not total or not (limits or count):
        return "There are no documents."
    if not limits:
        return "There is 1 document." if count == 1 else f"There are {count:,} documents."
    many = count > 1
    which = " and ".join(_LIMITS[limit.kind][many].format(limit.value) for limit in limits)
    of = f"of the {total:,} documents" if total > 1 else "of 1 document"
    least = "At least " if is_cut else ""
    return f"{least}{f'{count:,}' if count else 'None'} {of} {which}."


# What documents have in common, of one and of several.
_LIMITS = {
    "source": ("is from {}", "are from {}"),
    "time": ("is dated {}", "are dated {}"),
    "folder": ("is in the folder “{}”", "are in the folder “{}”"),
    "words": ("mentions “{}”", "mention “{}”"),
    "title": ("is called “{}”", "are called “{}”"),
    "ending": ("is a file of the kind {}", "are files of the kind {}"),
}


def counted(text: str, named: Sequence[Article], notes: Footnotes) -> Statement:
    """Return a statement on a number of documents, which no document says."""
    cited = tuple(opening(article, notes) for article in named)
    return Statement(text, Verdict.PARTIAL, COUNTED, cited)


def described(
    article: Article, notes: Footnotes, *, place: tuple[int, int] | None = None, lead: str = ""
) -> Statement:
    """Return a statement on one document: its title, source, date and author.

    Args:
        article: the document.
        notes: the citations of the answer.
        place: words of it to quote; None for its beginning, which is cited only.
        lead: what stands before.
    """
    dated = display_date(article.published, article.published_basis)
    source = ", ".join(part for part in (article.outlet, dated) if part)
    named = f"{lead}{in_quotes(article.title)} ({source})"
    if place is not None and place[1] > place[0]:
        citation = notes.cite(article, *place)
        text = f"{named}: {in_quotes(citation.cited_text)}"
        return Statement(text, Verdict.SUPPORTED, None, (citation,))
    cited = opening(article, notes)
    if lead:
        return Statement(f"{named}.", Verdict.PARTIAL, COUNTED, (cited,))
    by = f"is by {article.author}" if article.author else "has no author that is known"
    if _says_its_record(cited.cited_text, article):
        return Statement(f"{named} {by}.", Verdict.SUPPORTED, None, (cited,))
    return Statement(f"{named} {by}.", Verdict.PARTIAL, RECORDED, (cited,))


def _says_its_record(words: str, article: Article) -> bool:
    """Return whether words of an article say both who wrote it and when it was published."""
    says_when = any(date in words for date in spoken_dates(article.published))
    return bool(article.author) and (article.author or "") in words and says_when


def unread(
    path: str, reasons: Sequence[str], article: Article | None, notes: Footnotes
) -> Statement:
    """Return a statement on a file of which something was not read, with the reasons.

    A file that is no document has no words that could be cited.
    """
    what = "was not read in full" if article else "was not read"
    text = f"{path} {what}: {'; '.join(reasons[:_MOST_WORDS]).rstrip('.')}."
    cited = (opening(article, notes),) if article else ()
    return Statement(text, Verdict.PARTIAL, _NOT_READ, cited)


def opening(article: Article, notes: Footnotes) -> Citation:
    """Cite the first words of an article that are its own."""
    own = (
        block
        for block in article.blocks
        if not any(mark.start < block.end and block.start < mark.end for mark in article.marks)
    )
    block = next(own, article.blocks[0])
    return notes.cite(article, block.start, block.end)
