"""Raised and lowered words in characters that stay so in plain text: 4,210³, km², CO₂, 7 [a]."""

from __future__ import annotations

_SUPERSCRIPTS = dict(
    zip(
        "0123456789+-−–=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδ,. ",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟ,. ",
        strict=True,
    )
)
_SUBSCRIPTS = dict(
    zip(
        "0123456789+-−–=()aehijklmnoprstuvxβγρφχ,. ",
        "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ,. ",
        strict=True,
    )
)
_RAISED_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_MARKING = frozenset("abcfgikmnx")  # letters that no ordinal ends with: of notes, of formulas
_SIGNS = {"TM": "™", "SM": "℠", "®": "®", "©": "©", "°": "°", "™": "™"}
_MAX_RAISED = 12  # characters; more of them raised are words in small type, not a mark


def raised(words: str, before: str) -> str:
    """Return superscript words in characters that stay raised in plain text.

    Args:
        words: what is raised.
        before: the text in front of it. Letters that end a word, as in 1st, are left as they are.

    A mark in brackets loses them if it is a number, and else keeps the one pair that it has.
    """
    core, last = words.strip(), before[-1:]
    bracketed = core[:1] == "[" and core[-1:] == "]"
    number = core[1:-1].strip() if bracketed else ""
    if number.isascii() and number.isdigit():
        apart = " " if last and last in _RAISED_DIGITS else ""  # "² ³" are two marks
        return apart + "".join(_SUPERSCRIPTS[digit] for digit in number)
    if not core or (len(core) > _MAX_RAISED and not bracketed):
        return words
    if core in _SIGNS:
        return words.replace(core, _SIGNS[core])
    abbreviates = last.isdigit() and core not in _MARKING
    if core.isalpha() and (abbreviates or (last.isalpha() and len(core) > 1)):
        return words
    if any(map(str.isalnum, core)) and all(char in _SUPERSCRIPTS for char in core):
        return "".join(_SUPERSCRIPTS.get(char, char) for char in words)
    mark = core if bracketed else f"[{core}]"
    return f" {mark}" if last and not last.isspace() else words


def lowered(words: str) -> str:
    """Return subscript words in characters that stay low in plain text, if there are such."""
    if len(words) <= _MAX_RAISED and all(char in _SUBSCRIPTS for char in words):
        return "".join(_SUBSCRIPTS[char] for char in words)
    return words
