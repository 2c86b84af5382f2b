"""Tell when a question wants all that a list or table holds, and how many entries were found."""

from __future__ import annotations

from rag.retrieval.question import Question
from rag.retrieval.quoting import WholeList
from rag.retrieval.rank import Candidate
from rag.text.terms import analyze

# Entries by the kind of block, of one and of several.
_ENTRIES = {
    "row": ("in a table with 1 row", "in a table with {:,} rows"),
    "item": ("in a list with 1 entry", "in a list with {:,} entries"),
    "field": ("in a list with 1 entry", "in a list with {:,} entries"),
}


def wants_all(question: Question, candidate: Candidate) -> bool:
    """Return whether the list that a sentence is in or introduces is to be quoted whole.

    "How many members" is answered by a list only where its own line says that it lists members.

    Args:
        question: what is asked.
        candidate: the sentence that is quoted.
    """
    if question.several:
        return True
    label = candidate.sentence.label if candidate.sentence.kind == "item" else ""
    return question.unit is not None and question.unit in {term.term for term in analyze(label)}


def found_entries(listed: WholeList) -> str:
    """Return how many entries a list or table has, as a clause that claims nothing beyond it."""
    one, several = _ENTRIES[listed.kind]
    return one if listed.entries == 1 else several.format(listed.entries)
