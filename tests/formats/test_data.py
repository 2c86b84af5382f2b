"""Data for programs: names and values as headings, fields, tables and texts."""

from __future__ import annotations

import json

import pytest

from rag.documents.loading import load
from rag.errors import DocumentError
from rag.formats import READERS
from rag.formats.extracted import Extracted
from tests.formats.sheet_writing import blocks


def read(text: str | bytes, ending: str = ".json") -> Extracted:
    return READERS[ending](text if isinstance(text, bytes) else text.encode())


def shown(text: str, ending: str = ".json") -> list[tuple[str, str, str]]:
    return blocks(read(text, ending))


def test_names_and_values() -> None:
    """Plain values are fields, what is nested stands under its name, behind them."""
    found = shown('{"fleet": {"lorries": 17, "parts": {"tyres": 1.50}}, "depot": "Alder"}')
    assert found == [
        ("field", "depot: Alder", ""),
        ("heading", "fleet", ""),
        ("field", "lorries: 17", ""),
        ("heading", "parts", ""),
        ("field", "tyres: 1.50", ""),
    ]


def test_numbers_are_as_written() -> None:
    """No digit of a number is lost or added."""
    digits = "123456789012345678901234567890"
    found = read(f'{{"a": 1.50, "b": 1E400, "c": {digits}, "d": -0.0}}').text
    assert found == f"a: 1.50\nb: 1E400\nc: {digits}\nd: -0.0"
    assert "9" * 5000 in read(f'{{"a": {"9" * 5000}}}').text


def test_like_objects_are_a_table() -> None:
    """A list of like objects is a table, with those directly in them; an object of such, too."""
    staff = '[{"name": "Ole", "at": {"city": "Vik"}}, {"name": "Mina", "pay": null, "at": {}}]'
    found = shown(f'{{"staff": {staff}, "depots": {{"A": {{"vans": 1}}, "B": {{"vans": 4}}}}}}')
    assert ("row", "Ole | Vik", "name | at.city") in found
    assert ("row", "Mina | null | {}", "name | pay | at") in found
    assert ("row", "B | 4", "| vans") in found


def test_unlike_objects_have_their_names() -> None:
    """Objects that are no rows stand under what they are called, or their number."""
    found = shown('[{"title": "One", "parts": [{"a": [{"b": 1}]}]}, {"parts": [[{"c": 2}]]}]')
    assert [text for kind, text, _ in found if kind == "heading"][:2] == ["One", "parts"]
    assert ("field", "title: One", "") in found
    assert "2" in [text for kind, text, _ in found if kind == "heading"]


def test_long_words_are_texts() -> None:
    """A long value is split into its paragraphs; markup in values is not shown."""
    long = "A sentence of some length stands here. " * 10
    data = {"body": f"<p>{long}</p><p>The <b>end</b> &amp; more.</p>", "tags": ["a", "b"]}
    found = shown(json.dumps(data))
    assert found == [
        ("field", "tags: a, b", ""),
        ("heading", "body", ""),
        ("text", long.strip(), ""),
        ("text", "The end & more.", ""),
    ]
    assert shown('{"rule": "a < b and c > d"}') == [("field", "rule: a < b and c > d", "")]


def test_lines_of_a_border_are_left_out() -> None:
    """Long lists of numbers are no reading; how many there are is told."""
    shape = {"type": "Polygon", "coordinates": [[[n, n + 0.5] for n in range(40)]]}
    places = [{"properties": {"name": "Oslo", "people": 700000}, "geometry": shape}] * 2
    found = read(json.dumps({"features": places}), ".geojson")
    assert "Oslo | 700000" in found.text
    assert "39.5" not in found.text
    assert any("long list" in reason for reason in found.unread)


def test_a_name_that_stands_twice_loses_no_value() -> None:
    """Of a name that an object has twice, both values are read."""
    assert shown('{"a": 1, "a": 2}') == [("field", "a: 1, 2", "")]


def test_lines_of_json() -> None:
    """Each line is read by itself, broken ones are told, also under the other ending."""
    lines = '{"a": 1, "b": "x"}\n\n{"a": 2, "b": "y"}\n'
    for ending in (".jsonl", ".ndjson", ".json"):
        assert ("row", "2 | y", "a | b") in shown(lines, ending)
    found = read(lines + "{broken\n", ".jsonl")
    assert any("1 line" in reason and "line 4" in reason for reason in found.unread)


def test_chats_are_messages() -> None:
    """An export of a chat is read as what its people say."""
    messages = [
        {"type": "message", "user": "U1", "user_profile": {"real_name": "Ana"}, "ts": ts, "text": t}
        for ts, t in (("1700000000.1", "Hello."), ("1700000050.2", "Yes."))
    ]
    found = shown(json.dumps(messages))
    assert [label for kind, _, label in found if kind == "turn"] == ["Ana", "Ana"]


@pytest.mark.parametrize(
    ("text", "ending"),
    [("{'a': 1}", ".json"), ("a: [1", ".yaml"), ("a = ", ".toml"), ("<a><b></a>", ".xml")],
)
def test_what_is_broken_says_so(text: str, ending: str) -> None:
    """A file that is no such data is refused, with the place and what to do."""
    with pytest.raises(DocumentError, match=r"no valid .*repair"):
        load(text.encode(), f"a{ending}")


