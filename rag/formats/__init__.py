"""Turn the bytes of a file into its text and structure.

Each module reads one family of formats; READERS says which function reads which ending.
Readers may fail in any way: :func:`rag.documents.loading.load` says so of the file.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple

from rag.formats.extracted import Extracted


class FormatReader(NamedTuple):
    """A function that reads a format; its module is imported when a file is read.

    Whoever answers questions reads no files, and all readers take a third of a second to import.
    """

    module: str
    function: str

    def __call__(self, raw: bytes) -> Extracted:
        """Read the bytes of a file."""
        read: Callable[[bytes], Extracted] = getattr(
            import_module(f"{__name__}.{self.module}"), self.function
        )
        return read(raw)


# The endings of each function.
_ENDINGS = {
    ("plain", "read_text"): ".txt",
    ("markup.markdown", "read_markdown"): ".md .markdown .mdown",
    ("web.html", "read_html"): ".html .htm .xhtml",
    ("markup.mhtml", "read_mhtml"): ".mhtml .mht",
    ("markup.epub", "read_epub"): ".epub",
    ("pdf.document", "read_pdf"): ".pdf",
    ("word.doc", "read_doc"): ".doc",
    ("word.docx", "read_docx"): ".docx .docm .dotx",
    ("word.rtf", "read_rtf"): ".rtf",
    ("odf.texts", "read_opendocument_text"): ".odt .fodt .ott",
    ("office.sheets", "read_xlsx"): ".xlsx .xlsm .xltx",
    ("office.slides", "read_pptx"): ".pptx .pptm .ppsx",
    ("odf.sheets", "read_opendocument_sheets"): ".ods .fods .ots",
    ("odf.slides", "read_opendocument_slides"): ".odp .fodp",
    ("records.delimited", "read_csv"): ".csv",
    ("records.delimited", "read_tsv"): ".tsv",
    ("records.data", "read_json"): ".json .geojson",
    ("records.data", "read_json_lines"): ".jsonl .ndjson",
    ("records.data", "read_yaml"): ".yaml .yml",
    ("records.data", "read_toml"): ".toml",
    ("records.xml_files", "read_xml"): ".xml .rss .atom",
    ("messages.mail", "read_eml"): ".eml",
    ("messages.mail", "read_mbox"): ".mbox",
    ("messages.outlook", "read_msg"): ".msg",
    ("speech.subtitles", "read_subtitles"): ".srt .vtt .sbv",
    ("speech.subtitles", "read_ttml"): ".ttml .dfxp",
    ("messages.events", "read_calendar"): ".ics",
    ("messages.events", "read_cards"): ".vcf",
    ("ocr", "read_image"): ".png .jpg .jpeg .tif .tiff .webp .bmp",
}
# A file whose name has no ending is read as text.
READERS = {"": FormatReader("plain", "read_text")} | {
    ending: FormatReader(*place)
    for place, endings in _ENDINGS.items()
    for ending in endings.split()
}
