"""The index on a Chroma server: the same answers, on machines that know nothing but the URL."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock

import rag
from rag.errors import IndexBusy, IndexMismatch, IndexUnreachable, SettingError
from rag.remote import lease, storage
from rag.remote.blobs import BlobStore
from rag.remote.chroma import Server, reaching
from rag.remote.replica import UNFINISHED
from rag.remote.storage import LOOK_EVERY_SECONDS
from tests.support.chroma_server import chroma_server, free_port, guarded

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

pytestmark = pytest.mark.timeout(60)  # a reader looks for news every second or two

OWL = "How many voles does a barn owl eat a day?"
BRIDGE = "Who opened the Sella bridge?"
PATIENCE_SECONDS = 60


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Chroma server; each test has a name of its own on it."""
    with chroma_server(tmp_path_factory.mktemp("chroma") / "data") as url:
        yield url


@pytest.fixture
def there(url: str, request: pytest.FixtureRequest) -> dict[str, Any]:
    """The server, and the name that a test has on it."""
    name = "".join(c if c.isalnum() else "-" for c in request.node.name)[:50].strip("-")
    return {"chroma_url": url, "chroma_name": name}


def said(answer: rag.Answer) -> dict[str, Any]:
    """An answer without the time that it took."""
    return {name: value for name, value in answer.to_dict().items() if name != "seconds"}


def reader(there: dict[str, Any], place: Path) -> rag.Corpus:
    """A corpus on a machine that has no folder."""
    return rag.open(place / "nothing-here", index_dir=place / "copy", **there)


def client_of(there: dict[str, Any]) -> ClientAPI:
    """Chroma's own client."""
    import chromadb

    return chromadb.HttpClient("127.0.0.1", int(there["chroma_url"].rsplit(":", 1)[1]))


def catch_up(corpus: rag.Corpus, writer: rag.Corpus) -> None:
    """Ask a reader until it has what the writer has; on a busy machine it looks less often."""
    wanted = [article.to_dict() for article in writer.articles()]
    until = time.monotonic() + PATIENCE_SECONDS
    while [article.to_dict() for article in corpus.articles()] != wanted:
        assert time.monotonic() < until, "the reader has not seen what is new"
        time.sleep(LOOK_EVERY_SECONDS / 4)
        corpus.search("what is new")


def test_a_server_gives_the_answers_that_a_folder_gives(
    folder: Path, there: dict[str, Any], tmp_path: Path
) -> None:
    """Writer and reader of a server give the same answers as an index in a folder."""
    alone = rag.open(folder, index_dir=tmp_path / "alone")
    writer = rag.open(folder, index_dir=tmp_path / "writer", **there)
    other = reader(there, tmp_path / "reader")
    assert not (tmp_path / "reader" / "nothing-here").exists()
    for question in (OWL, BRIDGE, "How much did the harbour cost?", "Who won the cup?"):
        assert said(writer.ask(question)) == said(other.ask(question)) == said(alone.ask(question))
    assert writer.sync().embedded == 0
    assert writer.state()["whole"]
    assert other.state()["whole"]
    assert [a.to_dict() for a in other.articles()] == [a.to_dict() for a in alone.articles()]


@pytest.mark.campaign
def test_filters_hold_on_a_server(folder: Path, there: dict[str, Any], tmp_path: Path) -> None:
    """A reader of a server applies the same filters as the writer."""
    rag.open(folder, **there)
    found = reader(there, tmp_path).search("what was built or dredged", since="2024")
    assert {hit.article.path for hit in found} == {"bridge.txt"}


def test_a_reader_sees_what_is_added_changed_and_removed(
    folder: Path, there: dict[str, Any], tmp_path: Path
) -> None:
    """An open reader sees additions, changes and removals after a moment."""
    writer = rag.open(folder, **there)
    other = reader(there, tmp_path)
    assert "four voles" in other.ask(OWL).text
    (folder / "owls.txt").write_text("Barn owls hunt at night. A barn owl eats nine voles a day.\n")
    (folder / "bridge.txt").unlink()
    (folder / "ferry.txt").write_text("The ferry to Sandholm takes 20 minutes.\n")
    writer.sync()
    catch_up(other, writer)
    assert "nine voles" in other.ask(OWL).text
    assert "four voles" not in other.ask(OWL).text
    assert "20 minutes" in other.ask("How long does the ferry to Sandholm take?").text
    assert {article.path for article in other.articles()} == {
        *("ferry.txt", "harbour.txt", "owls.txt")
    }
    assert other.state()["whole"]