def test_depth_and_repeats_are_bounded() -> None:
    """Nesting without end is an error; references that multiply are read to the bound."""
    with pytest.raises(DocumentError, match="nested"):
        load(("[" * 100_000 + "]" * 100_000).encode(), "a.json")
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 20)]
    found = read("\n".join(levels), ".yaml")
    assert any("more than" in reason for reason in found.unread)
    assert len(found.text) < 5_000_000


def test_yaml_and_toml() -> None:
    """Their values are as written, too: no is no truth value, 05 keeps its nought."""
    assert shown("depot: Alder\nfleet:\n  vans: 05\n  open: no\n", ".yml") == [
        ("field", "depot: Alder", ""),
        ("heading", "fleet", ""),
        ("field", "vans: 05", ""),
        ("field", "open: no", ""),
    ]
    assert shown("d = 2024-01-02\nf = 1.50\n[t]\nb = true\n", ".toml") == [
        ("field", "d: 2024-01-02", ""),
        ("field", "f: 1.50", ""),
        ("heading", "t", ""),
        ("field", "b: true", ""),
    ]


def test_data_in_xml() -> None:
    """Elements that repeat are rows, attributes are values like others."""
    found = shown(
        '<catalog day="2024-01-02">'
        '<book id="1"><title>A</title><price in="EUR">12.50</price></book>'
        '<book id="2"><title>B</title><price in="USD">3</price></book></catalog>',
        ".xml",
    )
    assert found[0] == ("field", "day: 2024-01-02", "")
    assert ("row", "1 | A | 12.50 | EUR", "id | title | price | price.in") in found


def test_feeds() -> None:
    """Each entry of a feed stands under its title, with its day, people and words."""
    found = shown(
        "<rss><channel><title>News</title><item><title>One</title>"
        "<pubDate>Mon, 3 Feb 2025</pubDate>"
        "<description>&lt;p&gt;Hi &lt;b&gt;you&lt;/b&gt;.&lt;/p&gt;</description></item>"
        "</channel></rss>",
        ".xml",
    )
    assert found == [
        ("heading", "News", ""),
        ("heading", "One", ""),
        ("field", "pubDate: Mon, 3 Feb 2025", ""),
        ("text", "Hi you.", ""),
    ]
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><title>E</title>'
        "<author><name>Ann</name></author><summary>Short.</summary><content>Long.</content>"
        "</entry></feed>"
    )
    assert shown(atom, ".xml")[1:] == [
        ("heading", "E", ""),
        ("field", "author: Ann", ""),
        ("text", "Long.", ""),
    ]


def test_texts_in_xml() -> None:
    """A text in markup is its headings, paragraphs, lists and rows, whatever the elements."""
    text = (
        "<book><title>Guide</title><chapter><title>Start</title><para>Press the <emphasis>red"
        "</emphasis> key.</para><list><listitem><para>One</para></listitem></list><table><thead>"
        "<row><entry>A</entry><entry>B</entry></row></thead><tbody><row><entry>1</entry><entry>2"
        "</entry></row></tbody></table></chapter></book>"
    )
    assert [block.level for block in read(text, ".xml").blocks[:2]] == [1, 2]
    found = shown(text, ".xml")
    assert found == [
        ("heading", "Guide", ""),
        ("heading", "Start", ""),
        ("text", "Press the red key.", ""),
        ("item", "One", ""),
        ("heading", "A | B", ""),
        ("row", "1 | 2", "A | B"),
    ]


def test_what_names_and_attributes_say_in_texts() -> None:
    """A value that is named, and attributes that say something, are fields; ids are not."""
    text = (
        '<minutes xml:id="a"><meeting id="m1" date="2024-02-05" n="7" place="Vik" class="a b"'
        ' note="held in the barn"><chair>Ole Berg</chair><secretary>Mina</secretary>'
        "<opening>All came.</opening><p>It was <b>cold</b>.</p><v>One</v><v>Two</v></meeting>"
        "</minutes>"
    )
    assert [(kind, words) for kind, words, _ in shown(text, ".xml")] == [
        ("field", "date: 2024-02-05"),
        ("field", "place: Vik"),
        ("field", "note: held in the barn"),
        ("field", "chair: Ole Berg"),
        ("field", "secretary: Mina"),
        *(("text", words) for words in ("All came.", "It was cold.", "One", "Two")),
    ]


def test_entities_of_a_file_are_words() -> None:
    """An entity that the file or HTML defines is its words; of another the name is told."""
    made = '<!ENTITY house "Tea &#38;#38; Ca&#233;"><!ENTITY h "&house;">'
    begins = f'<!DOCTYPE r SYSTEM "a.dtd" [{made}]>'
    found = read(
        f"{begins}<r><p>The &house;, &eacute;<b>x</b>&eacute;t&eacute; &odd; &h;.</p></r>", ".xml"
    )
    assert found.text == "The Tea & Caé, éxété &odd; Tea & Caé."
    assert found.unread == ("refers to &odd;, which it does not define",)


def test_xml_reads_nothing_from_elsewhere() -> None:
    """Entities are neither fetched nor multiplied."""
    begins = '<!DOCTYPE r [<!ENTITY e0 "boom"><!ENTITY f SYSTEM "file:///etc/passwd">'
    found = read(f"{begins}]><r><a>&f; &e0;</a><b>words</b></r>", ".xml")
    assert "root:" not in found.text
    assert "b: words" in found.text
    made = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 20}">' for n in range(1, 12))
    with pytest.raises(DocumentError, match="amplification"):
        read(f"{begins}{made}]><r><a>&e11;</a></r>", ".xml")
