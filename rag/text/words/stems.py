"""Stems of words by their script, and the forms that a word of a question may have in a text.

A stem depends on the word alone, never on what language its text is taken for: so the terms of a
question and of a document meet whatever either is in. Snowball's stemmers (PyStemmer, BSD) know
one language for each script; words in Latin letters are stemmed as English. Where a question
is in another such language, :func:`inflections` says in which other forms its words may stand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from Stemmer import Stemmer

# Letters that are written in two ways and that Unicode does not take apart.
_LATIN_FOLDED = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "ð": "d", "þ": "th"}
)
_ARABIC_FOLDED = str.maketrans(
    {"ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ڪ": "ك", "ة": "ه", "ۀ": "ه", "ە": "ه", "ٱ": "ا"}
    | {"ـ": None, "ء": None}
)
# The light stemmer of Larkey, Ballesteros and Connell ("light10", 2007), with the plural of
# Persian; what is left has so many letters at least.
_ARABIC_PREFIX = re.compile("^(?:(?:وال|بال|كال|فال|ال|ولل|لل)(?=..)|و(?=...))")
_ARABIC_SUFFIX = re.compile("(?<=..)(?:هاي|ها|ان|ات|ون|ين|يه|ه|ي)$")
# Particles behind a Korean noun, and the copula; of a word of three syllables two are left.
_KOREAN_SUFFIX = re.compile(
    "(?<=..)(?:에게서|에서는|에서도|으로는|으로서|으로써|이라고|입니다|입니까|인가요|습니다|습니까|이었다"
    "|에게|에서|에는|에도|으로|로서|로써|까지|부터|보다|처럼|마다|조차|이나|이란|이다|라고|들은|들이|들을|들의|하고"
    "|은|는|이|가|을|를|의|에|와|과|도|만|로|께|들)$"
)
_MOST_PARTICLES = 2
_BENGALI_SUFFIX = re.compile("(?<=...)(?:গুলোর|গুলির|গুলো|গুলি|টির|টি|টা|দের|কে|তে|ের|ে|র)$")


def stem(word: str) -> str:
    """Return the stem of a word of any script, folded: without case, accents and the like.

    Args:
        word: letters only, apostrophes removed.
    """
    for first, last, rule in _SCRIPTS:
        if first <= word[0] <= last:
            return rule(word) or word
    return snowball("english").stemWord(fold(word))  # type: ignore[no-any-return]


def fold(word: str) -> str:
    """Return a word in Latin letters without case and accents: "Straße" is "strasse"."""
    if word.isascii():
        return word.lower()
    return _bare(word).lower().translate(_LATIN_FOLDED)


def _bare(word: str) -> str:
    """Return a word without accents and other marks on its letters."""
    apart = unicodedata.normalize("NFKD", word)
    return "".join(char for char in apart if not unicodedata.combining(char))


@lru_cache(maxsize=32)
def snowball(language: str) -> Stemmer:
    """Return Snowball's stemmer of a language, by its English name in lower case."""
    from Stemmer import Stemmer

    return Stemmer(language)


def _cyrillic(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.lower()).replace("\u0301", "").replace("\u0300", "")
    whole = unicodedata.normalize("NFC", apart).replace("ё", "е").replace("ґ", "г")
    return snowball("russian").stemWord(whole)  # type: ignore[no-any-return]


def _greek(word: str) -> str:
    return _bare(snowball("greek").stemWord(unicodedata.normalize("NFC", word.lower())))


def _devanagari(word: str) -> str:
    plain = unicodedata.normalize("NFC", word).replace("\u093c", "").replace("ँ", "ं")
    return snowball("hindi").stemWord(plain)  # type: ignore[no-any-return]


def _bengali(word: str) -> str:
    return _BENGALI_SUFFIX.sub("", unicodedata.normalize("NFC", word))


def _arabic(word: str) -> str:
    plain = _bare(word).translate(_ARABIC_FOLDED)
    plain = _ARABIC_PREFIX.sub("", plain)
    return _ARABIC_SUFFIX.sub("", plain)


def _hangul(word: str) -> str:
    whole = unicodedata.normalize("NFC", word)
    for _ in range(_MOST_PARTICLES):
        whole = _KOREAN_SUFFIX.sub("", whole)
    return whole


def _as_written(word: str) -> str:
    return unicodedata.normalize("NFC", word)


# By the first and last character of each script.
_SCRIPTS: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("\u0370", "\u03ff", _greek),
    ("\u1f00", "\u1fff", _greek),
    ("\u0400", "\u052f", _cyrillic),
    ("\u0600", "\u077f", _arabic),
    ("\ufb50", "\ufeff", _arabic),
    ("\u0900", "\u097f", _devanagari),
    ("\u0980", "\u09ff", _bengali),
    ("\u0a00", "\u0dff", _as_written),
    ("\u1100", "\u11ff", _hangul),
    ("\uac00", "\ud7a3", _hangul),
)


