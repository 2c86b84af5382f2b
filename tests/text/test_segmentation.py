"""Terms of scripts without spaces between words."""

from __future__ import annotations

import pytest

from rag.text.terms import analyze, is_stopword, question_terms, term_string
from rag.text.words.languages import language_of
from rag.text.words.segmentation import loose_terms


def words(text: str) -> list[str]:
    """Return the words of the terms of a text."""
    return [text[term.start : term.end] for term in analyze(text)]


def asked(question: str) -> list[str]:
    """Return the words of a question that name something, whatever the documents have."""
    language, loose = language_of(question), loose_terms(question)
    return [
        question[term.start : term.end]
        for term in analyze(question)
        if not is_stopword(term.term, language) and term.start not in loose
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("青河市的桥", ["青河", "河市", "市的", "的桥"]),
        ("桥 on the 青河", ["桥", "on", "the", "青河"]),
        ("2023年10月，全长1,280米", ["2023", "年", "10", "月", "全长", "1,280", "米"]),
        ("สะพาน", ["สะพ", "ะพา", "พาน"]),
        ("ガイドで", ["ガイ", "イド", "ドで"]),
        ("カ\u3099イ", ["カ\u3099イ"]),
    ],
)
def test_groups_overlap(text: str, expected: list[str]) -> None:
    """A text is indexed by pairs of characters, or threes, and every word and figure among them."""
    if language_of(text) != "th":
        assert words(text) == expected
    else:
        assert all(len(word) >= 3 for word in words(text))


def test_a_word_is_found_wherever_it_stands() -> None:
    """All the groups of a word are among those of any text that has it."""
    pairs = [
        ("总投资", "新桥的总投资为三亿元"),
        ("図書館", "新図書館は四月に開館"),
        ("สะพาน", "มีสะพานใหม่ยาว"),
    ]
    for word, text in pairs:
        assert set(words(word)) <= set(words(text))
        assert not set(words(word)) <= set(words(text.replace(word, "")))


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("新桥的总投资是多少？", {"新桥", "投资"}),
        ("谁设计了大桥？", {"设计", "大桥"}),
        ("会议在哪里举行？", {"会议", "举行"}),
        ("市長の名前は何ですか？", {"市長", "名前"}),
        ("図書館はいつ開館しましたか？", {"図書", "書館", "開館"}),
    ],
)
def test_what_a_question_names(question: str, named: set[str]) -> None:
    """Of a question remain the words that name something; function words and joints do not."""
    assert set(asked(question)) == named


def test_thai_question_words() -> None:
    """What asks in Thai names nothing."""
    assert not any("ใคร" in word or "คือ" in word for word in asked("นายกเทศมนตรีคือใคร"))
    assert asked("นายกเทศมนตรีคือใคร")


def test_spaced_text_has_no_joints() -> None:
    """Joints are only between words without spaces."""
    assert loose_terms("Who built the new bridge?") == frozenset()


@pytest.mark.parametrize("text", ["ខ្ញុំស្រឡាញ់ភ្នំពេញ", "ຂ້ອຍຢູ່ວຽງຈັນ", "မြန်မာနိုင်ငံ"])
def test_scripts_without_a_model(text: str) -> None:
    """Khmer, Lao and Burmese are indexed by groups too, each within the text."""
    terms = analyze(text)
    assert len(terms) > 2
    assert all(0 <= term.start < term.end <= len(text) for term in terms)
    assert [term.start for term in terms] == sorted(term.start for term in terms)


@pytest.mark.parametrize(
    ("question", "lone"),
    [
        ("大桥有多宽？", ["宽"]),
        ("桥有多长？", ["桥"]),
        ("谁写了这本书？", ["书"]),
        ("橋の長さは？", ["橋"]),
        ("山は高いですか", ["山"]),
        ("図書館はいつ開館しましたか？", []),
        ("新桥的总投资是多少？", []),
        ("Who built 桥?", ["桥"]),
        ("Who built the bridge?", []),
    ],
)
def test_words_of_one_character(question: str, lone: list[str]) -> None:
    """A question may ask for a word of one character, which texts are indexed by, too."""
    found = [question[term.start : term.end] for term in question_terms(question)]
    assert [word for word in found if word in "宽桥书橋山館图总是"] == lone
    for word in lone:
        assert word in term_string(f"新{word}于2023年建成").split()
    starts = [term.start for term in question_terms(question)]
    assert starts == sorted(starts)
