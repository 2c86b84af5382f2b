"""Words for thousands, millions and more by language, how each writes figures, Chinese numerals."""

from __future__ import annotations

import re
from decimal import Decimal

_THOUSAND, _MILLION, _BILLION, _TRILLION = 10**3, 10**6, 10**9, 10**12
_SHORT = 4  # letters: "mil" and "bin" are words elsewhere
ENGLISH_SCALES = {
    "hundred": 100,
    "thousand": _THOUSAND,
    "million": _MILLION,
    "billion": _BILLION,
    "trillion": _TRILLION,
}
# Directly behind a figure, in English: "£2.4m", "12bn".
SHORT_SCALES = {"k": _THOUSAND, "m": _MILLION, "mn": _MILLION, "bn": _BILLION, "tn": _TRILLION}
# By ISO 639-1; of the forms of one word each. What is cut short may have a full stop.
_SCALES: dict[str, dict[int, str]] = {
    "de": {
        **{_THOUSAND: "tausend tsd", _MILLION: "million millionen mio"},
        **{_BILLION: "milliarde milliarden mrd", _TRILLION: "billion billionen"},
    },
    "fr": {
        **{_THOUSAND: "mille", _MILLION: "million millions"},
        **{_BILLION: "milliard milliards", _TRILLION: "billion billions"},
    },
    "es": {
        **{_THOUSAND: "mil", _MILLION: "millón millones"},
        **{_TRILLION: "billón billones"},
    },
    "it": {_THOUSAND: "mila mille", _MILLION: "milione milioni", _BILLION: "miliardo miliardi"},
    "pt": {_THOUSAND: "mil milhares", _MILLION: "milhão milhões", _BILLION: "bilhão bilhões"},
    "nl": {_THOUSAND: "duizend", _MILLION: "miljoen", _BILLION: "miljard", _TRILLION: "biljoen"},
    "sv": {_THOUSAND: "tusen", _MILLION: "miljon miljoner", _BILLION: "miljard miljarder"},
    "pl": {
        **{_THOUSAND: "tysiąc tysiące tysięcy tys", _MILLION: "milion miliony milionów mln"},
        **{_BILLION: "miliard miliardy miliardów mld"},
    },
    "ru": {
        **{_THOUSAND: "тысяча тысячи тысяч тысячу тыс", _MILLION: "миллион миллиона миллионов млн"},
        **{_BILLION: "миллиард миллиарда миллиардов млрд", _TRILLION: "триллион триллионов"},
    },
    "uk": {
        **{_THOUSAND: "тисяча тисячі тисяч тис", _MILLION: "мільйон мільйони мільйонів млн"},
        **{_BILLION: "мільярд мільярди мільярдів млрд"},
    },
    "tr": {_THOUSAND: "bin", _MILLION: "milyon", _BILLION: "milyar", _TRILLION: "trilyon"},
    "id": {_THOUSAND: "ribu", _MILLION: "juta", _BILLION: "miliar", _TRILLION: "triliun"},
    "vi": {_THOUSAND: "nghìn ngàn", _MILLION: "triệu", _BILLION: "tỷ tỉ"},
    "ar": {_THOUSAND: "ألف آلاف", _MILLION: "مليون ملايين", _BILLION: "مليار مليارات"},
    "fa": {_THOUSAND: "هزار", _MILLION: "میلیون", _BILLION: "میلیارد"},
    "hi": {_THOUSAND: "हज़ार हजार", 10**5: "लाख", 10**7: "करोड़ करोड़", 10**9: "अरब"},
    "bn": {_THOUSAND: "হাজার", 10**5: "লাখ লক্ষ", 10**7: "কোটি"},
    "zh": {10**4: "万 萬", 10**8: "亿 億", _MILLION: "百万 百萬", 10**7: "千万 千萬"},
    "ja": {10**4: "万", 10**8: "億", _TRILLION: "兆", _MILLION: "百万", 10**7: "千万"},
    "ko": {_THOUSAND: "천", 10**4: "만", 10**8: "억", _TRILLION: "조"},
    "th": {_THOUSAND: "พัน", 10**4: "หมื่น", 10**5: "แสน", _MILLION: "ล้าน"},
}
# Where a comma stands before decimals and something else between thousands.
COMMA_LANGUAGES = frozenset("de fr es it pt nl sv pl ru uk tr id vi da no fi cs el ro hu".split())
# Of these a space between thousands; in the others it is as often between two numbers.
SPACE_LANGUAGES = frozenset("fr sv pl ru uk no fi cs hu".split())


def scales(language: str) -> dict[str, int]:
    """Return the words of a language that multiply the number before them; English has its own."""
    table = _SCALES.get(language)
    if table is None:
        return ENGLISH_SCALES
    return {word: value for value, words in table.items() for word in words.split()}


# The words in Latin letters that no English text has behind a figure, by their language.
FOREIGN_SCALES = {
    word: language
    for language in sorted(COMMA_LANGUAGES & _SCALES.keys(), reverse=True)
    for word in scales(language)
    if len(word) > _SHORT and word.rstrip("s") not in ENGLISH_SCALES
}
# With one of them behind it, a figure in a text that shows no other language; [1] is the word.
FOREIGN_SCALE = re.compile(rf"\d\s?({'|'.join(FOREIGN_SCALES)})(?!\w)", re.IGNORECASE)

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "兩": 2,
}
_UNITS = {"千": 1_000, "百": 100, "十": 10}
_MYRIADS = {"亿": 10**8, "億": 10**8, "万": 10**4, "萬": 10**4}
_ONE = "[一二两兩三四五六七八九]"
# Below ten thousand, each unit at most once; a last digit behind a hundred needs its zero, since
# "一百一" is 110 to some.
_SECTION = (
    rf"(?:{_ONE}千(?:零{_ONE}?十{_ONE}?|零{_ONE}|{_ONE}百(?:零{_ONE}|{_ONE}十{_ONE}?)?)?"
    rf"|{_ONE}百(?:零{_ONE}|{_ONE}十{_ONE}?)?|{_ONE}?十{_ONE}?|{_ONE})"
)
CHINESE_NUMERAL = (
    rf"(?:{_SECTION}[亿億](?:零?{_SECTION}[万萬])?(?:零?{_SECTION})?"
    rf"|{_SECTION}[万萬](?:零{_SECTION}|{_ONE}千(?:零?{_SECTION})?)?"
    rf"|{_SECTION})(?![零〇一二两兩三四五六七八九十百千万萬亿億兆])"
)
CHINESE_YEAR = r"[一二][〇零一二三四五六七八九]{3}(?=年)"
_UNITED = re.compile("[十百千万萬亿億]")


def read_chinese(numeral: str) -> Decimal | None:
    """Return the value of a Chinese numeral; None of a digit alone, which is part of many words."""
    if not _UNITED.search(numeral):
        digits = "".join(str(_DIGITS[char]) for char in numeral)
        return Decimal(digits) if len(digits) > 1 else None
    if len(numeral) == 1:
        return None
    total = section = digit = 0
    for char in numeral:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _UNITS:
            section += (digit or 1) * _UNITS[char]
            digit = 0
        else:
            total += (section + digit) * _MYRIADS[char]
            section = digit = 0
    return Decimal(total + section + digit)
