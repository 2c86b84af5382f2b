"""Write answers, checks, timelines and differences as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from rag.render import walk
from rag.render.naming import (
    label_note,
    one_line,
    place,
    shorten,
    source_line,
    told_apart,
)
from rag.text.characters import visible
from rag.text.quotations import in_quotes


def answer_text(answer: Mapping[str, Any], *, quotes: bool = True) -> str:
    """Return an ``Answer.to_dict()`` as text for a terminal.

    Args:
        answer: the dictionary.
        quotes: whether the sources of an answer in an LLM's words are followed by the words that
            it cites.
    """
    quoted = _quoted_apart(answer) if quotes else frozenset()
    return visible(_blocks_text(walk.answer_blocks(answer), quoted))


def _quoted_apart(answer: Mapping[str, Any]) -> frozenset[int]:
    """Return the numbers of the citations of a written answer whose words it does not show."""
    struck = any(statement["verdict"] == "unsupported" for statement in answer["statements"])
    # Quotes may stand behind what is struck.
    if answer["answered_by"] == walk.QUOTED and not struck:
        return frozenset()
    said = [one_line(statement["text"]) for statement in answer["statements"]]
    told = {
        position["citation"]["number"]
        for difference in answer["differences"]
        for position in difference["positions"]
    }
    return frozenset(
        citation["number"]
        for citation in walk.all_citations(answer)
        if citation["number"] not in told
        and not any(one_line(citation["cited_text"]) in text for text in said)
    )


def _blocks_text(blocks: Iterable[walk.Block], quoted: frozenset[int] = frozenset()) -> str:
    """Join blocks with blank lines; statements stand on consecutive lines.

    Args:
        blocks: in order.
        quoted: numbers of the citations whose words stand below their source.
    """
    sections = []
    for statements, group in groupby(blocks, lambda b: isinstance(b, walk.StatementBlock)):
        written = ["\n".join(_block_lines(block, quoted)) for block in group]
        sections += ["\n".join(written)] if statements else written
    return "\n\n".join(section for section in sections if section)


def _block_lines(block: walk.Block, quoted: frozenset[int]) -> Iterator[str]:
    match block:
        case walk.QuestionBlock(understood=understood):
            yield from [understood] if understood else []
        case walk.NoticeBlock(text) | walk.AsOfBlock(text):
            yield text
        case walk.AbstentionBlock(reason, nearest):
            yield reason
            yield from ["", walk.NEAREST_HEADING] if nearest else []
            for hit in nearest:
                yield f"  {source_line(hit)}"
                yield f"    {shorten(hit['text'])}"
        case walk.StatementBlock():
            yield _statement_line(block)
        case walk.DifferenceBlock(summary, positions):
            yield one_line(summary)
            for position in positions:
                cited, later = position["citation"], position["overtaken_by"]
                value = f"{one_line(position['value'])} [{cited['number']}]"
                overtaken = f" (overtaken by [{later}])" if later else ""
                yield f"  {walk.position_source(position)}: {value}{overtaken}"
                yield f"    {in_quotes(shorten(cited['cited_text']))}{label_note(cited)}"
        case walk.SourcesBlock(citations):
            for cited in citations:
                yield _citation_line(cited)
                if cited["number"] in quoted:  # whole, for a sentence is held against all of it
                    yield f"    {in_quotes(one_line(cited['cited_text']))}{label_note(cited)}"


def _statement_line(block: walk.StatementBlock) -> str:
    said = strikethrough(block.text) if block.struck else block.text
    noted = [f"{note} {_marks(numbers)}".strip() for note, numbers in block.notes]
    aside = f" ({'; '.join(noted)})" if noted else ""
    return f"{said} {_marks(block.citations)}{block.doubt}{aside}"


def strikethrough(text: str) -> str:
    """Return a text struck out as in Markdown; nothing in the text can end that early."""
    return f"~~{text.replace('~', '∼')}~~"


def _marks(numbers: Sequence[int]) -> str:
    return " ".join(f"[{number}]" for number in numbers)


def _citation_line(citation: Mapping[str, Any]) -> str:
    return f"[{citation['number']}] {source_line(citation)} ({place(citation)})"


def passage_line(hit: Mapping[str, Any], *, limit: int) -> str:
    """Return a passage as two lines: score, source and place; then its first words.

    Args:
        hit: ``Hit.to_dict()``.
        limit: characters of the passage that are shown.
    """
    found = f"{hit['score']:.2f}  {source_line(hit)} ({place(hit)})"
    return visible(f"{found}\n      {shorten(hit['text'], limit)}")


def differences_text(differences: Sequence[Mapping[str, Any]]) -> str:
    """Return each ``Difference.to_dict()`` as text for a terminal, then the citations."""
    if not differences:
        return walk.NO_DIFFERENCES
    differences = told_apart(differences)
    positions = [position for each in differences for position in each["positions"]]
    cited = {position["citation"]["number"]: position["citation"] for position in positions}
    blocks = [walk.DifferenceBlock(each["summary"], each["positions"]) for each in differences]
    sources = walk.SourcesBlock([cited[number] for number in sorted(cited)])
    return visible(_blocks_text([*blocks, sources]))


def timeline_text(events: Sequence[Mapping[str, Any]]) -> str:
    """Return each ``DatedEvent.to_dict()`` as text: date, quote, sources, how it was dated."""
    lines = []
    for event in told_apart(events):
        lines += [walk.event_date(event), f"  {in_quotes(shorten(event['text']))}"]
        lines += [f"  {_citation_line(citation)}" for citation in event["citations"]]
        lines += [f"  dated by {event['derived']}", ""]
    return visible("\n".join(lines)) if lines else walk.NO_EVENTS


def checked_text(checked: Mapping[str, Any]) -> str:
    """Return a ``Checked.to_dict()`` as text: each sentence, its verdict, reason and evidence."""
    lines = []
    for claim in told_apart(checked["statements"]):
        verdict = walk.VERDICT_LABELS[claim["verdict"]].upper()
        lines += [one_line(claim["text"]), f"  {verdict}{walk.claim_remark(claim)}"]
        nearest = f"{walk.NEAREST_CLAIM}: " if claim["verdict"] == "not_found" else ""
        for citation in claim["evidence"]:
            lines.append(f"  {nearest}{_citation_line(citation)}")
            note = label_note(citation)
            lines.append(f"    {in_quotes(shorten(citation['cited_text']))}{note}")
        lines.append("")
    return visible("\n".join(lines))


def pack_check_text(found: Mapping[str, Any]) -> str:
    """Return the result of ``verify_pack`` as text: each quote, each finding, the verdict."""
    lines = [f"{found['question']}", ""]
    for quote in found["quotes"]:
        said = "holds" if quote["holds"] else f"NO LONGER HOLDS: {quote['reason']}"
        lines.append(f"[{quote['number']}] {quote['file']}: {said}")
    lines += [f"NO LONGER HOLDS: {finding}" for finding in found["findings"]]
    verdict = "The pack holds." if found["holds"] else "The pack does not hold as it is."
    return visible("\n".join([*lines, "", verdict]))
