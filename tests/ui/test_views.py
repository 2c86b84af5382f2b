"""What the views are made of, without a browser: the broken axis, chips, and facts in words."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import rag
from rag import render
from rag.errors import CorpusError
from rag.limits import ServingPolicy
from tests.support.browsing import TROOPS


def test_long_empty_stretches_are_left_out() -> None:
    """One event forty years before the others does not press them; near ones need no break."""
    from rag.ui.tabs import LONGEST_GAP, empty_stretches

    lately = [date(2024, month, 1) for month in range(1, 13)]
    ((first, last),) = empty_stretches([date(1984, 5, 1), *lately])
    assert date(1984, 5, 1) < first < last < date(2024, 1, 1)
    assert (last - first).days > LONGEST_GAP * 365 * 40
    assert empty_stretches(lately) == []
    assert empty_stretches([date(2024, 1, 1)]) == []
    assert empty_stretches([]) == []


def test_labels_that_would_overlap_stand_in_rows() -> None:
    """The lowest row has most of them; what stands at a side keeps within it."""
    from rag.ui.tabs import rows_of

    assert rows_of([0.0, 0.1, 0.4, 0.42, 0.99], 0.25) == [0, 1, 0, 1, 0]
    assert rows_of([], 0.25) == []


def test_a_date_is_told_with_the_first_chip_of_a_document() -> None:
    """The second chip of a document names source and page alone."""
    cited = {
        **{"number": 1, "article_id": "a", "title": "T", "outlet": "Gazette", "page": 3},
        **{"published": "2024-07", "published_basis": "stated", "cited_text": "w", "label": ""},
    }
    chips = render.Chips({1: cited, 2: {**cited, "number": 2}})
    assert "[1]</span> Gazette, July 2024, p. 3</a>" in chips.of([1])
    assert "[2]</span> Gazette, p. 3</a>" in chips.of([2])


def test_a_quote_is_shown_without_its_source_before_it(corpus: rag.Corpus) -> None:
    """What stands before the quote is on its chip; the words of the quote are all there."""
    answer = corpus.ask(TROOPS)
    shown = render.answer_html(answer.to_dict())
    for citation in answer.citations:
        words = " ".join(citation.cited_text.split())
        assert f"<p>“{words}”" in shown


def test_a_link_names_only_a_few_documents(corpus: rag.Corpus) -> None:
    """A link with very many chosen documents would be cut by programs: it says what it lacks."""
    answer = corpus.ask(TROOPS).to_dict()
    few = render.turn_html(answer, 0, {"documents": ["a" * 20] * 50})
    many = render.turn_html(answer, 0, {"documents": ["a" * 20] * 1_999, "since": "2024"})
    assert few.count("documents=aaa") == 50
    assert "Asked of 50 chosen documents only." in few
    assert "documents=" not in many
    assert "since=2024" in many
    assert "cannot name the 1,999 chosen ones" in many


def test_a_removed_document_can_be_brought_back_after_an_error(
    folder: Path, tiny: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where undoing fails, the error and the button are shown, and a second try works."""
    import gradio as gr

    from rag.ui.sources import SourcesPane

    opened = rag.open(folder, embedder=tiny)
    with gr.Blocks():
        pane = SourcesPane(opened, ServingPolicy(local=True))
    owls = opened.article("owls.txt").id
    event, undo = gr.EventData(None, {"article": owls}), gr.EventData(None, {})
    *_, (_, removed, _) = pane._remove("", [], event)
    with monkeypatch.context() as patch:
        patch.setattr(opened.documents, "restore", _refuse)
        *_, (shown, still, _) = pane._undo("", removed, undo)
    assert still == removed
    assert "The disk is full" in shown
    assert "Undo" in shown
    assert "Undo" in pane._show("", still)[0]
    *_, (shown, left, _) = pane._undo("", still, undo)
    assert left == []
    assert "Undo" not in shown
    assert opened.article("owls.txt").id == owls


def test_removed_documents_are_listed_whatever_the_window(folder: Path, tiny: str) -> None:
    """A window that did not remove a file can bring it back; no other file can be named."""
    import gradio as gr

    from rag.ui.sources import SourcesPane

    opened = rag.open(folder, embedder=tiny)
    with gr.Blocks():
        pane = SourcesPane(opened, ServingPolicy(local=True))
    owls = opened.article("owls.txt").id
    list(pane._remove("", [], gr.EventData(None, {"article": owls})))
    assert opened.documents.removed() == [(".removed/owls.txt", "owls.txt")]
    assert "Removed (1)" in pane._show("", [])[0]
    *_, (shown, _, _) = pane._undo("", [], gr.EventData(None, {"back": "../owls.txt"}))
    assert "not among the removed" in shown
    *_, (shown, _, _) = pane._undo("", [], gr.EventData(None, {"back": "owls.txt"}))
    assert "Removed (" not in shown
    assert opened.article("owls.txt").id == owls


def _refuse(*_: object) -> None:
    raise CorpusError("The disk is full.")


def test_a_refusal_says_what_to_try(corpus: rag.Corpus) -> None:
    """The reason comes first, then what one can do."""
    answer = corpus.ask("Who won the 2022 football World Cup?").to_dict()
    shown = render.answer_html(answer)
    assert shown.index("Nothing was found") < shown.index("Try the names")
    assert "longer time" not in shown  # none was set
    some, early = render.turn_html(answer, 0, {"documents": ["a"]}), {"until": "2020"}
    assert "documents use, or more documents. These" in some
    assert "documents use, or a longer time. These" in render.turn_html(answer, 0, early)
    assert "Try other words" in render.answer_html({**answer, "passages": []})


def test_the_collection_is_told_in_words(corpus: rag.Corpus) -> None:
    """How many documents, and the dates of the first and the last."""
    from rag.ui.examples import collection_facts, collection_survey, folder_name

    assert collection_facts(corpus) == "5 documents, from July 2021 to July 2024"
    sources, names = collection_survey(corpus)
    assert sources.startswith("From ")
    assert sources.endswith(" and 1 more")
    assert "Iraq" in names
    assert folder_name(corpus) == corpus.settings.corpus.name
