"""Close spellings of one name: "Kadhimi" and "Kadhemi", not "Iraq" and "Iran"."""

from __future__ import annotations

# Letters by which two spellings of one name may differ, by the length of the term; shorter names
# differ from other names by as little.
SPELLING_DISTANCE = ((9, 2), (5, 1))


def spelling_distance(term: str) -> int:
    """How many letters another spelling of a term may differ by."""
    return next((most for length, most in SPELLING_DISTANCE if len(term) >= length), 0)


def is_near(wanted: str, term: str, distance: int) -> bool:
    """Whether two terms begin alike and differ by at most ``distance`` letters."""
    from rapidfuzz.distance import OSA

    if term[0] != wanted[0] or abs(len(term) - len(wanted)) > distance:
        return False
    return OSA.distance(wanted, term, score_cutoff=distance) <= distance
