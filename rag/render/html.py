"""Write answers, timelines and checked texts as safe HTML.

Everything that comes from an article, a question or a file name is escaped, here and in the other
modules of this package.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rag.render import walk
from rag.render.kept.limits import what_to_try
from rag.render.naming import (
    label_note,
    one_line,
    shorten,
    source_line,
    source_name,
    told_apart,
)
from rag.text.characters import escape
from rag.text.dates import dated_name
from rag.text.quotations import in_quotes

CHECKING = "Checking …"
TEXT_CHANGED = "The text was changed since: this is of the earlier text. Check again."
_LONGEST_SOURCE = 42  # characters of a source's name on a chip
Quotes = Mapping[int, Mapping[str, Any]]  # the citations of an answer by number


class Chips:
    """The chips of an answer, each a citation: number, source, date, page.

    The date of an article is told where it is first cited, and not again.
    """

    def __init__(self, quotes: Quotes) -> None:
        self.quotes = quotes
        self._dated: set[str] = set()

    def mark(self, number: int) -> str:
        """Write a citation that is named nearby by its number alone."""
        return f" {_link(self.quotes[number], 'mark', f'[{number}]')}"

    def html(self, citation: Mapping[str, Any], kind: str = "cite", *, dated: bool = False) -> str:
        """Write a chip: ``cite`` for what a statement says, ``quote`` elsewhere.

        Args:
            citation: ``Citation.to_dict()``.
            kind: its class.
            dated: whether the date is told in any case.
        """
        number, id_ = citation["number"], citation["article_id"]
        dated = dated or id_ not in self._dated
        self._dated.add(id_)
        shown = [source_name(citation, dated=dated, longest=_LONGEST_SOURCE)]
        if citation.get("page"):
            shown.append(f"p. {citation['page']}")
        words = f'<span class="number">[{number}]</span> {escape(", ".join(shown))}'
        return f" {_link(citation, f'chip {kind}', words)}"

    def of(self, numbers: Sequence[int], kind: str = "cite") -> str:
        """Write the chips of some citations."""
        return "".join(self.html(self.quotes[number], kind) for number in numbers)


def _link(citation: Mapping[str, Any], kind: str, shown: str) -> str:
    """Write a link to a quote; the browser shows its source and its words beside it."""
    number = citation["number"]
    return (
        f'<a class="{kind}" href="#cite-{number}" data-cite="{number}"'
        f' aria-label="{escape(f"[{number}] {source_line(citation)}")}"'
        f' title="{escape(one_line(citation["cited_text"]) + label_note(citation))}">'
        f"{shown}</a>"
    )


def answer_html(answer: Mapping[str, Any], filters: Mapping[str, Any] | None = None) -> str:
    """Return an answer as an HTML fragment; each citation links to ``#cite-N`` in the article.

    The question is left out: the page shows it as a heading.

    Args:
        answer: ``Answer.to_dict()``, or a part of one as for :func:`rag.render.walk.answer_blocks`.
        filters: ``since``, ``until``, ``outlets`` and ``documents`` that it was asked with.
    """
    answer = walk.as_shown(answer)
    chips = Chips({citation["number"]: citation for citation in walk.all_citations(answer)})
    parts = "".join(
        _block_html(block, chips, filters or {}) for block in walk.answer_blocks(answer)
    )
    kind = "answer abstained" if answer["status"] == "abstained" else "answer"
    return f'<div class="{kind}">{parts}</div>'


def _block_html(block: walk.Block, chips: Chips, filters: Mapping[str, Any]) -> str:
    match block:
        case walk.QuestionBlock() | walk.SourcesBlock():
            return ""  # the page shows the question above the answer, and the sources beside it
        case walk.NoticeBlock(text):
            return f'<p class="notice">{escape(text)}</p>'
        case walk.AbstentionBlock():
            return _refusal_html(block, filters)
        case walk.StatementBlock():
            return _statement_html(block, chips)
        case walk.DifferenceBlock():
            return _difference_html(block, chips)
        case walk.AsOfBlock(text):
            return f'<p class="note">{escape(text)}</p>'


def _refusal_html(block: walk.AbstentionBlock, filters: Mapping[str, Any]) -> str:
    """Write why there is no answer, what to try, and what comes nearest."""
    items = "".join(
        f'<li dir="auto">{open_link(hit, source_line(hit))}<br>{escape(shorten(hit["text"]))}</li>'
        for hit in block.nearest
    )
    passages = f'<ul class="near">{items}</ul>' if items else ""
    return (
        f'<p class="why">{escape(block.reason)}</p>'
        f'<p class="note">{what_to_try(filters, near=bool(items))}</p>{passages}'
    )


def _statement_html(block: walk.StatementBlock, chips: Chips) -> str:
    """Write a sentence, and on a line below its sources, which is there from the beginning."""
    said = _said(block, chips.quotes)
    said = f"<s>{said}</s>" if block.struck else said
    doubt = f'<span class="reason">{escape(block.doubt)}</span>' if block.doubt else ""
    cited = chips.of(block.citations)
    notes = "".join(
        f'<p class="note backing">{_capital(escape(note))}{chips.of(numbers, "quote")}</p>'
        for note, numbers in block.notes
        if note != walk.ONE_SOURCE  # the chip says so
    )
    waits = f' <span class="note">{CHECKING}</span>' if block.draft else ""
    kind, doubt, notes = ("draft", "", "") if block.draft else (block.verdict, doubt, notes)
    return (
        f'<div class="statement {kind}" dir="auto"><p>{said}{doubt}</p>'
        f'<p class="sources">{cited}{waits}</p>{notes}</div>'
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _said(block: walk.StatementBlock, quotes: Quotes) -> str:
    """Write the words of a statement; of one that is a quote, without its source.

    The chip below names the source and its date; words that answer the question by themselves,
    which stand before the quote, come first.
    """
    for cited in (quotes[number] for number in block.citations[:1]):
        source = one_line(cited["outlet"] or cited["title"])
        dated = dated_name(source, cited["published"], cited.get("published_basis"))
        quote = in_quotes(one_line(cited["cited_text"]))
        for lead in (
            f"{dated}: ",
            f"{source}: ",
            f"{source} also says: ",
            f"{dated}, ",
            f"{source}, ",
        ):
            if not (block.text.startswith(lead) and block.text.endswith(quote)):
                continue
            between = block.text[len(lead) : -len(quote)].strip()
            if not between:
                return escape(quote)
            if lead.endswith(", "):
                return f'<span class="lead">{escape(_capital(between))}</span> {escape(quote)}'
            if between.endswith(", in full:"):
                short = between.removesuffix(", in full:").strip("“”")
                return f'<strong class="short">{escape(short)}</strong> {escape(quote)}'
    return escape(block.text)


def _difference_html(block: walk.DifferenceBlock, chips: Chips) -> str:
    """Write who says what as a table; its heading leaves out the values, which are the rows."""
    rows = []
    for position in block.positions:
        cited, later = position["citation"], position["overtaken_by"]
        overtaken = ""
        if later:
            overtaken = f'<br><span class="note">overtaken by{chips.mark(later)}</span>'
        rows.append(
            f"<tr><td><b>{escape(position['value'])}</b>{overtaken}</td>"
            f"<td>{chips.html(cited, 'quote', dated=True)}</td>"
            f"<td>{escape(shorten(cited['cited_text']) + label_note(cited))}</td></tr>"
        )
    return (
        f'<table class="differences" dir="auto"><caption>{escape(block.summary.split(":")[0])}.'
        f"</caption>{header_row('Says', 'Source', 'In its words')}"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def header_row(*names: str) -> str:
    """Return the head of a table with one column for each name; an empty name labels none."""
    cells = "".join(
        f'<th scope="col">{escape(name)}</th>' if name else "<td></td>" for name in names
    )
    return f"<thead><tr>{cells}</tr></thead>"


def open_link(place: Mapping[str, Any], shown: str) -> str:
    """Return a link that opens an article and highlights a part of it.

    Args:
        place: ``article_id``, and ``start`` and ``end``, 0-based, end-exclusive.
        shown: the words of the link.
    """
    return (
        f'<a class="open" href="#" data-article="{escape(place["article_id"])}"'
        f' data-start="{int(place["start"])}" data-end="{int(place["end"])}">{escape(shown)}</a>'
    )


def view_button(view: str, article_id: str, words: str, **data: object) -> str:
    """Return a button that shows something else of an article.

    Args:
        view: what: ``page``, ``about``, ``edit``, ``more``, ``text``.
        article_id: of which article.
        words: on the button.
        data: what else its callback is told.
    """
    told = "".join(f' data-{name}="{escape(str(value))}"' for name, value in data.items())
    return (
        f'<button type="button" class="tool" data-view="{view}" data-of-article='
        f'"{escape(article_id)}"{told}>{escape(words)}</button>'
    )


def placeholder_html(text: str) -> str:
    """Return what is shown where there is nothing to show yet, and what to do about it."""
    return f'<p class="meta nothing">{escape(text)}</p>'


def timeline_html(events: Sequence[Mapping[str, Any]], *, total: int) -> str:
    """Return dated events as a list, oldest first.

    Args:
        events: ``DatedEvent.to_dict()`` of those that are shown.
        total: how many there are.
    """
    if not events:
        return placeholder_html(walk.NO_EVENTS)
    counted = f"{total:,} dated events" if total != 1 else "1 dated event"
    if total > len(events):
        counted += f"; the first {len(events):,} are listed. Name a topic to see fewer"
    items = "".join(_event_html(event) for event in told_apart(events))
    return f'<p class="note">{counted}.</p><ol class="events">{items}</ol>'


def _event_html(event: Mapping[str, Any]) -> str:
    sources = "".join(
        f"<li>{open_link(citation, source_line(citation))}</li>" for citation in event["citations"]
    )
    return (
        f'<li dir="auto"><h3>{escape(walk.event_date(event))}</h3>'
        f"<blockquote>{escape(shorten(event['text']))}</blockquote>"
        f'<ul>{sources}</ul><p class="note">Dated by {escape(event["derived"])}.</p></li>'
    )


def event_label(event: Mapping[str, Any], width: int) -> str:
    """Return what a point of the plot shows of an event: date, words in lines, source.

    Args:
        event: ``DatedEvent.to_dict()``.
        width: characters a line, about.
    """
    lines, line = [], ""
    for word in shorten(event["text"]).split():
        if len(line) + len(word) > width:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    said = "<br>".join(plot_label(text) for text in (*lines, line))
    source = plot_label(source_line(event["citations"][0]))
    return f"<b>{plot_label(walk.event_date(event))}</b><br>{said}<br><i>{source}</i>"


def plot_label(text: str) -> str:
    """Return a text for a plot: Plotly reads a few tags there, and shows quotes as they are."""
    return escape(one_line(text), quote=False)


def checked_html(checked: Mapping[str, Any]) -> str:
    """Return a ``Checked.to_dict()`` as a list: each sentence, its verdict, reason, evidence."""
    verdicts = [claim["verdict"] for claim in checked["statements"]]
    counts = ", ".join(
        f"{verdicts.count(verdict)} {label.lower()}"
        for verdict, label in walk.VERDICT_LABELS.items()
        if verdict in verdicts
    )
    items = "".join(_claim_html(claim) for claim in told_apart(checked["statements"]))
    earlier = f'<p class="notice earlier" role="status" hidden>{TEXT_CHANGED}</p>'  # page unhides
    return f'{earlier}<p class="note" role="status">{counts}.</p><ol class="claims">{items}</ol>'


def _claim_html(claim: Mapping[str, Any]) -> str:
    verdict, remark = claim["verdict"], escape(walk.claim_remark(claim))
    nearest = f"{walk.NEAREST_CLAIM.capitalize()}: " if verdict == "not_found" else ""
    evidence = "".join(
        f"<li>{nearest}{open_link(citation, source_line(citation))}<blockquote>"
        f"{escape(one_line(citation['cited_text']) + label_note(citation))}</blockquote></li>"
        for citation in claim["evidence"]
    )
    return (
        f'<li class="{escape(verdict)}" dir="auto"><p>{escape(one_line(claim["text"]))}</p>'
        f'<p class="verdict"><b>{walk.VERDICT_LABELS[verdict]}</b>{remark}</p>'
        f"<ul>{evidence}</ul></li>"
    )
