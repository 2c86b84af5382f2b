"""What a page unfolds when somebody asks for it: the answers under questions that are buttons.

Such words are the page's, as those of <details> are, whatever hides them at first. Menus and
windows that open over a page are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rag.formats.web.words import tag_of

_TARGETS = ("aria-controls", "data-bs-target", "data-target", "href")
_STATES = ("aria-expanded", "data-bs-toggle", "data-toggle")
_OPENS = re.compile(
    r"(?:^|[\s_-])(?:accordion|collaps(?:e|ed|ible)|expand(?:er|able)?|toggle[rd]?|faq|question"
    r"|spoiler|disclosure|unfold)(?=$|[\s_-])",
    re.IGNORECASE,
)
_UNFOLDED = re.compile(
    r"(?:^|[\s_-])(?:accordion|collapse|collapsible|expandable|panel|pane|faq|answer|spoiler"
    r"|tab(?:content|panel)?|disclosure)(?=$|[\s_-])",
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
# Words of a button that say what it does; they head nothing.
_DOING = re.compile(
    r"(?:(?:read|show|see|view|load|learn)\s(?:more|less|all|details|the full\s.*)|more|less"
    r"|(?:toggle|open|close|expand|collapse|hide|show|share|copy|print|filter|sort|search)\b.{0,40}"
    r"|menu|contents|details|log\s?in|sign\s?(?:in|up)|subscribe|next|previous|back|play|pause"
    r"|mehr(?:\s(?:lesen|anzeigen|erfahren))?|weiterlesen|öffnen|schließen|menü|lire la suite"
    r"|(?:voir|afficher|en savoir)\splus|fermer|ouvrir|(?:leer|ver|mostrar)\smás|cerrar|abrir"
    r"|leia mais|ver mais|mostra(?:re)? altro|leggi (?:di più|tutto)|lees meer|toon meer|läs mer"
    r"|visa mer|czytaj więcej|подробнее|ещё|показать.{0,20}|もっと見る|続きを読む|更多|展开"
    r"|더보기)\W*",
    re.IGNORECASE,
)
_HIDING = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)[^;]*", re.IGNORECASE
)
_MAX_QUESTION = 300  # characters; a button with more is a box of the page


def unfold(root: Any) -> set[Any]:
    """Show what the buttons of a page unfold, and head it with their words; return it all."""
    named = {element.get("id"): element for element in root.iter() if element.get("id")}
    unfolded: set[Any] = set()
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


def is_reachable(element: Any, linked: set[str]) -> bool:
    """Return whether what a sheet hides may come to be shown: by a link, or as its name says.

    Args:
        element: is hidden at first.
        linked: the places on the page that its links lead to.
    """
    before = element.getprevious()
    asked = before is not None and tag_of(before) and before.get("onclick") is not None
    called = _UNFOLDED.search(element.get("class", "")) is not None
    return asked or called or element.get("id") in linked


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
