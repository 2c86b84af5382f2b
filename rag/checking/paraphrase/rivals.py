"""Find the number of a source that stands where a claim has one that the source lacks."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from rag.checking.statement import YEARS, analyzed
from rag.text.time_expressions import find_times

_STEM = 5  # letters that the forms of one word share
# Of the words beside two numbers, the share of the fewer that must be the same for the one to stand
# in the place of the other.
_SAME_WORDS = 0.5


def has_rival_number(claim: str, source: str, published: str | None) -> bool:
    """Return whether a missing number stands where the source has another; True if none misses.

    Another number of the claim is no rival, since both may hold, nor is one in a name ("HV-22").

    Args:
        claim: what is checked.
        source: what it is held against.
        published: the date of the source, as of an article.
    """
    said, given = analyzed(claim), analyzed(source)
    missing = [n.value for n in said.quantities if n.value not in given.numbers]
    if not missing:
        return True
    # The day of a date counts nothing; the years of "four years after" do.
    dated = [when for when in find_times(given.text, published) if not when.about]
    rivals = [
        number.value
        for number in given.quantities
        if not any(when.start <= number.start < when.end for when in dated)
    ]
    return any(
        _share_words(said.settings[value], given.settings[rival])
        for value, rival in product(missing, rivals)
        if not {value, rival} & set(YEARS) and rival not in said.numbers
    )


def _share_words(some: Iterable[frozenset[str]], others: Iterable[frozenset[str]]) -> bool:
    """Return whether two numbers stand beside much the same words, or forms of them."""
    stems = ([{word[:_STEM] for word in each} for each in pair] for pair in product(some, others))
    return any(
        len(here & there) >= max(1, _SAME_WORDS * min(len(here), len(there)))
        for here, there in stems
    )
