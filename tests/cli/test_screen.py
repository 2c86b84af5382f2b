"""What a screen would obey is shown as signs: by every door, of articles, names and errors."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import rag
from rag import render
from tests.support.commands import command, on

ORDERS = {
    "escape": ("\x1b", "\u241b"),
    "bell": ("\x07", "\u2407"),
    "backspace": ("\b", "\u2408"),
    "delete": ("\x7f", "\u2421"),
    "C1": ("\x9b", "\ufffd"),
    "carriage return": ("\r", "\u240d"),
    "override": ("\u202e", "\ufffd"),
    "isolate": ("\u2067", "\ufffd"),
    "tag": ("\U000e0041", "\ufffd"),
    "half a character": ("\ud800", "\ufffd"),
}
KEPT = (
    *("a\tb\nc\r\nd", "\u05d4\u05d2\u05e9\u05e8 340\u200f", "\u0645\u06cc\u200c\u062e", "\u200eA"),
    *("\u0915\u094d\u200d\u0937", "\U0001f468\u200d\U0001f469", "caf\u00e9"),
    *("\u2764\ufe0f\u200d\U0001f525", "\u845b\U000e0100", "\u1780\u200b\u1781"),
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",  # England's flag
)
OBEYED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
HOSTILE = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202ezebra\b"


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_becomes_one_sign(name: str) -> None:
    """A control character is shown as one visible character, so that offsets hold."""
    order, sign = ORDERS[name]
    assert render.visible(f"a{order}b") == f"a{sign}b"


@pytest.mark.parametrize("nothing", "\u200b\u2060\u2064\u3164\ufeff\ufe01\U000e0100\U000e01ef")
def test_what_is_drawn_as_nothing_spells_nothing_unseen(nothing: str) -> None:
    """One invisible character is kept; a run of them, which could hide text, is shown."""
    assert render.visible(f"a{nothing}b") == f"a{nothing}b"
    assert render.visible(f"a{nothing * 3}b") == f"a{nothing}\ufffd\ufffdb"


@pytest.mark.parametrize("text", KEPT)
def test_scripts_are_left_alone(text: str) -> None:
    """Characters that Hebrew, Persian, Hindi and emoji need are kept, and so are line ends."""
    assert render.visible(text) == text


def test_json_for_people_has_escapes() -> None:
    """Printed JSON has the same value and contains no control characters."""
    value = {"text": f"{HOSTILE}\U000e0041 \u05d2\n"}
    for indent in (None, 2):
        text = render.json_text(value, indent)
        assert json.loads(text) == value
        assert not OBEYED.search(text) and "\u05d2" in text


@pytest.fixture
def hostile(folder: Path) -> Path:
    """A folder whose articles and file names have orders in them."""
    text = f"The zebra {HOSTILE} was born in Larnmouth on 3 May 2019. It weighs 90 kilos.\n"
    front = '---\ntitle: "Zebra \\e[31m news"\noutlet: "Port \\u202E \\nGazette"\n---\n'
    (folder / "zebra\x1b[31m\nred.txt").write_text(front + text, "utf-8")
    (folder / "bad\x1b[2J.pdf").write_bytes(b"%PDF-nonsense")
    return folder


COMMANDS = {
    "index": ["index"],
    "ask": ["ask", "When was the zebra born?"],
    "abstain": ["ask", "What is the capital of Zebra Mongolia?"],
    "search": ["search", "zebra born"],
    "timeline": ["timeline", "zebra"],
    "compare": ["compare", "When was the zebra born?"],
    "verify": ["verify", f"The zebra was born in {HOSTILE} 2018."],
    "articles": ["articles"],
    "doctor": ["doctor"],
    "no such article": ["show", HOSTILE],
    "no such option": ["ask", f"--{HOSTILE}"],
    "no such outlet": ["ask", "When was the zebra born?", "--outlet", HOSTILE],
}


def run(folder: Path, *words: str) -> str:
    """What a command prints, on both streams."""
    done = command(*words, *on(folder))
    return done.stdout + done.stderr


@pytest.mark.timeout(60)  # it runs eighteen commands
def test_no_order_reaches_a_terminal(hostile: Path) -> None:
    """No command prints a control character, as text or as JSON."""
    assert "bad" in run(hostile, "index")
    corpus = rag.open(hostile)
    ids = [article.id for article in corpus.articles() if "zebra" in article.path]
    commands = COMMANDS | {"show": ["show", ids[0]]}
    for name in ("ask", "search", "articles", "show", "timeline"):
        commands |= {f"{name} --json": [*commands[name], "--json"]}
    for name, words in commands.items():
        printed = run(hostile, *words)
        found = OBEYED.search(printed)
        assert printed.strip() and found is None, (name, printed)
        if name.removesuffix(" --json") in ("ask", "search", "show", "articles"):
            assert "\u241b" in printed or r"\u001b" in printed, (name, printed)


def test_a_chat_prints_no_order(hostile: Path) -> None:
    """A conversation on the terminal prints no control character."""
    asked = f"When was the zebra born?\nAnd {HOSTILE} where?\n"
    done = command("chat", *on(hostile), stdin=asked)
    printed = done.stdout + done.stderr
    assert "Larnmouth" in printed and not OBEYED.search(printed)


def test_a_file_name_is_one_line(hostile: Path) -> None:
    """A line break in a file name does not print a second line."""
    rag.open(hostile)
    printed = command("articles", *on(hostile)).stdout
    assert printed.count("\n") == len(rag.open(hostile, sync=False).articles())


def test_pages_show_signs_and_data_do_not(hostile: Path) -> None:
    """HTML shows control characters as visible ones at the same offsets; the data keep them."""
    corpus = rag.open(hostile)
    answer = corpus.ask("When was the zebra born?")
    (cited,) = {citation.article_id for citation in answer.citations}
    article = corpus.article(cited).to_dict()
    assert HOSTILE in article["text"] and HOSTILE in answer.citations[0].cited_text
    page = render.reader_html(article, answer.citations[0].start, answer.citations[0].end)
    for shown in (page, render.answer_html(answer.to_dict()), answer.to_markdown(), answer.text):
        assert "\u241b" in shown and not OBEYED.search(shown)
    marked = re.search(r"<mark[^>]*>(.*?)</mark>", page, re.DOTALL)
    assert marked and len(marked[1]) == len(answer.citations[0].cited_text)


ADDRESSES = {
    "https://a.org/x?y=1#z": True,
    "HTTP://a.org/": True,
    "javascript:alert(1)": False,
    "java\tscript:alert(1)": False,
    "data:text/html,x": False,
    "//a.org/": False,
    "https://a.org/ onclick": False,
    'https://a.org/"x': False,
    "https://a.org/<x": False,
    "https://a.org/\u202ex": False,
    "ftp://a.org/": False,
    "": False,
}


@pytest.mark.parametrize("url", ADDRESSES)
def test_only_addresses_of_the_web_are_links(url: str) -> None:
    """Only http and https addresses become links."""
    assert (render.web_address(url) is not None) == ADDRESSES[url]
    article = {"id": "a", "title": "t", "text": "x", "marks": [], "outlet": None, "author": None}
    article |= {"path": "a.txt"}
    article |= {"published": None, "published_basis": None, "url": url}
    assert ("href" in render.reader_html(article)) == ADDRESSES[url]
