"""What the catalog knows of its documents, as a question may name it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from rag.index.passages import ListedArticle
from rag.text.terms import analyze, is_stopword, term_string


class Known:
    """Sources, authors, titles and folders of some documents."""

    def __init__(self, listed: Sequence[ListedArticle]) -> None:
        self.listed = listed

    def has_source(self, name: str) -> bool:
        """Return whether a name is that of an outlet or an author, or a part of one."""
        terms = meaningful_terms(name)
        return bool(terms) and any(terms <= each for each in self._sources)

    def has_folder(self, name: str) -> bool:
        """Return whether a folder within the corpus has this name, or a path that ends so."""
        return any(in_folder(article.path, name) for article in self.listed)

    @cached_property
    def _sources(self) -> set[frozenset[str]]:
        names = {name for article in self.listed for name in (article.outlet, article.author)}
        return {meaningful_terms(name) for name in names if name}

    @cached_property
    def titles(self) -> list[frozenset[str]]:
        """The terms of each title."""
        return [meaningful_terms(article.title) for article in self.listed]


def is_from(article: ListedArticle, name: str) -> bool:
    """Return whether a document is of an outlet, or by an author, of a name."""
    terms = meaningful_terms(name)
    names = (article.outlet, article.author)
    return bool(terms) and any(terms <= meaningful_terms(each) for each in names if each)


def in_folder(path: str, name: str) -> bool:
    """Return whether a file lies in a folder of a name, or in one within it."""
    parents = [part.casefold() for part in path.split("/")[:-1]]
    wanted = name.casefold().strip("/").split("/")
    size = len(wanted)
    return any(parents[at : at + size] == wanted for at in range(len(parents) - size + 1))


def meaningful_terms(text: str) -> frozenset[str]:
    """Return the terms of a text that name something; all where none does."""
    terms = term_string(text).split() if not text.isascii() else [t.term for t in analyze(text)]
    return frozenset(term for term in terms if not is_stopword(term)) or frozenset(terms)
