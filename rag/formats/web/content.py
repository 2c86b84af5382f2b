"""Which elements of a page are its content: the rest is taken out of the tree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from rag.formats.web.talk.quotations import is_quotation
from rag.formats.web.talk.speech import PagePost
from rag.formats.web.words import BLOCKS, UNSEEN, is_for_listeners, is_hidden, tag_of

_ROLES = (
    "navigation",
    "banner",
    "contentinfo",
    "search",
    "complementary",
    "menu",
    "menubar",
    "dialog",
    "alertdialog",
    "toolbar",
    "tablist",
)
# Names of classes and ids, as a whole or behind the name of the site.
_CLUTTER = re.compile(
    r"(?:[a-z0-9]+[-_]{1,2}){0,2}(?:nav(?:bar|igation|box|links)?|menu|breadcrumbs?|sidebar|cookies?"
    r"|cookie[-_]?(?:banner|consent|notice|bar)|consent|gdpr|share|sharing|share[-_]?(?:bar|buttons?"
    r"|links|tools)|social|social[-_]?(?:links|media|share|bar|icons)|addtoany|sharedaddy|related"
    r"|related[-_]?(?:posts|articles|stories|content|links|news)|recommended|recommendations?"
    r"|recirc|read[-_]?(?:more|next)|more[-_]?(?:stories|from)|outbrain|taboola|popular|trending"
    r"|newsletter(?:[-_]?(?:signup|form|box))?|subscribe|subscription|sign[-_]?up|paywall|promo"
    r"|promotion|advert(?:isement|s)?|ads?|ad[-_]?(?:slot|unit|container|wrapper|banner)|sponsored"
    r"|banner|popup|pop[-_]up|modal|overlay|lightbox|pagination|pager|prev[-_]?next|skip[-_]?link"
    r"|site[-_]?(?:header|footer|nav)|page[-_]?footer|masthead|copyright|toolbar|widget[-_]?area"
    r"|toc|table[-_]?of[-_]?contents|catlinks|printfooter|jump[-_]?links?|back[-_]?to[-_]?top"
    r"|comment[-_]?respond|respond|comment[-_]?form|reply[-_]?form|login[-_]?form)(?:[-_]\d+)?",
    re.IGNORECASE,
)
# What stands below a page, or below an article, where it is kept unless it is all links.
_FOOT = re.compile(
    r"(?:(?:page|site|main|global|board|forum|body|web|app)[-_]?)?foot(?:er)?"
    r"(?:[-_](?:wrapper|container|inner|bar|links|text|bottom|info|main|content|menu))?(?:[-_]\d+)?"
    r"|colophon|(?:top|bottom)[-_]?bar|powered[-_]?by",
    re.IGNORECASE,
)
_COMMENTS = re.compile(
    r"(?:[a-z0-9]+[-_]{1,2}){0,2}(?:comments|comment[-_]?(?:list|section|thread|area)|discussion"
    r"|disqus[-_]?thread|kommentare|commentaires|comentarios|commenti|reacties)(?:[-_]\d+)?",
    re.IGNORECASE,
)
_FEWEST_HIDDEN = 2  # words; one alone is a name of something that can be clicked
_OF_TABLES = ("table", "thead", "tbody", "tfoot", "tr", "td", "th")  # one word of a cell tells much
_HALF = 0.5  # of the words: what holds more of them is no clutter, whatever it is called
_MIN_MAIN = 0.3  # of the words that the part which a page calls its main one must hold
_MAX_LINKED = 0.6  # of the words of an aside or a footer, in links
_MAX_FORM = 400  # characters of a form to sign up or search with
_MIN_HIT = 40  # characters of a paragraph that tells where the article stands
_MIN_ARTICLE = 0.6  # of the words of a page: with fewer in it, the article is not all
_ASKING = re.compile(r"search|subscri|newsletter|login|log-in|signin|sign-in|signup|sign-up", re.I)
_KEPT = ("html", "body", "main", "article", "h1", "td", "tr", "tbody", "table")


class WebContent(NamedTuple):
    """What of a page is its content.

    Attributes:
        element: holds it, without clutter in it.
        hidden: how many passages of it are hidden, and were taken out.
        commented: whether readers comment on it in a part of their own.
    """

    element: Any
    hidden: int
    commented: bool


def content_of(root: Any, text: str, posts: Sequence[PagePost]) -> WebContent:
    """Return the content of a page.

    Args:
        root: the page, from which what is no content is removed.
        text: its source, for trafilatura to find an article in it.
        posts: what people wrote on it, which is content with names and dates.
    """
    body = next((element for element in root.iter("body", "frameset")), root)
    hidden = _remove(body, _is_unseen)
    sizes = _sizes(body)
    whole = max(sizes.get(body, 0), 1)
    kept = {
        above
        for post in posts
        for part in (post.author, post.date, *post.told)
        if part is not None
        for above in (part, *part.iterancestors())
    }
    _remove(body, lambda element: element not in kept and _is_clutter(element, sizes, whole))
    sizes = _sizes(body)
    whole = max(sizes.get(body, 0), 1)
    content = _common([_main(body, text, sizes, whole), *(post.element for post in posts)], body)
    commented = any(_is_comments(each, sizes, whole) for each in content.iter("section", "div"))
    return WebContent(content, _hidden_in(content, hidden), commented)


def _hidden_in(top: Any, hidden: Sequence[tuple[Any, Any]]) -> int:
    """Return how many elements with words were taken out of an element as hidden."""
    return sum(
        not is_for_listeners(element)
        and _has_passage(element)
        and not any(_CLUTTER.fullmatch(name) for name in _names(element))
        and top in (parent, *parent.iterancestors())
        for element, parent in hidden
    )


def _has_passage(element: Any) -> bool:
    """Return whether the words of a hidden element are more than a name of what can be clicked."""
    parts = element.itertext()
    if element.tag in _OF_TABLES:
        return any(any(map(str.isalnum, part)) for part in parts)
    return len(" ".join(parts).split()) >= _FEWEST_HIDDEN


def _is_comments(element: Any, sizes: dict[Any, int], whole: int) -> bool:
    """Return whether an element holds what readers say of a page, and is not most of it."""
    called = any(_COMMENTS.fullmatch(name) for name in _names(element))
    words = len("".join(element.itertext()).split()) if called else 0
    return words >= _FEWEST_HIDDEN and sizes.get(element, 0) <= _HALF * whole


def _names(element: Any) -> list[str]:
    """Return what an element is called: its id and its classes."""
    return list(filter(None, [element.get("id", ""), *element.get("class", "").split()]))


def _main(body: Any, text: str, sizes: dict[Any, int], whole: int) -> Any:
    """Return what a page calls its main part, or where an article is found, or all of it."""
    for found in (_named(body, "main"), _named(body, "article")):
        if len(found) == 1 and sizes[found[0]] >= _MIN_MAIN * whole:
            return found[0]
    if not found and _has_much_else(body):
        return _article(body, text, sizes, whole)
    return body


def _common(elements: Sequence[Any], body: Any) -> Any:
    """Return the innermost element that holds all of some elements."""
    common = elements[0]
    for each in elements[1:]:
        above = {common, *common.iterancestors()}
        common = next((some for some in (each, *each.iterancestors()) if some in above), body)
    return common


def heading_above(body: Any, content: Any) -> str:
    """Return the page's one h1, where it stands outside of the content."""
    if content is body or next(content.iter("h1"), None) is not None:
        return ""
    outside = [" ".join("".join(each.itertext()).split()) for each in body.iter("h1")]
    return outside[0] if len(outside) == 1 else ""


