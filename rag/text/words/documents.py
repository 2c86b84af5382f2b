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
# What means a document only where one calls itself so.
OTHER_NOUN = (
    r"columns?|essays?|editorials?|interviews?|blogs?|reposts?|bulletins?|newsletters?"
    r"|press releases?|releases?|circulars?|guides?|manuals?|leaflets?|brochures?|stud(?:y|ies)"
    r"|analys[ei]s|reviews?|statements?|agreements?|leases?|forms?|slides?|tables?|books?"
    r"|polic(?:y|ies)|plans?|rules|statutes?|protocols?|summar(?:y|ies)"
)
