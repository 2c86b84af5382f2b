"""Markdown with its front matter, and pages of the web that are packed: books and archives."""
