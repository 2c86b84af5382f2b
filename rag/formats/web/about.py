"""What a page says about itself: title, outlet, author, date, address and language."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from typing import Any
from urllib.parse import urlsplit

from rag.formats.defaults import person_title
from rag.formats.extracted import Metadata
from rag.text.written_dates import read_date

_MAX_DATA = 500_000  # characters of a script with data about the page
_MAX_THINGS = 200  # that such a script describes
_MAX_BYLINE = 100  # characters
_MAX_TITLE = 500  # characters
# Names in <meta>, the one that counts most first.
_META: dict[str, tuple[str, ...]] = {
    "title": ("og:title", "twitter:title", "citation_title", "dc.title", "parsely-title"),
    "outlet": (
        *("og:site_name", "citation_journal_title", "application-name", "dc.publisher"),
        *("citation_publisher", "publisher"),
    ),
    "author": (
        *("author", "citation_author", "parsely-author", "sailthru.author", "dc.creator"),
        *("article:author", "byl", "twitter:creator"),
    ),
    "published": (
        *("article:published_time", "citation_publication_date", "parsely-pub-date", "pubdate"),
        *("datepublished", "publish-date", "publishdate", "publish_date", "publication_date"),
        *("sailthru.date", "citation_date", "dc.date.issued", "dcterms.issued", "dcterms.date"),
        *("dcterms.created", "dc.date", "og:published_time", "date"),
    ),
    "url": ("og:url", "twitter:url"),
    "language": ("content-language", "og:locale", "dc.language", "language"),
}
_ARTICLES = re.compile(r"(?:.*Article|.*Posting|Report|.*Page|Recipe|Book|FAQPage)", re.IGNORECASE)
_BY = re.compile(r"(?:by|von|par|por|af|av|door)\s*:?\s+(?=[^\W\d_])", re.IGNORECASE)
_BYLINE = re.compile(r"(?:^|[\s_-])(?:byline|author|p-author|entry-author)(?:[_-]name)?(?=$|\s)")
_DATELINE = re.compile(
    r"(?:^|[\s_-])(?:published|publish-?date|pub-?date|post-?date|entry-date|article-date|dateline"
    r"|date-?published|posted-on|dt-published)(?=$|\s)",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s+(?:[|·•–—»:]{1,2}|-)\s+")
# A style of that name; "title" in others, as "card-title", is of a part of the page.
_TITLE_CLASS = re.compile(
    r"(?:^|\s)(?:title|MsoTitle|(?:doc|document|page|entry|post|article)-?title)(?=$|\s)",
    re.IGNORECASE,
)
_MAX_SHOWN_TITLE = 200  # characters
_SAVED = re.compile(r"<!-- saved from url=\(\d+\)(https?://\S{1,500}) -->")


def about_page(root: Any, text: str, posts: Collection[Any]) -> Metadata:
    """Return what a page says about itself.

    Args:
        root: its tree, before anything was taken away.
        text: its source.
        posts: the elements that hold what others wrote, and so not its author and date.
    """
    stated = _stated(root)
    data = _described(root)
    meta: Metadata = {}
    title, site = _title(root, stated, data)
    meta["title"] = title
    meta["outlet"] = _first(stated, "outlet") or data.get("outlet", "") or site
    names = [name for name in stated.get("author", []) if "://" not in name and name[:1] != "@"]
    author = ", ".join(dict.fromkeys(names)) or data.get("author", "")
    meta["author"] = _BY.sub("", author or _byline(root, posts), count=1)
    published = _first_date([*stated.get("published", []), data.get("published", "")])
    published = published or _dateline(root, posts)
    if published:
        meta |= {"published": published, "published_basis": "stated: in the page"}
    saved = _SAVED.search(text[:2_000])
    links = [link.get("href", "") for link in root.iter("link") if link.get("rel") == "canonical"]
    addresses = [*links, *stated.get("url", []), saved[1] if saved else ""]
    meta["url"] = next((each for each in addresses if _is_address(each)), "")
    language = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")
    meta["language"] = (language or _first(stated, "language") or "").replace("_", "-").strip()
    if not re.fullmatch(r"[A-Za-z]{2,3}(?:-.{0,20})?", meta["language"]):
        del meta["language"]
    return {name: " ".join(value.split()) for name, value in meta.items() if value}


def _stated(root: Any) -> dict[str, list[str]]:
    """Return what <meta> says of each field, the most telling first."""
    found: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        name = (name or element.get("http-equiv") or "").strip().lower()
        content = (element.get("content") or "").strip()
        if name and content:
            found.setdefault(name, []).append(content)
    return {
        field: [value for name in names for value in found.get(name, ())]
        if field != "author"
        else next((found[name] for name in names if name in found), [])
        for field, names in _META.items()
    }


def _first(stated: dict[str, list[str]], field: str) -> str:
    return next(iter(stated.get(field, ())), "")


def _described(root: Any) -> dict[str, str]:
    """Return what the data for search engines say of the article."""
    for thing in _things(root):
        kinds = thing.get("@type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if not any(isinstance(kind, str) and _ARTICLES.fullmatch(kind) for kind in kinds):
            continue
        found = {
            "title": _name(thing.get("headline")),
            "outlet": _name(thing.get("publisher")),
            "author": _name(thing.get("author")),
            "published": _name(thing.get("datePublished")),
        }
        if any(found.values()):
            return found
    return {}


def _things(root: Any) -> Iterator[dict[str, Any]]:
    for script in root.iter("script"):
        if script.get("type") != "application/ld+json" or len(script.text or "") > _MAX_DATA:
            continue
        try:
            waiting = [json.loads(script.text or "", strict=False)]
        except (ValueError, RecursionError):
            continue
        for _ in range(_MAX_THINGS):
            if not waiting:
                break
            thing = waiting.pop(0)
            if isinstance(thing, list):
                waiting += thing[:_MAX_THINGS]
            elif isinstance(thing, dict):
                yield thing
                waiting += [thing[key] for key in ("@graph", "mainEntity") if key in thing]


def _name(value: Any) -> str:
    """Return a text, or the name of a person or an organisation, or of several."""
    values = value if isinstance(value, list) else [value]
    names = [each.get("name") if isinstance(each, dict) else each for each in values[:50]]
    return ", ".join(name for name in names if isinstance(name, str) and "://" not in name)


def _title(root: Any, stated: dict[str, list[str]], data: dict[str, str]) -> tuple[str, str]:
    """Return the title, and the name of the site where it stands behind it."""
    whole = _text(next(root.iter("title"), None))
    headings = [words for each in root.iter("h1") if (words := _text(each))]
    site = _first(stated, "outlet") or data.get("outlet", "")
    for heading in headings:
        begins = whole.startswith(heading) and len(heading) < len(whole)
        rest = whole[len(heading) :]
        if begins and (match := _SEPARATOR.match(rest)) is not None:
            return heading, _SEPARATOR.split(rest[match.end() :])[-1] if "|" in match[0] else ""
    shown = _first(stated, "title") or whole or data.get("title", "")
    parts = _SEPARATOR.split(shown)
    if len(parts) > 1 and site and parts[-1].casefold() == site.casefold():
        shown = shown[: -len(parts[-1])].rstrip(" |·•–—»:-")
    if not person_title(shown):
        called = _called_title(root)
        shown = called or (headings[0] if len(headings) == 1 else "")
    return shown, ""


def _called_title(root: Any) -> str:
    """Return the first line that is styled as the title of a page, as by programs for texts."""
    for element in root.iter("p", "div", "span", "h1", "h2"):
        if _TITLE_CLASS.search(element.get("class", "")):
            words = _text(element)
            if 0 < len(words) <= _MAX_SHOWN_TITLE and any(map(str.isalnum, words)):
                return words
    return ""


def _text(element: Any) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())[:_MAX_TITLE]


def _byline(root: Any, posts: Collection[Any]) -> str:
    """Return the name of who wrote a page, where it stands in an element that is called so."""
    for element in root.iter("a", "span", "p", "div", "address", "cite"):
        rel = element.get("rel") == "author" or element.get("itemprop") == "author"
        called = rel or _BYLINE.search(element.get("class", ""))
        if called and not any(each in posts for each in element.iterancestors()):
            name = _text(element)
            if 0 < len(name) <= _MAX_BYLINE and not any(char.isdigit() for char in name):
                return name
    return ""


def _dateline(root: Any, posts: Collection[Any]) -> str:
    """Return the date that stands where pages put that of their publication."""
    for element in root.iter("time", "span", "p", "div", "abbr"):
        role = element.get("itemprop") == "datePublished" or element.get("pubdate") is not None
        if (role or _DATELINE.search(element.get("class", ""))) and _is_of_page(element, posts):
            shown = element.get("datetime") or element.get("content") or _text(element)
            day = _first_date([shown, re.sub(r"^[^\d]{0,20}?:\s*", "", shown)])
            if day:
                return day
    times = [each for each in root.iter("time") if _is_of_page(each, posts)]
    heads = [each for each in times if next(each.iterancestors("header"), None) is not None]
    if len(heads) == 1 or len(times) == 1:
        return _first_date([(heads or times)[0].get("datetime", "")]) if heads else ""
    return ""


def _is_of_page(element: Any, posts: Collection[Any]) -> bool:
    """Return whether an element tells of the page itself, not of a post or of another page."""
    return not any(
        each in posts or each.tag in ("nav", "aside", "footer") for each in element.iterancestors()
    )


def _first_date(values: list[str]) -> str:
    return next((day for value in values if (day := read_date(value)[0])), "")


def _is_address(shown: str) -> bool:
    try:
        parts = urlsplit(shown)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
