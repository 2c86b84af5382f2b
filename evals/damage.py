"""Ways to spoil a good answer, each the mistake of a real system.

Each takes a case and names that are foreign to it, and returns the spoilt answer,
or None where there is nothing of the kind to spoil.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import rag
from evals.cases import Case, cite
from evals.matching import contains

INVENTED = "Officials later praised the decision as a turning point for the whole region."
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
NUMBER = re.compile(r"\d[\d,]*")
MONTH = re.compile(rf"\b({'|'.join(MONTHS)})\b")
NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}\b")
DENIAL = re.compile(r"\b(?:no|not|never|nothing|neither)\b |n[’']t\b|\b(?:denied|rejected) ", re.I)
AUXILIARY = re.compile(r"\b(?:is|are|was|were|will|has|have|had)\b(?! not?\b| n)")
ASCRIBED = re.compile(
    r"^.*?(?:: (?=“)|\b(?:says?|said|reports?|reported|writes?|wrote|announced|confirmed|stated|"
    r"suggest|denied)\b(?: that)? )"
)

Damage = Callable[[Case, Sequence[str]], rag.Answer | None]


def number_changed(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """The last number of each statement is raised by one."""
    return _rewrite(
        case, lambda text: _replace_last(NUMBER, text, lambda n: str(int(n.replace(",", "")) + 1))
    )


def date_moved(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """The last month that a statement names becomes one that its sources do not name."""
    return _rewrite(
        case,
        lambda text: _replace_last(
            MONTH, text, lambda month: next(m for m in _other_months(month) if m not in text)
        ),
    )


def name_swapped(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """The last name in each statement becomes that of someone else."""
    return _rewrite(
        case,
        lambda text: _replace_last(
            NAME, text, lambda own: next((name for name in names if name not in text), own)
        ),
    )


def negation_dropped(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """What was denied is affirmed."""
    return _rewrite(case, lambda text: DENIAL.sub("", text.replace("won’t", "will"), count=1))


def negation_added(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """What was affirmed is denied."""
    return _rewrite(case, lambda text: AUXILIARY.sub(lambda m: f"{m[0]} not", text, count=1))


def attribution_removed(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """What someone says is stated as a fact; not where the quote itself names the speaker."""
    spoilt = _rewrite(case, lambda text: ASCRIBED.sub("", text, count=1))
    left = " ".join(s.text for s in spoilt.statements) if spoilt else ""
    return None if any(contains(left, speaker) for speaker in case.pair.speaker) else spoilt


def citation_moved(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """Every citation points, validly, at other words of the same article."""
    return _recite(case, lambda c: _elsewhere(case, c))


def span_shifted(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """Every citation begins and ends one character too late."""
    return _recite(case, lambda c: replace(c, start=c.start + 1, end=c.end + 1))


def span_out_of_range(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """Every citation points behind the end of its article."""
    return _recite(case, lambda c: replace(c, start=c.start + 10**9, end=c.end + 10**9))


def quote_forged(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """The quoted words are changed in the statement and in its citation alike."""
    answer = _recite(case, lambda c: replace(c, cited_text=f"{c.cited_text} {INVENTED}"))
    return answer and _with_statements(
        answer, [replace(s, text=f"{s.text} “{INVENTED}”") for s in answer.statements]
    )


def citations_dropped(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """The statements stay and cite nothing."""
    return _with_statements(
        case.answer, [replace(statement, citations=()) for statement in case.statements]
    )


def sentence_invented(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """A fluent sentence is added, with a citation."""
    first = case.statements[0]
    return _with_statements(case.answer, [*case.statements, replace(first, text=INVENTED)])


def everything_abstained(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """No answer, whatever was found."""
    answer = _with_statements(case.answer, [])
    return answer and replace(answer, status="abstained", reason="The articles do not say.")


def nothing_abstained(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """Where the articles are silent, the first passage found is given for an answer."""
    answer = case.answer
    if answer is None or not answer.passages:
        return None
    hit = answer.passages[0]
    citation = cite(1, hit.article, hit.passage.start, hit.passage.end)
    statement = rag.Statement(f"{hit.article.source}: “{hit.text}”", "supported", None, (citation,))
    return replace(_with_statements(answer, [statement]) or answer, status="answered", reason=None)


def same_quote_thrice(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """The first statement stands three times."""
    return _with_statements(case.answer, [case.statements[0]] * 3)


def empty_answer(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """An answer that holds nothing and does not say so."""
    return _with_statements(case.answer, [])


def question_repeated(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """The text merely contains the question."""
    first = case.statements[0]
    text = f"You ask: {case.pair.question}"
    return _with_statements(case.answer, [replace(first, text=text)])


def merely_yes(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """The text is "Yes."."""
    return _with_statements(case.answer, [replace(case.statements[0], text="Yes.")])


def passages_lost(case: Case, names: Sequence[str]) -> rag.Answer | None:
    """Nothing was found."""
    return case.answer and replace(case.answer, passages=())


def _rewrite(case: Case, change: Callable[[str], str]) -> rag.Answer | None:
    """The answer with every statement changed; None where the change changes nothing."""
    statements = [replace(s, text=change(s.text)) for s in case.statements]
    if statements == list(case.statements):
        return None
    return _with_statements(case.answer, statements)


def _recite(case: Case, change: Callable[[rag.Citation], rag.Citation]) -> rag.Answer | None:
    statements = [
        replace(s, citations=tuple(change(citation) for citation in s.citations))
        for s in case.statements
    ]
    return _with_statements(case.answer, statements)


def _with_statements(
    answer: rag.Answer | None, statements: Sequence[rag.Statement]
) -> rag.Answer | None:
    if answer is None:
        return None
    citations = dict.fromkeys(citation for s in statements for citation in s.citations)
    return replace(answer, statements=tuple(statements), citations=tuple(citations))


def _replace_last(pattern: re.Pattern[str], text: str, change: Callable[[str], str]) -> str:
    found = list(pattern.finditer(text))
    if not found:
        return text
    return text[: found[-1].start()] + change(found[-1].group()) + text[found[-1].end() :]


def _other_months(month: str) -> list[str]:
    at = MONTHS.index(month)
    return [*MONTHS[at + 1 :], *MONTHS[:at]]


def _elsewhere(case: Case, citation: rag.Citation) -> rag.Citation:
    """A citation of as many characters at that end of the article that is farther away."""
    text = case.ground.articles[citation.article_id].text
    length = citation.end - citation.start
    start = 0 if citation.start > len(text) - citation.end else len(text) - length
    return replace(
        citation, start=start, end=start + length, cited_text=text[start : start + length]
    )
