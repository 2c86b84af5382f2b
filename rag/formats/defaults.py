"""Titles and authors that programs fill in where no person gave any.

Word calls a document "Document1", PowerPoint a presentation "PowerPoint Presentation", a scanner
its file "Scan 3", and the author is "user", "admin" or the name of the program. Shown as the title
or the source of a citation, such words would tell a reader nothing, so they count as not stated.
"""

from __future__ import annotations

import re

# "PowerPoint Presentation" in the languages that PowerPoint is sold in most.
_SLIDES = (
    r"powerpoint[- ]pr[eäé]?sent\w+|pr[eé]sent\w+ powerpoint|apresentação do powerpoint"
    r"|presentación de powerpoint|presentazione di powerpoint|prezentacja programu powerpoint"
)
_UNNAMED = (
    r"untitled(?: (?:document|page))?\W*\d*|\(?unspecified\)?|unbenannt(?:es dokument)?"
    r"|sans titre|sin título|senza titolo|no title|title|new page|anonymous|unknown|none|null"
)
_KINDS = (
    r"(?:document|dokument|doc|layout|page|seite|scan|print|file|slide|book|mappe|workbook)\W*\d*"
    r"|word document|index|exported data|about:blank|microsoft (?:word|excel|powerpoint)\b.*"
)
_FILES = (
    r".*\.(?:docx?|odt|rtf|pptx?|xlsx?|pdf|tex|dvi|indd|qxd|pub|pages|html?|txt|eps|ai|tiff?)"
    r"|[^\s/\\]*[/\\][^\s/\\]*[/\\]\S*|[a-z]:\\\S*"  # a path of several folders, or of a drive
)
_TITLE = re.compile(rf"\W*(?:{_UNNAMED}|{_SLIDES}|{_KINDS}|{_FILES})\W*", re.IGNORECASE)
_AUTHOR = re.compile(
    r"\W*(?:\(?unspecified\)?|anonymous|unknown|unbekannt|un-?named|none|null|author"
    r"|(?:default |windows |microsoft office )?user\W*\d*|admin(?:istrator)?|owner|root|hp|dell"
    r"|lenovo|acer|asus|pc|desktop|test|guest|(?:microsoft|ms) (?:office|word).*"
    r"|.*(?:scan|printer|copier|reportlab|latex|microsoft|adobe|acrobat|python-docx|docx4j"
    r"|apache poi|openpyxl|libreoffice|openoffice|pandoc|aspose).*)\W*",
    re.IGNORECASE,
)


def person_title(title: str) -> str:
    """Return a title without spaces around it, or nothing where a program filled it in."""
    shown = " ".join(title.split())
    return "" if _TITLE.fullmatch(shown) else shown


def person_author(author: str) -> str:
    """Return an author without spaces around the name, or nothing where a program filled it in."""
    shown = " ".join(author.split())
    return "" if _AUTHOR.fullmatch(shown) else shown
