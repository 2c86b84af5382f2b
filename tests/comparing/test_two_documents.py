"""Two documents against each other: what is shown stands in them, and each unit on one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import rag
from rag.comparing.two_documents import Change, TwoDocuments, compare_documents
from rag.errors import InputError
from rag.render.compared.documents import SAME_WORDS, two_documents_html, two_documents_text
from rag.types import Article

OLD = (
    "The lease begins on 1 May 2021. The rent is 900 euros a month. Pets are allowed.\n\n"
    "The tenant clears the snow. The cellar belongs to the flat. Keys are handed over in person."
)
NEW = (
    "The lease begins on 1 May 2021. The rent is 980 euros a month. The cellar belongs to the flat."
    "\n\nThe tenant clears the snow. Keys are handed over in person. Smoking is not allowed inside."
)


def document(text: str, id_: str) -> Article:
    """Return a document of these words."""
    return Article(id_, f"{id_}.txt", id_, text=text)


def compared(one: str, other: str) -> TwoDocuments:
    """Return two texts compared; every shown text is checked to stand where it says."""
    documents = {"a": document(one, "a"), "b": document(other, "b")}
    found = compare_documents(documents["a"], documents["b"])
    for change in found.changes:
        for unit in filter(None, (change.one, change.other)):
            text = documents[unit.article_id].text
            assert text[unit.start : unit.end] == unit.text
            assert all(unit.start <= a < b <= unit.end for a, b in unit.differing)
    return found


def of_kind(found: TwoDocuments, kind: str) -> list[Change]:
    """Return the changes of a kind."""
    return [change for change in found.changes if change.kind == kind]


def differing(change: Change) -> tuple[list[str], list[str]]:
    """Return the words of a change that differ, on both sides."""
    return tuple(  # type: ignore[return-value]
        [unit.text[a - unit.start : b - unit.start] for a, b in unit.differing] if unit else []
        for unit in (change.one, change.other)
    )


def test_each_unit_is_told_once() -> None:
    """What is the same, changed, moved, dropped and added is told apart, in order of reading."""
    found = compared(OLD, NEW)
    assert not found.same
    kinds = {change.kind for change in found.changes}
    assert kinds == {"same", "changed", "moved", "only one", "only other"}
    (changed,) = of_kind(found, "changed")
    assert differing(changed) == (["900"], ["980"])
    (dropped,), (added,) = of_kind(found, "only one"), of_kind(found, "only other")
    assert dropped.one is not None
    assert dropped.one.text == "Pets are allowed."
    assert added.other is not None
    assert added.other.text == "Smoking is not allowed inside."
    (moved,) = of_kind(found, "moved")
    assert moved.one is not None
    assert moved.other is not None
    assert moved.one.text == moved.other.text
    for side, text in (("one", OLD), ("other", NEW)):
        units = [unit for change in found.changes if (unit := getattr(change, side))]
        assert len({unit.start for unit in units}) == len(units)
        assert sum(len(unit.text.split()) for unit in units) == len(text.split())


def test_typography_is_no_difference() -> None:
    """White space, the form of quotation marks and of accents change nothing."""
    found = compared("He said  “yes”. It’s the café.", 'He said\n"yes". It\'s the cafe\u0301.')
    assert found.same


def test_words_without_spaces_differ_by_character() -> None:
    """Of Chinese only what differs is marked, and of words what was put in."""
    (change,) = compared("租金每月九百元。", "租金每月一千元。").changes
    assert differing(change) == (["九百"], ["一千"])
    (change,) = compared("The dog may come in.", "The dog may not come in.").changes
    assert differing(change) == ([], ["not"])


def test_documents_that_share_nothing() -> None:
    """All of one is only there, and all of the other; one document is no two."""
    found = compared("Owls hunt at night.", "Rents have risen.")
    assert [change.kind for change in found.changes] == ["only one", "only other"]
    with pytest.raises(InputError, match="the same document"):
        compare_documents(document("Owls.", "a"), document("Owls.", "a"))


def test_it_is_json_ready() -> None:
    """The documents are there without their texts, the differences as objects."""
    made = json.loads(json.dumps(compared(OLD, NEW).to_dict()))
    assert made["one"]["path"] == "a.txt"
    assert "text" not in made["one"]
    (changed,) = (change for change in made["changes"] if change["kind"] == "changed")
    assert changed["one"]["differing"] == [{"start": OLD.index("900"), "end": OLD.index("900") + 3}]


def test_it_is_written() -> None:
    """What differs is marked, each side leads to its words, and nothing of a document is HTML."""
    made = compared(OLD, NEW.replace("inside", "<b>inside</b>")).to_dict()
    shown = two_documents_html(made)
    assert "The rent is <del>900</del> euros" in shown
    assert "The rent is <ins>980</ins> euros" in shown
    assert "&lt;b&gt;inside" in shown
    sides = sum(bool(change[side]) for change in made["changes"] for side in ("one", "other"))
    assert shown.count("data-article=") == sides
    told = two_documents_text(made).splitlines()
    assert "- The rent is [900] euros a month." in told
    assert "+ The rent is [980] euros a month." in told
    assert SAME_WORDS in two_documents_html(compared(OLD, OLD).to_dict())


def test_what_both_have_is_folded() -> None:
    """Of a long stretch that both have, only what stands next to a change is open."""
    stretch = [f"Clause {number} stands as it was." for number in range(30)]
    made = compared("\n\n".join(["Rent: 900.", *stretch]), "\n\n".join(["Rent: 980.", *stretch]))
    shown = two_documents_html(made.to_dict())
    assert "28 the same" in shown
    opened = shown.split("<details>")[0] + shown.split("</details>")[1]
    assert opened.count("stands as it was") == 4


def test_what_is_too_long_is_compared_in_part_and_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a stated number of sentences nothing is compared, and the counts of both are told."""
    monkeypatch.setattr("rag.comparing.two_documents.MOST_COMPARED", 2)
    found = compared(
        "Bees hum. Owls hoot. Cats purr.", "Bees hum. Owls hoot. Dogs bark. Pigs grunt."
    )
    assert (found.one_left_out, found.other_left_out) == (1, 2)
    assert not found.same
    assert "the last 1 of the first and 2 of the second" in two_documents_text(found.to_dict())
    assert {change.kind for change in found.changes} == {"same"}


def test_figures_that_are_told_in_other_words_stand_side_by_side(tmp_path: Path) -> None:
    """Two minutes give another price and another day in sentences that share few words."""
    (tmp_path / "march.txt").write_text(
        "Minutes of the pool committee, 3 March 2024\n\nThe new pump would cost 4,300 euros. "
        "The pool opens in May 2024. Mr Sand thanked the swimmers.\n"
    )
    (tmp_path / "june.txt").write_text(
        "Minutes of the pool committee, 8 June 2024\n\nThe chair said that the price of the pump "
        "had gone up to 5,150 euros as copper is dear. Opening of the pool is now planned for "
        "July 2025. Nobody thanked anybody.\n"
    )
    opened = rag.open(tmp_path, index_dir=tmp_path / ".index")
    ids = [opened.article(name).id for name in ("march", "june")]
    found = of_kind(opened.documents.compare(*ids), "changed")
    pairs = {(change.one.text[:12], change.other.text[:11]) for change in found}  # type: ignore[union-attr]
    assert {("The new pump", "The chair s"), ("The pool ope", "Opening of ")} <= pairs
    assert not any(change.one and "Sand" in change.one.text for change in found)
