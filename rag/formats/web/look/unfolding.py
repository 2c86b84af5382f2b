"""What a page unfolds when somebody asks for it: the answers under questions that are buttons.

Such words are the page's, as those of <details> are, whatever hides them at first: what a button
"Read more" adds, and the slides that a script turns over. Menus and windows over a page are not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import Any

from rag.formats.web.words import UNSEEN, tag_of

_TARGETS = ("aria-controls", "data-bs-target", "data-target", "href")
_STATES = ("aria-expanded", "data-bs-toggle", "data-toggle")
_OPENS = re.compile(
    r"(?:^|[\s_-])(?:accordion|collaps(?:e|ed|ible)|expand(?:er|able)?|toggle[rd]?|faq|question"
    r"|spoiler|disclosure|unfold)(?=$|[\s_-])",
    re.IGNORECASE,
)
_UNFOLDED = re.compile(
    r"(?:^|[\s_-])(?:accordion|collapse|collapsible|expandable|panel|pane|faq|answer|spoiler"
    r"|tab(?:content|panel)?|disclosure|reveal|slides?|more)(?=$|[\s_-])",
    re.IGNORECASE,
)
# What opens over a page or beside it, and holds no words of the text.
_OVER = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation)?|menu|dropdown|modal|dialog|popup|popover|tooltip|lightbox"
    r"|overlay|off-?canvas|drawer|sidebar|search|cookies?|consent|share|login|cart|lang(?:uages?)?)"
    r"\d{0,3}(?=$|[\s_-])",
    re.IGNORECASE,
)
_OVER_ROLES = ("dialog", "alertdialog", "menu", "menubar", "listbox", "tooltip", "navigation")
_OVER_TAGS = ("nav", "form", "dialog", "header", "ul", "aside", "template", "svg")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary")
_MORE_WORDS = (
    r"(?:(?:read|show|see|view|load|learn)\s(?:more|less|all|details|the full\s.*)|more|less"
    r"|mehr(?:\s(?:lesen|anzeigen|erfahren))?|weiterlesen|lire la suite"
    r"|(?:voir|afficher|en savoir)\splus|(?:leer|ver|mostrar)\smás"
    r"|leia mais|ver mais|mostra(?:re)? altro|leggi (?:di più|tutto)|lees meer|toon meer|läs mer"
    r"|visa mer|czytaj więcej|подробнее|ещё|показать.{0,20}|もっと見る|続きを読む|更多|展开"
    r"|더보기)"
)
_MORE = re.compile(rf"\W*{_MORE_WORDS}\W*", re.IGNORECASE)
# Words of a button that say what it does; they head nothing.
_DOING = re.compile(
    rf"(?:{_MORE_WORDS}"
    r"|(?:toggle|open|close|expand|collapse|hide|show|share|copy|print|filter|sort|search)\b.{0,40}"
    r"|menu|contents|details|log\s?in|sign\s?(?:in|up)|subscribe|next|previous|back|play|pause"
    r"|öffnen|schließen|menü|fermer|ouvrir|cerrar|abrir)\W*",
    re.IGNORECASE,
)
_MAX_MORE = 60  # characters of a button or link that asks for more
_MAX_PIECES = 20  # of its text, between the elements in it
_PAGE_TAGS = ("html", "body", "main", "article")  # a button somewhere in them is about no one part
_SCRIPT_TYPE = re.compile(r"|module|.*(?:java|ecma)script.*", re.IGNORECASE)  # others are data
# A string in a script, and the ids and classes that it names: "more", "#more", ".faq .more".
_QUOTED = re.compile(r"\"([^\"\n\\]{1,200})\"|'([^'\n\\]{1,200})'|`([^`\n\\]{1,200})`")
_NAMED_IN_STRING = re.compile(r"^\s*([\w-]+)\s*$|[.#]([\w-]+)")
_HIDING = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)[^;]*", re.IGNORECASE
)
_MAX_QUESTION = 300  # characters; a button with more is a box of the page


class PageReach:
    """What a page can show of what it hides at first: by its links, buttons and scripts."""

    def __init__(self, root: Any) -> None:
        self._root = root

    def holds(self, element: Any) -> bool:
        """Return whether a hidden element may come to be shown, and is of the text of the page."""
        before = element.getprevious()
        asked = before is not None and tag_of(before) and before.get("onclick") is not None
        called = _UNFOLDED.search(element.get("class", "")) is not None
        if asked or called or element.get("id") in self._linked:
            return True
        return not _is_window(element) and (self._has_button(element) or self._is_named(element))

    def _is_named(self, element: Any) -> bool:
        """Return whether a script names an element, to show it."""
        names = {element.get("id"), *element.get("class", "").split()}
        return not names.isdisjoint(self._scripted)

    def _has_button(self, element: Any) -> bool:
        """Return whether a button stands with an element, or right behind what it is in."""
        parent = element.getparent()
        if self._is_button(element.getnext()) or parent is None or parent.tag in _PAGE_TAGS:
            return self._is_button(element.getnext())
        beside = self._buttons[parent] - self._buttons[element] - (parent in self._asking)
        return beside > 0 or self._is_button(parent.getnext())

    def _is_button(self, element: Any) -> bool:
        """Return whether an element is a button, or begins with one."""
        while element is not None and element not in self._asking:
            element = element[0] if len(element) else None
        return element is not None

    @cached_property
    def _linked(self) -> set[str]:
        """The places on the page that its links lead to."""
        found = (link.get("href", "") for link in self._root.iter("a"))
        return {place[1:] for place in found if place[:1] == "#" and place != "#"}

    @cached_property
    def _scripted(self) -> set[str]:
        """The ids and classes that stand in the scripts of the page."""
        scripts = [
            script.text or ""
            for script in self._root.iter("script")
            if _SCRIPT_TYPE.fullmatch(script.get("type", ""))
        ]
        scripts += [each.get("onclick") for each in self._root.iter() if _is_clicked(each)]
        quoted = (
            match[match.lastindex or 0] for text in scripts for match in _QUOTED.finditer(text)
        )
        return {
            name[1] or name[2] for string in quoted for name in _NAMED_IN_STRING.finditer(string)
        }

    @cached_property
    def _asking(self) -> set[Any]:
        """The buttons and links that may show something."""
        return {each for each in self._root.iter() if _is_clicked(each) or _asks_for_more(each)}

    @cached_property
    def _buttons(self) -> Counter[Any]:
        """How many of these each element is or holds."""
        counts = Counter(self._asking)
        for element in reversed(list(self._root.iter())):
            if counts[element] and element.getparent() is not None:
                counts[element.getparent()] += counts[element]
        return counts


def unfold(root: Any, reach: PageReach) -> set[Any]:
    """Show what the buttons of a page unfold, and head it with their words; return it all."""
    named = {element.get("id"): element for element in root.iter() if element.get("id")}
    hidden = [each for each in root.iter() if _hides_itself(each) and not _is_window(each)]
    unfolded = {each for each in hidden if reach.holds(each)}
    for element in unfolded:
        _show(element)
    for control in list(_controls(root)):
        if control.get("aria-haspopup") or _is_over(control) or not _is_in_text(control):
            continue
        target = _target(control, named)
        if target is not None:
            if _is_over(target):
                continue
            unfolded.add(target)
            _show(target)
        if control.tag == "button" and (target is not None or _heading_of(control) is not None):
            _head(control)
    for panel in root.iter("div", "section"):
        if panel.get("role") == "tabpanel" and _is_in_text(panel):
            unfolded.add(panel)
            _show(panel)
    return unfolded


def _is_clicked(element: Any) -> bool:
    return bool(tag_of(element)) and element.get("onclick") is not None


def _asks_for_more(element: Any) -> bool:
    """Return whether an element is a button or a link that says "more"."""
    if tag_of(element) not in ("a", "button") and element.get("role") != "button":
        return False
    words = " ".join("".join(islice(element.itertext(), _MAX_PIECES)).split())
    return len(words) <= _MAX_MORE and _MORE.fullmatch(words) is not None


def _hides_itself(element: Any) -> bool:
    """Return whether an element with words says that it is hidden, without a sheet."""
    if not tag_of(element) or element.tag in UNSEEN:
        return False
    return element.get("hidden") is not None or bool(_HIDING.search(element.get("style", "")))


def _is_window(element: Any) -> bool:
    """Return whether an element is a menu or a window over the page, or part of one."""
    return (element.tag != "ul" and _is_over(element)) or any(
        above.tag in ("nav", "dialog") or above.get("role") in _OVER_ROLES
        for above in element.iterancestors()
    )


def _controls(root: Any) -> Iterator[Any]:
    """Yield the elements that unfold something, or may."""
    for element in root.iter():
        if not tag_of(element) or element.tag in ("link", "option", "input"):
            continue
        acts = element.tag == "button" or element.get("role") in ("button", "tab")
        if acts or any(element.get(name) is not None for name in _STATES):
            yield element


def _target(control: Any, named: dict[Any, Any]) -> Any:
    """Return what a control unfolds: what it names, else what follows it; None if nothing."""
    for name in _TARGETS:
        place = (control.get(name) or "").split(" ")[0].removeprefix("#")
        if place in named:
            return named[place]
    known = control.get("aria-expanded") or _OPENS.search(control.get("class", ""))
    heading = _heading_of(control)
    if not known and heading is None:
        return None
    following = (control if heading is None else heading).getnext()
    return following if following is not None and tag_of(following) in ("div", "p") else None


def _heading_of(control: Any) -> Any:
    """Return the heading that a control is all of, if it is in one."""
    for above in control.iterancestors():
        if above.tag in _HEADINGS:
            return above
        if above.tag not in ("span", "b", "strong"):
            return None
    return None


def _is_over(element: Any) -> bool:
    """Return whether an element is a menu or a window over the page, or opens one."""
    if element.tag in _OVER_TAGS or element.get("role") in _OVER_ROLES:
        return True
    called = f"{element.get('class', '')} {element.get('id', '')}"
    return _OVER.search(called) is not None


def _is_in_text(element: Any) -> bool:
    """Return whether an element is none of a menu, a form or a window over the page."""
    return not any(
        above.tag in ("nav", "form", "dialog")
        or above.get("role") in _OVER_ROLES
        or (above.tag == "header" and next(above.iter("h1"), None) is None)
        for above in element.iterancestors()
    )


def _head(button: Any) -> None:
    """Make the words of a button those of a heading, if they ask or name something."""
    words = " ".join("".join(button.itertext()).split())
    if not any(map(str.isalpha, words)) or len(words) > _MAX_QUESTION or _DOING.fullmatch(words):
        return
    button.tag = "summary" if _heading_of(button) is None else "span"


def _show(element: Any) -> None:
    """Let an element be shown, which is hidden until it is asked for."""
    element.attrib.pop("hidden", None)
    if element.get("aria-hidden") == "true":
        del element.attrib["aria-hidden"]
    style = element.get("style")
    if style:
        element.set("style", _HIDING.sub("", style))
