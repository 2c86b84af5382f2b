"""Front matter that means harm: what unfolds without end, runs, or gives what is no value."""

from __future__ import annotations

from collections.abc import Iterator

from tests.campaigns.documents.hostile import Hostile

STORY = "The ibex Isolde was born in the zoo of Larnmouth in 2014."
LAUGHS = "a0: &a0 [ha, ha]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)
HEADERS = {
    "laughs": LAUGHS + "title: *a11",
    "laughs as a name": LAUGHS + "? *a11\n: x",
    "laughs merged": "a: &a {b: c}\n" + "".join(f"d{n}: {{<<: [*a, *a]}}\n" for n in range(500)),
    "itself": "title: &a [*a]",
    "itself as a mapping": "&a author: *a",
    "a command": 'title: !!python/object/apply:os.system ["touch hacked"]',
    "a class": "title: !!python/name:os.system",
    "a number of very many digits": "title: " + "9" * 18_000,
    "a number of base sixty": "title: " + ":59" * 6_000,
    "a line of very many letters": "title: " + "a" * 19_000,
    "an outlet of very many words": "outlet: " + "word " * 3_500,
    "brackets": "title: " + "[" * 9_000,
    "closed brackets": "title: " + "[" * 3_000 + "]" * 3_000,
    "braces": "title: " + "{a: " * 4_000,
    "lists": "title:\n" + "- " * 9_000,
    "ever deeper": "".join(" " * n + "a:\n" for n in range(180)),
    "questions": "? " * 9_000,
    "anchors": "title: " + "&a " * 6_000,
    "escapes": 'title: "' + "\\x41" * 4_000 + '"',
    "controls": 'title: "\\a\\b\\e[2J\\x00\\x7f\\r\\n line"\nauthor: "\\0"',
    "directions": 'title: "\\u202egnp.exe\\u2066"\noutlet: "\\u202e"',
    "halves": 'title: "\\ud800"\noutlet: "\\udfff\\ud800"',
    "a name twice": "title: one\ntitle: two",
    "names of all kinds": "1: a\nnull: b\n[a, b]: c\n{a: b}: d\ntitle: e",
    "several documents": "title: a\n--- \ntitle: b\n...\n%YAML 9.9",
    "the year 99999999": "published: 99999999",
    "a year before the first": "published: 0000",
    "the last day": "published: 9999-12-31",
    "the first day": "published: 0001-01-01",
    "digits of another script": "published: ٢٠٢٤-٠١-٠٢",
    "a month that is none": "published: 2024-00",
    "a date behind a blank line": 'published: "2024-01-01\\n2024"',
    "a time that never ends": "published: 2024-01-01T" + "1" * 9_000,
    "a list of dates": "published: [2024-01-01, 2024-01-02]",
    "a language that is a path": "language: ../../../etc/passwd",
    "a language of very many letters": "language: " + "x" * 9_000,
    "a language that is none": "language: '\u202e'",
    "an address that is a script": "url: javascript:window.hacked=1",
    "a basis of its own": "published: 2024-01-01\npublished_basis: <script>hacked=1</script>",
    "a text and a path": "text: other\npath: /etc/passwd\nid: x\nsha256: y\nmarks: []\ntitle: a",
}


def headers() -> Iterator[Hostile]:
    """Each header over a short story, as text and as Markdown."""
    for at, (idea, header) in enumerate(HEADERS.items()):
        ending = ("txt", "md")[at % 2]
        name = f"header-{idea.replace(' ', '-')}.{ending}"
        raw = f"---\n{header}\n---\n{STORY}\n".encode("utf-8", "surrogatepass")
        yield Hostile(f"front matter with {idea}", name, raw)


ALIASES = {
    "laughs": "- &a0 [ha, ha]\n"
    + "".join(f"- &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)),
    "itself": "- &a [*a]",
    "a command": '- [!!python/object/apply:os.system ["touch hacked"]]',
    "brackets": "[" * 100_000,
    "lists": "- " * 100_000,
    "a date that is none": "- [2024-13-45, a]",
    "a number that is none": "- [!!int x, !!float y]",
    "a number of very many digits": "- [" + "9" * 18_000 + "]",
    "bytes": "- [!!binary x]",
    "sets": "- [!!set {a, b}, !!omap [a: b]]",
    "mappings": "- [{a: b}, [c, d]]",
    "names of nothing": "- ['', ' ', '...', '\u202e']",
    "scripts": "- ['<script>window.hacked=1</script>', 'zebra']",
    "very many groups": "- [a, b]\n" * 50_000,
    "one group of very many": "- [" + "a, " * 100_000 + "b]",
    "halves": '- ["\\ud800", a]',
    "controls": '- ["\\0\\a\\e", a]',
    "other text": "\x00\x01\x02",
}


def alias_files() -> Iterator[Hostile]:
    """Files of aliases that mean harm."""
    for idea, text in ALIASES.items():
        yield Hostile(f"aliases with {idea}", "aliases.yaml", text.encode("utf-8", "surrogatepass"))
