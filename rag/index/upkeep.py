"""What is in an index, what others left beside it, and how all of it is forgotten."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from rag.embedding.embedder import Embedder
from rag.index.clients import Server, reaching, server_client
from rag.index.lease import server_lease
from rag.index.lock import writer_lock
from rag.index.store import PARTS, Index, part_folder
from rag.index.vectors import forget_clients


def other_parts(root: Path, embedder: Embedder, server: Server | None) -> list[str]:
    """Names of the parts that other versions, embedders or servers left in an index folder."""
    mine = part_folder(root, embedder, server)
    return sorted(path.name for path in _parts(root) if path != mine)


def _parts(root: Path) -> list[Path]:
    """The folders that this package made in an index folder, where others may lie beside them."""
    return [p for p in root.glob("v[0-9]*-*") if any((p / part).exists() for part in PARTS)]


def forget(root: Path, server: Server | None = None) -> None:
    """Delete every index in a folder and of a name on a server, all that was ever stored included.

    Raises:
        IndexBusy: another process is writing to it.
        IndexUnreachable: the server does not answer.
    """
    if server is not None:
        client = server_client(server)
        with server_lease(client, server), reaching(server):
            for name in [found.name for found in client.list_collections()]:
                if name.startswith((f"{server.name}-passages-v", f"{server.name}-articles-v")):
                    client.delete_collection(name)
    if not root.exists():
        return
    with writer_lock(root):
        for path in _parts(root):
            shutil.rmtree(path)
    forget_clients()


def state_of(index: Index) -> dict[str, Any]:
    """What is in an index, as JSON-ready values; ``whole`` says that all parts agree."""
    counts = index.catalog.passage_counts()
    expected = sum(counts.values())
    vectors, lexical = index.vectors.count(), index.lexical.count()
    return {
        "index": str(index.root),
        "server": index.server.url if index.server else None,
        "embedder": index.embedder.name,
        "runs_on": index.embedder.runs_on(),
        "collection": index.vectors.name,
        "articles": len(counts),
        "passages": expected,
        "passages_in_chroma": vectors,
        "passages_in_tantivy": lexical,
        "whole": expected == vectors == lexical and expected > 0,
        "other_indexes": other_parts(index.root, index.embedder, index.server),
    }