def _remove(top: Any, unwanted: Any) -> list[tuple[Any, Any]]:
    """Take elements out of a tree, leave the text behind them, and return each with its parent.

    Those that never show words of a page, as scripts, are not returned, nor those in others.
    """
    removed = []
    gone: set[Any] = set()
    for element in [each for each in top.iter() if each is not top and tag_of(each)]:
        if (element not in gone or element.tag in UNSEEN) and unwanted(element):
            gone.update(element.iter())
            parent, tail = element.getparent(), element.tail or ""
            if parent is None:
                continue
            if tag_of(element) in BLOCKS and tail.strip():
                tail = f"\n{tail}"
            before = element.getprevious()
            if before is not None:
                before.tail = (before.tail or "") + tail
            else:
                parent.text = (parent.text or "") + tail
            element.tail = None
            parent.remove(element)
            removed += [(element, parent)] if element.tag not in UNSEEN else []
    return removed


def _is_unseen(element: Any) -> bool:
    return element.tag in UNSEEN or is_hidden(element)


def _sizes(top: Any) -> dict[Any, int]:
    """Return how many characters of words each element holds."""
    sizes: dict[Any, int] = {}
    for element in reversed([each for each in top.iter() if tag_of(each)]):
        size = sizes.get(element, 0) + len((element.text or "").strip())
        sizes[element] = size
        parent = element.getparent()
        if parent is not None and element is not top:
            sizes[parent] = sizes.get(parent, 0) + size + len((element.tail or "").strip())
    return sizes


