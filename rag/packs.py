"""Evidence packs: an answer with all that is needed to check it later, in one file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote as percent_encoded

from rag.corpus import Corpus
from rag.errors import ArticleNotFound, DocumentError, InputError, PackError
from rag.render import all_citations, web_address
from rag.render.packs import PACK_COMMENT, PACK_SCRIPT, pack_html, pack_json, pack_markdown
from rag.render.walk import MOST_NEAREST
from rag.serialization import serializer
from rag.types import Answer, Article, Citation, Verdict

PACK_SCHEMA = 1  # raised when a key changes its meaning
_RENDERERS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    ".json": pack_json,
    ".md": pack_markdown,
    ".html": pack_html,
}
# A text fragment of a longer quote names only its first and last words (WICG, "URL Fragment Text
# Directives"): browsers find the span between them.
_WHOLE_QUOTE, _QUOTE_END = 12, 5  # words
_MAX_BYTES = 20_000_000  # of a file that is read as a pack


@dataclass(frozen=True, slots=True)
class PackedQuote(Citation):
    """A citation with its source: the address, with a text fragment, and the hash of the file."""

    link: str | None
    sha256: str


def evidence_pack(corpus: Corpus, answer: Answer, *, prompts: bool = True) -> dict[str, Any]:
    """Return an answer with the sources of its quotes, as JSON-ready values.

    Args:
        corpus: the corpus that was asked.
        answer: its answer.
        prompts: whether to include the prompt of the LLM, if there was one.

    Returns the answer, a :class:`PackedQuote` of each quote that it shows, those that its sentences
    cite first, what was read and not cited, the prompt, when the pack was made, and by which
    version.

    Raises:
        ArticleNotFound: an article that the answer cites is no longer in the corpus.
    """
    given = answer.to_dict()
    given, read = _without_passages(given)
    asked = answer.asked if prompts else None
    return {
        "footnote_pack": PACK_SCHEMA,
        "version": version("footnote-rag"),
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "as_of": answer.as_of,
        "asked": dict(zip(("system", "user"), asked, strict=True)) if asked else None,
        "answer": given,
        "quotes": [_quote(corpus, citation) for citation in _cited_first(given)],
        "read_not_cited": read,
    }


def _without_passages(answer: dict[str, Any]) -> tuple[dict[str, Any], list[Mapping[str, Any]]]:
    """Return an answer without the passages that it does not show, and those of no quote."""
    if answer["status"] == "abstained":  # then it shows those that come nearest, and quotes nothing
        return answer | {"passages": answer["passages"][:MOST_NEAREST]}, []
    quotes = all_citations(answer)
    return answer | {"passages": []}, [
        passage
        for passage in answer["passages"]
        if not any(
            quote["article_id"] == passage["article_id"]
            and quote["start"] < passage["end"]
            and passage["start"] < quote["end"]
            for quote in quotes
        )
    ]


def _cited_first(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    cited = {number for statement in answer["statements"] for number in statement["citations"]}
    return sorted(all_citations(answer), key=lambda quote: quote["number"] not in cited)


def _quote(corpus: Corpus, citation: Mapping[str, Any]) -> dict[str, Any]:
    article = corpus.article(citation["article_id"])
    link = _link(article, citation["cited_text"])
    given = {**citation, "link": link, "file": article.path, "sha256": article.sha256}
    return PackedQuote(**given).to_dict()


def _link(article: Article, quoted: str) -> str | None:
    url = web_address(article.url)
    return text_fragment(url, quoted) if url else None


def text_fragment(url: str, quoted: str) -> str:
    """Return the address of a page with a fragment that takes a browser to some of its words.

    Args:
        url: the address of the page.
        quoted: the words.
    """
    words = quoted.split()
    parts = [words] if len(words) <= _WHOLE_QUOTE else [words[:_QUOTE_END], words[-_QUOTE_END:]]
    # "-", "," and "&" shape the directive, so they are encoded wherever words hold them.
    encoded = (percent_encoded(" ".join(part), safe="").replace("-", "%2D") for part in parts)
    joint = ":~:" if "#" in url else "#:~:"
    return f"{url}{joint}text={','.join(encoded)}"


def export_pack(corpus: Corpus, answer: Answer, path: str | Path, *, force: bool = False) -> Path:
    """Write an evidence pack, as Markdown, HTML or JSON by the ending of its name; return its path.

    Args:
        corpus: the articles.
        answer: what the pack is of.
        path: its place.
        force: write it in the place of a file that is there.

    Raises:
        PackError: the ending is another, or the file cannot be written, or is there already.
        ArticleNotFound: an article that the answer cites is no longer in the corpus.
    """
    path = Path(path)
    text = pack_text(evidence_pack(corpus, answer), path.suffix.lower())
    try:
        with path.open("w" if force else "x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError as error:
        raise _there_already(path) from error
    except OSError as error:
        raise PackError(f"{path} cannot be written ({error.strerror}).") from error
    return path


def pack_text(pack: Mapping[str, Any], ending: str) -> str:
    """Return a pack as the text of a file with some ending, as ``.md``.

    Raises:
        PackError: no pack has that ending.
    """
    return _RENDERERS[check_ending(f"pack{ending}")](pack)


def check_ending(path: str | Path) -> str:
    """Return the ending of a pack's name, which is its format.

    Raises:
        PackError: no pack has that ending.
    """
    ending = Path(path).suffix.lower()
    if ending not in _RENDERERS:
        raise PackError(f"{path} has another ending than a pack; use {', '.join(_RENDERERS)}.")
    return ending


def check_place(path: Path, *, force: bool = False) -> None:
    """Check that a pack can be written under a name without the loss of another file.

    Args:
        path: the name.
        force: whether a file that is there may be lost.

    Raises:
        PackError: no pack has that ending, or a file is there already.
    """
    check_ending(path)
    if path.exists() and not force:
        raise _there_already(path)


def _there_already(path: Path) -> PackError:
    return PackError(f"{path} is there already; give another name, or --force to write over it.")


def verify_pack(corpus: Corpus, path: str | Path) -> dict[str, Any]:
    """Check a pack against the articles as they are now.

    Args:
        corpus: the articles.
        path: a file that :func:`export_pack` wrote.

    Returns ``holds``, and ``quotes``, each with its number, whether it ``holds`` and, if
    not, ``reason``; ``findings`` are what else does not hold: statements that their quotes do
    not support, or a page that shows something other than the pack that is embedded in it.

    Raises:
        PackError: the file is not a pack.
    """
    path = Path(path)
    text, pack, quotes = _read(path)
    reasons = [_problem(corpus, quote) for quote in quotes]
    findings = [
        *_changes_of_page(text, pack, path),
        *_changes_of_quotes(pack["answer"], quotes),
        *_unsupported(corpus, pack["answer"], quotes),
    ]
    return {
        "pack": str(path),
        "question": pack["answer"]["question"],
        "holds": not any(reasons) and not findings,
        "quotes": [
            {"number": quote.number, "file": quote.file, "holds": not reason, "reason": reason}
            for quote, reason in zip(quotes, reasons, strict=True)
        ],
        "findings": findings,
    }


def _read(path: Path) -> tuple[str, dict[str, Any], list[PackedQuote]]:
    """Return the text of a pack's file, the pack, and its quotes.

    Raises:
        PackError: the file is not a pack, or has another schema.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise PackError(f"{path} is too large to be an evidence pack.")
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PackError(f"{path} cannot be read as a pack ({error}).") from error
    embedded = text
    for start, end in (PACK_SCRIPT, PACK_COMMENT):
        if start in text:
            embedded = text.rsplit(start, 1)[1].split(end, 1)[0]
    try:
        pack = json.loads(embedded)
        known = pack["footnote_pack"] == PACK_SCHEMA
        quotes = serializer(list[PackedQuote]).validate_python(pack["quotes"])
        _RENDERERS[".md"](pack)
        _RENDERERS[".html"](pack)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise PackError(
            f"{path} is not an evidence pack; `rag ask --export FILE` writes one."
        ) from error
    if not known:
        raise PackError(
            f"{path} has schema {pack['footnote_pack']}; this version reads {PACK_SCHEMA}."
        )
    return text, pack, quotes


