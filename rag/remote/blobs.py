"""Things of any size in a Chroma collection, each whole or not there.

A record's id tells what it is of, in which revision, and which of how many pieces; so the
ids alone say what is there. The pieces are text in the metadata, in portions that Chroma
Cloud takes.
"""

from __future__ import annotations

import base64
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.remote.chroma import Server, reaching

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

PORTION = 4_000  # characters of a metadata value
PORTIONS = 15  # of a record, beside which Chroma Cloud allows as many again
STAMP = "stamp"
PAGE = 5_000  # ids listed at once
RECORDS = 100  # read or written at once: six megabytes


class Parcel(NamedTuple):
    """A thing by name, and the revision that it is in; neither has a colon."""

    name: str
    revision: str


class Listing(NamedTuple):
    """The parcels that are whole, with the ids of their records, and records of others."""

    whole: dict[Parcel, list[str]]
    stray: list[str]


class Parcels:
    """The parcels of one collection, which is there once :meth:`create` was called by anyone."""

    def __init__(self, client: ClientAPI, name: str, server: Server) -> None:
        self._client = client
        self._name = name
        self._server = server
        self._page = server.most or PAGE
        self._collection: Any = None

    def create(self) -> None:
        """Make the collection where there is none; who only reads does not."""
        with reaching(self._server):
            self._collection = self._client.get_or_create_collection(
                self._name, embedding_function=None
            )

    def stamp(self) -> str | None:
        """The sign that the last writer left of its last change; None where none has written.

        What is read afterwards is of the collection that is there now.
        """
        from chromadb.errors import NotFoundError

        with reaching(self._server):
            try:
                found = self._client.get_collection(self._name, embedding_function=None)
            except NotFoundError:
                return None
        self._collection = found
        stamp = (found.metadata or {}).get(STAMP)
        return None if stamp is None else str(stamp)

    def set_stamp(self, stamp: str) -> None:
        """Leave a sign that something has changed."""
        with reaching(self._server):
            self._collection.modify(metadata={STAMP: stamp})

    def listing(self) -> Listing:
        """All that is there, by the ids alone."""
        found: defaultdict[Parcel, dict[int, str]] = defaultdict(dict)
        sizes: dict[Parcel, int] = {}
        at = 0
        with reaching(self._server):
            while ids := self._collection.get(limit=self._page, offset=at, include=[])["ids"]:
                for id_ in ids:
                    name, revision, piece, pieces = id_.split(":")
                    parcel = Parcel(name, revision)
                    found[parcel][int(piece)] = id_
                    sizes[parcel] = int(pieces)
                at += len(ids)
        whole = {p: pieces for p, pieces in found.items() if len(pieces) == sizes[p]}
        stray = [id_ for p, pieces in found.items() if p not in whole for id_ in pieces.values()]
        return Listing(
            {p: [pieces[at] for at in sorted(pieces)] for p, pieces in whole.items()}, stray
        )

    def put(self, contents: Iterable[tuple[Parcel, bytes]]) -> dict[Parcel, list[str]]:
        """Write parcels; returns the ids of their records."""
        records: list[tuple[str, dict[str, str]]] = []
        written: dict[Parcel, list[str]] = {}
        for parcel, content in contents:
            made = _records(parcel, content)
            written[parcel] = [id_ for id_, _ in made]
            records += made
            while len(records) >= RECORDS:
                self._write(records[:RECORDS])
                records = records[RECORDS:]
        if records:
            self._write(records)
        return written

    def _write(self, records: list[tuple[str, dict[str, str]]]) -> None:
        # A record must have a vector. Nothing is looked for by it.
        places = [[float(int(id_[:6], 36) % 1_000)] for id_, _ in records]
        with reaching(self._server):
            self._collection.upsert(
                ids=[id_ for id_, _ in records],
                embeddings=places,
                metadatas=[portions for _, portions in records],
            )

    def get(self, wanted: Mapping[Parcel, list[str]]) -> Iterator[tuple[Parcel, bytes]]:
        """The contents of parcels by the ids of their records; what has gone is left out."""
        group: dict[Parcel, list[str]] = {}
        for parcel, ids in wanted.items():
            group[parcel] = ids
            if sum(map(len, group.values())) >= RECORDS:
                yield from self._read(group)
                group = {}
        if group:
            yield from self._read(group)

    def _read(self, group: Mapping[Parcel, list[str]]) -> Iterator[tuple[Parcel, bytes]]:
        with reaching(self._server):
            found = self._collection.get(
                ids=[id_ for ids in group.values() for id_ in ids], include=["metadatas"]
            )
        portions = dict(zip(found["ids"], found["metadatas"], strict=True))
        for parcel, ids in group.items():
            if all(id_ in portions for id_ in ids):
                text = "".join(portions[id_][key] for id_ in ids for key in sorted(portions[id_]))
                yield parcel, zlib.decompress(base64.b64decode(text))

    def drop(self, ids: list[str]) -> None:
        """Remove records by id."""
        with reaching(self._server):
            for at in range(0, len(ids), RECORDS):
                self._collection.delete(ids=ids[at : at + RECORDS])


def _records(parcel: Parcel, content: bytes) -> list[tuple[str, dict[str, str]]]:
    text = base64.b64encode(zlib.compress(content)).decode("ascii")
    size = PORTION * PORTIONS
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    return [
        (
            f"{parcel.name}:{parcel.revision}:{number}:{len(pieces)}",
            {
                f"portion-{at // PORTION:02}": piece[at : at + PORTION]
                for at in range(0, len(piece), PORTION)
            },
        )
        for number, piece in enumerate(pieces)
    ]
