"""Find which documents some words of a question mean: by file, title, source or subject."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from rag.answering.collection.known import Known, is_from, meaningful_terms
from rag.index.passages import ListedArticle
from rag.text.dates import MONTHS, spoken_date
from rag.text.terms import term_string
from rag.text.words.documents import DOCUMENT_NOUN, OTHER_NOUN, SURE
from rag.text.words.languages import ENGLISH, LANGUAGE_NAMES

_QUOTES = " \"'“”‘’«»"
_ANY_NOUN = rf"(?P<noun>{DOCUMENT_NOUN}|{OTHER_NOUN})"
_ARTICLE = re.compile(r"^(?:(?:the|an?|this|that|your|my|our)\s+)+(?=\S)", re.IGNORECASE)
_FILE_SAID = re.compile(
    rf"^(?:{SURE})\s+(?:(?:called|named|titled)\s+)?|\s+(?:{SURE})$", re.IGNORECASE
)
_ALONE = re.compile(rf"^(?:it|this|that|{_ANY_NOUN})$", re.IGNORECASE)
_ON = r"(?:on|about|of|to|for|titled|called|named)"
_OF_SOURCE = (
    re.compile(rf"^(?P<source>.+?)(?:[’']s?)? {_ANY_NOUN}(?: {_ON} (?P<rest>.+))?$", re.IGNORECASE),
    re.compile(rf"^{_ANY_NOUN}(?: {_ON} (?P<rest>.+?))? (?:by|from|of|in) (?P<source>.+)$", re.I),
)
_ON_SUBJECT = (
    re.compile(rf"^{_ANY_NOUN}\s+(?:(?:{_ON}|from|by)\s+)?(?P<rest>.+)$", re.IGNORECASE),
    re.compile(rf"^(?P<rest>.+?)\s+{_ANY_NOUN}$", re.IGNORECASE),
)
_PARTS = re.compile(r"[:;,.?!|()“”\"…–—]+|\s-\s")  # where a title may be cut: before a subtitle
_FEWEST_OF_PART = 2  # meaningful words of a part of a title that stand for all of it
_SHORTEST_STEM = 3  # characters of a file's name that may be meant without its ending
_MOST_OF = 0.5  # of the words of a title or a file's name, that mean it where no noun says so
_FEWEST_WORDS = 2  # that mean it then
_MEANT_UNREAD = "The question may mean a file that was not read, or not in full:"

_NAMED_BY_RECORD = frozenset((*MONTHS, *LANGUAGE_NAMES.values()))


class Meant(NamedTuple):
    """Documents that some words mean; ``by_name`` says that these words can mean nothing else."""

    documents: list[ListedArticle]
    by_name: bool = False


def documents_meant(about: str, known: Known) -> Meant:
    """Return the documents that words mean; none where they may mean something else.

    Args:
        about: the words, as "the note on bee keeping", "Magnier’s article" or "rent-2021.pdf".
        known: what the catalog knows of the documents.
    """
    words = about.strip(_QUOTES)
    bare = _ARTICLE.sub("", words).strip(_QUOTES)
    named = _by_file(bare, known.listed) or _by_title(bare, known.listed)
    named = named or _by_source(bare, known)
    if named:
        return Meant(named, by_name=True)
    alone = _ALONE.match(bare)
    if alone:
        return Meant(_the_one(alone["noun"], known), by_name=len(known.listed) == 1)
    return Meant(_by_subject(bare, known) or _by_most(bare, known))


def _by_file(words: str, listed: Sequence[ListedArticle]) -> list[ListedArticle]:
    wanted = _FILE_SAID.sub("", words).strip(_QUOTES).casefold()
    plain = _joined(wanted)
    found = []
    for article in listed:
        path = PurePosixPath(article.path.casefold())
        is_stem = len(plain) >= _SHORTEST_STEM and plain == _joined(path.stem)
        if wanted in (str(path), path.name) or is_stem:
            found.append(article)
    return found


def _by_title(words: str, listed: Sequence[ListedArticle]) -> list[ListedArticle]:
    """Return the documents with a title that the words are, or a part of it that stands for it."""
    wanted = {_plain(words), _plain(_FILE_SAID.sub("", words))} - {""}
    whole = [article for article in listed if _plain(article.title) in wanted]
    if whole or len(meaningful_terms(words)) < _FEWEST_OF_PART:
        return whole
    return [a for a in listed if wanted & {_plain(part) for part in _PARTS.split(a.title)}]


def _the_one(noun: str | None, known: Known) -> list[ListedArticle]:
    """Return the only document, or the only one that calls itself by a noun."""
    if len(known.listed) == 1:
        return list(known.listed)
    called = [each for each in known.listed if noun and calls_itself(each, noun)]
    return called if len(called) == 1 else []


def _by_source(words: str, known: Known) -> list[ListedArticle]:
    for form in _OF_SOURCE:
        match = form.match(words)
        source = match and _ARTICLE.sub("", match["source"]).strip(_QUOTES)
        if match is None or not source or not known.has_source(source):
            continue
        rest = meaningful_terms(match["rest"] or "")
        return [a for a in known.listed if is_from(a, source) and rest <= _own_terms(a)]
    return []


def _by_subject(words: str, known: Known) -> list[ListedArticle]:
    """Return the documents whose title or file name holds what words say behind such a noun.

    Failing that, those with the noun whose record does: language, month, year, source, author. A
    document in another language calls itself by a noun of its own.
    """
    for form in _ON_SUBJECT:
        match = form.match(words)
        rest = _description(match["rest"]) if match else frozenset()
        if match is None or not rest:
            continue
        found = [article for article in known.listed if rest <= _own_words(article)]
        called = [article for article in found if calls_itself(article, match["noun"])]
        is_known = re.fullmatch(DOCUMENT_NOUN, match["noun"], re.IGNORECASE)
        if called or (found and is_known):
            return called or found
        found = [each for each in known.listed if rest <= _own_words(each) | _record(each)]
        called = [article for article in found if calls_itself(article, match["noun"])]
        is_sure = re.fullmatch(SURE, match["noun"], re.IGNORECASE)
        foreign = rest & set(LANGUAGE_NAMES.values()) - {LANGUAGE_NAMES[ENGLISH]}
        if called or (found and is_known and (is_sure or foreign)):
            return called or found
    return []


def _description(words: str) -> frozenset[str]:
    """Return the terms of words that describe a document, and the months and languages in them."""
    spoken = re.findall(r"\w+", words.lower())
    others = " ".join(word for word in spoken if word not in _NAMED_BY_RECORD)
    return meaningful_terms(others) | (_NAMED_BY_RECORD & set(spoken))


def _own_words(article: ListedArticle) -> frozenset[str]:
    """Return the terms of a document's title and file name, and the months and languages there."""
    name = f"{article.title} {_joined(PurePosixPath(article.path).stem)}"
    return _own_terms(article) | (_NAMED_BY_RECORD & set(re.findall(r"\w+", name.lower())))


