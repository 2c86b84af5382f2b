"""A catalog's articles as blobs on a Chroma server, and the copy of them on this machine.

The server has every article with its words, spans, terms and vectors, each in a blob whose
revision changes with its title, date and paths. A reader copies what it lacks into a catalog
and a lexical index of its own, so that only vectors are searched over the network.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple
from typing import NamedTuple

from rag.index.catalog import Catalog, FileRow, TextRow
from rag.index.chunking import lexical_rows
from rag.index.lexical import LexicalIndex
from rag.index.passages import PassageTable
from rag.remote.blobs import Blob, BlobListing, BlobStore
from rag.text.blocks import Block
from rag.text.sentences import Mark
from rag.types import Article

_LISTS = "pages", "notes", "unread"  # fields of an article that JSON turns into lists
_LENGTH = 4  # bytes of the number that gives the length of the head


class PackedArticle(NamedTuple):
    """An article, the paths that hold it, and its passages and sentences as they are kept."""

    article: Article
    paths: tuple[str, ...]
    passages: list[TextRow]
    sentences: list[TextRow]


def pack_article(packed: PackedArticle) -> bytes:
    """Return the article as bytes: a head in JSON, then the digests and vectors of its texts."""
    rows = [*packed.passages, *packed.sentences]
    head = {
        "article": asdict(packed.article)
        | {"marks": [astuple(mark) for mark in packed.article.marks]}
        | {"blocks": [astuple(block) for block in packed.article.blocks]},
        "paths": packed.paths,
        "passages": [_span(row) for row in packed.passages],
        "sentences": [_span(row) for row in packed.sentences],
        "digest": len(rows[0].digest) if rows else 0,
        "vector": len(rows[0].vector) if rows else 0,
    }
    start = json.dumps(head, ensure_ascii=False).encode("utf-8")
    kept = b"".join(row.digest + row.vector for row in rows)
    return len(start).to_bytes(_LENGTH, "big") + start + kept


def unpack_article(content: bytes) -> PackedArticle:
    """Return the article that :func:`pack_article` made bytes of."""
    end = _LENGTH + int.from_bytes(content[:_LENGTH], "big")
    head = json.loads(content[_LENGTH:end].decode("utf-8"))
    facts = head["article"]
    facts["marks"] = tuple(Mark(*mark) for mark in facts["marks"])
    facts["blocks"] = tuple(Block(*block) for block in facts["blocks"])
    article = Article(**facts | {name: tuple(facts[name]) for name in _LISTS})
    spans = [*head["passages"], *head["sentences"]]
    of_digest, of_row = head["digest"], head["digest"] + head["vector"]
    rows = []
    for number, (start, stop, kind, *said) in enumerate(spans):
        row = content[end + number * of_row : end + (number + 1) * of_row]
        rows.append(TextRow(article.id, start, stop, kind, row[:of_digest], row[of_digest:], *said))
    passages = len(head["passages"])
    return PackedArticle(article, tuple(head["paths"]), rows[:passages], rows[passages:])


def _span(row: TextRow) -> Sequence[int | str]:
    return (row.start, row.end, row.kind, row.terms, row.label)


UNFINISHED = "changing"  # the revision while a writer is at work, or after it died at work
# The catalog's notes that every machine needs, each in a blob of its name: which names mean the
# same, and what of the folder was not read.
_NOTES = "aliases", "skipped"
_REVISION = "stamp"  # the catalog's note of the revision that was copied
_ARTICLES_AT_ONCE = 50  # copied in one transaction


class Replica:
    """A catalog with its lexical index, kept in step with the blobs of a server."""

    def __init__(self, blobs: BlobStore, catalog: Catalog, lexical: LexicalIndex) -> None:
        self._blobs = blobs
        self._catalog = catalog
        self._passages = PassageTable(catalog)
        self._lexical = lexical
        self._on_server: BlobListing | None = None

    def is_empty(self) -> bool:
        """Return whether nothing was ever copied here."""
        return self._catalog.info(_REVISION) is None

    def pull(self, *, unfinished: bool = False) -> bool:
        """Copy what is new on the server, and drop what is gone; return whether anything changed.

        Args:
            unfinished: look also where another writer's change was not finished at the last
                look, as a new writer must.
        """
        revision = self._blobs.revision()
        if revision is None:
            return False
        if revision == self._catalog.info(_REVISION) and not (
            unfinished and revision == UNFINISHED
        ):
            return False
        on_server = self._blobs.listing().whole
        if self._blobs.revision() != revision:
            return False  # listed while it changed: the next look will see all of it
        local = self._revisions()
        lacking = {b: ids for b, ids in on_server.items() if local.get(b.name) != b.revision}
        batch: list[PackedArticle] = []
        for blob, content in self._blobs.get(lacking):
            if blob.name in _NOTES:
                self._catalog.set_info(blob.name, content.decode("utf-8"))
                continue
            batch.append(unpack_article(content))
            if len(batch) == _ARTICLES_AT_ONCE:
                self._serve(batch, local)
                batch = []
        if batch:
            self._serve(batch, local)
        gone = local.keys() - {blob.name for blob in on_server} - set(_NOTES)
        if gone:
            self._lexical.delete(gone)
            self._catalog.drop(gone)
        self._catalog.set_info(_REVISION, revision)
        return True

    def _serve(self, batch: list[PackedArticle], local: Mapping[str, str]) -> None:
        """Serve articles that are new here; the others have another title, date or path."""
        new = [packed for packed in batch if packed.article.id not in local]
        self._catalog.begin(
            (packed.article for packed in new),
            [row for packed in new for row in packed.passages],
        )
        for packed in batch:
            if packed.article.id in local:
                self._catalog.rename(packed.article)
        articles = [packed.article for packed in batch]
        self._lexical.replace(
            [article.id for article in articles],
            (row for a in articles for row in lexical_rows(a, self._passages.of(a.id)[0])),
        )
        self._catalog.complete(
            (row for packed in new for row in packed.sentences),
            [FileRow(path, 0, 0, 0, 0, 0, p.article.id) for p in batch for path in p.paths],
        )
        paths = {packed.article.id: packed.paths for packed in batch}
        held = self._catalog.files().values()
        left = [r.path for r in held if r.article_id in paths and r.path not in paths[r.article_id]]
        if left:
            self._catalog.forget_files(left)

    def push(self) -> None:
        """Put what the server lacks there, and take away what is no longer served here.

        This is for the writer alone: the server is listed once for each writer.
        """
        if self._on_server is None:
            self._on_server = self._blobs.listing()
        whole, stray = self._on_server
        local = self._revisions()
        lacking = [n for n, revision in local.items() if Blob(n, revision) not in whole]
        kept = {blob: ids for blob, ids in whole.items() if local.get(blob.name) == blob.revision}
        stale = [id_ for blob, ids in whole.items() if blob not in kept for id_ in ids]
        if not (lacking or stale or stray) and self._blobs.revision() not in (None, UNFINISHED):
            return
        # A writer that dies from here on leaves a mark by which the next one finishes the change.
        self._blobs.set_revision(UNFINISHED)
        put = self._blobs.put(self._contents(lacking, local))
        self._blobs.delete([*stale, *stray])
        self._on_server = BlobListing(kept | put, [])
        revision = uuid.uuid4().hex
        self._blobs.set_revision(revision)
        self._catalog.set_info(_REVISION, revision)

    def _contents(
        self, names: Iterable[str], revisions: Mapping[str, str]
    ) -> Iterator[tuple[Blob, bytes]]:
        paths: dict[str, list[str]] = {}
        for path, row in self._catalog.files().items():
            paths.setdefault(row.article_id, []).append(path)
        for name in names:
            blob = Blob(name, revisions[name])
            if name in _NOTES:
                yield blob, (self._catalog.info(name) or "").encode("utf-8")
                continue
            article = self._catalog.article(name)
            if article is not None:
                kept = self._passages.kept(name)
                yield blob, pack_article(PackedArticle(article, tuple(sorted(paths[name])), *kept))

    def _revisions(self) -> dict[str, str]:
        """Return what is served here by name, each with a digest of what may change about it."""
        notes = {name: self._catalog.info(name) or "" for name in _NOTES}
        found = self._catalog.descriptions() | notes
        return {
            name: hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
            for name, text in found.items()
        }
