"""Write an answer as Markdown: with footnotes for a document, with bracketed numbers for a chat."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rag.render import walk
from rag.render.naming import label_note, one_line, shorten, source_line
from rag.text.characters import visible
from rag.text.quotations import in_quotes

# Endings of files that no address on the web ends in: "notes.md" may be one in Moldova.
_ENDINGS = (
    "csv|docx?|eml|epub|html?|ics|jpe?g|json|mbox|mhtml|msg|od[pst]|pdf|png|pptx?|rtf|tiff?|txt|"
    "vcf|vtt|xhtml|xlsx?|xml|yaml"
)
# Markdown would read these as markup; a backslash before each makes them text. A full stop
# between words may make them an address, and "&" begins a character that is written by its name.
_SPECIAL = re.compile(
    rf"([\\`*_{{}}\[\]<>#|~]|&(?=#?\w+;)|(?<=\w)\.(?=[^\W\d_]{{2}})(?!(?:{_ENDINGS})(?!\.?\w)))",
    re.IGNORECASE,
)
# Many readers of Markdown turn such a word into a link, some whatever stands before it; none of
# them does so in code.
_ADDRESS = re.compile(r"//|www\.|[\w.+-]@[\w-]", re.IGNORECASE)
_LINE_END = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_LIST_OR_RULE = re.compile(r"^(\s*\d{0,9})([-+=.)])")


def answer_markdown(answer: Mapping[str, Any]) -> str:
    """Return an ``Answer.to_dict()`` as Markdown, its quotes as footnotes."""
    return _joined(_paragraph(block, chat=False) for block in walk.answer_blocks(answer))


def chat_markdown(answer: Mapping[str, Any]) -> str:
    """Return an ``Answer.to_dict()`` as Markdown for a chat, its quotes numbered at the end.

    The statements come first, as they were streamed; the question is not repeated.
    """
    blocks = [
        block for block in walk.answer_blocks(answer) if not isinstance(block, walk.QuestionBlock)
    ]
    blocks.sort(key=lambda block: not isinstance(block, walk.StatementBlock))
    return _joined(_paragraph(block, chat=True) for block in blocks)


def chat_statement(statement: Mapping[str, Any]) -> str:
    """Return a ``Statement.to_dict()`` as a line of :func:`chat_markdown`, with its line end."""
    return _joined([_paragraph(walk.statement_block(statement), chat=True)])


def _joined(paragraphs: Iterable[str]) -> str:
    return "\n\n".join(paragraphs) + "\n"


def _paragraph(block: walk.Block, *, chat: bool) -> str:
    match block:
        case walk.QuestionBlock(text, understood):
            return f"**{md(text)}**" + (f"\n\n{md(understood)}" if understood else "")
        case walk.NoticeBlock(text):
            return md(text)
        case walk.AsOfBlock(text):
            return text
        case walk.AbstentionBlock(reason, nearest):
            listed = [f"- {md(source_line(hit))}: {md(shorten(hit['text']))}" for hit in nearest]
            return "\n".join(
                [md(reason), *(["", walk.NEAREST_HEADING, ""] if listed else []), *listed]
            )
        case walk.StatementBlock():
            return _statement(block, chat=chat)
        case walk.DifferenceBlock():
            return _difference(block, chat=chat)
        case walk.SourcesBlock(citations):
            head = "[{}]" if chat else "[^{}]:"
            lines = (
                f"{head.format(citation['number'])} {md(source_line(citation))}: "
                f"{md(in_quotes(one_line(citation['cited_text'])))}{md(label_note(citation))}"
                for citation in citations
            )
            return ("\n\n" if chat else "\n").join(lines)


def _statement(block: walk.StatementBlock, *, chat: bool) -> str:
    """Write a sentence with its marks; a chat has no notes, and a doubt where it is struck."""
    said = f"~~{md(block.text)}~~" if block.struck else md(block.text)
    doubt = md(block.doubt) if block.struck or not chat else ""
    noted = [f"{note} {_marks(numbers)}".strip() for note, numbers in block.notes]
    aside = f" ({'; '.join(noted)})" if noted and not chat else ""
    return f"{said}{_marks(block.citations, chat=chat)}{doubt}{aside}"


def _difference(block: walk.DifferenceBlock, *, chat: bool) -> str:
    lines = [md(block.summary), ""]
    for position in block.positions:
        later = position["overtaken_by"]
        overtaken = f" (overtaken by {_marks([later], chat=chat).strip()})" if later else ""
        mark = _marks([position["citation"]["number"]], chat=chat)
        said = md(f"{walk.position_source(position)}: {position['value']}")
        lines.append(f"- {said}{mark}{overtaken}")
    return "\n".join(lines)


def _marks(numbers: Sequence[int], *, chat: bool = False) -> str:
    """Write citation marks; no other text has numbers in plain square brackets."""
    return "".join(f" [{number}]" if chat else f"[^{number}]" for number in numbers)


def md(text: str) -> str:
    """Return a text, on one line, in which Markdown finds neither markup nor links."""
    words = re.split(r"(\s+)", _LINE_END.sub(" ", visible(text)))
    plain = "".join(
        _code(word) if _ADDRESS.search(word) else _SPECIAL.sub(r"\\\1", word) for word in words
    )
    return _LIST_OR_RULE.sub(r"\1\\\2", plain)


def _code(word: str) -> str:
    """Return a word as code, in more backticks than it has in a row."""
    fence = "`" * (max(map(len, re.findall("`+", word)), default=0) + 1)
    return f"{fence} {word} {fence}" if "`" in word else f"{fence}{word}{fence}"
