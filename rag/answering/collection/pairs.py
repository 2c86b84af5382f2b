"""Answer what differs between two documents that a question names: each change in both wordings.

A question is taken so only where it says that documents are meant, by a noun or a file's name, and
where its words mean two; prices that are to be compared are looked for in the texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rag.answering.collection.asked import bare_question
from rag.answering.collection.known import Known
from rag.answering.collection.meant import calls_itself, documents_meant
from rag.checking.citations import Footnotes
from rag.comparing.two_documents import Change, ComparedUnit, compare_indexed
from rag.index.catalog import Catalog
from rag.index.passages import ListedArticle
from rag.text.quotations import in_quotes
from rag.text.words.documents import DOCUMENT_NOUN, OTHER_NOUN, SURE
from rag.types import Article, Statement, Verdict

MORE_THAN_TWO = "{:,} documents are meant, and two are compared at a time: name two of them."
_MOST_CHANGES = 8  # that an answer tells
_BY_WORDS = "compared word by word, not said by a document"
_TWO = 2
_NOUN = rf"(?:{DOCUMENT_NOUN}|{OTHER_NOUN})"
_NAMES_DOCUMENTS = re.compile(rf"\b{_NOUN}\b|\.\w{{2,5}}\b|[\"“].+[\"”]", re.IGNORECASE)
_CHANGES = r"(?:differences?|changes?)"
_SHOW = rf"(?:(?:show|list|give|tell)(?: me)? )?(?:what (?:is|are|was|were) )?(?:the )?{_CHANGES}"
_FORMS = tuple(
    re.compile(rf"{form}$", re.IGNORECASE)
    for form in (
        r"(?:compare|contrast) (?P<both>.+)",
        rf"{_SHOW} (?:between|from|of) (?P<both>.+)",
        r"what (?:has |have |was |is |were )?(?:been )?(?:changed|different|new)"
        r" (?:between|from|in) (?P<both>.+)",
        r"what changes (?:between|from) (?P<both>.+)",
        r"how (?:do|does|did|are|is) (?P<both>.+?)(?: differ(?:ent)?| compare)",
        r"how (?:do|does|did|are|is) (?P<both>.+? (?:differ(?:ent)? from|compare (?:to|with)) .+)",
    )
)
_JOINT = re.compile(
    r",? (?:and|with|to|against|versus|vs\.?|differ(?:ent)? from|compare (?:to|with)) ",
    re.IGNORECASE,
)
_ENDS_IN_NOUN = re.compile(rf"^.+ (?P<noun>{_NOUN})$", re.IGNORECASE)
_BEGINS_WITH_NOUN = re.compile(
    rf"^(?P<head>(?:the )?{_NOUN} (?:of|from|for|by|in) )", re.IGNORECASE
)
_TOGETHER = re.compile(r"^(?:(?:the|these|those|both|all|my|our|your|two|2)\s+)+", re.IGNORECASE)


class DocumentPair(NamedTuple):
    """The words of a question that mean the two documents to be compared."""

    both: str


def read_pair(question: str) -> DocumentPair | None:
    """Return what a question wants compared; None where it names no documents."""
    text = bare_question(question)
    match = next(filter(None, (form.match(text) for form in _FORMS)), None)
    if match is None or not _NAMES_DOCUMENTS.search(match["both"]):
        return None
    return DocumentPair(match["both"])


def two_meant(pair: DocumentPair, known: Known) -> list[ListedArticle]:
    """Return the two documents that are meant, the older first; none where it is not clear.

    Of "the minutes" there may be more than two.
    """
    found = next(_each_named(pair.both, known), None) or _together(pair.both, known)
    return sorted(found, key=lambda article: article.published or "")


def _each_named(both: str, known: Known) -> Iterator[list[ListedArticle]]:
    """Yield the documents that the two sides of "the March and the May minutes" mean."""
    for joint in _JOINT.finditer(both):
        for sides in _sides(both[: joint.start()], both[joint.end() :]):
            each = [documents_meant(side, known).documents for side in sides]
            if all(len(found) == 1 for found in each) and each[0] != each[1]:
                yield [found[0] for found in each]


def _sides(one: str, other: str) -> Iterator[tuple[str, str]]:
    """Yield both sides, also with the noun that one of them leaves to the other."""
    yield one, other
    if ending := _ENDS_IN_NOUN.match(other):
        yield f"{one} {ending['noun']}", other
    if beginning := _BEGINS_WITH_NOUN.match(one):
        yield one, f"{beginning['head']}{other}"


def _together(both: str, known: Known) -> list[ListedArticle]:
    """Return the documents that are meant together: the two, or all that a noun means."""
    bare = _TOGETHER.sub("", both)
    if re.fullmatch(_NOUN, bare, re.IGNORECASE):
        called = [each for each in known.listed if calls_itself(each, bare)]
        is_sure = re.fullmatch(SURE, bare, re.IGNORECASE)
        found = list(known.listed) if is_sure and len(called) != _TWO else called
        return found if len(found) >= _TWO else []
    found = documents_meant(bare, known).documents
    return found if len(found) == _TWO and not _JOINT.search(bare) else []


def differences_told(catalog: Catalog, one: Article, other: Article) -> list[Statement]:
    """Return statements on where two documents differ, each with its words cited.

    Args:
        catalog: where the vectors of their sentences are.
        one, other: the documents.
    """
    changes = compare_indexed(catalog, one, other).changes
    differ = [change for change in changes if change.kind != "same"]
    notes = Footnotes()
    told = [_told(change, one, other, notes) for change in differ[:_MOST_CHANGES]]
    cited = tuple(dict.fromkeys(cited for each in told for cited in each.citations))
    text = _counted(one, other, changes, differ)
    return [Statement(text, Verdict.PARTIAL, _BY_WORDS, cited), *told]


def _counted(
    one: Article, other: Article, changes: Sequence[Change], differ: Sequence[Change]
) -> str:
    names = f"{in_quotes(one.title)} and {in_quotes(other.title)}"
    if not differ:
        return f"{names} have the same words."
    places = "1 difference" if len(differ) == 1 else f"{len(differ):,} differences"
    first = f" These are the first {_MOST_CHANGES}." if len(differ) > _MOST_CHANGES else ""
    same = len(changes) - len(differ)
    sentences = "1 sentence" if same == 1 else f"{same:,} sentences"
    return f"{names}: {places}, {sentences} the same.{first}"


def _told(change: Change, one: Article, other: Article, notes: Footnotes) -> Statement:
    """Return a change as a statement: the words of both, or of the only one that has them."""
    sides: list[tuple[ComparedUnit, Article]] = []
    sides += [(change.one, one)] if change.one else []
    sides += [(change.other, other)] if change.other else []
    cited = tuple(notes.cite(article, unit.start, unit.end) for unit, article in sides)
    quotes = [in_quotes(citation.cited_text) for citation in cited]
    if change.kind == "moved":
        text = f"At another place: {quotes[0]}"
    elif len(sides) == _TWO:
        text = f"Changed: {quotes[0]} → {quotes[1]}"
    else:
        text = f"Only in {in_quotes(sides[0][1].title)}: {quotes[0]}"
    return Statement(text, Verdict.SUPPORTED, None, cited)
