"""What the settings name, as the rooms take it, which know no settings."""

from __future__ import annotations

from rag.documents.reading import Limits
from rag.gate import Gate
from rag.index.clients import Server
from rag.service import Service
from rag.settings import MEGABYTE, Settings


def server_of(settings: Settings) -> Server | None:
    """The Chroma server that holds the index, if any."""
    if settings.chroma_url is None:
        return None
    return Server(
        settings.chroma_url,
        settings.chroma_name,
        settings.chroma_token,
        settings.chroma_tenant,
        settings.chroma_database,
        settings.chroma_ca,
    )


def limits_of(settings: Settings) -> Limits:
    """How much one file may cost."""
    return Limits(
        size=settings.max_bytes,
        seconds=settings.parse_seconds,
        memory=int(settings.parse_mb * MEGABYTE),
        sentences=settings.max_sentences,
    )


def service_of(settings: Settings, *, local: bool) -> Service:
    """On what terms the corpus is served.

    Args:
        settings: which of them.
        local: whether only this machine is served.
    """
    gate = Gate(settings.concurrent, settings.waiting)
    return Service(gate, local, settings.uploads, settings.audit_text, settings.password_hash)
