"""What a filter finds, what is embedded once, and what is found by another date."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

import rag
from rag.errors import FilterError
from rag.retrieval import search as nearest


def test_no_text_is_embedded_twice(unread: Path) -> None:
    """Neither a sentence that two files have, nor what a changed file keeps, nor a later copy."""
    story = "The mill was built in 1790. It burned down in 1911. Nobody was hurt. "
    head = "---\ntitle: The mill\n---\n"
    (unread / "mill.txt").write_text(f"{head}{story}")
    (unread / "mill-again.txt").write_text(f"{head}{story}\n")
    corpus = rag.open(unread)
    texts = list(corpus.texts())
    assert corpus.documents.report is not None
    assert corpus.documents.report.embedded == len(set(texts)) < len(texts)
    (unread / "mill.txt").write_text(f"{head}{story}It was never rebuilt.")
    report = corpus.sync()
    assert report.updated == ("mill.txt",)
    assert report.embedded == 2  # the new sentence, and the passage that it is in
    assert "never rebuilt" in corpus.ask("Was the mill rebuilt?").text
    (unread / "later.txt").write_text(f"{head}{story}Nobody was hurt. ")
    assert corpus.sync().embedded <= 1


@pytest.mark.parametrize("few", [0, 20_000])
def test_a_filter_finds_what_is_nearest_within_it(
    folder: Path, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether what is within is compared or what is found is narrowed down, the order is one."""
    monkeypatch.setattr(nearest, "COMPARED_ONE_BY_ONE", few)
    for number in range(40):
        (folder / f"report-{number:02}.txt").write_text(
            f"---\noutlet: Outlet {number % 4}\npublished: 20{10 + number % 10}-05-01\n---\n"
            f"In report {number} the bridge of town {number} was {number + 100} metres long.\n"
        )
    corpus = rag.open(folder)
    for filters in ({"outlets": ["Outlet 2"]}, {"since": "2015"}, {"until": "2012-05"}):
        wanted = [
            hit.article.path
            for hit in corpus.search("how long was the bridge", top_k=100)
            if _within(hit.article, **filters)
        ]
        found = corpus.search("how long was the bridge", top_k=100, **filters)
        assert {hit.article.path for hit in found} >= set(wanted[:5])
        assert all(_within(hit.article, **filters) for hit in found)
    assert corpus.search("bridge", since="1990", until="1991") == []


def test_documents_that_are_named_are_the_only_ones_looked_at(folder: Path) -> None:
    """By id, by path, by the path of a copy, or by a folder: in each kind of question."""
    (folder / "letters" / "old").mkdir(parents=True)
    (folder / "lettersbox.txt").write_text("The bridge of Tarn is 75 metres long.\n")
    (folder / "letters" / "tarn.txt").write_text("The bridge of Tarn is 70 metres long.\n")
    (folder / "letters" / "old" / "tarn.txt").write_text("The bridge of Tarn is 60 metres long.\n")
    (folder / "copy.txt").write_bytes((folder / "bridge.txt").read_bytes())
    (folder / "torn.pdf").write_bytes(b"%PDF-1.7\ntorn")
    corpus = rag.open(folder)
    id_ = corpus.article("bridge.txt").id
    question = "How long is the bridge?"
    for name in (id_, "bridge.txt", "copy.txt", "./bridge.txt"):
        assert {hit.article_id for hit in corpus.search(question, documents=[name])} == {id_}
        assert "340 metres" in corpus.ask(question, documents=[name]).text
    inside = {hit.article.path for hit in corpus.search(question, documents=["letters/"])}
    assert inside == {"letters/tarn.txt", "letters/old/tarn.txt"}
    both = corpus.search(question, documents=["letters/old/", id_], since="2024")
    assert [hit.article_id for hit in both] == [id_]
    claim = "The bridge of Tarn is 60 metres long."
    assert corpus.verify(claim, documents=["letters/old/"]).statements[0].verdict == "supported"
    assert corpus.verify(claim, documents=["owls.txt"]).statements[0].verdict == "not_found"
    assert corpus.ask("How many documents are there?", documents=["letters/"]).text.startswith(
        "There are 2 documents."
    )
    for name, why in (("letters", 'end its name in "/"'), ("torn.pdf", "was not read")):
        with pytest.raises(FilterError, match=why):
            corpus.ask(question, documents=[name])


def _within(
    article: rag.Article,
    since: str = "",
    until: str = "9999",
    outlets: Sequence[str] = (),
) -> bool:
    if outlets and article.outlet not in outlets:
        return False
    published = article.published or ""
    return since <= published and bool(published or not since) and published[: len(until)] <= until


def test_a_date_that_comes_from_a_renamed_file_can_be_filtered_by(folder: Path) -> None:
    """The lexical index has the date of a renamed file."""
    (folder / "notes.txt").write_text("The lighthouse keeper retired after forty years.\n")
    corpus = rag.open(folder)
    (folder / "notes.txt").rename(folder / "2019-03-04-notes.txt")
    assert corpus.sync().embedded == 0
    (hit,) = corpus.search("lighthouse keeper", since="2019", until="2019")
    assert hit.lexical > 0
