"""Terms and function words of languages other than English."""

from __future__ import annotations

import pytest

from rag.text.terms import analyze, is_stopword, term_string
from rag.text.words.languages import function_words, is_english, language_of
from rag.text.words.stems import inflections

QUESTIONS = {
    "de": ("Wer ist die Bürgermeisterin?", ["Bürgermeisterin"]),
    "fr": ("Quand l’école du village a-t-elle été fermée ?", ["école", "village", "fermée"]),
    "es": ("¿Quién es la alcaldesa de Riba?", ["alcaldesa", "Riba"]),
    "pt": ("Quem é a prefeita da cidade?", ["prefeita", "cidade"]),
    "it": ("Chi è il sindaco dell’isola?", ["sindaco", "isola"]),
    "nl": ("Wie is de burgemeester van Oud?", ["burgemeester", "Oud"]),
    "sv": ("Vem är borgmästaren i Vik?", ["borgmästaren", "Vik"]),
    "pl": ("Kto jest burmistrzem miasta?", ["burmistrzem", "miasta"]),
    "ru": ("Кто является мэром города?", ["мэром", "города"]),
    "uk": ("Хто є мером міста?", ["мером", "міста"]),
    "ar": ("من هي مديرة المكتبة؟", ["مديرة", "المكتبة"]),
    "fa": ("مدیر کتابخانه کیست؟", ["مدیر", "کتابخانه"]),
    "tr": ("Kütüphane neden kapatıldı?", ["Kütüphane", "kapatıldı"]),
    "hi": ("पुस्तकालय की निदेशक कौन है?", ["पुस्तकालय", "निदेशक"]),
    "bn": ("শহরের মেয়র কে?", ["শহরের", "মেয়র"]),
    "id": ("Siapa kepala perpustakaan itu?", ["kepala", "perpustakaan"]),
    "vi": ("Ai là thị trưởng của Huế?", ["thị", "trưởng", "Huế"]),
    "ko": ("시장은 누구입니까?", ["시장은"]),
}


@pytest.mark.parametrize("language", QUESTIONS)
def test_function_words_name_nothing(language: str) -> None:
    """Of a question in any of the large languages, only the words that name something count."""
    question, words = QUESTIONS[language]
    assert language_of(question) == language
    terms = [term for term in analyze(question) if not is_stopword(term.term, language)]
    assert [question[term.start : term.end] for term in terms] == words


@pytest.mark.parametrize(
    "text",
    [
        "Who is de la Cruz?",
        "Did they die in the war?",
        "al-Sudani",
        "What is the bin for?",
        "Los Angeles",
        "Post a comment",
        "",
        "2024",
    ],
)
def test_english_is_what_shows_nothing_else(text: str) -> None:
    """A name or a word that another language has too makes no text foreign."""
    assert is_english(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("谁设计了 iPhone 15？", "zh"),
        ("市長は誰ですか", "ja"),
        ("นายกเทศมนตรีคือใคร", "th"),
        ("The mayor of 青河 is Lin.", "en"),
    ],
)
def test_language_by_script(text: str, language: str) -> None:
    """The script of most of a text shows its language."""
    assert language_of(text) == language


def test_a_word_is_a_function_word_in_its_own_language() -> None:
    """The English verb "die" counts in English, the German article not in German."""
    (term,) = analyze("die")
    assert is_stopword(term.term, "de")
    assert not is_stopword(term.term)
    assert not is_stopword(term.term, "en")
    assert not is_stopword(term.term, "xx")
    assert function_words("xx") == frozenset()


