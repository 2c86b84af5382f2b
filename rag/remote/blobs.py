"""Blobs of any size in a Chroma collection, each of which is either whole or absent.

The id of a record names the blob, its revision, and which of how many pieces the record holds;
so the ids alone say which blobs are there. The pieces are text in the metadata, in values of a
size that Chroma Cloud takes.
"""

from __future__ import annotations

import base64
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from rag.index.vectors import all_ids
from rag.remote.chroma import ServerCollection

_VALUE_SIZE = 4_000  # characters of a metadata value
_VALUES = 15  # of a record; Chroma Cloud allows as many again
_RECORDS = 100  # read or written at once: six megabytes
_REVISION = "stamp"  # the key of the collection's revision in its metadata

_Record = tuple[str, dict[str, str]]  # id and metadata


class Blob(NamedTuple):
    """The name of a blob and its revision; neither has a colon."""

    name: str
    revision: str


class BlobListing(NamedTuple):
    """The blobs that are whole, with the ids of their records, and records of other blobs."""

    whole: dict[Blob, list[str]]
    stray: list[str]


class BlobStore:
    """The blobs of one collection, with a revision that changes with every change to them."""

    def __init__(self, collection: ServerCollection) -> None:
        self._collection = collection

    def revision(self) -> str | None:
        """Return the revision that the last writer has set; None where there is none."""
        found = self._collection.metadata().get(_REVISION)
        return None if found is None else str(found)

    def set_revision(self, revision: str) -> None:
        """Set the revision, so that readers see that something has changed."""
        self._collection.write("modify", metadata={_REVISION: revision})

    def listing(self) -> BlobListing:
        """List all blobs, by the ids of their records alone."""
        found: defaultdict[Blob, dict[int, str]] = defaultdict(dict)
        sizes: dict[Blob, int] = {}
        for id_ in all_ids(self._collection):
            name, revision, piece, pieces = id_.split(":")
            blob = Blob(name, revision)
            found[blob][int(piece)] = id_
            sizes[blob] = int(pieces)
        whole = {blob: pieces for blob, pieces in found.items() if len(pieces) == sizes[blob]}
        stray = [id_ for b, pieces in found.items() if b not in whole for id_ in pieces.values()]
        return BlobListing(
            {blob: [pieces[at] for at in sorted(pieces)] for blob, pieces in whole.items()}, stray
        )

    def put(self, contents: Iterable[tuple[Blob, bytes]]) -> dict[Blob, list[str]]:
        """Write blobs; return the ids of their records."""
        records: list[_Record] = []
        written: dict[Blob, list[str]] = {}
        for blob, content in contents:
            made = _records(blob, content)
            written[blob] = [id_ for id_, _ in made]
            records += made
            while len(records) >= _RECORDS:
                self._write(records[:_RECORDS])
                records = records[_RECORDS:]
        if records:
            self._write(records)
        return written

    def _write(self, records: list[_Record]) -> None:
        # A record must have a vector. Nothing is searched by it.
        places = [[float(int(id_[:6], 36) % 1_000)] for id_, _ in records]
        self._collection.write(
            "upsert",
            ids=[id_ for id_, _ in records],
            embeddings=places,
            metadatas=[values for _, values in records],
        )

    def get(self, wanted: Mapping[Blob, list[str]]) -> Iterator[tuple[Blob, bytes]]:
        """Yield the contents of blobs by the ids of their records, without those that are gone."""
        group: dict[Blob, list[str]] = {}
        for blob, ids in wanted.items():
            group[blob] = ids
            if sum(map(len, group.values())) >= _RECORDS:
                yield from self._read(group)
                group = {}
        if group:
            yield from self._read(group)

    def _read(self, group: Mapping[Blob, list[str]]) -> Iterator[tuple[Blob, bytes]]:
        wanted = [id_ for ids in group.values() for id_ in ids]
        found = self._collection.read("get", ids=wanted, include=["metadatas"])
        if found is None:
            return
        values = dict(zip(found["ids"], found["metadatas"], strict=True))
        for blob, ids in group.items():
            if all(id_ in values for id_ in ids):
                text = "".join(values[id_][key] for id_ in ids for key in sorted(values[id_]))
                yield blob, zlib.decompress(base64.b64decode(text))

    def delete(self, ids: list[str]) -> None:
        """Delete records by id; unknown ids are ignored."""
        for at in range(0, len(ids), _RECORDS):
            self._collection.write("delete", ids=ids[at : at + _RECORDS])


def _records(blob: Blob, content: bytes) -> list[_Record]:
    text = base64.b64encode(zlib.compress(content)).decode("ascii")
    size = _VALUE_SIZE * _VALUES
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    return [
        (
            f"{blob.name}:{blob.revision}:{number}:{len(pieces)}",
            {
                f"portion-{at // _VALUE_SIZE:02}": piece[at : at + _VALUE_SIZE]
                for at in range(0, len(piece), _VALUE_SIZE)
            },
        )
        for number, piece in enumerate(pieces)
    ]
