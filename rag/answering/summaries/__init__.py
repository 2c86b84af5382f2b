"""Summaries and timelines in the documents' own words, without an LLM."""
