"""English quantities that are neither figures nor numerals: a dozen, half of, a third of, twice."""

from __future__ import annotations

import re
from decimal import Decimal

from rag.text.words.scales import ENGLISH_SCALES

_COUNTS = {
    word: count
    for count, word in enumerate("two three four five six seven eight nine ten".split(), start=2)
} | {"a": 1, "an": 1, "one": 1}
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8}
_PARTS |= {"ninth": 9, "tenth": 10}
_TIMES = {"twice": 2, "thrice": 3}
_DOZEN = 12

_COUNT = "|".join(_COUNTS)
_SCALE = "|".join(ENGLISH_SCALES)
# "A hundred thousand" and "a hundred and ten" are other numbers.
_NO_MORE = rf"(?![\s-]+(?:{_SCALE}|dozen|and (?:{_COUNT}|\w+teen|\w+ty|\d+))\b)"
# "The first half of the match" is a part of a row and not a share; "two and a half" has two in it.
_NO_SHARE = "".join(
    rf"(?<!\b{word}[ -])"
    for word in "first second third latter other later former final last each both and".split()
)
_OF_WHAT = r"(?=\s+(?:of\b(?!\s+an?\b)|(?:the|this|that|its|their|his|her|our|all)\b))"
_ABOUT_HALF = r"(?<=\b{}\s)half\b(?![\s-]+an?\b|-)"
_HALF = "|".join(
    _ABOUT_HALF.format(word) for word in "than over under about nearly almost around only".split()
)
QUANTITIES = re.compile(
    rf"(?<![\w-])(?:half[\s-](?:an?[\s-])?(?P<half_of>dozen|{_SCALE})\b"
    rf"|(?P<dozens>{_COUNT}|\d{{1,3}})[\s-]dozen\b(?!s)"
    rf"|an?\s(?P<scale>{_SCALE})\b{_NO_MORE}"
    rf"|(?P<times>{'|'.join(_TIMES)})\b"
    rf"|{_NO_SHARE}(?P<half>half{_OF_WHAT}|one[\s-]half\b|{_HALF})"
    rf"|(?P<count>an?|one)(?P<joined>-)?\s?(?P<part>{'|'.join([*_PARTS][1:])})"
    rf"(?(joined)\b|(?=\s+of\b(?!\s+an?\b)))"
    rf"|(?P<counts>{_COUNT})(?P<dash>-)?\s?(?P<parts>{'|'.join([*_PARTS][1:])})s"
    rf"(?(dash)\b|(?=\s+of\b(?!\s+an?\b))))",
    re.IGNORECASE,
)


def quantity(match: re.Match[str]) -> Decimal:
    """Return what a match of :data:`QUANTITIES` says."""
    said = {name: words.lower() for name, words in match.groupdict().items() if words}
    if "half_of" in said:
        whole = ENGLISH_SCALES.get(said["half_of"], _DOZEN)
        return Decimal(whole) / 2
    if "dozens" in said:
        return _DOZEN * Decimal(_COUNTS.get(said["dozens"], said["dozens"]))
    if "scale" in said:
        return Decimal(ENGLISH_SCALES[said["scale"]])
    if "times" in said:
        return Decimal(_TIMES[said["times"]])
    if "half" in said:
        return Decimal(1) / 2
    count, part = said.get("count", said.get("counts", "")), said.get("part", said.get("parts", ""))
    return Decimal(_COUNTS[count]) / _PARTS[part]
