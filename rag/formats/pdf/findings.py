"""What there is to say about the pages of a PDF: what was left out, and what could not be read."""

from __future__ import annotations

from collections.abc import Sequence

from rag.formats import ocr
from rag.formats.extracted import Builder


class Findings:
    """What was found on the pages of a file, by their numbers from 1."""

    def __init__(self) -> None:
        self.without_text: list[int] = []
        self.late: list[int] = []  # scans that OCR failed on, or took too long for
        self.garbled: list[int] = []
        self.partly_garbled: list[int] = []
        self.broken: list[int] = []
        self.cut: list[int] = []  # with more characters than are read
        self.hidden: list[int] = []
        self.struck: list[int] = []
        self.by_ocr: dict[int, float] = {}  # with how sure OCR is of its words
        self.comments = 0
        self.attached = 0
        self.has_dynamic_form = False

    def say(self, builder: Builder, count: int) -> None:
        """Say what a reader should know, and what was passed over.

        Args:
            builder: gets the notes.
            count: how many pages there are.
        """
        builder.notes += self._notes(count)
        builder.unread += self._unread()

    def why_empty(self) -> str:
        """Return why a file has no words, as a sentence's end behind its name."""
        if self.has_dynamic_form:
            return (
                "is a form that its pages do not show (XFA); open it in Adobe Reader and print it "
                "as a PDF."
            )
        if self.garbled and not ocr.is_installed():
            return f"is a PDF whose fonts do not tell their letters; {ocr.remedy()}."
        if self.late:
            return "is a scan that OCR could not read in time; split it."
        if self.broken:
            return "is a broken PDF; export it again."
        if self.by_ocr and ocr.is_installed():
            return "is a PDF without a text layer, in which OCR found no words."
        if self.struck:
            return "is a PDF in which all words are struck out."
        if not self.without_text:
            return "is a PDF without a text layer, and there is nothing on its pages to be read."
        return f"is a PDF without a text layer; run OCR on it first, or {ocr.remedy()}."

    def _notes(self, count: int) -> list[str]:
        notes = []
        words = {at: sure for at, sure in self.by_ocr.items() if sure > 0}
        if words:
            sure = sum(words.values()) / len(words)
            whole = len(words) == count
            verb = "was" if whole or len(words) == 1 else "were"
            what = verb if whole else f"has {_numbered(sorted(words))} that {verb}"
            notes.append(ocr.note_of(sure, what))
        if self.hidden:
            notes.append(f"has text on {_numbered(self.hidden)} that nobody sees, left out")
        if self.struck:
            where = _numbered(self.struck)
            notes.append(f"has struck-out words on {where}, which are left out")
        if self.comments:
            notes.append(f"has {_counted(self.comments, 'comment')}, not read as its text")
        if self.partly_garbled:
            where = _numbered(self.partly_garbled)
            notes.append(f"has characters on {where} that its fonts do not name, shown as �")
        return notes

    def _unread(self) -> list[str]:
        found = []
        garbled = [at for at in self.garbled if at not in self.by_ocr and at not in self.late]
        if garbled:
            they, were = ("they", "were") if len(garbled) > 1 else ("it", "was")
            found.append(
                f"has fonts on {_numbered(garbled)} that do not tell their letters, so that "
                f"{they} {were} not read; {ocr.remedy()}"
            )
        if self.without_text:
            were = "were" if len(self.without_text) > 1 else "was"
            where = _numbered(self.without_text)
            found.append(f"has no text on {where}, which {were} not read; {ocr.remedy()}")
        if self.late:
            where = _numbered(self.late)
            found.append(f"has scans on {where} that OCR could not read in time; split it")
        if self.broken:
            found.append(f"is broken on {_numbered(self.broken)}; export it again")
        if self.cut:
            found.append(
                f"has too many letters on {_numbered(self.cut)}, the last of which were not read"
            )
        if self.has_dynamic_form:
            found.append(
                "has a dynamic form (XFA), of which only what its pages show was read; print it "
                "as a PDF"
            )
        if self.attached:
            found.append(
                f"has {_counted(self.attached, 'attached file')}, not read; save them beside it"
            )
        return found


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count > 1 else ''}"


def _numbered(pages: Sequence[int]) -> str:
    """Return pages in words: "page 3", "pages 2 and 5", "pages 1 to 9 and 12"."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    named = []
    for run in runs:
        named += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(page) for page in run]
    start = ", ".join(named[:-1])
    many = "pages" if len(pages) > 1 else "page"
    return f"{many} {start} and {named[-1]}" if start else f"{many} {named[-1]}"
