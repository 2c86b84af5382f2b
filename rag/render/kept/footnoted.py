"""Write a text with footnotes as Markdown and as one HTML page: what was asked, said and quoted.

A text is a list of paragraphs; the marks in them lead to notes that are numbered through. Word
files are made of the same text (:mod:`rag.render.kept.word`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rag.render import walk
from rag.render.markdown import md
from rag.render.naming import filed_line, label_note, one_line, shorten, source_line
from rag.text.characters import escape
from rag.text.quotations import in_quotes

ParagraphKind = Literal["heading", "text", "item", "note"]
_HEAD = {"heading": "## ", "text": "", "item": "- ", "note": ""}  # of a paragraph in Markdown
_STYLE = """
body { font: 1rem/1.55 Georgia, serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
sup a { text-decoration: none; } .note { color: #555; font-size: .9em; }
li { overflow-wrap: anywhere; } @media print { body { margin: 0; } a { color: inherit; } }
""".strip()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: its words, struck out or not, what follows them, and the notes it leads to.

    A ``note`` is a remark in small print, an ``item`` one of a list.
    """

    kind: ParagraphKind
    text: str
    marks: tuple[int, ...] = ()
    after: str = ""
    struck: bool = False


@dataclass(slots=True)
class FootnotedText:
    """A text with footnotes; ``notes`` are the texts of the notes, the first of them number 1."""

    title: str
    paragraphs: list[Paragraph] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, kind: ParagraphKind, text: str | None) -> None:
        """Add a paragraph without marks; None and an empty text add none."""
        if text:
            self.paragraphs.append(Paragraph(kind, text))

    def add_answer(
        self, answer: Mapping[str, Any], reasons: Mapping[int, str], *, headed: bool = True
    ) -> None:
        """Add a question and its answer, with a note for each quote.

        Args:
            answer: ``Answer.to_dict()``.
            reasons: why quotes do not hold any more, by the numbers of those that do not.
            headed: whether the question stands above; else it is the title.
        """
        answer = walk.as_shown(answer)
        numbers = _NoteNumbers(self.notes, walk.all_citations(answer), reasons)
        for block in walk.answer_blocks(answer):
            paragraphs = _paragraphs(block, numbers)
            self.paragraphs += (each for each in paragraphs if headed or each.kind != "heading")

    def add_statement(
        self,
        statement: Mapping[str, Any],
        citations: Iterable[Mapping[str, Any]],
        reasons: Mapping[int, str],
    ) -> None:
        """Add a statement by itself, with a note for each of its quotes.

        Args:
            statement: ``Statement.to_dict()``.
            citations: its ``Citation.to_dict()``.
            reasons: as for :meth:`add_answer`.
        """
        numbers = _NoteNumbers(self.notes, citations, reasons)
        self.paragraphs += _paragraphs(
            walk.statement_block({**statement, "sources": None}), numbers
        )


class _NoteNumbers(dict[int, int]):
    """The numbers of notes by those of citations: a note is written when it is first led to."""

    def __init__(
        self,
        notes: list[str],
        citations: Iterable[Mapping[str, Any]],
        reasons: Mapping[int, str],
    ) -> None:
        super().__init__()
        self._notes = notes
        self._cited = {citation["number"]: citation for citation in citations}
        self._reasons = reasons

    def __missing__(self, number: int) -> int:
        citation = self._cited[number]
        words = f"{in_quotes(one_line(citation['cited_text']))}{label_note(citation)}"
        reason = self._reasons.get(number)
        fallen = f" (This does not hold any more: {reason}.)" if reason else ""
        self._notes.append(f"{filed_line(citation)}: {words}{fallen}")
        self[number] = len(self._notes)
        return self[number]


def _paragraphs(block: walk.Block, numbers: _NoteNumbers) -> Iterator[Paragraph]:
    match block:
        case walk.QuestionBlock(text, understood):
            yield Paragraph("heading", one_line(text))
            if understood:
                yield Paragraph("note", understood)
        case walk.NoticeBlock(text) | walk.AsOfBlock(text):
            yield Paragraph("note", text)
        case walk.AbstentionBlock(reason, nearest):
            yield Paragraph("text", reason)
            if nearest:
                yield Paragraph("note", walk.NEAREST_HEADING)
            for hit in nearest:
                yield Paragraph("item", f"{source_line(hit)}: {shorten(hit['text'])}")
        case walk.StatementBlock():
            marks = tuple(numbers[number] for number in block.citations)
            yield Paragraph("text", block.text, marks, block.doubt, block.struck)
            for note, cited in block.notes:
                yield Paragraph("note", note, tuple(numbers[number] for number in cited))
        case walk.DifferenceBlock(summary, positions):
            yield Paragraph("text", summary)
            for position in positions:
                said = f"{walk.position_source(position)}: {position['value']}"
                later = position["overtaken_by"]
                overtaken = " (overtaken by a later document)" if later else ""
                marks = (numbers[position["citation"]["number"]],)
                yield Paragraph("item", said, marks, overtaken)
        case walk.SourcesBlock():
            return  # they are the notes


def footnoted_markdown(text: FootnotedText) -> str:
    """Return a text as Markdown with footnotes."""
    lines = [f"# {md(one_line(text.title))}", ""]
    for at, paragraph in enumerate(text.paragraphs):
        lines.append(_paragraph_md(paragraph))
        following = text.paragraphs[at + 1].kind if at + 1 < len(text.paragraphs) else ""
        if paragraph.kind != "item" or following != "item":
            lines.append("")
    lines += [f"[^{number}]: {md(note)}" for number, note in enumerate(text.notes, start=1)]
    return "\n".join(lines).rstrip() + "\n"


def _paragraph_md(paragraph: Paragraph) -> str:
    words = [md(line) for line in paragraph.text.splitlines() if line.strip()]
    said = "\\\n".join(words)
    said = f"~~{said}~~" if paragraph.struck else said
    marks = "".join(f"[^{number}]" for number in paragraph.marks)
    return f"{_HEAD[paragraph.kind]}{said}{marks}{md(paragraph.after)}"


def footnoted_html(text: FootnotedText) -> str:
    """Return a text as one HTML page that runs no script and loads nothing."""
    title = escape(one_line(text.title))
    seen: set[int] = set()
    body = "".join(_paragraph_html(paragraph, seen) for paragraph in text.paragraphs)
    body = body.replace("</ul><ul>", "")  # items that follow each other are of one list
    notes = "".join(
        f'<li id="note-{number}" dir="auto">{escape(note)}'
        f' <a href="#mark-{number}" aria-label="Back to the text">↩</a></li>'
        for number, note in enumerate(text.notes, start=1)
    )
    quotes = f"<h2>Quotes</h2><ol>{notes}</ol>" if notes else ""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{title}</h1>{body}{quotes}</body></html>\n"
    )


def _paragraph_html(paragraph: Paragraph, seen: set[int]) -> str:
    said = "<br>".join(escape(line) for line in paragraph.text.splitlines() if line.strip())
    said = f"<s>{said}</s>" if paragraph.struck else said
    said += "".join(_mark_html(number, seen) for number in paragraph.marks)
    said += escape(paragraph.after)
    match paragraph.kind:
        case "heading":
            return f'<h2 dir="auto">{said}</h2>'
        case "item":
            return f'<ul><li dir="auto">{said}</li></ul>'
        case "note":
            return f'<p class="note" dir="auto">{said}</p>'
        case "text":
            return f'<p dir="auto">{said}</p>'


def _mark_html(number: int, seen: set[int]) -> str:
    """Write a mark; the first that leads to a note has an id, to which the note leads back."""
    target = "" if number in seen else f' id="mark-{number}"'
    seen.add(number)
    return f'<sup{target}><a href="#note-{number}">[{number}]</a></sup>'
