"""The corpus as LlamaIndex parts: nodes, a retriever and a query engine.

They hold callables and not the corpus, so that they do not depend on how answers are made.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import (
    NodeRelationship,
    NodeWithScore,
    QueryBundle,
    RelatedNodeInfo,
    TextNode,
)

from rag.types import Answer, Hit


def to_node(hit: Hit) -> NodeWithScore:
    """Return a passage as a LlamaIndex node with its score and its offsets in the article."""
    article, passage = hit.article, hit.passage
    node = TextNode(
        id_=passage.id,
        text=hit.text,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        metadata={
            "article_id": article.id,
            "path": article.path,
            "title": article.title,
            "outlet": article.outlet,
            "published": article.published,
            "url": article.url,
            "kind": passage.kind,
        },
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=article.id)},
    )
    return NodeWithScore(node=node, score=hit.score)


class PassageRetriever(BaseRetriever):
    """LlamaIndex's retriever interface over the hybrid search of a corpus."""

    def __init__(self, search: Callable[[str], list[Hit]]) -> None:
        self._search = search
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [to_node(hit) for hit in self._search(query_bundle.query_str)]


class AnswerEngine(BaseQueryEngine):
    """LlamaIndex's query engine interface over the checked answers of a corpus.

    The response's metadata holds the whole answer as ``answer``.
    """

    def __init__(self, ask: Callable[[str], Answer]) -> None:
        self._ask = ask
        super().__init__(callback_manager=CallbackManager())

    def _query(self, query_bundle: QueryBundle) -> Response:
        answer = self._ask(query_bundle.query_str)
        return Response(
            response=answer.text,
            source_nodes=[to_node(hit) for hit in answer.passages],
            metadata={"answer": answer.to_dict()},
        )

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        import asyncio

        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}
