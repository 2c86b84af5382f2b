"""The encoding of a text that does not state it and is not UTF-8.

Detectors of languages need a page of text; a note has a line. What tells encodings apart there is
spelling: read in the wrong one, a text has letters that no language has together, capitals amid
words, and signs where letters belong. So every encoding that can be meant is tried, and the
letters beyond ASCII are held against the alphabets that are written in it.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

_SAMPLE = 20_000  # bytes looked at; letters beyond ASCII show by then
_BEYOND_ASCII = 2_000  # characters scored, so that a candidate costs some milliseconds

_WEST = (
    "àâæçéèêëîïôœùûüÿ",  # French
    "äöüß",  # German
    "áéíóúüñ",  # Spanish
    "áâãàçéêíóôõúü",  # Portuguese
    "àèéìíòóùú",  # Italian
    "åäöé",  # Swedish, Finnish
    "æøåéòó",  # Danish, Norwegian
    "áðéíóúýþæö",  # Icelandic
    "éëïóöüèá",  # Dutch
    "àçèéíïòóúü·",  # Catalan
)
_MIDDLE = (
    "ąćęłńóśźż",  # Polish
    "áčďéěíňóřšťúůýž",  # Czech
    "áäčďéíĺľňóôŕšťúýž",  # Slovak
    "áéíóöőúüű",  # Hungarian
    "čćđšž",  # Croatian, Slovene
    "ăâîșțşţ",  # Romanian
    "äöüß",
)
_BALTIC = ("ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž")
_TURKISH = ("çğıöşüâîİ",)
_CYRILLIC = (
    "абвгдежзийклмнопрстуфхцчшщъыьэюяё",
    "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "абвгдђежзијклљмнњопрстћуфхцчџш",
)
_GREEK = ("αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ",)
_HEBREW = ("אבגדהוזחטיךכלםמןנסעףפץצקרשת",)
_ARABIC = ("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگًٌٍَُِّْـ،؛؟",)
_THAI = ("".join(map(chr, [*range(0xE01, 0xE3B), *range(0xE40, 0xE4F)])),)

# The letters that make up half of a text of their script; and characters of every Chinese,
# Japanese or Korean page.
_COMMON = frozenset(
    "оеаинтсрвлкмдпу" "αοιετσνηυρπκ" "יוהלאמרתבשנ" "اليمونترهبدسفع" "านรกอเงมยลวดทสตปบหคพขแไใโชจ่้ีิัะุูำ็์"
    "的一是不了在人有我他这這个個们們中来來上大为為和国國地到以说說时時要就出会會可也你对對生能而子那得于於着下自之"
    "年过過发發后後作里用道行所然家种種事成方多经經么去法学學如都同现現当當没沒动動面起看定天分还還进進好小部其些主"
    "样樣理心她本前开開但因只从從想实實日军軍者意无無力它与與长長把机機十民第公此已工使情明性知全三又关關点點正业業"
    "外将將两兩高间間由问問很最重并物手应應战戰向头頭文体體政美相见見被利什二等产產或新己制身果加西斯月话話合回特"
    "代内信表化老给給世位次度门門任常先海通教儿原东東声聲提立及比员員解水名真论論处處走义義各入几口认認条條平系气"
    "氣题題活尔更别別打女变變四神总總何电電数數安少报報才结結反受目太量再感建务務做接必场場件计計管期市直德资資命"
    "山金指克许許统統区區保至队隊形社便空决決治展马馬科司五基眼书書非则則听聽白却界达達光放强即像难難且权權思王"
    "象完设設式色路记記南品住告类類求据程北边邊死张張该該交规規万萬取拉格望觉覺术術领領共确確传傳师師观觀清今切"
    "院让讓识識候带帶导導争爭运運桥橋河城村馆館时元米千百"
    "のにはをたがでてとしれさあるいもなかっらりこそよんくけせちつまみめやわえおきすどだばぶべ"
    "、。，！？「」《》：；（）"
    "이다의는에을를가고하은로한지도서기사나어아리라자인시대그있수것들전정해일스부과만원구주제장보"
    "했었년월습니까요"
)  # fmt: skip
_SIGNS = frozenset("“”‘’„‚«»‹›–—…•·°§€£©®™№±×½¼¾²³¹ªº¿¡´¶†‡\u00a0\u3000＂（）《》【】・〜")
_BEFORE_WORDS, _BEHIND_WORDS = frozenset("“‘„‚«‹¿¡§£€"), frozenset("”’»›…°€£²³ªº%")
_DASHES = frozenset("–—•·№")
_JOINERS = frozenset("’‘·\u00ad-")  # may stand between two letters
# What a character says for an encoding.
_LETTER, _COMMON_LETTER, _LETTER_BY_DIGIT = 1.0, 1.2, 0.0
_SIGN, _FITTING_SIGN = 0.4, 1.1
_RARE_THAI = 0.2  # of which bytes of Chinese make many
_KNOWN_IDEOGRAPH, _KNOWN_HANGUL = 0.75, 1.1  # of the few thousand that a country teaches
# And against it.
_FOREIGN, _MISPLACED, _ODD_CASE, _RARE_IDEOGRAPH = -1.0, -1.5, -1.5, -0.4
_FIRST_IDEOGRAPH = "\u2e80"
_ENOUGH = 0.5  # per character beyond ASCII: below, nothing was recognised


class _Candidate(NamedTuple):
    """An encoding with what is written in it.

    Attributes:
        name: as Python calls it.
        alphabets: the letters beyond ASCII of each language, in lower case.
        taught: standards with the bytes that their usual ideographs begin with.
        latin: whether its letters stand in one word with those of ASCII.
    """

    name: str
    alphabets: tuple[str, ...] = ()
    taught: tuple[tuple[str, range], ...] = ()
    latin: bool = True


_CHINESE = (("gb2312", range(0xB0, 0xD8)),)
_TAIWANESE = (("big5", range(0xA4, 0xC7)),)
_JAPANESE = (("euc_jp", range(0xB0, 0xD0)),)
_KOREAN = (("euc_kr", range(0xB0, 0xC9)),)
# Where two read a text equally well, the first: what is in use goes before what is not.
_CANDIDATES = (
    _Candidate("cp1252", _WEST),
    _Candidate("cp1251", _CYRILLIC, latin=False),
    _Candidate("cp1250", _MIDDLE),
    _Candidate("gb18030", taught=_CHINESE),
    _Candidate("cp932", taught=_JAPANESE),
    _Candidate("euc_jp", taught=_JAPANESE),
    _Candidate("cp949", taught=_KOREAN),
    _Candidate("big5", taught=_TAIWANESE),
    _Candidate("cp1256", _ARABIC, latin=False),
    _Candidate("cp1253", _GREEK, latin=False),
    _Candidate("cp1254", _TURKISH),
    _Candidate("cp1255", _HEBREW, latin=False),
    _Candidate("cp1257", _BALTIC),
    _Candidate("cp874", _THAI, latin=False),
    _Candidate("koi8-u", _CYRILLIC, latin=False),
    _Candidate("koi8-r", _CYRILLIC, latin=False),
    _Candidate("iso8859-2", _MIDDLE),
    _Candidate("iso8859-15", _WEST),
    _Candidate("iso8859-5", _CYRILLIC, latin=False),
    _Candidate("iso8859-7", _GREEK, latin=False),
    _Candidate("iso8859-6", _ARABIC, latin=False),
    _Candidate("mac-roman", _WEST),
    _Candidate("cp850", _WEST),
    _Candidate("cp437", _WEST),
    _Candidate("cp866", _CYRILLIC, latin=False),
    _Candidate("cp852", _MIDDLE),
    _Candidate("mac-latin2", _MIDDLE),
    _Candidate("mac-cyrillic", _CYRILLIC, latin=False),
)
_EVERY = tuple(dict.fromkeys(alphabet for one in _CANDIDATES for alphabet in one.alphabets))
_WIDE = (
    _Candidate("utf-16-le", _EVERY, (*_CHINESE, *_JAPANESE, *_KOREAN, *_TAIWANESE)),
    _Candidate("utf-16-be", _EVERY, (*_CHINESE, *_JAPANESE, *_KOREAN, *_TAIWANESE)),
)


def guess_encoding(raw: bytes) -> str | None:
    """Return the encoding in which bytes read like words of a language; None if there is none."""
    sample = raw[: _SAMPLE - _SAMPLE % 2]
    wide = len(raw) % 2 == 0
    candidates = _WIDE if b"\0" in sample else (*_CANDIDATES, *(_WIDE if wide else ()))
    best, best_score = None, _ENOUGH
    for candidate in candidates:
        score = _score(sample, candidate, whole=len(sample) == len(raw))
        if score > best_score:
            best, best_score = candidate.name, score
    return best


def _score(sample: bytes, candidate: _Candidate, *, whole: bool) -> float:
    """Return how well bytes read in an encoding, per character beyond ASCII."""
    try:
        text = codecs.getincrementaldecoder(candidate.name)().decode(sample, final=whole)
    except UnicodeDecodeError:
        return -1
    if any(char < " " and char not in "\t\n\r\f\v" for char in text):
        return -1
    places = [at for at, char in enumerate(text) if char > "\x7f"][:_BEYOND_ASCII]
    if not places:  # only UTF-16 has bytes beyond ASCII and no such character
        return _LETTER
    alphabet = _alphabet([text[at].lower() for at in places], candidate.alphabets)
    return sum(_weight(text, at, alphabet, candidate) for at in places) / len(places)


def _alphabet(letters: Sequence[str], alphabets: Sequence[str]) -> frozenset[str]:
    """Return the alphabet that has the most of the letters."""
    best = max(alphabets, key=lambda one: sum(map(one.count, letters)), default="")
    return frozenset(best)


def _weight(text: str, at: int, alphabet: frozenset[str], candidate: _Candidate) -> float:
    """Return what a character beyond ASCII says for or against an encoding."""
    char, before, after = text[at], text[at - 1 : at] or " ", text[at + 1 : at + 2] or " "
    beside_latin = any(one.isascii() and one.isalpha() for one in before + after)
    if char.lower() in alphabet:
        if beside_latin and not candidate.latin and not "a" <= char.lower() <= "\u024f":
            return _FOREIGN
        if char.isupper() and before.islower():
            return _ODD_CASE
        if char.islower() and before.isupper() and text[at - 2 : at - 1].isalpha():
            return _ODD_CASE
        if before.isdigit() or after.isdigit():
            return _LETTER_BY_DIGIT
        if char.lower() in _COMMON:
            return _COMMON_LETTER
        return _RARE_THAI if char in _THAI[0] else _LETTER
    if candidate.taught and _is_ideograph(char):
        if beside_latin:
            return _FOREIGN
        return _COMMON_LETTER if char in _COMMON else _taught(char, candidate)
    if char in _SIGNS or (candidate.taught and char in _COMMON):
        return _sign(char, before, after)
    return _MISPLACED if unicodedata.category(char)[0] in "CSN" else _FOREIGN


def _sign(char: str, before: str, after: str) -> float:
    """Return what a sign says by where it stands."""
    if before.isalpha() and after.isalpha() and before < _FIRST_IDEOGRAPH:
        return _FITTING_SIGN if char in _JOINERS else _MISPLACED
    opens = char in _BEFORE_WORDS and not before.isalnum() and after.isalnum()
    closes = char in _BEHIND_WORDS and not before.isspace() and not after.isalnum()
    parts = char in _DASHES and before.isspace() and after.isspace()
    return _FITTING_SIGN if opens or closes or parts else _SIGN


def _is_ideograph(char: str) -> bool:
    return "\u3041" <= char <= "\u30ff" or "\u4e00" <= char <= "\u9fff" or "가" <= char <= "힣"


def _taught(char: str, candidate: _Candidate) -> float:
    """Return what a character says that is not of the most common ones."""
    if "\u3041" <= char <= "\u30ff":
        return _KNOWN_IDEOGRAPH
    for standard, leads in candidate.taught:
        try:
            known = char.encode(standard)[0] in leads
        except UnicodeEncodeError:
            continue
        if known:
            return _KNOWN_HANGUL if char >= "가" else _KNOWN_IDEOGRAPH
    return _RARE_IDEOGRAPH
