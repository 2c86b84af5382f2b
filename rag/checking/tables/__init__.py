"""Check a sentence against the rows of a table."""
