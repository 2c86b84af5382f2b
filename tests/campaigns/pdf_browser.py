"""Stories as web pages that a browser prints: a third kind of program that makes PDF files."""

from __future__ import annotations

import subprocess
from html import escape
from pathlib import Path

from tests.campaigns.pdf_stories import MARK, Part, Story

_STYLE = """body{font:10pt 'DejaVu Serif',serif} table{break-inside:avoid}
td,th{padding:2px 9px;text-align:left}"""
# Of each layout, how its body looks and the kind of part that it has.
PAGES: dict[str, tuple[str, str]] = {
    "one column": ("", ""),
    "two columns": ("columns:2;column-gap:8mm;text-align:justify", ""),
    "three columns": ("columns:3;column-gap:6mm;font-size:8.5pt", ""),
    "box beside the text": ("", "box"),
    "table between paragraphs": ("columns:2;column-gap:8mm", "table"),
    "nested list": ("text-align:justify", "list"),
}
SECONDS = 60  # for a page, on a busy machine


def print_in_browser(told: Story, style: str, chromium: str, folder: Path) -> bytes:
    """Return a PDF file of a story.

    Args:
        told: the story.
        style: the declarations of CSS for what stands below the title.
        chromium: the program.
        folder: an empty one, for the page and the browser's own files.
    """
    body = "".join(_part(part) for part in told.parts)
    page, out = folder / "story.html", folder / "story.pdf"
    head = f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>{told.title}</title>'
    page.write_text(
        f"{head}<style>{_STYLE}</style><h1>{told.title}</h1><div style='{style}'>{body}</div>",
        "utf-8",
    )
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    command = [chromium, *options, f"--user-data-dir={folder}", f"--print-to-pdf={out}", str(page)]
    subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
    return out.read_bytes()


def _part(part: Part) -> str:
    texts = [MARK.sub(r"<sup>\1</sup>", escape(text.strip("\t"))) for text in part.texts]
    if part.kind == "heading":
        return f"<h2>{texts[0]}</h2>"
    if part.kind == "list":
        nested = [text.startswith("\t") for text in part.texts]
        items = zip(texts, nested, strict=True)
        return f"<ul>{''.join(_item(text, inner) for text, inner in items)}</ul>"
    if part.kind == "table":
        rows = ["".join(f"<td>{cell}</td>" for cell in text.split("\t")) for text in texts]
        rows[0] = rows[0].replace("td>", "th>")
        return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
    box = "float:right;width:35%;margin-left:6mm;padding:3mm;border:1px solid"
    style = f" style='{box}'" if part.kind == "box" else ""
    return f"<p{style}>{' '.join(texts)}</p>"


def _item(text: str, nested: bool) -> str:
    return f"<ul><li>{text}</li></ul>" if nested else f"<li>{text}</li>"