def _is_clutter(element: Any, sizes: dict[Any, int], whole: int) -> bool:
    tag = element.tag
    if tag in _KEPT or sizes.get(element, 0) > _HALF * whole:
        return False
    if tag == "nav" or element.get("role") in _ROLES:
        return True
    if tag == "aside" and is_quotation(element):
        return False
    names = _names(element)
    if tag in ("aside", "footer") or any(_FOOT.fullmatch(name) for name in names):
        inside = next(element.iterancestors("main", "article", "blockquote"), None) is not None
        return not inside or _linked(element) > _MAX_LINKED
    if tag == "header":
        inside = next(element.iterancestors("main", "article"), None) is not None
        return not inside and next(element.iter("h1"), None) is None
    if tag == "form" and sizes.get(element, 0) < _MAX_FORM and _asks(element):
        return True
    called = any(_CLUTTER.fullmatch(name) for name in names)
    return called and next(element.iter("h1"), None) is None


def _asks(form: Any) -> bool:
    """Return whether a form is one to search, subscribe or log in with, and not a filled one."""
    kinds = {field.get("type", "text") for field in form.iter("input") if not field.get("value")}
    about = " ".join((form.get("action", ""), form.get("class", ""), form.get("id", "")))
    return bool(kinds & {"search", "password"}) or _ASKING.search(about) is not None


def _linked(element: Any) -> float:
    """Return the share of the words of an element that are links."""
    words = sum(len(text.strip()) for text in element.itertext())
    links = sum(len(text.strip()) for link in element.iter("a") for text in link.itertext())
    return links / words if words else 1.0


def _named(body: Any, name: str) -> list[Any]:
    """Return the elements with a name or role, not those within another."""
    found = [each for each in body.iter(name) if next(each.iterancestors(name), None) is None]
    if not found and name == "main":
        found = [each for each in body.iter("div", "section") if each.get("role") == "main"]
    return found


def _has_much_else(body: Any) -> bool:
    """Return whether a page without a main part has menus, so that it is worth a search."""
    return sum(1 for _ in body.iter("a")) > 5


def _article(body: Any, text: str, sizes: dict[Any, int], whole: int) -> Any:
    """Return the element that holds the article which trafilatura finds, if it is most of all."""
    import trafilatura

    found = trafilatura.bare_extraction(text, include_comments=False, favor_recall=True)
    fields = found if isinstance(found, dict) else found.as_dict() if found else {}
    lines = (" ".join(line.split()) for line in (fields.get("text") or "").splitlines())
    wanted = {line.lstrip("- ") for line in lines if len(line) >= _MIN_HIT}
    hits = [
        element
        for element in body.iter("p", "div", "td", "li", "blockquote", "section", "dd", "span")
        if _MIN_HIT <= sizes.get(element, 0) <= whole
        and " ".join("".join(element.itertext()).split()) in wanted
    ]
    if not hits:
        return body
    common = _common(hits, body)
    if common.tag in ("p", "li", "span", "td", "tr", "dd") and common.getparent() is not None:
        common = common.getparent()
    return common if sizes.get(common, 0) >= _MIN_ARTICLE * whole else body


def shown_body(root: Any) -> WebContent:
    """Return the body of a page, of which all is content, without what is not shown."""
    body = next((element for element in root.iter("body")), root)
    removed = _remove(body, lambda element: _is_unseen(element) or element.tag == "nav")
    hidden = [each for each in removed if each[0].tag != "nav"]
    return WebContent(body, _hidden_in(body, hidden), commented=False)
