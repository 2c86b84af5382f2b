"""Front matter in all the forms that tools write, and what is wrong with it."""

from __future__ import annotations

import pytest

from rag.documents.loading import load
from rag.formats.markup.front_matter import split_front_matter
from rag.text.written_dates import read_date

HEADS = {
    "YAML": "---\ntitle: A: b\nauthors: [N. Aker, R. Lund]\ndate: 2024-03-05T10:00:00Z\n---\n",
    "YAML with CRLF": "---\r\ntitle: 'A: b'\r\nby: N. Aker, R. Lund\r\ndate: 2024/03/05\r\n---\r\n",
    "YAML closed by dots": "---\ntitle: A: b\nby: [N. Aker, R. Lund]\ndate: 5.3.2024\n...\n",
    "BOM, blank lines": "\ufeff\n---\ntitle: A: b\nby: N. Aker, R. Lund\ndate: 5 March 2024\n---\n",
    "no rule at its end": "---\ntitle: A: b\nauthor: N. Aker, R. Lund\ndate: March 5, 2024\n\n",
    "tabs": "---\ntitle:\tA: b\nauthors:\n\t- N. Aker\n\t- R. Lund\ndate:\t2024-03-05\n---\n",
    "maps": "---\ntitle: A: b\nauthor:\n- name: N. Aker\n- name: R. Lund\ndate: 2024-3-5\n---\n",
    "smart quotes": "---\ntitle: “A: b”\nauthor: ‘N. Aker, R. Lund’\ndate: “2024-03-05”\n---\n",
    "wikilinks": '---\ntitle: A: b\nauthor: ["[[N. Aker]]", "[[x|R. Lund]]"]\n'
    "date: 5.3.2024\n---\n",
    "TOML": '+++\ntitle = "A: b"\nauthors = ["N. Aker", "R. Lund"]\ndate = 2024-03-05\n+++\n',
    "bad TOML": "+++\ntitle = A: b\nauthor = N. Aker, R. Lund\ndate = 2024-03-05\n+++\n",
    "JSON": '{"title": "A: b", "author": ["N. Aker", "R. Lund"],\n "date": "2024-03-05"}\n',
    "Pandoc": "% A:\n  b\n% N. Aker; R. Lund\n% 5 March 2024\n\n",
    "another slip": "---\ntitle: A: b\n}{\nauthor: N. Aker, R. Lund\ndate: 2024-03-05\n---\n",
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_front_matter_of_all_kinds_is_read(head: str) -> None:
    """Title, authors and date are read in every form, and the text behind them is unaltered."""
    meta, text, _, _ = split_front_matter(head + "The well is deep.\n\n---\nEnd.")
    assert meta == {"title": "A: b", "author": "N. Aker, R. Lund", "published": "2024-03-05"}
    assert text == "The well is deep.\n\n---\nEnd."


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("title: [\nauthor: N. Aker", "'title: ['"),
        ("author: {a: b}", "'author'"),
        ("published: 2024-13-45", "'2024-13-45' does not exist"),
        ("published: 2024-02-31", "does not exist"),
        ("date: soon", "'soon' is not a date"),
        ("date: 03/04/2024", "'03/04/2024' can be two days"),
        ("published: 2024" + "1" * 9_000, "is not a date"),
        ("title: " + "[" * 9_000, "cannot be read"),
        ("title: {{title}}\ncreated: <% tp.date.now() %>", "{{title}}"),
        ("a: b\n" + "what: [\n" * 2_000, "1997 more lines"),
    ],
)
def test_a_slip_in_front_matter_is_told_and_costs_no_document(head: str, told: str) -> None:
    """What cannot be read is a short note, and the words of the document are read all the same."""
    whole = f"---\n{head}\n---\nThe well is deep."
    _, text, notes, _ = split_front_matter(whole)
    assert text == "The well is deep."
    assert load(whole.encode(), "well.md").text.endswith(text)
    assert told in " ".join(notes)
    assert all(len(note) < 200 and "\n" not in note for note in notes)


