"""An index is opened, or begun."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from rag.embedding.embedder import Embedder
from rag.index.clients import Server
from rag.index.faults import unwritable
from rag.index.lock import writer_lock
from rag.index.parts import begin_part, part_folder
from rag.index.store import Index


def open_index(
    root: Path, embedder: Embedder, server: Server | None = None, *, anew: bool = False
) -> Index:
    """Open, or begin, the index of an embedder in a folder, or its copy of one on a server.

    Args:
        root: the index folder.
        embedder: whose index.
        server: where it is, if not in the folder.
        anew: begin another in the folder, which takes the place of all that are there once a
            sync has filled it; what a server holds is forgotten by who calls this.

    Raises:
        IndexMismatch: it was written by another version.
        IndexDamaged: the catalog is not as it was written.
        IndexUnwritable: it does not exist and cannot be made.
        IndexBusy: it is to be begun anew while another process is writing.
    """
    building = None
    try:
        if anew and server is None:
            with writer_lock(root):
                folder, building = begin_part(root, embedder)
        else:
            folder = part_folder(root, embedder, server)
            folder.mkdir(parents=True, exist_ok=True)
        return Index(root, folder, embedder, server, building)
    except (OSError, sqlite3.OperationalError) as error:
        raise unwritable(root, error) from error
