"""Overviews count what is there: each name and day at its exact places, each file in its kind."""

from __future__ import annotations

from pathlib import Path

import rag
from rag.documents.loading import load
from rag.preview.counting import dates_in, names_in
from rag.preview.overview import document_overview


def test_names_and_days_are_where_they_are_said_to_be(corpus: rag.Corpus) -> None:
    """Each place of a name is its words, and the count is that of all its places."""
    for article in corpus.articles():
        overview = corpus.documents.overview(article.id)
        assert overview.names[0].count > 1
        for named in overview.names:
            assert len(named.places) == min(named.count, 50)
            assert all(article.text[low:high] == named.name for low, high in named.places)
        for line in (*overview.first_lines, *overview.headings):
            assert article.text[line.start : line.end] == line.text
        facts = {fact.field: fact.value for fact in overview.facts}
        assert facts["title"] == article.title


def test_a_name_is_counted_once_and_not_within_a_longer_one() -> None:
    """Of “Ana Kovic” and “Kovic” each place counts for one; months and articles are no names."""
    text = (
        "On Monday the mayor Ana Kovic met Bo Lind. Then Kovic left. In May the mayor Kovic "
        "wrote to Ana Kovic's office. It opened on 3 May 2021. A form says 2021-05-03.\n"
    )
    article = load(text.encode(), "a.txt")
    found = {named.name: named.count for named in names_in(article)}
    assert found == {"Ana Kovic": 2, "Kovic": 2, "Bo Lind": 1}
    (day,) = dates_in(article)
    assert (day.name, day.count) == ("2021-05-03", 2)
    assert text[slice(*day.places[0])] == "3 May 2021"


def test_the_collection_is_counted(folder: Path, tmp_path: Path, tiny: str) -> None:
    """Kinds, sources and folders are counted, and what was not read is named."""
    (folder / "minutes").mkdir()
    (folder / "minutes" / "march.md").write_text("# March\n\nThe council met with Ana Kovic.\n")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\nbroken")
    (folder / "copy.txt").write_text((folder / "owls.txt").read_text() + "They sleep by day.\n")
    corpus = rag.open(folder, index_dir=tmp_path / "index", embedder=tiny)
    found = corpus.documents.collection()
    assert (found.documents, found.dated) == (5, 2)
    assert (found.first, found.last) == ("2023-05-02", "2024-02-10")
    assert found.kinds == {"TXT": 4, "MD": 1}
    assert found.folders == {"(top folder)": 4, "minutes": 1}
    assert found.sources == {"Port Gazette": 1, "Valley Times": 1}
    assert [path for path, _ in found.not_read] == ["broken.pdf"]
    assert ("Ana Kovic", 2) in [(name.name, name.documents) for name in found.names]
    owls = corpus.documents.overview(corpus.article("owls.txt").id)
    assert owls.copies == ("copy.txt",)
    assert document_overview(corpus.article("march.md"), {}, ()).headings[0].text == "March"
