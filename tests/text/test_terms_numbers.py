"""Numbers as each language writes them, and characters of odd shape."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rag.text.characters import disguised
from rag.text.numbers import numbers_in


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("The clinics treated 4,210³ patients in 21⁵ places.", [4210, 21]),
        ("The trust spent $320¹ million and 74² million.", [320_000_000, 74_000_000]),
        ("It has 10⁹ cells, each 10⁻³ wide.", [10**9, Decimal("0.001")]),
        ("Of 12,34,567 people, the 8th paid 2,500m.", [1_234_567, 8, 2500]),
        ("Die Linie kostet 48,5 Millionen Euro.", [48_500_000]),
        ("Täglich fahren 12.400 Fahrgäste mit der Linie.", [12_400]),
        ("Der Bau kostet 1.250.000,50 Euro und 3 Mrd. Dollar.", [Decimal("1250000.5"), 3 * 10**9]),
        ("Sie kostet 2 Billionen Euro und ist die erste.", [2 * 10**12]),
        ("La bibliothèque possède 85 000 livres et une salle.", [85_000]),
        ("Le pont a coûté 1,5 milliard d'euros à la ville.", [1_500_000_000]),
        ("El puente costó 3 mil millones de euros a la ciudad.", [3_000_000_000]),
        ("A ponte custou 2 milhões de reais para a cidade.", [2_000_000]),
        ("В библиотеке 85 тысяч книг и 12,5 млн рублей.", [85_000, 12_500_000]),
        ("تضم المكتبة 85 ألف كتاب", [85_000]),
        ("تضم المكتبة ٨٥ كتاب", [85]),
        ("पुल पर 12 करोड़ रुपये खर्च हुए", [120_000_000]),
        ("공사비가 120억 원이고 책 85만 권", [12_000_000_000, 850_000]),
        ("总投资为三亿二千万元，全长1280米", [320_000_000, 1280]),
        ("每天四万辆，共1280万人次", [40_000, 12_800_000]),
        ("二〇二三年十一月，一百零五人", [2023, 11, 105]),
        ("工事費は12億円で、三千二百人が参加", [1_200_000_000, 3200]),
    ],
)
def test_numbers_in_languages(text: str, values: list[Decimal | int]) -> None:
    """A number is read as the language of its text writes it, without a raised note."""
    assert [number.value for number in numbers_in(text)] == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("A dozen people and half a dozen dogs came twice.", [12, 6, 2]),
        ("Half of the town, a quarter of it, three-quarters.", ["0.5", "0.25", "0.75"]),
        ("A hundred people paid half a million.", [100, 500_000]),
        ("In the first half of the match there were dozens of fouls.", []),
        ("A third bridge was built within a quarter of an hour.", []),
    ],
)
def test_english_quantities(text: str, values: list[str | int]) -> None:
    """Dozens, shares and "twice" are numbers where they are quantities, and only there."""
    assert [number.value for number in numbers_in(text)] == [Decimal(v) for v in values]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("It cost €2.24m, and the pier £3bn.", [2_240_000, 3_000_000_000]),
        ("Fees rose to EUR 12 bn, or 40k a head.", [12_000_000_000, 40_000]),
        ("The gate is 3m wide and cost 5m pounds.", [3, 5_000_000]),
        ("CHF 1.2 m for 12 m of wall, 4 mm thick.", [1_200_000, 12, 4]),
    ],
)
def test_short_scales(text: str, values: list[int]) -> None:
    """A letter or two multiply a figure; "m" does so for money alone."""
    assert [number.value for number in numbers_in(text)] == values


@pytest.mark.parametrize("text", ["星期三", "千万别说", "十分重要", "一百一", "三万五"])
def test_chinese_that_is_no_exact_number(text: str) -> None:
    """A numeral within a word, or one that may mean two numbers, is none."""
    values = {number.value for number in numbers_in(text)}
    assert not values & {3, 10, 10**7, 101, 30_005}


def test_english_figures_stay_english() -> None:
    """A point is a decimal point in English and a comma parts thousands or entries."""
    values = [number.value for number in numbers_in("It rose by 12.400 percent to 12,400.")]
    assert values == [Decimal("12.400"), 12_400]


def test_raised_digits_are_odd_unless_the_source_has_them() -> None:
    """A figure with a raised digit behind it is odd, except where the source writes the same."""
    assert disguised("It treated 4,210³ people.", "It treated 4,210 people.") == "4,210³"
    assert disguised("It treated “4,210³”.", "The clinics treated 4,210³, said Lind.") is None
    assert disguised("Of 4,210³, all left.", "The clinics treated (4,210³).") is None
    assert disguised("It is 12 km² and CO₂ in days.⁴", "") is None
    assert disguised("Раris is large.", "Paris is large.") == "Раris"
