"""Markup and scripts in every field of every format, hostile front matter and alias files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from html import escape

from tests.campaigns.documents.archives import docx, paragraph
from tests.campaigns.documents.hostile import Hostile
from tests.campaigns.documents.pdfs import pdf_of_lines

HACK = "window.hacked=1"
PAYLOADS = {
    "script": f"<script>{HACK}</script>",
    "image": f'<img src=x onerror="{HACK}">',
    "drawing": f"'\"><svg/onload={HACK}>",
    "end of everything": f"</mark></div></article></textarea></title></style><script>{HACK}//",
    "end of script": f"]]></script><script>{HACK}</script>",
    "comment": f"<!--<img src='--><img src=x onerror={HACK}//'>-->",
    "entities": f"&lt;script&gt;{HACK}&lt;/script&gt; &#60;img src=x onerror={HACK}&#62;",
    "mathematics": f"<math><mtext><table><mglyph><style><img src=x onerror={HACK}>",
    "template": "${" + HACK + "} {{constructor.constructor('" + HACK + "')()}} <%= 1 %>",
    "frame": f'<iframe srcdoc="&lt;script&gt;{HACK}&lt;/script&gt;"></iframe>',
    "form": '<form action="https://evil.example/"><button>Sign in</button></form>',
    "refresh": '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
    "base": '<base href="https://evil.example/"><link rel=stylesheet href=//evil.example/a.css>',
    "style": "<style>@import '//evil.example/a.css'; body{display:none}</style>",
    "attributes": f'" onmouseover="{HACK}" autofocus onfocus="{HACK}" x="',
    "link": f'<a href="javascript:{HACK}">here</a>',
    "direction": "\u202egnp.exe\u202c \u2066hidden\u2069 \u200f\u200e",
    "controls": "bell\x07 escape\x1b[2J\x1b]0;title\x07 back\x08\x08 delete\x7f line\x85",
}
ADDRESSES = {
    "script": f"javascript:{HACK}",
    "script in capitals": f"JaVaScRiPt:{HACK}",
    "script behind a space": f" javascript:{HACK}",
    "script behind a tab": f"java\tscript:{HACK}",
    "page of data": "data:text/html;base64,PHNjcmlwdD53aW5kb3cuaGFja2VkPTE8L3NjcmlwdD4=",
    "old script": "vbscript:msgbox(1)",
    "quotation mark": f'https://good.example/" onmouseover="{HACK}',
    "tag": f"https://good.example/'><script>{HACK}</script>",
    "new line": f"https://good.example/\njavascript:{HACK}",
    "file": "file:///etc/passwd",
}
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
IBEX = "The ibex Isolde was born in the zoo of Larnmouth in 2014."
Writer = Callable[[str, str], bytes]


def markup() -> Iterator[Hostile]:
    """Yield each payload in the body and in every field of each format, and hostile addresses."""
    number = 0
    for payload, words in PAYLOADS.items():
        for ending, write in WRITERS.items():
            number += 1
            name = f"Zerelda{number}"
            story = f"The zebra {name} {words} was born in the zoo of Larnmouth in May 2019."
            yield Hostile(
                f"{payload} in every field of .{ending}",
                f"markup-{number}.{ending}",
                write(story, f"{words} on {name}"),
                f"In which zoo was the zebra {name} born?",
            )
    yield from _addresses()


def _addresses() -> Iterator[Hostile]:
    for number, (idea, address) in enumerate(ADDRESSES.items(), 1):
        name = f"Quintus{number}"
        story = f"The quagga {name} was born in the zoo of Larnmouth in June 2018."
        question = f"In which zoo was the quagga {name} born?"
        head = f"---\ntitle: The quagga {name}\nurl: {json.dumps(address)}\n---\n"
        yield Hostile(f"{idea} as the address", f"address-{number}.txt", _encoded(head + story))
        link = f"[{story}]({address})\n\n![{story}]({address})\n\n<{address}>\n"
        linked = _encoded(f"# The quagga {name}\n\n{story}\n\n{link}\n[a]: {address}\n")
        yield Hostile(f"{idea} as a link in Markdown", f"link-{number}.md", linked, question)
        page = (
            f'<html><head><title>{name}</title><link rel="canonical" href="{escape(address)}">'
            f'<base href="{escape(address)}"></head><body><article><p>{story * 3}</p>'
            f'<p><a href="{escape(address)}">{story}</a><img src="{escape(address)}" alt="x"></p>'
            "</article></body></html>"
        )
        yield Hostile(f"{idea} as the address of a page", f"page-{number}.html", _encoded(page))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _fields(words: str) -> str:
    fields = dict.fromkeys(("title", "outlet", "author"), words)
    return "---\n" + "".join(f"{name}: {json.dumps(v)}\n" for name, v in fields.items()) + "---\n"


def _as_text(story: str, field: str) -> bytes:
    return _encoded(_fields(field) + story)


def _as_page(story: str, field: str) -> bytes:
    """Return a page that shows the words as text: its own markup is no part of an article."""
    words, shown = escape(field), escape(story)
    return _encoded(
        f'<html lang="en"><head><title>{words}</title><meta property="og:title" content="{words}">'
        f'<meta property="og:site_name" content="{words}"><meta name="author" content="{words}">'
        f'<meta property="article:published_time" content="{words}"></head><body><article>'
        f"<h1>{words}</h1>{field}<p>{shown}</p><p>{'More was said about it. ' * 8}</p>"
        "</article></body></html>"
    )


def _as_docx(story: str, field: str) -> bytes:
    return docx(paragraph(story), title=field, author=field)


def _as_pdf(story: str, field: str) -> bytes:
    return pdf_of_lines([story], title=field)


WRITERS: dict[str, Writer] = {
    "txt": _as_text,
    "md": _as_text,
    "html": _as_page,
    "docx": _as_docx,
    "pdf": _as_pdf,
}


def headers() -> Iterator[Hostile]:
    """Yield each hostile header over a short story, as text and as Markdown in turn."""
    for at, (idea, header) in enumerate(HEADERS.items()):
        name = f"header-{idea.replace(' ', '-')}.{('txt', 'md')[at % 2]}"
        yield Hostile(f"front matter with {idea}", name, _encoded(f"---\n{header}\n---\n{IBEX}\n"))


def alias_files() -> Iterator[Hostile]:
    """Yield hostile files of aliases."""
    for idea, text in ALIASES.items():
        yield Hostile(f"aliases with {idea}", "aliases.yaml", _encoded(text))
