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
_POST = re.compile(
    r"(?:^|[\s_-])(?:post|comment|reply|message|msg|answer|question|tweet|topic-post|postbody"
    r"|response|review)(?:[\s_-]?(?:item|container|wrapper|content|\d+))?(?=$|\s)",
    re.IGNORECASE,
)
_POST_TYPE = re.compile(r"schema\.org/(?:Comment|Question|Answer|DiscussionForumPosting|Review)\b")
_AUTHOR = re.compile(
    r"(?:^|[\s_-])(?:author|user-?name|user|poster|nick(?:name)?|display-?name|by-?line|sender"
    r"|from|who|fn|commenter|handle)(?:[\s_-]?(?:name|link))?(?=$|\s)",
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
    """What one person wrote on a page: the elements that hold it, the name and the date."""

    element: Any
    author: Any
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
    found = []
    for element in root.iter():
        if not tag_of(element) or tag_of(element) in ("body", "html", "main", "ul", "ol", "form"):
            continue
        if _POST.search(element.get("class", "")) or _POST_TYPE.search(element.get("itemtype", "")):
            author = _within(element, _AUTHOR, "author")
            if author is not None:
                found.append(PagePost(element, author, _within(element, _DATE, "datePublished")))
    # Of boxes in each other that name the same author, the outermost is the post.
    authors = Counter(id(post.author) for post in found)
    seen: set[int] = set()
    posts = []
    for post in found:
        if id(post.author) not in seen:
            posts.append(post)
        seen.add(id(post.author))
    return posts if len(authors) > 1 else []


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
        if time or element.get("itemprop") == role or pattern.search(element.get("class", "")):
            words = " ".join("".join(element.itertext()).split())
            if 0 < len(words) <= _MAX_NAME:
                return element
    return None


def is_action(words: str) -> bool:
    """Return whether words only name what can be done with a post."""
    return len(words) <= _MAX_NAME and _ACTIONS.fullmatch(words) is not None
