"""Who speaks on a page: the names before the lines of an interview, the posts of a thread."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, NamedTuple

from rag.formats.web.words import tag_of

_LEAD = re.compile(r"([^\W\d_][^:\n]{0,39}):\s*(.*)", re.DOTALL)
_CALLED = re.compile(r"([A-Z][A-Z .'’-]{1,30}):\s+(.*)", re.DOTALL)  # as transcripts name people
_MAX_NAME_WORDS = 4
_MIN_TURNS = 4  # of all who speak, two of each: fewer are notes
_SENTENCE = re.compile(r"[.!?…][\"”’)]*\s*\Z")
_NO_POSTS = ("body", "html", "main", "ul", "ol", "form")
_POST = re.compile(
    r"(?:^|[\s_-])(?:post|comtr|comment|reply|message|msg|answer|question|tweet|topic-post|postbody"
    r"|response|review)(?:[\s_-]?(?:item|container|wrapper|content|\d+))?(?=$|\s)",
    re.IGNORECASE,
)
_POST_TYPE = re.compile(r"schema\.org/(?:Comment|Question|Answer|DiscussionForumPosting|Review)\b")
_AUTHOR = re.compile(
    r"(?:^|[\s_-])(?:author|user-?name|user|poster|nick(?:name)?|display-?name|by-?line|sender"
    r"|from|who|fn|commenter|handle|hnuser)(?:[\s_-]?(?:name|link))?(?=$|\s)",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:^|[\s_-])(?:date|time|timestamp|posted|published|age|when|post-?date|created)"
    r"(?:[\s_-]?(?:time|line|stamp))?(?=$|\s)",
    re.IGNORECASE,
)
_MAX_NAME = 60  # characters
_ACTIONS = re.compile(
    r"(?:reply|quote|report|share|like|likes|edit|delete|flag|permalink|link|follow|save|award"
    r"|upvote|downvote|vote|give award|thanks?|helpful|more|cite|improve this answer"
    r"|add a comment|show \d* ?more comments?|\d+ (?:likes?|points?|votes?|replies)|[▲▼#¶|·•\d]+)"
    r"\W*",
    re.IGNORECASE,
)


class PagePost(NamedTuple):
    """What one person wrote on a page: the elements that hold it, the author and the date."""

    element: Any
    author: Any
    name: str
    date: Any


def speakers_in(root: Any) -> frozenset[str]:
    """Return the names that stand before what is said, where a page is an interview."""
    counts: Counter[str] = Counter()
    said = sentences = 0
    for element in root.iter("p", "div", "dd", "li"):
        lead = _lead(element)
        if lead is not None:
            counts[lead[0]] += 1
            said += 1
            sentences += _SENTENCE.search(lead[1]) is not None
    names = frozenset(name for name, count in counts.items() if count > 1)
    if len(names) < 2 or said < _MIN_TURNS or 2 * sentences < said:
        return frozenset()
    return names


def _lead(element: Any) -> tuple[str, str] | None:
    """Return the name at the start of a paragraph and what it says, if there is one."""
    if any(tag_of(child) in ("p", "div", "table", "ul", "ol") for child in element):
        return None
    text = " ".join("".join(element.itertext()).split())
    bold = (
        len(element) > 0
        and tag_of(element[0]) in ("b", "strong")
        and not ((element.text or "").strip())
    )
    match = (_LEAD if bold else _CALLED).match(text)
    if match is None or len(match[1].split()) > _MAX_NAME_WORDS:
        return None
    if bold and len("".join(element[0].itertext()).strip().rstrip(":").strip()) != len(match[1]):
        return None
    return match[1].strip(), match[2]


def posts_in(root: Any) -> list[PagePost]:
    """Return the posts of a thread, each with its author; none where the page is no thread."""
    found: dict[Any, PagePost] = {}
    for element in root.iter():
        if not tag_of(element) or tag_of(element) in _NO_POSTS:
            continue
        named = _POST.search(element.get("class", "")) is not None
        if not (named or _POST_TYPE.search(element.get("itemtype", ""))):
            continue
        author = _within(element, _AUTHOR, "author")
        if author is None or next(element.iter("h1"), None) is not None:
            continue
        inner = [each for each in author.iterdescendants() if _is_called(each, _AUTHOR, "name")]
        name = _words(inner[0] if inner else author)
        outer = next((found[each] for each in element.iterancestors() if each in found), None)
        if outer is None or outer.name != name:  # else it is a box in the box of the same post
            date = _within(element, _DATE, "datePublished")
            found[element] = PagePost(element, author, name, date)
    return list(found.values()) if len(found) > 1 else []


def _words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _is_called(element: Any, pattern: re.Pattern[str], role: str) -> bool:
    """Return whether an element has a role in the data of a page, or a class that says so."""
    if not tag_of(element) or not element.attrib:
        return False
    return element.get("itemprop") == role or pattern.search(element.get("class", "")) is not None


def _within(post: Any, pattern: re.Pattern[str], role: str) -> Any:
    """Return the first element of a post, not of one within it, that has a class or a role."""
    inner: set[Any] = set()
    for element in post.iterdescendants():
        if not tag_of(element):
            continue
        nested = element.getparent() in inner or (
            _POST.search(element.get("class", "")) is not None
            and any(_AUTHOR.search(each.get("class", "")) for each in element.iterdescendants())
        )
        if nested:
            inner.add(element)
            continue
        time = role == "datePublished" and element.tag == "time"
        if (time or _is_called(element, pattern, role)) and (0 < len(_words(element)) <= _MAX_NAME):
            return element
    return None


def is_action(words: str) -> bool:
    """Return whether words only name what can be done with a post."""
    return len(words) <= _MAX_NAME and _ACTIONS.fullmatch(words) is not None
