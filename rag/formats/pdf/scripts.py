"""The characters of a line as they are written: raised and lowered ones, and from the right."""

from __future__ import annotations

import re
import unicodedata

_SUPERSCRIPTS = str.maketrans(
    "0123456789+-−–=()abcdefghijklmnoprstuvwxyz",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ",
)
_SUBSCRIPTS = str.maketrans(
    "0123456789+-−–=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"
)
_PLAIN_RAISED = {"st", "nd", "rd", "th", "er", "re", "e", "ème", "o", "a", "ª", "º", "°", "™", "®"}
_MARKS = "'\"’”“‘*†‡§¶°′″™®©ªº,.;:"  # stand high in any font, or mean the same there
_BEFORE_STOP = re.compile(r"\s+(?=[.,:!?،؛؟)]+(?:\s|$))")  # narrow signs leave white before them
_RTL = ("R", "AL", "RLE", "RLO")
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")


def scripted(run: list[str], kind: int, before: list[str]) -> list[str]:
    """Return raised or lowered characters as the characters that Unicode has for them."""
    text = "".join(run).strip()
    if not kind or not text:
        return []
    tail = [" "] if run[-1] == " " else []
    last = next((unit for unit in reversed(before)), "")
    if text.casefold() in _PLAIN_RAISED and (last.isdigit() or not text.isalpha()):
        return [*text, *tail]
    if text == "TM":
        return ["™", *tail]
    if all(char in _MARKS or char == " " for char in text):
        return [*text, *tail]
    table = _SUPERSCRIPTS if kind > 0 else _SUBSCRIPTS
    if all(ord(char) in table or char in ", " for char in text):
        return [*text.translate(table), *tail]
    if len(text) > 1 and text.isalpha() and last.isalpha() and last != " ":
        return [*text, *tail]  # the end of a word, as in M^lle
    return [*(" [" if before and last != " " else "["), *text, "]", *tail]


def logical(units: list[str]) -> str:
    """Return characters, given from left to right, in the order in which they are read."""
    text = "".join(units)
    if not text.isascii():
        text = unicodedata.normalize("NFC", "".join(_plain(char) for char in text))
        text = _read_backwards(text)
    return " ".join(text.split())


def _plain(char: str) -> str:
    """Return the letters of a ligature or of a letter's shape within a word."""
    code = ord(char)
    if 0xFB00 <= code <= 0xFB4F or 0xFB50 <= code <= 0xFDFF or 0xFE70 <= code <= 0xFEFC:
        shown = unicodedata.normalize("NFKC", char)
        return shown[::-1] if code >= 0xFB50 else shown  # still to be turned round
    return " " if char in "\u00a0\u2002\u2003\u2007\u2009\u202f" else char


def _read_backwards(text: str) -> str:
    """Turn text round that runs from right to left, but not the numbers and names within."""
    kinds = [unicodedata.bidirectional(char) for char in text]
    right = sum(kind in _RTL for kind in kinds)
    if not right:
        return text
    if right < sum(kind == "L" for kind in kinds):
        return _turned_parts(text, kinds, _RTL, ("L", "EN"))
    turned, kinds = text[::-1], kinds[::-1]
    # Marks stand behind their letter in both directions.
    turned = _with_marks_behind(turned)
    kinds = [unicodedata.bidirectional(char) for char in turned]
    turned = _turned_parts(turned, kinds, ("L", "EN", "AN"), _RTL)
    opened, closed = turned.find("("), turned.find(")")
    if closed >= 0 and (opened < 0 or closed < opened):
        turned = turned.translate(_MIRRORED)
    return _BEFORE_STOP.sub("", turned)


def _with_marks_behind(turned: str) -> str:
    out: list[str] = []
    marks: list[str] = []
    for char in turned:
        if unicodedata.combining(char):
            marks.append(char)
        else:
            out += [char, *marks]
            marks = []
    return "".join(out + marks)


def _turned_parts(
    text: str, kinds: list[str], inner: tuple[str, ...], outer: tuple[str, ...]
) -> str:
    """Turn the parts round that begin and end with one of some kinds, with what is between."""
    out: list[str] = []
    at = 0
    while at < len(text):
        if kinds[at] not in inner:
            out.append(text[at])
            at += 1
            continue
        end = last = at
        while end < len(text) and kinds[end] not in outer:
            if kinds[end] in inner:
                last = end
            end += 1
        out.append(text[at : last + 1][::-1])
        at = last + 1
    return "".join(out)