@pytest.mark.campaign
def test_a_file_that_is_renamed_is_renamed_for_readers(
    folder: Path, there: dict[str, Any], tmp_path: Path
) -> None:
    """A rename changes path and title for readers and embeds nothing."""
    writer = rag.open(folder, **there)
    other = reader(there, tmp_path)
    (folder / "owls.txt").rename(folder / "white-owls.txt")
    assert writer.sync().embedded == 0
    catch_up(other, writer)
    assert {a.path for a in other.articles()} == {a.path for a in writer.articles()}
    assert {a.title for a in other.articles()} == {a.title for a in writer.articles()}
    assert other.ask(OWL).statements


@pytest.mark.campaign
def test_aliases_come_along(folder: Path, there: dict[str, Any], tmp_path: Path) -> None:
    """Aliases of the writer apply to readers."""
    (folder / "aliases.yaml").write_text("- [Larnmouth, Port Verity]\n")
    rag.open(folder, **there)
    other = reader(there, tmp_path)
    assert "dredged" in other.ask("When was the harbour of Port Verity dredged?").text


@pytest.mark.campaign
def test_a_new_machine_that_indexes_embeds_nothing_again(
    folder: Path, there: dict[str, Any], tmp_path: Path
) -> None:
    """A new writer takes over the vectors that are on the server."""
    rag.open(folder, index_dir=tmp_path / "first", **there)
    second = rag.open(folder, index_dir=tmp_path / "second", sync=False, **there)
    report = second.sync()
    assert report.embedded == 0
    assert not report.added
    assert second.ask(OWL).statements


