"""Choose by the settings where the index is kept, and who reads and embeds documents."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial

from rag.index.pipeline import LocalPool, OpenPool
from rag.index.storage import IndexFolder, LocalStorage, Storage, storage_key
from rag.models.embedder import Embedder
from rag.settings import Settings


def chosen_storage(settings: Settings, embedder: Embedder, *, rebuild: bool) -> Storage:
    """Return where the index is kept: on a Chroma server if one is set, else in a folder."""
    root, key = settings.index_root, storage_key(embedder)
    if settings.chroma_url is None:
        return LocalStorage(IndexFolder(root, key, rebuild=rebuild))
    from rag.remote.chroma import Server
    from rag.remote.storage import ServerStorage

    server = Server(
        settings.chroma_url,
        settings.chroma_name,
        settings.chroma_token,
        settings.chroma_tenant,
        settings.chroma_database,
        settings.chroma_ca,
    )
    return ServerStorage(root, key, server, rebuild=rebuild)


def chosen_pool(settings: Settings, embedder: Embedder) -> OpenPool:
    """Return what opens a worker pool: on a Ray cluster if one is set, else in this process."""
    if settings.ray is None:
        return lambda reader: nullcontext(LocalPool(embedder, reader))
    from rag.remote.ray import cluster_pool

    return partial(cluster_pool, embedder, address=settings.ray)