# Endings of nouns, adjectives and verbs by language, with the name of its stemmer. An ending is
# tried on the stem, and kept where the stemmer takes it off again.
_ENDINGS = {
    "de": (
        "german",
        "e en er ern es s n in innen em ten te t et st end ende enden eten est nen sten ste",
    ),
    "fr": (
        "french",
        "e es s x aux al ale ales er ez ent ait aient ant é ée és ées era eront eraient erait"
        " ir it issent ira i ie is ies ons eur eurs euse eux if ive ifs ives ment",
    ),
    "es": (
        "spanish",
        "a o as os e es ar er ir an en on ó aron ieron aba aban ía ían ado ada ados adas ido ida"
        " idos idas ando iendo ará arán erá irá ción ciones mente",
    ),
    "it": (
        "italian",
        "a o e i are ere ire ano ono ato ata ati ate ito ita iti ite uto uta uti ute ando endo ava"
        " avano eva evano erà eranno irà iranno ò arono irono zione zioni mente",
    ),
    "pt": (
        "portuguese",
        "a o as os e es ar er ir am em ou eu iu aram eram iram ava avam ia iam ado ada ados adas"
        " ido ida idos idas ando endo indo ará arão erá irá ção ções mente",
    ),
    "nl": ("dutch", "e en s er ers t te ten de den d end ende"),
    "pl": (
        "polish",
        "a ą e ę i o u y ów om ami ach em owi ie iem ego emu ej ych ym ymi ć ł ła ło li ły esz"
        " my cie ją ek ki ka kę ką ce any ana ane ano ony ona one ono ować uje ują ował owała",
    ),
    "sv": (
        "swedish",
        "a ar arna are er erna en et na n s t or orna ade at ad as te e des ens ets",
    ),
    "da": ("danish", "e en er erne ene et ne s t ede ende"),
    "no": ("norwegian", "e en er ene et a ne s t ede te ende"),
    "tr": (
        "turkish",
        "i in a e da de dan den lar ler lari leri larin lerin u un si sini ya ye yi yu la le nin"
        " nun di ti du tu",
    ),
    "id": ("indonesian", "nya kan an i lah kah"),
    "ro": ("romanian", "ul a ea e i ii ilor lor ele le uri urile ului ei"),
    "hu": ("hungarian", "k t nak nek ban ben ba be on en ok ek ak at et val vel ra re"),
    "fi": ("finnish", "n t a ssa sta lla lle lta in en ja i ien issa ista"),
    "cs": ("czech", "a e i o u y ou ů em ami ech ům ho mu ých ým é á ý í"),
    "ca": ("catalan", "a o as es s os ar er ir en an at ada ats ades"),
}
_FEMALE = {
    "de": ("in", "innen")
}  # a stemmer leaves these on: "Bürgermeisterin" is a word of its own
_ARABIC_VOWELS = frozenset("اوي")
_ROOT = 3  # consonants of most Arabic words
_LONGEST_PATTERN = 5  # letters of the longest pattern
_SHORTEST_STEM = 3  # letters: endings make other words of shorter ones


# How Arabic makes plurals inside a word of three consonants, here 1, 2 and 3: kitāb, kutub. The
# usual ones of Wehr's dictionary, as terms write them.
_ARABIC_PATTERNS = ("12ا3", "12و3", "12ي3", "ا12ا3", "1ا23", "123")


def _broken_plurals(term: str) -> tuple[str, ...]:
    """Return other forms of an Arabic word with the same three consonants; its own is left out."""
    if len(term) > _LONGEST_PATTERN:
        return ()
    consonants = "".join(char for char in term if char not in _ARABIC_VOWELS)
    if len(consonants) != _ROOT:
        return ()
    table = str.maketrans(dict(zip("123", consonants, strict=True)))
    forms = dict.fromkeys(pattern.translate(table) for pattern in _ARABIC_PATTERNS)
    forms.pop(term, None)
    return tuple(forms)


@lru_cache(maxsize=10_000)
def inflections(word: str, language: str) -> tuple[str, ...]:
    """Return the terms of the forms of a word that its language may write, but its own.

    Some are no words: a form counts where the documents have it.

    Args:
        word: as it is written in a question; one with digits or a foreign script has none.
        language: of the question, ISO 639-1; English has none, whose terms are stems already.
    """
    if language == "ar":
        return _broken_plurals(stem(word))
    name, endings = _ENDINGS.get(language, ("", ""))
    whole = unicodedata.normalize("NFC", word).lower()
    if not name or not whole.isalpha() or not fold(whole).isascii():
        return ()
    stemmer = snowball(name)
    base = stemmer.stemWord(whole)
    if len(base) < _SHORTEST_STEM:
        return ()
    forms = (base, *(base + ending for ending in endings.split()))
    terms = dict.fromkeys(stem(form) for form in forms if stemmer.stemWord(form) == base)
    for ending in _FEMALE.get(language, ()):
        male = whole.removesuffix(ending)
        terms[stem(whole + ending if male == whole else male)] = None
    terms.pop(stem(whole), None)
    return tuple(terms)
