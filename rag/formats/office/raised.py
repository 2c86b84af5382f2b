"""Superscripts and subscripts as characters."""

from __future__ import annotations

_RAISED = dict(
    zip(
        "0123456789+-−=()niabcdefghjklmoprstuvwxyz",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻ",
        strict=True,
    )
)
_LOWERED = dict(zip("0123456789+-−=()aeoxhklmnpst", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜ", strict=True))


def raised(text: str) -> str:
    """Return a superscript: 4,210³, a mark that has no such character as 4,210 [*], 1st as 1st."""
    return _shifted(text, _RAISED)


def lowered(text: str) -> str:
    """Return a subscript, as in H₂O."""
    return _shifted(text, _LOWERED)


def _shifted(text: str, characters: dict[str, str]) -> str:
    words = text.strip()
    if not words or (words.isalpha() and len(words) > 1):
        return text  # the end of an ordinal, ™ in letters
    if all(char in characters for char in words):
        return text.replace(words, "".join(characters[char] for char in words))
    return text if words.isalnum() else f" [{words}]"
