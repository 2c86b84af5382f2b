"""Quantities are read with their units, and compared as values."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rag.checking.notation.quantities import agree, comparable, quantities_in


@pytest.mark.parametrize(
    ("text", "value", "dimension", "words"),
    [
        ("It cost 2.6 million crowns.", "2600000", "money crown", "2.6 million crowns"),
        ("They paid €1.2m for it.", "1200000", "money euro", "€1.2m"),
        ("A ticket is 3 dollars 40.", "3.40", "money dollar", "3 dollars 40"),
        ("It measures 0.12 hectares.", "1200", "area", "0.12 hectares"),
        ("The board is 38cm wide.", "0.38", "length", "38cm"),
        ("It takes a year and a half.", "47336400", "time", "a year and a half"),
        ("He won in two hours, nine minutes and 31 seconds.", "7771", "time", None),
        ("He won in 2:09:31.", "7771", "time", "2:09:31"),
        ("Nearly four in five agreed.", "80", "share", "Nearly four in five"),
        ("The county pays a third of it.", None, "share", "a third"),
        ("It was 50 degrees Fahrenheit.", "10", "temperature", "50 degrees Fahrenheit"),
        ("About 60,000 residents left.", "60000", "", "About 60,000"),
    ],
)
def test_a_quantity_is_read_with_its_unit(
    text: str, value: str | None, dimension: str, words: str | None
) -> None:
    """Money, measures, lengths of time and shares are turned into one unit each."""
    (found,) = quantities_in(text)
    assert found.dimension == dimension
    assert value is None or found.value == Decimal(value)
    assert words is None or text[found.start : found.end] == words


@pytest.mark.parametrize("text", ["In 1911 it burned.", "On the 3rd floor.", "From 9:30 on."])
def test_what_is_no_quantity_is_not_read(text: str) -> None:
    """A year, an ordinal and a time of day count nothing."""
    assert quantities_in(text) == []


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("a third of it", "33 %", True),
        ("0.12 hectares", "1,200 square metres", True),
        ("half a year", "26 weeks", True),
        ("eighteen months", "a year and a half", True),
        ("48 degrees Fahrenheit", "9 degrees Celsius", True),
        ("12,480 runners", "Around 12,500 runners", True),
        ("12,480 runners", "12,500 runners", True),
        ("32 cents", "0.32 euros", True),
        ("more than 40 per cent", "42 %", True),
        ("2.6 million crowns", "1.8 million crowns", False),
        ("40 wolves", "44 wolves", False),
        ("nine days", "14 days", False),
        ("340,000 litres", "430,000 litres", False),
        ("2,000 people", "2,400 people", False),
    ],
)
def test_equal_values_are_one(first: str, second: str, same: bool) -> None:
    """Another unit, wording or rounding is no other value."""
    one, other = quantities_in(first)[0], quantities_in(second)[0]
    assert comparable(one, other)
    assert agree(one, other) == agree(other, one) == same


@pytest.mark.parametrize(
    ("first", "second"),
    [("nine days", "nine metres"), ("5 euros", "5 dollars"), ("30 %", "30 people")],
)
def test_other_dimensions_are_not_compared(first: str, second: str) -> None:
    """A length is no time, and euros are no dollars."""
    assert not comparable(quantities_in(first)[0], quantities_in(second)[0])