def _problem(corpus: Corpus, quote: PackedQuote) -> str | None:
    """Return why a quote no longer holds, None where it does."""
    try:
        article = corpus.article(quote.article_id)
    except ArticleNotFound:
        try:
            article = corpus.article(quote.file)
        except ArticleNotFound:
            return "the document is no longer in the corpus"
        if quote.cited_text in article.text:
            return "the document was changed; it still has the words"
        return "the document was changed, and no longer has the words"
    if article.text[quote.start : quote.end] != quote.cited_text:
        return "the document has other words at that place"
    if article.sha256 != quote.sha256:
        return "the SHA-256 is not that of the document's file"
    try:
        if corpus.documents.digest(article.path) not in (None, quote.sha256):
            return "the file was changed after it was indexed; run `rag index`"
    except DocumentError as error:
        return f"the file {error}"
    # What is shown of the source is part of the evidence.
    for field in ("title", "outlet", "published", "published_basis", "url"):
        if getattr(quote, field) != getattr(article, field):
            return f"the document has another {field}: {getattr(article, field)}"
    if quote.link != _link(article, quote.cited_text):
        return "the address does not lead to the words in the document's source"
    return None


def _changes_of_page(text: str, pack: Mapping[str, Any], path: Path) -> Iterator[str]:
    """Yield a finding where a page shows something other than the pack embedded in it."""
    ending = path.suffix.lower()
    if ending in (".md", ".html") and _RENDERERS[ending](pack).split() != text.split():
        yield "the page was changed after it was made: it does not show the pack embedded in it"


def _changes_of_quotes(answer: Mapping[str, Any], quotes: Sequence[PackedQuote]) -> Iterator[str]:
    """Yield a finding for each quote that is not as the answer cites it."""
    cited = {citation["number"]: citation for citation in all_citations(answer)}
    for quote in quotes:
        citation = cited.pop(quote.number, None)
        # What the file is called may have changed since the question was asked.
        named = {**citation, "file": quote.file} if citation else None
        if named is None or not named.items() <= quote.to_dict().items():
            yield f"quote {quote.number} is not as the answer cites it"
    if cited:
        yield f"the answer cites {len(cited)} quotes that the pack does not list"


def _unsupported(
    corpus: Corpus, answer: Mapping[str, Any], quotes: Sequence[PackedQuote]
) -> Iterator[str]:
    """Yield a finding for each statement called supported that its quotes do not support."""
    numbered = {quote.number: quote for quote in quotes}
    for statement in answer["statements"]:
        if statement["verdict"] != Verdict.SUPPORTED:
            continue
        try:
            cited = [numbered[number] for number in statement["citations"]]
            support = corpus.check(statement["text"], cited, question=answer["question"])
        except (KeyError, InputError):
            continue  # a finding on the quote says so already
        if support.verdict != Verdict.SUPPORTED:
            yield f"its quotes do not fully support “{statement['text']}”: {support.reason}"
