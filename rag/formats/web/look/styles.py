"""What the style sheets of a page hide, raise, lower and strike out, put into its elements.

Programs that save a text as a page name such words by a class, as "c7", and say in the page's
style sheet what it looks like. Where it may be that a page shows what a sheet hides at first, on
another screen or when somebody asks for it, it is taken for shown: no word is lost for a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from rag.formats.web.look.sheets import SheetRule, is_for_screens, rules_in
from rag.formats.web.look.unfolding import PageReach, unfold
from rag.formats.web.words import UNSEEN, is_hidden, tag_of

_MAX_RULES = 50_000  # that tell how words look
_MAX_LOOKS = 2_000_000  # at a rule, for an element; a large page with large sheets takes a tenth
_INLINE = re.compile(
    r"(?:^|;)\s*(display|visibility|text-decoration|vertical-align)(?:-line)?\s*:\s*([^;!]+)",
    re.IGNORECASE,
)
_WORDS = ("span", "font", "a", "b", "i", "em", "strong", "small")  # what may be raised as a whole
_MOST_HIDDEN = 0.8  # of the words: a page that hides more shows them as soon as it runs
_HIDING = {"display": ("none",), "visibility": ("hidden", "collapse")}  # the values that hide
_SHIFTED = {"super": "sup", "sub": "sub"}
_REFERS = re.compile(r"(?:^|\s)(?:doc-)?noteref(?:\s|$)")
_REFERRING = ("{http://www.idpf.org/2007/ops}type", "epub:type", "role")
_MAX_MARK = 6  # characters of a mark that refers to a note
_Rank = tuple[bool, tuple[int, int, int], int]  # of what a rule says; what ranks higher holds


def apply_styles(root: Any, linked: Mapping[str, str]) -> None:
    """Make elements of what is raised, lowered or struck out by style, and hide what is hidden.

    Args:
        root: the page.
        linked: the sheets beside the page, by the addresses that it has for them.
    """
    reach = PageReach(root)
    unfolded = unfold(root, reach)
    rules = _Rules(root, linked)
    hidden = []
    for element in [each for each in root.iter() if tag_of(each)]:
        looks = rules.looks(element)
        if "line-through" in looks.get("text-decoration", ""):
            element.set("style", f"{element.get('style', '')};text-decoration:line-through")
        elif element.tag in _WORDS and len(element) <= 1:
            _shift(element, looks.get("vertical-align", ""))
        if _hides(looks) and element not in unfolded and not is_hidden(element):
            hidden.append(element)
    if hidden:
        _hide(root, hidden, rules, reach)


def _hides(looks: Mapping[str, str]) -> bool:
    return any(looks.get(name) in values for name, values in _HIDING.items())


def _is_shifted(element: Any) -> bool:
    """Return whether an element is in one that is raised or lowered, or holds one."""
    parts = (*element.iterdescendants(), *element.iterancestors())
    return any(tag_of(each) in ("sup", "sub") for each in parts)


def _shift(element: Any, place: str) -> None:
    """Make what is raised or lowered by style so; a mark that refers to a note is raised."""
    short = element.tag == "a" and not len(element) and len(element.text or "") <= _MAX_MARK
    if short and any(_REFERS.search(element.get(key, "")) for key in _REFERRING):
        place = "super"
    if place in _SHIFTED and not _is_shifted(element):
        element.tag = _SHIFTED[place]


def _hide(root: Any, hidden: list[Any], rules: _Rules, reach: PageReach) -> None:
    """Hide elements, unless the page can show them, or hides nearly all that it has."""
    chosen = {
        each
        for each in hidden
        if not reach.holds(each)
        and (rules.looks(each).get("display") == "none" or not rules.shows_within(each))
    }
    outer = [each for each in chosen if chosen.isdisjoint(each.iterancestors())]
    words = sum(len(words) for each in outer for words in _words(each))
    if words > _MOST_HIDDEN * sum(map(len, _words(root))):
        return
    for element in outer:
        element.set("style", f"{element.get('style', '')};display:none")


def _words(top: Any) -> Iterator[str]:
    """Yield the words below an element."""
    for element in top.iter():
        if tag_of(element) and element.tag not in UNSEEN:
            yield " ".join((element.text or "").split())
            yield from (" ".join((child.tail or "").split()) for child in element)


class _Rules:
    """The rules of all sheets of a page, by what they look for."""

    def __init__(self, root: Any, linked: Mapping[str, str]) -> None:
        self._by_key: dict[str, list[tuple[int, SheetRule]]] = {}
        self._known: dict[Any, dict[str, str]] = {}
        self._left = _MAX_LOOKS
        for at, rule in enumerate(_all_rules(root, linked)):
            if at == _MAX_RULES:
                break
            for key in _keys(rule):
                self._by_key.setdefault(key, []).append((at, rule))

    def looks(self, element: Any) -> dict[str, str]:
        """Return how the sheets and the element itself say that it looks."""
        if not self._by_key or not tag_of(element) or self._left < 0:
            return self._inline(element)
        if element not in self._known:
            self._known[element] = self._decided(element)
        return self._known[element]

    def _decided(self, element: Any) -> dict[str, str]:
        keys = [f".{name}" for name in element.get("class", "").split()]
        keys += [f"#{element.get('id')}", element.tag, "*"]
        about = [(at, rule) for key in dict.fromkeys(keys) for at, rule in self._at(key)]
        self._left -= len(about)
        best: dict[str, tuple[_Rank, str, SheetRule]] = {}
        for at, rule in about:
            if rule.sure and rule.means(element):
                for name, (value, important) in rule.declared.items():
                    rank = (important, rule.weight, at)
                    if name not in best or rank >= best[name][0]:
                        best[name] = (rank, value, rule)
        inline = self._inline(element)
        looks = {name: value for name, (_, value, _) in best.items()}
        looks |= {
            name: own for name, own in inline.items() if not (name in best and best[name][0][0])
        }
        for name, hiding in _HIDING.items():
            if looks.get(name) in hiding and name in best:
                by = best[name][2]
                if any(_may_show(rule, name, by, element) for _, rule in about):
                    del looks[name]
        return looks

    def _at(self, key: str) -> list[tuple[int, SheetRule]]:
        return self._by_key.get(key, [])

    def shows_within(self, element: Any) -> bool:
        """Return whether something in an element that is not visible is so."""
        return any(self.looks(each).get("visibility") == "visible" for each in element.iter())

    @staticmethod
    def _inline(element: Any) -> dict[str, str]:
        style = element.get("style") if tag_of(element) else None
        if not style:
            return {}
        return {name.lower(): value.strip().lower() for name, value in _INLINE.findall(style)}


def _keys(rule: SheetRule) -> list[str]:
    """Return what an element may be called for a rule to be about it, or about one like it."""
    last = rule.steps[-1]
    names = [f"#{name}" for name in last.ids] + [f".{name}" for name in last.classes]
    return names or [last.tag or "*"]


def _may_show(rule: SheetRule, name: str, hiding: SheetRule, element: Any) -> bool:
    """Return whether a page may show an element by a rule, at times or with one more class.

    Args:
        rule: is about the element, or about one like it.
        name: the property by which it is hidden.
        hiding: the rule that hides it.
        element: what is hidden.
    """
    if rule.declared.get(name, ("none", False))[0] in (*_HIDING[name], "none"):
        return False
    means = rule.means(element)
    if not rule.sure and means:
        return True
    last, other = rule.steps[-1], hiding.steps[-1]
    return not means and bool((last.classes | last.ids) & (other.classes | other.ids))


def _all_rules(root: Any, linked: Mapping[str, str]) -> Iterator[SheetRule]:
    for sheet in root.iter("style", "link"):
        if not is_for_screens(sheet.get("media") or ""):
            continue
        if sheet.tag == "style":
            yield from _rules_of(sheet.text or "")
        elif "stylesheet" in (sheet.get("rel") or "").lower().split():
            yield from _rules_of(linked.get(sheet.get("href") or "", ""))


@lru_cache(maxsize=4)  # the same sheet with every chapter of a book
def _rules_of(sheet: str) -> tuple[SheetRule, ...]:
    return tuple(rules_in(sheet))
