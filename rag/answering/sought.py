"""Say in whole words what was looked for and not found."""

from __future__ import annotations

import re

from rag.retrieval.question import without_command

NO_ANSWER = "Nothing was found that answers this question."
_LONGEST = 160  # characters of a question that is repeated; a longer one is called "this question"
# Behind such a beginning the words of a question are in the order of a clause: "who signed it".
_CLAUSE = re.compile(r"who (?!(?:do|does|did|will|would|can|could|should)\b)", re.IGNORECASE)
_CONTEXT = re.compile(r"\s*\([^()]*\)$")
_ASKING = re.compile(
    r"(?:(?:in|at|by|for|from|on|since|to|until|with) )?"
    r"(?:who|whom|whose|what|which|when|where|why|how|do|does|did|is|are|was|were|has|have|had|will"
    r"|would|can|could|should|may|must)\b",
    re.IGNORECASE,
)


def nothing_by(name: str, topic: str) -> str:
    """Return a sentence that says that nothing was found of what somebody who is named says.

    Args:
        name: whose words were looked for.
        topic: on what, in the words of the question; empty for anything at all.
    """
    return f"Nothing was found that {name} says{topic and f' on {topic}'}."


def nothing_found(question: str) -> str:
    """Return a sentence that says that nothing answers a question, in its own words if it is short.

    Args:
        question: what was looked for: a question, or words without a verb. What a follow-up has
            in brackets, of the question before, is left out, and so is an order to tell it.
    """
    words = without_command(_CONTEXT.sub("", " ".join(question.split()))).rstrip(" ?.!,")
    if not words or len(words) > _LONGEST:
        return NO_ANSWER
    if _CLAUSE.match(words):
        return f"Nothing was found that says {words[0].lower()}{words[1:]}."
    if _ASKING.match(words):
        return f"Nothing was found that answers “{words[0].upper()}{words[1:]}?”."
    return f"Nothing was found on “{words}”."