@pytest.mark.parametrize(
    "variants",
    [
        ("Straße", "STRASSE", "strasse"),
        ("école", "l’école", "l'Ecole", "d’école"),
        ("œuvre", "oeuvre"),
        ("Łódź", "Lodz"),
        ("Ødegård", "odegard"),
        ("книга", "книги", "Книгой"),
        ("еще", "ещё", "ЕЩЁ"),
        ("مكتبة", "المكتبة", "والمكتبة", "مكتبه", "مَكْتَبَة", "مكتـبة"),
        ("أحمد", "احمد"),
        ("کتابخانه", "كتابخانه"),
        ("کتاب", "کتاب\u200cها", "کتابها"),
        ("किताब", "किताबें", "किताबों"),
        ("मंत्री", "मंत्री"),
        ("도서관", "도서관까지는", "도서관은", "도서관에서", "도서관에는", "도서관의"),
        ("২৫০০", "2500", "٢٥٠٠", "٢٬٥٠٠", "２５００", "۲۵۰۰", "२५००"),
        ("12.400", "12,400", "12400", "12’400", "12\u00a0400"),
        ("48,5", "48.5", "٤٨٫٥"),
        ("1.250.000", "1,250,000"),
        ("ＡＢＣ", "abc"),
        ("ガイド", "ｶﾞｲﾄﾞ", "カ\u3099イト\u3099"),
    ],
)
def test_variants_meet(variants: tuple[str, ...]) -> None:
    """Folded letters, articles, particles and digits of any script make no difference."""
    assert len({term_string(variant) for variant in variants}) == 1, [
        term_string(variant) for variant in variants
    ]


def test_different_numbers_stay_apart() -> None:
    """A decimal is not the figure without its point."""
    assert len({term_string(number) for number in ("2.5", "25", "2.50", "0.125", "125")}) == 5


@pytest.mark.parametrize(
    ("word", "language", "form"),
    [
        ("Bauarbeit", "de", "Bauarbeiten"),
        ("Häuser", "de", "Haus"),
        ("Bürgermeister", "de", "Bürgermeisterinnen"),
        ("Bürgermeisterin", "de", "Bürgermeister"),
        ("fermé", "fr", "fermées"),
        ("cerraron", "es", "cerrado"),
        ("biblioteka", "pl", "biblioteki"),
    ],
)
def test_inflections(word: str, language: str, form: str) -> None:
    """A word of a question is found in the other forms that its language writes."""
    assert term_string(form) in inflections(word, language)
    assert term_string(word) not in inflections(word, language)


def test_what_has_no_inflections() -> None:
    """English terms are stems already; a short stem, a figure or another script has no forms."""
    assert inflections("bridge", "en") == ()
    assert inflections("12th", "de") == inflections("Uhr2", "de") == inflections("мост", "de") == ()
    assert inflections("Ei", "de") == ()


def test_offsets_behind_an_elided_article() -> None:
    """A term stands where its word does, without the article that is written as one with it."""
    text = "Dans l’école et d'une île"
    assert [text[term.start : term.end] for term in analyze(text)] == [
        *("Dans", "école", "et", "une", "île"),
    ]


def test_apostrophes_inside_of_names_stay() -> None:
    """A name that has an apostrophe behind its first letters is no article with a word."""
    for name in ("O’Brien", "Kata’ib", "N’Djamena", "Shi’ite"):
        (term,) = analyze(name)
        assert (term.start, term.end) == (0, len(name))


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("4,210³ patients", "4210 patient"),
        ("21⁵ libraries", "21 librari"),
        ("days.⁴ The", "day the"),
        ("libraries⁵ and", "librari and"),
        ("4,210³⁴", "4210"),
        ("4,210ᵃ", "4210"),
        ("³ See above", "see abov"),
        ("km² and CO₂ and H₂O", "km2 and co2 and h2o"),
        ("x² m³", "x2 m3"),
        ("1ˢᵗ 2ⁿᵈ", "1st 2nd"),
        ("10⁹ cells", "10^9 cell"),
        ("¹⁴C", "14C"),
        ("6½", "6½"),
    ],
)
def test_raised_characters(text: str, terms: str) -> None:
    """The mark of a note is no part of a word; a power, a measure and an isotope are."""
    assert term_string(text) == terms
