"""What is read at once by all that a corpus does: its index, and the names that mean the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.checking.citations import Footnotes, check_citation
from rag.checking.claims import check_text
from rag.comparing.differences import PASSAGES, differences
from rag.comparing.timeline import Topic, timeline
from rag.errors import ArticleNotFound
from rag.models.entailment import Opinions
from rag.retrieval.copies import copies_among
from rag.retrieval.lookup import Snapshot
from rag.types import Article, Checked, Citation, DatedEvent, Difference, Scope


@dataclass(frozen=True)
class Desk:
    """What a corpus does with its articles besides answering.

    What it hands out has been held against the articles.
    """

    snapshot: Snapshot

    def compare(self, question: str, scope: Scope | None) -> tuple[Difference, ...]:
        """Where articles differ on a question."""
        found = differences(self.snapshot.look_up(question, PASSAGES, scope), Footnotes())
        self._check(p.citation for difference in found for p in difference.positions)
        return found

    def verify(self, text: str, scope: Scope | None, opinions: Opinions) -> Checked:
        """A text, sentence by sentence."""
        checked = check_text(self.snapshot, text, scope=scope, opinions=opinions)
        self._check(c for statement in checked.statements for c in statement.evidence)
        return checked

    def timeline(
        self,
        topic: str | None,
        within: tuple[str | None, str | None],
        scope: Scope | None,
    ) -> list[DatedEvent]:
        """The dated events of the articles."""
        index = self.snapshot.index
        index.refresh()
        asked = None
        if topic is not None:
            (found, *_) = self.snapshot.look_up(topic, 1)
            asked = Topic(found.concepts, index.embedder.vector(topic))
        articles = index.catalog.articles()
        if scope is not None:
            wanted = index.passages.within(scope, [article.id for article in articles])
            articles = [article for article in articles if article.id in wanted]
        events = timeline(
            index.catalog,
            articles,
            topic=asked,
            within=within,
        )
        self._check(citation for event in events for citation in event.citations)
        return events

    def copies(self) -> list[list[Article]]:
        """Groups of articles with nearly the same words."""
        articles = {a.id: a for a in self.snapshot.index.catalog.articles()}
        groups = copies_among((article.id, article.text) for article in articles.values())
        return [[articles[id_] for id_ in group] for group in groups]

    def _check(self, citations: Iterable[Citation]) -> None:
        for citation in citations:
            check_citation(citation, self.snapshot.find_article)


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
