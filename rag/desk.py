"""What is read at once by all that a corpus does: its index, and the names that mean the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rag.checking.citations import Footnotes, check_citation
from rag.checking.claims import check_text
from rag.comparing.differences import PASSAGES, differences
from rag.comparing.timeline import Topic, timeline
from rag.documents.aliases import AliasGroups
from rag.errors import ArticleNotFound
from rag.index.store import Index
from rag.models.entailment import Opinions
from rag.retrieval.copies import copies_among
from rag.retrieval.lookup import Found, look_up
from rag.types import Article, Checked, Citation, DatedEvent, Difference, Scope

ATTEMPTS = 5  # to look something up between two commits of a sync in the background


@dataclass(frozen=True)
class Desk:
    """The articles and their aliases, for one answer.

    What it hands out has been held against the articles. An article that was found stays at
    hand until the answer is given, though a sync may remove it meanwhile.
    """

    index: Index
    aliases: AliasGroups
    _found: dict[str, Article] = field(default_factory=dict)

    def look_up(self, question: str, limit: int, scope: Scope | None = None) -> list[Found]:
        """The parts of a question, each with the best passages for it, all of one state."""
        for _ in range(ATTEMPTS):
            generation = self.generation()
            parts = look_up(self.index, self.aliases, question, limit=limit, scope=scope)
            if self.generation() == generation:
                break
        for hit in (hit for part in parts for hit in part.hits):
            self._found[hit.article.id] = hit.article
            for copy in hit.copies:
                self.article(copy.article_id)
        return parts

    def generation(self) -> int:
        """A number that grows with every change to the articles."""
        return self.index.catalog.generation()

    def article(self, article_id: str) -> Article | None:
        """An article that was found or is served, by its whole id."""
        found = self._found.get(article_id) or self.index.catalog.article(article_id)
        if found is not None:
            self._found[article_id] = found
        return found

    def cited(self, article_id: str) -> Article:
        """An article by its whole id.

        Raises:
            ArticleNotFound: it is not, or no longer, in the corpus.
        """
        found = self.article(article_id)
        if found is None:
            raise ArticleNotFound(f"Article {article_id} is not, or no longer, in the corpus.")
        return found

    def compare(self, question: str, scope: Scope | None) -> tuple[Difference, ...]:
        """Where articles differ on a question."""
        found = differences(self.look_up(question, PASSAGES, scope), Footnotes())
        self._check(p.citation for difference in found for p in difference.positions)
        return found

    def verify(self, text: str, scope: Scope | None, opinions: Opinions) -> Checked:
        """A text, sentence by sentence."""
        checked = check_text(self.index, self.aliases, text, scope=scope, opinions=opinions)
        self._check(c for statement in checked.statements for c in statement.evidence)
        return checked

    def timeline(
        self,
        topic: str | None,
        within: tuple[str | None, str | None],
        scope: Scope | None,
    ) -> list[DatedEvent]:
        """The dated events of the articles."""
        self.index.refresh()
        asked = None
        if topic is not None:
            (found, *_) = self.look_up(topic, 1)
            asked = Topic(found.concepts, self.index.embedder.vector(topic))
        articles = self.index.catalog.articles()
        if scope is not None:
            wanted = self.index.passages.within(scope, [article.id for article in articles])
            articles = [article for article in articles if article.id in wanted]
        events = timeline(
            self.index.catalog,
            articles,
            topic=asked,
            within=within,
        )
        self._check(citation for event in events for citation in event.citations)
        return events

    def copies(self) -> list[list[Article]]:
        """Groups of articles with nearly the same words."""
        articles = {article.id: article for article in self.index.catalog.articles()}
        groups = copies_among((article.id, article.text) for article in articles.values())
        return [[articles[id_] for id_ in group] for group in groups]

    def _check(self, citations: Iterable[Citation]) -> None:
        for citation in citations:
            check_citation(citation, self.article)


def pick(articles: Sequence[Article], name: str) -> Article:
    """The article that goes by the beginning of an id, a path or a file name.

    Raises:
        ArticleNotFound: there is none, or more than one.
    """
    found = [article for article in articles if _goes_by(article, name)]
    if len(found) == 1:
        return found[0]
    what = "No article goes" if not found else f"{len(found)} articles go"
    raise ArticleNotFound(f"{what} by {name!r}; `rag articles` lists ids and paths.")


def _goes_by(article: Article, name: str) -> bool:
    stem = article.path.rsplit("/", 1)[-1]
    return article.id.startswith(name) or name in (article.path, stem, stem.rsplit(".", 1)[0])