def test_only_one_machine_writes(
    folder: Path, there: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second writer is told who the first is; an expired lease is taken over."""
    first = rag.open(folder, index_dir=tmp_path / "first", **there)
    second = rag.open(folder, index_dir=tmp_path / "second", sync=False, **there)

    def write_as_well(_: rag.Progress) -> None:
        with pytest.raises(IndexBusy, match=r"process .* on .* since"):
            second.sync()

    def take_over(_: rag.Progress) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(lease, "EXPIRY_SECONDS", -1.0)
            assert second.sync().embedded == 0

    first.sync(on_progress=write_as_well)
    with pytest.raises(IndexBusy, match=r"process .* since"):  # it has lost the right meanwhile
        first.sync(on_progress=take_over)
    assert first.sync().embedded == 0


@pytest.mark.campaign
def test_nobody_fails_while_another_copies(
    folder: Path, there: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the local copy is locked readers answer from what they have, and a writer is told."""
    writer = rag.open(folder, index_dir=tmp_path / "writer", **there)
    other = reader(there, tmp_path)
    monkeypatch.setattr(storage, "COPY_SECONDS", 0.1)
    time.sleep(LOOK_EVERY_SECONDS * 1.5)
    (copy,) = (tmp_path / "copy").glob("v*")
    (original,) = (tmp_path / "writer").glob("v*")
    with FileLock(copy / "copying.lock"), FileLock(original / "copying.lock"):
        assert "four voles" in other.ask(OWL).text
        with pytest.raises(IndexBusy, match="copying"):
            writer.sync()
    assert writer.sync().embedded == 0


@pytest.mark.campaign
def test_a_rebuild_empties_the_server_first(folder: Path, there: dict[str, Any]) -> None:
    """A rebuild deletes the corpus from the server and leaves other corpora alone."""
    other = there | {"chroma_name": "others"}
    rag.open(folder, index_dir=folder.parent / "other", **other)
    rag.open(folder, **there)
    (folder / "owls.txt").unlink()
    again = rag.open(folder, rebuild=True, **there)
    assert len(again.articles()) == 2
    assert again.state()["whole"]
    client = client_of(there)
    names = [found.name for found in client.list_collections()]
    assert sum(name.startswith(there["chroma_name"]) for name in names) == 2
    assert sum(name.startswith("others-") for name in names) == 2


@pytest.mark.campaign
def test_token_and_certificate_go_with_every_request(
    folder: Path, there: dict[str, Any], tmp_path: Path
) -> None:
    """Token and certificate are sent with each request; without either the error says why."""
    with guarded(there["chroma_url"], "s3cret-token", tmp_path) as (url, certificate):
        place = there | {"chroma_url": url}
        full = place | {"chroma_token": "s3cret-token", "chroma_ca": certificate}
        assert rag.open(folder, **full).ask(OWL).statements
        with pytest.raises(IndexUnreachable, match=r"(?i)unauthorized|401") as refused:
            rag.open(folder, **place | {"chroma_ca": certificate, "chroma_token": "wr0ng-token"})
        assert "wr0ng" not in str(refused.value)
        with pytest.raises(IndexUnreachable, match=r"(?i)certificate"):
            rag.open(folder, **place | {"chroma_token": "s3cret-token"})


@pytest.mark.parametrize("before", [0, 180, 195, 199])
def test_no_part_of_a_token_stands_in_a_message(before: int) -> None:
    """A token is not shown where the cut of a long message goes through it either."""
    server = Server("http://127.0.0.1:1", "owls", "s3cret-token", "tenant", "database", None)
    with pytest.raises(IndexUnreachable) as refused, reaching(server):
        raise OSError("x" * before + " s3cret-token is not known")
    assert "s3" not in str(refused.value)
    assert str(refused.value.__cause__).endswith("is not known")


@pytest.mark.campaign
def test_a_server_that_is_not_there_is_named(folder: Path, tmp_path: Path) -> None:
    """An unreachable server is named, when opening and in the middle of use."""
    port = free_port()
    with pytest.raises(IndexUnreachable, match=f"{port}.*RAG_CHROMA_URL"):
        rag.open(folder, chroma_url=f"http://127.0.0.1:{port}")
    with pytest.raises(SettingError, match="chroma_url"):
        rag.open(folder, chroma_url="127.0.0.1")
    with chroma_server(tmp_path / "data", port) as url:
        corpus = rag.open(folder, chroma_url=url)
        assert corpus.ask(OWL).statements
    with pytest.raises(IndexUnreachable):
        corpus.ask(BRIDGE)
    with chroma_server(tmp_path / "data", port):
        assert corpus.ask(BRIDGE).statements


@pytest.mark.campaign
def test_a_reader_of_an_empty_server_is_told(there: dict[str, Any], tmp_path: Path) -> None:
    """A reader without a folder is told that the server has no articles."""
    with pytest.raises(rag.RagError, match="no documents in the Chroma server"):
        reader(there, tmp_path)


@pytest.mark.campaign
def test_a_reader_goes_on_after_a_rebuild(
    folder: Path, there: dict[str, Any], tmp_path: Path
) -> None:
    """An open reader finds the new collections after a rebuild."""
    rag.open(folder, **there)
    other = reader(there, tmp_path)
    assert "four voles" in other.ask(OWL).text
    (folder / "bridge.txt").unlink()
    writer = rag.open(folder, rebuild=True, **there)
    assert "four voles" in other.ask(OWL).text
    catch_up(other, writer)
    assert {article.path for article in other.articles()} == {"harbour.txt", "owls.txt"}
    assert "four voles" in other.ask(OWL).text


def test_a_writer_that_dies_while_it_publishes_is_finished_by_the_next(
    folder: Path, there: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next sync publishes what an interrupted one had written."""
    writer = rag.open(folder, **there)
    other = reader(there, tmp_path)
    (folder / "ferry.txt").write_text("The ferry to Sandholm takes 20 minutes.\n")
    set_revision = BlobStore.set_revision

    def dies(self: BlobStore, revision: str) -> None:
        if revision != UNFINISHED:
            raise KeyboardInterrupt
        set_revision(self, revision)

    with monkeypatch.context() as patched:
        patched.setattr(BlobStore, "set_revision", dies)
        with pytest.raises(KeyboardInterrupt):
            writer.sync()
    writer.sync()
    catch_up(other, writer)
    assert "20 minutes" in other.ask("How long does the ferry to Sandholm take?").text
    assert other.state()["whole"]


@pytest.mark.campaign
def test_who_only_reads_writes_nothing(there: dict[str, Any], tmp_path: Path) -> None:
    """A reader with a misspelt name creates nothing on the server."""
    client = client_of(there)
    before = {found.name for found in client.list_collections()}
    with pytest.raises(rag.RagError):
        reader(there, tmp_path)
    assert {found.name for found in client.list_collections()} == before


@pytest.mark.campaign
def test_the_same_server_by_another_name_has_the_same_writer(
    folder: Path, there: dict[str, Any], tmp_path: Path
) -> None:
    """The lease holds when two machines spell the server's URL differently."""
    first = rag.open(folder, index_dir=tmp_path / "first", **there)
    url = there["chroma_url"].replace("127.0.0.1", "localhost")
    place = there | {"chroma_url": url}
    second = rag.open(folder, index_dir=tmp_path / "second", sync=False, **place)

    def write_as_well(_: rag.Progress) -> None:
        with pytest.raises(IndexBusy):
            second.sync()

    assert first.sync(on_progress=write_as_well).embedded == 0


@pytest.mark.campaign
def test_another_folder_does_not_take_the_place_of_what_a_server_holds(
    folder: Path, there: dict[str, Any], tmp_path: Path
) -> None:
    """A different folder replaces a server's corpus only by a rebuild."""
    writer = rag.open(folder, index_dir=tmp_path / "writer", **there)
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "poem.txt").write_text("The heron stood in the reeds. It did not move all day.\n")
    with pytest.raises(IndexMismatch, match="RAG_CHROMA_NAME"):
        rag.open(mine, **there)
    time.sleep(LOOK_EVERY_SECONDS * 1.5)
    assert "four voles" in writer.ask(OWL).text
    assert writer.sync().embedded == 0
    again = rag.open(mine, rebuild=True, **there)
    assert [article.path for article in again.articles()] == ["poem.txt"]
