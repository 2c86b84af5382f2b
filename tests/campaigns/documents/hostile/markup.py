"""Markup and scripts in every field and in the body, of every format."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from html import escape

from tests.campaigns.documents.hostile import Hostile
from tests.campaigns.documents.hostile.archives import docx, paragraph
from tests.campaigns.documents.hostile.pdfs import pdf_of_lines

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
Writer = Callable[[str, str], bytes]


def markup() -> Iterator[Hostile]:
    """Each payload in the body and in every field of each format, and hostile addresses."""
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
    """The words are what the page shows, as text: its own markup is no part of an article."""
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
