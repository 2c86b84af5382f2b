"""The bytes of a file in, its text and structure out.

A file a family of formats; READERS says which function reads which ending. Readers may fail in any
way: :func:`rag.documents.loading.load` says so of the file.
"""

from __future__ import annotations

from collections.abc import Callable

from rag.formats.epub import read_epub
from rag.formats.extracted import Extracted
from rag.formats.html import read_html
from rag.formats.markdown import read_markdown
from rag.formats.messages.events import read_calendar, read_cards
from rag.formats.messages.mail import read_eml, read_mbox
from rag.formats.messages.outlook import read_msg
from rag.formats.mhtml import read_mhtml
from rag.formats.ocr import read_image
from rag.formats.odf.sheets import read_opendocument_sheets
from rag.formats.odf.slides import read_opendocument_slides
from rag.formats.odf.texts import read_opendocument_text
from rag.formats.office.sheets import read_xlsx
from rag.formats.office.slides import read_pptx
from rag.formats.pdf.document import read_pdf
from rag.formats.plain import read_text
from rag.formats.records.data import read_json, read_json_lines, read_toml, read_yaml
from rag.formats.records.delimited import read_csv, read_tsv
from rag.formats.records.xml_files import read_xml
from rag.formats.speech.subtitles import read_subtitles, read_ttml
from rag.formats.word.doc import read_doc
from rag.formats.word.docx import read_docx
from rag.formats.word.rtf import read_rtf

READERS: dict[str, Callable[[bytes], Extracted]] = {
    "": read_text,  # a file whose name has no ending
    ".txt": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".mdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".mhtml": read_mhtml,
    ".mht": read_mhtml,
    ".epub": read_epub,
    ".pdf": read_pdf,
    ".doc": read_doc,
    ".docx": read_docx,
    ".docm": read_docx,
    ".dotx": read_docx,
    ".rtf": read_rtf,
    ".odt": read_opendocument_text,
    ".fodt": read_opendocument_text,
    ".ott": read_opendocument_text,
    ".xlsx": read_xlsx,
    ".xlsm": read_xlsx,
    ".xltx": read_xlsx,
    ".pptx": read_pptx,
    ".pptm": read_pptx,
    ".ppsx": read_pptx,
    ".ods": read_opendocument_sheets,
    ".fods": read_opendocument_sheets,
    ".ots": read_opendocument_sheets,
    ".odp": read_opendocument_slides,
    ".fodp": read_opendocument_slides,
    ".csv": read_csv,
    ".tsv": read_tsv,
    ".json": read_json,
    ".geojson": read_json,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".yaml": read_yaml,
    ".yml": read_yaml,
    ".toml": read_toml,
    ".xml": read_xml,
    ".rss": read_xml,
    ".atom": read_xml,
    ".eml": read_eml,
    ".mbox": read_mbox,
    ".msg": read_msg,
    ".srt": read_subtitles,
    ".vtt": read_subtitles,
    ".sbv": read_subtitles,
    ".ttml": read_ttml,
    ".dfxp": read_ttml,
    ".ics": read_calendar,
    ".vcf": read_cards,
    ".png": read_image,
    ".jpg": read_image,
    ".jpeg": read_image,
    ".tif": read_image,
    ".tiff": read_image,
    ".webp": read_image,
    ".bmp": read_image,
}
