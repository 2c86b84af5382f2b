"""Evidence packs: an answer with all that is needed to check it later, in one file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote as percent_encoded

from rag.corpus import Corpus
from rag.errors import ArticleNotFound, InputError, PackError
from rag.render import all_citations, web_address
from rag.render.packs import PACK_COMMENT, PACK_SCRIPT, pack_html, pack_json, pack_markdown
from rag.types import Answer, Article, Citation, Verdict, serializer

SCHEMA = 1
WRITERS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    ".json": pack_json,
    ".md": pack_markdown,
    ".html": pack_html,
}
# A text fragment of a long quote names its first and last words (WICG, "URL Fragment Text
# Directives"): browsers find the span between them.
WHOLE, ENDS = 12, 5  # words
LARGEST = 20_000_000  # bytes of a file that is read as a pack


def evidence_pack(corpus: Corpus, answer: Answer, *, prompts: bool = True) -> dict[str, Any]:
    """An answer with the sources of its quotes, as JSON-ready values.

    Args:
        corpus: what was asked.
        answer: what it answered.
        prompts: whether it says what the LLM was told, if one was.

    Returns the answer, and for each quote that it shows outlet, date, address with a
    text fragment, file, SHA-256 of the file, and 0-based, end-exclusive offsets; what was
    asked of which model; when, and by which version.

    Raises:
        ArticleNotFound: an article that it cites is no longer in the corpus.
    """
    given = answer.to_dict()
    asked = answer.asked if prompts else None
    return {
        "footnote_pack": SCHEMA,
        "version": version("footnote-rag"),
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "as_of": answer.as_of,
        "asked": dict(zip(("system", "user"), asked, strict=True)) if asked else None,
        "answer": given,
        "quotes": [_quote(corpus, citation) for citation in all_citations(given)],
    }


def _quote(corpus: Corpus, citation: Mapping[str, Any]) -> dict[str, Any]:
    article = corpus.article(citation["article_id"])
    link = _link(article, citation["cited_text"])
    return {**citation, "link": link, "file": article.path, "sha256": article.sha256}


def _link(article: Article, quoted: str) -> str | None:
    url = web_address(article.url)
    return text_fragment(url, quoted) if url else None


def text_fragment(url: str, quoted: str) -> str:
    """An address that takes a browser to some words of the page.

    Args:
        url: the page.
        quoted: the words.
    """
    words = quoted.split()
    parts = [words] if len(words) <= WHOLE else [words[:ENDS], words[-ENDS:]]
    # "-", "," and "&" shape the directive, so they are encoded wherever words hold them.
    encoded = (percent_encoded(" ".join(part), safe="").replace("-", "%2D") for part in parts)
    joint = ":~:" if "#" in url else "#:~:"
    return f"{url}{joint}text={','.join(encoded)}"


def export_pack(corpus: Corpus, answer: Answer, path: str | Path) -> Path:
    """Write an evidence pack, as Markdown, HTML or JSON by the ending of its name.

    Raises:
        PackError: the ending is another, or the file cannot be written.
    """
    path = Path(path)
    text = pack_text(evidence_pack(corpus, answer), path.suffix.lower())
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise PackError(f"{path} cannot be written ({error.strerror}).") from error
    return path


def pack_text(pack: Mapping[str, Any], ending: str) -> str:
    """A pack as the text of a file with some ending.

    Raises:
        PackError: there is no such kind of pack.
    """
    return WRITERS[check_ending(f"pack{ending}")](pack)


def check_ending(path: str | Path) -> str:
    """The ending of a pack's name, which says what it is written as.

    Raises:
        PackError: there is no such kind of pack.
    """
    ending = Path(path).suffix.lower()
    if ending not in WRITERS:
        raise PackError(f"A pack cannot be called {path}; its name ends in {', '.join(WRITERS)}.")
    return ending


def verify_pack(corpus: Corpus, path: str | Path) -> dict[str, Any]:
    """Hold a pack against the articles as they are now.

    Args:
        corpus: the articles.
        path: a file that :func:`export_pack` wrote.

    Returns ``holds``, and ``quotes``, each with its number, whether it ``holds`` and, if
    not, ``reason``; ``findings`` are what else no longer holds: statements that the quotes
    do not bear out, or a page that shows something other than what it carries.

    Raises:
        PackError: the file is no pack.
    """
    path = Path(path)
    text, pack = _read(path)
    quotes = [_checked(corpus, quote) for quote in pack["quotes"]]
    findings = list(_unlike(text, pack, path)) + list(_unsupported(corpus, pack))
    holds = all(quote["holds"] for quote in quotes) and not findings
    return {
        "pack": str(path),
        "question": pack["answer"]["question"],
        "holds": holds,
        "quotes": quotes,
        "findings": findings,
    }


def _read(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        if path.stat().st_size > LARGEST:
            raise PackError(f"{path} is too large to be what `rag ask --export` wrote.")
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PackError(f"{path} cannot be read as a pack ({error}).") from error
    hidden = text
    for start, end in (PACK_SCRIPT, PACK_COMMENT):
        if start in text:
            hidden = text.rsplit(start, 1)[1].split(end, 1)[0]
    try:
        pack = json.loads(hidden)
        known = pack["footnote_pack"] == SCHEMA
        for quote in pack["quotes"]:
            serializer(Citation).validate_python(quote)
        WRITERS[".md"](pack)
        WRITERS[".html"](pack)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise PackError(
            f"{path} is no evidence pack; `rag ask --export FILE` makes one."
        ) from error
    if not known:
        raise PackError(f"{path} is a pack of schema {pack['footnote_pack']}; this is {SCHEMA}.")
    return text, pack


def _checked(corpus: Corpus, quote: Mapping[str, Any]) -> dict[str, Any]:
    reason = _why_not(corpus, quote)
    return {"number": quote["number"], "file": quote["file"], "holds": not reason, "reason": reason}


def _why_not(corpus: Corpus, quote: Mapping[str, Any]) -> str | None:
    """Why a quote no longer holds, if so."""
    start, end, words = quote["start"], quote["end"], quote["cited_text"]
    try:
        article = corpus.article(quote["article_id"])
    except ArticleNotFound:
        try:
            article = corpus.article(quote["file"])
        except ArticleNotFound:
            return "the article is no longer in the corpus"
        if words in article.text:
            return "the article was changed; the words still stand in it"
        return "the article was changed, and the words no longer stand in it"
    if article.text[start:end] != words:
        return "the words are not those of the article at that place"
    if article.sha256 != quote["sha256"]:
        return "the SHA-256 is not that of the article's file"
    # What is shown of the source is part of the evidence.
    for field in ("title", "outlet", "published", "published_basis", "url"):
        if quote[field] != getattr(article, field):
            return f"the article gives another {field}: {getattr(article, field)}"
    if quote["link"] != _link(article, words):
        return "the address does not lead to the words in the article's source"
    return None


def _unlike(text: str, pack: Mapping[str, Any], path: Path) -> Iterator[str]:
    """Whether a page shows something other than the pack that it carries."""
    ending = path.suffix.lower()
    if ending in (".md", ".html") and WRITERS[ending](pack).split() != text.split():
        yield "the page was changed after it was made: it does not show what it carries"
    shown = {citation["number"]: citation for citation in all_citations(pack["answer"])}
    for quote in pack["quotes"]:
        cited = shown.pop(quote["number"], None)
        if cited is None or any(quote[name] != value for name, value in cited.items()):
            yield f"quote {quote['number']} is not as the answer cites it"
    if shown:
        yield f"the answer cites {len(shown)} quotes that the pack does not list"


def _unsupported(corpus: Corpus, pack: Mapping[str, Any]) -> Iterator[str]:
    """Statements called supported that their quotes do not bear out."""
    quotes = {quote["number"]: quote for quote in pack["quotes"]}
    for statement in pack["answer"]["statements"]:
        if statement["verdict"] != "supported":
            continue
        try:
            given = [quotes[number] for number in statement["citations"]]
            cited = serializer(list[Citation]).validate_python(given)
            support = corpus.check(statement["text"], cited)
        except (KeyError, InputError):
            continue  # the quote itself is already said not to hold
        if support.verdict != Verdict.SUPPORTED:
            yield f"“{statement['text']}” is not wholly borne out by its quotes: {support.reason}"
