"""What the characters of a font stand for, also in fonts of signs that name none of them."""

from __future__ import annotations

UNKNOWN_CHARACTER = "\ufffd"  # shown for a character of which nothing tells the letter
_TRUE_CODES = ("GlyphLessFont", "Occulta")  # fonts of Tesseract and OCRmyPDF: codes are letters
_PRIVATE = 0xF000  # where the signs of a font without letters are put
_SIGNS = range(0x20, 0x100)  # codes of such a font
DIGIT_CODES = range(0x30, 0x3A)
_RAISED, _LOWERED = (str.maketrans("0123456789", to) for to in ("⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"))
_SMALL_DIGIT = 0.5  # of the size: how high at most a raised or lowered digit is
_RAISED_DIGIT, _LOWERED_DIGIT = 0.22, -0.04  # of the size: where its lower edge is
_HIGH, _LOW = range(0xD800, 0xDC00), range(0xDC00, 0xE000)  # the halves of one character

# The signs that people set in fonts of signs, by the letters in whose place they are.
_WINGDINGS = {
    **dict(zip(' !"#$%&()*', " ✏✂✁👓🔔📖☎✆✉", strict=True)),
    **dict(zip("ABCDEFGHIJKLM", "✌👌👍👎☜☞☝☟✋☺😐☹💣", strict=True)),
    **dict(zip("lmnoqrstuvwx", "●❍■□❑❒⬧⧫◆❖⬥☒", strict=True)),
    **{chr(0x81 + n): sign for n, sign in enumerate("①②③④⑤⑥⑦⑧⑨⑩")},
    **{chr(0x8C + n): sign for n, sign in enumerate("❶❷❸❹❺❻❼❽❾❿")},
    **dict(zip("\x9e\x9f\xa0\xa1\xa4\xa5\xa7\xa8\xaa\xab", "·•▪○◉◎▪☐✦★", strict=True)),
    **dict(zip("ØÜßàáâèïðñòó", "➢➲←→↑↓➔⇦⇨⇧⇩⇔", strict=True)),
    **dict(zip("ûüýþ", "✗✓☒☑", strict=True)),
}
_WINGDINGS_2 = dict(zip(" OPQRST£", " ✗✓☒☑☒☒☐", strict=True))
_WINGDINGS_3 = dict(zip(" fghipqrstuvw}", " ←→↑↓▲▼△▽◀▶◁▷▶", strict=True))
_WEBDINGS = dict(zip(" acgnr3456", " ✓☐■●✗◀▶▲▼", strict=True))
_SIGN_FONTS = (  # the first of which a font's name has the name
    ("wingdings2", _WINGDINGS_2),
    ("wingdings3", _WINGDINGS_3),
    ("wingdings", _WINGDINGS),
    ("webdings", _WEBDINGS),
)
_SYMBOL = {
    chr(start + n): sign
    for start, signs in (
        (0x20, " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"),
        (0x61, "αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"),
        (0xA1, "ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…"),
        (0xC0, "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊⟨®©™∑"),
        (0xF1, "⟩∫"),
    )
    for n, sign in enumerate(signs)
}


def characters_of(font: str) -> dict[int, str]:
    """Return the characters of a font's codes, by its name; further ones are as in all fonts."""
    name = font.rpartition("+")[2].lower().replace(" ", "").replace("-", "")
    for known, letters in _SIGN_FONTS:
        if known in name:
            signs = {code: letters.get(chr(code), UNKNOWN_CHARACTER) for code in _SIGNS}
            return signs | {code + _PRIVATE: sign for code, sign in signs.items()}
    if name.startswith("symbol"):  # its codes of letters are known
        return COMMON_CHARACTERS | {
            ord(letter) + _PRIVATE: sign for letter, sign in _SYMBOL.items()
        }
    return COMMON_CHARACTERS


def without_digits(letters: dict[int, str]) -> dict[int, str]:
    """Return the characters of a font in which a digit may have more than one shape."""
    return {code: letter for code, letter in letters.items() if code not in DIGIT_CODES}


def digit_of_shape(code: int, bottom: float, top: float) -> str:
    """Return a digit, raised or lowered where its shape is that of such a one.

    Fonts have digits that are small and high, or low, by themselves, and programs use them for
    powers and the marks of notes. Digits in the old style hang below the line, but are large.

    Args:
        code: of the digit.
        bottom, top: where its shape ends, in sizes above the baseline.
    """
    digit = chr(code)
    if top - bottom >= _SMALL_DIGIT:
        return digit
    if bottom >= _RAISED_DIGIT:
        return digit.translate(_RAISED)
    return digit.translate(_LOWERED) if bottom <= _LOWERED_DIGIT else digit


def has_true_codes(font: str) -> bool:
    """Return whether the codes of a font are its letters, though its table of them be broken."""
    return any(name in font for name in _TRUE_CODES)


def character(code: int) -> str:
    """Return the character of a code as pdfium gives it, also that for an unknown one."""
    if code in (0x02, 0xAD, 0xFFFE):  # a hyphen at the end of a line
        return "-" if code != 0xAD else "\u00ad"
    if code in _PRIVATE_BULLETS:
        return _PRIVATE_BULLETS[code]
    if code < 0x20 or code in (0x7F, 0xFEFF, 0x200B, 0x2060):
        return " " if code in (0x09, 0x0A, 0x0D) else ""
    if 0xE000 <= code <= 0xF8FF or code in (0xFFFD, 0xFFFF) or code in _HIGH or code in _LOW:
        return UNKNOWN_CHARACTER
    return chr(code) if code <= 0x10FFFF else UNKNOWN_CHARACTER


def joined_halves(before: int, code: int, after: int) -> str | None:
    """Return the character of whose halves a code is the first, and nothing for the second.

    Args:
        before, code, after: three codes in a row; None is returned where the code is no half.
    """
    if code in _HIGH and after in _LOW:
        return chr(0x10000 + ((code - _HIGH.start) << 10) + (after - _LOW.start))
    return "" if code in _LOW and before in _HIGH else None


# Of fonts whose name does not tell that they are such; bullets of Symbol and of Wingdings.
_PRIVATE_BULLETS = {
    _PRIVATE + ord(letter): sign
    for letter, sign in _WINGDINGS.items()
    if letter > "~" or letter == "v"
} | {_PRIVATE + 0xB7: "•"}
COMMON_CHARACTERS = {
    code: character(code) for code in range(0x20, 0x7F)
}  # what most text is made of
