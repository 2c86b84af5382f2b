"""What is in an index, what others left beside it, and how what a server holds is forgotten."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from rag.embedding.embedder import Embedder
from rag.index.clients import Server, reaching, server_client
from rag.index.inspecting import find_damage
from rag.index.lease import server_lease
from rag.index.lock import writer_lock
from rag.index.parts import CHROMA, LEXICAL, all_parts, part_folder
from rag.index.store import Index
from rag.index.vectors import forget_clients


def other_parts(root: Path, embedder: Embedder, server: Server | None) -> list[str]:
    """Names of the parts that other versions, embedders or servers left in an index folder."""
    mine = part_folder(root, embedder, server)
    return sorted(path.name for path in all_parts(root) if path != mine)


def forget(root: Path, server: Server) -> None:
    """Delete all that a server holds under a name, and every index in a folder with its copy.

    Raises:
        IndexBusy: another process is writing to it.
        IndexUnreachable: the server does not answer.
    """
    client = server_client(server)
    with server_lease(client, server), reaching(server):
        for name in [found.name for found in client.list_collections()]:
            if name.startswith((f"{server.name}-passages-v", f"{server.name}-articles-v")):
                client.delete_collection(name)
    if not root.exists():
        return
    with writer_lock(root):
        for path in all_parts(root):
            shutil.rmtree(path)
    forget_clients()


def state_of(index: Index) -> dict[str, Any]:
    """What is in an index, as JSON-ready values; ``whole`` says that all parts agree."""
    counts = index.catalog.passage_counts()
    expected = sum(counts.values())
    damage = find_damage(index)
    broken = {name.partition("/")[0] for name in damage}
    vectors = 0 if CHROMA in broken else index.vectors.count()
    lexical = 0 if LEXICAL in broken else index.lexical.count()
    return {
        "index": str(index.root),
        "server": index.server.url if index.server else None,
        "embedder": index.embedder.name,
        "runs_on": index.embedder.runs_on(),
        "collection": index.collection,
        "articles": len(counts),
        "passages": expected,
        "passages_in_chroma": vectors,
        "passages_in_tantivy": lexical,
        "damaged": damage,
        "whole": expected == vectors == lexical and expected > 0 and not damage,
        "other_indexes": other_parts(index.root, index.embedder, index.server),
    }
