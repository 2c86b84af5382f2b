"""PDF files: characters on pages in, text with its structure out.

``document`` opens a file; ``page`` reads the characters of each page, ``lines`` puts them on lines,
and :mod:`rag.formats.pdf.layout` finds columns and paragraphs, ``tables`` tables, ``parts`` forms,
heads and feet, and footnotes.
"""
