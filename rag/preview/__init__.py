"""Documents as they are looked at: pages of PDFs as pictures, overviews, and what is known of one.

``pages`` draws a page and finds where on it some words of an article stand; ``drawing`` does so
in a process of its own, which is ``worker``, and ``matching`` finds words among the characters of
a page. ``overview`` counts what is in a document and in the collection, and ``describing`` writes
what a user says of a document into the folder's file of facts.
"""
