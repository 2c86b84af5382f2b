"""Questions that the documents answer well: made from their words, tried, and kept."""