def _record(article: ListedArticle) -> frozenset[str]:
    """Return the words that say of a document its language, month and year, source and author."""
    month = article.published and spoken_date(article.published[: len("2024-01")])
    dated = (month or "").lower().split()
    named = (article.outlet, article.author)
    terms = (meaningful_terms(name) for name in named if name)
    language = LANGUAGE_NAMES.get(article.language, "")
    return frozenset({*dated, language}).union(*terms)


def _by_most(words: str, known: Known) -> list[ListedArticle]:
    """Return the documents of which words hold most of the title or of the file's name."""
    wanted = meaningful_terms(words)
    found = []
    for article, title in zip(known.listed, known.titles, strict=True):
        enough = (
            max(_FEWEST_WORDS, _MOST_OF * len(terms))
            for terms in (title, _stem_terms(article.path))
            if wanted <= terms
        )
        if any(len(wanted) >= least for least in enough):
            found.append(article)
    return found


def unread_meant(question: str, skipped: Sequence[tuple[str, str]]) -> str:
    """Return a sentence for each file that was not read and that a question seems to name.

    What it would answer may stand there, whatever other documents say. A file is named by the
    words of its name, numbers aside; by most of them, where it has several.

    Args:
        question: in words.
        skipped: paths that were not read, or not in full, with the reasons.
    """
    asked = frozenset(term_string(question).split())
    told: dict[str, str] = {}
    for path, reason in skipped:
        named = _stem_terms(path)
        held = len(named & asked)
        if held >= min(len(named), _FEWEST_WORDS) and held > _MOST_OF * len(named):
            told.setdefault(path, f"{_MEANT_UNREAD} {path} {reason}")
    return " ".join(told.values())


def calls_itself(article: ListedArticle, noun: str) -> bool:
    """Return whether a document's title or file name holds a noun that means documents."""
    return meaningful_terms(noun) <= _own_terms(article)


def _own_terms(article: ListedArticle) -> frozenset[str]:
    return meaningful_terms(article.title) | _stem_terms(article.path)


def _stem_terms(path: str) -> frozenset[str]:
    stem = _joined(PurePosixPath(path).stem)
    return frozenset(term for term in meaningful_terms(stem) if not term.isdigit())


def _joined(name: str) -> str:
    """Return the words of a file's name with single spaces between them."""
    return " ".join(re.split(r"[\W_]+", name)).strip()


def _plain(words: str) -> str:
    return term_string(_ARTICLE.sub("", words.strip(_QUOTES)))