@pytest.mark.parametrize(
    ("head", "field", "value"),
    [
        ("published: true\ndate: 2024-04-02", "published", "2024-04-02"),
        ("published:\ndate: March 2023", "published", "2023-03"),
        ("created: 2022-01-01\ndate: 2023-01-01", "published", "2023-01-01"),
        ("created: 2022-01-01", "published", "2022-01-01"),
        ("source: https://a.example/b", "url", "https://a.example/b"),
        ("source: https://a.example/b", "outlet", None),
        ("source: Harbour News", "outlet", "Harbour News"),
        ("publisher: Harbour Press", "outlet", "Harbour Press"),
        ("url: /posts/well/", "url", None),
        ("url: <https://a.example/b>", "url", "https://a.example/b"),
        ("lang: de-AT", "language", "de"),
        ("title: {{title}}", "title", "well"),
        ("Title: With a capital", "title", "With a capital"),
    ],
)
def test_keys_of_many_tools_are_known(head: str, field: str, value: str | None) -> None:
    """Keys go by the names that tools give them; the date of writing is only the last resort."""
    article = load(f"---\n{head}\n---\nThe well is deep.".encode(), "well.md")
    assert getattr(article, field) == value


def test_lines_of_multimarkdown_are_read_and_stay() -> None:
    """A reader sees the first lines of a text, so they are its title and remain in it."""
    text = "Title: The well\nDepartment: Roads\n\nIt is deep."
    assert split_front_matter(text)[:3] == ({"title": "The well"}, text, ())
    assert split_front_matter("From: A\nTo: B\n\nText.")[:2] == ({}, "From: A\nTo: B\n\nText.")


@pytest.mark.parametrize(
    "text",
    [
        "---\nThe mayor opened it.\n---\nMore.",
        "---\nHe said: [no\nbut it was\nnot so\n---\nMore.",
        "---\n\nOn Monday: rain.\n\nMore.",
        "{not json}\n\nMore.",
        '{"a": 1}\n',
        "100% sure.\n\nMore.",
        "Note: this is a text.\n\nMore.",
    ],
)
def test_what_is_no_front_matter_is_text(text: str) -> None:
    """Words between rules, braces and first lines with a colon are the document's."""
    meta, rest, notes, _ = split_front_matter(text)
    assert (meta, rest, notes) == ({}, text, ())


@pytest.mark.parametrize(
    ("shown", "day"),
    [
        ("2024", "2024"),
        ("2024-03", "2024-03"),
        ("2024-03-05 10:00", "2024-03-05"),
        ("2024-03-05T10:00:00.000+02:00", "2024-03-05"),
        ("5.3.2024", "2024-03-05"),
        ("05. 03. 2024", "2024-03-05"),
        ("March 5th, 2024", "2024-03-05"),
        ("Tuesday, March 5, 2024 at 3:15 PM", "2024-03-05"),
        ("Tue, 05 Mar 2024 10:00:00 +0100", "2024-03-05"),
        ("Tue Mar 05 10:00:00 2024", "2024-03-05"),
        ("5-Mar-2024", "2024-03-05"),
        ("5. März 2024", "2024-03-05"),
        ("5 de marzo de 2024", "2024-03-05"),
        ("٢٠٢٤-٠١-٠٢", "2024-01-02"),
        ("13/04/2024", "2024-04-13"),
        ("04/13/2024", "2024-04-13"),
        ("04/04/2024", "2024-04-04"),
        ("03/04/2024", None),
        ("31/31/2024", None),
        ("2024-02-30", None),
        ("in 2024", None),
        ("", None),
    ],
)
def test_dates_are_read_in_every_usual_form(shown: str, day: str | None) -> None:
    """A date is read where it can mean one day only."""
    found, problem = read_date(shown)
    assert found == day
    assert bool(problem) == (day is None)


@pytest.mark.parametrize("name", ["well.md", "well.txt"])
def test_a_field_of_front_matter_is_no_title(name: str) -> None:
    """Without a title in front matter, that of the text counts, and not the line above it."""
    front = "---\nkeeper: N. Aker\n---\n"
    assert load(f"{front}The well\n\nIt is deep.\n".encode(), name).title == "The well"
    assert load(f"{front}It is deep. It is old.\n".encode(), name).title == "well"
