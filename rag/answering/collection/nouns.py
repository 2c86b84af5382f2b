"""Nouns that mean documents, as patterns; upper and lower case are left to whoever uses them."""

from __future__ import annotations

# What means the documents at hand.
SURE = r"documents?|files?|articles?|texts?|docs?|pdfs?"
# What more often means something that a text tells of.
UNSURE = (
    r"reports?|notes?|papers?|memos?|letters?|minutes|stor(?:y|ies)|pieces?|posts?|e-?mails?"
    r"|messages?|contracts?|invoices?|spreadsheets?|presentations?|transcripts?"
)
DOCUMENT_NOUN = rf"(?:{SURE}|{UNSURE})"
