"""Files of word processors: Word in its present and its old form, and Rich Text.

``docx`` reads the parts of a Word file, of which ``package`` opens the archive, ``runs`` reads the
words of a paragraph, ``numbering`` counts automatic numbers, and ``layout`` tells lists, headings
and tables. ``doc`` reads the binary form, and ``rtf`` Rich Text.
"""
