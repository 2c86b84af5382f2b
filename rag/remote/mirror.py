"""The catalog's articles on a Chroma server, and back: what other machines read.

The server has every article with its words, spans, terms and vectors, each in a parcel
whose revision changes with what is said of it. A reader copies what it lacks into a catalog
and a lexical index of its own, so that nothing but vectors is asked for over the network.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple
from typing import TYPE_CHECKING, NamedTuple

from rag.index.catalog import Catalog, FileRow, Stored
from rag.index.entries import lexical_rows
from rag.index.lexical import LexicalIndex
from rag.index.passages import PassageTable
from rag.remote.blobs import STAMP, Listing, Parcel, Parcels
from rag.remote.chroma import Server
from rag.text.sentences import Mark
from rag.types import Article

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

LENGTH = 4  # bytes of the number that says how long the head is


class Packed(NamedTuple):
    """An article, the paths that hold it, and its passages and sentences as they are kept."""

    article: Article
    paths: tuple[str, ...]
    passages: list[Stored]
    sentences: list[Stored]


def pack_article(packed: Packed) -> bytes:
    """The article as bytes: a head in JSON, then the digests and the vectors of its texts."""
    rows = [*packed.passages, *packed.sentences]
    head = {
        "article": asdict(packed.article)
        | {"marks": [astuple(mark) for mark in packed.article.marks]},
        "paths": packed.paths,
        "passages": [_span(row) for row in packed.passages],
        "sentences": [_span(row) for row in packed.sentences],
        "digest": len(rows[0].digest) if rows else 0,
        "vector": len(rows[0].vector) if rows else 0,
    }
    start = json.dumps(head, ensure_ascii=False).encode("utf-8")
    kept = b"".join(row.digest + row.vector for row in rows)
    return len(start).to_bytes(LENGTH, "big") + start + kept


def unpack_article(content: bytes) -> Packed:
    """The article that :func:`pack_article` made bytes of."""
    end = LENGTH + int.from_bytes(content[:LENGTH], "big")
    head = json.loads(content[LENGTH:end].decode("utf-8"))
    facts = head["article"]
    article = Article(**facts | {"marks": tuple(Mark(*mark) for mark in facts["marks"])})
    spans = [*head["passages"], *head["sentences"]]
    of_digest, of_row = head["digest"], head["digest"] + head["vector"]
    rows = []
    for number, (start, stop, kind, terms) in enumerate(spans):
        row = content[end + number * of_row : end + (number + 1) * of_row]
        rows.append(Stored(article.id, start, stop, kind, row[:of_digest], row[of_digest:], terms))
    passages = len(head["passages"])
    return Packed(article, tuple(head["paths"]), rows[:passages], rows[passages:])


def _span(row: Stored) -> Sequence[int | str]:
    return (row.start, row.end, row.kind, row.terms)


ALIASES = "aliases"  # the parcel with the names that mean the same
CHANGING = "changing"  # the stamp while a writer is at it
TOGETHER = 50  # articles that are copied in one transaction


class Mirror:
    """A catalog with its lexical index, and the parcels of a server, kept in step."""

    def __init__(
        self, client: ClientAPI, server: Server, key: str, catalog: Catalog, lexical: LexicalIndex
    ) -> None:
        self._parcels = Parcels(client, f"{server.name}-articles-{key}", server)
        self._catalog = catalog
        self._passages = PassageTable(catalog)
        self._lexical = lexical
        self._there: Listing | None = None

    def create(self) -> None:
        """Make what the server lacks to hold articles."""
        self._parcels.create()

    def pull(self) -> bool:
        """Copy what is new on the server, drop what is gone; says whether anything changed."""
        self._there = None
        stamp = self._parcels.stamp()
        if stamp is None or stamp == self._catalog.info(STAMP):
            return False
        there = self._parcels.listing().whole
        if self._parcels.stamp() != stamp:
            return False  # listed while it changed: the next look will see it whole
        here = self._revisions()
        lacking = {p: ids for p, ids in there.items() if here.get(p.name) != p.revision}
        batch: list[Packed] = []
        for parcel, content in self._parcels.get(lacking):
            if parcel.name == ALIASES:
                self._catalog.set_info(ALIASES, content.decode("utf-8"))
                continue
            batch.append(unpack_article(content))
            if len(batch) == TOGETHER:
                self._take(batch, here)
                batch = []
        if batch:
            self._take(batch, here)
        gone = here.keys() - {parcel.name for parcel in there} - {ALIASES}
        if gone:
            self._lexical.delete(gone)
            self._catalog.drop(gone)
        self._catalog.set_info(STAMP, stamp)
        return True

    def _take(self, batch: list[Packed], here: Mapping[str, str]) -> None:
        """Serve articles that are new here; those that are not have another title, date or path."""
        ids = [packed.article.id for packed in batch]
        new = [packed for packed in batch if packed.article.id not in here]
        self._catalog.begin(
            (packed.article for packed in new),
            [row for packed in new for row in packed.passages],
        )
        for packed in batch:
            if packed.article.id in here:
                self._catalog.rename(packed.article)
        self._lexical.replace(
            ids,
            (
                row
                for packed in batch
                for row in lexical_rows(packed.article, self._passages.of(packed.article.id)[0])
            ),
        )
        self._catalog.complete(
            (row for packed in new for row in packed.sentences),
            [FileRow(path, 0, 0, 0, p.article.id) for p in batch for path in p.paths],
        )
        self._forget_paths(batch)

    def _forget_paths(self, batch: list[Packed]) -> None:
        paths = {packed.article.id: packed.paths for packed in batch}
        held = self._catalog.files().values()
        left = [r.path for r in held if r.article_id in paths and r.path not in paths[r.article_id]]
        if left:
            self._catalog.forget_files(left)

    def push(self) -> None:
        """Put what the server lacks there, take away what is no longer served.

        For the one who writes: what is there is asked for once after each :meth:`pull`.
        """
        if self._there is None:
            self._there = self._parcels.listing()
        there, stray = self._there
        here = self._revisions()
        lacking = [n for n, revision in here.items() if Parcel(n, revision) not in there]
        stale = [id_ for p, ids in there.items() if here.get(p.name) != p.revision for id_ in ids]
        stamp = self._parcels.stamp()
        if not lacking and not stale and not stray and stamp not in (None, CHANGING):
            return
        # A writer that dies from here on leaves a sign that the next one has to finish.
        self._parcels.set_stamp(CHANGING)
        put = self._parcels.put(self._contents(lacking, here))
        self._parcels.drop([*stale, *stray])
        kept = {p: ids for p, ids in there.items() if here.get(p.name) == p.revision}
        self._there = Listing(kept | put, [])
        stamp = uuid.uuid4().hex
        self._parcels.set_stamp(stamp)
        self._catalog.set_info(STAMP, stamp)

    def _contents(
        self, names: Iterable[str], revisions: Mapping[str, str]
    ) -> Iterator[tuple[Parcel, bytes]]:
        paths: dict[str, list[str]] = {}
        for path, row in self._catalog.files().items():
            paths.setdefault(row.article_id, []).append(path)
        for name in names:
            parcel = Parcel(name, revisions[name])
            if name == ALIASES:
                yield parcel, (self._catalog.info(ALIASES) or "").encode("utf-8")
                continue
            article = self._catalog.article(name)
            if article is not None:
                kept = self._passages.kept(name)
                yield parcel, pack_article(Packed(article, tuple(sorted(paths[name])), *kept))

    def _revisions(self) -> dict[str, str]:
        """What is served here, each with a sign of what is said of it beside its words."""
        said = self._catalog.said()
        said[ALIASES] = self._catalog.info(ALIASES) or ""
        return {
            name: hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
            for name, text in said.items()
        }
