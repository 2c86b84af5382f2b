"""An answer for a terminal, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rag.render.parts import (
    all_citations,
    as_of,
    display_date,
    doubt,
    is_struck,
    md,
    notes,
    one_line,
    rewritten_question,
    shorten,
    source_line,
    strikethrough,
)
from rag.text.characters import visible
from rag.text.times import spoken_date


def answer_text(answer: Mapping[str, Any]) -> str:
    """The answer for a terminal."""
    meant = rewritten_question(answer)
    lines = [f"Understood as: {one_line(meant)}", ""] if meant else []
    lines += [answer["notice"], ""] if answer["notice"] else []
    if answer["status"] == "abstained":
        lines += [answer["reason"], "", "Nearest passages:"]
        for hit in answer["passages"][:3]:
            lines += [f"  {source_line(hit)}", f"    {shorten(hit['text'])}"]
        return visible("\n".join(lines))
    for statement in answer["statements"]:
        said = one_line(statement["text"])
        said = strikethrough(said) if is_struck(statement) else said
        noted = [f"{note} {_marks(numbers)}".strip() for note, numbers in notes(statement, answer)]
        aside = f" ({'; '.join(noted)})" if noted else ""
        lines.append(f"{said} {_marks(statement['citations'])}{doubt(statement)}{aside}")
    lines += ["", *difference_lines(answer["differences"]), as_of(answer), ""]
    lines += [citation_line(citation) for citation in all_citations(answer)]
    return visible("\n".join(lines))


def difference_lines(differences: list[Mapping[str, Any]]) -> Iterator[str]:
    """Where sources differ: what, then each value with who gives it when, newest first."""
    for difference in differences:
        yield one_line(difference["summary"])
        for position in difference["positions"]:
            cited = position["citation"]
            later = position["overtaken_by"]
            overtaken = f" (overtaken by [{later}])" if later else ""
            value = one_line(position["value"])
            yield f"  {_who_when(cited)}: {value} [{cited['number']}]{overtaken}"
            yield f"    “{shorten(cited['cited_text'])}”"
        yield ""


def citation_line(citation: Mapping[str, Any]) -> str:
    """A citation on one line: its number, its source, and where it stands."""
    place = f"{citation['article_id']}:{citation['start']}-{citation['end']}"
    return f"[{citation['number']}] {source_line(citation)} ({place})"


def _who_when(citation: Mapping[str, Any]) -> str:
    source = one_line(citation["outlet"] or citation["title"])
    return f"{source}, {display_date(citation['published'])}"


def _marks(numbers: list[int]) -> str:
    return " ".join(f"[{number}]" for number in numbers)


def answer_markdown(answer: Mapping[str, Any]) -> str:
    """The answer with its quotes as Markdown footnotes."""
    lines = [f"**{md(answer['question'])}**", ""]
    meant = rewritten_question(answer)
    lines += [f"Understood as: {md(one_line(meant))}", ""] if meant else []
    lines += [md(answer["notice"]), ""] if answer["notice"] else []
    if answer["status"] == "abstained":
        lines += [md(answer["reason"]), "", "Nearest passages:", ""]
        for hit in answer["passages"][:3]:
            lines.append(f"- {md(source_line(hit))}: {md(shorten(hit['text']))}")
        return "\n".join(lines) + "\n"
    for statement in answer["statements"]:
        said = md(one_line(statement["text"]))
        said = f"~~{said}~~" if is_struck(statement) else said
        noted = [f"{note} {_feet(numbers)}".strip() for note, numbers in notes(statement, answer)]
        aside = f" ({'; '.join(noted)})" if noted else ""
        lines += [f"{said}{_feet(statement['citations'])}{md(doubt(statement))}{aside}", ""]
    for difference in answer["differences"]:
        lines += [md(difference["summary"]), ""]
        for position in difference["positions"]:
            cited = position["citation"]
            later = position["overtaken_by"]
            overtaken = f" (overtaken by {_feet([later])})" if later else ""
            said = f"{_who_when(cited)}: {position['value']}"
            lines.append(f"- {md(said)}{_feet([cited['number']])}{overtaken}")
        lines.append("")
    lines += [as_of(answer), ""] if as_of(answer) else []
    for citation in all_citations(answer):
        quote = md(one_line(citation["cited_text"]))
        lines.append(f"[^{citation['number']}]: {md(source_line(citation))}: “{quote}”")
    return "\n".join(lines) + "\n"


def _feet(numbers: list[int]) -> str:
    return "".join(f"[^{number}]" for number in numbers)


def chat_markdown(answer: Mapping[str, Any]) -> str:
    """The answer for a chat, as Markdown: sentences with marks, what differs, then the quotes."""
    if answer["status"] == "abstained":
        nearest = [
            f"- {md(source_line(hit))}: {md(shorten(hit['text']))}"
            for hit in answer["passages"][:3]
        ]
        return "\n".join([md(answer["reason"]), "", "Nearest passages:", "", *nearest])
    lines = [chat_statement(statement) for statement in answer["statements"]]
    lines += [md(answer["notice"]), ""] if answer["notice"] else []
    for difference in answer["differences"]:
        lines += [md(difference["summary"]), ""]
        for position in difference["positions"]:
            later = position["overtaken_by"]
            overtaken = f" (overtaken by [{later}])" if later else ""
            cited = position["citation"]
            said = md(f"{_who_when(cited)}: {position['value']}")
            lines.append(f"- {said} [{cited['number']}]{overtaken}")
        lines.append("")
    lines += [as_of(answer), ""] if as_of(answer) else []
    for citation in all_citations(answer):
        quote = md(one_line(citation["cited_text"]))
        lines += [f"[{citation['number']}] {md(source_line(citation))}: “{quote}”", ""]
    return "\n".join(lines).rstrip() + "\n"


def chat_statement(statement: Mapping[str, Any]) -> str:
    """A sentence for a chat, as Markdown, with its marks and a blank line behind it.

    Only marks of ours are numbers in plain square brackets.
    """
    said = md(one_line(statement["text"]))
    marks = "".join(f" [{number}]" for number in statement["citations"])
    if not is_struck(statement):
        return f"{said}{marks}\n"
    return f"~~{said}~~{marks} (unsupported: {md(statement['reason'])})\n"


def timeline_text(events: list[Mapping[str, Any]]) -> str:
    """Dated events for a terminal: date, quote, sources, and how the date was found."""
    lines = []
    for event in events:
        about = "about " if event["about"] else ""
        lines.append(f"{about}{spoken_date(event['date'])}")
        lines.append(f"  “{shorten(event['text'])}”")
        lines += [f"  {citation_line(citation)}" for citation in event["citations"]]
        lines += [f"  dated by {event['derived']}", ""]
    return visible("\n".join(lines)) if lines else "The articles date nothing of that."


def checked_text(checked: Mapping[str, Any]) -> str:
    """A checked text for a terminal: each sentence, its verdict and reason, its evidence."""
    lines = []
    for statement in checked["statements"]:
        lines.append(one_line(statement["text"]))
        verdict = statement["verdict"].replace("_", " ")
        reason = f": {statement['reason']}" if statement["reason"] else ""
        sources = statement["independent"]
        backed = f" by {sources} independent sources" if sources > 1 else ""
        lines.append(f"  {verdict.upper()}{backed}{reason}")
        near = "nearest: " if statement["verdict"] == "not_found" else ""
        for citation in statement["evidence"]:
            lines.append(f"  {near}{citation_line(citation)}")
            lines.append(f"    “{shorten(citation['cited_text'])}”")
        lines.append("")
    return visible("\n".join(lines))


def differences_text(differences: list[Mapping[str, Any]]) -> str:
    """Where sources differ, for a terminal, with the places of the quotes."""
    if not differences:
        return "The articles give no different values for that."
    cited = {
        position["citation"]["number"]: position["citation"]
        for difference in differences
        for position in difference["positions"]
    }
    lines = [
        *difference_lines(differences),
        *(citation_line(cited[number]) for number in sorted(cited)),
    ]
    return visible("\n".join(lines))


def pack_check_text(found: Mapping[str, Any]) -> str:
    """What became of an evidence pack, for a terminal."""
    lines = [f"{found['question']}", ""]
    for quote in found["quotes"]:
        said = "holds" if quote["holds"] else f"NO LONGER HOLDS: {quote['reason']}"
        lines.append(f"[{quote['number']}] {quote['file']}: {said}")
    lines += [f"NO LONGER HOLDS: {finding}" for finding in found["findings"]]
    lines += ["", "The pack holds." if found["holds"] else "The pack does not hold as it is."]
    return visible("\n".join(lines))
