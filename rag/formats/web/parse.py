"""The bytes of a page in, its tree out, with all that is not shown taken away."""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from rag.errors import DocumentError
from rag.formats.plain import decode
from rag.formats.web.look.styles import apply_styles

_HEAD = 4_096  # bytes at the start, in which a page names its encoding
_NAMED = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})"""
    rb"""|<meta[^>]{0,500}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""",
    re.IGNORECASE,
)
# What browsers take a name for, where Python takes it for less.
_WIDER = {
    **{"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252"},
    **{"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "x-sjis": "cp932"},
    **{"shift_jis": "cp932", "shift-jis": "cp932", "ks_c_5601-1987": "cp949", "euc-kr": "cp949"},
    **{"iso-8859-9": "cp1254", "iso-8859-11": "cp874", "big5": "big5hkscs"},
    **{"x-mac-roman": "mac-roman", "macintosh": "mac-roman", "x-mac-cyrillic": "mac-cyrillic"},
}
_SHIFTED = ("iso2022", "iso-2022", "iso_2022", "hz")  # whose bytes pass for ASCII
_MAX_DAMAGED = 0.01  # of the characters; with more, the page is not in the encoding that it names
_XHTML = re.compile(r"\s*(?:<\?xml\b|<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML|<html[^>]+xmlns=)")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31});")
_EMPTIED = re.compile(
    r"<(script|title|a|p|div|span|i|b|em|td|th|li|style|iframe|textarea|section)\b([^<>]*)/>",
    re.IGNORECASE,
)
_HEAD_TAGS = ("title", "meta", "link", "style", "script", "base", "noscript", "template")
_DECLARED = re.compile(r"\A\s*<\?xml[^>]*\?>")
NO_SHEETS: Mapping[str, str] = MappingProxyType({})


def page_text(raw: bytes, charset: str | None = None) -> str:
    """Decode a page: by its byte order mark, as UTF-8, as it says of itself, else by detection.

    Args:
        raw: its bytes.
        charset: the encoding that a message or an archive gives for it.
    """
    if raw.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)):
        return decode(raw)
    found = _NAMED.search(raw[:_HEAD])
    named = charset or (found and (found[1] or found[2]).decode("ascii")) or ""
    name = _WIDER.get(named.lower(), named.lower())
    if not name.startswith(_SHIFTED):
        try:
            return raw.decode("utf-8")  # what is no UTF-8 hardly ever passes for it
        except UnicodeDecodeError:
            pass
    try:
        text = raw.decode(name or "ascii", "replace")
    except LookupError:
        return decode(raw)
    if text.count("\ufffd") > _MAX_DAMAGED * len(text) or "\0" in text or not name:
        return decode(raw)
    return text


def page_tree(text: str, linked: Mapping[str, str] = NO_SHEETS) -> Any:
    """Return the root of a page, without comments; the names of its elements are those of HTML.

    Args:
        text: the page.
        linked: the style sheets beside it, by the addresses that it has for them.

    Raises:
        DocumentError: there is nothing to be read.
    """
    text = text.replace("\0", "")
    root = _xml_tree(text) if _XHTML.match(text[:2_000]) else None
    if root is None:
        text = _EMPTIED.sub(r"<\1\2></\1>", _DECLARED.sub("", text))
        root = _html_tree(text)
    if root is None or not isinstance(root.tag, str):
        raise DocumentError("holds no article text; save the page again or remove it.")
    _mend_head(root)
    for element in list(root.iter("dt", "dd")):  # which the parser puts into each other
        while (outer := element.getparent()) is not None and outer.tag in ("dt", "dd"):
            outer.addnext(element)
    apply_styles(root, linked)
    return root


def _mend_head(root: Any) -> None:
    """Move what is shown out of the head, into which a page without a body puts it."""
    for head in list(root.iter("head")):
        shown = [each for each in head if isinstance(each.tag, str) and each.tag not in _HEAD_TAGS]
        body = next(root.iter("body"), None)
        if not shown:
            continue
        if body is None:
            body = root.makeelement("body")
            root.append(body)
        for at, element in enumerate(shown):
            body.insert(at, element)


def _html_tree(text: str) -> Any:
    from lxml import etree

    raw = text.encode("utf-8", "replace")
    for huge in (False, True):  # the usual limits also cut off what is nested deep by mistake
        parser = etree.HTMLParser(
            encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=huge
        )
        try:
            root = etree.fromstring(raw, parser)
        except etree.XMLSyntaxError:
            root = None
        if not any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log) and (
            "Excessive depth" not in str(parser.error_log)[:10_000]
        ):
            return root
    return root


def _xml_tree(text: str) -> Any:
    """Return the tree of a page that is XML to the letter, else None."""
    from lxml import etree

    parser = etree.XMLParser(
        **{"resolve_entities": False, "no_network": True, "huge_tree": False},
        **{"remove_comments": True, "remove_pis": True, "encoding": "utf-8"},
    )
    named = _ENTITY.sub(lambda found: html.unescape(found[0]), _DECLARED.sub("", text))
    try:
        root = etree.fromstring(named.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None
    if etree.QName(root).localname.lower() != "html":
        return None
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = etree.QName(element).localname.lower()
    return root
