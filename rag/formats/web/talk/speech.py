"""The posts of a thread: who wrote each, when, and what on it is no words of anybody's."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from rag.formats.web.talk.quotations import in_quotation
from rag.formats.web.words import shown_lines, tag_of

_NO_POSTS = ("body", "html", "main", "ul", "ol", "form")
_POST = re.compile(
    r"(?:^|[\s_-])(?:post|comtr|comment|reply|message|msg|answer|question|tweet|topic-post|postbody"
    r"|response|review)(?:[\s_-]?(?:item|container|wrapper|content|\d+))?(?=$|\s)",
    re.IGNORECASE,
)
# A message of somebody who wrote the one before it, too, and is not named again.
_JOINED = re.compile(
    r"(?:^|[\s_-])(?:joined|grouped|continu(?:ed|ation|es)|consecutive|follow-?up|same-?(?:author|user"
    r"|sender)|compact|no-?(?:avatar|header))(?=$|[\s_-])",
    re.IGNORECASE,
)
_POST_TYPE = re.compile(r"schema\.org/(?:Comment|Question|Answer|DiscussionForumPosting|Review)\b")
_AUTHOR = re.compile(
    r"(?:^|[\s_-])(?:author|user-?name|user|poster|nick(?:name)?|display-?name|by-?line|sender"
    r"|from|who|fn|commenter|handle|hnuser)(?:[\s_-]?(?:name|link))?(?=$|\s)",
    re.IGNORECASE,
)
# A box with the author's name, picture, rank and numbers.
_PROFILE = re.compile(
    r"(?:^|[\s_-])(?:post-?)?(?:profile|user-?(?:info|details|cell|block|panel|card)|author"
    r"|author-?(?:info|box|details|meta)|names|poster(?:-?info)?|message-?user)(?=$|\s)",
    re.IGNORECASE,
)
_MAX_PROFILE = 400  # characters of such a box
_DATE = re.compile(
    r"(?:^|[\s_-])(?:date|time|timestamp|posted|published|age|when|post-?date|created)"
    r"(?:[\s_-]?(?:time|line|stamp))?(?=$|\s)",
    re.IGNORECASE,
)
_MAX_NAME = 60  # characters
_BY = re.compile(r"(?:(?:posted|written|sent)\s+)?(?:by|von|par|por|av|af|door)\s*:?\s+", re.I)
_NAME_ENDS = re.compile(
    r"\s*(?:[»›•·|]|[,(\[](?=[^,(\[]*\d)|\s[-–—]\s|\s(?=(?:posts?|messages?|joined|wrote|said)\b))",
    re.IGNORECASE,
)
_NAMING_TAGS = ("a", "b", "strong", "em", "i", "span", "cite")
# What can be done with a post, and how often it was.
_ACTION = re.compile(
    r"(?:reply(?: with quote| to (?:this|post|this post))?|(?:multi-?)?quote|report"
    r"(?: (?:this|post|this post|abuse))?|share(?: this)?|(?:un)?likes?|liked|edit"
    r"|delete|flag|permalink|link|follow"
    r"|save|bookmark|award|upvoted?|downvoted?|votes?|give award|thanks?|helpful|more|cite|top"
    r"|click to expand|show more|read more|improve this answer|add a comment"
    r"|show (?:\d+ )?more comments?|antworten|zitieren|melden"
    r"|teilen|gefällt mir|répondre|citer|signaler|partager|responder|citar|denunciar|compartir"
    r"|svar|siter|rapporter|repl(?:y|ies)|points?|comments?|shares?|views?|reactions?)"
    r"(?![\w'’])|\d[\d.,]*k?(?!\w)|[▲▼△▽↑↓⬆⬇👍👎❤♥★☆]",
    re.IGNORECASE,
)
_BETWEEN = " \t\n|·•.,:;()[]#¶–—-…\u00a0\ufe0f"  # such words
_BUTTONS = re.compile(
    r"(?:^|[\s_-])(?:buttons?|actions?|controls|tools|toolbar|reactions?|likes?|votes?|score|counts?"
    r"|permalink|post-?(?:menu|links)|footer|meta)(?=$|[\s_-])",
    re.IGNORECASE,
)
_ACTING_TAGS = ("a", "button")
_SMALL_TAGS = ("span", "li", "small", "label")
_PLAIN_ACTIONS = re.compile(r"\W*(?:reply|quote|report|share|permalink|edit)\b", re.IGNORECASE)
# What programs for forums and their owners put below a page.
_FOOT = re.compile(
    r"(?:proudly\s+)?powered by\s(?:\S+(?:\s\S+){0,3}|[^.!?]{1,100})"
    r"|(?:©|\(c\)|copyright\s(?:©|\(c\)|\d{4})).{0,120}|all rights reserved\W*"
    r"|all times are (?:utc|gmt|[a-z]{2,3}t\b).{0,60}|back to top\W*|page \d+ of \d+"
    r"|(?:it is currently|the time (?:is )?now(?: is)?)\b[^\d]{0,40}\d.{0,40}"
    r"|(?:theme|style|design|forum software) by\s[^.!?]{1,80}",
    re.IGNORECASE,
)


class PagePost(NamedTuple):
    """What one person wrote on a page.

    Attributes:
        element: holds the post.
        author: the box that holds the name of who wrote it, and perhaps more about them; None
            where only the post before has it.
        name: their name.
        date: the element that says when, None where none does.
        told: other elements that only repeat the name and date.
    """

    element: Any
    author: Any
    name: str
    date: Any
    told: tuple[Any, ...] = ()


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
        if author is None and (before := _goes_on(element, found)) is not None:
            found[element] = _next_of(before, element)
        if author is None or next(element.iter("h1"), None) is not None:
            continue
        name = _name_in(author)
        outer = next((found[each] for each in element.iterancestors() if each in found), None)
        # With the same name it is a box in the box of the same post.
        if name and (outer is None or outer.name != name):
            date = _within(element, _DATE, "datePublished")
            box = _profile_of(author, element)
            found[element] = PagePost(element, box, name, date, _repeats(element, box, name))
    return list(found.values()) if len(found) > 1 else []


def _goes_on(element: Any, found: dict[Any, PagePost]) -> PagePost | None:
    """Return the post that an element without a name goes on from, as chats join them."""
    before = element.getprevious()
    joined = _JOINED.search(element.get("class", "")) is not None
    return found.get(before) if joined and before is not None else None


def _next_of(before: PagePost, element: Any) -> PagePost:
    """Return another post by who wrote the one before it."""
    return PagePost(element, None, before.name, _within(element, _DATE, "datePublished"))


def _name_in(author: Any) -> str:
    """Return the name in an element about who wrote a post, which may say more about them."""
    called = [each for each in author.iterdescendants() if _is_called(each, _AUTHOR, "name")]
    line = shown_lines(called[0] if called else author)[0]
    line = _BY.sub("", line, count=1)
    for inner in author.iter(*_NAMING_TAGS):
        words = _words(inner)
        if inner is not author and line.startswith(words) and any(map(str.isalnum, words)):
            return words if not line[len(words) : len(words) + 1].isalnum() else line
    end = _NAME_ENDS.search(line, 1)
    return line[: end.start()].strip() if end else line


def _profile_of(author: Any, post: Any) -> Any:
    """Return the largest box around a name that holds no more than what is about its bearer."""
    box = author
    for above in author.iterancestors():
        if above is post:
            break
        small = sum(len(text.strip()) for text in above.itertext()) <= _MAX_PROFILE
        if small and _PROFILE.search(above.get("class", "")):
            box = above
    return box


def _repeats(post: Any, box: Any, name: str) -> tuple[Any, ...]:
    """Return the elements, of the frame of a post, that say again who wrote it."""
    found = []
    for each in post.iter("p", "div", "span", "header"):
        if each is box or each is post or not _AUTHOR.search(each.get("class", "")):
            continue
        words = _words(each)
        again = len(words) <= len(name) + _MAX_NAME and _BY.sub("", words).startswith(name)
        apart = again and box not in {*each.iterancestors(), *each.iterdescendants()}
        if apart and tag_of(each.getparent()) != "p" and not in_quotation(each, post):
            found.append(each)
    return tuple(found)


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
        if (time or _is_called(element, pattern, role)) and _is_short(element, role):
            return element
    return None


def _is_short(element: Any, role: str) -> bool:
    """Return whether an element only names who wrote a post or when, and is in no quotation."""
    length = len(_words(element))
    fits = 0 < length <= _MAX_NAME
    if role == "author" and _MAX_NAME < length <= _MAX_PROFILE and len(element):
        fits = tag_of(element) != "p" and len(shown_lines(element)[0]) <= _MAX_NAME
        fits = fits and next(element.iter("p", "blockquote"), None) is None
    return fits and not in_quotation(element, None)


def is_action(element: Any) -> bool:
    """Return whether an element only names what can be done with a post, or how often it was."""
    words = _words(element)
    if len(words) > _MAX_PROFILE or _ACTION.sub("", words).strip(_BETWEEN):
        return False
    if _BUTTONS.search(element.get("class", "")) or tag_of(element) == "button":
        return True
    if tag_of(element) == "a":
        return any(map(str.isalpha, words)) and _stands_alone(element)
    if next(element.iter("a", "button"), None) is not None and _only_acts(element):
        return True
    plain = tag_of(element) in _SMALL_TAGS and _PLAIN_ACTIONS.match(words) is not None
    return plain and _stands_alone(element)


def _stands_alone(element: Any) -> bool:
    """Return whether an element is not within a sentence."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None or tag_of(parent) == "p":
        return False
    text = (parent.text if before is None else before.tail) or ""
    return not any(map(str.isalnum, text + (element.tail or "")))


def _only_acts(element: Any) -> bool:
    """Return whether all words of an element are in links and buttons, but for counts."""
    texts = [element.text or ""]
    for child in element:
        if tag_of(child) not in _ACTING_TAGS:
            texts.append("" if _only_acts(child) else _words(child))
        texts.append(child.tail or "")
    return not any(char.isalpha() for text in texts for char in text)


def is_foot(words: str) -> bool:
    """Return whether words are those that stand below every page of a site."""
    return len(words) <= _MAX_PROFILE and _FOOT.fullmatch(words) is not None
