"""How the lines of pages hang together: columns, boxes, tables, paragraphs, headings."""
