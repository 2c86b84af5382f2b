"""The characters of a line as they are written: raised and lowered ones, and from the right."""

from __future__ import annotations

import re
import unicodedata

from rag.formats.pdf.glyphs.leftward import read_backwards
from rag.formats.pdf.glyphs.struck import BLACKENED, STRUCK

_SUPERSCRIPTS = str.maketrans(
    "0123456789+-−–=()abcdefghijklmnoprstuvwxyz",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ",
)
_SUBSCRIPTS = str.maketrans(
    "0123456789+-−–=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"
)
_PLAIN_RAISED = {"st", "nd", "rd", "th", "er", "re", "e", "ème", "o", "a", "ª", "º", "°", "™", "®"}
_MARKS = "'\"’”“‘*†‡§¶°′″™®©ªº,.;:"  # stand high in any font, or mean the same there
_GONE = re.compile(rf"{STRUCK}[{STRUCK}\s]*(?=[.,:;!?)\]])|{STRUCK}+")
_WHITE_BEFORE_GONE = re.compile(rf"\s+(?={STRUCK}[{STRUCK}\s]*[.,:;!?)\]])")
_BARS = re.compile(rf"{BLACKENED}[{BLACKENED}\s]*(?={BLACKENED})")


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
        text = _without_hidden(text)
        text = unicodedata.normalize("NFC", "".join(_plain(char) for char in text))
        text = read_backwards(text)
    return " ".join(text.split())


def _without_hidden(text: str) -> str:
    """Return text without what is struck out, and with one bar for words that are blackened."""
    if STRUCK in text:
        text = _GONE.sub("", _WHITE_BEFORE_GONE.sub("", text))
    if BLACKENED in text:
        text = _BARS.sub("", text)
        return "" if text.strip() == BLACKENED else text
    return text


def _plain(char: str) -> str:
    """Return the letters of a ligature or of a letter's shape within a word."""
    code = ord(char)
    if 0xFB00 <= code <= 0xFB4F or 0xFB50 <= code <= 0xFDFF or 0xFE70 <= code <= 0xFEFC:
        shown = unicodedata.normalize("NFKC", char)
        return shown[::-1] if code >= 0xFB50 else shown  # still to be turned round
    return " " if char in "\u00a0\u2002\u2003\u2007\u2009\u202f" else char
